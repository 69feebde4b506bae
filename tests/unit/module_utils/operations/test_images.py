# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is told of images: what the registry answers, in the words of the modules."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import FeatureOff, NotFound
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.operations import images
from tests.unit.module_utils.conftest import Registry

DIGEST = "sha256:" + "0" * 64
IMAGE = f"acme/app@{DIGEST}"


@pytest.fixture
def answers(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Client]:
    """Let the registry answer one thing to whatever is asked for."""

    def answering(view: Any, **features: bool) -> Client:
        client = registry.client()
        monkeypatch.setattr(client, "find", lambda path, query=None: view)
        monkeypatch.setattr(client, "settings", lambda: {"features": features})
        return client

    return answering


def package(*found: dict[str, Any]) -> dict[str, Any]:
    return {"Name": "zlib", "Version": "1.2", "VersionFormat": "dpkg", "Vulnerabilities": list(found)}


def test_vulnerabilities_are_counted(answers: Callable[..., Client]) -> None:
    high = {"Name": "CVE-1", "Severity": "High", "FixedBy": "1.3"}
    concerned = package(high, {"Name": "CVE-2", "Severity": "High", "FixedBy": ""}, {"Name": "CVE-3"})
    data = {"Layer": {"Features": [concerned, package()]}}
    found = images.vulnerabilities({"image": IMAGE}, answers({"status": "scanned", "data": data}), False)
    assert found.values == {
        "status": "scanned",
        "vulnerabilities": [concerned],
        "severities": {"High": 2, "Unknown": 1},
        "fixable": 1,
    }


@pytest.mark.parametrize("data", [None, {}, {"Layer": {}}, {"Layer": {"Features": None}}])
def test_an_image_of_which_nothing_is_known_yet(answers: Callable[..., Client], data: Any) -> None:
    found = images.vulnerabilities({"image": IMAGE}, answers({"status": "queued", "data": data}), False)
    assert (found.values["status"], found.values["vulnerabilities"]) == ("queued", [])


@pytest.mark.parametrize(
    ("operate", "params", "flag"),
    [
        (images.vulnerabilities, {"image": IMAGE}, "SECURITY_SCANNER"),
        (images.pulls, {"repository": "acme/app", "tag": "v1", "digest": None}, "IMAGE_PULL_STATS"),
        (images.pulls, {"repository": "acme/app", "tag": None, "digest": DIGEST}, "IMAGE_PULL_STATS"),
    ],
)
def test_what_is_off_is_told_from_what_is_missing(
    answers: Callable[..., Client], operate: Any, params: dict[str, Any], flag: str
) -> None:
    with pytest.raises(FeatureOff, match=f"FEATURE_{flag} is off"):
        operate(params, answers(None, **{flag: False}), False)
    with pytest.raises(NotFound):
        operate(params, answers(None, **{flag: True}), False)


def test_the_newest_layer_is_first(answers: Callable[..., Client]) -> None:
    view = {"digest": DIGEST, "layers": [{"index": 0}, {"index": 1}]}
    assert images.layers({"image": IMAGE}, answers(view), False).values["layers"] == [
        {"index": 1},
        {"index": 0},
    ]
    several = images.layers({"image": IMAGE}, answers({"digest": DIGEST, "layers": None}), False)
    assert several.values["layers"] == []


def test_pulls_of_a_tag_tell_which_image_it_is(answers: Callable[..., Client]) -> None:
    view = {
        "tag_name": "v1",
        "tag_pull_count": 2,
        "current_manifest_digest": DIGEST,
        "manifest_pull_count": 3,
    }
    params = {"repository": "acme/app", "tag": "v1", "digest": None}
    assert images.pulls(params, answers({**view, "last_tag_pull_date": None}), False).values == {
        "tag_name": "v1",
        "tag_pull_count": 2,
        "manifest_digest": DIGEST,
        "manifest_pull_count": 3,
    }
