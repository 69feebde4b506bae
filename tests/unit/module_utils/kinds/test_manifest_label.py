# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Labels of an image: set, replaced, added and removed."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.placeholder import SOME_ID
from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, change_views, diffs
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    Forbidden,
    InvalidDeclaration,
    NotFound,
    ReadOnly,
    TagMissing,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.manifest_label import (
    describe_label,
    desired_label,
    label_options,
)
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry

A = "sha256:" + "a" * 64
LABELS = f"repository/acme/app/manifest/{A}/labels"
TAG = "GET repository/acme/app/tag/?limit=100&specificTag=v1&onlyActiveTags=true&page=1"
DEFAULTS = {name: option.get("default") for name, option in label_options().items()}
STAGE = {**DEFAULTS, "image": "acme/app:v1", "key": "stage", "value": "test"}


@pytest.fixture
def acme(registry: Registry) -> Registry:
    """The image of app:v1 has the label maker=bench itself."""
    registry.one({"name": "acme", "repositories": [{"name": "app"}]})
    registry.simulator.add_tag("acme", "app", "v1", A, labels={"maker": "bench"})
    registry.requests()
    return registry


def run(registry: Registry, check_mode: bool = False, **options: Any) -> Report:
    client = registry.client()
    (report,) = reconcile(client, [desired_label({**STAGE, **options}, client)], check_mode)
    return report


def done(registry: Registry, **options: Any) -> list[str]:
    report = run(registry, **options)
    assert report.error is None, report.error
    return [change.action for change in report.changes]


def labels(registry: Registry) -> list[tuple[str, str]]:
    views = registry.client().get(LABELS)["labels"]
    registry.requests()
    return sorted((one["key"], one["value"]) for one in views)


def add(registry: Registry, key: str, value: str) -> None:
    registry.client().send("POST", LABELS, {"key": key, "value": value, "media_type": None})
    registry.requests()


def test_a_label_is_set_once(acme: Registry) -> None:
    assert [change.action for change in run(acme, check_mode=True).changes] == ["create"]
    assert acme.writes() == []
    report = run(acme)
    assert acme.requests() == [TAG, f"GET {LABELS}", f"POST {LABELS}"]
    assert change_views(report) == [
        {
            "organization": "acme",
            "action": "create",
            "kind": "label",
            "name": "app:v1 stage",
            "fields": ["value"],
        }
    ]
    (entry,) = diffs(report)
    assert entry["after_header"] == "acme: label stage of app:v1"
    assert entry["after"] == {"state": "present", "value": "test", "media_type": "text/plain"}
    assert labels(acme) == [("maker", "bench"), ("stage", "test")]
    assert done(acme) == []
    assert acme.requests() == [TAG, f"GET {LABELS}"]


def test_an_image_may_be_named_by_its_digest(acme: Registry) -> None:
    assert done(acme, image=f"acme/app@{A}") == ["create"]
    assert done(acme, image=f"acme/app@{A}") == []
    assert acme.requests()[-1:] == [f"GET {LABELS}"]
    assert done(acme, image=f"acme/app@{A}", state="absent", value=None) == ["delete"]


def test_a_label_takes_the_place_of_the_others_with_its_key(acme: Registry) -> None:
    for value in ("a", "b", "b"):
        add(acme, "stage", value)
    assert sorted(done(acme)) == ["delete", "delete", "update"]
    assert acme.writes()[0] == f"POST {LABELS}"
    assert labels(acme) == [("maker", "bench"), ("stage", "test")]


def test_the_diff_of_another_value(acme: Registry) -> None:
    add(acme, "stage", "a")
    (entry,) = diffs(run(acme))
    assert (entry["before"], entry["after"]) == ({"value": "a"}, {"value": "test"})
    (entry,) = diffs(run(acme, state="absent"))
    assert entry["before"] == {"state": "present", "value": "test", "media_type": "text/plain"}


def test_a_label_is_one_more(acme: Registry) -> None:
    add(acme, "stage", "a")
    assert done(acme, replace=False) == ["create"]
    assert done(acme, replace=False) == []
    assert labels(acme) == [("maker", "bench"), ("stage", "a"), ("stage", "test")]


def test_the_same_label_twice_is_made_one(acme: Registry) -> None:
    for _time in range(2):
        add(acme, "stage", "test")
    assert done(acme, replace=False) == ["delete"]
    assert labels(acme) == [("maker", "bench"), ("stage", "test")]


def test_only_the_named_value_is_removed(acme: Registry) -> None:
    for value in ("a", "test", ""):
        add(acme, "stage", value)
    assert done(acme, state="absent") == ["delete"]
    assert labels(acme) == [("maker", "bench"), ("stage", ""), ("stage", "a")]
    assert done(acme, state="absent", value="") == ["delete"]
    assert done(acme, state="absent", value="") == []
    add(acme, "stage", "b")
    assert done(acme, state="absent", value=None) == ["delete", "delete"]
    assert labels(acme) == [("maker", "bench")]


def test_the_media_type_is_left_alone_unless_it_is_declared(acme: Registry) -> None:
    add(acme, "stage", "{}")
    assert done(acme, value="{}") == []
    assert done(acme, value="{}", media_type="text/plain") == ["update"]
    assert done(acme, value="{}", media_type="text/plain") == []
    assert len(labels(acme)) == 2


# --- what the image brought along -------------------------------------------------------------------


def test_what_the_image_has_itself_is_there(acme: Registry) -> None:
    assert done(acme, key="maker", value="bench") == []
    add(acme, "maker", "bench")
    assert done(acme, key="maker", value="bench") == ["delete"]
    assert labels(acme) == [("maker", "bench")]


def test_what_the_image_has_itself_stays_beside_another(acme: Registry) -> None:
    assert done(acme, key="maker", value="me") == ["create"]
    assert done(acme, key="maker", value="me") == []
    assert done(acme, key="maker", value="bench", media_type="application/json") == ["update"]
    assert labels(acme) == [("maker", "bench"), ("maker", "bench")]


@pytest.mark.parametrize(
    ("value", "words"), [(None, "label maker of app:v1"), ("bench", "maker=bench of app:v1")]
)
def test_what_the_image_has_itself_is_not_removed(acme: Registry, value: Any, words: str) -> None:
    report = run(acme, key="maker", value=value, state="absent")
    assert (report.error, report.changes) == (None, [])
    assert words in report.warnings[0] and "the image itself has it" in report.warnings[0]
    assert run(acme, key="maker", value="other", state="absent").warnings == []


# --- what is returned -------------------------------------------------------------------------------


def test_what_is_returned(acme: Registry) -> None:
    wanted = {"key": "stage", "value": "test", "source_type": "api", "media_type": "text/plain"}
    assert describe_label(STAGE, run(acme, check_mode=True)) == {"id": SOME_ID, **wanted}
    made = describe_label(STAGE, run(acme))
    assert made == describe_label(STAGE, run(acme)) == {"id": made["id"], **wanted}
    assert made["id"] in {one["id"] for one in acme.client().get(LABELS)["labels"]}
    other = {**STAGE, "value": "other"}
    assert describe_label(other, run(acme, check_mode=True, value="other"))["id"] == SOME_ID
    assert describe_label(other, run(acme, value="other"))["value"] == "other"
    absent = {**STAGE, "state": "absent"}
    assert describe_label(absent, run(acme, state="absent", value=None)) == {}


def test_what_is_returned_of_a_duplicate_that_goes(acme: Registry) -> None:
    for _time in range(2):
        add(acme, "stage", "test")
    view = describe_label(STAGE, run(acme))
    assert [view] == [one for one in acme.client().get(LABELS)["labels"] if one["key"] == "stage"]


# --- what is not there, or not allowed --------------------------------------------------------------


@pytest.mark.parametrize(
    ("image", "error", "words"),
    [
        ("acme/app:v9", TagMissing, "There is no tag 'v9' in acme/app."),
        ("acme/app", TagMissing, "There is no tag 'latest' in acme/app."),
        ("acme/none:v1", NotFound, "Repository 'acme/none' does not exist."),
        ("nobody/none:v1", NotFound, "Repository 'nobody/none' does not exist."),
        (f"acme/app@sha256:{'b' * 64}", NotFound, "There is no image sha256:bbb"),
    ],
)
def test_an_image_that_is_not_there(acme: Registry, image: str, error: type[Exception], words: str) -> None:
    report = run(acme, image=image)
    assert isinstance(report.error, error) and words in str(report.error)
    assert done(acme, image=image, state="absent") == []
    assert acme.writes() == []


def test_an_earlier_task_may_make_the_tag(acme: Registry) -> None:
    report = run(acme, check_mode=True, image="acme/app:v9")
    assert (report.error, [change.action for change in report.changes]) == (None, ["create"])
    assert "Check mode takes it that an earlier task makes it" in report.warnings[0]
    assert run(acme, check_mode=True, image="acme/app:v9", state="absent").warnings == []


def test_the_callers_own_repository(acme: Registry) -> None:
    body = {"namespace": "admin", "repository": "own", "visibility": "private", "description": ""}
    acme.client().send("POST", "repository", body)
    acme.simulator.add_tag("admin", "own", "v1", A)
    assert done(acme, image="own:v1") == ["create"]
    assert done(acme, image="admin/own:v1") == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"key": "Stage"}, "key 'Stage' is not allowed: lower-case"),
        ({"key": "a..b"}, "key 'a..b' is not allowed"),
        ({"key": "a\n"}, "is not allowed: lower-case"),
        ({"key": ""}, "key '' is not allowed"),
        ({"key": "x" * 256}, "up to 255 characters"),
        ({"key": "quay.expires-after"}, "what begins with 'quay'"),
        ({"key": "org.opencontainers.image.url"}, "what begins with 'org.opencontainers.'"),
        ({"image": "acme/app:-"}, "tag '-' is not the name of a tag"),
        ({"image": "acme/app@sha256:1"}, "digest 'sha256:1' is not sha256:"),
        ({"image": f"acme/app:v1@{A}"}, "has too much"),
        ({"image": "/"}, "is not organization/repository:tag"),
    ],
)
def test_what_is_not_allowed_is_not_asked_for(acme: Registry, options: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidDeclaration) as raised:
        run(acme, **options)
    assert words in str(raised.value)
    assert acme.requests() == []


def test_somebody_without_a_right(acme: Registry) -> None:
    client = acme.client(Token(acme.simulator.token("alice")))
    (report,) = reconcile(client, [desired_label(STAGE, client)])
    assert isinstance(report.error, Forbidden)
    assert "repo:read" in str(report.error)


def test_somebody_who_may_only_read(acme: Registry) -> None:
    acme.one(
        {"name": "acme", "repositories": [{"name": "app", "perms": [{"name": "alice", "role": "read"}]}]}
    )
    client = acme.client(Token(acme.simulator.token("alice")))
    (report,) = reconcile(client, [desired_label(STAGE, client)])
    assert isinstance(report.error, Forbidden)
    assert "repo:write" in str(report.error)


@pytest.mark.parametrize("state", ["READ_ONLY", "MIRROR"])
def test_a_repository_that_takes_no_changes(acme: Registry, state: str) -> None:
    acme.one({"name": "acme", "repositories": [{"name": "app", "repo_state": state}]})
    report = run(acme)
    assert isinstance(report.error, ReadOnly)
    assert "Set the repository's state to NORMAL first" in str(report.error)


@pytest.mark.parametrize("done_first", [True, False])
def test_an_outcome_that_is_open(acme: Registry, done_first: bool) -> None:
    add(acme, "stage", "a")
    kind = "reset_after" if done_first else "reset_before"
    acme.simulator.faults.add(Fault(kind=kind, method="POST", path=".*/labels", times=1))
    assert run(acme).error is None
    assert labels(acme) == [("maker", "bench"), ("stage", "test")]
