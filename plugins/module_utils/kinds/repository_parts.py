# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What kinds share that are parts of a repository, and that only the repository itself tells.

They are declared in its entry, or alone by a module of their own; the first part of a key is the repository.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Callable

from ..engine.declaration import Notes
from ..engine.lanes import Batch, all_of
from ..engine.values import Place
from ..engine.words import Current, Desired, Entry, Exporting, Item, Kind, Reference, Spec
from ..errors import NotFound
from ..http.answers import REPOSITORY_RULE
from ..http.client import Client
from ..http.connection import repository_path
from .image_lookup import split_repository_name
from .image_names import check_repository_name
from .offered import if_offered

_NAME = re.compile(r"[a-z0-9][._a-z0-9-]*(?:/[a-z0-9][._a-z0-9-]*)*")
# Which repositories a part was asked of that are not there.
_MISSING = "missing_repositories"

# Returns the parts of one repository.
Read = Callable[[Client, Place, str], list[Item]]


@dataclass(frozen=True)
class Part:
    """How the entry of a repository holds the objects of a kind.

    ``option`` is the entry's: a list of entries with ``options()``, or one where there is one at most.
    ``take`` notes one of them, given the repository's name, with the options of the repository's own entry
    that ``context`` names. ``exported`` returns the entries by repository, without the repositories of which
    nothing can be told.
    """

    kind: Kind
    option: str
    options: Callable[[], Spec]
    take: Callable[[Entry, Notes, str], None]
    exported: Callable[[Exporting], Batch[dict[str, Any]]]
    context: tuple[str, ...] = ()


# What the user writes


def repository_name(notes: Notes, text: str) -> str:
    """Return the name without the namespace; note where it is not allowed."""
    too_much = check_repository_name(text, notes.namespace)
    name = text[len(notes.namespace) + 1 :] if text.startswith(f"{notes.namespace}/") else text
    if too_much is not None:
        notes.wrong.append(too_much)
    elif len(name) > 255 or not _NAME.fullmatch(name):
        notes.wrong.append(f"repository name {name!r} is not allowed: {REPOSITORY_RULE}")
    return name


def take_part(part: Part, entry: Entry, notes: Notes, repository: str) -> None:
    """Note the objects in the entry of a repository."""
    held = entry.get(part.option)
    if held is None:
        return
    around = {name: entry.get(name) for name in part.context}
    for one in [held] if part.kind.single else held:
        part.take({**around, **one}, notes, repository)
    if not part.kind.single:
        notes.complete_below(entry, part.kind, (repository,))


def entry_of_part(params: Entry, client: Client) -> tuple[str, Entry]:
    """Return the namespace of ``repository``, by default the caller's own, and an entry of the part."""
    namespace, name = split_repository_name(client, str(params["repository"]).strip("/"))
    return namespace or client.caller(), {**params, "repository": name}


# What is there


def declares_repositories(desired: Desired, part: Kind) -> bool:
    """Tell whether the repositories that hold objects of the kind ``part`` are declared, and so are read."""
    return any(part in kind.parts for kind in desired.kinds)


def held_by(desired: Desired, current: Current, part: Kind) -> list[str]:
    """Return the repositories that may exist, and of which anything of the kind ``part`` is declared."""
    names = {key[0] for key in (*desired.named(part), *desired.complete_lists(part))}
    if declares_repositories(desired, part):
        names &= {item.key[0] for item in current.wholes(part)}
    return sorted(names)


def with_parts(
    part: Kind,
    read: Read,
    client: Client,
    desired: Desired,
    current: Current,
    tells_missing: bool = True,
) -> Batch[Current]:
    """Return ``current`` with the parts that the declaration speaks of: one request for each repository.

    Where the repositories themselves are declared, it is known which are there; a new one is not asked.
    ``tells_missing``: ``read`` raises NotFound where there is no repository, rather than return nothing.
    """
    asked = held_by(desired, current, part)
    outcomes = yield [partial(read, client, current.place, name) for name in asked]
    if not tells_missing and not declares_repositories(desired, part):
        empty = {
            name for name, outcome in zip(asked, outcomes) if outcome.error is None and not outcome.value
        }
        current = yield from looked_for(client, current, empty)
    items = list(current.items)
    missing = set(current.facts.get(_MISSING, ()))
    for name, outcome in zip(asked, outcomes):
        if isinstance(outcome.error, NotFound):
            missing.add(name)
        elif outcome.error is not None:
            raise outcome.error
        else:
            items += outcome.value
    return replace(current, items=tuple(items), facts={**current.facts, _MISSING: missing})


def looked_for(client: Client, current: Current, names: Iterable[str]) -> Batch[Current]:
    """Return ``current`` with which of the named repositories are missing: a request for each.

    It is for parts of which Quay tells who may administer a missing repository that it holds none.
    """
    asked = sorted(names)
    paths = [repository_path(current.namespace, name) for name in asked]
    # Without its tags, which may be many.
    found = yield from all_of([partial(client.find, path, {"includeTags": "false"}) for path in paths])
    missing = {name for name, view in zip(asked, found) if view is None}
    return replace(current, facts={**current.facts, _MISSING: missing})


def repository_of(namespace: str, item: Item) -> Iterator[Reference]:
    """Yield the reference of a part to its repository."""
    yield Reference(item.kind, item.key[:1], item.key[0])


def missing_repository(reference: Reference, desired: Desired, current: Current) -> str | None:
    """Return that the repository does not exist, None if it does or is made along."""
    if reference.name in current.facts.get(_MISSING, ()):
        return f"repository {f'{desired.namespace}/{reference.name}'!r} does not exist"
    return None


# How it is written down: within its repository


def exported_parts(read: Read, exporting: Exporting) -> Batch[dict[str, list[Item]] | None]:
    """Return the parts by repository, None where the registry does not offer them; one request for each."""
    names = sorted(item.key[0] for item in exporting.parts["repositories"])
    client, place = exporting.client, exporting.place
    found: list[Any] = yield from all_of(
        [partial(if_offered, partial(read, client, place, name)) for name in names]
    )
    if any(items is None for items in found):
        return None
    return dict(zip(names, found))
