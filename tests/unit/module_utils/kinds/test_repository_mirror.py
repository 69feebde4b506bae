# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The mirror of a repository: declared alone, or in the entry of its repository."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, diffs
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    Busy,
    FeatureOff,
    InvalidDeclaration,
)
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import adopt
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.named_kinds import declared_alone
from tests.unit.module_utils.runs import done

PATH = "repository/acme/app/mirror"
WHOLE = {
    "external_reference": "quay.io/projectquay/quay",
    "image_tags": ["v3.*", "latest"],
    "robot_username": "acme+ci",
}


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.one({"name": "acme", "robots": [{"name": "ci"}], "repositories": [{"name": "app"}]})
    registry.requests()
    return registry


def run(registry: Registry, check_mode: bool = False, **options: Any) -> Report:
    client = registry.client()
    desired = declared_alone("repository_mirror", {"name": "acme/app", **options}, client)
    (report,) = reconcile(client, [desired], check_mode)
    return report


def made(registry: Registry, **options: Any) -> Registry:
    assert run(registry, **{**WHOLE, **options}).error is None
    registry.requests()
    return registry


def view(registry: Registry) -> dict[str, Any]:
    found: dict[str, Any] = registry.client().get(PATH)
    registry.requests()
    return found


def test_it_is_made(acme: Registry) -> None:
    foreseen = run(acme, check_mode=True, **WHOLE)
    assert acme.writes() == []
    report = run(acme, **WHOLE)
    assert report.error is None
    assert [change.after for change in report.changes] == [change.after for change in foreseen.changes]
    assert acme.requests() == [
        "GET organization/acme",
        f"GET {PATH}",
        "GET repository/acme/app?includeTags=false",
        "GET organization/acme/robots?permissions=false&token=false",
        f"POST {PATH}",
    ]
    found = view(acme)
    assert found["root_rule"] == {"rule_kind": "tag_glob_csv", "rule_value": ["latest", "v3.*"]}
    config = {"http_proxy": None, "https_proxy": None, "no_proxy": None}
    assert found["external_registry_config"] == {
        "verify_tls": True,
        "unsigned_images": False,
        "proxy": config,
    }
    assert (found["is_enabled"], found["sync_interval"], found["skopeo_timeout_interval"]) == (
        False,
        86400,
        300,
    )
    assert acme.client().get("repository/acme/app")["state"] == "MIRROR"


def test_what_is_there_is_unchanged(acme: Registry) -> None:
    more = {"sync_interval": "1 day", "verify_tls": True, "robot_username": "ci", "skopeo_timeout": "5m"}
    made(acme)
    report = run(acme, **{**WHOLE, **more})
    assert (report.error, report.changes) == (None, [])
    assert acme.requests() == ["GET organization/acme", f"GET {PATH}"]


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({"is_enabled": True}, {"is_enabled": True}),
        ({"sync_interval": "8h"}, {"sync_interval": 28800}),
        ({"image_tags": ["*"]}, {"root_rule": {"rule_kind": "tag_glob_csv", "rule_value": ["*"]}}),
        (
            {"external_reference": "registry.example.com/a/b"},
            {"external_reference": "registry.example.com/a/b"},
        ),
        ({"skopeo_timeout": "12h"}, {"skopeo_timeout_interval": 43200}),
        ({"external_registry_username": "puller"}, {"external_registry_username": "puller"}),
    ],
)
def test_it_is_changed(acme: Registry, options: dict[str, Any], shown: dict[str, Any]) -> None:
    made(acme)
    assert [change.fields for change in run(acme, **options).changes] == [tuple(options)]
    assert acme.writes() == [f"PUT {PATH}"]
    found = view(acme)
    assert {name: found[name] for name in shown} == shown
    assert run(acme, **options).changes == []


def test_how_the_other_registry_is_reached(acme: Registry) -> None:
    made(acme)
    options = {"verify_tls": False, "http_proxy": "http://proxy.example.com:3128", "no_proxy": "localhost"}
    assert run(acme, **options).error is None
    config = view(acme)["external_registry_config"]
    assert (config["verify_tls"], config["proxy"]["no_proxy"]) == (False, "localhost")
    assert run(acme, **options).changes == []
    assert done(run(acme, no_proxy="")) != []
    assert view(acme)["external_registry_config"]["proxy"] == {
        "http_proxy": "http://proxy.example.com:3128",
        "https_proxy": None,
        "no_proxy": None,
    }


def test_a_proxy_that_quay_drops_is_sent_again(acme: Registry) -> None:
    """Of a mirror that was made without them Quay keeps all proxies but the first."""
    made(acme)
    (row,) = acme.simulator.store.mirrors.find()
    acme.simulator.store.mirrors.update(row, config={})
    assert run(acme, https_proxy="http://proxy.example.com").error is None
    assert acme.writes() == [f"PUT {PATH}", f"PUT {PATH}"]
    assert view(acme)["external_registry_config"]["proxy"]["https_proxy"] == "http://proxy.example.com"


SECRET = {"external_registry_username": "puller", "external_registry_password": "planted-secret"}


def password(registry: Registry) -> Any:
    (row,) = registry.simulator.store.mirrors.find()
    return row.password


def test_the_password(acme: Registry) -> None:
    made(acme, **SECRET)
    assert password(acme) == "planted-secret"
    other = {**SECRET, "external_registry_password": "planted-other"}
    assert run(acme, **other).changes == []
    report = run(acme, **other, sync_interval="8h")
    assert password(acme) == "planted-other"
    forced = run(acme, **SECRET, force=True)
    assert [change.fields for change in forced.changes] == [("external_registry_password",)]
    assert password(acme) == "planted-secret"
    assert "planted" not in repr([diffs(one) for one in (report, forced)])
    assert run(acme, external_registry_username="").error is None
    assert (password(acme), view(acme)["external_registry_username"]) == (None, None)


def test_it_is_synchronized(acme: Registry) -> None:
    made(acme)
    assert done(run(acme, force_sync=True)) == ["update repository_mirror app"]
    assert acme.writes() == [f"POST {PATH}/sync-now"]
    assert run(acme, force_sync=True).changes == []
    assert [change.fields for change in run(acme, cancel_sync=True).changes] == [("cancel",)]
    assert acme.writes() == [f"POST {PATH}/sync-cancel"]
    assert run(acme, cancel_sync=True).changes == []


def test_a_new_one_is_synchronized(acme: Registry) -> None:
    assert run(acme, **WHOLE, force_sync=True).error is None
    assert acme.writes() == [f"POST {PATH}", f"POST {PATH}/sync-now"]


DATE = "2026-12-02T02:00:00Z"


@pytest.mark.parametrize(
    ("present", "declared", "same"),
    [
        (DATE, DATE, True),
        ("2026-12-09T02:00:05.123456Z", DATE, True),
        ("2026-12-09T01:59:58Z", DATE, True),
        ("2026-12-09T14:00:00Z", DATE, False),
        (None, DATE, False),
        (DATE, "2099-12-02T02:00:00Z", False),
        ("2099-12-03T02:00:00Z", "2099-12-02T02:00:00Z", True),
    ],
)
def test_the_date_moves_on_by_the_interval(
    acme: Registry, present: str | None, declared: str, same: bool
) -> None:
    made(acme)
    (row,) = acme.simulator.store.mirrors.find()
    acme.simulator.store.mirrors.update(row, start_date=present)
    changes = run(acme, sync_start_date=declared).changes
    assert [change.fields for change in changes] == ([] if same else [("sync_start_date",)])
    assert view(acme)["sync_start_date"] == (present if same else declared)


def test_quay_passes_changes_over_while_it_synchronizes(
    acme: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(acme)
    store = acme.simulator.store.mirrors
    monkeypatch.setattr(store, "update", lambda row, **changes: None)
    report = run(acme, sync_interval="8h")
    assert isinstance(report.error, Busy)
    assert "Quay has not taken sync_interval" in str(report.error)
    assert acme.writes() == [f"PUT {PATH}"] * 5


def test_in_the_entry_of_its_repository(registry: Registry) -> None:
    entry = {
        "name": "acme",
        "robots": [{"name": "ci"}],
        "repositories": [{"name": "app", "repo_state": "NORMAL", "mirror": WHOLE}, {"name": "other"}],
    }
    assert done(registry.one(entry))[-1] == "create repository_mirror app"
    assert registry.client().get("repository/acme/app")["state"] == "NORMAL"
    registry.requests()
    assert registry.one(entry).changes == []
    assert f"GET {PATH}" in registry.requests()
    registry.one({"name": "acme", "repositories": [{"name": "app"}]})
    assert f"GET {PATH}" not in registry.requests()


def test_it_goes_with_its_repository(acme: Registry) -> None:
    made(acme)
    assert done(acme.one({"name": "acme", "repositories": [{"name": "app", "state": "absent"}]})) == [
        "delete repository app"
    ]


def test_it_is_written_down_and_handed_back(acme: Registry) -> None:
    made(acme, **SECRET)
    kinds = ["repositories", "repository_mirror"]
    (adopted,) = adopt(acme.client(), ["acme"], kinds)
    assert adopted.entry is not None
    (repository,) = adopted.entry["repositories"]
    assert repository["mirror"]["external_registry_username"] == "puller"
    assert "external_registry_password" not in repository["mirror"]
    assert adopted.warnings == ["acme: Quay does not tell the passwords of mirrors; they are left out."]
    assert acme.one(adopted.entry).changes == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({**WHOLE, "external_reference": "quay.io"}, "external_reference 'quay.io' is not a repository"),
        ({**WHOLE, "external_reference": "https://quay.io/a/b"}, "without scheme, tag and digest"),
        ({**WHOLE, "external_reference": "quay.io/a/b:v1"}, "without scheme, tag and digest"),
        ({**WHOLE, "robot_username": "other+ci"}, "robot 'other+ci' belongs to 'other'"),
        ({**WHOLE, "image_tags": []}, "image_tags must name at least one tag"),
        ({**WHOLE, "skopeo_timeout": "1m"}, "skopeo_timeout of 60 seconds is not between 300 and 43200"),
        ({**WHOLE, "sync_interval": "1 month"}, "months differ in length"),
        ({**WHOLE, "sync_start_date": "tomorrow"}, "is not a date in UTC such as"),
        ({**WHOLE, "external_registry_password": "x"}, "needs external_registry_username"),
        ({**WHOLE, "force_sync": True, "cancel_sync": True}, "contradict each other"),
    ],
)
def test_what_is_wrong_is_said_before_a_request(acme: Registry, options: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidDeclaration) as error:
        run(acme, **options)
    assert words in str(error.value)
    assert acme.requests() == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"is_enabled": True},
            "there is none yet, so that it needs external_reference, robot_username, image_tags",
        ),
        ({**WHOLE, "robot_username": "nobody"}, "robot 'acme+nobody' does not exist"),
        ({**WHOLE, "name": "acme/none"}, "repository 'acme/none' does not exist"),
    ],
)
def test_what_only_the_registry_tells(acme: Registry, options: dict[str, Any], words: str) -> None:
    report = run(acme, **options)
    assert words in str(report.error)
    assert acme.writes() == []


def test_the_feature_is_off(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"REPO_MIRROR": False})
    registry.one({"name": "acme", "robots": [{"name": "ci"}], "repositories": [{"name": "app"}]})
    report = run(registry, **WHOLE)
    assert isinstance(report.error, FeatureOff)
    assert "FEATURE_REPO_MIRROR is off" in str(report.error)
    (adopted,) = adopt(registry.client(), ["acme"], ["repositories", "repository_mirror"])
    assert adopted.entry is not None and "mirror" not in adopted.entry["repositories"][0]


def test_nothing_of_it_is_read_where_it_is_not_declared(acme: Registry) -> None:
    made(acme)
    reconcile(acme.client(), [desired_of({"name": "acme", "repositories": [{"name": "app"}]})])
    assert not [request for request in acme.requests() if "mirror" in request]


def test_what_quay_lets_the_robot_do_is_not_taken_away(registry: Registry) -> None:
    mirror = {"external_reference": "quay.io/a/b", "image_tags": ["*"], "robot_username": "acme+ci"}
    repository = {"name": "app", "append": False, "perms": [], "mirror": mirror}
    declared = {"name": "acme", "robots": [{"name": "ci"}], "repositories": [repository]}
    registry.one(declared)
    assert registry.one(declared).changes == []
    permissions = registry.client().get("repository/acme/app/permissions/user/")["permissions"]
    assert permissions["acme+ci"]["role"] == "write"
