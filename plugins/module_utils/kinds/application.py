# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""OAuth applications of an organization (facts A2). Their names are not unique in Quay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..engine.declaration import Notes, declared
from ..engine.lanes import Batch, Call
from ..engine.options import state_option
from ..engine.placeholder import placeholder
from ..engine.report import Report, answers_with
from ..engine.values import Field, Place, Step
from ..engine.words import Change, Desired, Entry, Export, Exporting, Flat, Item, Kind, Question, Spec
from ..errors import Conflict
from ..http.client import Client
from ..http.connection import segment
from .names import home_path
from .organization import ORGANIZATION

# What the user writes


def _options() -> Spec:
    return {
        "name": {"type": "str", "required": True},
        "description": {"type": "str"},
        "application_uri": {"type": "str"},
        "redirect_uri": {"type": "str"},
        **state_option(),
    }


def _flat_options() -> Spec:
    return {
        **_options(),
        "organization": {"type": "str", "required": True},
        "new_name": {"type": "str"},
        "avatar_email": {"type": "str"},
    }


def desired_application(params: Entry) -> Desired:
    """Return what is desired of one application, which must be told by its name."""
    entries = [params]
    if params.get("state") == "absent" and params.get("new_name") not in (None, params["name"]):
        # It may have been renamed already.
        entries = [params, {**params, "name": params["new_name"]}]
    entry = {"name": params["organization"], APPLICATION.plural: entries}
    return replace(declared(ORGANIZATION, entry, [APPLICATION], with_home=False), unambiguous=True)


def _take(entry: Entry, notes: Notes) -> None:
    fields = {name: entry.get(name) for name in _names()}
    fields["name"] = entry.get("new_name")
    notes.add(entry, APPLICATION, (str(entry["name"]),), fields)


def _describe(params: Entry, report: Report) -> dict[str, Any]:
    result = {"name": params["new_name"] or params["name"]}
    if params["state"] == "present":
        if report.check_mode and report.changes:
            result.update(client_id=placeholder(20), client_secret=placeholder(40))
        result.update(application_credentials(report, params["name"], params["new_name"]))
    return result


def application_credentials(report: Report, *names: str | None) -> dict[str, str]:
    """Return client ID and secret of the one application that the report is about; it had one of the names.

    Where check mode foresees changes there is no secret, so that the result can show its diff. Nor is
    there one for who only reads.
    """
    answers = answers_with(report, "client_id")
    found: dict[str, Any] = dict(answers[-1]) if answers else {}
    if not found and report.current is not None:
        for item in report.current.of(APPLICATION):
            if item.key[0] in names:
                found = {"client_id": item.ident, **item.facts}
    if report.check_mode and report.changes:
        found.pop("client_secret", None)
    return {name: found[name] for name in ("client_id", "client_secret") if found.get(name)}


# What is there


def applications_of(client: Client, place: Place) -> list[Item]:
    """Return all applications, in Quay's order; their secrets are facts."""
    return [_item(view) for view in client.get(f"{home_path(place)}/applications")["applications"]]


def _item(view: Mapping[str, Any]) -> Item:
    fields = {name: view.get(name) or "" for name in _names()}
    facts = {"client_secret": view.get("client_secret")}
    return Item(APPLICATION, (view["name"],), fields, ident=view["client_id"], facts=facts)


def _lists(client: Client, question: Question) -> list[Call]:
    return [partial(applications_of, client, question.current.place)]


# What changes


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    body = _body(change.key[0], {name: change.value(name) for name in _names()})
    yield Step(tuple(_names()), partial(_create_once, client, place, body))


def _create_once(client: Client, place: Place, body: Mapping[str, str]) -> Any:
    """Make an application, and take it back where another caller made one of that name just before.

    Quay lets both exist, and later nobody may remove one: tokens may have been granted by either. Of two
    callers who make one at the same time the later finds both when it looks, in the same order as the
    earlier. Raises Conflict, so that what is there now is read and made as declared.
    """
    made = client.send("POST", f"{home_path(place)}/applications", body)
    named = [item.ident for item in applications_of(client, place) if item.key == (body["name"],)]
    if made["client_id"] not in named[1:]:
        return made
    client.send("DELETE", f"{home_path(place)}/applications/{segment(made['client_id'])}")
    raise Conflict(f"Application {body['name']!r} was made by another caller at the same time.")


def _update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    # Quay empties what a PUT leaves out, so everything is sent.
    values = {
        name: change.value(name) if name in change.fields else change.facts.get(name)
        for name in ("name", *_names())
    }
    body = _body(values["name"] or change.key[0], values)
    yield Step(change.fields, partial(client.send, "PUT", _path(place, change), body))


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(client.send, "DELETE", _path(place, change)))


def _path(place: Place, change: Change) -> str:
    return f"{home_path(place)}/applications/{segment(change.ident)}"


def _names() -> list[str]:
    return [field.name for field in APPLICATION.fields if field.name != "name"]


def _body(name: str, values: Mapping[str, Any]) -> dict[str, str]:
    body = {"name": name, **{one: values.get(one) or "" for one in _names()}}
    if not body["avatar_email"]:
        # Left out it is emptied; an empty text would be stored as an address.
        del body["avatar_email"]
    return body


# How it is written down


def _export_lists(client: Client, place: Place, wanted: frozenset[str]) -> dict[str, Call]:
    return {"applications": partial(applications_of, client, place)}


def _entries(exporting: Exporting) -> Batch[list[dict[str, Any]]]:
    """Return each name once: the first is the one that a declaration manages."""
    yield from ()
    entries: dict[str, dict[str, Any]] = {}
    for item in exporting.parts["applications"]:
        name = item.key[0]
        if name in entries:
            exporting.warnings.append(
                f"{exporting.place.name}: several applications are named {name}; the first is declared."
            )
        # What the options of quay_organizations do not have cannot be declared.
        fields = {key: value for key, value in item.fields.items() if key != "avatar_email"}
        entries.setdefault(name, {**fields, "name": name})
    return list(entries.values())


APPLICATION = Kind(
    "application",
    "applications",
    8,
    (
        Field("description", ""),
        Field("application_uri", ""),
        Field("redirect_uri", ""),
        Field("avatar_email", ""),
        Field("name"),
    ),
    unique=False,
    # Removing an application revokes its tokens: never done merely because of its name.
    repairable=False,
    nested=True,
    options=_options,
    flat=Flat(_flat_options, _describe, declare=desired_application),
    take=_take,
    lists=_lists,
    create=_create,
    update=_update,
    delete=_delete,
    export=Export(_export_lists, _entries),
)
