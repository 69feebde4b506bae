# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs a module in this process, as Ansible would start it."""

from __future__ import annotations

import json
from typing import Any, Callable, NamedTuple

import pytest
from ansible.module_utils import basic


class Result(NamedTuple):
    """What the module printed: as data, and as a text in which secrets can be looked for."""

    data: dict[str, Any]
    text: str
    warnings: list[str]

    def __getitem__(self, key: Any) -> Any:
        return self.data[key]


class Runner:
    """Calls ``main`` with options; ``failing`` expects a failure."""

    def __init__(self, patch: pytest.MonkeyPatch, output: pytest.CaptureFixture[str]) -> None:
        self._patch = patch
        self._output = output

    def __call__(self, main: Callable[[], None], failing: bool = False, **options: Any) -> Result:
        internal = {f"_ansible_{name}": options.pop(name, False) for name in ("check_mode", "diff")}
        arguments = json.dumps({"ANSIBLE_MODULE_ARGS": {**options, **internal}})
        self._patch.setattr(basic, "_ANSIBLE_ARGS", arguments.encode())
        # Newer releases of ansible-core want to be told how the arguments are written.
        self._patch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        # Where a test has imported more of Ansible than a module does, its own way leads to the display.
        warnings: list[str] = []
        self._patch.setattr(basic.AnsibleModule, "warn", lambda _self, text: warnings.append(text))
        self._output.readouterr()
        with pytest.raises(SystemExit):
            main()
        text = self._output.readouterr().out
        data = json.loads(text)
        assert bool(data.get("failed")) is failing, data.get("msg")
        return Result(data, text + "\n".join(warnings), warnings)
