# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Repositories: existence, visibility, description, state, star (facts A7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch, Call
from ..engine.options import append_option, held_option, state_option
from ..engine.report import Report
from ..engine.values import Field, Place, Step
from ..engine.words import Change, Entry, Export, Exporting, Flat, Item, Kind, Question, Spec
from ..errors import NotFound
from ..http.client import Client
from ..http.connection import repository_path
from .grants import exported_permissions
from .image_lookup import split_repository_name
from .notification import NOTIFICATION_PART
from .permission import PERMISSION, permission_options, take_permissions
from .prune_shortcut import shortcut_options, take_shortcut
from .repository_auto_prune import AUTO_PRUNE_PART, REPOSITORY_AUTO_PRUNE
from .repository_immutability import IMMUTABILITY_PART
from .repository_mirror import MIRROR_PART
from .repository_parts import repository_name, take_part

# In the order in which they are read, and done.
PARTS = (NOTIFICATION_PART, AUTO_PRUNE_PART, IMMUTABILITY_PART, MIRROR_PART)

# The states that can be asked for; Quay itself gives another one to what fills a mirrored organization.
STATES = ["NORMAL", "READ_ONLY", "MIRROR"]

# What the user writes


def repository_options() -> Spec:
    """Return the options of one repository."""
    return {
        "name": {"type": "str", "required": True},
        "visibility": {"type": "str", "choices": ["public", "private"]},
        "description": {"type": "str"},
        "perms": permission_options(),
        **{part.option: held_option(part.kind, part.options()) for part in PARTS},
        **shortcut_options(),
        **append_option(),
        "repo_state": {"type": "str", "choices": STATES},
        "star": {"type": "bool"},
        **state_option(),
    }


def _entry(params: Entry, client: Client) -> tuple[str, Entry]:
    namespace, name = split_repository_name(client, params["name"])
    return namespace or client.caller(), {**params, "name": name}


def _take(entry: Entry, notes: Notes) -> None:
    name = repository_name(notes, str(entry["name"]))
    fields = {field.name: entry.get(field.name) for field in REPOSITORY.fields}
    if notes.add(entry, REPOSITORY, (name,), fields):
        take_permissions(entry, notes, name)
        for part in PARTS:
            take_part(part, entry, notes, name)
        take_shortcut(REPOSITORY_AUTO_PRUNE, entry, notes, (name,))


def _describe(params: Entry, report: Report) -> dict[str, Any]:
    return {"name": f"{report.namespace}/{params['name'].partition('/')[2] or params['name']}"}


# What is there


def repositories_of(client: Client, place: Place, public: bool = False) -> list[Item]:
    """Return all repositories of the namespace that the caller has rights on; 100 a request.

    ``public``: also those that everybody may see.
    """
    query = {"namespace": place.name, **({"public": "true"} if public else {})}
    return [_item(view) for view in repository_views(client, query)]


def repository_views(client: Client, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return Quay's views of the repositories that a query asks for; 100 a request."""
    return client.listing("repository", "repositories", query)


def _find(client: Client, place: Place, name: str) -> list[Item]:
    """Return one repository, or an empty list."""
    # Without its tags, which may be many. (Quay counts the log of 92 days all the same.)
    view = client.find(repository_path(place.name, name), {"includeTags": "false"})
    return [] if view is None else [_item(view)]


def _item(view: Mapping[str, Any]) -> Item:
    fields = {
        "visibility": "public" if view["is_public"] else "private",
        "description": view.get("description") or "",
        "repo_state": view.get("state") or "NORMAL",
        "star": bool(view.get("is_starred")),
    }
    return Item(REPOSITORY, (view["name"],), fields)


def _lists(client: Client, question: Question) -> list[Call]:
    desired, current = question.desired, question.current
    names = {key[0] for key in desired.named(REPOSITORY)}
    # To whoever does not administer the namespace a repository that is missing looks like one that
    # is forbidden (403); the list tells.
    if len(names) == 1 and current.admin and not (desired.covers(REPOSITORY) or desired.each):
        return [partial(_find, client, current.place, names.pop())]
    return [partial(repositories_of, client, current.place, public=not current.admin)]


# What changes


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    body = {
        "namespace": place.name,
        "repository": change.key[0],
        "visibility": change.value("visibility"),
        "description": change.value("description"),
        "repo_kind": "image",
    }
    yield Step(("visibility", "description"), partial(client.send, "POST", "repository", body))
    yield from _set(client, place, change, ("repo_state", "star"))


def _update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield from _set(client, place, change, change.fields)


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(client.send, "DELETE", repository_path(place.name, change.key[0])))


def _set(client: Client, place: Place, change: Change, names: tuple[str, ...]) -> Iterator[Step]:
    """Yield one step for each field: Quay has a request of its own for every one."""
    name = change.key[0]
    path = repository_path(place.name, name)
    for field in names:
        if field not in change.fields:
            continue
        value = change.value(field)
        if field == "visibility":
            call = partial(_existing, client, "POST", f"{path}/changevisibility", {field: value})
            yield Step((field,), call)
        elif field == "description":
            yield Step((field,), partial(client.send, "PUT", path, {field: value}))
        elif field == "repo_state":
            yield Step((field,), partial(client.send, "PUT", f"{path}/changestate", {"state": value}))
        elif field == "star" and value:
            body = {"namespace": place.name, "repository": name}
            yield Step((field,), partial(_existing, client, "POST", "user/starred", body))
        elif field == "star":
            starred = f"user/starred/{path.partition('/')[2]}"
            yield Step((field,), partial(client.send, "DELETE", starred))


def _existing(client: Client, method: str, path: str, body: Mapping[str, Any]) -> Any:
    """Send a request that Quay answers with 200 and null where the repository is missing."""
    answer = client.send(method, path, body)
    if answer is None:
        raise NotFound(f"{method} {path}: the repository does not exist.")
    return answer


# How it is written down


def _export_lists(client: Client, place: Place, wanted: frozenset[str]) -> dict[str, Call]:
    return {"repositories": partial(repositories_of, client, place)}


def _entries(exporting: Exporting) -> Batch[list[dict[str, Any]]]:
    grants = None
    if PERMISSION.plural in exporting.wanted:
        grants = yield from exported_permissions(exporting)
    parts = yield from _exported_parts(exporting)
    found = []
    for item in sorted(exporting.parts["repositories"], key=lambda item: item.key):
        entry: dict[str, Any] = {"name": item.key[0]}
        # A star is the caller's own affair, not the organization's; some states are Quay's.
        own = {"star", *(() if item.fields["repo_state"] in STATES else ("repo_state",))}
        entry.update({one.name: item.fields[one.name] for one in REPOSITORY.fields if one.name not in own})
        if grants is not None:
            entry["perms"] = [
                {"name": name, "type": kind, "role": role}
                for (kind, name), role in sorted(grants.get(item.key[0], {}).items())
            ]
        entry.update({option: held[item.key[0]] for option, held in parts.items() if item.key[0] in held})
        found.append(entry)
    return found


def _exported_parts(exporting: Exporting) -> Batch[dict[str, dict[str, Any]]]:
    """Return what only the repository itself tells, by option and repository, as far as it is asked for."""
    found: dict[str, dict[str, Any]] = {}
    for part in PARTS:
        if part.kind.plural in exporting.wanted:
            found[part.option] = yield from part.exported(exporting)
    return found


REPOSITORY = Kind(
    "repository",
    "repositories",
    5,
    (
        Field("visibility", "private"),
        Field("description", ""),
        Field("repo_state", "NORMAL"),
        Field("star", False),
    ),
    personal=True,
    for_admins=False,
    nested=True,
    options=repository_options,
    flat=Flat(repository_options, _describe, entry=_entry),
    parts=(PERMISSION, *(part.kind for part in PARTS)),
    take=_take,
    lists=_lists,
    create=_create,
    update=_update,
    delete=_delete,
    export=Export(_export_lists, _entries),
)
