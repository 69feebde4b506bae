# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Robot accounts (facts A4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch, Call, all_of, one
from ..engine.options import append_option, state_option
from ..engine.placeholder import placeholder
from ..engine.report import Report, answers_with
from ..engine.values import Field, Place, Run, Step
from ..engine.words import (
    Change,
    Current,
    Desired,
    Entry,
    Export,
    Exporting,
    Flat,
    Item,
    Kind,
    Question,
    Reference,
    Spec,
)
from ..http.client import Client
from .federation import Federations, federate, federation_option, federations_of, offered_federations, taken
from .names import home_path, own_robot, robot_path, split_robot
from .roles import roles_by_repository

_LONGEST_DESCRIPTION = 255

# What the user writes


def _options() -> Spec:
    return {
        "name": {"type": "str", "required": True},
        "description": {"type": "str"},
        "federations": federation_option(),
        **append_option(),
        **state_option(),
    }


def _entry(params: Entry, client: Client) -> tuple[str, Entry]:
    namespace, short = split_robot(params["name"])
    return namespace or client.caller(), {**params, "name": short}


def _take(entry: Entry, notes: Notes) -> None:
    short = own_robot(notes, str(entry["name"]), "robots")
    description = entry.get("description")
    if description is not None and len(description) > _LONGEST_DESCRIPTION:
        notes.wrong.append(
            f"robot {short!r}: its description has {len(description)} characters; "
            f"{_LONGEST_DESCRIPTION} are allowed"
        )
    fields = {
        "description": description,
        "federations": taken(short, entry.get("federations"), notes),
        "regenerate": True if entry.get("regenerate") else None,
    }
    notes.add(entry, ROBOT, (short,), fields, append=entry.get("append", True))


def _describe(params: Entry, report: Report) -> dict[str, Any]:
    result = {"name": f"{report.namespace}+{split_robot(params['name'])[1]}"}
    token = robot_token(report)
    if token is None and report.check_mode and report.changes:
        token = placeholder(64)
    if token is not None and params["state"] == "present":
        result["token"] = token
    return result


def robot_token(report: Report) -> str | None:
    """Return the token of the one robot that the report is about: the newest that Quay has answered.

    None where check mode foresees changes: the present token would not be the one after them, and a
    result without it can show its diff.
    """
    if report.check_mode and report.changes:
        return None
    answers = answers_with(report, "token")
    if answers:
        return str(answers[-1]["token"])
    robots = report.current.of(ROBOT) if report.current is not None else []
    return robots[0].facts.get("token") if robots else None


# What is there


def robots_of(client: Client, place: Place, with_links: bool) -> list[Item]:
    """Return all robots; ``with_links``: with their teams and repositories as facts, without tokens."""
    views = robot_views(client, place, with_token=False, with_links=with_links)
    return sorted((_item(view) for view in views), key=lambda item: item.key)


def robot_views(
    client: Client, place: Place, with_token: bool, with_links: bool = True
) -> list[dict[str, Any]]:
    """Return Quay's views of all robots, sorted by name; see robots_of."""
    query = {
        "permissions": "true" if with_links else "false",
        "token": "true" if with_token else "false",
    }
    answer = client.get(f"{home_path(place)}/robots", query)
    # Quay matches the namespace's name as a pattern (_ is any letter), so there are others among them.
    found = [view for view in answer["robots"] if split_robot(view["name"])[0] == place.name]
    return sorted(found, key=lambda view: str(view["name"]))


def robot_roles(client: Client, place: Place, short: str) -> dict[str, str]:
    """Return the robot's role for each repository of its namespace on which it has one."""
    return roles_by_repository(client.get(f"{robot_path(place, short)}/permissions"))


def _lists(client: Client, question: Question) -> list[Call]:
    desired, place = question.desired, question.current.place
    if not question.current.admin:
        return []
    names = {key[0] for key in desired.named(ROBOT)}
    if len(names) == 1 and not desired.covers(ROBOT) and not question.linked:
        return [partial(_find, client, place, names.pop())]
    return [partial(robots_of, client, place, with_links=question.linked)]


def _find(client: Client, place: Place, short: str) -> list[Item]:
    """Return the robot, with its token as a fact, or an empty list."""
    view = client.find(robot_path(place, short))
    return [] if view is None else [_item(view)]


def _item(view: Mapping[str, Any]) -> Item:
    facts: dict[str, Any] = {
        "teams": tuple(team["name"] for team in view.get("teams") or ()),
        "repositories": tuple(view.get("repositories") or ()),
    }
    if view.get("token"):
        facts["token"] = view["token"]
    fields = {"description": view.get("description") or ""}
    return Item(ROBOT, (split_robot(view["name"])[1],), fields, facts=facts)


def _details(client: Client, desired: Desired, current: Current) -> Batch[Current]:
    there = {item.key for item in current.of(ROBOT)}
    declared = [item.key for item in desired.of(ROBOT) if item.fields.get("federations") is not None]
    asked = [key for key in declared if key in there]
    found = yield from all_of([partial(federations_of, client, current.place, short) for (short,) in asked])
    known = dict(zip(asked, found))
    items = tuple(
        replace(item, fields={**item.fields, "federations": known[item.key]})
        if item.kind is ROBOT and item.key in known
        else item
        for item in current.items
    )
    return replace(current, items=items)


def _unknown(run: Run, desired: Desired, current: Current, used: list[Reference]) -> Batch[set[str]]:
    """Return the namespace's own robots among ``used`` that neither exist nor are declared."""
    declared = {item.key for item in desired.of(ROBOT)}
    own = {one.key: one.name for one in used if len(one.key) == 1 and one.key not in declared}
    if not own or not current.admin:
        return set()
    robots = current.of(ROBOT)
    if current.exists and not (desired.covers(ROBOT) or _are_linked(desired)):
        # What was read for other reasons may be one robot only.
        robots = yield from one(partial(robots_of, run.client, current.place, with_links=False))
    there = {item.key for item in robots}
    return {name for key, name in own.items() if key not in there}


def _are_linked(desired: Desired) -> bool:
    return any(ROBOT in kind.needs(desired) for kind in desired.kinds)


def _missing(reference: Reference, desired: Desired, current: Current) -> str | None:
    return f"robot {reference.name!r} does not exist" if reference.name in current.unknown else None


# What changes


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    path = robot_path(place, change.key[0])
    body = {"description": change.value("description") or ""}
    yield Step(("description",), partial(client.send, "PUT", path, body))
    if "federations" in change.fields:
        yield federate(client, path, change.value("federations"))


def _update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    path = robot_path(place, change.key[0])
    if "federations" in change.fields:
        yield federate(client, path, change.value("federations"))
    if "regenerate" in change.fields:
        yield Step(("regenerate",), partial(client.send, "POST", f"{path}/regenerate", {}))


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(client.send, "DELETE", robot_path(place, change.key[0])))


# How it is shown, and written down


def _show(values: dict[str, Any]) -> dict[str, Any]:
    if "federations" in values:
        values["federations"] = [list(pair) for pair in values["federations"] or ()]
    if "regenerate" in values:
        values["token"] = "(a new one)" if values.pop("regenerate") else "(the present one)"
    return values


def _export_lists(client: Client, place: Place, wanted: frozenset[str]) -> dict[str, Call]:
    return {"robots": partial(robots_of, client, place, with_links=True)}


def _entries(exporting: Exporting) -> Batch[list[dict[str, Any]]]:
    robots, read = exporting.parts["robots"], partial(offered_federations, exporting.client, exporting.place)
    found = yield from all_of([partial(read, item.key[0]) for item in robots])
    return [_written(item, pairs) for item, pairs in zip(robots, found)]


def _written(item: Item, pairs: Federations | None) -> dict[str, Any]:
    entry = {"name": item.key[0], "description": item.fields["description"]}
    if pairs is not None:
        entry["federations"] = [{"issuer": issuer, "subject": subject} for issuer, subject in pairs]
    return entry


ROBOT = Kind(
    "robot",
    "robots",
    1,
    (
        Field(
            "description",
            "",
            fixed="Removing and creating it again would change its token and drop its permissions.",
        ),
        Field("federations", (), additive=True),
        Field("regenerate", on_request=True),
    ),
    personal=True,
    nested=True,
    options=_options,
    flat=Flat(
        lambda: {**_options(), "regenerate": {"type": "bool", "default": False}}, _describe, entry=_entry
    ),
    take=_take,
    lists=_lists,
    details=_details,
    unknown=_unknown,
    missing=_missing,
    create=_create,
    update=_update,
    delete=_delete,
    title=lambda namespace, key: f"{namespace}+{key[0]}",
    show=_show,
    export=Export(_export_lists, _entries),
)
