# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Organizations with everything inside, as quay_organizations takes them, and single objects of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ..engine.declaration import declared
from ..engine.options import option_of
from ..engine.words import Desired, Entry, Spec
from ..errors import InvalidDeclaration
from .catalog import CATALOG, NESTED
from .organization import ORGANIZATION

# What can be purged, by the names of the options: the lists.
PURGEABLE = [
    kind.plural
    for kind in CATALOG
    if not kind.single and (kind in NESTED or any(kind in whole.parts for whole in NESTED))
]


def organization_options() -> Spec:
    """Return the options of one entry of quay_organizations: the settings with everything inside."""
    options = dict(ORGANIZATION.options())
    for kind in NESTED:
        options[kind.plural] = option_of(kind)
    return options


def desired_organizations(
    entries: Sequence[Entry], purge: Iterable[str] = (), purge_limit: int = 10
) -> list[Desired]:
    """Return what is desired of each organization.

    Raises InvalidDeclaration with everything that is wrong in any of them, each with its place.
    """
    purge = tuple(purge)
    wrong: list[str] = []
    found: list[Desired] = []
    for name, count in Counter(str(entry.get("name")) for entry in entries).items():
        if count > 1:
            wrong.append(f"organization {name!r} is in the list {count} times")
    if purge_limit < 0:
        wrong.append(f"purge_limit is {purge_limit}; it cannot be negative")
    for entry in entries:
        try:
            found.append(desired_of(entry, purge, purge_limit))
        except InvalidDeclaration as error:
            wrong.append(error.message.rstrip("."))
    if wrong:
        raise InvalidDeclaration("; ".join(wrong) + ".")
    return found


def desired_of(
    entry: Entry, purge: Iterable[str] = (), purge_limit: int = 10, declares_organization: bool = True
) -> Desired:
    """Return what is desired of one organization.

    ``declares_organization``: the entry is about the organization itself too, which is made if it is
    missing; else it only says where the objects in it belong.
    """
    return declared(ORGANIZATION, entry, NESTED, purge, purge_limit, with_home=declares_organization)
