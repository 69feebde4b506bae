# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The quota of an organization or of a user, with its limits (facts A15).

It comes along with its namespace. Quay has it at two places: with the organization, for superusers with
full access, and on the panel of superusers, for all of them. The limits are at the former only, those of a
user too. The key says which part of the panel is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Callable

from ..engine.declaration import Notes, declared
from ..engine.lanes import Batch, one
from ..engine.options import entry_with, state_option
from ..engine.report import Report
from ..engine.values import Field, Place, Step
from ..engine.words import Change, Current, Desired, Entry, Export, Exporting, Flat, Item, Key, Kind, Spec
from ..errors import Forbidden, NotFound
from ..http.client import Client
from ..http.connection import segment
from .names import check_name
from .organization import ORGANIZATION
from .quota_limits import (
    TYPES,
    declared_limits,
    limit_options,
    limits_of,
    percents_of,
    set_limits,
    shown_percents,
    written_limits,
)
from .sizes import declared_size, size_text
from .user import USER

# A limit is a part of a quota, so that one without a size needs one: as much as hardly anybody has.
_UNLIMITED = 8 * 10**18

# What the user writes


def _options() -> Spec:
    return {"quota": {"type": "str"}, **limit_options(), **state_option()}


def _flat_options() -> Spec:
    return {"organization": {"type": "str"}, "user": {"type": "str"}, **_options()}


def desired_quota(params: Entry) -> Desired:
    """Return what is desired of one quota; ``params`` has the options of quay_quota."""
    home, name = (USER, params["user"]) if params.get("user") else (ORGANIZATION, params["organization"])
    return declared(home, entry_with(QUOTA, str(name), params), [QUOTA], with_home=False)


def _take(entry: Entry, notes: Notes) -> None:
    if entry.get("user"):
        check_name(notes, "user", notes.namespace)
    fields: dict[str, Any] = {}
    if entry.get("state") != "absent":
        fields = {"quota": declared_size(entry, notes), **declared_limits(entry, notes)}
    notes.add(entry, QUOTA, ("users" if entry.get("user") else "organization",), fields)


def _describe(params: Entry, report: Report) -> dict[str, Any]:
    return {"user" if params.get("user") else "organization": report.namespace}


# What is there


def _details(client: Client, desired: Desired, current: Current) -> Batch[Current]:
    (key,) = desired.named(QUOTA)
    views = next((item.facts.get("quotas") for item in current.of(desired.home)), None)
    if views is None:
        # A superuser without full access sees little of others' organizations. Or quotas are off.
        views = yield from one(partial(_views, client, current.place, key))
    return replace(current, items=(*current.items, *_items(views, key)))


def _views(client: Client, place: Place, key: Key) -> list[Mapping[str, Any]]:
    views: list[Mapping[str, Any]] = client.get(f"{_panel(place, key)}/quota")
    return views


def _items(views: list[Mapping[str, Any]], key: Key) -> list[Item]:
    """Return the quota, if there is one; without an id it is only the registry's default that is shown."""
    return [_item(view, key) for view in views if view.get("id") is not None]


def _item(view: Mapping[str, Any], key: Key) -> Item:
    limits = limits_of(view)
    fields = {"quota": int(view["limit_bytes"]), **percents_of(limits)}
    return Item(QUOTA, key, fields, ident=str(view["id"]), facts={"limits": limits})


def _pending(item: Item, current: Current) -> str | None:
    if any(item.fields.values()):
        return None
    return "there is no quota, and none was made: the declaration does not say how large (quota)"


# What changes


def _panel(place: Place, key: Key) -> str:
    return f"superuser/{key[0]}/{segment(place.name)}"


def _path(place: Place, ident: str) -> str:
    return f"organization/{segment(place.name)}/quota/{segment(ident)}"


def _send(client: Client, place: Place, change: Change, method: str, body: Any = None) -> Any:
    """Send a request about the quota itself, to the panel where it is refused with the organization."""
    rest = "quota" if method == "POST" else f"quota/{segment(change.ident)}"
    if change.key[0] == "organization":
        try:
            return client.send(method, f"organization/{segment(place.name)}/{rest}", body)
        except Forbidden:
            # The registry gives its superusers no full access, or the caller is none.
            pass
    return client.send(method, f"{_panel(place, change.key)}/{rest}", body)


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    body = {"limit_bytes": change.value("quota")}
    yield Step(("quota",), partial(_send, client, place, change, "POST", body))
    names = tuple(name for name in TYPES if name in change.fields)
    if names:
        yield Step(names, partial(_add_limits, client, place, change, names))


def _add_limits(client: Client, place: Place, change: Change, names: tuple[str, ...]) -> None:
    """Give a new quota its limits. Quay did not answer its id."""
    made = _items(_views(client, place, change.key), change.key)
    if not made:
        raise NotFound(f"The quota of {place.name!r} was removed by another caller.")
    for name in names:
        set_limits(client, _path(place, made[0].ident), name, change.value(name), made[0].facts["limits"])


def _update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    if "quota" in change.fields:
        body = {"limit_bytes": change.value("quota")}
        yield Step(("quota",), partial(_send, client, place, change, "PUT", body))
    path = _path(place, change.ident)
    for name in TYPES:
        if name in change.fields:
            wanted, there = change.value(name), change.facts["limits"]
            yield Step((name,), partial(set_limits, client, path, name, wanted, there))


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(_send, client, place, change, "DELETE"))


# How it is shown, and written down


def _show(values: dict[str, Any]) -> dict[str, Any]:
    texts: dict[str, Callable[[Any], Any]] = {"quota": size_text, **dict.fromkeys(TYPES, shown_percents)}
    return {name: texts[name](value) for name, value in values.items()}


def _entries(exporting: Exporting) -> Batch[list[dict[str, Any]]]:
    yield from ()
    views = [view for item in exporting.of(ORGANIZATION) for view in item.facts.get("quotas", ())]
    return [
        {"quota": size_text(item.fields["quota"]), **written_limits(item.fields)}
        for item in _items(views, ("organization",))
    ]


QUOTA = Kind(
    "quota",
    "quota",
    14,
    (Field("quota", _UNLIMITED), Field("warning_pct", ()), Field("reject_pct", ())),
    for_admins=False,
    nested=True,
    single=True,
    options=_options,
    flat=Flat(_flat_options, _describe, declare=desired_quota),
    take=_take,
    details=_details,
    pending=_pending,
    create=_create,
    update=_update,
    delete=_delete,
    describe=lambda key: "quota",
    title=lambda namespace, key: namespace,
    show=_show,
    export=Export(lambda client, place, wanted: {}, _entries),
)
