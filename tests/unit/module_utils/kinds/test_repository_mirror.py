# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The mirror of one repository: declared alone, and within the repository."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, change_views, diffs
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    Conflict,
    FeatureOff,
    Forbidden,
    InvalidDeclaration,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.single import single
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import adopt
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.named_kinds import KINDS, declared_alone

KIND = "repository_mirror"
PATH = "repository/acme/app/mirror"
HOME = "GET organization/acme"
READ = [HOME, "GET repository/acme/app?includeTags=false", f"GET {PATH}"]
CHANGE = [f"PUT {PATH}", f"GET {PATH}"]
SOURCE = {
    "external_reference": "quay.io/library/app",
    "image_tags": ["latest", "v1.*"],
    "robot_username": "ci",
}
ACCOUNT = {"external_registry_username": "puller", "external_registry_password": "a-secret-word"}


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.one(
        {"name": "acme", "robots": [{"name": "ci"}, {"name": "other"}], "repositories": [{"name": "app"}]}
    )
    registry.requests()
    return registry


def run(registry: Registry, check_mode: bool = False, **options: Any) -> Report:
    client = registry.client()
    desired = declared_alone(KIND, {"name": "acme/app", **options}, client)
    (report,) = reconcile(client, [desired], check_mode)
    return report


def done(registry: Registry, **options: Any) -> Report:
    report = run(registry, **options)
    assert report.error is None, report.error
    return report


def mirror(registry: Registry, repository: str = "app") -> Any:
    view = registry.client().find(f"repository/acme/{repository}/mirror")
    registry.requests()
    return view


def state(registry: Registry, repository: str = "app") -> str:
    found = registry.client().get(f"repository/acme/{repository}")["state"]
    registry.requests()
    return str(found)


# --- alone ------------------------------------------------------------------------------------------


def test_a_mirror_is_made_once(acme: Registry) -> None:
    assert len(run(acme, check_mode=True, **SOURCE).changes) == 1
    assert acme.writes() == []
    report = done(
        acme, **SOURCE, sync_interval="8h", skopeo_timeout="10m", sync_start_date="2031-01-02 03:04:05"
    )
    robots = "GET organization/acme/robots?permissions=false&token=false"
    assert sorted(acme.requests()) == sorted([*READ, robots, "GET discovery", f"POST {PATH}"])
    assert change_views(report)[0]["name"] == "app"
    view = mirror(acme)
    assert view["external_reference"] == "quay.io/library/app"
    assert view["root_rule"]["rule_value"] == ["latest", "v1.*"]
    assert (view["is_enabled"], view["sync_interval"], view["skopeo_timeout_interval"]) == (False, 28800, 600)
    assert view["sync_start_date"] == "2031-01-02T03:04:05Z"
    assert view["external_registry_config"] == {
        "verify_tls": True,
        "unsigned_images": False,
        "proxy": {"http_proxy": None, "https_proxy": None, "no_proxy": None},
    }
    assert state(acme) == "MIRROR"
    declared = {
        **SOURCE,
        "image_tags": ["v1.*", "latest"],
        "robot_username": "acme+ci",
        "sync_interval": "28800",
    }
    assert done(acme, **declared, sync_start_date="2031-01-02T04:04:05+01:00").changes == []
    assert sorted(acme.requests()) == sorted(READ)


def test_only_what_differs_is_sent(acme: Registry) -> None:
    done(acme, **SOURCE)
    acme.requests()
    report = done(acme, is_enabled=True, http_proxy="http://proxy:3128", image_tags=["*"])
    assert acme.requests()[3:] == CHANGE
    assert change_views(report)[0]["fields"] == ["http_proxy", "image_tags", "is_enabled"]
    view = mirror(acme)
    assert view["is_enabled"] is True
    assert view["root_rule"]["rule_value"] == ["*"]
    assert view["external_registry_config"]["proxy"]["http_proxy"] == "http://proxy:3128"
    (entry,) = diffs(done(acme, http_proxy="", sync_interval="1w", external_reference="quay.io:443/b"))
    assert entry["before"]["http_proxy"] == "http://proxy:3128"
    assert (entry["before"]["sync_interval"], entry["after"]["sync_interval"]) == ("1d", "7d")
    assert mirror(acme)["external_registry_config"]["proxy"]["http_proxy"] is None


def test_another_robot_must_be_there(acme: Registry) -> None:
    done(acme, **SOURCE)
    done(acme, robot_username="acme+other")
    assert mirror(acme)["robot_username"] == "acme+other"
    report = run(acme, robot_username="missing")
    assert "Could not find robot" in str(report.error)


def test_a_first_proxy_that_quay_would_drop(acme: Registry) -> None:
    client = acme.client()
    body = {
        "external_reference": "quay.io/a/b",
        "sync_interval": 60,
        "sync_start_date": "2031-01-02T03:04:05Z",
        "root_rule": {"rule_kind": "tag_glob_csv", "rule_value": ["a"]},
        "robot_username": "acme+ci",
        "skopeo_timeout_interval": 300,
    }
    client.send("POST", PATH, body)
    acme.requests()
    done(acme, https_proxy="http://p:1")
    assert acme.requests()[3:] == CHANGE
    assert mirror(acme)["external_registry_config"]["proxy"] == {
        "https_proxy": "http://p:1",
        "no_proxy": None,
    }
    row = acme.simulator.store.mirrors.first()
    acme.simulator.store.mirrors.update(row, config={})
    done(acme, http_proxy="http://p:2")
    assert acme.writes() == [f"PUT {PATH}", f"PUT {PATH}"]
    assert mirror(acme)["external_registry_config"]["proxy"]["http_proxy"] == "http://p:2"


def test_the_password(acme: Registry) -> None:
    def stored() -> tuple[Any, Any]:
        row = acme.simulator.store.mirrors.first()
        return row.username, row.password

    made = done(acme, **SOURCE, **ACCOUNT)
    assert stored() == ("puller", "a-secret-word")
    assert "a-secret-word" not in str(diffs(made)) + str(change_views(made)) + repr(made)
    # Nobody can tell whether it is another one.
    assert done(acme, **{**ACCOUNT, "external_registry_password": "another"}).changes == []
    assert stored() == ("puller", "a-secret-word")
    # Whatever else differs takes it along.
    done(acme, **{**ACCOUNT, "external_registry_password": "another"}, sync_interval="2d")
    assert stored() == ("puller", "another")
    (entry,) = diffs(done(acme, **ACCOUNT, force=True))
    assert entry["before"] == {"external_registry_password": "(another one)"}
    assert entry["after"] == {"external_registry_password": "(the declared one)"}
    assert stored() == ("puller", "a-secret-word")
    done(acme, external_registry_username="other")
    assert stored() == ("other", "a-secret-word")
    done(acme, external_registry_username="")
    assert stored() == (None, None)
    assert done(acme, external_registry_username="").changes == []


def test_synchronizations(acme: Registry) -> None:
    done(acme, **SOURCE, force_sync=True)
    assert acme.writes() == [f"POST {PATH}", f"POST {PATH}/sync-now"]
    assert done(acme, force_sync=True).changes == []
    (entry,) = diffs(done(acme, cancel_sync=True))
    assert (entry["before"], entry["after"]) == ({"sync": "running"}, {"sync": "not running"})
    assert acme.writes() == [f"POST {PATH}/sync-cancel"]
    assert done(acme, cancel_sync=True).changes == []
    done(acme, force_sync=True, sync_interval="2d")
    assert acme.writes() == [f"PUT {PATH}", f"POST {PATH}/sync-now"]


def test_nothing_is_changed_while_quay_would_lose_track(acme: Registry) -> None:
    done(acme, **SOURCE)
    acme.simulator.change_mirror("acme", "app", status="SYNCING")
    acme.requests()
    report = run(acme, sync_interval="2d")
    assert isinstance(report.error, Conflict)
    assert "end it with cancel_sync" in str(report.error)
    assert acme.writes() == []
    done(acme, sync_interval="2d", cancel_sync=True)
    assert acme.writes() == [f"POST {PATH}/sync-cancel", f"PUT {PATH}"]


def test_a_change_that_quay_drops_is_found_out(acme: Registry) -> None:
    client = acme.client()
    body = {
        "external_reference": "quay.io/a/b",
        "sync_interval": 60,
        "sync_start_date": "2031-01-02T03:04:05Z",
        "root_rule": {"rule_kind": "tag_glob_csv", "rule_value": ["a"]},
        "robot_username": "acme+missing",
        "skopeo_timeout_interval": 300,
    }
    with pytest.raises(Exception, match="Could not find robot"):
        client.send("POST", PATH, body)
    done(acme, **SOURCE)
    report = run(acme, image_tags=["other"])
    assert isinstance(report.error, Conflict)
    assert "only for a new repository" in str(report.error)
    assert report.changes == []


def test_dates(acme: Registry) -> None:
    done(acme, **SOURCE, sync_start_date="2031-01-02T03:04:05Z")
    done(acme, sync_start_date="2030-01-02T03:04:05Z")
    assert mirror(acme)["sync_start_date"] == "2030-01-02T03:04:05Z"
    acme.simulator.change_mirror("acme", "app", status="SUCCESS", start_date="2030-01-03T03:04:05.123456Z")
    for date in ("2030-01-02T03:04:05Z", "2030-01-03T03:04:05Z"):
        assert done(acme, sync_start_date=date).changes == []
    assert len(done(acme, sync_start_date="2030-01-04T03:04:05Z").changes) == 1
    acme.simulator.change_mirror("acme", "app", status="CANCEL", start_date=None)
    assert len(done(acme, sync_start_date="2030-01-02T03:04:05Z").changes) == 1
    assert done(acme, sync_start_date="2030-01-02T03:04:05Z").changes == []


def test_no_mirror_any_more(acme: Registry) -> None:
    assert done(acme, state="absent").changes == []
    assert acme.requests() == READ[:2]
    done(acme, **SOURCE)
    acme.requests()
    assert [change.action for change in done(acme, state="absent").changes] == ["delete"]
    assert acme.requests() == [*READ[:2], "PUT repository/acme/app/changestate"]
    assert state(acme) == "NORMAL"
    assert done(acme, state="absent").changes == []
    # Its settings stay, and count again.
    report = done(acme, sync_interval="2d")
    assert change_views(report)[0]["fields"] == ["repo_state", "sync_interval"]
    assert (state(acme), mirror(acme)["sync_interval"]) == ("MIRROR", 172800)


def test_what_a_new_one_needs(acme: Registry) -> None:
    for options in ({}, {"force_sync": True}, {"external_reference": "quay.io/a/b", "image_tags": ["*"]}):
        report = run(acme, **options)
        assert isinstance(report.error, InvalidDeclaration)
        assert "there is none yet, so that it needs" in str(report.error)
        assert "robot_username" in str(report.error)
    report = run(acme, **{**SOURCE, "robot_username": "acme+missing"})
    assert "robot 'acme+missing' does not exist" in str(report.error)
    assert acme.writes() == []


def test_a_repository_that_does_not_exist(acme: Registry) -> None:
    report = run(acme, name="acme/missing", **SOURCE)
    assert "repository 'acme/missing' does not exist" in str(report.error)
    assert acme.writes() == []
    assert done(acme, name="acme/missing", state="absent").changes == []


def test_the_callers_own_repository(registry: Registry) -> None:
    client = registry.client()
    body = {"namespace": "admin", "repository": "own", "visibility": "private", "description": ""}
    client.send("POST", "repository", body)
    client.send("PUT", "user/robots/ci", {"description": ""})
    registry.requests()
    for name in ("own", "admin/own"):
        assert len(done(registry, name=name, **SOURCE).changes) == (1 if name == "own" else 0)
    assert registry.writes() == ["POST repository/admin/own/mirror"]
    _options, _declare, describe = single(KINDS[KIND])
    assert describe({"name": "own"}, done(registry, name="own")) == {"name": "admin/own"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"external_reference": "https://quay.io/a/b"}, "not written as host/repository"),
        ({"external_reference": "quay.io"}, "not written as host/repository"),
        ({"external_reference": "quay.io/a b"}, "not written as host/repository"),
        ({"external_reference": "quay.io/a@sha256:1"}, "not written as host/repository"),
        ({"external_reference": "quay.io/a/b:v1"}, "has a tag; which tags are copied is said by image_tags"),
        ({"image_tags": []}, r"write '\*' for all tags"),
        ({"sync_interval": "0"}, "is not between 1 and 2147483647 seconds"),
        ({"sync_interval": "monthly"}, "is not a time span"),
        ({"skopeo_timeout": "4m"}, "is not between 300 and 43200 seconds"),
        ({"sync_start_date": "tomorrow"}, "is not a date of ISO 8601"),
        ({"external_registry_password": "p"}, "only together with external_registry_username"),
        ({"robot_username": "other+ci"}, "belongs to 'other'"),
        ({"robot_username": "acme+"}, "robot name '' is not allowed"),
        ({"force_sync": True, "cancel_sync": True}, "are both true"),
        ({"name": "acme/App"}, "repository name 'App' is not allowed"),
    ],
)
def test_what_makes_no_sense_is_refused_without_asking(
    acme: Registry, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidDeclaration, match=words):
        declared_alone(KIND, {"name": "acme/app", **SOURCE, **options}, acme.client())
    assert acme.requests() == []


def test_somebody_without_a_right(acme: Registry) -> None:
    client = acme.client(Token(acme.simulator.token("alice")))
    (report,) = reconcile(client, [declared_alone(KIND, {"name": "acme/app", **SOURCE}, client)])
    assert isinstance(report.error, Forbidden)


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "503", "429"])
def test_faults_make_no_mirror_twice(acme: Registry, kind: str) -> None:
    acme.simulator.faults.add(Fault(kind, method="POST", path="/mirror", times=1))
    assert [change.action for change in done(acme, **SOURCE).changes] == ["create"]
    assert mirror(acme)["external_reference"] == "quay.io/library/app"


def test_where_the_feature_is_off(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"REPO_MIRROR": False})
    registry.one({"name": "acme", "robots": [{"name": "ci"}], "repositories": [{"name": "app"}]})
    report = run(registry, **SOURCE)
    assert isinstance(report.error, FeatureOff)
    assert "FEATURE_REPO_MIRROR is off" in str(report.error)


# --- old versions of Quay ---------------------------------------------------------------------------


@pytest.fixture
def old(acme: Registry, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Return a registry whose Quay knows neither a time limit nor architectures."""
    known = ["is_enabled", "external_reference", "external_registry_username", "external_registry_password"]
    known += ["external_registry_config", "sync_interval", "sync_start_date", "root_rule", "robot_username"]
    definitions = {"CreateMirrorConfig": {"properties": {key: {} for key in known}}}
    client = type(acme.client())
    monkeypatch.setattr(client, "definitions", lambda self: definitions)
    return acme


def test_an_old_quay_is_not_sent_what_it_would_fail_over(
    old: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    client = type(old.client())
    send = client.send

    def noted(self: Any, method: str, path: str, body: Any = None) -> Any:
        sent.append(body)
        return send(self, method, path, {**body, "skopeo_timeout_interval": 300})

    monkeypatch.setattr(client, "send", noted)
    done(old, **SOURCE)
    assert "skopeo_timeout_interval" not in sent[0]
    assert "architecture_filter" not in sent[0]


@pytest.mark.parametrize(
    ("options", "words"),
    [({"skopeo_timeout": "10m"}, "3.15"), ({"architecture_filter": ["amd64"]}, "3.17")],
)
def test_what_an_old_quay_cannot_do_is_refused(old: Registry, options: dict[str, Any], words: str) -> None:
    report = run(old, **SOURCE, **options)
    assert isinstance(report.error, InvalidDeclaration)
    assert words in str(report.error)
    assert old.writes() == []


def test_architectures(acme: Registry) -> None:
    done(acme, **SOURCE, architecture_filter=["arm64", "amd64"])
    assert mirror(acme)["architecture_filter"] == ["amd64", "arm64"]
    assert done(acme, architecture_filter=["amd64", "arm64", "amd64"]).changes == []
    done(acme, architecture_filter=[])
    assert mirror(acme)["architecture_filter"] == []


# --- within the repository --------------------------------------------------------------------------


def entry(mirrored: dict[str, Any], **more: Any) -> dict[str, Any]:
    robots = [{"name": "ci"}]
    return {"name": "acme", "robots": robots, "repositories": [{"name": "app", "mirror": mirrored, **more}]}


@pytest.mark.parametrize("more", [{}, {"repo_state": "MIRROR"}, {"append": False, "perms": []}])
def test_all_is_made_in_one_run(registry: Registry, more: dict[str, Any]) -> None:
    declared = entry({**SOURCE, "is_enabled": True}, **more)
    report = registry.one(declared)
    kinds = [change.kind.name for change in report.changes if change.action == "create"]
    assert kinds == ["organization", "robot", "repository", KIND]
    assert (state(registry), mirror(registry)["is_enabled"]) == ("MIRROR", True)
    # What Quay lets the robot do is not taken away.
    assert registry.one(declared).changes == []
    roles = registry.client().get("repository/acme/app/permissions/user/")["permissions"]
    assert roles["acme+ci"]["role"] == "write"


def test_it_costs_one_request(acme: Registry) -> None:
    declared = {"name": "acme", "repositories": [{"name": "app", "mirror": SOURCE}, {"name": "new"}]}
    acme.one(declared)
    acme.requests()
    assert acme.one(declared).changes == []
    assert acme.requests() == [HOME, "GET repository?namespace=acme", f"GET {PATH}"]


def test_a_mirror_ends_within_its_repository(acme: Registry) -> None:
    absent: dict[str, Any] = {"state": "absent"}
    for more, final in (({}, "NORMAL"), ({"repo_state": "READ_ONLY"}, "READ_ONLY")):
        acme.one(entry(SOURCE))
        acme.requests()
        acme.one(entry(absent, **more))
        assert acme.writes() == ["PUT repository/acme/app/changestate"]
        assert state(acme) == final
        assert acme.one(entry(absent, **more)).changes == []
        assert f"GET {PATH}" not in acme.requests()


@pytest.mark.parametrize(
    ("mirrored", "repo_state", "words"),
    [
        (SOURCE, "NORMAL", "has a mirror, but repo_state NORMAL"),
        (SOURCE, "READ_ONLY", "leave that out"),
        ({"state": "absent"}, "MIRROR", "but its mirror is absent"),
    ],
)
def test_a_state_that_contradicts_the_mirror(
    acme: Registry, mirrored: dict[str, Any], repo_state: str, words: str
) -> None:
    with pytest.raises(InvalidDeclaration, match=words):
        acme.one(entry(mirrored, repo_state=repo_state))
    assert acme.requests() == []


def test_it_is_written_down_on_request(acme: Registry) -> None:
    acme.one({**entry({**SOURCE, **ACCOUNT}), "repositories": [{"name": "plain"}]})
    acme.one(entry({**SOURCE, **ACCOUNT, "no_proxy": "internal"}))
    acme.requests()
    (adopted,) = adopt(acme.client(), ["acme"], ["repositories", KIND])
    assert acme.requests().count(f"GET {PATH}") == 1
    assert adopted.entry is not None
    found = {one["name"]: one.get("mirror") for one in adopted.entry["repositories"]}
    assert found["plain"] is None
    assert found["app"]["external_registry_username"] == "puller"
    assert "external_registry_password" not in found["app"]
    assert adopted.warnings == ["acme: passwords of mirrors are left out: Quay does not tell them."]
    assert acme.one(adopted.entry).changes == []
