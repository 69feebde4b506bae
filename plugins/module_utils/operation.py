# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What an operation hands to whoever shows it: Ansible, or the command-line tool. Values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Operation:
    """The outcome of something that is no reconciliation of objects.

    ``values`` is what is returned by name, ``diff`` one entry a change in the form that Ansible prints.
    With an ``error`` the rest of it says what was done all the same.
    """

    changed: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)
    diff: Sequence[Mapping[str, Any]] = ()
    warnings: Sequence[str] = ()
    error: str | None = None
