# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Labels, layers and pulls of an image against the simulator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    FeatureOff,
    Forbidden,
    InvalidDeclaration,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.operations.images import labels, layers, pulls
from tests.unit.module_utils.conftest import Registry

A = "sha256:" + "a" * 64
TAGS = "GET repository/acme/app/tag/?limit=100&specificTag={}&onlyActiveTags=true&page=1"
MANIFEST = f"repository/acme/app/manifest/{A}"
MISSING = ["acme/app:v9", "acme/none:v1", "acme/app@sha256:" + "b" * 64, "nobody/app:v1"]


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.one({"name": "acme", "repositories": [{"name": "app"}]})
    commands = ("FROM scratch", "RUN make")
    registry.simulator.add_tag("acme", "app", "v1", A, labels={"maker": "bench"}, commands=commands, size=10)
    registry.requests()
    return registry


def values(outcome: Any) -> Mapping[str, Any]:
    assert (outcome.error, outcome.changed, outcome.warnings) == (None, False, ())
    found: Mapping[str, Any] = outcome.values
    return found


# --- labels -----------------------------------------------------------------------------------------


def test_labels_are_sorted(acme: Registry) -> None:
    for value in ("b", "a"):
        body = {"key": "stage", "value": value, "media_type": None}
        acme.client().send("POST", f"{MANIFEST}/labels", body)
    acme.requests()
    found = values(labels({"image": "acme/app:v1", "key": None}, acme.client(), False))["labels"]
    assert acme.requests() == [TAGS.format("v1"), f"GET {MANIFEST}/labels"]
    assert [(one["key"], one["value"]) for one in found] == [
        ("maker", "bench"),
        ("stage", "a"),
        ("stage", "b"),
    ]
    found = values(labels({"image": f"acme/app@{A}", "key": "maker"}, acme.client(), False))["labels"]
    assert acme.requests() == [f"GET {MANIFEST}/labels"]
    assert [(one["value"], one["source_type"]) for one in found] == [("bench", "manifest")]


@pytest.mark.parametrize("image", MISSING)
def test_what_is_missing_has_no_labels(acme: Registry, image: str) -> None:
    assert values(labels({"image": image, "key": None}, acme.client(), False)) == {"labels": []}


# --- layers -----------------------------------------------------------------------------------------


def test_layers_of_an_image(acme: Registry) -> None:
    found = values(layers({"image": "acme/app:v1"}, acme.client(), False))
    assert acme.requests() == [TAGS.format("v1"), f"GET {MANIFEST}"]
    assert [(one["index"], one["command"]) for one in found["layers"]] == [
        (1, ["RUN make"]),
        (0, ["FROM scratch"]),
    ]
    assert (found["digest"], found["size"], found["platforms"]) == (A, 20, [])


def test_layers_of_each_platform(acme: Registry) -> None:
    platforms = {"linux/amd64": "sha256:" + "1" * 64, "linux/arm64": "sha256:" + "2" * 64}
    acme.simulator.add_tag("acme", "app", "many", platforms=platforms, size=30)
    found = values(layers({"image": "acme/app:many"}, acme.client(), False))
    assert len(acme.requests()) == 4
    assert (found["layers"], found["size"]) == ([], None)
    assert [(one["platform"], one["digest"]) for one in found["platforms"]] == list(platforms.items())
    assert [(one["size"], len(one["layers"])) for one in found["platforms"]] == [(30, 1), (30, 1)]


@pytest.mark.parametrize("image", MISSING)
def test_what_is_missing_has_no_layers(acme: Registry, image: str) -> None:
    found = values(layers({"image": image}, acme.client(), False))
    assert found == {"layers": [], "platforms": [], "digest": None, "size": None}


# --- pulls ------------------------------------------------------------------------------------------


def pulled(registry: Registry, **options: Any) -> Mapping[str, Any]:
    given = {"repository": "acme/app", "tag": None, "digest": None, **options}
    return values(pulls(given, registry.client(), False))


def test_pulls_by_a_tag_and_by_the_digest(acme: Registry) -> None:
    nobody = pulled(acme, tag="v1")
    assert acme.requests() == ["GET repository/acme/app/tag/v1/pull_statistics"]
    assert (nobody["tag_pull_count"], nobody["last_tag_pull_date"]) == (0, None)
    acme.simulator.pull("acme", "app", tag="v1", times=2)
    acme.simulator.pull("acme", "app", digest=A)
    found = pulled(acme, tag="v1")
    assert (found["tag_name"], found["tag_pull_count"], found["manifest_pull_count"]) == ("v1", 2, 3)
    assert found["manifest_digest"] == A and "current_manifest_digest" not in found
    found = pulled(acme, digest=A)
    assert acme.requests()[-1] == f"GET {MANIFEST}/pull_statistics"
    assert set(found) == {"manifest_digest", "manifest_pull_count", "last_manifest_pull_date"}
    assert found["manifest_pull_count"] == 3


def test_without_tag_and_digest_it_is_latest(acme: Registry) -> None:
    assert pulled(acme) == {}
    acme.simulator.add_tag("acme", "app", "latest", A)
    assert pulled(acme)["tag_name"] == "latest"


def test_what_is_missing_was_not_pulled(acme: Registry) -> None:
    assert pulled(acme, tag="v9") == pulled(acme, digest="sha256:" + "b" * 64) == {}
    assert pulled(acme, repository="acme/none") == pulled(acme, repository="nobody/app") == {}


@pytest.mark.parametrize("options", [{"tag": "-x"}, {"digest": "sha256:1"}, {"repository": "acme/app:v1"}])
def test_what_is_no_name_is_not_asked_for(acme: Registry, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidDeclaration):
        pulled(acme, **options)
    assert acme.requests() == []


def test_a_registry_that_does_not_count(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"IMAGE_PULL_STATS": False})
    registry.one({"name": "acme", "repositories": [{"name": "app"}]})
    registry.simulator.add_tag("acme", "app", "v1", A)
    for options in ({"tag": "v1"}, {"digest": A}):
        with pytest.raises(FeatureOff, match="FEATURE_IMAGE_PULL_STATS is off"):
            pulled(registry, **options)


def test_somebody_without_a_right(acme: Registry) -> None:
    client = acme.client(Token(acme.simulator.token("alice")))
    for read, options in (
        (labels, {"image": "acme/app:v1", "key": None}),
        (layers, {"image": f"acme/app@{A}"}),
        (pulls, {"repository": "acme/app", "tag": "v1", "digest": None}),
    ):
        with pytest.raises(Forbidden, match="repo:read"):
            read(options, client, False)
