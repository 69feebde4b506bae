# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""How Quay writes names: of accounts and repositories, of robots, of paths, and what it allows."""

from __future__ import annotations

import re
from typing import Any

from ..engine.declaration import Notes
from ..engine.values import Place
from ..http.answers import NAME_RULE
from ..http.connection import segment
from .account_rules import is_name

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def home_path(place: Place) -> str:
    """Return the path under which the API keeps what belongs to a namespace."""
    return "user" if place.personal else f"organization/{segment(place.name)}"


def robot_path(place: Place, short: str) -> str:
    """Return the path of a robot."""
    return f"{home_path(place)}/robots/{segment(short)}"


def team_path(place: Place, team: str) -> str:
    """Return the path of a team."""
    return f"{home_path(place)}/team/{segment(team)}"


def split_robot(name: str) -> tuple[str, str]:
    """Return namespace and short name of ``namespace+short``; the namespace is "" where left out."""
    namespace, plus, short = name.partition("+")
    return (namespace, short) if plus else ("", name)


def is_robot(name: str) -> bool:
    return "+" in name


def check_name(notes: Notes, what: str, name: str) -> None:
    """Note where Quay does not allow the name of a namespace, robot or team."""
    if not is_name(name):
        notes.wrong.append(f"{what} name {name!r} is not allowed: {NAME_RULE}")


def own_robot(notes: Notes, name: str, where: str, why: str = "") -> str:
    """Return the short name of a robot; note where it is not the namespace's, and ``why`` it must be."""
    owner, short = split_robot(name)
    if owner and owner != notes.namespace:
        notes.wrong.append(
            f"{where}: robot {name!r} belongs to {owner!r}; only robots of {notes.namespace!r} can be here"
            f"{why}"
        )
    check_name(notes, "robot", short)
    return short


def check_robot(notes: Notes, name: str, where: str) -> None:
    """Note where the full name of a robot, which may be another namespace's, is none."""
    owner, short = split_robot(name)
    check_name(notes, f"{where}: robot", short)
    if not owner:
        notes.wrong.append(f"{where}: robot {name!r} has no namespace in front of its '+'")


def is_foreign(namespace: str, name: str) -> bool:
    """Tell whether it is a robot, and of another namespace."""
    return is_robot(name) and split_robot(name)[0] != namespace


def email_of(value: Any) -> str:
    """Return the address; Quay stores a UUID where there is none, and some versions show it."""
    text = str(value or "")
    return "" if _UUID.fullmatch(text) else text
