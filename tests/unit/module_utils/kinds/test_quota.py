# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Quotas: how they are declared, with which requests they are made, what they are written down as."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, change_views, diffs
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    FeatureOff,
    Forbidden,
    InvalidDeclaration,
    NotFound,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Password
from ansible_collections.quayops.quay.plugins.module_utils.kinds.quota import desired_quota
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import adopt
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry

ACME = {"organization": "acme"}
GIB = 1024**3
# What is asked of an organization, whatever is declared in it.
READ = ["GET organization/acme"]


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.one({"name": "acme"})
    registry.requests()
    return registry


def run(registry: Registry, check_mode: bool = False, client: Any = None, **options: Any) -> Report:
    where = {} if "user" in options else ACME
    desired = desired_quota({**where, **options})
    (report,) = reconcile(client or registry.client(), [desired], check_mode)
    return report


def done(registry: Registry, **options: Any) -> Report:
    report = run(registry, **options)
    assert report.error is None, report.error
    return report


def there(registry: Registry, path: str = "organization/acme") -> list[tuple[int, list[tuple[str, int]]]]:
    """Return what Quay has: the size, and type and percentage of each limit."""
    views = registry.client().get(path)["quotas"]
    registry.requests()
    limits = [sorted((one["type"], one["limit_percent"]) for one in view["limits"]) for view in views]
    return [(view["limit_bytes"], found) for view, found in zip(views, limits)]


# --- what is made, with which requests --------------------------------------------------------------


def test_it_comes_along_with_the_organization(acme: Registry) -> None:
    options = {"quota": "10GiB", "warning_pct": 80, "reject_pct": 95}
    assert len(run(acme, check_mode=True, **options).changes) == 1
    assert acme.requests() == READ
    report = done(acme, **options)
    assert acme.requests() == [
        *READ,
        "POST organization/acme/quota",
        "GET superuser/organization/acme/quota",
        "POST organization/acme/quota/1/limit",
        "POST organization/acme/quota/1/limit",
    ]
    assert change_views(report) == [
        {
            "organization": "acme",
            "action": "create",
            "kind": "quota",
            "name": "acme",
            "fields": ["quota", "reject_pct", "warning_pct"],
        }
    ]
    assert there(acme) == [(10 * GIB, [("Reject", 95), ("Warning", 80)])]
    assert done(acme, **{**options, "quota": "10240 MiB"}).changes == []
    assert done(acme).changes == []
    assert acme.requests() == 2 * READ


def test_a_size_alone(acme: Registry) -> None:
    done(acme, quota="1000")
    assert acme.requests() == [*READ, "POST organization/acme/quota"]
    assert there(acme) == [(1000, [])]


def test_only_what_differs_is_sent(acme: Registry) -> None:
    done(acme, quota="10GiB", warning_pct=80, reject_pct=95)
    acme.requests()
    done(acme, quota="20GiB")
    assert acme.writes() == ["PUT organization/acme/quota/1"]
    done(acme, warning_pct=70, reject_pct=95)
    assert acme.writes() == ["PUT organization/acme/quota/1/limit/1"]
    done(acme, reject_pct=0)
    assert acme.writes() == ["DELETE organization/acme/quota/1/limit/2"]
    done(acme, reject_pct=100)
    assert acme.writes() == ["POST organization/acme/quota/1/limit"]
    assert there(acme) == [(20 * GIB, [("Reject", 100), ("Warning", 70)])]
    assert [change.action for change in done(acme, state="absent").changes] == ["delete"]
    assert acme.writes() == ["DELETE organization/acme/quota/1"]
    assert done(acme, state="absent").changes == []
    assert there(acme) == []


def test_several_limits_of_a_type(acme: Registry) -> None:
    def limits(*percents: int) -> dict[str, Any]:
        return {"limits": [{"type": "Warning", "percent": percent} for percent in percents]}

    done(acme, quota="1GiB", **limits(90, 70))
    acme.requests()
    assert done(acme, **limits(70, 90)).changes == []
    done(acme, **limits(70, 80, 95))
    assert sorted(acme.writes()) == [
        "POST organization/acme/quota/1/limit",
        "PUT organization/acme/quota/1/limit/2",
    ]
    assert there(acme) == [(GIB, [("Warning", 70), ("Warning", 80), ("Warning", 95)])]
    done(acme, warning_pct=80)
    assert len(acme.writes()) == 2
    assert there(acme) == [(GIB, [("Warning", 80)])]
    done(acme, limits=[])
    assert there(acme) == [(GIB, [])]


def test_a_limit_that_is_there_twice_becomes_one(acme: Registry) -> None:
    done(acme, quota="1GiB", limits=[{"type": "Reject", "percent": percent} for percent in (80, 90)])
    acme.client().send("PUT", "organization/acme/quota/1/limit/2", {"threshold_percent": 80})
    assert there(acme) == [(GIB, [("Reject", 80), ("Reject", 80)])]
    done(acme, reject_pct=80)
    assert there(acme) == [(GIB, [("Reject", 80)])]


def test_limits_without_a_size_make_a_quota_that_is_as_good_as_none(acme: Registry) -> None:
    done(acme, reject_pct=95)
    assert there(acme) == [(8 * 10**18, [("Reject", 95)])]
    done(acme, state="absent")
    for options in ({}, {"warning_pct": 0}, {"limits": []}):
        report = done(acme, **options)
        assert report.changes == []
        assert report.warnings == [
            "there is no quota, and none was made: the declaration does not say how large (quota)"
        ]


def test_the_diff(acme: Registry) -> None:
    (made,) = diffs(done(acme, quota="10GiB", warning_pct=80))
    assert (made["before"], made["after_header"]) == ({}, "acme: quota")
    assert made["after"] == {"state": "present", "quota": "10GiB", "warning_pct": 80, "reject_pct": 0}
    several = [{"type": "Warning", "percent": percent} for percent in (50, 80)]
    (changed,) = diffs(done(acme, quota="1500", limits=several))
    assert changed["before"] == {"quota": "10GiB", "warning_pct": 80}
    assert changed["after"] == {"quota": "1500", "warning_pct": [50, 80]}


# --- users ------------------------------------------------------------------------------------------


def test_a_users_quota_comes_along_with_the_user(registry: Registry) -> None:
    options = {"user": "alice", "quota": "1GiB", "reject_pct": 100}
    report = done(registry, **options)
    assert registry.requests() == [
        "GET superuser/users/alice",
        "POST superuser/users/alice/quota",
        "GET superuser/users/alice/quota",
        "POST organization/alice/quota/1/limit",
    ]
    assert report.namespace == "alice"
    assert there(registry, "superuser/users/alice") == [(GIB, [("Reject", 100)])]
    assert done(registry, **options).changes == []
    assert registry.requests() == ["GET superuser/users/alice"]
    done(registry, user="alice", quota="2GiB", reject_pct=90)
    assert registry.writes() == [
        "PUT superuser/users/alice/quota/1",
        "PUT organization/alice/quota/1/limit/1",
    ]
    done(registry, user="alice", state="absent")
    assert registry.writes() == ["DELETE superuser/users/alice/quota/1"]


def test_who_is_missing(registry: Registry) -> None:
    for options, words in (
        ({"organization": "missing"}, "quay_organization or quay_organizations"),
        ({"user": "missing"}, "Create it first, with quay_user."),
        # The one is not the other.
        ({"organization": "alice"}, "Organization 'alice' does not exist"),
    ):
        error = run(registry, quota="1GiB", **options).error
        assert isinstance(error, NotFound)
        assert words in str(error)
        assert done(registry, state="absent", **options).changes == []
    assert registry.writes() == []


# --- what is wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"quota": "10 XB"}, "quota '10 XB' is not a size"),
        ({"quota": "0"}, "is not possible"),
        ({"quota": "9EiB"}, "is not possible"),
        ({"warning_pct": 101}, "Warning limit 101: a limit is 1 to 100 percent"),
        ({"reject_pct": -1}, "Reject limit -1: a limit is"),
        ({"limits": [{"type": "Reject", "percent": 0}]}, "Reject limit 0: a limit is"),
        ({"limits": 2 * [{"type": "Reject", "percent": 5}]}, "Reject limits: a percentage is declared twice"),
        ({"limits": [], "warning_pct": 80}, "limits are all limits"),
        ({"organization": "No Name"}, "organization name 'No Name' is not allowed"),
        ({"user": "No Name"}, "user name 'No Name' is not allowed"),
    ],
)
def test_what_makes_no_sense_is_refused_without_asking(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidDeclaration, match=words):
        desired_quota({**ACME, **options})


def test_a_registry_without_quotas(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"QUOTA_MANAGEMENT": False})
    registry.one({"name": "acme"})
    assert registry.requests() == ["GET organization/acme", "POST organization/"]
    error = run(registry, quota="1GiB").error
    assert isinstance(error, FeatureOff)
    assert "FEATURE_QUOTA_MANAGEMENT is off in its config.yaml or it is older than Quay 3.7" in str(error)
    assert isinstance(run(registry, user="alice", quota="1GiB").error, FeatureOff)
    assert registry.writes() == []


def test_the_default_of_the_registry_is_no_quota(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(default_system_quota_bytes=GIB, features={"SUPERUSERS_FULL_ACCESS": False})
    registry.one({"name": "acme"})
    assert [change.action for change in done(registry, quota="1GiB").changes] == ["create"]
    assert done(registry, quota="1GiB").changes == []


# --- rights -----------------------------------------------------------------------------------------


def test_a_superuser_without_full_access(make_registry: Callable[..., Registry]) -> None:
    """The panel of superusers has everything but limits."""
    registry = make_registry(features={"SUPERUSERS_FULL_ACCESS": False})
    alice = registry.client(Password("alice", "alice-password"))
    alice.send("POST", "organization/", {"name": "acme"})
    registry.requests()
    done(registry, quota="1GiB")
    asked = registry.requests()
    assert asked[-2:] == ["POST organization/acme/quota", "POST superuser/organization/acme/quota"]
    assert "GET superuser/organization/acme/quota" in asked
    assert done(registry, quota="1GiB").changes == []
    registry.requests()
    done(registry, quota="2GiB")
    assert registry.writes() == ["PUT organization/acme/quota/1", "PUT superuser/organization/acme/quota/1"]
    error = run(registry, reject_pct=90).error
    assert isinstance(error, Forbidden)
    assert "FEATURE_SUPERUSERS_FULL_ACCESS is off" in str(error)
    done(registry, state="absent")
    assert done(registry, state="absent").changes == []


def test_who_is_no_superuser(acme: Registry) -> None:
    alice = acme.client(Password("alice", "alice-password"))
    alice.send("POST", "organization/", {"name": "hers"})
    assert run(acme, client=alice, organization="hers", state="absent").error is None
    error = run(acme, client=alice, organization="hers", quota="1GiB").error
    assert isinstance(error, Forbidden)
    assert "The account is not a superuser" in str(error)
    assert there(acme, "organization/hers") == []


# --- faults -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "503", "429"])
@pytest.mark.parametrize("path", ["organization/acme/quota", "limit"])
def test_faults_make_nothing_twice(acme: Registry, kind: str, path: str) -> None:
    acme.simulator.faults.add(Fault(kind, method="POST", path=path, times=1))
    report = done(acme, quota="1GiB", warning_pct=80, reject_pct=90)
    assert {change.kind.name for change in report.changes} == {"quota"}
    assert there(acme) == [(GIB, [("Reject", 90), ("Warning", 80)])]


def test_a_quota_that_somebody_else_makes_meanwhile(acme: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    client = acme.client()
    send = client.send

    def late(method: str, path: str, body: Any = None) -> Any:
        if method == "POST" and path.endswith("quota") and not there(acme):
            acme.client().send(method, path, {"limit_bytes": 5})
        return send(method, path, body)

    monkeypatch.setattr(client, "send", late)
    report = run(acme, client=client, quota="1GiB", reject_pct=90)
    assert report.error is None
    assert there(acme) == [(GIB, [("Reject", 90)])]


# --- inside an organization -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "quota",
    [
        {"quota": "10GiB", "warning_pct": 80, "reject_pct": 0},
        {"quota": "1500", "warning_pct": 0, "reject_pct": 100},
        {
            "quota": "1TB",
            "limits": [{"type": "Warning", "percent": percent} for percent in (70, 90)]
            + [{"type": "Reject", "percent": 100}],
        },
    ],
)
def test_it_is_made_and_written_down_with_the_organization(registry: Registry, quota: dict[str, Any]) -> None:
    entry = {"name": "acme", "quota": quota}
    assert [change.kind.name for change in registry.one(entry).changes] == ["organization", "quota"]
    registry.requests()
    assert registry.one(entry).changes == []
    assert registry.requests() == READ
    (adopted,) = adopt(registry.client(), ["acme"], ["quota"])
    assert registry.requests() == READ
    assert adopted.entry is not None
    assert adopted.entry["quota"] == quota
    assert registry.one(adopted.entry).changes == []


def test_without_one_none_is_written_down(acme: Registry) -> None:
    (adopted,) = adopt(acme.client(), ["acme"], ["quota"])
    assert adopted.entry is not None
    assert "quota" not in adopted.entry


def test_what_is_wrong_is_said_with_its_organization(acme: Registry) -> None:
    with pytest.raises(InvalidDeclaration, match="organization 'acme': quota '1 XB' is not a size"):
        acme.reconcile({"name": "acme", "quota": {"quota": "1 XB"}})
