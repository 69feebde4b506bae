# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The mirror that fills a whole organization."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, diffs
from ansible_collections.quayops.quay.plugins.module_utils.errors import FeatureOff, InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import adopt
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.named_kinds import declared_alone
from tests.unit.module_utils.runs import done

PATH = "organization/acme/mirror"
WHOLE = {
    "external_registry_type": "quay",
    "external_registry_url": "https://quay.io",
    "external_namespace": "projectquay",
    "robot_username": "ci",
}
SECRET = {"external_registry_username": "puller", "external_registry_password": "planted-secret"}


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.one({"name": "acme", "robots": [{"name": "ci"}]})
    registry.requests()
    return registry


def run(registry: Registry, check_mode: bool = False, **options: Any) -> Report:
    desired = declared_alone("organization_mirror", {"organization": "acme", "name": "acme", **options})
    (report,) = reconcile(registry.client(), [desired], check_mode)
    return report


def made(registry: Registry, **options: Any) -> Registry:
    assert run(registry, **{**WHOLE, **options}).error is None
    registry.requests()
    return registry


def view(registry: Registry) -> dict[str, Any]:
    found: dict[str, Any] = registry.client().get(PATH)
    registry.requests()
    return found


def row(registry: Registry) -> Any:
    (found,) = registry.simulator.store.org_mirrors.find()
    return found


def test_it_is_made_and_found_unchanged(acme: Registry) -> None:
    foreseen = run(acme, check_mode=True, **WHOLE)
    assert acme.writes() == []
    report = run(acme, **WHOLE)
    assert report.error is None
    assert [one.after for one in report.changes] == [one.after for one in foreseen.changes]
    found = view(acme)
    assert (found["visibility"], found["is_enabled"], found["sync_interval"]) == ("private", True, 86400)
    assert found["robot_username"] == "acme+ci"
    assert run(acme, **WHOLE, visibility="private", sync_interval="1 day").changes == []
    assert acme.requests() == ["GET organization/acme", f"GET {PATH}"]


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({"is_enabled": False}, {"is_enabled": False}),
        ({"sync_interval": "8h"}, {"sync_interval": 28800}),
        ({"repository_filters": ["*-operator"]}, {"repository_filters": ["*-operator"]}),
        ({"visibility": "public"}, {"visibility": "public"}),
        ({"skopeo_timeout": "10m"}, {"skopeo_timeout": 600}),
        ({"external_namespace": "other"}, {"external_namespace": "other"}),
    ],
)
def test_it_is_changed(acme: Registry, options: dict[str, Any], shown: dict[str, Any]) -> None:
    made(acme)
    assert [one.fields for one in run(acme, **options).changes] == [tuple(options)]
    found = view(acme)
    assert {name: found[name] for name in shown} == shown
    assert run(acme, **options).changes == []


def test_what_is_not_changed_of_how_the_registry_is_reached_stays(acme: Registry) -> None:
    made(acme, verify_tls=False, https_proxy="http://proxy.example.com")
    assert run(acme, no_proxy="localhost").error is None
    config = view(acme)["external_registry_config"]
    assert config["verify_tls"] is False
    assert config["proxy"] == {
        "http_proxy": None,
        "https_proxy": "http://proxy.example.com",
        "no_proxy": "localhost",
    }


def test_the_password(acme: Registry) -> None:
    made(acme, **SECRET)
    assert row(acme).password == "planted-secret"
    other = {**SECRET, "external_registry_password": "planted-other"}
    assert run(acme, **other).changes == []
    report = run(acme, **other, force=True)
    assert row(acme).password == "planted-other"
    assert "planted" not in repr(diffs(report))


def test_it_is_synchronized_and_cancelled(acme: Registry) -> None:
    made(acme)
    assert [one.fields for one in run(acme, force_sync=True).changes] == [("sync",)]
    assert run(acme, force_sync=True).changes == []
    assert [one.fields for one in run(acme, cancel_sync=True).changes] == [("cancel",)]
    assert run(acme, cancel_sync=True).changes == []


def test_it_is_removed(acme: Registry) -> None:
    made(acme)
    assert done(run(acme, state="absent")) == ["delete organization_mirror"]
    assert run(acme, state="absent").changes == []


def test_its_kind_of_registry_cannot_be_changed(acme: Registry) -> None:
    made(acme)
    report = run(acme, external_registry_type="harbor")
    assert report.changes == []
    assert "Remove the mirror, and make another" in report.warnings[0]


def test_in_the_entry_of_its_organization(registry: Registry) -> None:
    entry = {"name": "acme", "robots": [{"name": "ci"}], "mirror": WHOLE}
    assert "create organization_mirror" in done(registry.one(entry))
    registry.requests()
    assert registry.one(entry).changes == []
    registry.requests()
    registry.one({"name": "acme", "robots": [{"name": "ci"}]})
    assert f"GET {PATH}" not in registry.requests()


def test_it_is_written_down_and_handed_back(acme: Registry) -> None:
    made(acme, **SECRET)
    (adopted,) = adopt(acme.client(), ["acme"], ["mirror"])
    assert adopted.entry is not None
    assert adopted.entry["mirror"]["external_registry_username"] == "puller"
    assert adopted.warnings == ["acme: Quay does not tell the password of the mirror; it is left out."]
    assert acme.one(adopted.entry).changes == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"external_registry_url": "quay.io"}, "does not begin with https:// or http://"),
        ({"sync_interval": "5"}, "sync_interval of 5 seconds is not between 60"),
        ({"skopeo_timeout": "2h"}, "skopeo_timeout of 7200 seconds is not between 30 and 3600"),
        ({"robot_username": "other+ci"}, "belongs to 'other'"),
    ],
)
def test_what_is_wrong_is_said_before_a_request(acme: Registry, options: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidDeclaration) as error:
        run(acme, **{**WHOLE, **options})
    assert words in str(error.value)
    assert acme.requests() == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"is_enabled": True}, "so that it needs external_registry_type, external_registry_url"),
        ({**WHOLE, "robot_username": "nobody"}, "robot 'acme+nobody' does not exist"),
    ],
)
def test_what_only_the_registry_tells(acme: Registry, options: dict[str, Any], words: str) -> None:
    assert words in str(run(acme, **options).error)
    assert acme.writes() == []


def test_the_feature_is_off(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"ORG_MIRROR": False})
    registry.one({"name": "acme", "robots": [{"name": "ci"}]})
    report = run(registry, **WHOLE)
    assert isinstance(report.error, FeatureOff)
    assert "FEATURE_ORG_MIRROR is off" in str(report.error)
    (adopted,) = adopt(registry.client(), ["acme"], ["mirror"])
    assert adopted.entry is not None and "mirror" not in adopted.entry


# --- what excludes a mirror -------------------------------------------------------------------------

MADE_OF = {
    "external_registry_type": "quay",
    "external_registry_url": "https://quay.io",
    "external_namespace": "library",
    "robot_username": "acme+ci",
}


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
    (report,) = registry.reconcile({"name": "acme", "robots": [{"name": "ci"}], "mirror": MADE_OF, **more})
    assert isinstance(report.error, InvalidDeclaration)
    assert words in str(report.error)
    assert registry.writes() == []


def test_a_mirror_goes_before_others_come(registry: Registry) -> None:
    registry.one({"name": "acme", "robots": [{"name": "ci"}], "mirror": MADE_OF})
    registry.requests()
    gone: dict[str, Any] = {"state": "absent"}
    (report,) = registry.reconcile({"name": "acme", "mirror": gone, "repositories": [{"name": "app"}]})
    assert "Remove it in a run of its own first" in str(report.error)
    assert registry.writes() == []
    registry.one({"name": "acme", "mirror": gone})
    registry.one({"name": "acme", "mirror": gone, "repositories": [{"name": "app"}]})
