# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Messages to everybody: how they are found, what is sent."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, change_views, diffs
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    FeatureOff,
    Forbidden,
    InvalidDeclaration,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Password
from ansible_collections.quayops.quay.plugins.module_utils.kinds.message import desired_message
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry

Messages = list[tuple[str, str, str]]


def run(registry: Registry, check_mode: bool = False, credentials: Any = None, **params: Any) -> Report:
    (report,) = reconcile(registry.client(credentials), [desired_message(params)], check_mode)
    return report


def done(registry: Registry, **params: Any) -> list[str]:
    """Carry it out, and return the actions."""
    report = run(registry, **params)
    assert report.error is None, report.error
    return [change.action for change in report.changes]


def add(registry: Registry, content: str, severity: str = "info", media_type: str = "text/plain") -> None:
    message = {"content": content, "severity": severity, "media_type": media_type}
    registry.client().send("POST", "messages", {"message": message})
    registry.requests()


def messages(registry: Registry) -> Messages:
    found = registry.client().get("messages")["messages"]
    registry.requests()
    return sorted((one["content"], one["severity"], one["media_type"]) for one in found)


def test_it_is_made_once_and_read_with_one_request(registry: Registry) -> None:
    assert [change.action for change in run(registry, check_mode=True, content="Down").changes] == ["create"]
    assert registry.requests() == ["GET messages"]
    assert done(registry, content="Down") == ["create"]
    assert registry.requests() == ["GET messages", "POST messages"]
    assert done(registry, content="Down") == []
    assert registry.requests() == ["GET messages"]
    assert messages(registry) == [("Down", "info", "text/plain")]
    assert done(registry, content="Down", state="absent") == ["delete"]
    assert messages(registry) == []
    assert done(registry, content="Down", state="absent") == []


def test_a_changed_one_is_made_before_the_old_one_goes(registry: Registry) -> None:
    add(registry, "Down", media_type="text/markdown")
    assert done(registry, content="Down", severity="error") == ["update"]
    assert [one.partition(" ")[0] for one in registry.writes()] == ["POST", "DELETE"]
    assert messages(registry) == [("Down", "error", "text/markdown")]
    assert done(registry, content="Down", severity="error") == []


@pytest.mark.parametrize("search", [{"search_string": "at 6"}, {"regexp": r"at \d$"}])
def test_a_text_is_found_by_a_part_of_it(registry: Registry, search: dict[str, str]) -> None:
    add(registry, "Down at 6", "warning")
    add(registry, "Welcome")
    assert done(registry, content="Down at seven", **search) == ["update"]
    assert messages(registry) == [
        ("Down at seven", "warning", "text/plain"),
        ("Welcome", "info", "text/plain"),
    ]
    assert done(registry, content="Down at seven", **search) == []
    assert done(registry, content="Down at seven", **search, state="absent") == []
    assert done(registry, search_string="Down", severity="error") == ["update"]
    assert done(registry, search_string="Down", state="absent") == ["delete"]


def test_of_several_one_stays(registry: Registry) -> None:
    for severity in ("info", "error", "info"):
        add(registry, "Down", severity)
    assert sorted(done(registry, content="Down", severity="error")) == ["delete", "delete"]
    assert messages(registry) == [("Down", "error", "text/plain")]


def test_a_severity_narrows_what_is_meant(registry: Registry) -> None:
    for content, severity in (("Down", "info"), ("Down", "error"), ("Up", "error")):
        add(registry, content, severity)
    assert done(registry, search_string="Down", search_severity="error", state="absent") == ["delete"]
    assert done(registry, search_severity="error", state="absent") == ["delete"]
    assert messages(registry) == [("Down", "info", "text/plain")]


def test_what_is_shown(registry: Registry) -> None:
    add(registry, "Down")
    text = f"{'long ' * 20}\nand more"
    report = run(registry, search_string="Down", content=text, severity="warning")
    assert change_views(report) == [
        {"action": "update", "kind": "message", "name": "Down", "fields": ["content", "severity"]}
    ]
    (entry,) = diffs(report)
    assert entry["before_header"] == "registry: message with 'Down'"
    assert (entry["before"], entry["after"]) == (
        {"content": "Down", "severity": "info"},
        {"content": text, "severity": "warning"},
    )
    (made,) = change_views(run(registry, content=f"{'wide ' * 20}\nand more"))
    assert made["name"] == f"{'wide ' * 8}…"


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({}, "which message must be said"),
        ({"severity": "info"}, "which message must be said"),
        ({"regexp": "("}, "regexp '(' is not a regular expression"),
    ],
)
def test_what_needs_no_registry(params: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidDeclaration) as raised:
        desired_message(params)
    assert words in str(raised.value)


def test_a_new_one_needs_a_text(registry: Registry) -> None:
    report = run(registry, search_string="Down", severity="info")
    assert "message with 'Down': there is none yet, so that it needs content" in str(report.error)
    assert registry.writes() == []


def test_only_superusers_may(registry: Registry) -> None:
    report = run(registry, credentials=Password("alice", "alice-password"), content="Down")
    assert isinstance(report.error, Forbidden)
    assert "not a superuser" in str(report.error)


def test_the_flag_is_named(make_registry: Any) -> None:
    registry = make_registry(features={"SUPER_USERS": False})
    report = run(registry, content="Down")
    assert isinstance(report.error, FeatureOff)
    assert "FEATURE_SUPER_USERS" in str(report.error)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize("kind", ["503", "reset_after"])
def test_an_answer_that_does_not_arrive(registry: Registry, method: str, kind: str) -> None:
    add(registry, "Down")
    registry.simulator.faults.add(Fault(kind, method=method, path=r"/messages?", times=1))
    done(registry, content="Down", severity="error")
    assert messages(registry) == [("Down", "error", "text/plain")]
