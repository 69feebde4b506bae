# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Filters of the tokens that the role quay_pruner needs. Each is documented in the YAML file of its name."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils import pruner_tokens


class FilterModule:
    def filters(self):
        return {
            "quay_pruner_token_users": pruner_tokens.token_users,
            "quay_pruner_tokens": pruner_tokens.tokens,
        }
