# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs the module quay_service_key and hides a result that holds a private key."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils.hidden_results import HiddenSecrets


class ActionModule(HiddenSecrets):
    module = "quay_service_key"
    secrets = ("private_key",)
