# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Filter that makes policies of Quay's own auto-prune. It is documented in the YAML file of its name."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils import pruner_server_policies


class FilterModule:
    def filters(self):
        return {"quay_pruner_server_policies": pruner_server_policies.server_policies}
