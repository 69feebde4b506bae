# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs the module quay_robot and hides a result that holds a robot's token.

A module cannot mark its own result: Ansible drops such marks from what modules return. The token stays
in what is registered; it is kept out of the output, of logs and of every callback.
"""

from __future__ import annotations

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    _supports_check_mode = True
    # In the background Ansible itself fetches the result, and would print the token.
    _supports_async = False
    _supports_diff = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        del tmp
        result.update(self._execute_module(module_name="quayops.quay.quay_robot", task_vars=task_vars))
        if result.get("token"):
            result["_ansible_no_log"] = True
        return result
