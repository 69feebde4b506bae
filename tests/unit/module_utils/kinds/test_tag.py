# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Tags: where one points to, when it ends, whether it is locked; what is asked and sent for that."""

from __future__ import annotations

import time
from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report
from ansible_collections.quayops.quay.plugins.module_utils.engine.values import Place
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Desired, Item
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    InvalidDeclaration,
    NotFound,
    TagMissing,
)
from ansible_collections.quayops.quay.plugins.module_utils.kinds.tag import (
    TAG,
    expire_tag,
    find_tag,
    point_tag,
    tag_rows,
)
from ansible_collections.quayops.quay.plugins.module_utils.kinds.tag_history import LONGEST_LIFETIME
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.plans import change, names
from tests.unit.module_utils.runs import noting, sends

A, B, NONE = ("sha256:" + letter * 64 for letter in "abc")
PATH = "repository/acme/deep/app/tag"
ACME = Place("acme")
DAY = 86400


def tag(name: str = "v1", facts: dict[str, Any] | None = None, **fields: Any) -> Desired:
    """Return one tag of deep/app as desired."""
    return Desired("acme", TAG, present=(Item(TAG, ("deep/app", name), fields, facts=facts or {}),))


def gone(name: str) -> Desired:
    return Desired("acme", TAG, absent=((TAG, ("deep/app", name)),))


@pytest.fixture
def acme(registry: Registry) -> Registry:
    """A repository with the tags v1 and v2 of different images."""
    registry.one({"name": "acme", "repositories": [{"name": "deep/app"}]})
    registry.simulator.add_tag("acme", "deep/app", "v1", A)
    registry.simulator.add_tag("acme", "deep/app", "v2", B)
    registry.requests()
    return registry


@pytest.fixture
def locking(make_registry: Callable[..., Registry]) -> Registry:
    """As acme, at a registry that has immutable tags."""
    registry = make_registry(features={"IMMUTABLE_TAGS": True})
    registry.one({"name": "acme", "repositories": [{"name": "deep/app"}]})
    registry.simulator.add_tag("acme", "deep/app", "v1", A)
    registry.simulator.add_tag("acme", "deep/app", "v2", B)
    return registry


def run(registry: Registry, desired: Desired) -> Report:
    (report,) = reconcile(registry.client(), [desired])
    return report


def there(registry: Registry, name: str = "v1") -> dict[str, Any]:
    found = find_tag(registry.client(), ACME, "deep/app", name)
    assert found is not None
    return found


def test_its_fields_are_these() -> None:
    assert [field.name for field in TAG.fields] == ["manifest_digest", "expiration", "immutable"]


def test_how_it_is_named() -> None:
    assert names(change("create", "tag", "app", "v1")) == ("app:v1", "acme: tag app:v1")


@pytest.mark.parametrize(
    ("desired", "sent"),
    [
        (tag("v1", manifest_digest=A), []),
        (tag("v1", manifest_digest=B), [("PUT", f"{PATH}/v1", {"manifest_digest": B})]),
        (tag("new", manifest_digest=B), [("PUT", f"{PATH}/new", {"manifest_digest": B})]),
        (tag("new", {"source": "v2"}), [("PUT", f"{PATH}/new", {"manifest_digest": B})]),
        (tag("v1", {"source": "v2"}), [("PUT", f"{PATH}/v1", {"manifest_digest": B})]),
        (tag("v1", {"source": "v1"}), []),
        (gone("v1"), [("DELETE", f"{PATH}/v1", None)]),
        (gone("none"), []),
    ],
)
def test_where_it_points_to(acme: Registry, desired: Desired, sent: list[Any]) -> None:
    assert sends(acme, desired) == sent


def test_when_it_ends(acme: Registry) -> None:
    moment = int(time.time()) + 30 * DAY
    assert sends(acme, tag(expiration=moment)) == [("PUT", f"{PATH}/v1", {"expiration": moment})]
    assert there(acme)["end_ts"] == moment
    assert sends(acme, tag(expiration=None)) == [("PUT", f"{PATH}/v1", {"expiration": None})]


def test_an_end_is_compared_as_quay_moves_it(acme: Registry) -> None:
    moment = there(acme)["start_ts"] + LONGEST_LIFETIME
    assert sends(acme, tag(expiration=moment + 300 * DAY)) == [("PUT", f"{PATH}/v1", {"expiration": moment})]


def test_whether_it_is_locked(locking: Registry) -> None:
    assert sends(locking, tag(immutable=True)) == [("PUT", f"{PATH}/v1", {"immutable": True})]
    assert sends(locking, tag(immutable=True)) == []
    assert sends(locking, tag(immutable=False)) == [("PUT", f"{PATH}/v1", {"immutable": False})]


def test_a_lock_is_closed_last_and_opened_first(locking: Registry) -> None:
    moment = int(time.time()) + 30 * DAY
    lock, unlock = (("PUT", f"{PATH}/v1", {"immutable": value}) for value in (True, False))
    assert sends(locking, tag(manifest_digest=B, immutable=True)) == [
        ("PUT", f"{PATH}/v1", {"manifest_digest": B}),
        lock,
    ]
    locking.simulator.add_tag("acme", "deep/app", "old", A)
    assert sends(locking, tag(manifest_digest=A, expiration=moment, immutable=False)) == [
        unlock,
        ("PUT", f"{PATH}/v1", {"manifest_digest": A}),
        ("PUT", f"{PATH}/v1", {"expiration": moment}),
    ]


@pytest.mark.parametrize("digest", ["", B])
def test_it_is_restored(acme: Registry, digest: str) -> None:
    acme.client().send("DELETE", f"{PATH}/v2")
    sent = [("POST", f"{PATH}/v2/restore", {"manifest_digest": B})]
    assert sends(acme, tag("v2", {"restore": digest})) == sent


def test_one_that_expires_is_restored_by_letting_it_live(acme: Registry) -> None:
    run(acme, tag(expiration=int(time.time()) + DAY))
    assert sends(acme, tag("v1", {"restore": ""})) == [("PUT", f"{PATH}/v1", {"expiration": None})]


@pytest.mark.parametrize(
    ("desired", "error", "message"),
    [
        (tag("none", immutable=True), TagMissing, "There is no tag 'none' in acme/deep/app."),
        (tag("v1", {"source": "none"}), TagMissing, "There is no tag 'none' in acme/deep/app."),
        (tag("v1", manifest_digest=NONE), NotFound, f"There is no image {NONE} in acme/deep/app, or no tag"),
        (tag("none", {"restore": ""}), TagMissing, "Tag 'none' of acme/deep/app has no history to restore"),
        (tag("v1", {"restore": NONE}), InvalidDeclaration, f"has not pointed to {NONE} of late."),
    ],
)
def test_what_is_not_there(acme: Registry, desired: Desired, error: type, message: str) -> None:
    report = run(acme, desired)
    assert type(report.error) is error
    assert message in str(report.error)
    assert acme.writes() == []


def test_a_repository_that_is_not_there(acme: Registry) -> None:
    wanted = Desired("acme", TAG, present=(Item(TAG, ("none", "v1"), {"immutable": True}),))
    assert str(run(acme, wanted).error) == "Repository 'acme/none' does not exist."


def test_what_is_read(acme: Registry) -> None:
    """The tag that is declared, and the one that it is to be like: no other."""
    for number in range(3):
        acme.simulator.add_tag("acme", "deep/app", f"other{number}", A)
    acme.requests()
    run(acme, tag("v1", {"source": "v2"}))
    asked = [f"GET {PATH}/?limit=100&specificTag={name}&onlyActiveTags=true&page=1" for name in ("v1", "v2")]
    assert sorted(acme.requests())[:2] == asked


def test_the_requests_that_others_use(acme: Registry) -> None:
    moment = int(time.time()) + 30 * DAY
    client, sent = noting(acme.client())
    point_tag(client, ACME, "deep/app", "v1", A)
    expire_tag(client, ACME, "deep/app", "v1", moment)
    assert sent == [
        ("PUT", f"{PATH}/v1", {"manifest_digest": A}),
        ("PUT", f"{PATH}/v1", {"expiration": moment}),
    ]
    history = tag_rows(client, ACME, "deep/app", {"specificTag": "v1"})
    assert [row["manifest_digest"] for row in history] == [A, A]
    assert find_tag(client, ACME, "deep/app", "none") is None
