# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The repository that holds what is declared, where the repository itself is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from ..engine.lanes import Batch, all_of
from ..engine.words import Current, Desired, Kind, Reference
from ..http.client import Client
from ..http.connection import repository_path

_MISSING = "missing_repositories"


def declares_repositories(desired: Desired, part: Kind) -> bool:
    """Tell whether the repositories that hold objects of the kind ``part`` are declared, and so are read."""
    return any(part in kind.parts for kind in desired.kinds)


def held_by(desired: Desired, current: Current, part: Kind) -> list[str]:
    """Return the repositories that may exist, and of which anything of the kind ``part`` is declared."""
    names = {key[0] for key in desired.named(part)} | {key[0] for key in desired.complete_lists(part)}
    if declares_repositories(desired, part):
        names &= {item.key[0] for item in current.wholes(part)}
    return sorted(names)


def looked_for(client: Client, current: Current, names: Iterable[str]) -> Batch[Current]:
    """Return ``current`` with what is known of the named repositories: a request for each.

    Of one that is missing Quay tells who may administer it that it holds nothing, so that only the
    repository itself tells.
    """
    asked = sorted(names)
    paths = [repository_path(current.namespace, name) for name in asked]
    # Without its tags, which may be many.
    found = yield from all_of([partial(client.find, path, {"includeTags": "false"}) for path in paths])
    missing = frozenset(name for name, view in zip(asked, found) if view is None)
    return replace(current, facts={**current.facts, _MISSING: missing})


def holder(part: Kind, repository: str) -> Reference:
    """Return the reference of an object of the kind ``part`` to the repository that holds it.

    It stands under the kind of the object, which has ``missing_holder``: nothing else refers to that kind.
    """
    return Reference(part, (repository,), repository)


def missing_holder(reference: Reference, desired: Desired, current: Current) -> str | None:
    """Return why the repository is missing, None if it is there or nobody looked."""
    if reference.name not in current.facts.get(_MISSING, ()):
        return None
    return f"repository {desired.namespace}/{reference.name} does not exist"
