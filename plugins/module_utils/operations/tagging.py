# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""One tag of one repository, or of many: what is desired of it, and what became of that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..engine.reconcile import reconcile
from ..engine.report import Report, change_views
from ..engine.values import Place
from ..engine.words import Desired, Item, Spec
from ..errors import InvalidDeclaration, TagMissing
from ..http.client import Client
from ..kinds.image_lookup import split_image_name
from ..kinds.moments import moment
from ..kinds.repository import repositories_of
from ..kinds.selection import choose, selection_of, selection_options
from ..kinds.tag import TAG
from .operation import Operation, operation

Params = Mapping[str, Any]

_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def tag_options() -> Spec:
    """Return the options of quay_tag."""
    return {
        "image": {"type": "str"},
        "organization": {"type": "str"},
        **selection_options(),
        "tag": {"type": "str"},
        "source_tag": {"type": "str"},
        "digest": {"type": "str"},
        "expiration": {"type": "str"},
        "expiration_format": {"type": "str", "default": "%Y%m%d%H%M.%S"},
        "immutable": {"type": "bool"},
        "state": {"type": "str", "choices": ["present", "absent", "restored"], "default": "present"},
    }


def tags(params: Params, client: Client, check_mode: bool) -> Operation:
    """Make the tag as declared, in one repository or many; ``params`` are the options of quay_tag."""
    if params["image"] is not None:
        return _in_one(params, client, check_mode)
    return _in_many(params, client, check_mode)


# One repository


def _in_one(params: Params, client: Client, check_mode: bool) -> Operation:
    namespace, repository, source = _image(params["image"], client)
    tag = params["tag"] or source.get("tag")
    if tag is None:
        raise InvalidDeclaration("With a digest in image, tag must say which tag is meant.")
    given = {**params, "tag": tag, "digest": params["digest"] or source.get("digest")}
    if source.get("tag") not in (None, tag):
        given["source_tag"] = source["tag"]
    (report,) = reconcile(client, [_desired(namespace, repository, given)], check_mode)
    if isinstance(report.error, TagMissing) and check_mode and params["state"] == "present":
        text = f"{report.error} Check mode takes it that an earlier task makes it."
        report = replace(report, error=None, warnings=[*report.warnings, text])
    outcome = operation([report], {"repositories": [_view(report)]}, "repositories")
    return outcome if report.error is None else replace(outcome, error=str(report.error))


def _image(image: str, client: Client) -> tuple[str, str, dict[str, str]]:
    """Return namespace, repository, and the tag or digest of an image's name."""
    namespace, repository, name = split_image_name(client, image)
    source = {"digest": name.digest[1:]} if name.digest else {"tag": name.tag[1:] or "latest"}
    return namespace or client.caller(), repository, source


# Many repositories


def _in_many(params: Params, client: Client, check_mode: bool) -> Operation:
    namespace = params["organization"]
    if params["tag"] is None:
        raise InvalidDeclaration("With organization, tag must say which tag is meant.")
    # What is wrong with the options is found out before anything is asked.
    pattern = _desired(namespace, "", params)
    names = _repositories(namespace, params, client)
    reports = list(reconcile(client, [_placed(pattern, name) for name in names], check_mode))
    missing = [report.part for report in reports if isinstance(report.error, TagMissing)]
    if missing and len(missing) == len(reports):
        raise TagMissing(f"None of the {len(reports)} repositories of {namespace!r} has the tag.")
    reports = [report for report in reports if not isinstance(report.error, TagMissing)]
    values: dict[str, Any] = {"repositories": [_view(report) for report in reports], "without_tag": missing}
    failed = [report.part for report in reports if report.error is not None]
    if failed:
        values["failed_repositories"] = failed
    return operation(reports, values, "repositories")


def _repositories(namespace: str, params: Params, client: Client) -> list[str]:
    selection = selection_of(namespace, params["repositories"], params["matching"], params["skip"])
    if selection.is_listed:
        return choose(selection, selection.names)
    there = [item.key[0] for item in repositories_of(client, Place(namespace))]
    if not there:
        raise InvalidDeclaration(f"{namespace!r} has no repositories that you can see.")
    return choose(selection, there)


# What is desired


def _desired(namespace: str, repository: str, params: Params) -> Desired:
    _check(params)
    key = (repository, params["tag"])
    if params["state"] == "absent":
        return Desired(namespace, TAG, absent=((TAG, key),), part=repository)
    fields: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    if params["expiration"] is not None:
        fields["expiration"] = moment(params["expiration"], params["expiration_format"])
    if params["immutable"] is not None:
        fields["immutable"] = params["immutable"]
    if params["state"] == "restored":
        facts["restore"] = params["digest"] or ""
    elif params.get("source_tag"):
        facts["source"] = params["source_tag"]
    elif params["digest"]:
        fields["manifest_digest"] = params["digest"]
    return Desired(namespace, TAG, present=(Item(TAG, key, fields, facts=facts),), part=repository)


def _check(params: Params) -> None:
    wrong = []
    for option in ("tag", "source_tag"):
        if params.get(option) and not _TAG.fullmatch(params[option]):
            wrong.append(f"{option} {params[option]!r} is not the name of a tag")
    if params["digest"] and not _DIGEST.fullmatch(params["digest"]):
        wrong.append(f"digest {params['digest']!r} is not sha256: and 64 hexadecimal digits")
    if params["digest"] and params.get("source_tag"):
        wrong.append("digest and source_tag both say where the tag points to")
    if wrong:
        raise InvalidDeclaration("; ".join(wrong) + ".")


def _placed(pattern: Desired, repository: str) -> Desired:
    def key(old: tuple[str, ...]) -> tuple[str, ...]:
        return (repository, *old[1:])

    return replace(
        pattern,
        present=tuple(replace(item, key=key(item.key)) for item in pattern.present),
        absent=tuple((kind, key(old)) for kind, old in pattern.absent),
        part=repository,
    )


def _view(report: Report) -> dict[str, Any]:
    view: dict[str, Any] = {
        "name": report.label,
        "changed": bool(report.changes),
        "failed": report.error is not None,
        "changes": change_views(report),
    }
    if report.error is not None:
        view["msg"] = str(report.error)
    return view
