# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""One operation out of several: that of each organization, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable

from ..errors import QuayError
from ..operations.operation import Operation
from ..visible import visible


def each(organizations: Sequence[str], run: Callable[[str], Operation]) -> Operation:
    """Return what became of all organizations, one after the other; one that fails does not stop the rest.

    Where there is only one, its error is raised.
    """
    if len(organizations) == 1:
        return run(organizations[0])
    done: list[Operation] = []
    for name in organizations:
        try:
            done.append(run(name))
        except QuayError as error:
            done.append(Operation(error=f"{visible(name)}: {error}"))
    return joined(done)


def joined(done: Sequence[Operation]) -> Operation:
    """Return one operation for many; lists of the same name are put together."""
    values: dict[str, Any] = {}
    for one in done:
        for name, value in one.values.items():
            values[name] = [*values.get(name, []), *value] if isinstance(value, list) else value
    return Operation(
        changed=any(one.changed for one in done),
        values=values,
        diff=[entry for one in done for entry in one.diff],
        warnings=[text for one in done for text in one.warnings],
        error="\n".join(one.error for one in done if one.error) or None,
    )
