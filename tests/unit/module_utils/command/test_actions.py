# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What quaytool's actions do to a registry: the simulator, without a socket."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.command import actions
from ansible_collections.quayops.quay.plugins.module_utils.command.actions import RUN, expiration, perform
from ansible_collections.quayops.quay.plugins.module_utils.command.catalog import ACTIONS
from ansible_collections.quayops.quay.plugins.module_utils.command.options import parse
from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration, QuayError
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Password
from ansible_collections.quayops.quay.plugins.module_utils.operations.operation import Operation
from tests.unit.module_utils.conftest import Registry

ORG = ("--organization", "acme")


@pytest.fixture
def acme(registry: Registry) -> Registry:
    """A registry with an organization: a robot, a team, and two private repositories."""
    entry = {
        "name": "acme",
        "robots": [{"name": "ci"}],
        "teams": [{"name": "devs", "role": "member"}],
        "repositories": [{"name": "api"}, {"name": "web"}],
    }
    registry.one(entry)
    registry.simulator.requests.clear()
    return registry


def do(registry: Registry, *words: str) -> Operation:
    return perform(parse(words), registry.client())


def changes(done: Operation) -> list[tuple[str, str, str]]:
    assert done.error is None, done.error
    return [(one["action"], one["kind"], one["name"]) for one in done.values["changes"]]


def test_every_action_can_be_done() -> None:
    assert sorted(RUN) == sorted(ACTIONS)


# --- a second time nothing is changed, and a dry run changes nothing --------------------------------

WRITES: list[tuple[str, list[tuple[str, str, str]]]] = [
    (
        "--set-visibility --visibility public",
        [("update", "repository", "api"), ("update", "repository", "web")],
    ),
    ("--set-visibility --visibility public --skip-repo api", [("update", "repository", "web")]),
    ("--set-visibility --visibility public --repository api", [("update", "repository", "api")]),
    ("set-visibility public --matching a.*", [("update", "repository", "api")]),
    ("--set-visibility --visibility private", []),
    (
        "--set-permissions --user alice",
        [("create", "permission", "api:alice"), ("create", "permission", "web:alice")],
    ),
    ("--set-permissions --robot ci --repository api", [("create", "permission", "api:acme+ci")]),
    ("--set-permissions --robot acme+ci --repository api", [("create", "permission", "api:acme+ci")]),
    ("--set-permissions --team devs --skip api", [("create", "permission", "web:devs")]),
    ("--robot-privileges read --robot ci --skip api", [("create", "permission", "web:acme+ci")]),
    ("--create-repository --repository new", [("create", "repository", "new")]),
    ("create-repository new api", [("create", "repository", "new")]),
    ("--create-robot deploy", [("create", "robot", "acme+deploy")]),
    ("--create-robot --robot acme+deploy", [("create", "robot", "acme+deploy")]),
    ("--create-team ops", [("create", "team", "ops")]),
    ("--create-team --team devs", []),
    ("--create-team --team devs --role admin", [("update", "team", "devs")]),
    ("--add-member --team devs --user alice", [("create", "member", "devs/alice")]),
    ("--add-member --team devs --robot ci", [("create", "member", "devs/acme+ci")]),
    ("--create-prototype --user alice", [("create", "prototype", "alice")]),
    ("--create-prototype --robot ci --role admin", [("create", "prototype", "acme+ci")]),
    ("--create-prototype --team devs", [("create", "prototype", "devs")]),
]


@pytest.mark.parametrize(("text", "expected"), WRITES)
def test_writes(acme: Registry, text: str, expected: list[tuple[str, str, str]]) -> None:
    words = (*text.split(), *ORG)
    foreseen = do(acme, *words, "--dry-run")
    assert (foreseen.changed, changes(foreseen)) == (bool(expected), expected)
    assert acme.writes() == []
    done = do(acme, *words)
    assert (done.changed, changes(done)) == (bool(expected), expected)
    acme.writes()
    again = do(acme, *words)
    assert (again.changed, changes(again)) == (False, [])
    assert acme.writes() == []


def test_create_organization(registry: Registry) -> None:
    assert changes(do(registry, "--create-organization", *ORG, "--dry-run")) == [
        ("create", "organization", "acme")
    ]
    assert registry.writes() == []
    do(registry, "create-organization", "acme", "other", "--email", "a@example.com")
    assert registry.writes() == ["POST organization/", "POST organization/"]
    assert not do(registry, "create-organization", "acme", "other").changed


# --- what the established tool took for granted -----------------------------------------------------


def test_new_repositories_are_public_and_old_ones_stay_as_they_are(acme: Registry) -> None:
    do(acme, "create-repository", "new", "api", *ORG)
    do(acme, "create-repository", "hidden", *ORG, "--visibility", "private")
    repositories = acme.state("acme")["repositories"]
    public = {name: repositories[name]["visibility"] for name in ("new", "api", "hidden")}
    assert public == {"new": "public", "api": "private", "hidden": "private"}
    do(acme, "create-repository", "api", *ORG, "--visibility", "public")
    assert acme.state("acme")["repositories"]["api"]["visibility"] == "public"


def test_a_new_team_creates_and_an_old_one_keeps_its_role(acme: Registry) -> None:
    do(acme, "--create-team", "ops", *ORG)
    do(acme, "--create-team", "--team", "owners", *ORG)
    teams = acme.state("acme")["teams"]
    assert {name: teams[name]["role"] for name in ("ops", "owners", "devs")} == {
        "ops": "creator",
        "owners": "admin",
        "devs": "member",
    }


def test_the_role_of_a_prototype_is_write_and_can_be_changed(acme: Registry) -> None:
    do(acme, "--create-prototype", "--team", "devs", *ORG)
    # A user of the team's name is somebody else.
    acme.simulator.add_user("devs", password="devs-password")
    do(acme, "--create-prototype", "--user", "devs", *ORG, "--role", "read")
    do(acme, "--create-prototype", "--team", "devs", *ORG, "--role", "admin")
    rules = do(acme, "--list-prototypes", *ORG).values["prototypes"]
    assert sorted((rule["type"], rule["name"], rule["role"]) for rule in rules) == [
        ("team", "devs", "admin"),
        ("user", "devs", "read"),
    ]


# --- what must be there already ---------------------------------------------------------------------

MISSING = [
    ("--regenerate-token nobody", "There is no robot 'nobody' in 'acme'. Create it with create-robot."),
    (
        "--add-member --team nope --user alice",
        "There is no team 'nope' in 'acme'. Create it with create-team.",
    ),
    ("--set-visibility --visibility public --repository nope", "there is no repository 'nope'"),
]
# What an earlier step might make is only a warning of a dry run.
MISSING_SO_FAR = [
    ("--add-member --team devs --user carol", "user 'carol' does not exist"),
    ("--set-permissions --team nope", "there is no team 'nope' in acme"),
]


@pytest.mark.parametrize(("text", "message"), [*MISSING, *MISSING_SO_FAR])
def test_what_is_missing_is_named_and_not_made(acme: Registry, text: str, message: str) -> None:
    done = do(acme, *text.split(), *ORG)
    assert message in str(done.error)
    assert not done.changed
    assert acme.writes() == []


@pytest.mark.parametrize(("text", "message"), MISSING)
def test_a_dry_run_says_the_same(acme: Registry, text: str, message: str) -> None:
    done = do(acme, *text.split(), *ORG, "--dry-run")
    assert message in str(done.error)
    assert not done.changed


@pytest.mark.parametrize(("text", "message"), MISSING_SO_FAR)
def test_a_dry_run_warns_of_what_is_missing_so_far(acme: Registry, text: str, message: str) -> None:
    done = do(acme, *text.split(), *ORG, "--dry-run")
    assert done.error is None
    assert any(message in warning for warning in done.warnings)


@pytest.mark.parametrize("text", ["--create-robot ci", "--create-team devs", "create-repository api"])
def test_no_organization_is_made_by_the_way(registry: Registry, text: str) -> None:
    done = do(registry, *text.split(), *ORG)
    assert "Organization 'acme' does not exist" in str(done.error)
    assert registry.writes() == []


def test_names_that_are_not_possible_are_refused_before_anything_is_asked(acme: Registry) -> None:
    for words in (("create-robot", "CI"), ("create-team", "a b"), ("create-repository", "A/")):
        with pytest.raises(InvalidDeclaration):
            do(acme, *words, *ORG)
    with pytest.raises(InvalidDeclaration, match="belongs to 'other'"):
        do(acme, "--set-permissions", "--robot", "other+ci", *ORG)
    assert acme.requests() == []


# --- tokens -----------------------------------------------------------------------------------------


def test_a_robot_comes_with_its_token(acme: Registry) -> None:
    (made,) = do(acme, "--create-robot", "deploy", *ORG).values["robots"]
    assert made["name"] == "acme+deploy"
    (again,) = do(acme, "--create-robot", "--robot", "deploy", *ORG).values["robots"]
    assert again == made
    (new,) = do(acme, "--regenerate-token", "deploy", *ORG).values["robots"]
    assert new["name"] == "acme+deploy"
    assert new["token"] != made["token"]


@pytest.mark.parametrize("words", [("create-robot", "other"), ("regenerate-token", "ci")])
def test_a_dry_run_has_no_token_to_show(acme: Registry, words: tuple[str, str]) -> None:
    done = do(acme, *words, *ORG, "--dry-run")
    assert done.changed
    assert done.values["robots"] == []


def test_lists_show_no_tokens(acme: Registry) -> None:
    (made,) = do(acme, "--create-robot", "ci", *ORG).values["robots"]
    (found,) = do(acme, "--list-robots", *ORG).values["robots"]
    assert found["name"] == "acme+ci"
    assert made["token"] not in repr(found)
    assert "token" not in found


# --- several organizations --------------------------------------------------------------------------


def test_several_organizations(acme: Registry) -> None:
    acme.one({"name": "other", "robots": [{"name": "ci"}], "repositories": [{"name": "app"}]})
    both = (*ORG, "--organization", "other")
    done = do(acme, "--robot-privileges", "write", "--robot", "ci", *both)
    assert [name for _action, _kind, name in changes(done)] == ["api:acme+ci", "web:acme+ci", "app:other+ci"]
    teams = do(acme, "--list-teams", *both).values["teams"]
    assert [(team["organization"], team["name"]) for team in teams] == [
        ("acme", "devs"),
        ("acme", "owners"),
        ("other", "owners"),
    ]


def test_one_organization_that_fails_does_not_stop_the_others(acme: Registry) -> None:
    words = ("--organization", "missing", *ORG)
    done = do(acme, "--set-visibility", "--visibility", "public", *words)
    assert "missing: Organization 'missing' does not exist" in str(done.error)
    assert len(done.values["changes"]) == 2
    listed = do(acme, "--list-teams", *words)
    assert str(listed.error).startswith("missing: Organization 'missing' does not exist")
    assert [team["name"] for team in listed.values["teams"]] == ["devs", "owners"]


# --- tags -------------------------------------------------------------------------------------------


@pytest.fixture
def tagged(acme: Registry) -> Registry:
    """The same with v1 in both repositories, and v2 in web."""
    for repository, tag in (("api", "v1"), ("web", "v1"), ("web", "v2")):
        acme.simulator.add_tag("acme", repository, tag)
    acme.simulator.requests.clear()
    return acme


def test_expire_and_lift_it_again(tagged: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    # No full hour passes between the steps.
    now = time.time()
    monkeypatch.setattr(actions, "time", SimpleNamespace(time=lambda: now))
    words = ("--tag", "v1", *ORG)
    done = do(tagged, "--expire", "7", *words)
    assert changes(done) == [("update", "tag", "api:v1"), ("update", "tag", "web:v1")]
    assert changes(do(tagged, "--expire", "7", *words, "--skip-repo", "web")) == []
    assert changes(do(tagged, "expire", "0", *words)) == [
        ("update", "tag", "api:v1"),
        ("update", "tag", "web:v1"),
    ]
    assert changes(do(tagged, "expire", "never", *words)) == []


@pytest.mark.parametrize(
    ("days", "now", "expected"),
    [
        (0, 1_700_000_000, "never"),
        (1, 1_700_000_000, "2023-11-15T23:00:00Z"),
        (1, 1_700_002_799, "2023-11-15T23:00:00Z"),
        (1, 1_700_002_800, "2023-11-15T23:00:00Z"),
        (1, 1_700_002_801, "2023-11-16T00:00:00Z"),
        (7, 1_700_000_000.5, "2023-11-21T23:00:00Z"),
    ],
)
def test_the_moment_is_the_next_full_hour(days: int, now: float, expected: str) -> None:
    assert expiration(days, now) == expected


def test_restore(tagged: Registry) -> None:
    tagged.client().send("DELETE", "repository/acme/web/tag/v2")
    foreseen = do(tagged, "--restore-tag", "--tag", "v2", *ORG, "--dry-run")
    done = do(tagged, "--restore-tag", "--tag", "v2", *ORG)
    assert changes(foreseen) == changes(done) == [("create", "tag", "web:v2")]
    assert done.values["without_tag"] == ["acme/api"]
    assert changes(do(tagged, "restore-tag", "v2", *ORG)) == []


def test_a_tag_that_is_nowhere_is_a_failure(tagged: Registry) -> None:
    with pytest.raises(QuayError, match="None of the 2 repositories of 'acme' has the tag"):
        do(tagged, "expire", "1", "--tag", "v9", *ORG)


def test_prune(tagged: Registry) -> None:
    words = ("prune", *ORG, "--keep-newest", "1", "--keep-name", "stable", "--allow-empty-keeplist")
    foreseen = do(tagged, *words, "--dry-run")
    assert tagged.writes() == []
    done = do(tagged, *words)
    assert foreseen.values["expired"] == done.values["expired"] == 1
    assert do(tagged, *words).values["expired"] == 0


PRUNE = [
    ((), "without them every tag would expire"),
    (("--keep-newest", "1"), "keep-list is empty"),
    (("--older-than", "soon", "--keep-name", "a"), "soon"),
    (("--older-than", "1d", "--keep-pattern", "("), "keep_patterns"),
    (("--older-than", "1d", "--keep-name", "a", "--max-expire", "-1"), "max_expire is -1"),
]


@pytest.mark.parametrize(("words", "message"), PRUNE)
def test_prune_refuses_before_anything_is_asked(
    tagged: Registry, words: tuple[str, ...], message: str
) -> None:
    with pytest.raises(QuayError) as caught:
        do(tagged, "prune", *ORG, *words)
    assert message in str(caught.value)
    assert tagged.requests() == []


# --- lists ------------------------------------------------------------------------------------------


def test_lists_are_complete(registry: Registry) -> None:
    names = [f"r{number:03}" for number in range(120)]
    registry.one({"name": "acme", "repositories": [{"name": name} for name in names]})
    for number in range(130):
        registry.simulator.add_tag("acme", "r000", f"t{number:03}")
    found = do(registry, "--list-repositories", *ORG).values["repositories"]
    assert [entry["name"] for entry in found] == [f"acme/{name}" for name in names]
    tags = do(registry, "--list-images", "--repository", "r000", *ORG).values["tags"]
    assert sorted(tag["name"] for tag in tags) == [f"t{number:03}" for number in range(130)]
    done = do(registry, "--set-visibility", "--visibility", "public", *ORG)
    assert len(done.values["changes"]) == 120


def test_repositories_of_everywhere(acme: Registry) -> None:
    acme.one({"name": "other", "repositories": [{"name": "app", "visibility": "public"}]})
    everywhere = do(acme, "--list-repositories").values["repositories"]
    assert [entry["name"] for entry in everywhere] == ["acme/api", "acme/web", "other/app"]
    public = do(acme, "--list-repositories", "--visibility", "public").values["repositories"]
    assert [entry["name"] for entry in public] == ["other/app"]
    private = do(acme, "--list-repositories", "--visibility", "private").values["repositories"]
    assert [entry["name"] for entry in private] == ["acme/api", "acme/web"]
    chosen = do(acme, "--list-repositories", *ORG, "--matching", "a.*").values["repositories"]
    assert [entry["name"] for entry in chosen] == ["acme/api"]
    with pytest.raises(InvalidDeclaration, match="need --organization"):
        do(acme, "--list-repositories", "--skip", "api")


@pytest.mark.parametrize(
    "words",
    [("--repository", "acme/web"), ("--repository", "web", *ORG), ("--repository", "acme/web", *ORG)],
)
def test_images_have_digests(tagged: Registry, words: tuple[str, ...]) -> None:
    tags = do(tagged, "--list-images", *words).values["tags"]
    assert sorted(tag["name"] for tag in tags) == ["v1", "v2"]
    assert all(tag["manifest_digest"].startswith("sha256:") for tag in tags)
    assert {tag["repository"] for tag in tags} == {"acme/web"}


def test_images_of_a_repository_that_is_not_there(tagged: Registry) -> None:
    for words in (("--repository", "acme/nope"), ("--repository", "nope", *ORG), ("--repository", "nope")):
        done = do(tagged, "--list-images", *words)
        assert "there is no repository 'nope'" in str(done.error)
        assert done.values["tags"] == []


def test_tags_of_an_organization(tagged: Registry) -> None:
    tags = do(tagged, "list-tags", *ORG).values["tags"]
    assert sorted((tag["repository"], tag["name"]) for tag in tags) == [
        ("acme/api", "v1"),
        ("acme/web", "v1"),
        ("acme/web", "v2"),
    ]
    only = do(tagged, "list-tags", *ORG, "--tag", "v1", "--skip", "api").values["tags"]
    assert [(tag["repository"], tag["name"]) for tag in only] == [("acme/web", "v1")]


def test_info(registry: Registry) -> None:
    values: dict[str, Any] = dict(do(registry, "--info").values)
    assert values["version"].startswith("Quay v3.")
    assert values["hostname"] == "localhost:8080"
    assert "SUPER_USERS" in values["features"]
    assert [request.path for request in registry.simulator.requests] == ["/config"]


# --- one's own namespace ----------------------------------------------------------------------------


def test_a_user_works_in_the_own_namespace(registry: Registry) -> None:
    client = registry.client(Password("alice", "alice-password"))

    def alice(*words: str) -> Operation:
        return perform(parse(words), client)

    own = ("--organization", "alice")
    assert changes(alice("create-repository", "mine", *own)) == [("create", "repository", "mine")]
    (made,) = alice("create-robot", "ci", *own).values["robots"]
    assert changes(alice("robot-privileges", "read", "--robot", "ci", *own)) == [
        ("create", "permission", "mine:alice+ci")
    ]
    (new,) = alice("regenerate-token", "ci", *own).values["robots"]
    assert (new["name"], made["name"]) == ("alice+ci", "alice+ci")
    assert new["token"] != made["token"]
    assert [one["name"] for one in alice("list-robots", *own).values["robots"]] == ["alice+ci"]
    assert [one["name"] for one in alice("list-repositories").values["repositories"]] == ["alice/mine"]
    registry.simulator.add_tag("alice", "mine", "v1")
    assert [one["name"] for one in alice("list-images", "--repository", "mine").values["tags"]] == ["v1"]
