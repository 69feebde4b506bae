# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What Quay knows of one image: layers, labels, vulnerabilities, how often it was pulled (facts A9, A10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..engine.values import Place
from ..engine.words import Spec
from ..errors import FeatureOff, InvalidDeclaration, NotFound
from ..http.client import Client
from ..http.connection import repository_path, segment
from ..kinds.image_lookup import split_image_name
from ..kinds.tag import find_tag
from .namespaces import own_place, split_repository
from .operation import Operation

Params = Mapping[str, Any]

_PULLS = (
    "tag_name",
    "tag_pull_count",
    "last_tag_pull_date",
    "manifest_digest",
    "manifest_pull_count",
    "last_manifest_pull_date",
)


@dataclass(frozen=True)
class Image:
    """An image of a repository; its name is for messages."""

    place: Place
    repository: str
    digest: str
    name: str

    @property
    def path(self) -> str:
        """The path of its manifest."""
        return f"{repository_path(self.place.name, self.repository)}/manifest/{segment(self.digest)}"


def image_options() -> Spec:
    """Return the option by which one image is named."""
    return {"image": {"type": "str", "required": True}}


def label_info_options() -> Spec:
    """Return the options of quay_manifest_label_info."""
    # Ansible takes its name for that of a secret.
    return {**image_options(), "key": {"type": "str", "no_log": False}}


def pull_options() -> Spec:
    """Return the options of quay_pull_stat_info."""
    return {
        "repository": {"type": "str", "required": True},
        "tag": {"type": "str"},
        "digest": {"type": "str"},
    }


def find_image(client: Client, text: str) -> Image | None:
    """Return the image that a name means, with ``latest`` where it has no tag; None where the tag is missing.

    Raises InvalidDeclaration for a name that is none, NotFound where there is no such repository.
    """
    namespace, repository, parts = split_image_name(client, text)
    place = Place(namespace) if namespace else own_place(client)
    digest = parts.digest[1:]
    if not digest:
        view = find_tag(client, place, repository, parts.tag[1:] or "latest")
        if view is None:
            return None
        digest = str(view["manifest_digest"])
    return Image(place, repository, digest, f"{place.name}/{repository}{parts.tag or parts.digest}")


def _image(client: Client, text: str) -> Image | None:
    try:
        return find_image(client, text)
    except NotFound:
        return None


def labels_of(client: Client, image: Image) -> list[dict[str, Any]]:
    """Return the labels of an image, which may have the same key several times. Raises NotFound."""
    found: list[dict[str, Any]] = client.get(f"{image.path}/labels")["labels"]
    return found


def labels(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return the labels of an image; of one that does not exist there are none."""
    del check_mode
    image, key = _image(client, params["image"]), params["key"]
    try:
        found = [] if image is None else labels_of(client, image)
    except NotFound:
        found = []
    return Operation(values={"labels": [one for one in found if key is None or one["key"] == key]})


def layers(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return the layers of an image, the newest first; an image for several platforms has none of its own."""
    del check_mode
    image = _image(client, params["image"])
    view = None if image is None else client.find(image.path)
    found = [] if view is None else view.get("layers") or []
    return Operation(values={"layers": sorted(found, key=lambda layer: -int(layer["index"]))})


def vulnerabilities(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return what the scanner found in an image, by package, and the number by severity."""
    del check_mode
    image = _image(client, params["image"])
    view = None
    if image is not None:
        view = client.find(f"{image.path}/security", {"vulnerabilities": "true"})
    if view is None:
        _check_feature(client, "SECURITY_SCANNER")
        raise NotFound(f"There is no image {params['image']!r}.")
    packages = ((view.get("data") or {}).get("Layer") or {}).get("Features") or []
    concerned = [one for one in packages if one.get("Vulnerabilities")]
    return Operation(
        values={
            "status": view["status"],
            "vulnerabilities": concerned,
            "severities": _by_severity(concerned),
            "fixable": sum(1 for one in _all(concerned) if one.get("FixedBy")),
        }
    )


def _all(packages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for package in packages for one in package["Vulnerabilities"]]


def _by_severity(packages: list[dict[str, Any]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in _all(packages):
        severity = str(one.get("Severity") or "Unknown")
        counts[severity] = counts.get(severity, 0) + 1
    return counts


def pulls(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return how often a tag, or the image of a digest, was pulled, and when last."""
    del check_mode
    place, repository = split_repository(client, params["repository"])
    where = repository_path(place.name, repository)
    what = f"manifest/{segment(params['digest'])}" if params["digest"] else ""
    view = client.find(f"{where}/{what or 'tag/' + segment(params['tag'] or 'latest')}/pull_statistics")
    if view is None:
        _check_feature(client, "IMAGE_PULL_STATS", " Quay has it since 3.16.")
        wanted = params["digest"] or params["tag"] or "latest"
        raise NotFound(f"There is no {wanted!r} in {place.name}/{repository}.")
    view = {**view, "manifest_digest": view.get("manifest_digest") or view.get("current_manifest_digest")}
    return Operation(values={name: view[name] for name in _PULLS if view.get(name) is not None})


def _check_feature(client: Client, flag: str, since: str = "") -> None:
    """Raise FeatureOff where a flag is off: Quay answers as if the image were missing."""
    if not (client.settings().get("features") or {}).get(flag):
        raise FeatureOff(f"FEATURE_{flag} is off in the registry's config.yaml.{since}")


# Labels that are set by request


def label_options() -> Spec:
    """Return the options of quay_manifest_label."""
    return {
        **image_options(),
        "key": {"type": "str", "required": True, "no_log": False},
        "value": {"type": "str"},
        "replace": {"type": "bool", "default": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    }


def label(params: Params, client: Client, check_mode: bool) -> Operation:
    """Give an image a label, or take it away. Quay cannot change one: the new one is made first."""
    image = find_image(client, params["image"])
    if image is None:
        if params["state"] == "absent":
            return Operation()
        raise NotFound(f"There is no image {params['image']!r}.")
    there = [one for one in labels_of(client, image) if one["key"] == params["key"]]
    if params["state"] == "absent":
        return _without(image, params, there, client, check_mode)
    return _with(image, params, there, client, check_mode)


def _with(
    image: Image, params: Params, there: list[dict[str, Any]], client: Client, check_mode: bool
) -> Operation:
    if params["value"] is None:
        raise InvalidDeclaration("state=present needs value.")
    same = [one for one in there if one["value"] == params["value"]]
    others = [one for one in there if one not in same and _removable(one)] if params["replace"] else []
    new = {"key": params["key"], "value": params["value"], "media_type": "text/plain"}
    shown = same[0] if same else {**new, "source_type": "api"}
    if not check_mode:
        if not same:
            shown = client.send("POST", f"{image.path}/labels", new)["label"]
        _delete(client, image, others)
    return _outcome(image, params, others, [] if same else [shown], shown)


def _without(
    image: Image, params: Params, there: list[dict[str, Any]], client: Client, check_mode: bool
) -> Operation:
    meant = [one for one in there if params["value"] in (None, one["value"])]
    gone = [one for one in meant if _removable(one)]
    if not check_mode:
        _delete(client, image, gone)
    left = len(meant) - len(gone)
    text = f"{image.name}: {left} of the labels {params['key']!r} came with the image, and stay."
    return _outcome(image, params, gone, [], {}, [text] if left else [])


def _removable(one: Mapping[str, Any]) -> bool:
    # What the image itself says nobody can take away.
    return one.get("source_type") != "manifest"


def _delete(client: Client, image: Image, gone: list[dict[str, Any]]) -> None:
    for one in gone:
        try:
            client.send("DELETE", f"{image.path}/labels/{segment(one['id'])}")
        except NotFound:
            # Somebody else was faster.
            continue


def _outcome(
    image: Image,
    params: Params,
    gone: list[dict[str, Any]],
    made: list[Any],
    values: Mapping[str, Any],
    warnings: list[str] | None = None,
) -> Operation:
    header = f"{image.name}: label {params['key']}"
    before = {"values": sorted(str(one["value"]) for one in gone)}
    after = {"values": sorted(str(one["value"]) for one in made)}
    entry = {"before_header": header, "after_header": header, "before": before, "after": after}
    changed = bool(gone or made)
    return Operation(changed, dict(values), [entry] if changed else [], warnings or [])
