# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Notifications: how they are told apart, what is sent, what is shown and written down."""

from __future__ import annotations

import json
from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, diffs
from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.kinds.notification import NOTIFICATION
from ansible_collections.quayops.quay.plugins.module_utils.kinds.single import single
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import KINDS_TO_READ, adopt
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry

PATH = "repository/acme/app/notification/"
SLACK_URL = "https://hooks.slack.com/services/T/B/secret"
PUSH = {"title": "Pushes", "event": "repo_push", "method": "slack", "config": {"url": SLACK_URL}}


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.one({"name": "acme", "teams": [{"name": "devs"}], "repositories": [{"name": "app"}]})
    registry.requests()
    return registry


def run(registry: Registry, check_mode: bool = False, **params: Any) -> Report:
    """Run the work of quay_notification."""
    options, declare, _describe = single(NOTIFICATION)
    given = {name: option.get("default") for name, option in options.items()}
    client = registry.client()
    desired = declare({**given, "repository": "acme/app", **params}, client)
    (report,) = reconcile(client, [desired], check_mode)
    return report


def done(registry: Registry, **params: Any) -> Report:
    report = run(registry, **params)
    assert report.error is None, report.error
    return report


def actions(report: Report) -> list[tuple[str, tuple[str, ...]]]:
    return [(change.action, tuple(sorted(change.fields))) for change in report.changes]


def nested(registry: Registry, *notifications: dict[str, Any], **more: Any) -> Report:
    entry = {"name": "app", "notifications": list(notifications), **more}
    return registry.one({"name": "acme", "repositories": [entry]})


def add(registry: Registry, title: Any, event: str = "repo_push", **more: Any) -> str:
    """Make a notification by hand, and return its UUID."""
    body = {"event": event, "method": "slack", "config": {"url": SLACK_URL}, "eventConfig": {}, **more}
    made = registry.client().send("POST", PATH, {**body, "title": title} if title is not None else body)
    registry.requests()
    return str(made["uuid"])


def views(registry: Registry) -> list[dict[str, Any]]:
    found = registry.client().get(PATH)["notifications"]
    registry.requests()
    return sorted(found, key=lambda view: (view["title"] or "", view["event"]))


def fail(registry: Registry, uuid: str, count: int) -> None:
    store = registry.simulator.store
    store.notifications.update(store.notifications.first(uuid=uuid), failures=count)


# --- made, changed, deleted -------------------------------------------------------------------------


def test_it_is_made_once_and_read_with_two_requests(acme: Registry) -> None:
    assert actions(run(acme, check_mode=True, **PUSH)) == [("create", ("event", "method", "title", "url"))]
    assert acme.writes() == []
    done(acme, **PUSH)
    assert acme.requests() == [
        "GET organization/acme",
        f"GET {PATH}",
        "GET repository/acme/app?includeTags=false",
        f"POST {PATH}",
    ]
    assert done(acme, **PUSH).changes == []
    assert acme.requests() == ["GET organization/acme", f"GET {PATH}"]
    (view,) = views(acme)
    assert (view["title"], view["event"], view["method"]) == ("Pushes", "repo_push", "slack")
    assert view["config"] == {"url": SLACK_URL}
    assert actions(done(acme, title="Pushes", state="absent")) == [("delete", ())]
    assert acme.writes() == [f"DELETE {PATH}{view['uuid']}"]
    assert done(acme, title="Pushes", state="absent").changes == []


def test_a_changed_one_is_made_before_the_old_one_goes(acme: Registry) -> None:
    old = add(acme, "Pushes", config={"url": "https://hooks.slack.com/services/other"})
    assert actions(done(acme, **PUSH)) == [("update", ("url",))]
    (new,) = views(acme)
    assert new["uuid"] != old
    assert new["config"] == {"url": SLACK_URL}
    assert done(acme, **PUSH).changes == []


def test_the_order_of_the_requests(acme: Registry) -> None:
    old = add(acme, "Pushes", event="build_failure")
    done(acme, **PUSH)
    assert acme.writes() == [f"POST {PATH}", f"DELETE {PATH}{old}"]


def test_what_is_left_out_stays(acme: Registry) -> None:
    add(acme, "Pushes", event="vulnerability_found", eventConfig={"level": 1, "more": "x"})
    done(acme, title="Pushes", event="vulnerability_found", vulnerability_level="low")
    (view,) = views(acme)
    assert view["config"] == {"url": SLACK_URL}
    assert view["event_config"] == {"level": "3", "more": "x"}
    done(acme, title="Pushes", event="repo_image_expiry")
    (view,) = views(acme)
    assert view["event_config"] == {"days": 7}
    assert done(acme, title="Pushes", event="repo_image_expiry").changes == []
    done(acme, title="Pushes", method="webhook", config={"url": SLACK_URL, "template": '{"b": 1, "a": 2}'})
    (view,) = views(acme)
    assert (view["method"], json.loads(view["config"]["template"])) == ("webhook", {"a": 2, "b": 1})
    again = {"title": "Pushes", "config": {"template": {"a": 2, "b": 1}}}
    assert done(acme, **again).changes == []


@pytest.mark.parametrize(
    ("method", "config", "sent"),
    [
        (
            "quay_notification",
            {"type": "team", "name": "devs"},
            {"target": {"kind": "team", "name": "devs"}},
        ),
        ("quay_notification", {"name": "alice"}, {"target": {"kind": "user", "name": "alice"}}),
        (
            "quay_notification",
            {"type": "org", "name": "acme"},
            {"target": {"kind": "org", "name": "acme"}},
        ),
        ("flowdock", {"flow_api_token": "f"}, {"flow_api_token": "f"}),
        (
            "hipchat",
            {"room_id": "7", "notification_token": "n"},
            {"room_id": "7", "notification_token": "n"},
        ),
        ("webhook", {"url": "https://example.com/x"}, {"url": "https://example.com/x"}),
    ],
)
def test_every_method(acme: Registry, method: str, config: dict[str, Any], sent: dict[str, Any]) -> None:
    wanted = {"title": "t", "event": "build_start", "method": method, "config": config, "ref_regexp": "main"}
    done(acme, **wanted)
    (view,) = views(acme)
    assert (view["config"], view["event_config"]) == (sent, {"ref-regex": "main"})
    assert done(acme, **wanted).changes == []


# --- several that answer ----------------------------------------------------------------------------


def test_of_several_with_a_title_the_right_one_is_meant(acme: Registry) -> None:
    add(acme, "Pushes", event="build_failure")
    right = add(acme, "Pushes")
    report = done(acme, **PUSH)
    assert report.changes == []
    assert any("2 notifications are named Pushes" in text for text in report.warnings)
    assert right in {view["uuid"] for view in views(acme)}


def test_of_several_none_is_touched_where_none_is_right(acme: Registry) -> None:
    add(acme, "Pushes", event="build_failure")
    add(acme, "Pushes", event="build_success")
    report = run(acme, **PUSH)
    assert isinstance(report.error, InvalidDeclaration)
    assert "2 have that title (build_failure by slack, build_success by slack), none as declared" in str(
        report.error
    )
    assert acme.writes() == []


def test_absent_is_about_all_that_answer(acme: Registry) -> None:
    for title in ("Pushes", "Pushes", "other", None):
        add(acme, title)
    add(acme, "Tests of pushes", event="build_failure")
    assert len(done(acme, title="Pushes", state="absent").changes) == 2
    assert len(done(acme, search_string="of push", state="absent").changes) == 1
    assert len(done(acme, regexp="^o.h", state="absent").changes) == 1
    assert [view["title"] for view in views(acme)] == [None]
    assert done(acme, event="build_failure", state="absent").changes == []
    assert len(done(acme, event="repo_push", method="slack", state="absent").changes) == 1
    assert views(acme) == []


# --- tests and failures -----------------------------------------------------------------------------


def test_tests_and_failures_are_about_all_that_answer(acme: Registry) -> None:
    first, second, third = add(acme, "a1"), add(acme, "a2"), add(acme, "b")
    fail(acme, second, 3)
    fail(acme, third, 1)
    report = done(acme, regexp="^a", test=True, reset_failcount=True)
    assert actions(report) == [("update", ("number_of_failures", "test"))]
    assert acme.writes() == [
        f"POST {PATH}{second}",
        f"POST {PATH}{first}/test",
        f"POST {PATH}{second}/test",
    ]
    assert [view["number_of_failures"] for view in views(acme)] == [0, 0, 1]
    assert done(acme, regexp="^a", reset_failcount=True).changes == []
    assert actions(done(acme, title="b", reset_failcount=True)) == [("update", ("number_of_failures",))]


def test_a_new_one_is_tested_too(acme: Registry) -> None:
    done(acme, **PUSH, test=True)
    (view,) = views(acme)
    assert actions(done(acme, **PUSH, test=True)) == [("update", ("test",))]
    assert acme.writes() == [f"POST {PATH}{view['uuid']}/test"]


def test_a_selection_that_finds_nothing_makes_one(acme: Registry) -> None:
    done(acme, **PUSH, search_string="Push")
    assert done(acme, **{**PUSH, "event": "build_start"}, search_string="Push").changes == []
    assert [view["event"] for view in views(acme)] == ["repo_push"]


# --- what is wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({}, "which of them must be said"),
        ({"regexp": "("}, "cannot be read"),
        ({**PUSH, "method": "email"}, "config.url has no use with method email"),
        ({**PUSH, "method": "webhook", "config": {"url": "x", "template": "{"}}, "template is not JSON"),
        (
            {**PUSH, "method": "quay_notification", "config": {"name": "acme+ci"}},
            "'acme+ci' is a robot",
        ),
        (
            {**PUSH, "method": "quay_notification", "config": {"type": "org", "name": "other"}},
            "organization 'other' cannot be told",
        ),
    ],
)
def test_what_needs_no_registry(acme: Registry, params: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidDeclaration, match="notification") as raised:
        run(acme, **params)
    assert words in str(raised.value)
    assert acme.requests() == []


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"title": "new"}, "there is none yet, so that it needs event, method"),
        (
            {"title": "new", "event": "repo_push", "method": "hipchat"},
            "config.notification_token, config.room_id",
        ),
        ({"event": "repo_push", "method": "slack", "config": {"url": "x"}}, "it needs title"),
        (
            {"title": "there", "method": "flowdock"},
            "its method changes, so that it needs config.flow_api_token",
        ),
        (
            {**PUSH, "method": "quay_notification", "config": {"type": "team", "name": "none"}},
            "there is no team 'none' in acme",
        ),
        (
            {**PUSH, "method": "quay_notification", "config": {"name": "nobody"}},
            "user 'nobody' does not exist",
        ),
        ({**PUSH, "repository": "acme/none"}, "repository 'acme/none' does not exist"),
    ],
)
def test_what_only_the_registry_tells(acme: Registry, params: dict[str, Any], words: str) -> None:
    add(acme, "there", event="build_start")
    report = run(acme, **params)
    assert words in str(report.error)
    assert acme.writes() == []


def test_check_mode_lets_an_earlier_task_make_the_repository(acme: Registry) -> None:
    report = run(acme, check_mode=True, **{**PUSH, "repository": "acme/none"})
    assert actions(report) == [("create", ("event", "method", "title", "url"))]
    assert done(acme, repository="acme/none", title="Pushes", state="absent").changes == []


def test_the_own_namespace(acme: Registry) -> None:
    acme.client().send(
        "POST",
        "repository",
        {"namespace": "admin", "repository": "mine", "visibility": "private", "description": ""},
    )
    assert len(done(acme, **PUSH, repository="mine").changes) == 1
    assert done(acme, **PUSH, repository="admin/mine").changes == []


# --- within a repository ----------------------------------------------------------------------------


def test_in_an_organization(acme: Registry) -> None:
    add(acme, "old")
    assert actions(nested(acme, PUSH)) == [("create", ("event", "method", "title", "url"))]
    assert acme.requests() == [
        "GET organization/acme",
        "GET repository/acme/app?includeTags=false",
        f"GET {PATH}",
        f"POST {PATH}",
    ]
    assert nested(acme, PUSH).changes == []
    assert actions(nested(acme, PUSH, append=False)) == [("delete", ())]
    assert [view["title"] for view in views(acme)] == ["Pushes"]
    entry = {"name": "acme", "repositories": [{"name": "app", "notifications": []}]}
    assert actions(acme.one(entry, purge=["notifications"])) == [("delete", ())]


def test_together_with_a_new_repository(acme: Registry) -> None:
    entry = {"name": "acme", "repositories": [{"name": "new", "notifications": [PUSH]}]}
    acme.one(entry)
    assert acme.writes() == ["POST repository", "POST repository/acme/new/notification/"]
    assert acme.one(entry).changes == []


def test_what_is_not_declared_is_not_read(acme: Registry) -> None:
    acme.one({"name": "acme", "repositories": [{"name": "app", "visibility": "private"}]})
    assert not any("notification" in one for one in acme.requests())


def test_the_same_title_twice(acme: Registry) -> None:
    with pytest.raises(InvalidDeclaration, match="notification 'app title Pushes' is declared 2 times"):
        nested(acme, PUSH, PUSH)


# --- secrets, and what is written down --------------------------------------------------------------


def test_no_secret_is_shown(acme: Registry) -> None:
    add(acme, "Pushes", config={"url": "https://hooks.slack.com/services/older"})
    (entry,) = diffs(done(acme, **PUSH))
    assert (entry["before"], entry["after"]) == ({"url": "(another one)"}, {"url": "(the declared one)"})
    shown = json.dumps([diffs(done(acme, title="Pushes", state="absent")), diffs(done(acme, **PUSH))])
    assert "hooks.slack.com" not in shown


def test_the_export_feeds_back(acme: Registry) -> None:
    team = {"type": "team", "name": "devs"}
    declared = [
        PUSH,
        {
            "title": "Team",
            "event": "build_start",
            "method": "quay_notification",
            "config": team,
            "ref_regexp": "v",
        },
        {
            "title": "Bad",
            "event": "vulnerability_found",
            "method": "webhook",
            "config": {"url": "https://example.com/x", "template": "{}"},
            "vulnerability_level": "high",
        },
    ]
    nested(acme, *declared)
    add(acme, None)
    add(acme, "Pushes", event="build_failure")
    (adopted,) = adopt(acme.client(), ["acme"], KINDS_TO_READ)
    assert adopted.error is None and adopted.entry is not None
    assert [one["title"] for one in adopted.entry["repositories"][0]["notifications"]] == [
        "Bad",
        "Pushes",
        "Team",
    ]
    assert "hooks.slack.com" not in json.dumps(adopted.entry)
    assert any("2 are left out" in text for text in adopted.warnings)
    assert any("URLs and tokens" in text for text in adopted.warnings)
    assert acme.one(adopted.entry).changes == []


def test_the_export_reads_them_only_if_named(acme: Registry) -> None:
    (adopted,) = adopt(acme.client(), ["acme"])
    assert adopted.entry is not None and "notifications" not in adopted.entry["repositories"][0]
    assert not any("notification" in one for one in acme.requests())


# --- answers that do not arrive ---------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize("kind", ["503", "reset_after"])
def test_a_replacement_leaves_one(
    make_registry: Callable[..., Registry], acme: Registry, method: str, kind: str
) -> None:
    add(acme, "Pushes", config={"url": "https://hooks.slack.com/services/older"})
    acme.simulator.faults.add(Fault(kind, method=method, path=r"/notification/", times=1))
    done(acme, **PUSH)
    assert [view["config"]["url"] for view in views(acme)] == [SLACK_URL]
