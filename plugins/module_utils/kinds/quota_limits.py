# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The limits of a quota (facts A15): percentages at which Quay warns, or takes no more pushes.

A quota may have several of each type. Each type is a field of the quota, with all its percentages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..engine.declaration import Notes
from ..engine.options import list_of
from ..engine.words import Entry, Spec
from ..http.client import Client
from ..http.connection import segment

# What Quay calls a limit, by the field that holds the percentages of all limits of that type.
TYPES = {"warning_pct": "Warning", "reject_pct": "Reject"}
# Type, percentage and Quay's id of a limit that is there.
Limit = tuple[str, int, str]


def limit_options() -> Spec:
    """Return the options of a quota that are about its limits."""
    limit: Spec = {
        "type": {"type": "str", "choices": list(TYPES.values()), "required": True},
        "percent": {"type": "int", "required": True, "aliases": ["threshold_percent", "limit_percent"]},
    }
    return {"warning_pct": {"type": "int"}, "reject_pct": {"type": "int"}, "limits": list_of(limit)}


def declared_limits(entry: Entry, notes: Notes) -> dict[str, tuple[int, ...]]:
    """Return the percentages of all limits of each type of which anything is declared."""
    found = {name: [entry[name]] for name in TYPES if entry.get(name) is not None}
    listed: list[Entry] | None = entry.get("limits")
    if listed is not None and found:
        notes.wrong.append("limits are all limits; warning_pct and reject_pct cannot be given beside it")
    if listed is not None:
        found = {
            name: [limit["percent"] for limit in listed if limit["type"] == kind]
            for name, kind in TYPES.items()
        }
    # 0 is the way to say that there shall be none, where there is no list that could be empty.
    lowest = 1 if listed is not None else 0
    for name, percents in found.items():
        for percent in percents:
            if not lowest <= percent <= 100:
                notes.wrong.append(f"{TYPES[name]} limit {percent}: a limit is 1 to 100 percent of the quota")
        if len(set(percents)) < len(percents):
            notes.wrong.append(f"{TYPES[name]} limits: a percentage is declared twice")
    return {name: tuple(sorted(filter(None, percents))) for name, percents in found.items()}


def limits_of(view: Mapping[str, Any]) -> tuple[Limit, ...]:
    """Return the limits in Quay's view of a quota, sorted: Quay has no order."""
    return tuple(
        sorted((one["type"], one["limit_percent"], str(one["id"])) for one in view.get("limits", ()))
    )


def percents_of(limits: tuple[Limit, ...]) -> dict[str, tuple[int, ...]]:
    """Return the fields of a quota with these limits."""
    return {
        name: tuple(percent for one, percent, _id in limits if one == kind) for name, kind in TYPES.items()
    }


def set_limits(
    client: Client, quota: str, name: str, wanted: tuple[int, ...], there: tuple[Limit, ...]
) -> None:
    """Make the limits of one type those that are wanted, with as few requests as that takes."""
    spare = [(percent, ident) for kind, percent, ident in there if kind == TYPES[name]]
    missing = []
    for percent in wanted:
        same = next((one for one in spare if one[0] == percent), None)
        missing += [percent] if same is None else []
        spare = [one for one in spare if one is not same]
    for percent in missing:
        body = {"type": TYPES[name], "threshold_percent": percent}
        if spare:
            client.send("PUT", f"{quota}/limit/{segment(spare.pop()[1])}", body)
        else:
            client.send("POST", f"{quota}/limit", body)
    for _percent, ident in spare:
        client.send("DELETE", f"{quota}/limit/{segment(ident)}")


def shown_percents(value: tuple[int, ...]) -> Any:
    """Return the percentages of a type as the option has them, or as a list where they are several."""
    return list(value) if len(value) > 1 else next(iter(value), 0)


def written_limits(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the limits of a quota in the options in which they are declared."""
    percents = {name: fields[name] for name in TYPES}
    if all(len(found) <= 1 for found in percents.values()):
        return {name: shown_percents(found) for name, found in percents.items()}
    limits = [{"type": TYPES[name], "percent": one} for name, found in percents.items() for one in found]
    return {"limits": limits}
