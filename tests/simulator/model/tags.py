# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Tags, their history, and the manifests that they point to."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

import regex

from ..errors import ModelError, TagImmutable
from ..names import new_uuid
from ..settings import Settings
from ..store import Row, Store
from . import repositories

_MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
_LIST_TYPE = "application/vnd.oci.image.index.v1+json"
_CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
_LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip"
_MINIMUM_LIFETIME = 3600  # seconds; LABELED_EXPIRATION_MINIMUM
_MAXIMUM_LIFETIME = 104 * 7 * 86400  # seconds; LABELED_EXPIRATION_MAXIMUM


def get_repository(store: Store, namespace: str, name: str) -> Row:
    """The repository of a name; KeyError when there is none."""
    found = repositories.find(store, namespace, name)
    if found is None:
        raise KeyError(f"no repository {namespace}/{name}")
    return found


def find_manifest(store: Store, repository: Row, digest: str) -> Row | None:
    """The manifest of a digest, if it is in the repository."""
    return store.manifests.first(repository=repository.id, digest=digest)


def add_manifest(
    store: Store,
    repository: Row,
    digest: str | None = None,
    size: int = 110,
    labels: dict[str, str] | None = None,
    layers: list[dict[str, Any]] | None = None,
    platforms: list[dict[str, str]] | None = None,
    scan: dict[str, Any] | None = None,
) -> Row:
    """An image, as if it had been pushed; the one that is there already when the digest is known.

    ``layers`` are as Quay shows them. With ``platforms`` it is a list, with an image for each of them, whose
    "digest" may be named. ``scan`` is what the scanner answers (see api/security.py).
    """
    if digest is not None:
        known = find_manifest(store, repository, digest)
        if known is not None:
            return known
    children: list[Row] = []
    for platform in platforms or []:
        fields = {name: value for name, value in platform.items() if name not in ("digest", "scan")}
        child = add_manifest(
            store, repository, platform.get("digest"), size=size, layers=layers, scan=platform.get("scan")
        )
        children.append(Row(child, platform=fields))
    layer = "sha256:" + hashlib.sha256(new_uuid().encode("ascii")).hexdigest()
    data = json.dumps(_list_of(children) if children else _image_of(layer, size))
    manifest = store.manifests.insert(
        repository=repository.id,
        digest=digest or "sha256:" + hashlib.sha256(data.encode("ascii")).hexdigest(),
        data=data,
        size=None if children else size,
        layers=layers or [_layer(layer, size)],
        is_list=bool(children),
        children=[child.digest for child in children],
        scan=scan,
        created=time.time(),
    )
    for key, value in (labels or {}).items():
        add_label(store, manifest, key, value, None, "manifest")
    return manifest


def _image_of(layer: str, size: int) -> dict[str, Any]:
    config = "sha256:" + hashlib.sha256(layer.encode("ascii")).hexdigest()
    return {
        "schemaVersion": 2,
        "mediaType": _MANIFEST_TYPE,
        "config": {"mediaType": _CONFIG_TYPE, "digest": config, "size": 309},
        "layers": [{"mediaType": _LAYER_TYPE, "digest": layer, "size": size}],
    }


def _list_of(children: list[Row]) -> dict[str, Any]:
    entries = [
        {"mediaType": _MANIFEST_TYPE, "digest": child.digest, "size": 578, "platform": child.platform}
        for child in children
    ]
    return {"schemaVersion": 2, "mediaType": _LIST_TYPE, "manifests": entries}


def _layer(digest: str, size: int) -> dict[str, Any]:
    return {"compressed_size": size, "command": ["simulated"], "blob_digest": digest}


def add_label(store: Store, manifest: Row, key: str, value: str, media_type: str | None, source: str) -> Row:
    """A label on a manifest; a key may be there several times. Without a type Quay makes a guess."""
    if media_type is None:
        media_type = "application/json" if _is_json(value) else "text/plain"
    return store.labels.insert(
        repository=manifest.repository,
        manifest=manifest.id,
        uuid=new_uuid(),
        key=key,
        value=value,
        media_type=media_type,
        source_type=source,
    )


def _is_json(value: str) -> bool:
    """Whether Quay takes a text for JSON: only an object or a list is."""
    if not value.startswith(("{", "[")):
        return False
    try:
        json.loads(value)
    except ValueError:
        return False
    return True


def alive(tag: Row, now: float | None = None) -> bool:
    """Whether a tag exists now; one that expires later does."""
    return tag.end is None or tag.end > (time.time() if now is None else now)


def is_reachable(store: Store, manifest: Row) -> bool:
    """Whether a tag that is in force leads to a manifest, or to a list that has it."""
    now = time.time()
    lists = [
        other.id
        for other in store.manifests.find(repository=manifest.repository, is_list=True)
        if manifest.digest in other.children
    ]
    return any(alive(tag, now) for one in (manifest.id, *lists) for tag in store.tags.find(manifest=one))


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
