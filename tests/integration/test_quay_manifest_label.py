# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_manifest_label and quay_manifest_label_info."""

from __future__ import annotations

import pytest

from .support.lifecycle import assert_life_cycle, life_cycle
from .support.playbook import Playbook, look, task
from .support.registry import Registry


@pytest.fixture
def image(registry: Registry) -> str:
    """An image that brings a label along, by its digest."""
    org = registry.new_org()
    registry.new_repository(org, "app")
    digest = registry.push(f"{org}/app", "v1", labels={"maker": "bench"})
    return f"{org}/app@{digest}"


def labels(registry: Registry, image: str) -> list[tuple[str, str]]:
    repository, _at, digest = image.partition("@")
    found = registry.get(f"repository/{repository}/manifest/{digest}/labels")["labels"]
    return sorted((one["key"], one["value"]) for one in found)


def test_life_cycle(play: Playbook, registry: Registry, image: str) -> None:
    repository, _at, digest = image.partition("@")
    view = look(registry, f"repository/{repository}/manifest/{digest}/labels")
    run = play(
        life_cycle(
            "quay_manifest_label",
            {"image": f"{repository}:v1", "key": "stage"},
            create={"value": "test"},
            change={"value": "live"},
            looks={"check create": view, "create": view, "change": view},
        )
    )
    assert_life_cycle(run)
    assert [one["key"] for one in run.seen("after check create")["labels"]] == ["maker"]
    for step, value in (("create", "test"), ("change", "live")):
        (made,) = [one for one in run.seen(f"after {step}")["labels"] if one["key"] == "stage"]
        assert made["value"] == value
        assert {name: run[step][name] for name in made} == made
    assert labels(registry, image) == [("maker", "bench")]


def test_one_more_and_one_instead(play: Playbook, registry: Registry, image: str) -> None:
    one = {"image": image, "key": "site"}
    run = play(
        {
            "berlin": task("quay_manifest_label", **one, value="berlin"),
            "rome": task("quay_manifest_label", **one, value="rome", replace=False),
            "rome again": task("quay_manifest_label", **one, value="rome", replace=False),
            "both": task("quay_manifest_label_info", **one),
            "oslo": task("quay_manifest_label", **one, value="oslo", diff=True),
            "oslo again": task("quay_manifest_label", **one, value="oslo"),
            "not rome": task("quay_manifest_label", **one, value="rome", state="absent"),
            "all": task("quay_manifest_label_info", image=image),
            "none": task("quay_manifest_label", **one, state="absent"),
        }
    )
    changed = {name: run[name]["changed"] for name in run.results}
    assert [name for name, did in changed.items() if did] == ["berlin", "rome", "oslo", "none"]
    assert [one["value"] for one in run["both"]["labels"]] == ["berlin", "rome"]
    assert sorted(entry["after"].get("value", "") for entry in run["oslo"]["diff"]) == ["", "oslo"]
    found = [(one["key"], one["value"], one["source_type"]) for one in run["all"]["labels"]]
    assert found == [("maker", "bench", "manifest"), ("site", "oslo", "api")]
    assert labels(registry, image) == [("maker", "bench")]


def test_what_the_image_brought_along(play: Playbook, registry: Registry, image: str) -> None:
    one = {"image": image, "key": "maker"}
    run = play(
        {
            "there": task("quay_manifest_label", **one, value="bench"),
            "beside it": task("quay_manifest_label", **one, value="me"),
            "not there": task("quay_manifest_label", **one, state="absent"),
        }
    )
    assert not run["there"]["changed"] and run["there"]["source_type"] == "manifest"
    assert run["beside it"]["changed"] and run["not there"]["changed"]
    assert any("the image itself has it" in text for text in run["not there"]["warnings"])
    assert labels(registry, image) == [("maker", "bench")]


def test_a_list_of_images_has_labels_of_its_own(play: Playbook, registry: Registry, image: str) -> None:
    repository = image.partition("@")[0]
    digest = registry.push(repository, "many", platforms=["linux/amd64", "linux/arm64"])
    run = play(
        {
            "label": task("quay_manifest_label", image=f"{repository}:many", key="stage", value="test"),
            "read": task("quay_manifest_label_info", image=f"{repository}@{digest}"),
        }
    )
    assert [one["value"] for one in run["read"]["labels"]] == ["test"]


def test_what_is_not_there_or_does_not_go(play: Playbook, registry: Registry, image: str) -> None:
    repository, _at, digest = image.partition("@")
    one = {"key": "stage", "value": "test"}
    registry.new_repository(repository.partition("/")[0], "held")
    registry.push(f"{repository.partition('/')[0]}/held", "v1")
    registry.send(
        "PUT", f"repository/{repository.partition('/')[0]}/held/changestate", {"state": "READ_ONLY"}
    )
    held = repository.partition("/")[0] + "/held:v1"
    run = play(
        {
            "no tag": task("quay_manifest_label", image=f"{repository}:v9", **one, fails=True),
            "no image": task("quay_manifest_label", image=f"{image[:-4]}0000", **one, fails=True),
            "no value": task("quay_manifest_label", image=image, key="stage", fails=True),
            "bad key": task("quay_manifest_label", image=image, key="Stage", value="x", fails=True),
            "held": task("quay_manifest_label", image=held, **one, fails=True),
            "absent": task("quay_manifest_label", image=f"{repository}:v9", key="stage", state="absent"),
            "info": task("quay_manifest_label_info", image=f"{repository}:v9"),
            "info of none": task("quay_manifest_label_info", image=f"{repository}-none@{digest}"),
        }
    )
    assert run.message("no tag") == f"There is no tag 'v9' in {repository}."
    assert "There is no image sha256:" in run.message("no image")
    assert "value" in run.message("no value")
    assert "key 'Stage' is not allowed" in run.message("bad key")
    assert "Set the repository's state to NORMAL first" in run.message("held")
    assert not run["absent"]["changed"]
    assert run["info"]["labels"] == run["info of none"]["labels"] == []
