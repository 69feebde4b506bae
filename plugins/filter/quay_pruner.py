# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Filters of the role quay_pruner. Each is documented in the YAML file of its name."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils import pruner


class FilterModule:
    def filters(self):
        return {
            "quay_pruner_config_jobs": pruner.config_jobs,
            "quay_pruner_jobs": pruner.jobs,
            "quay_pruner_problems": pruner.problems,
            "quay_pruner_server_policies": pruner.server_policies,
            "quay_pruner_token_users": pruner.token_users,
            "quay_pruner_tokens": pruner.tokens,
        }
