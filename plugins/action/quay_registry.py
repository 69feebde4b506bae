# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs the module quay_registry and hides a result that holds passwords that Quay made up."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils.hidden_results import HiddenSecrets


class ActionModule(HiddenSecrets):
    module = "quay_registry"
    secrets = ("passwords",)
