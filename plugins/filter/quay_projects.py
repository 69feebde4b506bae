# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Filters of the role quay_project_creation. Each is documented in the YAML file of its name."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils import projects


def quay_project_entries(organizations, **settings):
    return [projects.entry(organization, settings) for organization in organizations]


class FilterModule:
    def filters(self):
        return {
            "quay_project_credentials": projects.credentials,
            "quay_project_entries": quay_project_entries,
            "quay_project_problems": projects.problems,
        }
