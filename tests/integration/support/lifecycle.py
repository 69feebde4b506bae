# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What every module that manages an object must do: twelve steps, in one run of ansible-playbook.

Create, change and delete, each of them first in check mode and then for real, and both once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .playbook import Run, Task, task

# Name of the step -> whether it reports a change.
STEPS = {
    "check create": True,
    "create": True,
    "check create again": False,
    "create again": False,
    "check change": True,
    "change": True,
    "check change again": False,
    "change again": False,
    "check absent": True,
    "absent": True,
    "check absent again": False,
    "absent again": False,
}


def life_cycle(
    module: str,
    identity: Mapping[str, Any],
    create: Mapping[str, Any],
    change: Mapping[str, Any],
    looks: Mapping[str, Task] | None = None,
) -> dict[str, Task]:
    """Return the tasks of the twelve steps.

    ``looks`` are read-only tasks by the name of the step after which they run; their own name is
    "after " and that.
    """
    options = {"create": create, "change": change, "absent": {"state": "absent"}}
    tasks: dict[str, Task] = {}
    for step in STEPS:
        check = step.startswith("check ")
        what = options[step.removeprefix("check ").removesuffix(" again")]
        tasks[step] = task(module, check=check, diff=True, **identity, **what)
        if looks and step in looks:
            tasks[f"after {step}"] = looks[step]
    return tasks


def assert_life_cycle(run: Run) -> None:
    """Each step reports what it should, and check mode foretells exactly what is then done."""
    assert {step: run[step]["changed"] for step in STEPS} == STEPS
    for step, changed in STEPS.items():
        assert bool(run[step]["changes"]) == changed, step
        assert bool(run[step]["diff"]) == changed, step
    for step in ("create", "change", "absent"):
        assert run[f"check {step}"]["changes"] == run[step]["changes"]
        assert run[f"check {step}"]["diff"] == run[step]["diff"]
