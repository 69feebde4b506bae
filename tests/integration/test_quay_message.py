# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .support.lifecycle import assert_life_cycle, life_cycle
from .support.playbook import Playbook, look, task
from .support.registry import Registry

MODULE = "quay_message"


def messages(answer: Any, mark: str) -> list[tuple[str, str, str]]:
    """Return those of the messages that hold the mark, which other people's do not."""
    rows = answer["messages"]
    return sorted(
        (one["content"], one["severity"], one["media_type"]) for one in rows if mark in one["content"]
    )


@pytest.fixture
def mark(registry: Registry) -> Iterator[str]:
    """A text that no other message has; those that have it are removed in the end."""
    text = registry.new_name("message")
    yield text
    for one in registry.get("messages")["messages"]:
        if text in one["content"]:
            registry.send("DELETE", f"message/{one['uuid']}")


def test_life_cycle(play: Playbook, registry: Registry, mark: str) -> None:
    view = look(registry, "messages")
    run = play(
        life_cycle(
            MODULE,
            {"content": f"**{mark}**"},
            create={},
            change={"severity": "error", "format": "markdown"},
            looks=dict.fromkeys(("check create", "create", "change", "check absent"), view),
        )
    )
    assert_life_cycle(run)
    assert messages(run.seen("after check create"), mark) == []
    assert messages(run.seen("after create"), mark) == [(f"**{mark}**", "info", "text/plain")]
    assert messages(run.seen("after change"), mark) == [(f"**{mark}**", "error", "text/markdown")]
    assert run.seen("after check absent") == run.seen("after change")
    assert messages(registry.get("messages"), mark) == []


def test_search(play: Playbook, registry: Registry, mark: str) -> None:
    later = {"search_string": f"{mark} at 6", "content": f"{mark} at 7"}
    run = play(
        {
            "create": task(MODULE, content=f"{mark} at 6", severity="warning"),
            "later": task(MODULE, **later),
            "later again": task(MODULE, **later),
            "same": task(MODULE, content=f"{mark} at 7"),
            "worse": task(MODULE, regex=f"{mark} at .$", severity="error"),
            "other severity": task(MODULE, search_string=mark, search_severity="info", state="absent"),
            "after": look(registry, "messages"),
            "absent": task(MODULE, search_string=mark, search_severity="error", state="absent"),
        }
    )
    assert {name: run[name]["changed"] for name in run.results if name != "after"} == {
        "create": True,
        "later": True,
        "later again": False,
        "same": False,
        "worse": True,
        "other severity": False,
        "absent": True,
    }
    assert messages(run.seen("after"), mark) == [(f"{mark} at 7", "error", "text/plain")]
    assert messages(registry.get("messages"), mark) == []


def test_bad_input(play: Playbook, registry: Registry, mark: str) -> None:
    person = registry.new_user()
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "nothing named": ({"severity": "info"}, "which message must be said"),
        "severity": ({"content": mark, "severity": "bad"}, "must be one of"),
        "regexp": ({"regexp": "("}, "not a regular expression"),
        "both": ({"regexp": mark, "search_string": mark}, "mutually exclusive"),
        "none yet": ({"search_string": mark}, "it needs content"),
        "token": ({"content": mark, "quay_token": "no-such-token"}, "token is invalid"),
        "no superuser": ({"content": mark, "quay_token": registry.new_token(person)}, "not a superuser"),
    }
    run = play({name: task(MODULE, fails=True, **options) for name, (options, _words) in cases.items()})
    for name, (_options, words) in cases.items():
        assert words in run.message(name), (name, run.message(name))
    assert messages(registry.get("messages"), mark) == []
