# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Hides the result of a module where it holds a secret, as C(no_log) does; it can be registered and used.

A module cannot mark its own result: Ansible drops such marks from what modules return.
"""

from __future__ import annotations

from ansible.plugins.action import ActionBase


class HiddenSecrets(ActionBase):
    """Runs the module ``module`` of the collection; ``secrets`` are the secret keys of its result."""

    module = ""
    secrets: tuple[str, ...] = ()

    _supports_check_mode = True
    # In the background Ansible itself fetches the result, and would print the secret.
    _supports_async = False
    _supports_diff = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        del tmp
        result.update(self._execute_module(module_name=f"quayops.quay.{self.module}", task_vars=task_vars))
        if self.holds_secret(result):
            result["_ansible_no_log"] = True
        return result

    def holds_secret(self, result):
        made_up = result.get("placeholders", ())
        return any(result.get(name) and name not in made_up for name in self.secrets)
