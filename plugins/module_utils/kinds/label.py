# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Labels of images (facts A10).

Quay keeps several labels with the same key, and the same label several times. One of its own making cannot be
changed: it is made anew before the old one goes. One that came with the image stays for ever.

The key says which are meant: (repository, tag or digest, key) is all with that key as one, with a value
behind it is the one label of that value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..engine.lanes import Batch, one
from ..engine.values import Field, Place, Run, Step
from ..engine.words import Change, Current, Desired, Item, Key, Kind
from ..errors import NotFound
from ..http.client import Client
from ..http.connection import manifest_path, segment
from ..visible import visible
from .image_names import is_digest
from .manifest import digest_of, labels_of

View = Mapping[str, Any]

# The first is that of a label for which nothing else is declared.
FORMATS = ["text/plain", "application/json"]

# Quay's own rule, for labels that are not of the image's making.
_KEY = re.compile(r"[a-z0-9](([a-z0-9]|[-.](?![.-]))*[a-z0-9])?")
_LONGEST_KEY = 255


def label_key_ok(key: str) -> bool:
    """Tell whether Quay takes a label with this key, if it is not reserved."""
    return len(key) <= _LONGEST_KEY and _KEY.fullmatch(key) is not None


# What is there


def _open(run: Run, desired: Desired) -> Batch[Current]:
    """Read the labels of the one image that the declaration is about: a request, two with a tag.

    Raises NotFound where there is no such image and it is to have a label; except in check mode, which takes
    it that an earlier task makes the image.
    """
    place = Place(desired.namespace)
    repository, reference = desired.named(LABEL)[0][:2]
    try:
        digest = yield from one(partial(digest_of, run.client, place, repository, reference))
        views = yield from one(partial(labels_of, run.client, place, repository, digest))
    except NotFound as error:
        if desired.present and not run.check_mode:
            raise
        return Current(desired.namespace, exists=bool(desired.present), facts={"missing": error.message})
    items = tuple(item for key in desired.named(LABEL) for item in _items(key, digest, views, desired))
    return Current(desired.namespace, exists=True, items=items, facts={"digest": digest, "views": views})


def _items(key: Key, digest: str, views: Iterable[View], desired: Desired) -> Iterator[Item]:
    """Yield what a declared key means. What came with the image counts only where it is what is declared.

    It has no ident: it can be neither changed nor deleted.
    """
    wanted = [item.fields["value"] for item in desired.of(LABEL) if item.key == key]
    meant = [view for view in views if _means(key, view)]
    settled = [view for view in meant if _is_fixed(view) and view["value"] in wanted]
    for view in settled[:1]:
        yield Item(LABEL, key, _fields(view), facts={"view": view})
    for view in meant:
        if not _is_fixed(view):
            yield Item(LABEL, key, _fields(view), ident=f"{digest}/{view['id']}", facts={"view": view})


def _fields(view: View) -> dict[str, Any]:
    return {"value": view["value"], "media_type": view["media_type"]}


def _means(key: Key, view: View) -> bool:
    return bool(view["key"] == key[2] and (len(key) == 3 or view["value"] == key[3]))


def _is_fixed(view: View) -> bool:
    return bool(view["source_type"] == "manifest")


def _expand(item: Item, desired: Desired, current: Current) -> Item:
    """Say of which image the label is, and let the format of one be that came with the image."""
    fields = dict(item.fields)
    if any(one.key == item.key and not one.ident for one in current.of(LABEL)):
        fields.pop("media_type", None)
    return replace(item, fields=fields, facts={"digest": current.facts.get("digest")})


def _check(desired: Desired, current: Current, changes: list[Change]) -> list[str]:
    """Say what stays although it is to go, and what check mode takes for granted."""
    if "missing" in current.facts:
        missing = f"{current.facts['missing']} Check mode takes it that an earlier task makes it."
        return [missing] if desired.present else []
    return [
        f"{_described((*key[:3], view['value']))}: it came with the image, and stays"
        for kind, key in desired.absent
        if kind is LABEL
        for view in current.facts["views"]
        if _means(key, view) and _is_fixed(view)
    ]


# What changes


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    values = change.after or {}
    body = {"key": change.key[2], "value": values["value"], "media_type": values["media_type"]}
    path = f"{manifest_path(place.name, change.key[0], change.facts['digest'])}/labels"
    yield Step(change.fields, partial(client.send, "POST", path, body))


def _update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    """Quay has no request for it: the new label is there before the old one goes."""
    values = {name: change.facts[name] for name in ("value", "media_type")}
    yield from _create(client, place, replace(change, after={**values, **(change.after or {})}))
    yield from _delete(client, place, change)


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    digest, _slash, ident = change.ident.partition("/")
    path = f"{manifest_path(place.name, change.key[0], digest)}/labels/{segment(ident)}"
    yield Step((), partial(client.send, "DELETE", path))


# How it is shown


def image_text(repository: str, reference: str) -> str:
    """Return how an image is written: with ":" before a tag, with "@" before a digest."""
    return f"{repository}{'@' if is_digest(reference) else ':'}{reference}"


def _described(key: Key) -> str:
    return visible(f"label {'='.join(key[2:])} of {image_text(*key[:2])}")


LABEL = Kind(
    "label",
    "labels",
    9,
    (Field("value"), Field("media_type", FORMATS[0])),
    unique=False,
    open=_open,
    expand=_expand,
    manner=lambda item: dict(item.facts),
    check=_check,
    create=_create,
    update=_update,
    delete=_delete,
    describe=_described,
    title=lambda namespace, key: f"{image_text(*key[:2])} {'='.join(key[2:])}",
)
