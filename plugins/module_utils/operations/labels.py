# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Labels of one image: what is desired of them, and which there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..engine.declaration import Notes
from ..engine.options import state_option
from ..engine.report import Report, answers_with
from ..engine.words import Desired, Spec
from ..errors import NotFound
from ..http.client import Client
from ..kinds.label import FORMATS, LABEL, label_key_ok
from ..kinds.manifest import digest_of, labels_of
from .namespaces import split_image
from .operation import Operation

Params = Mapping[str, Any]

_SHOWN = ("id", "key", "value", "source_type", "media_type")


def label_options() -> Spec:
    """Return the options of quay_manifest_label."""
    return {
        "image": {"type": "str", "required": True},
        "key": {"type": "str", "required": True},
        "value": {"type": "str"},
        "media_type": {"type": "str", "choices": FORMATS},
        "replace": {"type": "bool", "default": True},
        **state_option(),
    }


def desired_label(params: Params, client: Client) -> Desired:
    """Return what is desired of one label, or of all with one key."""
    place, repository, reference = split_image(client, params["image"])
    notes = Notes(place.name)
    key, value = params["key"], params["value"]
    absent = params["state"] == "absent"
    if not absent and not label_key_ok(key):
        notes.wrong.append(
            f"key {key!r} is not one of a label: lower-case letters and digits, with single '.' and '-' "
            "in between, 255 at most"
        )
    meant: tuple[str, ...] = (repository, reference, key)
    if value is not None and (absent or not params["replace"]):
        meant = (*meant, value)
    fields = {} if absent else {"value": value, "media_type": params["media_type"]}
    notes.add(params, LABEL, meant, fields)
    return notes.desired(LABEL)


def described_label(params: Params, report: Report) -> dict[str, Any]:
    """Return the label as Quay has it; without an id where check mode would make it."""
    if params["state"] == "absent":
        return {}
    made = answers_with(report, "label")
    if made:
        return _shown(made[-1]["label"])
    if not any(change.action in ("create", "update") for change in report.changes):
        current = report.current.of(LABEL) if report.current is not None else []
        there = (item.facts["view"] for item in current if item.fields["value"] == params["value"])
        found = next(there, None)
        if found is not None:
            return _shown(found)
    foreseen = {name: params[name] for name in ("key", "value")}
    return {**foreseen, "source_type": "api", "media_type": params["media_type"] or FORMATS[0]}


def _shown(view: Mapping[str, Any]) -> dict[str, Any]:
    return {name: view[name] for name in _SHOWN}


def label_info_options() -> Spec:
    """Return the options of quay_manifest_label_info."""
    return {"image": {"type": "str", "required": True}, "key": {"type": "str"}}


def labels(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return the labels of an image; one that is not there has none. A request, two with a tag."""
    del check_mode
    place, repository, reference = split_image(client, params["image"])
    try:
        digest = digest_of(client, place, repository, reference)
        views = labels_of(client, place, repository, digest)
    except NotFound:
        return Operation(values={"labels": []})
    wanted = params["key"]
    found = [_shown(view) for view in views if wanted is None or view["key"] == wanted]
    return Operation(values={"labels": sorted(found, key=lambda label: (label["key"], label["value"]))})
