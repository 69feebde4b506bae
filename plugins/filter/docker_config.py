# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Filter that makes pull secrets and auth files. It is documented in the YAML file of its name."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils import docker_config
from ansible_collections.quayops.quay.plugins.plugin_utils.filter_errors import told


class FilterModule:
    def filters(self):
        return told({"quay_docker_config": docker_config.docker_config})
