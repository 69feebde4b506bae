# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Filters of images of containers. Each is documented in the YAML file of its name."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils import images
from ansible_collections.quayops.quay.plugins.plugin_utils.filter_errors import told


class FilterModule:
    def filters(self):
        return told(
            {
                "quay_image_family": images.image_family,
                "quay_reference": images.reference,
                "quay_version": images.version,
            }
        )
