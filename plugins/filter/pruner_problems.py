# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Filter that checks the variables of the role quay_pruner. It is documented in the YAML file of its name."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils import pruner_problems


class FilterModule:
    def filters(self):
        return {"quay_pruner_problems": pruner_problems.problems}
