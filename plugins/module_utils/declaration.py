# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""From what the user wrote to what is desired. Pure.

The entry of an organization is a mapping with the options of quay_organizations. A module for one
object builds an entry that holds just that object, so that both run the same plan. Every rule that
can be checked without asking Quay is checked here, and all that is wrong is reported at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .account_rules import PASSWORD_RULE, is_email, is_name, is_password
from .answers import NAME_RULE, REPOSITORY_RULE
from .errors import InvalidDeclaration
from .selection import selection_of
from .state import (
    APPLICATION,
    KINDS,
    MEMBER,
    ORGANIZATION,
    PERMISSION,
    PROTOTYPE,
    REPOSITORY,
    ROBOT,
    TEAM,
    USER,
    Desired,
    Each,
    Item,
    Key,
    Scope,
    Secret,
    is_robot,
    split_robot,
)

Entry = Mapping[str, Any]

_REPOSITORY = re.compile(r"[a-z0-9][._a-z0-9-]*(?:/[a-z0-9][._a-z0-9-]*)*")
_DURATION = re.compile(r"(\d+)\s*([smhdw]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LONGEST_ROBOT_DESCRIPTION = 255
# Stands for the names of repositories that are not known yet.
_ANY_REPOSITORY = "any"


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
    namespace = str(entry["name"])
    reader = _Reader(namespace, frozenset(purge))
    reader.check_name("organization", namespace)
    if entry.get("new_name") is not None:
        reader.check_name("organization", str(entry["new_name"]))
    if declares_organization:
        reader.organization(entry)
    for option, take in reader.kinds.items():
        if entry.get(option) is not None:
            reader.take_all(option, entry[option], take)
    reader.check_unique()
    if reader.wrong:
        place = f"organization {namespace!r}: " if declares_organization else ""
        raise InvalidDeclaration(place + "; ".join(reader.wrong) + ".")
    return Desired(
        namespace=namespace,
        present=tuple(reader.present),
        absent=tuple(reader.absent),
        scopes=frozenset(reader.scopes.values()),
        purge_limit=purge_limit,
        new_name=entry.get("new_name"),
    )


def desired_repositories(namespace: str, entry: Entry) -> Desired:
    """Return what is desired of many repositories; the entry has the options of quay_repositories."""
    selection = selection_of(namespace, entry["repositories"], entry["matching"], entry["skip"])
    pattern = desired_of(
        {"name": namespace, "repositories": [{**entry, "name": _ANY_REPOSITORY}]}, declares_organization=False
    )
    complete = frozenset(scope.kind for scope in pattern.scopes)
    return Desired(namespace, each=Each(selection, pattern.present, pattern.absent, complete))


def desired_application(entry: Entry) -> Desired:
    """Return what is desired of one application; the entry has the options of quay_application."""
    entries = [entry]
    if entry.get("state") == "absent" and entry.get("new_name") not in (None, entry["name"]):
        # It may have been renamed already.
        entries = [entry, {**entry, "name": entry["new_name"]}]
    desired = desired_of(
        {"name": entry["organization"], "applications": entries}, declares_organization=False
    )
    return replace(desired, unambiguous=True)


def desired_user(entry: Entry) -> Desired:
    """Return what is desired of one user; the entry has the options of quay_user."""
    name = str(entry["username"])
    reader = _Reader(name, frozenset())
    reader.user(entry)
    if reader.wrong:
        raise InvalidDeclaration("; ".join(reader.wrong) + ".")
    return Desired(name, present=tuple(reader.present), absent=tuple(reader.absent))


def seconds(value: str) -> int:
    """Return a time span, written as seconds or with a unit (2w, 1d, 12h, 30m, 90s), in seconds."""
    match = _DURATION.fullmatch(value.strip())
    if match is None:
        raise InvalidDeclaration(
            f"time_machine_expiration {value!r} is not a time span; write seconds, or a number with "
            "s, m, h, d or w, such as 2w."
        )
    return int(match.group(1)) * _SECONDS[match.group(2)]


class _Reader:
    """Collects the items of one entry and what is wrong with them."""

    def __init__(self, namespace: str, purge: frozenset[str]) -> None:
        self._namespace = namespace
        self._purge = purge
        self.present: list[Item] = []
        self.absent: list[tuple[str, Key]] = []
        self.scopes: dict[tuple[str, Key], Scope] = {}
        self.wrong: list[str] = []
        self.kinds = {
            ROBOT.plural: self._robot,
            TEAM.plural: self._team,
            PROTOTYPE.plural: self._prototype,
            REPOSITORY.plural: self._repository,
            APPLICATION.plural: self._application,
        }

    # Rules

    def check_name(self, what: str, name: str) -> None:
        if not is_name(name):
            self.wrong.append(f"{what} name {name!r} is not allowed: {NAME_RULE}")

    def check_unique(self) -> None:
        """A second declaration of the same object would contradict the first or repeat it."""
        keys = Counter([*((item.kind, item.key) for item in self.present), *self.absent])
        for (kind, key), count in keys.items():
            if count > 1:
                name = " ".join(part for part in key if part)
                self.wrong.append(f"{kind} {name!r} is declared {count} times")

    def _own_robot(self, name: str, where: str) -> str:
        """Return the short name of a robot that must belong to this namespace."""
        owner, short = split_robot(name)
        if owner and owner != self._namespace:
            self.wrong.append(
                f"{where}: robot {name!r} belongs to {owner!r}; only robots of {self._namespace!r} "
                "can be here"
            )
        self.check_name("robot", short)
        return short

    # Objects

    def organization(self, entry: Entry) -> None:
        if entry.get("state") == "absent":
            self.absent.append((ORGANIZATION.name, ()))
            return
        fields: dict[str, Any] = {}
        if entry.get("email") is not None:
            fields["email"] = str(entry["email"])
            if fields["email"] and not is_email(fields["email"]):
                self.wrong.append(f"email {fields['email']!r} is not an address")
        if entry.get("time_machine_expiration") is not None:
            try:
                fields["tag_expiration_s"] = seconds(str(entry["time_machine_expiration"]))
            except InvalidDeclaration as error:
                self.wrong.append(error.message.rstrip("."))
        self.present.append(Item(ORGANIZATION.name, (), fields))

    def user(self, entry: Entry) -> None:
        self.check_name("user", self._namespace)
        email, password = entry.get("email"), entry.get("password") or None
        if email is not None and not is_email(str(email)):
            self.wrong.append(f"email {email!r} is not an address; Quay cannot remove that of a user")
        if password is not None and not is_password(str(password)):
            self.wrong.append(f"the password must have {PASSWORD_RULE}")
        compared = entry.get("update_password") == "always"
        fields = {
            "email": email,
            "enabled": entry.get("enabled"),
            "password": None if password is None else Secret(str(password), compared),
        }
        if self._add(entry, USER.name, (), fields):
            self.present[-1] = replace(self.present[-1], facts={"superuser": entry.get("superuser")})

    def take_all(self, option: str, entries: Sequence[Entry], take: Any) -> None:
        kind = next(kind for kind in KINDS.values() if kind.plural == option)
        if option in self._purge:
            self._scope(Scope(kind.name, (), limited=True))
        for entry in entries:
            take(entry)

    def _add(self, entry: Entry, kind: str, key: Key, fields: Mapping[str, Any], append: bool = True) -> bool:
        """Note the object as present or absent; return whether it is to be present."""
        if entry.get("state") == "absent":
            self.absent.append((kind, key))
            return False
        managed = {name: value for name, value in fields.items() if value is not None}
        self.present.append(Item(kind, key, managed, append=append))
        return True

    def _scope(self, scope: Scope) -> None:
        known = self.scopes.get((scope.kind, scope.parent))
        if known is None or known.limited:
            self.scopes[(scope.kind, scope.parent)] = scope

    def _complete_below(self, entry: Entry, kind: str, option: str, parent: Key) -> None:
        """Note where the parts of an object are declared to be complete, or are purged."""
        if not entry.get("append", True):
            self._scope(Scope(kind, parent))
        elif option in self._purge:
            self._scope(Scope(kind, parent, limited=True))

    def _robot(self, entry: Entry) -> None:
        short = self._own_robot(str(entry["name"]), "robots")
        description = entry.get("description")
        if description is not None and len(description) > _LONGEST_ROBOT_DESCRIPTION:
            self.wrong.append(
                f"robot {short!r}: its description has {len(description)} characters; "
                f"{_LONGEST_ROBOT_DESCRIPTION} are allowed"
            )
        fields = {
            "description": description,
            "federations": self._federations(short, entry.get("federations")),
            "regenerate": True if entry.get("regenerate") else None,
        }
        self._add(entry, ROBOT.name, (short,), fields, append=entry.get("append", True))

    def _federations(self, short: str, pairs: Sequence[Entry] | None) -> tuple[tuple[str, str], ...] | None:
        if pairs is None:
            return None
        for pair in pairs:
            if not str(pair["issuer"]).startswith(("http://", "https://")):
                self.wrong.append(f"robot {short!r}: issuer {pair['issuer']!r} is not an http or https URL")
        return tuple(sorted({(str(pair["issuer"]), str(pair["subject"])) for pair in pairs}))

    def _team(self, entry: Entry) -> None:
        name = str(entry["name"])
        self.check_name("team", name)
        fields = {"role": entry.get("role"), "description": entry.get("description")}
        if not self._add(entry, TEAM.name, (name,), fields) or entry.get("members") is None:
            return
        for member in sorted(set(map(str, entry["members"]))):
            if is_robot(member):
                self._own_robot(member, f"team {name!r}")
            elif not member:
                self.wrong.append(f"team {name!r}: the name of a member is empty")
            self.present.append(Item(MEMBER.name, (name, member)))
        self._complete_below(entry, MEMBER.name, MEMBER.plural, (name,))

    def _prototype(self, entry: Entry) -> None:
        kind, name, creator = entry.get("type") or "user", str(entry["name"]), entry.get("creator") or ""
        if kind == "team":
            self.check_name("team", name)
        if is_robot(creator):
            self.wrong.append(f"prototype for {name!r}: creator {creator!r} is a robot; it must be a user")
        self._add(entry, PROTOTYPE.name, (creator, kind, name), {"role": entry.get("role")})

    def _repository(self, entry: Entry) -> None:
        name = str(entry["name"])
        name = name[len(self._namespace) + 1 :] if name.startswith(f"{self._namespace}/") else name
        if len(name) > 255 or not _REPOSITORY.fullmatch(name):
            self.wrong.append(f"repository name {name!r} is not allowed: {REPOSITORY_RULE}")
        fields = {field.name: entry.get(field.name) for field in REPOSITORY.fields}
        if not self._add(entry, REPOSITORY.name, (name,), fields) or entry.get("perms") is None:
            return
        for grant in entry["perms"]:
            kind, account = grant.get("type") or "user", str(grant["name"])
            if kind == "user" and is_robot(account):
                self._own_robot(account, f"repository {name!r}")
            role = {"role": grant.get("role") or "read"}
            self._add(grant, PERMISSION.name, (name, kind, account), role)
        self._complete_below(entry, PERMISSION.name, PERMISSION.plural, (name,))

    def _application(self, entry: Entry) -> None:
        fields = {field.name: entry.get(field.name) for field in APPLICATION.fields}
        fields["name"] = entry.get("new_name")
        self._add(entry, APPLICATION.name, (str(entry["name"]),), fields)
