# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Layers, pulls and vulnerabilities of images."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    FeatureOff,
    Forbidden,
    InvalidDeclaration,
    NotFound,
    ServerFault,
    TagMissing,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Password
from ansible_collections.quayops.quay.plugins.module_utils.kinds.manifest import platforms_of
from ansible_collections.quayops.quay.plugins.module_utils.operations.images import layers, pulls
from ansible_collections.quayops.quay.plugins.module_utils.operations.operation import Operation
from ansible_collections.quayops.quay.plugins.module_utils.operations.vulnerabilities import (
    vulnerabilities,
    vulnerability_info_options,
)
from tests.unit.module_utils.conftest import Registry

OTHER = "sha256:" + "7" * 64


def package(name: str, *found: tuple[str, str, str]) -> dict[str, Any]:
    names = ("name", "severity", "fixed_by")
    return {"name": name, "version": "1", "vulnerabilities": [dict(zip(names, one)) for one in found]}


def scanned(*packages: dict[str, Any]) -> dict[str, Any]:
    return {"status": "scanned", "features": list(packages)}


BAD = scanned(
    package("lz4", ("CVE-2019-1", "Medium", "2"), ("CVE-2019-2", "Low", "")),
    package("lz4-libs", ("CVE-2019-1", "Critical", "")),
    package("zlib"),
)
WORSE = scanned(package("bash", ("CVE-2019-2", "High", "5"), ("CVE-2020-3", "Defcon1", "")))


@pytest.fixture
def acme(make_registry: Callable[..., Registry]) -> Registry:
    """A registry with a scanner and some images."""
    registry = make_registry(features={"SECURITY_SCANNER": True})
    registry.one({"name": "acme", "repositories": [{"name": "app"}, {"name": "web"}, {"name": "empty"}]})
    push = registry.simulator.add_tag
    digest = push("acme", "app", "v1", scan=BAD)
    push("acme", "app", "latest", digest)
    push("acme", "app", "new")
    platforms = [
        {"os": "linux", "architecture": "amd64", "scan": WORSE},
        {"os": "linux", "architecture": "arm64", "variant": "v8"},
        {"os": "unknown", "architecture": "unknown"},
    ]
    push("acme", "web", "multi", platforms=platforms)
    registry.simulator.requests.clear()
    return registry


def scan(registry: Registry, credentials: Any = None, **given: Any) -> Operation:
    options = {name: option.get("default") for name, option in vulnerability_info_options().items()}
    return vulnerabilities({**options, **given}, registry.client(credentials), False)


def digest_of(registry: Registry, repository: str, tag: str) -> str:
    rows = registry.client().get(f"repository/{repository}/tag/", {"specificTag": tag})["tags"]
    registry.requests()
    return str(rows[0]["manifest_digest"])


# Vulnerabilities of one image


@pytest.mark.parametrize("how", ["tag", "digest"])
def test_vulnerabilities_of_an_image(acme: Registry, how: str) -> None:
    digest = digest_of(acme, "acme/app", "v1")
    found = scan(acme, image="acme/app:v1" if how == "tag" else f"acme/app@{digest}").values
    assert len(acme.requests()) == (2 if how == "tag" else 1)
    assert (found["status"], found["digest"]) == ("scanned", digest)
    assert [one["Name"] for one in found["vulnerabilities"]] == ["lz4", "lz4-libs"]
    # In two packages, it counts once, with what is worse, and with the fix that there is for one of them.
    counts = {severity: count for severity, count in found["severities"].items() if count}
    assert (counts, found["total"], found["fixable"]) == ({"Critical": 1, "Low": 1}, 2, 1)
    assert "platforms" not in found


def test_an_image_that_waits(acme: Registry) -> None:
    found = scan(acme, image="acme/app:new").values
    assert (found["status"], found["vulnerabilities"], found["total"]) == ("queued", [], 0)


@pytest.mark.parametrize("how", ["tag", "digest"])
def test_a_list_of_images_has_each_platforms(acme: Registry, how: str) -> None:
    digest = digest_of(acme, "acme/web", "multi")
    found = scan(acme, image="acme/web:multi" if how == "tag" else f"acme/web@{digest}").values
    assert (found["status"], found["vulnerabilities"]) == ("unsupported", [])
    amd64, arm64 = found["platforms"]
    assert (amd64["platform"], amd64["status"], amd64["total"]) == ("linux/amd64", "scanned", 2)
    assert [one["Name"] for one in amd64["vulnerabilities"]] == ["bash"]
    # A word that is not known is the worst.
    assert amd64["severities"]["Defcon1"] == 1
    assert (arm64["platform"], arm64["status"]) == ("linux/arm64/v8", "queued")


@pytest.mark.parametrize("image", ["acme/app:none", "acme/none:v1", f"acme/app@{OTHER}"])
def test_nothing_is_known_of_an_image_that_is_not_there(acme: Registry, image: str) -> None:
    assert scan(acme, image=image).values == {"status": "unknown", "vulnerabilities": []}


def test_a_scanner_that_does_not_answer(acme: Registry) -> None:
    acme.simulator.add_tag("acme", "app", "broken", scan={"status": "unreachable"})
    with pytest.raises(ServerFault, match="SECURITY_SCANNER_V4_ENDPOINT"):
        scan(acme, image="acme/app:broken")


# Vulnerabilities of many


def test_a_repository_is_counted(acme: Registry) -> None:
    outcome = scan(acme, repository="acme/app")
    assert len(acme.requests()) == 3
    assert outcome.error is None
    bad, new = outcome.values["images"]
    assert (bad["tags"], bad["total"], bad["fixable"]) == (["latest", "v1"], 2, 1)
    assert (new["tags"], new["status"]) == (["new"], "queued")
    (repository,) = outcome.values["repositories"]
    assert repository == {"name": "acme/app", **outcome.values["summary"]}
    assert {name: repository[name] for name in ("images", "unscanned", "total", "fixable")} == {
        "images": 2,
        "unscanned": 1,
        "total": 2,
        "fixable": 1,
    }
    assert repository["statuses"] == {"queued": 1, "scanned": 1}


def test_an_organization_is_counted(acme: Registry) -> None:
    outcome = scan(acme, organization="acme")
    names = [one["name"] for one in outcome.values["repositories"]]
    assert names == ["acme/app", "acme/empty", "acme/web"]
    assert [(one["tags"], one.get("platform")) for one in outcome.values["images"][2:]] == [
        (["multi"], "linux/amd64"),
        (["multi"], "linux/arm64/v8"),
    ]
    summary = outcome.values["summary"]
    # CVE-2019-2 is in two images: it is the worse one, and fixable in one of them.
    counts = {severity: count for severity, count in summary["severities"].items() if count}
    assert counts == {"Critical": 1, "High": 1, "Defcon1": 1}
    assert (summary["images"], summary["unscanned"], summary["fixable"]) == (4, 2, 2)


def test_a_selection_and_a_tag(acme: Registry) -> None:
    found = scan(acme, organization="acme", repositories=["app"], tag="latest").values
    assert [(one["repository"], one["tags"]) for one in found["images"]] == [("acme/app", ["latest"])]
    assert len(acme.requests()) == 2


def test_a_repository_that_is_not_there(acme: Registry) -> None:
    outcome = scan(acme, organization="acme", repositories=["app", "none"])
    assert "1 of 2 repositories could not be read" in str(outcome.error)
    assert outcome.values["summary"]["images"] == 2


def test_without_a_scanner_it_fails(registry: Registry) -> None:
    registry.one({"name": "acme", "repositories": [{"name": "app"}]})
    registry.simulator.add_tag("acme", "app", "v1")
    for given in ({"image": "acme/app:v1"}, {"repository": "acme/app"}):
        with pytest.raises(FeatureOff, match="FEATURE_SECURITY_SCANNER is off"):
            scan(registry, **given)
    # What is not there is no matter of the scanner.
    assert scan(registry, image=f"acme/app@{OTHER}").values["status"] == "unknown"


def test_to_whom_the_image_is_not_shown(acme: Registry) -> None:
    with pytest.raises(Forbidden):
        scan(acme, credentials=Password("alice", "alice-password"), image=f"acme/app@{OTHER}")


# Layers

LAYERS = [
    {"compressed_size": 105, "command": ["ADD"], "blob_digest": "sha256:1"},
    {"compressed_size": 32, "command": ["CMD"], "blob_digest": "sha256:2"},
]


def test_the_topmost_layer_comes_first(acme: Registry) -> None:
    digest = acme.simulator.add_tag("acme", "app", "layered", layers=LAYERS)
    found = layers({"image": "acme/app:layered"}, acme.client(), False).values
    assert [(one["index"], one["command"]) for one in found["layers"]] == [(1, ["CMD"]), (0, ["ADD"])]
    assert (found["digest"], found["size"]) == (digest, 137)


def test_a_list_of_images_names_them(acme: Registry) -> None:
    found = layers({"image": "acme/web:multi"}, acme.client(), False).values
    assert found["layers"] == [] and "size" not in found
    assert [one["platform"] for one in found["platforms"]] == ["linux/amd64", "linux/arm64/v8"]
    one = layers({"image": f"acme/web@{found['platforms'][0]['digest']}"}, acme.client(), False).values
    assert len(one["layers"]) == 1


@pytest.mark.parametrize("image", ["acme/app:none", "acme/none:v1", f"acme/app@{OTHER}"])
def test_an_image_that_is_not_there_has_no_layers(acme: Registry, image: str) -> None:
    assert layers({"image": image}, acme.client(), False).values == {"layers": []}


@pytest.mark.parametrize("data", [None, "", "[]", "nonsense", '{"manifests": 7}', '{"manifests": [{}]}'])
def test_a_list_that_cannot_be_read_has_no_platforms(data: Any) -> None:
    assert platforms_of({"is_manifest_list": True, "manifest_data": data}) == []


# Pulls


def asked(**given: Any) -> dict[str, Any]:
    return {"repository": "acme/app", "tag": None, "digest": None, **given}


def test_pulls_by_tag_and_by_digest(acme: Registry) -> None:
    digest = digest_of(acme, "acme/app", "latest")
    by_tag = pulls(asked(), acme.client(), False).values
    assert by_tag["tag_name"] == "latest" and by_tag["manifest_digest"] == digest
    assert "current_manifest_digest" not in by_tag
    assert (by_tag["tag_pull_count"], by_tag["last_tag_pull_date"]) == (0, None)
    by_digest = pulls(asked(digest=digest), acme.client(), False).values
    assert by_digest["manifest_pull_count"] == 0 and "tag_name" not in by_digest
    assert len(acme.requests()) == 2


def test_pulls_that_nobody_counts(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"IMAGE_PULL_STATS": False})
    registry.one({"name": "acme", "repositories": [{"name": "app", "visibility": "public"}]})
    digest = registry.simulator.add_tag("acme", "app", "latest")
    # Who is no superuser is answered 403 there.
    for credentials in (None, Password("alice", "alice-password")):
        for given in ({}, {"digest": digest}):
            with pytest.raises(FeatureOff, match=r"FEATURE_IMAGE_PULL_STATS is off.* older than Quay 3\.16"):
                pulls(asked(**given), registry.client(credentials), False)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"tag": "none"}, TagMissing),
        ({"digest": OTHER}, NotFound),
        ({"repository": "acme/none"}, NotFound),
        ({"tag": "no tag"}, InvalidDeclaration),
        ({"digest": "sha256:short"}, InvalidDeclaration),
    ],
)
def test_pulls_of_what_is_not_there(acme: Registry, given: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        pulls(asked(**given), acme.client(), False)
