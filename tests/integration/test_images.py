# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The modules that look at images, and quay_manifest_label."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import StartSimulator
from .support.playbook import Playbook, task
from .support.registry import Registry

KEY = "com.example.tested-by"


def image(registry: Registry) -> tuple[str, str]:
    """Return the name of an image, without a tag, and its digest."""
    org = registry.new_org()
    registry.new_repository(org, "app")
    repository = f"{org}/app"
    return repository, registry.push(repository, "v1")


def values(registry: Registry, repository: str, digest: str) -> list[str]:
    found = registry.get(f"repository/{repository}/manifest/{digest}/labels")["labels"]
    return sorted(one["value"] for one in found if one["key"] == KEY)


def test_labels(play: Playbook, registry: Registry) -> None:
    repository, digest = image(registry)
    by_tag: dict[str, Any] = {"image": f"{repository}:v1", "key": KEY}
    by_digest: dict[str, Any] = {"image": f"{repository}@{digest}", "key": KEY}
    run = play(
        {
            "check": task("quay_manifest_label", check=True, diff=True, value="one", **by_tag),
            "create": task("quay_manifest_label", diff=True, value="one", **by_tag),
            "again": task("quay_manifest_label", value="one", **by_digest),
            "second": task("quay_manifest_label", value="two", replace=False, **by_digest),
            "both": task("quay_manifest_label_info", **by_tag),
            "only": task("quay_manifest_label", value="three", **by_tag),
            "info": task("quay_manifest_label_info", image=f"{repository}@{digest}"),
            "other": task("quay_manifest_label", value="nine", state="absent", **by_tag),
            "check absent": task("quay_manifest_label", check=True, state="absent", **by_tag),
            "absent": task("quay_manifest_label", state="absent", **by_tag),
            "absent again": task("quay_manifest_label", state="absent", **by_tag),
            "nothing": task("quay_manifest_label", state="absent", image=f"{repository}:none", key=KEY),
            "none": task("quay_manifest_label_info", image=f"{repository}:none"),
        }
    )
    changed = ["check", "create", "second", "only", "check absent", "absent"]
    assert [name for name in run.results if run[name]["changed"]] == changed
    assert run["create"]["diff"] == run["check"]["diff"]
    assert (run["create"]["key"], run["create"]["value"]) == (KEY, "one")
    assert run["create"]["id"] == run["again"]["id"]
    assert "id" not in run["check"]
    assert sorted(one["value"] for one in run["both"]["labels"]) == ["one", "two"]
    assert [one["value"] for one in run["info"]["labels"] if one["key"] == KEY] == ["three"]
    assert run["none"]["labels"] == []
    assert values(registry, repository, digest) == []


def test_layers(play: Playbook, registry: Registry) -> None:
    repository, digest = image(registry)
    run = play(
        {
            "tag": task("quay_layer_info", image=f"{repository}:v1"),
            "digest": task("quay_layer_info", image=f"{repository}@{digest}"),
            "none": task("quay_layer_info", image=f"{repository}:none"),
            "nowhere": task("quay_layer_info", image=f"{repository}-none:v1"),
        }
    )
    layers = run["tag"]["layers"]
    assert layers == run["digest"]["layers"]
    assert [layer["index"] for layer in layers] == sorted((one["index"] for one in layers), reverse=True)
    assert layers and {"command", "created_datetime"} <= set(layers[0])
    assert run["none"]["layers"] == run["nowhere"]["layers"] == []


def test_bad_input(play: Playbook, registry: Registry) -> None:
    repository, _digest = image(registry)
    cases = {
        "value": (task("quay_manifest_label", fails=True, image=repository, key=KEY), "value"),
        "missing": (
            task("quay_manifest_label", fails=True, image=f"{repository}:no", key=KEY, value="x"),
            f"There is no image '{repository}:no'",
        ),
        "key": (
            task("quay_manifest_label", fails=True, image=f"{repository}:v1", key="quay.x", value="x"),
            "reserved prefix",
        ),
        "name": (task("quay_layer_info", fails=True, image="a/b:c@d"), "too much"),
        "both": (
            task("quay_pull_stat_info", fails=True, repository=repository, tag="a", digest="b"),
            "mutually exclusive",
        ),
    }
    run = play({name: one for name, (one, _words) in cases.items()})
    assert [name for name, (_one, words) in cases.items() if words not in run.message(name)] == []


@pytest.mark.simulator_only
def test_what_the_registry_has_to_be_set_up_for(start_simulator: StartSimulator, tmp_path: Path) -> None:
    registry = start_simulator("--feature", "IMAGE_PULL_STATS=true", "--feature", "SECURITY_SCANNER=true")
    play = Playbook(registry, tmp_path)
    repository, digest = image(registry)
    run = play(
        {
            "tag": task("quay_pull_stat_info", repository=repository, tag="v1"),
            "digest": task("quay_pull_stat_info", repository=repository, digest=digest),
            "scan": task("quay_vulnerability_info", image=f"{repository}:v1"),
            "none": task("quay_vulnerability_info", fails=True, image=f"{repository}:none"),
        }
    )
    assert run["tag"]["tag_pull_count"] == run["digest"]["manifest_pull_count"] == 0
    assert run["tag"]["manifest_digest"] == digest
    assert (run["scan"]["status"], run["scan"]["vulnerabilities"]) == ("queued", [])
    assert "There is no image" in run.message("none")


@pytest.mark.simulator_only
def test_it_is_said_what_the_registry_is_not_set_up_for(
    start_simulator: StartSimulator, tmp_path: Path
) -> None:
    registry = start_simulator("--feature", "IMAGE_PULL_STATS=false", "--feature", "SECURITY_SCANNER=false")
    play = Playbook(registry, tmp_path)
    repository, _digest = image(registry)
    run = play(
        {
            "pulls": task("quay_pull_stat_info", fails=True, repository=repository, tag="v1"),
            "scan": task("quay_vulnerability_info", fails=True, image=f"{repository}:v1"),
        }
    )
    assert "FEATURE_IMAGE_PULL_STATS is off" in run.message("pulls")
    assert "FEATURE_SECURITY_SCANNER is off" in run.message("scan")
