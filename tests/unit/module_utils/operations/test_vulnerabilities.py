# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the scanner found against the simulator: in one image, and counted over many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    FeatureOff,
    Forbidden,
    InvalidDeclaration,
    NotFound,
    ServerFault,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.operations.operation import Operation
from ansible_collections.quayops.quay.plugins.module_utils.operations.vulnerabilities import (
    vulnerabilities,
    vulnerability_options,
)
from tests.unit.module_utils.conftest import Registry

A, B, LIST = ("sha256:" + letter * 64 for letter in "abc")
AMD, ARM = ("sha256:" + digit * 64 for digit in "12")
DEFAULTS = {name: option.get("default") for name, option in vulnerability_options().items()}
TAG = "GET repository/acme/app/tag/?limit=100&specificTag={}&onlyActiveTags=true&page=1"
TAGS = "GET repository/acme/app/tag/?limit=100&onlyActiveTags=true&page=1"

LZ4 = {
    "Name": "lz4-libs",
    "Version": "1.8",
    "Vulnerabilities": [
        {"Name": "CVE-1", "Severity": "Critical", "FixedBy": "1.9"},
        {"Name": "CVE-2", "Severity": "Low"},
    ],
}
ZLIB = {"Name": "zlib", "Vulnerabilities": [{"Name": "CVE-1", "Severity": "Critical"}]}
ODD = {"Name": "odd", "Vulnerabilities": [{"Name": "CVE-3", "Severity": "Defcon1", "FixedBy": "2"}]}
FINE = {"Name": "glibc", "Vulnerabilities": []}


def security(digest: str) -> str:
    return f"GET repository/acme/app/manifest/{digest}/security?vulnerabilities=true"


@pytest.fixture
def acme(make_registry: Callable[..., Registry]) -> Registry:
    """app: v1 and latest are image A, v2 is B, many is a list for two platforms; web is empty."""
    registry = make_registry(features={"SECURITY_SCANNER": True})
    registry.one({"name": "acme", "repositories": [{"name": "app"}, {"name": "web"}]})
    simulator = registry.simulator
    for age, (tag, digest) in enumerate((("v1", A), ("latest", A), ("v2", B))):
        simulator.add_tag("acme", "app", tag, digest, start_ts=1000.0 - age)
    platforms = {"linux/amd64": AMD, "linux/arm64": ARM}
    simulator.add_tag("acme", "app", "many", LIST, platforms=platforms, start_ts=900.0)
    simulator.scan("acme", "app", A, features=[LZ4, ZLIB, FINE])
    simulator.scan("acme", "app", LIST, "unsupported")
    registry.requests()
    return registry


def run(registry: Registry, **options: Any) -> Operation:
    return vulnerabilities({**DEFAULTS, **options}, registry.client(), False)


def read(registry: Registry, **options: Any) -> Mapping[str, Any]:
    outcome = run(registry, **options)
    assert (outcome.error, outcome.changed) == (None, False)
    return outcome.values


def some(counts: Mapping[str, int]) -> dict[str, int]:
    """Return what is counted at all; every severity has a number."""
    assert list(counts) == ["Critical", "High", "Medium", "Low", "Negligible", "Unknown"]
    return {severity: count for severity, count in counts.items() if count}


# --- one image --------------------------------------------------------------------------------------


def test_the_packages_of_an_image(acme: Registry) -> None:
    found = read(acme, image="acme/app:v1")
    assert acme.requests() == [TAG.format("v1"), security(A)]
    assert found["status"] == "scanned"
    assert [one["Name"] for one in found["vulnerabilities"]] == ["lz4-libs", "zlib"]
    assert [one["Name"] for one in found["vulnerabilities"][0]["Vulnerabilities"]] == ["CVE-1", "CVE-2"]
    assert some(found["counts"]) == {"Critical": 2, "Low": 1}
    assert some(found["fixable"]) == {"Critical": 1}
    assert (found["unscanned"], found["platforms"]) == (0, [])


def test_an_image_by_its_digest(acme: Registry) -> None:
    assert read(acme, image=f"acme/app@{A}")["status"] == "scanned"
    assert acme.requests() == [security(A)]


def test_a_severity_that_nobody_knows(acme: Registry) -> None:
    acme.simulator.scan("acme", "app", B, features=[ODD])
    found = read(acme, image="acme/app:v2")
    assert some(found["counts"]) == some(found["fixable"]) == {"Unknown": 1}


@pytest.mark.parametrize("status", ["queued", "failed", "unsupported", "manifest_layer_too_large"])
def test_an_image_that_is_not_scanned(acme: Registry, status: str) -> None:
    acme.simulator.scan("acme", "app", B, status)
    found = read(acme, image="acme/app:v2")
    assert acme.requests() == [TAG.format("v2"), security(B)]
    assert (found["status"], found["vulnerabilities"], found["unscanned"]) == (status, [], 1)
    assert some(found["counts"]) == {}
    assert read(acme, image=f"acme/app@{B}")["status"] == status
    assert acme.requests() == [security(B), f"GET repository/acme/app/manifest/{B}"]


@pytest.mark.parametrize(
    "image", ["acme/app:v9", "acme/none:v1", "nobody/app", f"acme/app@sha256:{'f' * 64}"]
)
def test_an_image_that_does_not_exist(acme: Registry, image: str) -> None:
    found = read(acme, image=image)
    assert (found["status"], found["vulnerabilities"], found["platforms"]) == ("unknown", [], [])


def test_a_list_is_read_platform_by_platform(acme: Registry) -> None:
    acme.simulator.scan("acme", "app", AMD, features=[LZ4, ZLIB])
    found = read(acme, image="acme/app:many")
    assert acme.requests()[:2] == [TAG.format("many"), f"GET repository/acme/app/manifest/{LIST}"]
    assert (found["status"], found["unscanned"]) == ("queued", 1)
    acme.simulator.scan("acme", "app", ARM, features=[LZ4])
    found = read(acme, image=f"acme/app@{LIST}")
    assert (found["status"], found["unscanned"]) == ("scanned", 0)
    assert [(one["platform"], one["digest"]) for one in found["platforms"]] == [
        ("linux/amd64", AMD),
        ("linux/arm64", ARM),
    ]
    assert [some(one["counts"]) for one in found["platforms"]] == [
        {"Critical": 2, "Low": 1},
        {"Critical": 1, "Low": 1},
    ]
    # What both have is one entry, and counts for each.
    assert [one["Name"] for one in found["vulnerabilities"]] == ["lz4-libs", "zlib"]
    assert some(found["counts"]) == {"Critical": 3, "Low": 2}


# --- many images ------------------------------------------------------------------------------------


def test_the_images_of_a_repository(acme: Registry) -> None:
    found = read(acme, repository="acme/app")
    asked = acme.requests()
    assert asked[:2] == [TAGS, f"GET repository/acme/app/manifest/{LIST}"]
    assert sorted(asked[2:]) == sorted(map(security, (A, B, AMD, ARM)))
    assert [(one["digest"], one["platform"], one["tags"], one["status"]) for one in found["images"]] == [
        (A, "", ["latest", "v1"], "scanned"),
        (B, "", ["v2"], "queued"),
        (AMD, "linux/amd64", ["many"], "queued"),
        (ARM, "linux/arm64", ["many"], "queued"),
    ]
    (repository,) = found["repositories"]
    assert (repository["name"], repository["images"], repository["unscanned"]) == ("acme/app", 4, 3)
    assert some(repository["counts"]) == some(found["counts"]) == {"Critical": 2, "Low": 1}
    assert (some(found["fixable"]), found["unscanned"]) == ({"Critical": 1}, 3)


def test_an_image_of_a_list_that_has_a_tag_of_its_own_is_one(acme: Registry) -> None:
    acme.simulator.add_tag("acme", "app", "many-arm64", ARM)
    found = read(acme, repository="acme/app")["images"]
    (arm,) = [one for one in found if one["digest"] == ARM]
    assert (arm["platform"], arm["tags"]) == ("linux/arm64", ["many", "many-arm64"])


def test_the_repositories_of_an_organization(acme: Registry) -> None:
    found = read(acme, organization="acme")
    assert [(one["name"], one["images"]) for one in found["repositories"]] == [
        ("acme/app", 4),
        ("acme/web", 0),
    ]
    assert [one["name"] for one in read(acme, organization="acme", skip=["app"])["repositories"]] == [
        "acme/web"
    ]
    acme.requests()
    assert read(acme, organization="acme", repositories=["web"])["images"] == []
    assert len(acme.requests()) == 1


def test_repositories_that_cannot_be_read(acme: Registry) -> None:
    acme.simulator.scan("acme", "app", B, "unreachable")
    outcome = run(acme, organization="acme", repositories=["app", "none", "web"])
    assert outcome.error is not None
    assert "2 of 3 repositories could not be read" in outcome.error
    assert "acme/app: GET repository/acme/app/manifest" in outcome.error
    assert "acme/none: there is no repository 'none'" in outcome.error
    assert [one["name"] for one in outcome.values["repositories"]] == ["acme/web"]


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"organization": "nobody"}, NotFound, "nobody"),
        ({"organization": ""}, InvalidDeclaration, "must not be empty"),
        ({"organization": "acme", "matching": "("}, InvalidDeclaration, "is not a regular expression"),
        ({"image": "acme/app:-"}, InvalidDeclaration, "is not the name of a tag"),
        ({"repository": "acme/app:v1"}, InvalidDeclaration, "has too much"),
    ],
)
def test_what_is_not_there_or_not_allowed(
    acme: Registry, options: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words.replace("(", r"\(")):
        run(acme, **options)


# --- what does not go -------------------------------------------------------------------------------


def test_a_registry_that_does_not_scan(registry: Registry) -> None:
    registry.one({"name": "acme", "repositories": [{"name": "app"}, {"name": "web"}]})
    for name in ("app", "web"):
        registry.simulator.add_tag("acme", name, "v1", A)
    for options in ({"image": "acme/app:v1"}, {"repository": "acme/app"}, {"organization": "acme"}):
        with pytest.raises(FeatureOff, match="FEATURE_SECURITY_SCANNER is off"):
            run(registry, **options)


def test_a_scanner_that_does_not_answer(acme: Registry) -> None:
    acme.simulator.scan("acme", "app", A, "unreachable")
    with pytest.raises(ServerFault, match="SECURITY_SCANNER_V4_ENDPOINT"):
        run(acme, image="acme/app:v1")


def test_somebody_without_a_right(acme: Registry) -> None:
    client = acme.client(Token(acme.simulator.token("alice")))
    with pytest.raises(Forbidden, match="repo:read"):
        vulnerabilities({**DEFAULTS, "image": f"acme/app@{A}"}, client, False)
