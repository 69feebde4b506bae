# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the security scanner found: in one image, or in all that tags of many repositories lead to.

Each image is asked for once, whatever number of tags lead to it, and a list of images platform by platform:
the list itself is never scanned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..engine.lanes import Batch, all_of, one, run
from ..engine.values import Place
from ..engine.words import Spec
from ..errors import FeatureOff, InvalidDeclaration, NotFound, QuayError
from ..http.client import Client
from ..kinds.image import Image, image_of, manifest_path, tag_of
from ..kinds.image_list import Listed, is_list, listed_images
from ..kinds.scan import SCANNED, UNKNOWN, Scan, counts_of, scan_of
from ..kinds.selection import selection_options
from ..kinds.tag import tag_rows
from .namespaces import place_of, split_repository
from .operation import Operation
from .repository_inventory import chosen_names, failures

Params = Mapping[str, Any]


@dataclass(frozen=True)
class _Scanned:
    """An image, or one of a list (``platform``), with the tags that lead to it."""

    repository: str
    digest: str
    scan: Scan
    platform: str = ""
    tags: tuple[str, ...] = ()


def vulnerability_options() -> Spec:
    """Return the options of quay_vulnerability_info."""
    return {
        "image": {"type": "str"},
        "repository": {"type": "str"},
        "organization": {"type": "str"},
        **selection_options(),
    }


def vulnerabilities(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return what the scanner found; ``params`` are the options of quay_vulnerability_info."""
    del check_mode
    if params["image"] is not None:
        return _in_one(image_of(client, params["image"]), client)
    if params["repository"] is not None:
        place, name = split_repository(client, params["repository"])
        return _in_many(client, place, [name])
    place = place_of(client, params["organization"])
    return _in_many(client, place, chosen_names(params, client, place))


# One image


def _in_one(image: Image, client: Client) -> Operation:
    (found,) = run([_of_image_named(client, image)], client.parallel, client.observer)
    scans = [each.scan for each in found]
    values = {"status": _status(scans), "vulnerabilities": _packages(scans), **_counts(scans)}
    listed = [each for each in found if each.platform]
    return Operation(values={**values, "platforms": [_of_platform(each) for each in listed]})


def _of_image_named(client: Client, image: Image) -> Batch[list[_Scanned]]:
    """Look into one image. Its tag tells whether it is a list; of a digest only that it was scanned does."""
    digest, may_be_list = image.digest, True
    if not digest:
        try:
            tag = yield from one(partial(tag_of, client, image))
        except NotFound:
            return []
        digest, may_be_list = tag["manifest_digest"], is_list(tag)
    scan = None
    if image.digest or not may_be_list:
        scan = yield from one(partial(scan_of, client, image, digest))
    if may_be_list and (scan is None or scan.status != SCANNED):
        view = yield from one(partial(client.find, manifest_path(image, digest)))
        if view is not None and is_list(view):
            return (yield from _of_list(client, image, listed_images(view)))
    return [_Scanned(image.repository, digest, scan or Scan(UNKNOWN))]


def _of_list(client: Client, image: Image, images: list[Listed]) -> Batch[list[_Scanned]]:
    scans = yield from all_of([partial(scan_of, client, image, listed.digest) for listed in images])
    return [
        _Scanned(image.repository, listed.digest, scan, listed.platform)
        for listed, scan in zip(images, scans)
    ]


def _status(scans: list[Scan]) -> str:
    """Return the status of an image; of a list it is scanned once all images in it are."""
    left = sorted({scan.status for scan in scans} - {SCANNED})
    return left[0] if left else SCANNED if scans else UNKNOWN


def _packages(scans: Iterable[Scan]) -> list[Mapping[str, Any]]:
    """Return the packages with vulnerabilities; what several images of a list have alike is there once."""
    found: dict[str, Mapping[str, Any]] = {}
    for package in (package for scan in scans for package in scan.packages):
        known = {name: value for name, value in package.items() if name != "AddedBy"}
        found.setdefault(repr(known), package)
    return list(found.values())


def _of_platform(scanned: _Scanned) -> dict[str, Any]:
    return {
        "platform": scanned.platform,
        "digest": scanned.digest,
        "status": scanned.scan.status,
        **counts_of([scanned.scan]),
        "vulnerabilities": list(scanned.scan.packages),
    }


# Many images


def _in_many(client: Client, place: Place, names: list[str]) -> Operation:
    lanes = (_lane(client, Image(place.name, name)) for name in names)
    outcomes = list(run(lanes, client.parallel, client.observer))
    off = next((error for error in outcomes if isinstance(error, FeatureOff)), None)
    if off is not None:
        raise off
    read = [(name, found) for name, found in zip(names, outcomes) if not isinstance(found, QuayError)]
    images = [each for _name, found in read for each in found]
    values = {
        "repositories": [_of_repository(place, name, found) for name, found in read],
        "images": [_of_image(place, each) for each in images],
        **_summary(images),
    }
    return Operation(values=values, error=failures(place, names, outcomes))


def _lane(client: Client, image: Image) -> Batch[list[_Scanned] | QuayError]:
    try:
        return (yield from _of_repository_images(client, image))
    except QuayError as error:
        return error


def _of_repository_images(client: Client, image: Image) -> Batch[list[_Scanned]]:
    """Look into every image to which a tag leads now, in the order of their newest tags."""
    read = partial(tag_rows, client, image.place, image.repository, {"onlyActiveTags": "true"})
    try:
        rows = yield from one(read)
    except NotFound as error:
        raise InvalidDeclaration(f"there is no repository {image.repository!r}.") from error
    tags: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        tags[row["manifest_digest"]].append(row["name"])
    lists = list(dict.fromkeys(row["manifest_digest"] for row in rows if is_list(row)))
    views = yield from all_of([partial(client.get, manifest_path(image, digest)) for digest in lists])
    listed = {digest: listed_images(view) for digest, view in zip(lists, views)}
    return (yield from _scanned(client, image, tags, listed))


def _scanned(
    client: Client, image: Image, tags: Mapping[str, list[str]], lists: Mapping[str, list[Listed]]
) -> Batch[list[_Scanned]]:
    """Ask for each image once, also where several lists hold it, or a tag of its own leads to it."""
    platforms: dict[str, str] = {}
    leading: dict[str, dict[str, None]] = defaultdict(dict)
    for digest, names in tags.items():
        for one_of in lists.get(digest, [Listed("", digest)]):
            platforms[one_of.digest] = platforms.get(one_of.digest) or one_of.platform
            leading[one_of.digest].update(dict.fromkeys(names))
    digests = list(leading)
    scans = yield from all_of([partial(scan_of, client, image, digest) for digest in digests])
    return [
        _Scanned(image.repository, digest, scan, platforms[digest], tuple(sorted(leading[digest])))
        for digest, scan in zip(digests, scans)
    ]


def _of_repository(place: Place, name: str, found: list[_Scanned]) -> dict[str, Any]:
    return {"name": f"{place.name}/{name}", "images": len(found), **_summary(found)}


def _of_image(place: Place, scanned: _Scanned) -> dict[str, Any]:
    return {
        "repository": f"{place.name}/{scanned.repository}",
        "digest": scanned.digest,
        "platform": scanned.platform,
        "tags": list(scanned.tags),
        "status": scanned.scan.status,
        **counts_of([scanned.scan]),
    }


def _summary(found: list[_Scanned]) -> dict[str, Any]:
    return _counts([each.scan for each in found])


def _counts(scans: list[Scan]) -> dict[str, Any]:
    """Return the counts, with how many images they say nothing of."""
    return {**counts_of(scans), "unscanned": sum(scan.status != SCANNED for scan in scans)}
