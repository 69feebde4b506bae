# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The words of the planner: kinds of objects, what is desired, what is current, what changes.

Values only: nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .selection import Selection
from .tag_history import Tag

Key = tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """One property of a kind of object.

    ``default`` is what Quay gives a new object for which the field is not sent. ``create_only``:
    Quay cannot change it later. ``additive``: a list to which an item with ``append`` adds.
    """

    name: str
    default: Any = None
    create_only: bool = False
    additive: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of object.

    ``rank``: objects of a lower rank come into being first and go last. ``parent_length``: how many
    parts of a key name the object that it belongs to. ``unique``: whether Quay itself keeps two
    objects from having the same key; where not, the planner removes all but one, unless ``repairable``
    is false.
    """

    name: str
    plural: str
    rank: int
    fields: tuple[Field, ...] = ()
    parent_length: int = 0
    unique: bool = True
    repairable: bool = True

    def field(self, name: str) -> Field:
        return next(one for one in self.fields if one.name == name)


ORGANIZATION = Kind("organization", "organizations", 0, (Field("email"), Field("tag_expiration_s")))
ROBOT = Kind(
    "robot",
    "robots",
    1,
    (
        Field("description", "", create_only=True),
        Field("federations", (), additive=True),
        Field("regenerate"),
    ),
)
TEAM = Kind("team", "teams", 2, (Field("role", "member"), Field("description", "")))
MEMBER = Kind("member", "members", 3, (), parent_length=1)
PROTOTYPE = Kind("prototype", "prototypes", 4, (Field("role", "read"),), unique=False)
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
)
PERMISSION = Kind("permission", "permissions", 6, (Field("role", "read"),), parent_length=1)
APPLICATION = Kind(
    "application",
    "applications",
    7,
    (
        Field("description", ""),
        Field("application_uri", ""),
        Field("redirect_uri", ""),
        Field("avatar_email", ""),
        Field("name"),
    ),
    unique=False,
    # Removing an application revokes its tokens: never done merely because of its name.
    repairable=False,
)

# A row of a tag's history is never changed but for its end and its lock; None is an expiration, too.
TAG = Kind(
    "tag",
    "tags",
    8,
    (Field("manifest_digest"), Field("expiration"), Field("immutable", False)),
    parent_length=1,
)

# What a policy says is what it is: another number makes another policy.
AUTO_PRUNE = Kind(
    "auto_prune_policy",
    "auto_prune_policies",
    9,
    (Field("method"), Field("value"), Field("tag_pattern"), Field("tag_pattern_matches")),
    unique=False,
)

# A user is a namespace of its own, as an organization is.
USER = Kind("user", "users", 0, (Field("email", ""), Field("enabled", True), Field("password")))

KINDS = {
    kind.name: kind
    for kind in (
        ORGANIZATION,
        ROBOT,
        TEAM,
        MEMBER,
        PROTOTYPE,
        REPOSITORY,
        PERMISSION,
        APPLICATION,
        TAG,
        AUTO_PRUNE,
        USER,
    )
}

OWNERS = "owners"


@dataclass(frozen=True, repr=False)
class Secret:
    """A value that is compared and sent, and never shown; "" stands for one that nobody knows.

    ``compared``: whether it is found out if the present one is another, or is only given to new objects.
    """

    value: str
    compared: bool = field(default=False, compare=False)

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True)
class Item:
    """One object, desired or current.

    ``fields`` holds what is declared (desired: a field that is left out is not managed) or what
    Quay answered (current). ``ident`` is Quay's own id where it has one, ``facts`` what else came
    along with the answer; neither is compared. ``append``: lists add to what is there.
    """

    kind: str
    key: Key
    fields: Mapping[str, Any] = field(default_factory=dict)
    append: bool = True
    ident: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def parent(self) -> Key:
        return self.key[: KINDS[self.kind].parent_length]


@dataclass(frozen=True)
class Scope:
    """Where undeclared objects are removed: those of ``kind`` that belong to ``parent``.

    ``limited``: the removal is a purge, to which the purge limit applies; else the user declared
    that very list to be complete (``append: false``).
    """

    kind: str
    parent: Key = ()
    limited: bool = False


@dataclass(frozen=True)
class Each:
    """What is declared for each of the repositories that are chosen of those that are there.

    The first part of every key stands for the repository's name. ``complete`` names the kinds of its
    parts that are declared to be complete.
    """

    selection: Selection
    present: tuple[Item, ...] = ()
    absent: tuple[tuple[str, Key], ...] = ()
    complete: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Desired:
    """What the user declared for one namespace.

    ``absent`` holds kind and key of what must not be there. ``new_name`` renames the organization.
    ``unambiguous``: where several objects answer to a declared name, none of them is touched. ``each``
    is spelled out once it is known which repositories there are (see expansion.py). ``part`` names the
    repository where the declaration is about that only.
    """

    namespace: str
    present: tuple[Item, ...] = ()
    absent: tuple[tuple[str, Key], ...] = ()
    scopes: frozenset[Scope] = frozenset()
    purge_limit: int = 10
    new_name: str | None = None
    unambiguous: bool = False
    each: Each | None = None
    part: str = ""

    def of(self, kind: Kind) -> list[Item]:
        return [item for item in self.present if item.kind == kind.name]

    def mentions(self, *kinds: Kind) -> bool:
        """Tell whether anything of these kinds is declared, present, absent or complete."""
        names = {kind.name for kind in kinds}
        if self.each is not None and REPOSITORY in kinds:
            return True
        return bool(
            names & {item.kind for item in self.present}
            or names & {kind for kind, _key in self.absent}
            or names & {scope.kind for scope in self.scopes}
        )

    def covers(self, kind: Kind, parent: Key = ()) -> bool:
        """Tell whether undeclared objects of ``kind`` below ``parent`` are to be removed."""
        return any(scope.kind == kind.name and scope.parent == parent for scope in self.scopes)


@dataclass(frozen=True)
class Current:
    """What Quay answered about one namespace.

    ``items`` holds the kinds that were read. ``caller`` is the user name of who asks, "" where it
    was not needed. ``admin`` says whether the caller administers the namespace, ``sees_teams`` whether
    all its teams are among the items. ``unknown`` holds accounts and digests that the declaration refers
    to and that do not exist, ``invited`` the (team, user) pairs with a pending invitation, ``synced`` the
    teams whose members follow a group of the identity provider, ``histories`` what was read of tags.
    """

    namespace: str
    exists: bool
    personal: bool = False
    admin: bool = True
    sees_teams: bool = True
    items: tuple[Item, ...] = ()
    caller: str = ""
    unknown: frozenset[str] = frozenset()
    invited: frozenset[Key] = frozenset()
    synced: frozenset[str] = frozenset()
    histories: Mapping[Key, tuple[Tag, ...]] = field(default_factory=dict)

    def of(self, kind: Kind) -> list[Item]:
        return [item for item in self.items if item.kind == kind.name]


@dataclass(frozen=True)
class Change:
    """One object to create, update or delete.

    ``before`` and ``after`` are what the diff shows; ``fields`` names what must be sent.
    """

    action: str
    kind: str
    key: Key
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    fields: tuple[str, ...] = ()
    ident: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rank(self) -> int:
        return KINDS[self.kind].rank


@dataclass(frozen=True)
class Plan:
    """The changes in the order in which they are made, and what the user should know.

    ``look_again``: Quay adds things of its own to an object that is created here and whose parts
    are declared to be complete, so that a second reading is needed.
    """

    changes: tuple[Change, ...] = ()
    warnings: tuple[str, ...] = ()
    look_again: bool = False


def split_robot(name: str) -> tuple[str, str]:
    """Return namespace and short name of ``namespace+short``; the namespace is "" where left out."""
    namespace, plus, short = name.partition("+")
    return (namespace, short) if plus else ("", name)


def is_robot(name: str) -> bool:
    return "+" in name
