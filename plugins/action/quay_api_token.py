# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs the module quay_api_token and hides a result that holds a token."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils.hidden_results import HiddenSecrets


class ActionModule(HiddenSecrets):
    module = "quay_api_token"
    secrets = ("access_token",)
