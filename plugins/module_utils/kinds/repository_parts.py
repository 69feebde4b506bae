# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What kinds share that are parts of a repository, and that only the repository itself tells.

They are declared in its entry, or alone by a module of their own; the first part of a key is the repository.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
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

    ``option`` is the entry's, a list of entries with ``options()``, or one such entry if the kind is
    ``single``; ``take`` notes one of them, given the repository's name. ``exported`` returns by repository
    what the option holds, without the repositories of which nothing can be told.
    """

    kind: Kind
    option: str
    options: Callable[[], Spec]
    take: Callable[[Entry, Notes, str], None]
    exported: Callable[[Exporting], Batch[Mapping[str, Any]]]


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
    if entry.get(part.option) is None:
        return
    if part.kind.single:
        part.take(entry[part.option], notes, repository)
        return
    for one in entry[part.option]:
        part.take(one, notes, repository)
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


def with_parts(part: Kind, read: Read, client: Client, desired: Desired, current: Current) -> Batch[Current]:
    """Return ``current`` with the parts that the declaration speaks of: one request for each repository.

    Where the repositories themselves are declared, it is known which are there; a new one is not asked.
    """
    asked = held_by(desired, current, part)
    outcomes = yield [partial(read, client, current.place, name) for name in asked]
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
    """Return ``current`` with which of the named repositories are missing; see looked_up."""
    return (yield from looked_up(client, current, names))[0]


def looked_up(
    client: Client, current: Current, names: Iterable[str]
) -> Batch[tuple[Current, dict[str, Mapping[str, Any]]]]:
    """Return ``current`` with which of the named repositories are missing, and Quay's views of the others.

    It is a request for each, for parts of which Quay tells who may administer a missing repository that it
    holds none.
    """
    asked = sorted(names)
    paths = [repository_path(current.namespace, name) for name in asked]
    # Without its tags, which may be many.
    found = yield from all_of([partial(client.find, path, {"includeTags": "false"}) for path in paths])
    views = {name: view for name, view in zip(asked, found) if view is not None}
    facts = {**current.facts, _MISSING: set(asked) - set(views)}
    return replace(current, facts=facts), views


def repository_of(namespace: str, item: Item) -> Iterator[Reference]:
    """Yield the reference of a part to its repository."""
    yield Reference(item.kind, item.key[:1], item.key[0])


def missing_repository(reference: Reference, desired: Desired, current: Current) -> str | None:
    """Return that the repository does not exist, None if it does or is made along."""
    if reference.name in current.facts.get(_MISSING, ()):
        return f"repository {f'{desired.namespace}/{reference.name}'!r} does not exist"
    return None


# How it is written down: within its repository


def exported_parts(
    read: Read, exporting: Exporting, has: Callable[[Item], bool] = lambda repository: True
) -> Batch[dict[str, list[Item]] | None]:
    """Return the parts by repository, None where the registry does not offer them; one request for each.

    ``has`` tells of a repository whether it may have any.
    """
    names = sorted(item.key[0] for item in exporting.parts["repositories"] if has(item))
    client, place = exporting.client, exporting.place
    found: list[Any] = yield from all_of(
        [partial(if_offered, partial(read, client, place, name)) for name in names]
    )
    if any(items is None for items in found):
        return None
    return dict(zip(names, found))
