# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_repository_mirror, and mirrors inside quay_repository and quay_organizations.

Of a real Quay nobody knows which registries it reaches: the source is an address that is none, and nothing is
due before 2031.
"""

from __future__ import annotations

from typing import Any

from .support.lifecycle import assert_life_cycle, life_cycle
from .support.playbook import Playbook, look, task
from .support.registry import Registry

MODULE = "quay_repository_mirror"
SECRET = "a-word-that-is-secret"
SOURCE = {
    "external_reference": "1.1.1.1/library/app",
    "image_tags": ["latest", "v1.*"],
    "robot_username": "ci",
    "sync_start_date": "2031-01-02T03:04:05Z",
}


def with_repository(registry: Registry) -> str:
    """Return the full name of a new repository, whose organization has the robot ``ci``."""
    org = registry.new_org()
    registry.send("PUT", f"organization/{org}/robots/ci", {"description": ""})
    registry.new_repository(org, "app")
    return f"{org}/app"


def mirror(registry: Registry, name: str) -> Any:
    return registry.get(f"repository/{name}/mirror")


def state(registry: Registry, name: str) -> str:
    return str(registry.repository(name)["state"])


def test_life_cycle(play: Playbook, registry: Registry) -> None:
    name = with_repository(registry)
    view = look(registry, f"repository/{name}?includeTags=false")
    account = {"external_registry_username": "puller", "external_registry_password": SECRET}
    run = play(
        life_cycle(
            MODULE,
            {"name": name},
            create={**SOURCE, **account, "sync_interval": "8h"},
            change={"image_tags": ["*"], "is_enabled": True, "http_proxy": "http://p:1", "verify_tls": False},
            looks=dict.fromkeys(("check create", "create", "change", "check absent", "absent"), view),
        )
    )
    assert_life_cycle(run)
    states = [run.seen(f"after {what}")["state"] for what in ("check create", "create", "change")]
    assert states == ["NORMAL", "MIRROR", "MIRROR"]
    assert run.seen("after check absent")["state"] == "MIRROR"
    assert run.seen("after absent")["state"] == "NORMAL"
    assert run["create"]["name"] == name
    assert SECRET not in str(run.results)
    found = mirror(registry, name)
    assert found["root_rule"]["rule_value"] == ["*"]
    assert (found["is_enabled"], found["sync_interval"]) == (True, 28800)
    assert found["external_registry_username"] == "puller"
    assert found["external_registry_config"]["verify_tls"] is False
    assert found["external_registry_config"]["proxy"]["http_proxy"] == "http://p:1"


def test_settings_and_synchronizations(play: Playbook, registry: Registry) -> None:
    name = with_repository(registry)
    account = {"external_registry_username": "puller", "external_registry_password": SECRET}
    run = play(
        {
            "make": task(MODULE, name=name, **SOURCE, force_sync=True),
            "make again": task(MODULE, name=name, **SOURCE, force_sync=True),
            "cancel": task(MODULE, diff=True, name=name, cancel_sync=True),
            "cancel again": task(MODULE, name=name, cancel_sync=True),
            "account": task(MODULE, name=name, **account),
            "account again": task(MODULE, name=name, **account),
            "forced": task(MODULE, name=name, **account, force=True),
            "nobody": task(MODULE, name=name, external_registry_username=""),
            "nobody again": task(MODULE, name=name, external_registry_username=""),
            "all": task(
                MODULE,
                name=name,
                external_reference="1.0.0.1/b",
                skopeo_timeout="1h",
                sync_interval="2d",
                sync_start_date="2032-01-02T03:04:05Z",
                unsigned_images=True,
                no_proxy="internal",
            ),
            "absent": task(MODULE, name=name, state="absent"),
            "back": task(MODULE, name=name, is_enabled=True),
        }
    )
    changed = [what for what in run.results if run[what]["changed"]]
    assert changed == ["make", "cancel", "account", "forced", "nobody", "all", "absent", "back"]
    assert run["cancel"]["diff"][0]["after"] == {"sync": "not running"}
    found = mirror(registry, name)
    assert (found["external_reference"], found["external_registry_username"]) == ("1.0.0.1/b", None)
    assert (found["skopeo_timeout_interval"], found["sync_interval"]) == (3600, 172800)
    assert found["sync_start_date"] == "2032-01-02T03:04:05Z"
    assert found["external_registry_config"]["unsigned_images"] is True
    assert (found["is_enabled"], state(registry, name)) == (True, "MIRROR")


def test_what_cannot_be_carried_out_changes_nothing(play: Playbook, registry: Registry) -> None:
    name = with_repository(registry)
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "incomplete": ({"is_enabled": True}, "it needs external_reference, robot_username, image_tags"),
        "robot": ({**SOURCE, "robot_username": "missing"}, "does not exist"),
        "tag": ({**SOURCE, "external_reference": "1.1.1.1/app:v1"}, "has a tag"),
        "internal": ({**SOURCE, "external_reference": "10.1.2.3/app"}, "SSRF_ALLOWED_HOSTS"),
        "password": ({**SOURCE, "external_registry_password": SECRET}, "only together"),
        "repository": ({**SOURCE, "name": f"{name}-missing"}, "does not exist"),
    }
    run = play(
        {what: task(MODULE, fails=True, **{"name": name, **options}) for what, (options, _) in cases.items()}
    )
    for what, (_options, words) in cases.items():
        assert words in run.message(what)
    assert (mirror(registry, name), state(registry, name)) == (None, "NORMAL")


def test_everything_in_one_run(play: Playbook, registry: Registry) -> None:
    org = registry.new_org_name()
    repository = {"name": "app", "repo_state": "MIRROR", "mirror": {**SOURCE, "is_enabled": True}}
    entry = {"name": org, "robots": [{"name": "ci"}], "repositories": [repository]}
    ended = {"name": org, "repositories": [{"name": "app", "mirror": {"state": "absent"}}]}
    include = ["robots", "repositories", "repository_mirror"]
    run = play(
        {
            "check": task("quay_organizations", check=True, organizations=[entry]),
            "create": task("quay_organizations", organizations=[entry]),
            "again": task("quay_organizations", organizations=[entry]),
            "read": {**task("quay_organization_info", name=org, include=include), "register": "found"},
            "hand back": task("quay_organizations", organizations="{{ found.organizations }}"),
            "alone": task("quay_repository", name=f"{org}/app", mirror={"sync_interval": "2d"}),
            "end": task("quay_organizations", organizations=[ended]),
            "end again": task("quay_organizations", organizations=[ended]),
        }
    )
    assert run["check"]["changes"] == run["create"]["changes"]
    assert [run[what]["changed"] for what in ("again", "hand back", "alone", "end", "end again")] == [
        False,
        False,
        True,
        True,
        False,
    ]
    (read,) = run["read"]["organizations"]
    assert read["repositories"][0]["mirror"]["external_reference"] == SOURCE["external_reference"]
    assert mirror(registry, f"{org}/app")["sync_interval"] == 172800
    assert state(registry, f"{org}/app") == "NORMAL"
