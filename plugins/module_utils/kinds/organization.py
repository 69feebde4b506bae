# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Organizations: settings, and the teams that come along with them (facts A1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch, one
from ..engine.options import state_option
from ..engine.report import Report
from ..engine.values import Field, Place, Run, Step
from ..engine.words import Change, Current, Desired, Entry, Flat, Item, Kind, Spec
from ..errors import AuthenticationFailed, Conflict, FeatureOff, Forbidden, NotFound
from ..http.client import Client
from ..http.connection import segment
from .account_rules import is_email
from .names import check_name, email_of, home_path
from .namespace_auto_prune import AUTO_PRUNE
from .prune_shortcut import shortcut_options, take_shortcut
from .team import declares_owners, owners, teams_of
from .time_machine import declared_time_machine, refused_time_machine, what_is_allowed

# What the user writes


def settings() -> Spec:
    """Return the options of an organization itself."""
    return {
        "name": {"type": "str", "required": True},
        "email": {"type": "str"},
        "time_machine_expiration": {"type": "str", "aliases": ["tag_expiration_s"]},
        **shortcut_options(),
        **state_option(),
    }


def _check_names(entry: Entry, notes: Notes) -> None:
    check_name(notes, "organization", notes.namespace)
    if entry.get("new_name") is not None:
        check_name(notes, "organization", str(entry["new_name"]))


def _take(entry: Entry, notes: Notes) -> None:
    fields: dict[str, Any] = {}
    if entry.get("state") != "absent":
        fields["email"] = _email(entry, notes)
        fields["tag_expiration_s"] = declared_time_machine(entry, notes)
    if notes.add(entry, ORGANIZATION, (), fields):
        take_shortcut(AUTO_PRUNE, entry, notes)


def _email(entry: Entry, notes: Notes) -> str | None:
    if entry.get("email") is None:
        return None
    email = str(entry["email"])
    if email and not is_email(email):
        notes.wrong.append(f"email {email!r} is not an address")
    return email


def _describe(params: Entry, report: Report) -> dict[str, Any]:
    return {"name": report.namespace}


# What is there


def find_organization(client: Client, name: str, as_admin: bool = True) -> Mapping[str, Any] | None:
    """Return Quay's view of the organization, None if there is none.

    To whoever does not administer it, and to a token that is not valid, Quay shows less, with the
    same status 200. Raises AuthenticationFailed in the latter case, and with ``as_admin`` Forbidden
    in the former.
    """
    view: Mapping[str, Any] | None = client.find(f"organization/{segment(name)}")
    if view is None or view.get("is_admin") or (view.get("is_member") and not as_admin):
        return view
    # The view does not tell why. This request does: 401 for a token that is not valid, 403 for
    # a right or a scope that is missing.
    try:
        client.get(f"organization/{segment(name)}/robots", {"token": "false"})
    except Forbidden:
        if as_admin:
            raise
        return view
    raise Forbidden(
        f"The account does not administer organization {name!r}: it is in none of its teams with role "
        "admin, or its token lacks the scope org:admin.",
        403,
    )


def check_existence(client: Client, name: str) -> None:
    """Raise NotFound where there is no such organization, which a listing of what is in it does not tell.

    The caller's own namespace is one, too.
    """
    if client.find(f"organization/{segment(name)}") is not None:
        return
    try:
        own = client.caller()
    except (AuthenticationFailed, Forbidden):
        own = None
    if name != own:
        raise NotFound(f"Organization {name!r} does not exist, or its name is not written as Quay has it.")


def organization_names(client: Client) -> list[str]:
    """Return the names of all organizations that the caller sees: a superuser all, others their own."""
    user = client.get("user/")
    if user.get("super_user"):
        found = client.listing("superuser/organizations/", "organizations", {"limit": "100"})
    else:
        found = user.get("organizations", [])
    return sorted(entry["name"] for entry in found)


def organization_items(view: Mapping[str, Any]) -> tuple[Item, ...]:
    """Return the organization and its teams as items."""
    fields = {"email": email_of(view.get("email")), "tag_expiration_s": view.get("tag_expiration_s")}
    # Where quotas are on, and the caller belongs to the organization.
    facts = {"quotas": view["quotas"]} if "quotas" in view else {}
    return (Item(ORGANIZATION, (), fields, facts=facts), *teams_of(view))


def _open(run: Run, desired: Desired) -> Batch[Current]:
    # What everybody may read can belong to organizations that somebody else administers.
    as_admin = any(kind.for_admins for kind in desired.kinds)
    name = desired.namespace
    view = yield from one(partial(find_organization, run.client, name, as_admin))
    present = None if view is None else view.get("tag_expiration_s")
    allowed = yield from what_is_allowed(run.client, desired, present)
    if view is None:
        return (yield from _without_organization(run, desired, allowed))
    return Current(
        name,
        exists=True,
        admin=bool(view.get("is_admin")),
        items=organization_items(view),
        facts={"sees_teams": "teams" in view, **allowed},
    )


def _without_organization(run: Run, desired: Desired, facts: Mapping[str, Any]) -> Batch[Current]:
    """There is no organization of that name: it may be the caller's own namespace, or yet to be made."""
    name = desired.namespace
    personal = bool(desired.kinds) and all(kind.personal for kind in desired.kinds)
    if not (personal or declares_owners(desired)):
        return Current(name, exists=False, facts=facts)
    caller = yield from one(run.client.caller)
    if personal and caller == name:
        return Current(name, exists=True, personal=True, caller=caller)
    return Current(name, exists=False, caller=caller, facts=facts)


# What changes


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    body = {"name": place.name}
    if change.value("email"):
        body["email"] = change.value("email")
    yield Step(("email",), partial(_post, client, body))
    if "tag_expiration_s" in change.fields:
        yield from _put(client, place, {"tag_expiration_s": change.value("tag_expiration_s")})


def _update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    if "name" in change.fields:
        new_name = {"name": change.value("name")}
        path = f"superuser/organizations/{segment(place.name)}"
        yield Step(("name",), partial(client.send, "PUT", path, new_name))
        return
    yield from _put(client, place, {name: change.value(name) for name in change.fields})


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(client.send, "DELETE", home_path(place)))


def _post(client: Client, body: Mapping[str, Any]) -> Any:
    try:
        return client.send("POST", "organization/", body)
    except Conflict as error:
        # Seen only where no organization of that name was found before.
        raise Conflict(
            f"{error.message} The name {body['name']!r} belongs to a user, or to an organization made "
            "at the same time: users and organizations share their names.",
            error.status,
        ) from error


def _put(client: Client, place: Place, body: Mapping[str, Any]) -> Iterator[Step]:
    yield Step(tuple(body), lambda: _confirmed(client.send("PUT", home_path(place), body), body))


def _confirmed(view: Any, body: Mapping[str, Any]) -> Any:
    """Return Quay's answer to new settings; raise FeatureOff where it passed one over in silence."""
    wanted = body.get("tag_expiration_s")
    if wanted is not None and view.get("tag_expiration_s", wanted) != wanted:
        raise FeatureOff(
            "Quay did not change time_machine_expiration and did not say so: FEATURE_CHANGE_TAG_EXPIRATION "
            "is off in its config.yaml."
        )
    return view


ORGANIZATION = Kind(
    "organization",
    "organizations",
    0,
    (Field("email"), Field("tag_expiration_s")),
    namespace=True,
    makers="quay_organization or quay_organizations",
    options=settings,
    flat=Flat(lambda: {**settings(), "new_name": {"type": "str"}}, _describe),
    check_names=_check_names,
    take=_take,
    open=_open,
    trouble=refused_time_machine,
    brings=owners,
    find=find_organization,
    create=_create,
    update=_update,
    delete=_delete,
)
