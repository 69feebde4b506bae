# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_layer_info, quay_pull_stat_info and quay_vulnerability_info."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import StartSimulator
from .support.playbook import Playbook, task
from .support.registry import Registry

PLATFORMS = ["linux/amd64", "linux/arm64"]


def repository_with_images(registry: Registry) -> tuple[str, str, str]:
    """Return a repository with the image v1 and the list many, and their digests."""
    org = registry.new_org()
    registry.new_repository(org, "app")
    repository = f"{org}/app"
    return repository, registry.push(repository, "v1"), registry.push(repository, "many", platforms=PLATFORMS)


def test_layers(play: Playbook, registry: Registry) -> None:
    repository, digest, many = repository_with_images(registry)
    run = play(
        {
            "tag": task("quay_layer_info", image=f"{repository}:v1"),
            "digest": task("quay_layer_info", image=f"{repository}@{digest}"),
            "list": task("quay_layer_info", image=f"{repository}:many"),
            "missing": task("quay_layer_info", image=f"{repository}:v9"),
        }
    )
    found = run["tag"]
    assert not found["changed"] and found["digest"] == digest
    assert [layer["index"] for layer in found["layers"]] == [0]
    assert found["size"] == found["layers"][0]["compressed_size"] > 0
    assert run["digest"]["layers"] == found["layers"] and found["platforms"] == []
    assert (run["list"]["digest"], run["list"]["layers"]) == (many, [])
    assert [one["platform"] for one in run["list"]["platforms"]] == PLATFORMS
    assert [len(one["layers"]) for one in run["list"]["platforms"]] == [1, 1]
    assert (run["missing"]["layers"], run["missing"]["digest"]) == ([], None)


def test_a_registry_that_does_not_scan_says_so(play: Playbook, registry: Registry) -> None:
    repository, digest, _many = repository_with_images(registry)
    run = play(
        {
            "image": task("quay_vulnerability_info", image=f"{repository}@{digest}", fails=True),
            "repository": task("quay_vulnerability_info", repository=repository, fails=True),
            "two": task("quay_vulnerability_info", repository=repository, image=repository, fails=True),
            "nothing": task("quay_vulnerability_info", fails=True),
        }
    )
    for name in ("image", "repository"):
        assert "FEATURE_SECURITY_SCANNER is off in its config.yaml" in run.message(name)
    assert "mutually exclusive" in run.message("two")
    assert "one of the following is required" in run.message("nothing")


@pytest.mark.simulator_only
def test_vulnerabilities(start_simulator: StartSimulator, tmp_path: Path) -> None:
    registry = start_simulator("--feature", "SECURITY_SCANNER=true")
    repository, digest, _many = repository_with_images(registry)
    org, _slash, name = repository.partition("/")
    features = [
        {"Name": "lz4-libs", "Vulnerabilities": [{"Name": "CVE-1", "Severity": "High", "FixedBy": "2"}]}
    ]
    registry.control("POST", "scans", {"org": org, "repo": name, "digest": digest, "features": features})
    run = Playbook(registry, tmp_path)(
        {
            "image": task("quay_vulnerability_info", image=f"{repository}:v1"),
            "list": task("quay_vulnerability_info", image=f"{repository}:many"),
            "organization": task("quay_vulnerability_info", organization=org),
        }
    )
    found = run["image"]
    assert (found["status"], found["changed"]) == ("scanned", False)
    assert [package["Name"] for package in found["vulnerabilities"]] == ["lz4-libs"]
    assert found["counts"]["High"] == found["fixable"]["High"] == 1
    assert (run["list"]["status"], run["list"]["unscanned"]) == ("queued", 2)
    assert [one["platform"] for one in run["list"]["platforms"]] == PLATFORMS
    found = run["organization"]
    assert [(one["name"], one["images"], one["unscanned"]) for one in found["repositories"]] == [
        (repository, 3, 2)
    ]
    assert found["counts"]["High"] == 1 and {one["repository"] for one in found["images"]} == {repository}


@pytest.mark.simulator_only
def test_pulls(play: Playbook, registry: Registry) -> None:
    repository, digest, _many = repository_with_images(registry)
    org, _slash, name = repository.partition("/")
    registry.control("POST", "pulls", {"org": org, "repo": name, "tag": "v1", "times": 3})
    run = play(
        {
            "tag": task("quay_pull_stat_info", repository=repository, tag="v1"),
            "digest": task("quay_pull_stat_info", repository=repository, digest=digest),
            "missing": task("quay_pull_stat_info", repository=repository),
        }
    )
    assert (run["tag"]["tag_pull_count"], run["tag"]["manifest_digest"]) == (3, digest)
    assert run["digest"]["manifest_pull_count"] == 3
    assert "manifest_pull_count" not in run["missing"]


@pytest.mark.real_quay
def test_a_registry_that_does_not_count_says_so(play: Playbook, registry: Registry) -> None:
    repository, digest, _many = repository_with_images(registry)
    run = play(
        {
            "tag": task("quay_pull_stat_info", repository=repository, tag="v1", fails=True),
            "digest": task("quay_pull_stat_info", repository=repository, digest=digest, fails=True),
        }
    )
    for name in ("tag", "digest"):
        assert "FEATURE_IMAGE_PULL_STATS is off in its config.yaml or it is older" in run.message(name)
