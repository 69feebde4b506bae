# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Where Quay is irregular, beyond what the recordings show."""

from __future__ import annotations

import pytest

from tests.simulator import Settings, Simulator
from tests.unit.simulator.client import Client

APP = {"namespace": "acme", "repository": "app", "visibility": "private", "description": ""}


def test_a_rule_for_the_creator_wins(simulator: Simulator, alice: Client) -> None:
    alice.put("organization/acme/robots/ci")
    delegate = {"name": "acme+ci", "kind": "user"}
    path = "organization/acme/prototypes"
    alice.post(path, {"role": "admin", "delegate": delegate, "activating_user": {"name": "alice"}})
    alice.post(path, {"role": "read", "delegate": delegate})
    alice.post(path, {"role": "write", "delegate": delegate, "activating_user": {"name": "bob"}})
    alice.post(path, {"role": "read", "delegate": {"name": "alice", "kind": "user"}})
    alice.post("repository", APP)
    granted = simulator.state()["acme"]["repositories"]["app"]["permissions"]["user"]
    assert granted == {"alice": "admin", "acme+ci": "admin"}


def test_underscores_match_any_character_in_robot_lists(alice: Client) -> None:
    for name in ("a_b", "axb"):
        alice.post("organization/", {"name": name})
        alice.put(f"organization/{name}/robots/ci")
    names = [robot["name"] for robot in alice.get("organization/a_b/robots").json()["robots"]]
    assert names == ["a_b+ci", "axb+ci"]
    assert len(alice.get("organization/axb/robots").json()["robots"]) == 1


def test_body_that_is_no_json(alice: Client) -> None:
    assert alice.call("PUT", "organization/acme", data="{}").status_code == 415
    broken = alice.call("PUT", "organization/acme", data="{", headers={"Content-Type": "application/json"})
    assert broken.status_code == 400
    nothing = alice.call(
        "PUT", "organization/acme", data="null", headers={"Content-Type": "application/json"}
    )
    assert nothing.json()["detail"] == "Missing JSON body"
    robot = alice.call(
        "PUT", "organization/acme/robots/ci", data="{", headers={"Content-Type": "application/json"}
    )
    assert robot.status_code == 201, "the body of a robot is optional"
    assert alice.put("organization/acme/robots/other", []).status_code == 400


def test_parts_before_a_refusal_stay(alice: Client) -> None:
    answer = alice.put("organization/acme", {"email": "new@example.com", "tag_expiration_s": 1})
    assert answer.status_code == 400
    assert alice.get("organization/acme").json()["email"] == "new@example.com"


class TestTagExpirationFixed:
    """FEATURE_CHANGE_TAG_EXPIRATION off ignores the value without a word."""

    @pytest.fixture()
    def settings(self) -> Settings:
        return Settings(features={"CHANGE_TAG_EXPIRATION": False})

    def test_ignored(self, alice: Client) -> None:
        assert (
            alice.put("organization/acme", {"tag_expiration_s": 86400}).json()["tag_expiration_s"] == 1209600
        )


def test_expiration_is_lost_when_it_comes_with_a_digest(simulator: Simulator, alice: Client) -> None:
    alice.post("repository", APP)
    digest = simulator.add_tag("acme", "app", "v1")
    body = {"manifest_digest": digest, "expiration": 4102444800}
    assert alice.put("repository/acme/app/tag/v1", body).status_code == 201
    alive = alice.get("repository/acme/app/tag/?onlyActiveTags=true").json()["tags"]
    assert ["expiration" in tag for tag in alive] == [False]
    assert alice.put("repository/acme/app/tag/new", body).status_code == 404


def test_expiration_is_moved_into_what_is_allowed(simulator: Simulator, alice: Client) -> None:
    alice.post("repository", APP)
    simulator.add_tag("acme", "app", "v1")
    alice.put("repository/acme/app/tag/v1", {"expiration": 4102444800})
    tag = alice.get("repository/acme/app/tag/").json()["tags"][0]
    assert tag["end_ts"] - tag["start_ts"] == 104 * 7 * 86400


@pytest.mark.parametrize("moment", [1, 10**12])
def test_an_expiration_is_in_the_future_that_calendars_have(
    simulator: Simulator, alice: Client, moment: int
) -> None:
    alice.post("repository", APP)
    simulator.add_tag("acme", "app", "v1")
    assert alice.put("repository/acme/app/tag/v1", {"expiration": moment}).status_code == 400


@pytest.mark.parametrize(
    ("value", "status"), [("2y", 201), ("0d", 201), (" 2 d", 201), ("2x", 400), ("d", 400)]
)
def test_the_age_of_an_auto_prune_policy(alice: Client, value: str, status: int) -> None:
    body = {"method": "creation_date", "value": value}
    assert alice.post("organization/acme/autoprunepolicy/", body).status_code == status


def test_only_restoring_finds_a_manifest_that_no_tag_leads_to(simulator: Simulator, alice: Client) -> None:
    alice.post("repository", APP)
    digest = simulator.add_tag("acme", "app", "v1")
    body = {"manifest_digest": digest}
    alice.delete("repository/acme/app/tag/v1")
    assert alice.get(f"repository/acme/app/manifest/{digest}").status_code == 404
    assert alice.put("repository/acme/app/tag/v2", body).status_code == 404
    assert alice.post("repository/acme/app/tag/v2/restore", body).status_code == 200


@pytest.mark.parametrize(
    ("text", "names"), [("1_0", ["v1.0", "v1_0"]), ("V1%", ["v1.0", "v1_0"]), (".0", ["v1.0"])]
)
def test_a_filter_takes_wildcards_for_what_they_are_in_sql(
    simulator: Simulator, alice: Client, text: str, names: list[str]
) -> None:
    alice.post("repository", APP)
    for name in ("v1.0", "v1_0", "w2"):
        simulator.add_tag("acme", "app", name)
    found = alice.get("repository/acme/app/tag/", params={"filter_tag_name": f"like:{text}"}).json()["tags"]
    assert sorted(tag["name"] for tag in found) == names


def test_tags_of_a_readonly_repository(simulator: Simulator, alice: Client) -> None:
    alice.post("repository", APP)
    simulator.add_tag("acme", "app", "v1")
    alice.put("repository/acme/app/changestate", {"state": "READ_ONLY"})
    answer = alice.delete("repository/acme/app/tag/v1")
    assert answer.status_code == 503
    assert answer.json() == {"message": "Repository is in read only or mirror mode: 1"}


def test_immutability_policy_marks_existing_tags(simulator: Simulator, alice: Client) -> None:
    alice.post("repository", APP)
    simulator.add_tag("acme", "app", "v1")
    path = "organization/acme/immutabilitypolicy/"
    uuid = alice.post(path, {"tagPattern": "v.*"}).json()["uuid"]
    assert alice.delete("repository/acme/app/tag/v1").status_code == 409
    assert alice.post(path, {"tagPattern": "v.*"}).status_code == 400
    assert alice.put(path + uuid, {"tagPattern": "w.*"}).status_code == 204
    assert alice.delete(path + uuid).json() == {"uuid": uuid}
    assert alice.delete("repository/acme/app/tag/v1").status_code == 409, "nothing unmarks a tag"


def test_permissions_of_a_missing_repository(alice: Client) -> None:
    assert alice.get("repository/acme/none/permissions/user/").json() == {"permissions": {}}
    assert alice.put("repository/acme/none/permissions/user/bob", {"role": "read"}).status_code == 500


def test_quota_asymmetries(admin: Client) -> None:
    assert admin.post("organization/acme/quota", {"limit": "10 GiB", "limit_bytes": 1}).status_code == 400
    assert admin.post("organization/acme/quota", {"limit": "10 GB"}).status_code == 201
    quota = admin.get("organization/acme/quota").json()[0]
    assert (quota["limit_bytes"], quota["limit"]) == (10**10, "9.3 GiB")
    assert (
        admin.put(f"organization/acme/quota/{quota['id']}", {"limit_bytes": 0}).json()["limit_bytes"]
        == 10**10
    )
    assert admin.put(f"organization/acme/quota/{quota['id']}", {"other": 1}).status_code == 400
    assert admin.post("superuser/organization/none/quota", {"limit_bytes": 1}).status_code == 500


def test_renaming_an_organization_renames_its_robots(
    simulator: Simulator, admin: Client, alice: Client
) -> None:
    alice.put("organization/acme/robots/ci")
    assert admin.put("superuser/organizations/acme", {"name": "newco"}).json()["name"] == "newco"
    assert list(simulator.state()["newco"]["robots"]) == ["newco+ci"]
    assert admin.put("superuser/organizations/newco", {"name": "alice"}).status_code == 500


def test_mirror_odd_statuses(alice: Client) -> None:
    alice.post("repository", APP)
    alice.put("organization/acme/robots/ci")
    body = {
        "external_reference": "registry.example.com/a/b",
        "sync_interval": 3600,
        "sync_start_date": "2030-01-01T00:00:00Z",
        "root_rule": {"rule_kind": "tag_glob_csv", "rule_value": ["*"]},
        "skopeo_timeout_interval": 300,
    }
    path = "repository/acme/app/mirror"
    assert alice.post(path, body).status_code == 500, "the robot is mandatory, but the schema does not say so"
    assert alice.post(path, {**body, "robot_username": "acme+ci", "unknown": 1}).status_code == 500
    assert alice.post(path, {**body, "robot_username": "acme+ci"}).status_code == 201
    assert alice.put(path, {"external_registry_config": {"proxy": {"http_proxy": "p"}}}).status_code == 201
    assert alice.get(path).json()["external_registry_config"] == {"proxy": {}}
    assert alice.get("repository/acme/app").json()["state"] == "MIRROR"


def test_org_mirror_keeps_repositories_out(alice: Client) -> None:
    alice.put("organization/acme/robots/ci")
    body = {
        "external_registry_type": "harbor",
        "external_registry_url": "https://harbor.example.com",
        "external_namespace": "library",
        "robot_username": "acme+ci",
        "visibility": "private",
        "sync_interval": 3600,
        "sync_start_date": "2030-01-01T00:00:00Z",
    }
    assert alice.post("organization/acme/mirror", body).status_code == 201
    assert alice.get("organization/acme/mirror").json()["has_external_registry_password"] is False
    assert alice.post("repository", APP).status_code == 400
    assert alice.put("organization/acme/mirror", {"is_enabled": False}).status_code == 200
    assert alice.delete("organization/acme/mirror").status_code == 204
    assert alice.post("repository", APP).status_code == 201


def test_internal_registries_are_refused(alice: Client) -> None:
    answer = alice.post("organization/acme/proxycache", {"upstream_registry": "10.0.0.1/x"})
    assert answer.json()["detail"] == "The provided registry URL is not allowed"
    assert (
        alice.post("organization/acme/validateproxycache", {"upstream_registry": "a.b", "x": 1}).status_code
        == 500
    )


def test_browsers_have_to_say_that_they_are_scripts(simulator: Simulator, alice: Client) -> None:
    simulator.settings.browser_calls_xhr_only = True
    firefox = {"User-Agent": "Mozilla/5.0 (X11) Gecko/20100101 Firefox/120.0"}
    assert alice.get("organization/acme", headers=firefox).status_code == 400
    assert alice.get("organization/acme", headers={**firefox, "X-Requested-With": "XMLHttpRequest"}).ok
    assert alice.get("organization/acme").ok
