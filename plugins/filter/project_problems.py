# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Filter that checks quay_organizations and quay_users. It is documented in the YAML file of its name."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils import project_problems


class FilterModule:
    def filters(self):
        return {"quay_project_problems": project_problems.problems}
