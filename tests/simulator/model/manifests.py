# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Manifests: what they hold, their labels, whether a tag leads to them, how often they were pulled."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..names import new_uuid
from ..store import Row, Store
from . import tags

_MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
_INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
_CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
_LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip"
# What the tests' smallest image has.
_LAYER_SIZE = 110  # bytes


def find(store: Store, repository: Row, digest: str) -> Row | None:
    """The manifest of a digest, if it is in the repository."""
    return store.manifests.first(repository=repository.id, digest=digest)


def add(
    store: Store,
    repository: Row,
    digest: str | None = None,
    size: int = _LAYER_SIZE,
    labels: Mapping[str, str] | None = None,
    platforms: Mapping[str, str | None] | None = None,
    commands: Sequence[str] = ("simulated",),
) -> Row:
    """An image, as if it had been pushed; the one that is there already when the digest is known.

    With ``platforms``, such as "linux/arm64", it is a list of one image for each, with the digest that is
    given there, if any. ``commands`` are those that built its layers, the lowest first.
    """
    known = None if digest is None else find(store, repository, digest)
    if known is not None:
        return known
    if platforms:
        images = [add(store, repository, image, size, commands=commands) for image in platforms.values()]
        return _insert(
            store, repository, digest, _index(images, platforms), size=None, layers=[], images=images
        )
    layers = [
        {"digest": _digest(new_uuid()), "size": size, "command": command, "created": time.time()}
        for command in commands
    ]
    data = _image(layers)
    manifest = _insert(store, repository, digest, data, size=size * len(layers), layers=layers, images=())
    for key, value in (labels or {}).items():
        add_label(store, manifest, key, value, "text/plain", "manifest")
    return manifest


def _insert(
    store: Store, repository: Row, digest: str | None, data: Any, images: Iterable[Row], **fields: Any
) -> Row:
    text = json.dumps(data)
    return store.manifests.insert(
        repository=repository.id,
        digest=digest or _digest(text),
        data=text,
        children=[image.digest for image in images],
        is_list="manifests" in data,
        **fields,
    )


def _image(layers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    config = {"mediaType": _CONFIG_TYPE, "digest": _digest(new_uuid()), "size": 309}
    written = [{"mediaType": _LAYER_TYPE, "digest": one["digest"], "size": one["size"]} for one in layers]
    return {"schemaVersion": 2, "mediaType": _MANIFEST_TYPE, "config": config, "layers": written}


def _index(images: Iterable[Row], platforms: Iterable[str]) -> dict[str, Any]:
    entries = []
    for image, platform in zip(images, platforms):
        system, _slash, architecture = platform.partition("/")
        entries.append(
            {
                "mediaType": _MANIFEST_TYPE,
                "digest": image.digest,
                "size": len(image.data),
                "platform": {"os": system, "architecture": architecture},
            }
        )
    return {"schemaVersion": 2, "mediaType": _INDEX_TYPE, "manifests": entries}


def _digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode("ascii")).hexdigest()


def add_label(store: Store, manifest: Row, key: str, value: str, media_type: str, source: str) -> Row:
    """A label on a manifest; a key may be there several times."""
    return store.labels.insert(
        repository=manifest.repository,
        manifest=manifest.id,
        uuid=new_uuid(),
        key=key,
        value=value,
        media_type=media_type,
        source_type=source,
    )


def guessed_media_type(value: str) -> str:
    """What Quay takes the value of a label for where it is not told."""
    if (value[:1], value[-1:]) in (("{", "}"), ("[", "]")):
        try:
            json.loads(value)
        except ValueError:
            return "text/plain"
        return "application/json"
    return "text/plain"


def is_reachable(store: Store, manifest: Row) -> bool:
    """Whether a tag that is in force leads to a manifest, or to a list in which it is."""
    lists = [one for one in store.manifests.find(repository=manifest.repository) if one.is_list]
    leading = [manifest, *(one for one in lists if manifest.digest in one.children)]
    now = time.time()
    return any(tags.alive(tag, now) for one in leading for tag in store.tags.find(manifest=one.id))


# Pulls


def pull(store: Store, manifest: Row, tag: str | None = None, times: int = 1) -> None:
    """Counts pulls of an image, by a tag that leads to it or by its digest."""
    now = time.time()
    store.manifests.update(manifest, pulls=manifest.get("pulls", 0) + times, last_pull=now)
    if tag is None:
        return
    row = store.tag_pulls.first(repository=manifest.repository, name=tag)
    if row is None:
        row = store.tag_pulls.insert(repository=manifest.repository, name=tag, count=0)
    store.tag_pulls.update(row, count=row.count + times, last_pull=now, digest=manifest.digest)


# Scans


def scan(store: Store, manifest: Row, status: str, features: Sequence[Mapping[str, Any]] = ()) -> None:
    """What the scanner has found out about an image; Quay's words, and "unreachable" for no answer of it.

    ``features`` are packages with ``Name``, ``Version`` and ``Vulnerabilities``, each of these with ``Name``,
    ``Severity`` and ``FixedBy``; the rest is made up.
    """
    store.manifests.update(manifest, scan=status, features=[dict(feature) for feature in features])
