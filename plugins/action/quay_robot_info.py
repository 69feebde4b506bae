# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs the module quay_robot_info and hides a result that holds robots' tokens."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils.hidden_results import HiddenSecrets


class ActionModule(HiddenSecrets):
    module = "quay_robot_info"

    def holds_secret(self, result):
        return any(robot.get("token") for robot in result.get("robots") or ())
