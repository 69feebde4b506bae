# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Filter that tells what a host lacks. It is documented in the YAML file of its name."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils import preflight
from ansible_collections.quayops.quay.plugins.plugin_utils.filter_errors import told


class FilterModule:
    def filters(self):
        return told({"quay_preflight": preflight.problems})
