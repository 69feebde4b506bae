# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Filter that completes the organizations of a list. It is documented in the YAML file of its name."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils import project_entries


def quay_project_entries(organizations, **settings):
    return [project_entries.entry(organization, settings) for organization in organizations]


class FilterModule:
    def filters(self):
        return {"quay_project_entries": quay_project_entries}
