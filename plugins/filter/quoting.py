# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Filters that quote a value, one for each that takes it. Each is documented in the YAML file of its name."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils import quoting
from ansible_collections.quayops.quay.plugins.plugin_utils.filter_errors import told


class FilterModule:
    def filters(self):
        return told(
            {
                "quay_database_uri": quoting.database_uri,
                "quay_psql": quoting.psql,
                "quay_quadlet": quoting.quadlet,
                "quay_redis": quoting.redis,
            }
        )
