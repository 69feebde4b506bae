# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Tags and their history."""

from __future__ import annotations

import time
from typing import Any

import regex

from ..errors import ModelError, TagImmutable
from ..settings import Settings
from ..store import Row, Store
from . import repositories

_MINIMUM_LIFETIME = 3600  # seconds; LABELED_EXPIRATION_MINIMUM
_MAXIMUM_LIFETIME = 104 * 7 * 86400  # seconds; LABELED_EXPIRATION_MAXIMUM


def get_repository(store: Store, namespace: str, name: str) -> Row:
    """The repository of a name; KeyError when there is none."""
    found = repositories.find(store, namespace, name)
    if found is None:
        raise KeyError(f"no repository {namespace}/{name}")
    return found


def alive(tag: Row, now: float | None = None) -> bool:
    """Whether a tag exists now; one that expires later does."""
    return tag.end is None or tag.end > (time.time() if now is None else now)


def current(store: Store, repository: Row, name: str) -> Row | None:
    """The row of history that is in force for a tag."""
    now = time.time()
    return next(
        (tag for tag in store.tags.find(repository=repository.id, name=name) if alive(tag, now)), None
    )


def point(
    store: Store,
    settings: Settings,
    repository: Row,
    name: str,
    manifest: Row,
    reversion: bool = False,
    start_ts: float | None = None,
) -> Row:
    """Lets a tag point to a manifest: ends the row of history in force, and starts a new one."""
    now = time.time()
    existing = current(store, repository, name)
    if existing is not None:
        if existing.immutable:
            raise TagImmutable(name, "overwrite")
        store.tags.update(existing, end=now)
    return store.tags.insert(
        repository=repository.id,
        name=name,
        manifest=manifest.id,
        digest=manifest.digest,
        start=now if start_ts is None else start_ts,
        end=None,
        reversion=reversion,
        immutable=settings.feature("IMMUTABLE_TAGS") and _made_immutable(store, repository, name),
    )


def delete(store: Store, tag: Row) -> None:
    """Ends a tag; its history stays."""
    if tag.immutable:
        raise TagImmutable(tag.name, "delete")
    store.tags.update(tag, end=time.time())


def set_expiration(store: Store, settings: Settings, tag: Row, moment: float | None) -> None:
    """Sets when a tag ends, moved without notice into what the configuration allows; None lets it live on."""
    if tag.immutable and moment is not None and not settings.feature("IMMUTABLE_TAGS_CAN_EXPIRE"):
        raise ModelError(f"Cannot set expiration on immutable tag '{tag.name}'")
    if moment is not None:
        lifetime = min(max(moment - int(tag.start), _MINIMUM_LIFETIME), _MAXIMUM_LIFETIME)
        moment = tag.start + lifetime
    store.tags.update(tag, end=moment)


def history(store: Store, repository: Row, name: str | None, only_alive: bool) -> list[Row]:
    """The rows of history that the time machine still shows, newest first."""
    criteria: dict[str, Any] = {"repository": repository.id}
    if name is not None:
        criteria["name"] = name
    now = time.time()
    rows = [tag for tag in store.tags.find(**criteria) if alive(tag, now) or not only_alive]
    # Quay sorts by milliseconds, and what began in the same one by name.
    return sorted(rows, key=lambda tag: (-round(tag.start * 1000), tag.name, -tag.id))


def apply_policy(store: Store, repository_ids: list[int], policy: Row, may_expire: bool) -> None:
    """Makes the existing tags immutable that a new immutability policy names; Quay never takes that back."""
    for repository_id in repository_ids:
        for tag in store.tags.find(repository=repository_id):
            if alive(tag) and policy_matches(policy, tag.name):
                # What is immutable does not expire, unless the registry says that it may.
                end = tag.end if tag.immutable or may_expire else None
                store.tags.update(tag, immutable=True, end=end)


def policy_matches(policy: Row, name: str) -> bool:
    """Whether an immutability policy is for a tag."""
    return bool(regex.fullmatch(policy.pattern, name)) == policy.matches


def _made_immutable(store: Store, repository: Row, name: str) -> bool:
    policies = store.immutability_policies.find(namespace=repository.namespace)
    policies += store.immutability_policies.find(repository=repository.id)
    return any(policy_matches(policy, name) for policy in policies)
