# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Users (facts A12 and A14). A user is a namespace of their own; superusers among them are protected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch, all_of, one
from ..engine.options import state_option
from ..engine.placeholder import placeholder
from ..engine.report import Report, answers_with
from ..engine.values import Field, Place, Run, Secret, Step
from ..engine.words import Change, Current, Desired, Entry, Flat, Item, Kind, Reference, Spec
from ..errors import Conflict, NotFound
from ..http.client import Client
from ..http.connection import segment
from .account_rules import PASSWORD_RULE, is_email, is_password
from .names import check_name, email_of
from .password import replace_password, with_password
from .superuser import check_protected, list_superuser, superuser_warnings

# What the user writes


def _options() -> Spec:
    return {
        "username": {"type": "str", "required": True},
        "email": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        # Its name makes Ansible take it for a secret.
        "update_password": {
            "type": "str",
            "choices": ["on_create", "always"],
            "default": "on_create",
            "no_log": False,
        },
        "enabled": {"type": "bool"},
        "superuser": {"type": "bool", "aliases": ["is_superuser"]},
        **state_option(),
    }


def desired_user(params: Entry) -> Desired:
    """Return what is desired of one user; ``params`` has the options of quay_user."""
    notes = Notes(str(params["username"]))
    _take(params, notes)
    return notes.desired(USER)


def _take(entry: Entry, notes: Notes) -> None:
    check_name(notes, "user", notes.namespace)
    email, password = entry.get("email"), entry.get("password") or None
    if email is not None and not is_email(str(email)):
        notes.wrong.append(f"email {email!r} is not an address; Quay cannot remove that of a user")
    if password is not None and not is_password(str(password)):
        notes.wrong.append(f"the password must have {PASSWORD_RULE}")
    compared = entry.get("update_password") == "always"
    fields = {
        "email": email,
        "enabled": entry.get("enabled"),
        "password": None if password is None else Secret(str(password), compared),
        "superuser": entry.get("superuser") or None,
    }
    notes.add(entry, USER, (), fields, facts={"superuser": entry.get("superuser")})


def _describe(params: Entry, report: Report) -> dict[str, Any]:
    result = {"username": report.namespace}
    password = generated_password(report)
    if report.check_mode and any(change.action == "create" for change in report.changes):
        password = placeholder(32)
    if password is not None and not params["password"]:
        result["password"] = password
    return result


def generated_password(report: Report) -> str | None:
    """Return the password that Quay made up for a new user."""
    answers = answers_with(report, "password")
    return str(answers[0]["password"]) if answers else None


# What is there


def _open(run: Run, desired: Desired) -> Batch[Current]:
    name = desired.namespace
    found: Item | None = yield from one(partial(_find, run.client, name))
    # Only a superuser gets an answer to that, so Quay knows the caller.
    run.known = True
    if found is None:
        run.accounts[name] = False
        return Current(name, exists=False)
    # Of a user who was missing a moment ago nobody knows if the password came through.
    made = not run.accounts.setdefault(name, True)
    for item in desired.of(USER):
        password = item.fields.get("password")
        if password is not None:
            password = replace(password, compared=password.compared or made)
            found = yield from with_password(run, name, found, password)
        elif made:
            found = replace(found, facts={**found.facts, "password_lost": True})
        if found.facts["superuser"] and _differs(item, found):
            # A superuser is changed by nobody else.
            caller = yield from one(run.client.caller)
            found = replace(found, facts={**found.facts, "own": caller == name})
    return Current(name, exists=True, items=(found,))


def _find(client: Client, name: str) -> Item | None:
    """Return the user as a superuser sees it, None if there is none."""
    view = client.find(f"superuser/users/{segment(name)}")
    if view is None:
        return None
    superuser = bool(view.get("super_user"))
    fields = {
        "email": email_of(view.get("email")),
        "enabled": bool(view.get("enabled", True)),
        "superuser": superuser,
    }
    facts: dict[str, Any] = {"superuser": superuser}
    if "quotas" in view:
        facts["quotas"] = view["quotas"]
    return Item(USER, (), fields, facts=facts)


def _differs(wanted: Item, found: Item) -> bool:
    return any(found.fields.get(name) != value for name, value in wanted.fields.items())


def _unknown(run: Run, desired: Desired, current: Current, used: list[Reference]) -> Batch[set[str]]:
    """Return those of the users that do not exist; a request for each that is used for the first time."""
    names = {one.name for one in used if one.name != current.caller}
    new = sorted(names - set(run.accounts))
    found = yield from all_of([partial(_exists, run.client, name) for name in new])
    run.accounts.update(zip(new, found))
    return {name for name in names if not run.accounts[name]}


def _exists(client: Client, name: str) -> bool:
    try:
        client.get(f"users/{segment(name)}")
    except NotFound:
        return False
    return True


def _missing(reference: Reference, desired: Desired, current: Current) -> str | None:
    if reference.name not in current.unknown:
        return None
    advice = "users of a directory come into being when they first sign in"
    return f"user {reference.name!r} does not exist ({advice})"


# What Quay allows


def _check(desired: Desired, current: Current, changes: list[Change]) -> list[str]:
    there = next(iter(current.of(USER)), None)
    warnings: list[str] = []
    for item in desired.of(USER):
        warnings += superuser_warnings(desired.namespace, item, there)
    if there is not None and there.facts.get("password_unknown"):
        warnings.append(
            "whether the password is another is found out by signing in, which check mode does not do. A "
            "password that differs is not among the changes that are foreseen."
        )
    if there is not None and there.facts.get("password_lost"):
        warnings.append(
            "the user was made, but Quay's answer with the password did not arrive. Give one with password, "
            "and update_password: always."
        )
    if there is not None and there.facts.get("superuser"):
        for change in changes:
            check_protected(desired.namespace, change, there)
    return warnings


def _expand(item: Item, desired: Desired, current: Current) -> Item:
    """Return the user without what Quay tells only of one who is there: whether they are a superuser."""
    if current.exists:
        return item
    fields = {name: value for name, value in item.fields.items() if name != "superuser"}
    return replace(item, fields=fields)


def _look_again(desired: Desired, changes: list[Change]) -> bool:
    """Tell whether a user is made who has to be a superuser: only then Quay shows whether it knows them."""
    made = any(change.action == "create" and change.kind is USER for change in changes)
    return made and any(item.facts.get("superuser") for item in desired.of(USER))


# What changes


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    body = {"username": place.name}
    if change.value("email"):
        body["email"] = change.value("email")
    made: dict[str, Any] = {}
    yield Step(("email",), lambda: _noted(_post(client, body), made))
    if "password" in change.fields:
        password = change.value("password").value
        yield Step(("password",), partial(replace_password, client, place.name, _path(place), made, password))
    if "enabled" in change.fields:
        enabled = {"enabled": change.value("enabled")}
        yield Step(("enabled",), partial(client.send, "PUT", _path(place), enabled))


def _update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    body = {name: change.value(name) for name in change.fields if name != "superuser"}
    if "password" in body:
        body["password"] = body["password"].value
    # A superuser is changed by nobody else, and so not by way of the panel of superusers.
    path = "user/" if change.facts.get("own") else _path(place)
    if body:
        yield Step(tuple(body), partial(client.send, "PUT", path, body))
    if "superuser" in change.fields:
        yield Step(("superuser",), partial(list_superuser, client, _path(place)))


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    if not change.facts.get("enabled", True):
        # Quay answers that a disabled user was deleted, and does nothing.
        yield Step((), partial(client.send, "PUT", _path(place), {"enabled": True}))
    yield Step((), partial(client.send, "DELETE", _path(place)))


def _post(client: Client, body: Mapping[str, Any]) -> Any:
    try:
        return client.send("POST", "superuser/users/", body)
    except Conflict as error:
        # Seen only where no user of that name was found before.
        raise Conflict(
            f"{error.message} The name {body['username']!r} belongs to an organization, or to a user "
            "made at the same time: users and organizations share their names.",
            error.status,
        ) from error


def _path(place: Place) -> str:
    return f"superuser/users/{segment(place.name)}"


def _noted(answer: Any, made: dict[str, Any]) -> Any:
    """Keep what Quay answered to the creation for the steps after it."""
    if isinstance(answer, Mapping):
        made.update(answer)
    return answer


USER = Kind(
    "user",
    "users",
    0,
    (Field("email", ""), Field("enabled", True), Field("password"), Field("superuser")),
    namespace=True,
    makers="quay_user",
    within="",
    options=_options,
    flat=Flat(_options, _describe, declare=desired_user),
    take=_take,
    open=_open,
    unknown=_unknown,
    missing=_missing,
    expand=_expand,
    check=_check,
    look_again=_look_again,
    create=_create,
    update=_update,
    delete=_delete,
)
