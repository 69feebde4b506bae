# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the information modules read, against the simulator: everything or a failure, with few requests."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    AuthenticationFailed,
    Forbidden,
    InvalidDeclaration,
    NotFound,
    QuayError,
    ServerFault,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.operations import inventory, repository_inventory
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry

A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64
SELECTION: dict[str, Any] = {"repositories": None, "matching": None, "skip": []}
DEFAULTS: dict[str, dict[str, Any]] = {
    "tags": {
        **SELECTION,
        "repository": None,
        "organization": None,
        "tag": None,
        "digest": None,
        "name_contains": None,
        "only_active_tags": False,
    },
    "repositories": {
        **SELECTION,
        "organization": None,
        "name": None,
        "visibility": None,
        "public": False,
        "permissions": False,
    },
    "robots": {
        "organization": "acme",
        "name": None,
        "permissions": False,
        "federations": False,
        "include_token": False,
    },
    "prototypes": {"organization": "acme", "name": None, "type": None, "creator": None},
    "teams": {"organization": "acme", "name": None, "permissions": False, "invited": False},
}


@pytest.fixture
def acme(registry: Registry) -> Registry:
    """Organization acme: 120 repositories, two robots, two teams, prototypes; app-000 has tags."""
    repositories: list[dict[str, Any]] = [{"name": f"app-{number:03}"} for number in range(120)]
    repositories[0].update(
        visibility="public",
        description="First",
        perms=[
            {"name": "acme+ci", "role": "write"},
            {"name": "alice", "role": "read"},
            {"name": "devs", "type": "team", "role": "admin"},
        ],
    )
    registry.one(
        {
            "name": "acme",
            "robots": [{"name": "ci", "description": "Pushes"}, {"name": "idle"}],
            "teams": [
                {"name": "creators", "role": "creator", "members": ["acme+ci", "alice"]},
                {"name": "devs", "members": ["bob"]},
            ],
            "prototypes": [
                {"name": "acme+ci", "role": "write"},
                {"name": "devs", "type": "team", "role": "read", "creator": "alice"},
            ],
            "repositories": repositories,
        }
    )
    registry.requests()
    return registry


def client_of(registry: Registry, user: str, scopes: str | None = None) -> Client:
    token = registry.simulator.token(user, *([scopes] if scopes else []))
    registry.requests()
    return registry.client(Token(token))


def read(registry: Registry, what: str, client: Client | None = None, **options: Any) -> list[dict[str, Any]]:
    operate = getattr(inventory, what, None) or getattr(repository_inventory, what)
    outcome = operate({**DEFAULTS[what], **options}, client or registry.client(), False)
    assert outcome.error is None
    assert not outcome.changed
    found: list[dict[str, Any]] = outcome.values[what]
    return found


class TestTags:
    @pytest.fixture
    def tagged(self, acme: Registry) -> Registry:
        for number in range(230):
            acme.simulator.add_tag("acme", "app-000", f"v{number}", A if number % 2 else B)
        acme.simulator.add_tag("acme", "app-001", "v1", A)
        acme.client().send("DELETE", "repository/acme/app-000/tag/v7")
        acme.requests()
        return acme

    def test_all_pages_of_the_history(self, tagged: Registry) -> None:
        found = read(tagged, "tags", repository="acme/app-000")
        assert len(found) == 230
        assert next(one for one in found if "end_ts" in one)["name"] == "v7"
        assert len(tagged.requests()) == 3

    def test_those_that_are_there(self, tagged: Registry) -> None:
        found = read(tagged, "tags", repository="acme/app-000", only_active_tags=True)
        assert len(found) == 229

    @pytest.mark.parametrize(
        ("options", "names"),
        [
            ({"tag": "v22"}, ["v22"]),
            ({"name_contains": "V22"}, ["v22", *(f"v22{digit}" for digit in range(10))]),
            ({"tag": "none"}, []),
        ],
    )
    def test_the_registry_searches(self, tagged: Registry, options: dict[str, Any], names: list[str]) -> None:
        found = read(tagged, "tags", repository="acme/app-000", **options)
        assert sorted(one["name"] for one in found) == names
        assert len(tagged.requests()) == 1

    def test_by_digest(self, tagged: Registry) -> None:
        found = read(tagged, "tags", repository="acme/app-000", digest=A, only_active_tags=True)
        assert {one["manifest_digest"] for one in found} == {A}
        assert len(found) == 114

    def test_over_an_organization(self, tagged: Registry) -> None:
        found = read(tagged, "tags", organization="acme", tag="v1", only_active_tags=True)
        assert [one["repository"] for one in found] == ["acme/app-000", "acme/app-001"]

    @pytest.mark.parametrize("part", ["1_", "v%", ""])
    def test_a_part_of_a_name_is_no_pattern(
        self, tagged: Registry, part: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A Quay may take _ and % for any letters, and then finds more."""
        listing = Client.numbered_listing

        def everything(self: Client, path: str, key: str, query: dict[str, str]) -> list[Any]:
            return listing(self, path, key, {**query, "filter_tag_name": ""})

        monkeypatch.setattr(Client, "numbered_listing", everything)
        found = read(tagged, "tags", repository="acme/app-000", name_contains=part)
        assert len(found) == (0 if part else 230)

    def test_an_empty_name_is_that_of_no_tag(self, tagged: Registry) -> None:
        assert read(tagged, "tags", repository="acme/app-001", tag="") == []

    def test_the_callers_own_repository(self, tagged: Registry) -> None:
        body = {"repository": "mine", "visibility": "private", "description": ""}
        tagged.client().send("POST", "repository", body)
        tagged.simulator.add_tag("admin", "mine", "v1", A)
        for name in ("mine", "admin/mine", "/admin/mine/"):
            assert [one["name"] for one in read(tagged, "tags", repository=name)] == ["v1"]

    @pytest.mark.parametrize("name", ["", "/", "acme/", "/app", "acme//app"])
    def test_what_is_no_name_of_a_repository(self, tagged: Registry, name: str) -> None:
        with pytest.raises(InvalidDeclaration, match="is not organization/repository"):
            read(tagged, "tags", repository=name)
        assert tagged.requests() == []

    @pytest.mark.parametrize("name", ["acme/none", "nobody/none", "none"])
    def test_a_repository_that_does_not_exist_has_no_tags(self, tagged: Registry, name: str) -> None:
        assert read(tagged, "tags", repository=name) == []

    def test_to_somebody_without_rights(self, tagged: Registry) -> None:
        """They may know that there is no such namespace, but not what else is missing and what forbidden."""
        bob = client_of(tagged, "bob")
        assert read(tagged, "tags", bob, repository="nobody/none") == []
        for name in ("acme/none", "acme/app-001", "alice/none"):
            with pytest.raises(Forbidden, match=name):
                read(tagged, "tags", bob, repository=name)

    def test_an_empty_organization_is_not_the_whole_registry(self, tagged: Registry) -> None:
        with pytest.raises(InvalidDeclaration, match="organization must not be empty"):
            read(tagged, "tags", organization="")
        assert tagged.requests() == []

    def test_one_that_cannot_be_read_is_a_failure_that_names_it(self, tagged: Registry) -> None:
        tagged.simulator.faults.add(Fault("500", method="GET", path="app-001/tag"))
        options = {**DEFAULTS["tags"], "organization": "acme", "matching": "app-00[01]"}
        outcome = repository_inventory.tags(options, tagged.client(), False)
        assert (outcome.error or "").startswith("1 of 2 repositories could not be read:\nacme/app-001: ")
        assert {one["repository"] for one in outcome.values["tags"]} == {"acme/app-000"}

    def test_a_repository_of_the_list_must_exist(self, tagged: Registry) -> None:
        listed = ["acme/app-001", "none", "app-000", "app-001"]
        options = {**DEFAULTS["tags"], "organization": "acme", "repositories": listed, "skip": ["app-000"]}
        outcome = repository_inventory.tags(options, tagged.client(), False)
        text = "1 of 2 repositories could not be read:\nacme/none: there is no repository 'none'."
        assert outcome.error == text
        assert [one["repository"] for one in outcome.values["tags"]] == ["acme/app-001"]
        # What is named need not be listed.
        assert len(tagged.requests()) == 2

    def test_the_failures_of_many_are_counted_rather_than_all_named(self, tagged: Registry) -> None:
        names = [f"no-{number:02}" for number in range(13)]
        options = {**DEFAULTS["tags"], "organization": "acme", "repositories": names}
        lines = (repository_inventory.tags(options, tagged.client(), False).error or "").splitlines()
        assert (lines[0], lines[-1]) == ("13 of 13 repositories could not be read:", "and 3 more.")
        assert len(lines) == 12

    def test_a_page_that_fails_is_a_failure(self, tagged: Registry) -> None:
        two_pages = Fault("slow", method="GET", path="app-000/tag", delay=0.0, times=2)
        tagged.simulator.faults.add(two_pages, Fault("500", method="GET", path="app-000/tag"))
        with pytest.raises(ServerFault):
            read(tagged, "tags", repository="acme/app-000")


class TestRepositories:
    def test_all_pages(self, acme: Registry) -> None:
        found = read(acme, "repositories", organization="acme")
        assert [one["name"] for one in found] == [f"acme/app-{number:03}" for number in range(120)]
        assert len(acme.requests()) == 2
        assert found[0] == {
            "name": "acme/app-000",
            "organization": "acme",
            "short_name": "app-000",
            "visibility": "public",
            "description": "First",
            "repo_state": "NORMAL",
            "star": False,
            "last_modified": None,
            "size": found[0]["size"],
        }

    def test_private_ones_are_seen_and_filtered(self, acme: Registry) -> None:
        assert len(read(acme, "repositories", organization="acme", visibility="private")) == 119
        assert len(read(acme, "repositories", organization="acme", visibility="public")) == 1

    def test_who_may_do_what(self, acme: Registry) -> None:
        found = read(acme, "repositories", organization="acme", permissions=True, matching="app-00[01]")
        assert {"name": "devs", "type": "team", "role": "admin"} in found[0]["perms"]
        assert {"name": "acme+ci", "type": "user", "role": "write"} in found[0]["perms"]
        assert {"name": "alice", "type": "user", "role": "read"} in found[0]["perms"]

    def test_who_may_do_what_on_many_is_read_at_once(self, acme: Registry) -> None:
        one_by_one = read(acme, "repositories", organization="acme", permissions=True, matching="app-00[0-4]")
        assert len(acme.requests()) == 2 + 2 * 5
        found = read(acme, "repositories", organization="acme", permissions=True)
        assert [one["perms"] for one in found[:5]] == [one["perms"] for one in one_by_one]
        # Each new repository has a user with rights, whom only itself names: 120 of the requests.
        assert len(acme.requests()) < 120 + 12

    def test_who_may_do_what_without_administering_the_organization(self, acme: Registry) -> None:
        """Whoever administers repositories is told about them, and about others that this is forbidden."""
        names = [f"app-{number:03}" for number in range(7)]
        granted = [{"name": name, "perms": [{"name": "bob", "role": "admin"}]} for name in names]
        acme.one({"name": "acme", "append": True, "repositories": granted})
        bob = client_of(acme, "bob")
        found = read(acme, "repositories", bob, organization="acme", permissions=True)
        assert [one["short_name"] for one in found] == names
        assert all({"name": "bob", "type": "user", "role": "admin"} in one["perms"] for one in found)
        alice = client_of(acme, "alice")
        with pytest.raises(Forbidden, match="acme/app-000/permissions"):
            read(acme, "repositories", alice, organization="acme", permissions=True)

    @pytest.mark.parametrize("options", [{}, {"organization": "admin"}, {"name": "admin/mine"}])
    def test_who_may_do_what_on_the_callers_own(self, acme: Registry, options: dict[str, Any]) -> None:
        body = {"repository": "mine", "visibility": "private", "description": ""}
        acme.client().send("POST", "repository", body)
        acme.client().send("PUT", "repository/admin/mine/permissions/user/bob", {"role": "read"})
        (found,) = read(acme, "repositories", permissions=True, **options)
        assert {"name": "bob", "type": "user", "role": "read"} in found["perms"]

    def test_all_public_ones_and_no_others(self, acme: Registry) -> None:
        acme.one({"name": "beta", "repositories": [{"name": "app", "visibility": "public"}, {"name": "x"}]})
        for client in (acme.client(), client_of(acme, "alice"), client_of(acme, "bob")):
            found = read(acme, "repositories", client, public=True)
            assert [one["name"] for one in found] == ["acme/app-000", "beta/app"]

    @pytest.mark.parametrize(
        "option",
        [
            {"organization": "acme"},
            {"name": "acme/app-000"},
            {"repositories": ["app-000"]},
            {"matching": "app.*"},
            {"skip": ["app-000"]},
            {"permissions": True},
            {"visibility": "private"},
        ],
    )
    def test_all_public_ones_stand_alone(self, acme: Registry, option: dict[str, Any]) -> None:
        with pytest.raises(InvalidDeclaration, match=f"cannot go together with {next(iter(option))}"):
            read(acme, "repositories", public=True, **option)
        assert acme.requests() == []

    def test_to_somebody_without_rights_the_public_ones_are_there(self, acme: Registry) -> None:
        acme.simulator.add_user("carol", password="carol-password")
        carol = client_of(acme, "carol")
        found = read(acme, "repositories", carol, organization="acme")
        assert [one["name"] for one in found] == ["acme/app-000"]

    @pytest.mark.parametrize("name", ["acme/app-000", "acme/app-119"])
    def test_one_of_them(self, acme: Registry, name: str) -> None:
        (found,) = read(acme, "repositories", name=name)
        assert found["name"] == name
        assert len(acme.requests()) == (1 if name.endswith("000") else 2)

    @pytest.mark.parametrize("name", ["acme/none", "nobody/none", "none"])
    def test_one_that_does_not_exist(self, acme: Registry, name: str) -> None:
        assert read(acme, "repositories", name=name) == []

    def test_an_empty_organization(self, acme: Registry) -> None:
        acme.one({"name": "empty"})
        assert read(acme, "repositories", organization="empty") == []

    def test_the_callers_own(self, acme: Registry) -> None:
        body = {"repository": "mine", "visibility": "private", "description": ""}
        acme.client().send("POST", "repository", body)
        assert [one["name"] for one in read(acme, "repositories")] == ["admin/mine"]

    def test_an_organization_that_does_not_exist(self, acme: Registry) -> None:
        with pytest.raises(NotFound, match="Organization 'nobody' does not exist"):
            read(acme, "repositories", organization="nobody")

    def test_a_listing_that_is_cut_is_a_failure(self, acme: Registry) -> None:
        acme.simulator.faults.add(Fault("cut_page", method="GET", path="repository"))
        with pytest.raises(QuayError, match="listing"):
            read(acme, "repositories", organization="acme")


class TestRobots:
    def test_one_request_and_no_token(self, acme: Registry) -> None:
        found = read(acme, "robots")
        assert len(acme.requests()) == 1
        assert [one["name"] for one in found] == ["acme+ci", "acme+idle"]
        assert (found[0]["teams"], found[0]["description"]) == (["creators"], "Pushes")
        assert "app-000" in found[0]["repositories"]
        assert "token" not in found[0]

    @pytest.mark.parametrize("name", ["ci", "acme+ci"])
    def test_one_of_them_with_everything(self, acme: Registry, name: str) -> None:
        (found,) = read(acme, "robots", name=name, permissions=True, federations=True, include_token=True)
        assert {"repository": "app-000", "role": "write"} in found["perms"]
        assert found["federations"] == []
        assert found["token"] == acme.client().get("organization/acme/robots/ci")["token"]

    def test_of_somebody_else(self, acme: Registry) -> None:
        with pytest.raises(InvalidDeclaration, match="does not belong to 'acme'"):
            read(acme, "robots", name="beta+ci")
        assert acme.requests() == []

    def test_a_full_name_tells_the_organization(self, acme: Registry) -> None:
        (found,) = read(acme, "robots", organization=None, name="acme+ci")
        assert found["name"] == "acme+ci"
        assert read(acme, "robots", organization=None, name="acme+none") == []

    @pytest.mark.parametrize("organization", [None, "bob", "admin"])
    def test_the_callers_own(self, acme: Registry, organization: str | None) -> None:
        """Also where the caller names their own namespace, to which Quay has another way."""
        user = organization or "bob"
        client = acme.client() if user == "admin" else client_of(acme, user)
        client.send("PUT", "user/robots/own", {"description": "Mine"})
        found = read(acme, "robots", client, organization=organization, permissions=True, include_token=True)
        assert [(one["name"], one["description"]) for one in found] == [(f"{user}+own", "Mine")]
        assert found[0]["token"]

    def test_the_callers_own_by_name_without_the_scope_for_organizations(self, acme: Registry) -> None:
        client = client_of(acme, "bob", "user:admin")
        client.send("PUT", "user/robots/own", {})
        assert [one["name"] for one in read(acme, "robots", client, organization="bob")] == ["bob+own"]

    @pytest.mark.parametrize("include_token", [False, True])
    def test_a_member_without_rights_is_not_told_half(self, acme: Registry, include_token: bool) -> None:
        with pytest.raises(
            Forbidden, match="does not show the teams and repositories of the robots of 'acme'"
        ):
            read(acme, "robots", client_of(acme, "bob"), include_token=include_token)

    @pytest.mark.parametrize("missing", ["teams", "repositories"])
    def test_what_an_answer_leaves_out_is_not_taken_for_nothing(
        self, acme: Registry, monkeypatch: pytest.MonkeyPatch, missing: str
    ) -> None:
        client, get = acme.client(), Client.get

        def without(self: Client, path: str, query: Any = None) -> Any:
            answer = get(self, path, query)
            for view in answer.get("robots", ()):
                view.pop(missing, None)
            return answer

        monkeypatch.setattr(Client, "get", without)
        with pytest.raises(Forbidden, match="does not show the teams and repositories"):
            read(acme, "robots", client)

    def test_who_only_reads_is_not_shown_tokens(self, make_registry: Callable[..., Registry]) -> None:
        registry = make_registry(global_readonly_superusers=("alice",))
        registry.one({"name": "acme", "robots": [{"name": "ci"}]})
        alice = client_of(registry, "alice")
        assert [one["name"] for one in read(registry, "robots", alice)] == ["acme+ci"]
        with pytest.raises(Forbidden, match="does not show the tokens of the robots of 'acme'"):
            read(registry, "robots", alice, include_token=True)

    def test_roles_without_the_scope_of_the_robots(self, acme: Registry) -> None:
        acme.one({"name": "acme", "append": True, "teams": [{"name": "owners", "members": ["alice"]}]})
        wanted = read(acme, "robots", permissions=True)
        assert {"repository": "app-000", "role": "write"} in wanted[0]["perms"]
        alice = client_of(acme, "alice", "org:admin repo:admin")
        assert read(acme, "robots", alice, permissions=True) == wanted
        without = client_of(acme, "alice", "org:admin")
        with pytest.raises(Forbidden, match="permissions/user"):
            read(acme, "robots", without, permissions=True)

    def test_keyless_ones(self, acme: Registry) -> None:
        pairs = [{"issuer": "https://issuer.example.com", "subject": "repo:app"}]
        acme.client().send("POST", "organization/acme/robots/idle/federation", pairs)
        found = read(acme, "robots", federations=True)
        assert [one["federations"] for one in found] == [[], pairs]


class TestPrototypes:
    def test_all_and_some(self, acme: Registry) -> None:
        found = read(acme, "prototypes")
        assert sorted((one["name"], one["type"], one["role"], one["creator"]) for one in found) == [
            ("acme+ci", "user", "write", ""),
            ("devs", "team", "read", "alice"),
        ]
        assert all(one["id"] for one in found)
        assert [one["name"] for one in read(acme, "prototypes", type="team")] == ["devs"]
        assert [one["name"] for one in read(acme, "prototypes", creator="")] == ["acme+ci"]
        assert read(acme, "prototypes", name="nobody") == []

    def test_one_request(self, acme: Registry) -> None:
        read(acme, "prototypes")
        assert acme.requests() == ["GET organization/acme/prototypes"]


class TestTeams:
    def test_members_from_the_lists(self, acme: Registry) -> None:
        found = {one["name"]: one for one in read(acme, "teams")}
        assert len(acme.requests()) == 3
        assert found["creators"]["members"] == ["acme+ci", "alice"]
        assert found["creators"]["robots"] == ["acme+ci"]
        assert (found["creators"]["role"], found["devs"]["members"]) == ("creator", ["bob"])
        assert found["owners"]["members"] == ["admin"]

    def test_a_robot_of_another_organization_is_a_member_too(self, acme: Registry) -> None:
        acme.one({"name": "beta", "robots": [{"name": "guest"}]})
        acme.client().send("PUT", "organization/acme/team/devs/members/beta+guest")
        found = {one["name"]: one for one in read(acme, "teams")}
        assert found["devs"]["members"] == ["beta+guest", "bob"]

    def test_one_of_them(self, acme: Registry) -> None:
        (found,) = read(acme, "teams", name="devs", permissions=True, invited=True)
        assert len(acme.requests()) == 3
        assert (found["members"], found["invited"]) == (["bob"], [])
        assert {"repository": "app-000", "role": "admin"} in found["perms"]
        assert read(acme, "teams", name="none") == []

    def test_who_is_invited_is_no_member(self, make_registry: Callable[..., Registry]) -> None:
        registry = make_registry(features={"MAILING": True, "REQUIRE_TEAM_INVITE": True})
        registry.one({"name": "acme", "teams": [{"name": "devs"}]})
        registry.client().send("PUT", "organization/acme/team/devs/members/bob")
        found = {one["name"]: one for one in read(registry, "teams", invited=True)}
        assert (found["devs"]["members"], found["devs"]["invited"]) == ([], ["bob"])
        assert {one["name"]: one["members"] for one in read(registry, "teams")}["devs"] == []


@pytest.mark.parametrize("organization", ["acme", "hidden", "empty"])
@pytest.mark.parametrize("what", ["repositories", "tags", "robots", "prototypes", "teams"])
def test_a_bad_token_is_never_an_empty_result(acme: Registry, what: str, organization: str) -> None:
    """To Quay its bearer is nobody, who may see what is public."""
    acme.one({"name": "hidden", "repositories": [{"name": "app"}]})
    acme.one({"name": "empty"})
    with pytest.raises(AuthenticationFailed, match="token is invalid, expired or revoked"):
        read(acme, what, acme.client(Token("nonsense")), organization=organization)


@pytest.mark.parametrize("options", [{"public": True}, {"name": "acme/app-001"}, {}])
def test_a_bad_token_is_never_an_empty_list_of_repositories(acme: Registry, options: dict[str, Any]) -> None:
    with pytest.raises(AuthenticationFailed):
        read(acme, "repositories", acme.client(Token("nonsense")), **options)


@pytest.mark.parametrize("what", ["robots", "prototypes", "teams"])
@pytest.mark.parametrize("name", ["nobody", "alice"])
def test_to_a_user_an_organization_that_is_not_there(acme: Registry, what: str, name: str) -> None:
    """Quay forbids it alike; that it does not exist says more. A user is no organization."""
    with pytest.raises(NotFound, match=f"Organization '{name}' does not exist"):
        read(acme, what, client_of(acme, "bob"), organization=name)


@pytest.mark.parametrize("what", ["robots", "prototypes", "teams"])
def test_an_organization_that_is_not_there_or_not_ours(acme: Registry, what: str) -> None:
    with pytest.raises(NotFound):
        read(acme, what, organization="nobody")
    acme.simulator.add_user("carol", password="carol-password")
    stranger = acme.client(Token(acme.simulator.token("carol")))
    with pytest.raises(Forbidden):
        getattr(inventory, what)(DEFAULTS[what], stranger, False)
    bad = acme.client(Token("nonsense"))
    with pytest.raises(AuthenticationFailed):
        getattr(inventory, what)(DEFAULTS[what], bad, False)
