# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Who may do what on all repositories of an organization."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from ..engine.lanes import Batch, all_of
from ..engine.values import Place
from ..engine.words import Exporting, Item
from ..errors import Forbidden
from ..http.client import Client
from ..visible import visible
from .names import is_foreign
from .permission import permissions_of
from .robot import robot_roles
from .team import TEAM, team_roles

# repository -> (kind of account, name) -> role
Grants = dict[str, dict[tuple[str, str], str]]


def exported_permissions(exporting: Exporting) -> Batch[Grants]:
    """Return all permissions by repository.

    Teams and robots have lists of their own; the roles of humans only the repository itself holds.
    """
    client, place, parts = exporting.client, exporting.place, exporting.parts
    holders = [item.key[0] for item in exporting.of(TEAM) if item.facts["repo_count"] != 0]
    robots = [item.key[0] for item in parts["robots"] if item.facts["repositories"]]
    of_humans = {
        name
        for view in (*parts["humans"], *parts["collaborators"])
        for name in view.get("repositories") or ()
    }
    there = {item.key[0] for item in parts["repositories"]}
    outcomes = yield from all_of(
        [partial(team_roles, client, place, name) for name in holders]
        + [partial(_allowed_roles, client, place, short) for short in robots]
    )
    grants: Grants = defaultdict(dict)
    for name, roles in zip(holders, outcomes):
        for repository, role in roles.items():
            grants[repository][("team", name)] = role
    for short, roles in zip(robots, outcomes[len(holders) :]):
        if roles is None:
            of_humans |= {name for item in parts["robots"] for name in item.facts["repositories"]}
        for repository, role in (roles or {}).items():
            grants[repository][("user", f"{place.name}+{short}")] = role
    asked = sorted(of_humans & there)
    found = yield from all_of([partial(permissions_of, client, place, name, "user") for name in asked])
    items = [item for items in found for item in items]
    for item in items:
        if not is_foreign(place.name, item.key[2]):
            grants[item.key[0]][(item.key[1], item.key[2])] = item.fields["role"]
    exporting.warnings.extend(
        _left_out(place, [item for item in items if is_foreign(place.name, item.key[2])])
    )
    return grants


def _left_out(place: Place, items: list[Item]) -> Iterator[str]:
    """Yield what is said of permissions that a prototype gave, and that Quay takes from nobody else."""
    if items:
        names = ", ".join(sorted(f"{item.key[2]} on {item.key[0]}" for item in items))
        yield visible(
            f"{place.name}: permissions of robots of other organizations on a repository cannot be declared: "
            f"{names}."
        )


def _allowed_roles(client: Client, place: Place, short: str) -> dict[str, str] | None:
    """Return the robot's roles, or None where the token lacks user:admin, which this one request needs."""
    try:
        return robot_roles(client, place, short)
    except Forbidden:
        return None
