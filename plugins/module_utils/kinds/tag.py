# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Tags of repositories (facts A9): one request for each that is declared, whatever else is there.

A declaration may speak of a tag by what is there: as another tag, or as it was. It is spelled out after
the reading.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from ..engine.lanes import Batch, all_of
from ..engine.values import Field, Place, Run, Step
from ..engine.words import Change, Current, Desired, Item, Key, Kind
from ..errors import InvalidDeclaration, NotFound, TagMissing
from ..http.client import Client
from ..http.connection import manifest_path, repository_path, segment
from .tag_history import Tag, in_force, possible_end, tag_of

# The most that Quay gives at once.
_PAGE = 100

# What is there


def tag_rows(
    client: Client, place: Place, repository: str, query: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Return Quay's view of the tags of a repository, newest first; 100 a request.

    That is the whole history; with ``onlyActiveTags`` in the query what is in force. Raises
    NotFound where there is no such repository, IncompleteListing rather than returning a part.
    """
    path = f"{repository_path(place.name, repository)}/tag/"
    return client.numbered_listing(path, "tags", {"limit": str(_PAGE), **(query or {})})


def find_tag(client: Client, place: Place, repository: str, tag: str) -> dict[str, Any] | None:
    """Return Quay's view of a tag that is in force, or None."""
    rows = tag_rows(client, place, repository, {"specificTag": tag, "onlyActiveTags": "true"})
    return rows[0] if rows else None


def _has_manifest(client: Client, place: Place, repository: str, digest: str) -> bool:
    """Tell whether a tag of the repository still leads to a manifest of that digest."""
    return client.find(manifest_path(place.name, repository, digest)) is not None


def _open(run: Run, desired: Desired) -> Batch[Current]:
    """Read the tags that are declared, and those to which others are to point, with their history.

    ``exists`` is false where there is no such repository.
    """
    client, place = run.client, Place(desired.namespace)
    keys = _keys(desired)
    restored = {item.key for item in desired.of(TAG) if "restore" in item.facts}
    try:
        rows = yield from all_of([partial(_rows, client, place, key, key in restored) for key in keys])
    except NotFound:
        return Current(desired.namespace, exists=False)
    histories = dict(zip(keys, rows))
    items = tuple(item for key, history in histories.items() for item in _item(key, history))
    asked = _digests_to_check(desired.of(TAG), {item.key: item for item in items})
    found = yield from all_of([partial(_has_manifest, client, place, *one) for one in asked])
    unknown = frozenset(digest for (_name, digest), there in zip(asked, found) if not there)
    facts = {"histories": histories}
    return Current(desired.namespace, exists=True, items=items, unknown=unknown, facts=facts)


def _keys(desired: Desired) -> list[Key]:
    keys = set(desired.named(TAG))
    keys |= {(item.key[0], item.facts["source"]) for item in desired.of(TAG) if "source" in item.facts}
    return sorted(keys)


def _rows(client: Client, place: Place, key: Key, with_history: bool) -> tuple[Tag, ...]:
    repository, tag = key
    if with_history:
        views = tag_rows(client, place, repository, {"specificTag": tag})
        return tuple(tag_of(view) for view in views)
    view = find_tag(client, place, repository, tag)
    return () if view is None else (tag_of(view),)


def _item(key: Key, rows: tuple[Tag, ...]) -> list[Item]:
    row = in_force(rows, time.time())
    if row is None:
        return []
    fields = {"manifest_digest": row.digest, "expiration": row.end, "immutable": row.immutable}
    return [Item(TAG, key, fields, facts={"start": row.start})]


def _digests_to_check(items: Iterable[Item], tags: Mapping[Key, Item]) -> list[tuple[str, str]]:
    """Return (repository, digest) of each declared digest that the tag does not have already."""
    found = set()
    for item in items:
        digest, there = item.fields.get("manifest_digest"), tags.get(item.key)
        if digest and (there is None or there.fields["manifest_digest"] != digest):
            found.add((item.key[0], digest))
    return sorted(found)


# What the declaration means


def _expand(item: Item, desired: Desired, current: Current) -> Item:
    repository, name = item.key
    where = f"{desired.namespace}/{repository}"
    if not current.exists:
        raise NotFound(f"Repository {where!r} does not exist.")
    tags = {one.key: one for one in current.of(TAG)}
    there, fields = tags.get(item.key), dict(item.fields)
    if "restore" in item.facts:
        fields = {**_restored(item, there, current, where), **fields}
    elif "source" in item.facts:
        source = tags.get((repository, item.facts["source"]))
        if source is None:
            raise TagMissing(f"There is no tag {item.facts['source']!r} in {where}.")
        fields["manifest_digest"] = source.fields["manifest_digest"]
    elif "manifest_digest" in fields:
        _check_digest(fields["manifest_digest"], current, where)
    elif there is None:
        raise TagMissing(f"There is no tag {name!r} in {where}.")
    return Item(TAG, item.key, _with_possible_end(fields, there), item.append, item.ident, item.facts)


def _restored(item: Item, there: Item | None, current: Current, where: str) -> dict[str, Any]:
    """Return what a tag must become for its image to be back, and to stay."""
    digest, rows = item.facts["restore"], current.facts["histories"].get(item.key, ())
    if not rows:
        raise TagMissing(f"Tag {item.key[1]!r} of {where} has no history to restore it from.")
    if digest and digest not in {row.digest for row in rows}:
        raise InvalidDeclaration(f"Tag {item.key[1]!r} of {where} has not pointed to {digest} of late.")
    if digest or there is None:
        return {"manifest_digest": digest or rows[0].digest, "expiration": None}
    return {"expiration": None}


def _check_digest(digest: str, current: Current, where: str) -> None:
    if digest in current.unknown:
        raise NotFound(f"There is no image {digest} in {where}, or no tag leads to it any more.")


def _with_possible_end(fields: dict[str, Any], there: Item | None) -> dict[str, Any]:
    """Return the fields with the expiration that Quay will make of the declared one.

    Only for a tag that stays where it is: a row that is yet to begin has other bounds.
    """
    moment = fields.get("expiration")
    if there is None or moment is None:
        return fields
    present = there.fields["manifest_digest"]
    if fields.get("manifest_digest", present) != present:
        return fields
    return {**fields, "expiration": possible_end(there.facts["start"], moment)}


def _look_again(desired: Desired, changes: list[Change]) -> bool:
    """Tell whether a tag moves of which more is declared than what is sent.

    It loses its expiration and its lock then, and a policy may lock it anew.
    """
    moved = {
        change.key: set(change.fields)
        for change in changes
        if change.kind is TAG and change.action == "update" and "manifest_digest" in change.fields
    }
    return any(set(item.fields) - moved.get(item.key, set(item.fields)) for item in desired.of(TAG))


# What changes


def expire_tag(client: Client, place: Place, repository: str, tag: str, moment: int | None) -> Any:
    """Set when a tag ends, in seconds since the epoch; None lets it live on."""
    return client.send("PUT", _path(place, repository, tag), {"expiration": moment})


def point_tag(client: Client, place: Place, repository: str, tag: str, digest: str) -> Any:
    """Let a tag point to a manifest; that starts a new row of its history, even with the same digest."""
    return client.send("PUT", _path(place, repository, tag), {"manifest_digest": digest})


def _set(client: Client, place: Place, change: Change) -> Iterator[Step]:
    """Yield one step for each field: in one request an expiration is lost when the tag moves.

    An immutable tag takes nothing else, so a lock is opened first and closed last.
    """
    path = _path(place, *change.key)
    unlock = (change.after or {}).get("immutable") is False
    order = ["manifest_digest", "expiration"]
    for name in ["immutable", *order] if unlock else [*order, "immutable"]:
        if name not in change.fields:
            continue
        body = {name: change.value(name)}
        if name == "manifest_digest" and change.facts.get("restore"):
            # Only this finds a manifest to which no tag leads any more.
            yield Step((name,), partial(client.send, "POST", f"{path}/restore", body))
        else:
            yield Step((name,), partial(client.send, "PUT", path, body))


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(client.send, "DELETE", _path(place, *change.key)))


def _path(place: Place, repository: str, tag: str) -> str:
    return f"{repository_path(place.name, repository)}/tag/{segment(tag)}"


# A row of a tag's history is never changed but for its end and its lock; None is an expiration, too.
TAG = Kind(
    "tag",
    "tags",
    8,
    (Field("manifest_digest"), Field("expiration"), Field("immutable", False)),
    parent_length=1,
    open=_open,
    expand=_expand,
    manner=lambda item: {"restore": True} if "restore" in item.facts else {},
    look_again=_look_again,
    create=_set,
    update=_set,
    delete=_delete,
    describe=lambda key: f"tag {':'.join(key)}",
    title=lambda namespace, key: ":".join(key),
)
