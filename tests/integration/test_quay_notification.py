# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_notification."""

from __future__ import annotations

import json
from typing import Any

from .support.lifecycle import assert_life_cycle, life_cycle
from .support.playbook import Playbook, look, task
from .support.registry import Registry

MODULE = "quay_notification"
SLACK = {"url": "https://hooks.slack.com/services/T/B/first-secret"}


def notifications(registry: Registry, repository: str) -> list[dict[str, Any]]:
    found = registry.get(f"repository/{repository}/notification/")["notifications"]
    return sorted(found, key=lambda view: (view["title"] or "", view["event"]))


def add(registry: Registry, repository: str, title: str, event: str = "repo_push") -> None:
    body = {"event": event, "method": "slack", "config": SLACK, "eventConfig": {}, "title": title}
    registry.send("POST", f"repository/{repository}/notification/", body)


def new_repository(registry: Registry) -> str:
    org = registry.new_org()
    registry.new_repository(org, "app")
    return f"{org}/app"


def test_life_cycle(play: Playbook, registry: Registry) -> None:
    app = new_repository(registry)
    view = look(registry, f"repository/{app}/notification/")
    hook = {"url": "https://example.com/hooks/second-secret", "template": {"text": "${repository}"}}
    run = play(
        life_cycle(
            MODULE,
            {"repository": app, "title": "Pushes"},
            create={"event": "repo_push", "method": "slack", "config": SLACK},
            change={
                "event": "vulnerability_found",
                "vulnerability_level": "high",
                "method": "webhook",
                "config": hook,
            },
            looks=dict.fromkeys(("check create", "create", "change", "check absent"), view),
        )
    )
    assert_life_cycle(run)
    assert run.seen("after check create")["notifications"] == []
    (made,) = run.seen("after create")["notifications"]
    (changed,) = run.seen("after change")["notifications"]
    assert (made["event"], made["method"], made["config"]) == ("repo_push", "slack", SLACK)
    assert (changed["event"], changed["event_config"]) == ("vulnerability_found", {"level": "1"})
    assert changed["config"]["url"] == hook["url"]
    assert json.loads(changed["config"]["template"]) == hook["template"]
    assert run.seen("after check absent") == run.seen("after change")
    assert notifications(registry, app) == []
    assert run["create"]["repository"] == app
    assert run["create"]["id"] == run["create again"]["id"] == made["uuid"]
    assert run["change"]["id"] == changed["uuid"]
    assert run["check create"]["placeholders"] == ["id"]
    assert "id" not in run["absent"]
    assert "-secret" not in json.dumps([result for result in run.results.values() if "diff" in result])


def test_what_is_left_out_stays(play: Playbook, registry: Registry) -> None:
    app = new_repository(registry)
    add(registry, app, "Pushes")
    run = play(
        {
            "title only": task(MODULE, repository=app, title="Pushes"),
            "event": task(
                MODULE, repository=app, title="Pushes", event="repo_image_expiry", image_expiry_days=3
            ),
        }
    )
    assert [run[name]["changed"] for name in ("title only", "event")] == [False, True]
    (view,) = notifications(registry, app)
    assert (view["event"], view["event_config"], view["config"]) == ("repo_image_expiry", {"days": 3}, SLACK)


def test_who_is_told(play: Playbook, registry: Registry) -> None:
    app = new_repository(registry)
    org, person = app.partition("/")[0], registry.new_user().name
    registry.send("PUT", f"organization/{org}/team/devs", {"role": "member"})
    common = {"repository": app, "event": "repo_push", "method": "quay_notification"}
    targets = {"team": "devs", "user": person, "org": org}
    steps = {
        kind: {**common, "title": kind, "config": {"type": kind, "name": name}}
        for kind, name in targets.items()
    }
    run = play(
        {
            **{kind: task(MODULE, **options) for kind, options in steps.items()},
            **{f"{kind} again": task(MODULE, **options) for kind, options in steps.items()},
        }
    )
    assert all(run[kind]["changed"] and not run[f"{kind} again"]["changed"] for kind in targets)
    found = {view["title"]: view["config"]["target"] for view in notifications(registry, app)}
    assert {kind: found[kind]["name"] for kind in targets} == targets


def test_many_at_once(play: Playbook, registry: Registry) -> None:
    app = new_repository(registry)
    for title in ("a1", "a2", "b", "b"):
        add(registry, app, title)
    run = play(
        {
            "test": task(MODULE, repository=app, regex="^a", test=True),
            "reset": task(MODULE, repository=app, search_string="a", reset_failcount=True),
            "check absent": task(MODULE, repository=app, title="b", state="absent", check=True),
            "absent": task(MODULE, repository=app, title="b", state="absent"),
            "sort": task(MODULE, repository=app, event="repo_push", method="slack", state="absent"),
            "none": task(MODULE, repository=app, event="repo_push", state="absent"),
        }
    )
    assert {name: len(run[name]["changes"]) for name in run.results} == {
        "test": 1,
        "reset": 0,
        "check absent": 2,
        "absent": 2,
        "sort": 2,
        "none": 0,
    }
    assert notifications(registry, app) == []


def test_several_with_one_title(play: Playbook, registry: Registry) -> None:
    app = new_repository(registry)
    add(registry, app, "Pushes")
    add(registry, app, "Pushes", event="build_failure")
    common = {"repository": app, "title": "Pushes", "method": "slack", "config": SLACK}
    run = play(
        {
            "one is right": task(MODULE, **common, event="repo_push"),
            "none is": task(MODULE, fails=True, **common, event="build_start"),
        }
    )
    assert not run["one is right"]["changed"]
    assert "2 have that title" in run.message("none is")
    assert len(notifications(registry, app)) == 2


def test_in_an_organization(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    pushes = {"title": "Pushes", "event": "repo_push", "method": "slack", "config": SLACK}
    entry = {"name": org, "repositories": [{"name": "app", "notifications": [pushes]}]}
    only = {"name": org, "repositories": [{"name": "app", "append": False, "notifications": []}]}
    info = task("quay_organization_info", name=org, include=["repositories", "notifications"])
    run = play(
        {
            "create": task("quay_organizations", organizations=[entry]),
            "again": task("quay_organizations", organizations=[entry]),
            "read": info,
            "single": task(MODULE, repository=f"{org}/app", **pushes),
        }
    )
    assert [run[name]["changed"] for name in ("create", "again", "single")] == [True, False, False]
    (read,) = run["read"]["organizations"]
    without_secret = {name: pushes[name] for name in ("title", "event", "method")}
    assert read["repositories"][0]["notifications"] == [without_secret]
    run = play(
        {
            "back": task("quay_organizations", organizations=[read]),
            "none": task("quay_organizations", organizations=[only]),
        }
    )
    assert [run[name]["changed"] for name in ("back", "none")] == [False, True]
    assert notifications(registry, f"{org}/app") == []


def test_bad_input(play: Playbook, registry: Registry) -> None:
    app = new_repository(registry)
    org = app.partition("/")[0]
    pushes = {"repository": app, "title": "Pushes", "event": "repo_push", "method": "slack", "config": SLACK}
    told = {**pushes, "method": "quay_notification"}
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "nothing named": ({"repository": app}, "which of them must be said"),
        "method": ({**pushes, "method": "smoke"}, "must be one of"),
        "no config": ({**pushes, "config": {}}, "it needs config.url"),
        "both": ({**pushes, "regexp": "a", "search_string": "b"}, "mutually exclusive"),
        "robot": ({**told, "config": {"name": f"{org}+ci"}}, "is a robot"),
        "user": ({**told, "config": {"name": registry.new_name("nobody")}}, "does not exist"),
        "team": ({**told, "config": {"type": "team", "name": "none"}}, "there is no team 'none'"),
        "email": (
            {**pushes, "method": "email", "config": {"email": "a@example.com"}},
            "not authorized to receive notifications",
        ),
        "own host": (
            {**pushes, "method": "webhook", "config": {"url": "http://localhost/"}},
            "Invalid webhook URL",
        ),
        "repository": ({**pushes, "repository": f"{org}/none"}, f"repository '{org}/none' does not exist"),
        "organization": ({**pushes, "repository": f"{registry.new_org_name()}/app"}, "does not exist"),
        "token": ({**pushes, "quay_token": "no-such-token"}, "token is invalid"),
    }
    run = play({name: task(MODULE, fails=True, **options) for name, (options, _words) in cases.items()})
    for name, (_options, words) in cases.items():
        assert words in run.message(name), (name, run.message(name))
        assert "first-secret" not in run.message(name)
    assert notifications(registry, app) == []
