# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Federations of robots: who may act as one without its token (facts A4). Quay has them from 3.13 on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.options import list_of
from ..engine.values import Place, Step
from ..engine.words import Entry
from ..errors import FeatureOff
from ..http.client import Client
from .names import robot_path

Federations = tuple[tuple[str, str], ...]


def federation_option() -> dict[str, Any]:
    """Return the option of a robot that holds its federations."""
    return list_of(
        {"issuer": {"type": "str", "required": True}, "subject": {"type": "str", "required": True}}
    )


def taken(short: str, pairs: Sequence[Entry] | None, notes: Notes) -> Federations | None:
    """Return the declared (issuer, subject) pairs, sorted; note what is wrong with them."""
    if pairs is None:
        return None
    for pair in pairs:
        if not str(pair["issuer"]).startswith(("http://", "https://")):
            notes.wrong.append(f"robot {short!r}: issuer {pair['issuer']!r} is not an http or https URL")
    return tuple(sorted({(str(pair["issuer"]), str(pair["subject"])) for pair in pairs}))


def federations_of(client: Client, place: Place, short: str) -> Federations:
    """Return the (issuer, subject) pairs of a robot, sorted."""
    answer = client.get(f"{robot_path(place, short)}/federation")
    return tuple(sorted((entry["issuer"], entry["subject"]) for entry in answer or ()))


def offered_federations(client: Client, place: Place, short: str) -> Federations | None:
    """Return a robot's federations; None where this Quay has none (before 3.13)."""
    try:
        return federations_of(client, place, short)
    except FeatureOff:
        return None


def federate(client: Client, path: str, federations: Federations) -> Step:
    """Return the request that gives the robot at ``path`` these federations, and no others."""
    pairs = [{"issuer": issuer, "subject": subject} for issuer, subject in federations]
    if pairs:
        return Step(("federations",), partial(client.send, "POST", f"{path}/federation", pairs))
    return Step(("federations",), partial(client.send, "DELETE", f"{path}/federation"))
