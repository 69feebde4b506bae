# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_tag."""

from __future__ import annotations

import time

import pytest

from .support.lifecycle import assert_life_cycle, life_cycle
from .support.playbook import Playbook, look, task
from .support.registry import Registry


def in_days(days: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + days * 86400))


def test_life_cycle(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    registry.new_repository(org, "app")
    digest = registry.push(f"{org}/app", "v1")
    view = look(registry, f"repository/{org}/app/tag/?specificTag=stable&onlyActiveTags=true")
    run = play(
        life_cycle(
            "quay_tag",
            {"image": f"{org}/app:v1", "tag": "stable"},
            create={},
            change={"expiration": in_days(2)},
            looks={"check create": view, "create": view, "change": view},
        )
    )
    assert_life_cycle(run)
    assert run.seen("after check create")["tags"] == []
    (made,) = run.seen("after create")["tags"]
    assert (made["manifest_digest"], made.get("end_ts")) == (digest, None)
    (changed,) = run.seen("after change")["tags"]
    assert abs(changed["end_ts"] - time.time() - 2 * 86400) < 600
    assert set(registry.tags(f"{org}/app")) == {"v1"}


def test_an_expiration_is_lifted(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    registry.new_repository(org, "app")
    registry.push(f"{org}/app", "v1")
    one = {"image": f"{org}/app:v1"}
    run = play(
        {
            "expire": task("quay_tag", **one, expiration=in_days(2)),
            "lift": task("quay_tag", **one, expiration="never"),
            "again": task("quay_tag", **one, expiration="never"),
        }
    )
    assert run["expire"]["changed"] and run["lift"]["changed"] and not run["again"]["changed"]
    assert registry.tags(f"{org}/app")["v1"].get("end_ts") is None


def test_a_tag_moves(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    registry.new_repository(org, "app")
    first, second = registry.push(f"{org}/app", "v1"), registry.push(f"{org}/app", "v2")
    run = play(
        {
            "to a digest": task("quay_tag", image=f"{org}/app@{first}", tag="stable", diff=True),
            "to a tag": task("quay_tag", image=f"{org}/app:v2", tag="stable", diff=True),
            "again": task("quay_tag", image=f"{org}/app@{second}", tag="stable"),
        }
    )
    assert run.changes("to a tag") == [("update", "tag", "app:stable")]
    assert run["to a tag"]["diff"] == [
        {
            "before_header": f"{org}: tag app:stable",
            "after_header": f"{org}: tag app:stable",
            "before": {"manifest_digest": first},
            "after": {"manifest_digest": second},
        }
    ]
    assert not run["again"]["changed"]
    assert registry.tags(f"{org}/app")["stable"]["manifest_digest"] == second


def test_a_deleted_tag_is_restored_everywhere(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    for name in ("api", "web", "other"):
        registry.new_repository(org, name)
    digests = {name: registry.push(f"{org}/{name}", "v1") for name in ("api", "web")}
    registry.push(f"{org}/other", "v2")
    run = play(
        {
            "delete": task("quay_tag", organization=org, tag="v1", state="absent"),
            "foresee": task("quay_tag", organization=org, tag="v1", state="restored", check=True),
            "but one": task("quay_tag", organization=org, tag="v1", state="restored", skip=["web"]),
            "restore": task("quay_tag", organization=org, tag="v1", state="restored"),
            "again": task("quay_tag", organization=org, tag="v1", state="restored"),
        }
    )
    assert run.changes("delete") == [("delete", "tag", "api:v1"), ("delete", "tag", "web:v1")]
    assert run["foresee"]["without_tag"] == ["other"]
    assert run.changes("but one") == [("create", "tag", "api:v1")]
    assert run.changes("restore") == [("create", "tag", "web:v1")]
    assert not run["again"]["changed"]
    there = {name: registry.tags(f"{org}/{name}")["v1"]["manifest_digest"] for name in digests}
    assert there == digests


BAD = [
    ({}, "one of the following is required: image, organization"),
    ({"image": "a/b:c", "organization": "a"}, "mutually exclusive: image|organization"),
    ({"image": "a/b:c", "source_tag": "x"}, "mutually exclusive: image|source_tag"),
    ({"organization": "a"}, "With organization, tag must say which tag is meant."),
    ({"image": "a/b:c", "expiration": "tomorrow"}, "nor in ISO 8601. The word never lifts it"),
    ({"image": "a/b:c", "expiration": "202001010000.00"}, "is in the past"),
    ({"image": "a/b:.c"}, "tag '.c' is not the name of a tag"),
    ({"image": "a/b@sha256:12", "tag": "c"}, "is not sha256: and 64 hexadecimal digits"),
    ({"image": "nobody-at-all/b:c", "tag": "d"}, "does not exist"),
]


def test_bad_input(play: Playbook, registry: Registry) -> None:
    run = play({message: task("quay_tag", fails=True, **options) for options, message in BAD})
    for _options, message in BAD:
        assert message in run.message(message)


@pytest.mark.simulator_only
def test_an_immutable_tag(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    registry.new_repository(org, "app")
    registry.push(f"{org}/app", "v1")
    registry.push(f"{org}/app", "v2")
    run = play(
        {
            "lock": task("quay_tag", image=f"{org}/app:v1", immutable=True),
            "again": task("quay_tag", image=f"{org}/app:v1", immutable=True),
            "move": task("quay_tag", image=f"{org}/app:v2", tag="v1", fails=True),
            "delete": task("quay_tag", image=f"{org}/app:v1", state="absent", fails=True),
            "unlock": task("quay_tag", image=f"{org}/app:v2", tag="v1", immutable=False),
        }
    )
    assert not run["again"]["changed"]
    assert "immutable" in run.message("move")
    assert "immutable" in run.message("delete")
