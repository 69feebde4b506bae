# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_manifest_label and quay_manifest_label_info."""

from __future__ import annotations

from .support.lifecycle import assert_life_cycle, life_cycle
from .support.playbook import Playbook, look, task
from .support.registry import Registry


def new_image(registry: Registry) -> tuple[str, str]:
    """Push an image, and return its name with a tag, and its digest."""
    org = registry.new_org()
    registry.new_repository(org, "app")
    digest = registry.push(f"{org}/app", "v1")
    return f"{org}/app:v1", digest


def path_of(image: str, digest: str) -> str:
    return f"repository/{image.partition(':')[0]}/manifest/{digest}/labels"


def labels(registry: Registry, image: str, digest: str) -> list[tuple[str, str]]:
    """Return key and value of all labels, sorted."""
    found = registry.get(path_of(image, digest))["labels"]
    return sorted((label["key"], label["value"]) for label in found)


def test_life_cycle(play: Playbook, registry: Registry) -> None:
    image, digest = new_image(registry)
    view = look(registry, path_of(image, digest))
    run = play(
        life_cycle(
            "quay_manifest_label",
            {"image": image, "key": "team"},
            create={"value": "storefront"},
            change={"value": "billing"},
            looks={"check create": view, "create": view, "change": view},
        )
    )
    assert_life_cycle(run)
    assert run.seen("after check create")["labels"] == []
    (made,) = run.seen("after create")["labels"]
    assert (made["key"], made["value"], made["source_type"]) == ("team", "storefront", "api")
    (changed,) = run.seen("after change")["labels"]
    assert changed["value"] == "billing"
    assert labels(registry, image, digest) == []


def test_labels_are_added_replaced_and_removed(play: Playbook, registry: Registry) -> None:
    image, digest = new_image(registry)
    by_digest = f"{image.partition(':')[0]}@{digest}"
    one = {"key": "deployed-to"}
    run = play(
        {
            "first": task("quay_manifest_label", **one, image=image, value="frankfurt"),
            "second": task("quay_manifest_label", **one, image=by_digest, value="paris", replace=False),
            "again": task("quay_manifest_label", **one, image=image, value="paris", replace=False),
            "read": task("quay_manifest_label_info", image=image),
            "read one": task("quay_manifest_label_info", image=by_digest, key="other"),
            "one goes": task(
                "quay_manifest_label", **one, image=image, value="paris", state="absent", diff=True
            ),
            "replaced": task("quay_manifest_label", **one, image=image, value="rome"),
            "all go": task("quay_manifest_label", **one, image=image, state="absent"),
            "none": task("quay_manifest_label", **one, image=image, state="absent"),
        }
    )
    assert [run[name]["changed"] for name in ("first", "second", "again")] == [True, True, False]
    assert run["again"]["id"] == run["second"]["id"]
    assert [(one["key"], one["value"]) for one in run["read"]["labels"]] == [
        ("deployed-to", "frankfurt"),
        ("deployed-to", "paris"),
    ]
    assert run["read one"]["labels"] == []
    (entry,) = run["one goes"]["diff"]
    assert entry["before"] == {"state": "present", "value": "paris", "media_type": "text/plain"}
    assert run["replaced"]["value"] == "rome"
    assert run["all go"]["changed"] and not run["none"]["changed"]
    assert labels(registry, image, digest) == []


def test_a_read_only_repository_keeps_its_labels(play: Playbook, registry: Registry) -> None:
    image, digest = new_image(registry)
    repository = image.partition(":")[0]
    registry.send("PUT", f"repository/{repository}/changestate", {"state": "READ_ONLY"})
    run = play({"label": task("quay_manifest_label", image=image, key="a", value="b", fails=True)})
    assert run["label"]["failed"]
    assert "Set the repository's state to NORMAL first" in run["label"]["msg"]
    assert labels(registry, image, digest) == []


def test_a_reserved_key_is_explained(play: Playbook, registry: Registry) -> None:
    image, _digest = new_image(registry)
    key = "quay.expires-after"
    run = play({"label": task("quay_manifest_label", image=image, key=key, value="1d", fails=True)})
    assert run["label"]["failed"]
    assert "LABEL_KEY_RESERVED_PREFIXES" in run["label"]["msg"]


def test_an_image_that_is_not_there(play: Playbook, registry: Registry) -> None:
    image, _digest = new_image(registry)
    other = f"{image}-not-there"
    run = play(
        {
            "absent": task("quay_manifest_label", image=other, key="a", state="absent"),
            "read": task("quay_manifest_label_info", image=other),
            "present": task("quay_manifest_label", image=other, key="a", value="b", fails=True),
        }
    )
    assert not run["absent"]["changed"]
    assert run["read"]["labels"] == []
    assert "There is no tag 'v1-not-there'" in run["present"]["msg"]
