# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Filter that tells how a user signs in. It is documented in the YAML file of its name."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils import project_credentials


class FilterModule:
    def filters(self):
        return {"quay_project_credentials": project_credentials.credentials}
