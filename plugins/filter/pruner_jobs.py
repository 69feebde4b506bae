# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Filters of what the role quay_pruner prunes. Each is documented in the YAML file of its name."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils import pruner_jobs


class FilterModule:
    def filters(self):
        return {
            "quay_pruner_config_jobs": pruner_jobs.config_jobs,
            "quay_pruner_jobs": pruner_jobs.jobs,
        }
