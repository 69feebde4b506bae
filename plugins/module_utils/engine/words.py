# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The words of the engine: kinds of objects, what is desired, what is current, what changes.

Values only: nothing here does I/O. What is particular to one kind of object is in its ``Kind``, as plain
functions that the engine calls; each file of kinds/ makes one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Callable

from ..visible import visible
from .lanes import Batch, Call
from .values import Field, Place, Run, Step

Key = tuple[str, ...]
Entry = Mapping[str, Any]
Spec = dict[str, dict[str, Any]]


# What is declared


@dataclass(frozen=True)
class Item:
    """One object, desired or current.

    ``fields`` holds what is declared (desired: a field that is left out is not managed) or what
    Quay answered (current). ``ident`` is Quay's own id where it has one, ``facts`` what else came
    along with the answer; neither is compared. ``append``: lists add to what is there.
    """

    kind: Kind
    key: Key
    fields: Mapping[str, Any] = field(default_factory=dict)
    append: bool = True
    ident: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def parent(self) -> Key:
        return self.key[: self.kind.parent_length]


# A kind and a key: an object that is only named.
Named = tuple["Kind", Key]


@dataclass(frozen=True)
class Scope:
    """Where undeclared objects are removed: those of ``kind`` that belong to ``parent``.

    ``limited``: the removal is a purge, to which the purge limit applies; else the user declared
    that very list to be complete (``append: false``). ``spares`` tells what of what is there stays all the
    same.
    """

    kind: Kind
    parent: Key = ()
    limited: bool = False
    spares: Callable[[Item, Current], bool] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Each:
    """What is declared for each of the objects of ``kind`` that are chosen of those that are there.

    ``choose`` takes the names of those that are there, and raises InvalidDeclaration where one is chosen
    that is not. The first part of every key stands for the name. ``complete`` names the kinds of its
    parts that are declared to be complete.
    """

    kind: Kind
    choose: Callable[[Iterable[str]], list[str]]
    present: tuple[Item, ...] = ()
    absent: tuple[Named, ...] = ()
    complete: frozenset[Kind] = frozenset()


@dataclass(frozen=True)
class Desired:
    """What the user declared for one namespace.

    ``home`` is the kind by which the namespace is opened. ``absent`` names what must not be there,
    ``manners`` what is said of how it goes. ``new_name`` renames the namespace. ``unambiguous``: where
    several objects answer to a declared name, none is touched. ``each`` is spelled out once it is known what
    there is (see expansion.py). ``part`` names what is declared where that is less than the namespace.
    """

    namespace: str
    home: Kind
    present: tuple[Item, ...] = ()
    absent: tuple[Named, ...] = ()
    manners: Mapping[Named, Mapping[str, Any]] = field(default_factory=dict)
    scopes: frozenset[Scope] = frozenset()
    purge_limit: int = 10
    new_name: str | None = None
    unambiguous: bool = False
    each: Each | None = None
    part: str = ""

    def of(self, kind: Kind) -> list[Item]:
        return [item for item in self.present if item.kind is kind]

    def named(self, kind: Kind) -> list[Key]:
        """Return the keys of that kind that are declared, present or absent."""
        return [item.key for item in self.of(kind)] + [key for one, key in self.absent if one is kind]

    @property
    def kinds(self) -> frozenset[Kind]:
        """All kinds of which anything is declared: present, absent or complete."""
        each = () if self.each is None else (self.each.kind,)
        return frozenset(
            (
                *(item.kind for item in self.present),
                *(kind for kind, _key in self.absent),
                *(scope.kind for scope in self.scopes),
                *each,
            )
        )

    def covers(self, kind: Kind, parent: Key = ()) -> bool:
        """Tell whether undeclared objects of ``kind`` below ``parent`` are to be removed."""
        return any(scope.kind is kind and scope.parent == parent for scope in self.scopes)

    def complete_lists(self, kind: Kind) -> list[Key]:
        """Return the parents below which the objects of ``kind`` are declared to be complete."""
        return [scope.parent for scope in self.scopes if scope.kind is kind]


# What is there


@dataclass(frozen=True)
class Current:
    """What Quay answered about one namespace.

    ``items`` holds the kinds that were read. ``caller`` is the user name of who asks, "" where it
    was not needed. ``admin`` says whether the caller administers the namespace. ``unknown`` holds
    accounts and digests that the declaration refers to and that do not exist, ``facts`` what else a
    kind has noted for itself.
    """

    namespace: str
    exists: bool
    personal: bool = False
    admin: bool = True
    items: tuple[Item, ...] = ()
    caller: str = ""
    unknown: frozenset[str] = frozenset()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def of(self, kind: Kind) -> list[Item]:
        return [item for item in self.items if item.kind is kind]

    def wholes(self, part: Kind) -> list[Item]:
        """Return the objects of which those of the kind ``part`` are parts."""
        return [item for item in self.items if part in item.kind.parts]

    @property
    def place(self) -> Place:
        return Place(self.namespace, self.personal)


# What changes


@dataclass(frozen=True)
class Change:
    """One object to create, update or delete.

    ``before`` and ``after`` are what the diff shows; ``fields`` names what must be sent.
    """

    action: str
    kind: Kind
    key: Key
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    fields: tuple[str, ...] = ()
    ident: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rank(self) -> int:
        return self.kind.rank

    @property
    def described(self) -> str:
        """How messages and diffs name the object."""
        return self.kind.described(self.key)

    def value(self, name: str) -> Any:
        """Return the value that the change gives to a field."""
        return (self.after or {}).get(name)


@dataclass(frozen=True)
class Plan:
    """The changes in the order in which they are made, and what the user should know.

    ``look_again``: Quay adds things of its own to an object that is created here and whose parts
    are declared to be complete, so that a second reading is needed.
    """

    changes: tuple[Change, ...] = ()
    warnings: tuple[str, ...] = ()
    look_again: bool = False


# Kinds


@dataclass(frozen=True)
class Reference:
    """An object to which another one refers, and how the declaration names it."""

    kind: Kind
    key: Key
    name: str


@dataclass(frozen=True)
class Question:
    """What is asked of one kind when a namespace is read. ``linked``: other kinds need its links to them."""

    desired: Desired
    current: Current
    linked: bool = False


@dataclass(frozen=True)
class Flat:
    """How the objects of a kind are declared one by one, by a module of their own.

    ``options`` are those of the module. ``entry`` takes its parameters, and the client to ask the caller's
    name, and returns the namespace and the entry that quay_organizations would have. A kind that is not
    declared inside of a namespace has ``declare`` instead. ``describe`` says what is returned besides
    ``changed`` and ``changes``, of the parameters and a report (see report.py).
    """

    options: Callable[[], Spec]
    describe: Callable[[Entry, Any], dict[str, Any]]
    entry: Callable[[Entry, Any], tuple[str, Entry]] = lambda params, client: (
        params["organization"],
        params,
    )
    declare: Callable[[Entry], Desired] | None = None


@dataclass(frozen=True)
class Export:
    """How the objects of a kind are written down in the form in which they are declared.

    ``lists`` returns the reads by name; the same name is read once, whichever kinds ask for it. ``entries``
    gets the client, the place, what Quay showed of the namespace, what was read, the plurals that are
    wanted, and a list to which it adds warnings; it returns None where the registry has no such objects at
    all. A part of another kind's entry has no entries of its own. ``on_request``: that costs a request for
    each of many objects, so it is read only where it is asked for.
    """

    lists: Callable[[Any, Place, frozenset[str]], dict[str, Call]]
    entries: Callable[[Exporting], Batch[list[dict[str, Any]] | None]] | None = None
    on_request: bool = False


@dataclass(frozen=True)
class Exporting:
    """What a kind's export works with; see Export."""

    client: Any
    place: Place
    items: tuple[Item, ...]
    parts: Mapping[str, Any]
    wanted: frozenset[str]
    warnings: list[str]

    def of(self, kind: Kind) -> list[Item]:
        """Return what came along with the namespace, sorted by key."""
        return sorted((item for item in self.items if item.kind is kind), key=lambda item: item.key)


Requests = Callable[[Any, Place, Change], Iterator[Step]]


def _impossible(client: Any, place: Place, change: Change) -> Iterator[Step]:
    """Yield nothing: for what Quay has no request."""
    yield from ()


def _unread(client: Any, question: Question) -> list[Call]:
    return []


def _as_read(client: Any, desired: Desired, current: Current) -> Batch[Current]:
    yield from ()
    return current


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of object: what is particular to it. What most kinds share are the defaults.

    The functions stand in the order in which data passes. ``client`` is always the run's HTTP client.
    """

    name: str
    plural: str
    # Objects of a lower rank come into being first and go last.
    rank: int
    fields: tuple[Field, ...] = ()
    # How many parts of a key name the object that it belongs to.
    parent_length: int = 0
    # Whether Quay itself keeps two objects from having the same key. Where not, the planner removes all but
    # one, unless ``repairable`` is false.
    unique: bool = True
    repairable: bool = True
    # Whether it is a namespace itself, such as an organization; its key is empty.
    namespace: bool = False
    # Whether a user's own namespace has such objects too, and whether only administrators may read them.
    personal: bool = False
    for_admins: bool = True
    # The name of its namespace in a list of changes; "" where it is one itself.
    within: str = "organization"

    # Whether an entry of quay_organizations may hold a list of them.
    nested: bool = False
    # Whether a namespace has one at most: its entry then holds a mapping in place of the list.
    single: bool = False
    # Whether it keeps others from being made, so that it goes before anything else is done.
    in_the_way: bool = False
    # Of a namespace: the modules that make one.
    makers: str = ""

    # What the user writes: the option (plural) in quay_organizations, and the module of its own.
    aliases: tuple[str, ...] = ()
    options: Callable[[], Spec] = dict
    flat: Flat | None = None
    # Kinds that are declared inside of an entry of this one, and purged for themselves.
    parts: tuple[Kind, ...] = ()
    # Of a namespace: what is wrong with the names in its entry.
    check_names: Callable[[Entry, Any], None] = lambda entry, notes: None
    # Notes what an entry declares, and what is wrong with it (see declaration.py).
    take: Callable[[Entry, Any], None] = lambda entry, notes: None

    # Reading. Of a namespace: whether it is there, and what comes along with that answer.
    open: Callable[[Run, Desired], Batch[Current]] | None = None
    # Which other kinds have to be read, with their links to this one, for what is declared of this one.
    needs: Callable[[Desired], tuple[Kind, ...]] = lambda desired: ()
    # One read for each list; each returns items.
    lists: Callable[[Any, Question], list[Call]] = _unread
    # What no list holds, once all lists were read.
    details: Callable[[Any, Desired, Current], Batch[Current]] = _as_read
    # Of those that the declaration refers to by name, those that do not exist.
    unknown: Callable[[Run, Desired, Current, list[Reference]], Batch[set[str]]] | None = None
    # Spells out what the declaration says by what there is.
    expand: Callable[[Item, Desired, Current], Item] = lambda item, desired, current: item

    # Planning. Of a namespace: what Quay makes by itself along with a new one.
    brings: Callable[[Current], tuple[Item, ...]] = lambda current: ()
    references: Callable[[str, Item], Iterable[Reference]] = lambda namespace, item: ()
    # Why an object of this kind to which another one refers is missing, None if it is there.
    missing: Callable[[Reference, Desired, Current], str | None] = lambda reference, desired, current: None
    trouble: Callable[[Item, Current], list[str]] = lambda item, current: []
    # Why an object that is missing is not made, None if it is.
    pending: Callable[[Item, Current], str | None] = lambda item, current: None
    # What is never removed for being undeclared.
    protected: Callable[[Item, Current], bool] = lambda item, current: False
    # What the declaration says about how a change is made.
    manner: Callable[[Item], dict[str, Any]] = lambda item: {}
    # What the user should know; raises InvalidDeclaration where Quay would not carry the changes out.
    check: Callable[[Desired, Current, list[Change]], list[str]] = lambda desired, current, changes: []
    # Whether Quay does more than was sent.
    look_again: Callable[[Desired, list[Change]], bool] = lambda desired, changes: False

    # Requests, in order. Of a namespace also: what there is under a name, None if nothing.
    find: Callable[[Any, str], Any] = lambda client, name: None
    create: Requests = _impossible
    update: Requests = _impossible
    delete: Requests = _impossible

    # Wording: in messages, as the name of a change, and the fields in a diff.
    describe: Callable[[Key], str] | None = None
    title: Callable[[str, Key], str] = lambda namespace, key: key[0] if key else namespace
    show: Callable[[dict[str, Any]], dict[str, Any]] = lambda values: values

    export: Export | None = None

    def field(self, name: str) -> Field:
        return next(one for one in self.fields if one.name == name)

    def described(self, key: Key) -> str:
        """Return how messages and diffs name an object, on one line."""
        return visible(" ".join((self.name, *key)) if self.describe is None else self.describe(key))

    def __repr__(self) -> str:
        return f"Kind({self.name})"
