# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Labels of images (facts A10).

Quay keeps any number of labels with the same key on an image, the same one twice too, and has no request to
change one. The key says which of them are meant: (repository, ":tag" or "@digest", key of the label), and the
value where others with that key stay. What an image brought along itself cannot be removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..engine.lanes import Batch, one
from ..engine.options import state_option
from ..engine.placeholder import SOME_ID
from ..engine.report import Report, answers_with
from ..engine.values import Field, Place, Run, Step
from ..engine.words import Change, Current, Desired, Entry, Item, Key, Kind, Spec
from ..errors import InvalidDeclaration, NotFound, TagMissing
from ..http.client import Client
from ..http.connection import segment
from .image import Image, digest_of, image_of, manifest_path, missing_manifest

_LONGEST_KEY = 255
_KEY = re.compile(r"[a-z0-9](?:(?:[a-z0-9]|[-.](?![.-]))*[a-z0-9])?")
# The registry may have more, in LABEL_KEY_RESERVED_PREFIXES.
_RESERVED = (
    "com.docker.",
    "io.docker.",
    "org.dockerproject.",
    "org.opencontainers.",
    "io.cncf.",
    "io.kubernetes.",
    "io.k8s.",
    "io.quay",
    "com.coreos",
    "com.tectonic",
    "internal",
    "quay",
)
# Where a label comes from, if not from Quay's API.
_FROM_IMAGE = "manifest"
_PLAIN = "text/plain"

# What the user writes


def label_options() -> Spec:
    """Return the options of quay_manifest_label."""
    return {
        "image": {"type": "str", "required": True},
        # A label's key is none that opens anything.
        "key": {"type": "str", "required": True, "no_log": False},
        "value": {"type": "str"},
        "media_type": {"type": "str", "choices": [_PLAIN, "application/json"]},
        "replace": {"type": "bool", "default": True},
        **state_option(),
    }


def desired_label(params: Entry, client: Client) -> Desired:
    """Return what is desired of the labels of an image that have a key.

    Raises InvalidDeclaration where Quay would refuse the key.
    """
    label, value = str(params["key"]), params["value"]
    absent = params["state"] == "absent"
    if not absent:
        _check_key(label)
    image = image_of(client, str(params["image"]))
    key: Key = (image.repository, f"@{image.digest}" if image.digest else f":{image.tag}", label)
    if value is not None and (absent or not params["replace"]):
        key = (*key, str(value))
    if absent:
        return Desired(image.namespace, LABEL, absent=((LABEL, key),), part=image.repository)
    fields = {"value": str(value), "media_type": params["media_type"]}
    item = Item(LABEL, key, {name: value for name, value in fields.items() if value is not None})
    return Desired(image.namespace, LABEL, present=(item,), part=image.repository)


def describe_label(params: Entry, report: Report) -> dict[str, Any]:
    """Return the label as Quay has it; in check mode what it will have."""
    if params["state"] == "absent":
        return {}
    made = answers_with(report, "label")
    if made:
        return dict(made[-1]["label"])
    there = report.current.of(LABEL) if report.current is not None else []
    views = [item.facts["view"] for item in there if item.facts.get("meant")]
    right = [view for view in views if _is_right(view, params)]
    if right and not any(change.action != "delete" for change in report.changes):
        return dict(right[0])
    media_type = params["media_type"] or (views[0]["media_type"] if views else _PLAIN)
    view = {"key": params["key"], "value": params["value"], "media_type": media_type}
    return {"id": SOME_ID, "source_type": "api", **view}


def _check_key(label: str) -> None:
    reserved = next((prefix for prefix in _RESERVED if label.startswith(prefix)), None)
    if reserved is not None:
        raise InvalidDeclaration(
            f"key {label!r} is not allowed: Quay keeps what begins with {reserved!r} to images themselves."
        )
    if len(label) > _LONGEST_KEY or not _KEY.fullmatch(label):
        raise InvalidDeclaration(
            f"key {label!r} is not allowed: lower-case letters and digits, with single '.' or '-' between "
            f"them, up to {_LONGEST_KEY} characters."
        )


# What is there


def labels_of(client: Client, image: Image) -> list[dict[str, Any]]:
    """Return Quay's view of all labels of an image; two requests, one where it is named by its digest.

    Raises NotFound where there is no such image.
    """
    digest = digest_of(client, image)
    try:
        return list(client.get(f"{manifest_path(image, digest)}/labels")["labels"])
    except NotFound as error:
        raise missing_manifest(image, digest) from error


def _image(namespace: str, key: Key) -> Image:
    """Return the image of which a key speaks."""
    repository, reference = key[:2]
    if reference.startswith("@"):
        return Image(namespace, repository, digest=reference[1:])
    return Image(namespace, repository, tag=reference[1:])


def _open(run: Run, desired: Desired) -> Batch[Current]:
    """Read the labels of the image; ``exists`` is false where there is none."""
    (key,) = desired.named(LABEL)
    client, image = run.client, _image(desired.namespace, key)
    try:
        digest = yield from one(partial(digest_of, client, image))
    except NotFound as error:
        # An earlier task that is only checked, too, may be about to make the tag.
        may_come = run.check_mode and isinstance(error, TagMissing)
        return Current(desired.namespace, exists=may_come, facts={"missing": error})
    image = Image(image.namespace, image.repository, digest=digest)
    try:
        views = yield from one(partial(labels_of, client, image))
    except NotFound as error:
        return Current(desired.namespace, exists=False, facts={"missing": error})
    # What came with the image is the first choice of two that are alike: the other one can go.
    views.sort(key=lambda view: bool(view["source_type"] != _FROM_IMAGE))
    wanted = next((item.fields for item in desired.of(LABEL)), None)
    items = tuple(_item(view, key, digest, wanted) for view in views)
    return Current(desired.namespace, exists=True, items=items, facts={"digest": digest})


def _item(view: Mapping[str, Any], key: Key, digest: str, wanted: Mapping[str, Any] | None) -> Item:
    """Return a label, under the key that is declared if that means it."""
    fields = {"value": view["value"], "media_type": view["media_type"], "digest": digest}
    meant = view["key"] == key[2] and (len(key) == 3 or view["value"] == key[3])
    if view["source_type"] == _FROM_IMAGE:
        # It can be neither changed nor removed, so it is the one that is declared or is none.
        meant = meant and wanted is not None and all(fields[name] == wanted[name] for name in wanted)
    own = key if meant else (*key[:2], view["key"], view["value"], view["id"])
    return Item(LABEL, own, fields, ident=view["id"], facts={"view": dict(view), "meant": meant})


def _is_right(view: Mapping[str, Any], params: Entry) -> bool:
    return bool(view["value"] == params["value"]) and params["media_type"] in (None, view["media_type"])


def _expand(item: Item, desired: Desired, current: Current) -> Item:
    missing = current.facts.get("missing")
    if missing is not None and not current.exists:
        raise missing
    return replace(item, facts={"digest": current.facts.get("digest", "")})


# Planning


def _check(desired: Desired, current: Current, changes: list[Change]) -> list[str]:
    """Say what stays although it is declared absent, and what is taken for granted in check mode."""
    missing = current.facts.get("missing")
    if missing is not None:
        return [f"{missing} Check mode takes it that an earlier task makes it."] if desired.present else []
    found = []
    for _kind, key in desired.absent:
        views = [item.facts["view"] for item in current.of(LABEL) if item.key[2] == key[2]]
        own = [view for view in views if view["source_type"] == _FROM_IMAGE]
        if any(key[3:] in ((), (view["value"],)) for view in own):
            found.append(f"{_described(key)} stays: the image itself has it, which Quay does not change.")
    return found


# What changes


def _path(place: Place, change: Change) -> str:
    image = _image(place.name, change.key)
    return f"{manifest_path(image, change.facts['digest'])}/labels"


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    after = change.after or {}
    yield from _post(client, place, change, after["value"], after["media_type"])


def _post(client: Client, place: Place, change: Change, value: str, media_type: str) -> Iterator[Step]:
    body = {"key": change.key[2], "value": value, "media_type": media_type}
    yield Step(change.fields, partial(client.send, "POST", _path(place, change), body))


def _update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    """The new label is there before the old one goes: Quay has no request to change one."""
    values = {**change.facts, **(change.after or {})}
    yield from _post(client, place, change, values["value"], values["media_type"])
    yield from _delete(client, place, change)


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(client.send, "DELETE", f"{_path(place, change)}/{segment(change.ident)}"))


# How it is shown


def _described(key: Key) -> str:
    return f"label {_short(key)} of {''.join(key[:2])}"


def _short(key: Key) -> str:
    return key[2] if len(key) == 3 else f"{key[2]}={key[3]}"


# The digest goes along in the fields: a deletion knows nothing else of what was read.
LABEL = Kind(
    "label",
    "labels",
    8,
    (Field("value"), Field("media_type", _PLAIN)),
    unique=False,
    open=_open,
    expand=_expand,
    manner=lambda item: dict(item.facts),
    check=_check,
    create=_create,
    update=_update,
    delete=_delete,
    describe=_described,
    title=lambda namespace, key: f"{''.join(key[:2])} {_short(key)}",
    show=lambda values: {name: value for name, value in values.items() if name != "digest"},
)
