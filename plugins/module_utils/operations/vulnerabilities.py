# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the registry's scanner has found: all of it of one image, and counts of many.

A vulnerability counts once, in however many packages of an image, and images of a repository, it is; with the
worst severity that is told of it. It is fixable if any package with it has a version without it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ..engine.lanes import Batch, all_of, one, run
from ..engine.values import Place
from ..engine.words import Spec
from ..errors import FeatureOff, NotFound, QuayError
from ..http.client import Client
from ..kinds.image_names import is_digest
from ..kinds.manifest import manifest_of, platforms_of, scan_of
from ..kinds.selection import selection_options
from ..kinds.tag import tag_rows
from .namespaces import place_of, split_image, split_repository
from .operation import Operation
from .repository_inventory import chosen_names, failures

Params = Mapping[str, Any]
# Severity, and whether it is fixable, by name of the vulnerability.
Found = dict[str, tuple[str, bool]]

# Those that Quay tells apart, the worst first.
SEVERITIES = ("Critical", "High", "Medium", "Low", "Negligible", "Unknown")
_SCANNED = "scanned"
# What nothing is known of.
_UNKNOWN = "unknown"


def vulnerability_info_options() -> Spec:
    """Return the options of quay_vulnerability_info."""
    return {
        "image": {"type": "str"},
        "repository": {"type": "str"},
        "organization": {"type": "str"},
        **selection_options(),
        "tag": {"type": "str"},
    }


def vulnerabilities(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return what the scanner found in one image, or in those of a repository or an organization."""
    del check_mode
    if params["image"] is not None:
        return Operation(values=_of_one(params["image"], client))
    if params["repository"] is not None:
        place, name = split_repository(client, params["repository"])
        return _of_many(client, place, [name], params["tag"])
    place = place_of(client, params["organization"])
    return _of_many(client, place, chosen_names(params, client, place), params["tag"])


# Counting


@dataclass
class _Scan:
    """What was found in one image. ``features`` are those of Quay's that have vulnerabilities."""

    repository: str
    digest: str
    status: str
    features: list[dict[str, Any]] = field(default_factory=list)
    platform: str = ""
    tags: tuple[str, ...] = ()

    def found(self) -> Found:
        """Return the vulnerabilities by name."""
        found: Found = {}
        for feature in self.features:
            for entry in feature["Vulnerabilities"]:
                name, severity = str(entry.get("Name")), entry.get("Severity") or "Unknown"
                _add(found, name, severity, bool(entry.get("FixedBy")))
        return found

    def view(self) -> dict[str, Any]:
        """Return the image with its counts."""
        view = {"repository": self.repository, "digest": self.digest, "tags": list(self.tags)}
        if self.platform:
            view["platform"] = self.platform
        return {**view, "status": self.status, **_counted(self.found())}


def _add(found: Found, name: str, severity: str, fixable: bool) -> None:
    known, was_fixable = found.get(name, (severity, False))
    found[name] = (min(known, severity, key=_rank), fixable or was_fixable)


def _rank(severity: str) -> int:
    """Return how bad it is, 0 for the worst; a word that is not known comes before all."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else -1


def _counted(found: Found) -> dict[str, Any]:
    severities = dict.fromkeys(SEVERITIES, 0)
    for severity, _fixable in found.values():
        severities[severity] = severities.get(severity, 0) + 1
    return {
        "severities": severities,
        "total": len(found),
        "fixable": sum(fixable for _severity, fixable in found.values()),
    }


def _summary(scans: Iterable[_Scan]) -> dict[str, Any]:
    """Return the counts over several images."""
    found: Found = {}
    statuses: dict[str, int] = defaultdict(int)
    for scan in scans:
        statuses[scan.status] += 1
        for name, (severity, fixable) in scan.found().items():
            _add(found, name, severity, fixable)
    images = sum(statuses.values())
    return {
        "images": images,
        "unscanned": images - statuses.get(_SCANNED, 0),
        "statuses": dict(sorted(statuses.items())),
        **_counted(found),
    }


# Reading


def _scan(client: Client, place: Place, repository: str, digest: str) -> _Scan:
    label = f"{place.name}/{repository}"
    try:
        answer = scan_of(client, place, repository, digest)
    except NotFound:
        # Of a list of images some may not be in the registry.
        return _Scan(label, digest, _UNKNOWN)
    layer = (answer.get("data") or {}).get("Layer") or {}
    features = [feature for feature in layer.get("Features") or [] if feature.get("Vulnerabilities")]
    return _Scan(label, digest, answer["status"], features)


def _scans_of_list(client: Client, place: Place, repository: str, digest: str) -> Batch[list[_Scan]]:
    """Return what was found in each image of a list; nothing of what is no list."""
    try:
        manifest = yield from one(partial(manifest_of, client, place, repository, digest))
    except NotFound:
        return []
    platforms = platforms_of(manifest)
    calls = [partial(_scan, client, place, repository, entry["digest"]) for entry in platforms]
    scans: list[_Scan] = yield from all_of(calls)
    for scan, entry in zip(scans, platforms):
        scan.platform = entry["platform"]
    return scans


def _of_one(image: str, client: Client) -> dict[str, Any]:
    place, repository, reference = split_image(client, image)
    lane = _image(client, place, repository, reference)
    ((scan, platforms),) = run([lane], client.connection.parallel, client.observer)
    values: dict[str, Any] = {"status": scan.status, "vulnerabilities": scan.features}
    if scan.digest:
        values.update(digest=scan.digest, **_counted(scan.found()))
    if platforms:
        values["platforms"] = [{**one.view(), "vulnerabilities": one.features} for one in platforms]
    return values


def _image(client: Client, place: Place, repository: str, reference: str) -> Batch[tuple[_Scan, list[_Scan]]]:
    """Return what was found in an image, and, of a list of images, in each of these.

    An image that is not there is one of which nothing is known.
    """
    label = f"{place.name}/{repository}"
    digest, is_list = reference, None
    if not is_digest(reference):
        query = {"specificTag": reference, "onlyActiveTags": "true"}
        try:
            rows = yield from one(partial(tag_rows, client, place, repository, query))
        except NotFound:
            rows = []
        if not rows:
            return _Scan(label, "", _UNKNOWN), []
        digest, is_list = rows[0]["manifest_digest"], rows[0].get("is_manifest_list")
    scan: _Scan = yield from one(partial(_scan, client, place, repository, digest))
    if scan.status == _UNKNOWN:
        return _Scan(label, "", _UNKNOWN), []
    # The scanner takes no lists. Of a digest nothing else tells whether it is that of one.
    if is_list or (is_list is None and scan.status == "unsupported"):
        return scan, (yield from _scans_of_list(client, place, repository, digest))
    return scan, []


def _of_many(client: Client, place: Place, names: list[str], tag: str | None) -> Operation:
    lanes = (_repository(client, place, name, tag) for name in names)
    outcomes = list(run(lanes, client.connection.parallel, client.observer))
    for outcome in outcomes:
        if isinstance(outcome, FeatureOff):
            raise outcome
    read = [(name, found) for name, found in zip(names, outcomes) if not isinstance(found, QuayError)]
    scans = [scan for _name, found in read for scan in found]
    values = {
        "images": [scan.view() for scan in scans],
        "repositories": [{"name": f"{place.name}/{name}", **_summary(found)} for name, found in read],
        "summary": _summary(scans),
    }
    return Operation(values=values, error=failures(place, names, outcomes))


def _repository(client: Client, place: Place, name: str, tag: str | None) -> Batch[Any]:
    """Return what was found in each image of a repository to which a tag leads, or the error."""
    try:
        return (yield from _images(client, place, name, tag))
    except QuayError as error:
        return error


def _images(client: Client, place: Place, name: str, tag: str | None) -> Batch[list[_Scan]]:
    query = {"onlyActiveTags": "true", **({"specificTag": tag} if tag else {})}
    rows = yield from one(partial(tag_rows, client, place, name, query))
    tags: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        tags[row["manifest_digest"]].append(row["name"])
    lists = {row["manifest_digest"] for row in rows if row.get("is_manifest_list")}
    plain = [digest for digest in tags if digest not in lists]
    scans: list[_Scan] = yield from all_of([partial(_scan, client, place, name, digest) for digest in plain])
    for digest in sorted(lists):
        of_list = yield from _scans_of_list(client, place, name, digest)
        for scan in of_list:
            scan.tags = tuple(sorted(tags[digest]))
        scans += of_list
    for scan in scans:
        scan.tags = scan.tags or tuple(sorted(tags[scan.digest]))
    return sorted(scans, key=lambda scan: (scan.tags, scan.platform))
