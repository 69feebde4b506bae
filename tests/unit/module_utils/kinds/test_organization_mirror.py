# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The mirror of an organization: declared alone, and within the organization."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, change_views, diffs
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    FeatureOff,
    Forbidden,
    InvalidDeclaration,
    InvalidRequest,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import adopt
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.named_kinds import declared_alone

KIND = "organization_mirror"
PATH = "organization/acme/mirror"
READ = ["GET organization/acme", f"GET {PATH}"]
SOURCE = {
    "external_registry_type": "quay",
    "external_registry_url": "https://quay.io/",
    "external_namespace": "library",
    "robot_username": "ci",
}
ACCOUNT = {"external_registry_username": "puller", "external_registry_password": "a-secret-word"}


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.one({"name": "acme", "robots": [{"name": "ci"}, {"name": "other"}]})
    registry.requests()
    return registry


def run(registry: Registry, check_mode: bool = False, **options: Any) -> Report:
    client = registry.client()
    desired = declared_alone(KIND, {"organization": "acme", **options}, client)
    (report,) = reconcile(client, [desired], check_mode)
    return report


def done(registry: Registry, **options: Any) -> Report:
    report = run(registry, **options)
    assert report.error is None, report.error
    return report


def mirror(registry: Registry) -> Any:
    view = registry.client().find(PATH)
    registry.requests()
    return view


# --- alone ------------------------------------------------------------------------------------------


def test_a_mirror_is_made_once(acme: Registry) -> None:
    assert len(run(acme, check_mode=True, **SOURCE).changes) == 1
    assert acme.writes() == []
    report = done(acme, **SOURCE, repository_filters=["b*", "a"], sync_interval="8h")
    robots = "GET organization/acme/robots?permissions=false&token=false"
    assert acme.requests() == [*READ, robots, f"POST {PATH}"]
    (entry,) = diffs(report)
    assert (entry["after"]["visibility"], entry["after"]["sync_interval"]) == ("public", "8h")
    view = mirror(acme)
    assert (view["is_enabled"], view["visibility"], view["sync_interval"]) == (True, "public", 28800)
    assert view["external_registry_url"] == "https://quay.io"
    assert view["repository_filters"] == ["a", "b*"]
    assert view["external_registry_config"] == {
        "verify_tls": True,
        "proxy": {"http_proxy": None, "https_proxy": None, "no_proxy": None},
    }
    assert done(acme, **SOURCE, repository_filters=["a", "b*"], sync_interval="28800").changes == []
    assert acme.requests() == READ


def test_only_what_differs_is_sent(acme: Registry) -> None:
    done(acme, **SOURCE, https_proxy="http://p:1")
    acme.requests()
    report = done(acme, is_enabled=False, visibility="private", verify_tls=False, robot_username="acme+other")
    assert acme.writes() == [f"PUT {PATH}"]
    assert change_views(report)[0]["fields"] == ["is_enabled", "robot_username", "verify_tls", "visibility"]
    view = mirror(acme)
    assert (view["is_enabled"], view["visibility"], view["robot_username"]) == (
        False,
        "private",
        "acme+other",
    )
    # Quay replaces the settings of the connection as a whole.
    config = view["external_registry_config"]
    assert (config["verify_tls"], config["proxy"]["https_proxy"]) == (False, "http://p:1")


def test_a_type_that_quay_cannot_change(acme: Registry) -> None:
    done(acme, **SOURCE)
    report = done(acme, **{**SOURCE, "external_registry_type": "harbor"})
    assert report.changes == []
    assert "its external_registry_type differs, and Quay cannot change it" in report.warnings[0]


def test_the_password(acme: Registry) -> None:
    def stored() -> tuple[Any, Any]:
        row = acme.simulator.store.org_mirrors.first()
        return row.username, row.password

    made = done(acme, **SOURCE, **ACCOUNT)
    assert "a-secret-word" not in str(diffs(made)) + repr(made)
    assert done(acme, **ACCOUNT).changes == []
    assert len(done(acme, **ACCOUNT, force=True).changes) == 1
    done(acme, **{**ACCOUNT, "external_registry_password": "another"}, sync_interval="2d")
    assert stored() == ("puller", "another")
    # That there is none, Quay tells.
    row = acme.simulator.store.org_mirrors.first()
    acme.simulator.store.org_mirrors.update(row, password=None)
    assert len(done(acme, **ACCOUNT).changes) == 1
    done(acme, external_registry_username="")
    assert stored() == (None, None)


def test_synchronizations(acme: Registry) -> None:
    done(acme, **SOURCE, force_sync=True)
    assert acme.writes() == [f"POST {PATH}", f"POST {PATH}/sync-now"]
    assert done(acme, force_sync=True).changes == []
    done(acme, cancel_sync=True)
    assert acme.writes() == [f"POST {PATH}/sync-cancel"]
    assert done(acme, cancel_sync=True).changes == []
    # Quay is done with looking, and not yet with copying.
    acme.simulator.change_mirror("acme", status="SUCCESS")
    assert done(acme, cancel_sync=True).changes == []
    acme.simulator.discover("acme", "app")
    assert done(acme, force_sync=True).changes == []
    assert len(done(acme, cancel_sync=True).changes) == 1
    assert isinstance(run(acme, force_sync=True).error, InvalidRequest)


def test_no_mirror_any_more(acme: Registry) -> None:
    assert done(acme, state="absent").changes == []
    done(acme, **SOURCE)
    assert [change.action for change in done(acme, state="absent").changes] == ["delete"]
    assert acme.writes() == [f"POST {PATH}", f"DELETE {PATH}"]
    assert mirror(acme) is None


def test_what_a_new_one_needs(acme: Registry) -> None:
    report = run(acme, is_enabled=False)
    assert "it needs external_registry_type, external_registry_url, external_namespace" in str(report.error)
    report = run(acme, **{**SOURCE, "robot_username": "missing"})
    assert "robot 'acme+missing' does not exist" in str(report.error)
    assert acme.writes() == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"external_registry_url": "quay.io"}, "is not written as https://host"),
        ({"external_registry_url": "ftp://quay.io"}, "is not written as https://host"),
        ({"external_registry_url": "https://a:secret@quay.io"}, "has a user before the host"),
        ({"external_registry_url": "https://[quay.io"}, "is not written as https://host"),
        ({"external_namespace": " "}, "must have 1 to 255 characters"),
        ({"sync_interval": "59"}, "is not between 60 and"),
        ({"skopeo_timeout": "2h"}, "is not between 30 and 3600 seconds"),
        ({"robot_username": "other+ci"}, "belongs to 'other'"),
        ({"external_registry_password": "p"}, "only together with"),
    ],
)
def test_what_makes_no_sense_is_refused_without_asking(
    acme: Registry, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidDeclaration, match=words) as caught:
        declared_alone(KIND, {"organization": "acme", **SOURCE, **options}, acme.client())
    assert "secret" not in str(caught.value)
    assert acme.requests() == []


def test_somebody_without_a_right(acme: Registry) -> None:
    client = acme.client(Token(acme.simulator.token("alice")))
    (report,) = reconcile(client, [declared_alone(KIND, {"organization": "acme", **SOURCE}, client)])
    assert isinstance(report.error, Forbidden)
    assert "org:admin" in str(report.error)


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "503", "429"])
def test_faults_make_no_mirror_twice(acme: Registry, kind: str) -> None:
    acme.simulator.faults.add(Fault(kind, method="POST", path="/mirror", times=1))
    assert [change.action for change in done(acme, **SOURCE).changes] == ["create"]
    assert mirror(acme)["external_namespace"] == "library"


def test_a_registry_without_the_feature(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"ORG_MIRROR": False})
    registry.one({"name": "acme"})
    error = run(registry, **SOURCE).error
    assert isinstance(error, FeatureOff)
    assert "FEATURE_ORG_MIRROR is off in its config.yaml or it is older than Quay 3.17" in str(error)
    (adopted,) = adopt(registry.client(), ["acme"])
    assert adopted.entry is not None
    assert "mirror" not in adopted.entry


# --- within the organization ------------------------------------------------------------------------


def entry(**more: Any) -> dict[str, Any]:
    return {"name": "acme", "robots": [{"name": "ci"}], "mirror": SOURCE, **more}


def test_all_is_made_in_one_run(registry: Registry) -> None:
    report = registry.one(entry())
    assert [change.kind.name for change in report.changes] == ["organization", "robot", KIND]
    assert registry.one(entry()).changes == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"repositories": [{"name": "app"}]}, "no repositories"),
        ({"proxy_cache": {"registry": "quay.io"}}, "no proxy_cache"),
        ({"immutability": [{"tag_pattern": "v.*"}]}, "no immutability"),
    ],
)
def test_what_excludes_a_mirror_is_found_out_before_anything_is_made(
    registry: Registry, more: dict[str, Any], words: str
) -> None:
    (report,) = registry.reconcile(entry(**more))
    assert isinstance(report.error, InvalidDeclaration)
    assert words in str(report.error)
    assert registry.writes() == []


def test_a_mirror_goes_before_others_come(acme: Registry) -> None:
    acme.one(entry())
    acme.requests()
    gone: dict[str, Any] = {"state": "absent"}
    (report,) = acme.reconcile(entry(mirror=gone, repositories=[{"name": "app"}]))
    assert "Remove it in a run of its own first" in str(report.error)
    assert acme.writes() == []
    acme.one(entry(mirror=gone))
    acme.one(entry(mirror=gone, repositories=[{"name": "app"}]))


def test_what_quay_has_made_is_handed_back(acme: Registry) -> None:
    acme.one({"name": "acme", "repositories": [{"name": "app"}]})
    row = acme.simulator.store.repositories.first()
    acme.simulator.store.repositories.update(row, state="ORG_MIRROR")
    (adopted,) = adopt(acme.client(), ["acme"])
    assert adopted.entry is not None
    assert "repo_state" not in adopted.entry["repositories"][0]
    assert acme.one(adopted.entry).changes == []


def test_its_robot_is_not_purged(acme: Registry) -> None:
    acme.one(entry())
    acme.one({"name": "acme", "robots": [], "mirror": SOURCE}, purge=["robots"])
    assert mirror(acme)["robot_username"] == "acme+ci"


def test_it_is_written_down(acme: Registry) -> None:
    acme.one(entry(mirror={**SOURCE, **ACCOUNT, "repository_filters": ["a*"], "skopeo_timeout": "10m"}))
    acme.requests()
    (adopted,) = adopt(acme.client(), ["acme"])
    assert f"GET {PATH}" in acme.requests()
    assert adopted.entry is not None
    found = adopted.entry["mirror"]
    assert (found["skopeo_timeout"], found["repository_filters"]) == ("10m", ["a*"])
    assert "external_registry_password" not in found
    assert adopted.warnings == ["acme: the password of its mirror is left out: Quay does not tell it."]
    assert acme.one(adopted.entry).changes == []
