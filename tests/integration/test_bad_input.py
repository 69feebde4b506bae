# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Everything that can be wrong in a playbook: one clear message, before anything is written if that can be.

Credentials have a file of their own (test_credentials.py), so have certificates (test_tls.py).
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from .support.playbook import Playbook, Run, Task, task
from .support.registry import Registry

NAME_RULE = "lower-case letters and digits, separated by single '.', '_' or '-', 2 to 255 characters"
REPOSITORY_RULE = "up to 255 lower-case letters, digits, '.', '_' and '-', parts separated by '/'"
# An address of the block that is kept for documentation: nothing answers there.
NOWHERE = "http://192.0.2.1"

Case = tuple[Task, list[str]]


@pytest.fixture
def org(registry: Registry) -> str:
    """An organization that is there."""
    return registry.new_org()


@pytest.fixture
def nothing_written(registry: Registry) -> Iterator[None]:
    """Whatever the test does, the registry is asked for no change (which only the simulator can tell)."""
    if registry.simulated:
        registry.forget_requests()
    yield
    if registry.simulated:
        assert registry.writes() == []


def bulk(*entries: dict[str, Any], **options: Any) -> Task:
    """Return a task for the bulk module that fails."""
    return task("quay_organizations", fails=True, organizations=list(entries), **options)


def bad(module: str, **options: Any) -> Task:
    """Return a task that fails."""
    return task(module, fails=True, **options)


def assert_refused(play: Playbook, cases: dict[str, Case]) -> Run:
    """Run the tasks; each message holds the words that belong to it, in one line (for each organization)."""
    run = play({name: one for name, (one, _words) in cases.items()})
    for name, (_one, words) in cases.items():
        message = run.message(name)
        assert [word for word in words if word not in message] == [], f"{name}: {message}"
        lines = 1 + len(run[name].get("failed_organizations", []))
        assert len(message.splitlines()) == lines, f"{name}: {message}"
        assert not run[name]["changed"], name
        assert run[name].get("changes", []) == [], name
    return run


@pytest.mark.usefixtures("nothing_written")
def test_options_that_do_not_exist(play: Playbook) -> None:
    words = ["Unsupported parameters", "colour"]
    extra = {"colour": "red"}
    assert_refused(
        play,
        {
            "organization": (bad("quay_organization", name="some-org", **extra), words),
            "robot": (bad("quay_robot", name="some-org+ci", **extra), words),
            "team": (bad("quay_team", organization="some-org", name="devs", **extra), words),
            "info": (bad("quay_organization_info", **extra), words),
            "bulk": (bulk({"name": "some-org", **extra}), [*words, "organizations"]),
            "nested": (bulk({"name": "some-org", "robots": [{"name": "ci", **extra}]}), [*words, "robots"]),
            "nested twice": (
                bulk({"name": "o1", "repositories": [{"name": "app", "perms": [{"name": "al", **extra}]}]}),
                [*words, "perms"],
            ),
        },
    )


@pytest.mark.usefixtures("nothing_written")
def test_values_of_the_wrong_type(play: Playbook) -> None:
    team = {"organization": "some-org", "name": "devs"}
    cannot = "we were unable to convert to"
    assert_refused(
        play,
        {
            "members": (bad("quay_team", **team, members={"name": "alice"}), ["members", cannot, "list"]),
            "append": (bad("quay_team", **team, append="perhaps"), ["append", "perhaps", cannot, "bool"]),
            "star": (bad("quay_repository", name="some-org/app", star="many"), ["star", "many", "bool"]),
            "federations": (bad("quay_robot", name="o1+ci", federations=["x"]), ["dictionary requested"]),
            "missing": (
                bad("quay_robot", name="o1+ci", federations=[{"issuer": "https://a.example"}]),
                ["missing required arguments: subject", "federations"],
            ),
            "timeout": (bad("quay_team", **team, timeout="soon"), ["timeout", "float"]),
            "parallel": (bad("quay_team", **team, parallel="all"), ["parallel", "all", "int"]),
            "organizations": (
                task("quay_organizations", fails=True, organizations=["some-org"]),
                ["dictionary requested"],
            ),
            "purge limit": (bulk({"name": "some-org"}, purge_limit="few"), ["purge_limit", "few", "int"]),
        },
    )


@pytest.mark.usefixtures("nothing_written")
def test_values_that_are_not_allowed(play: Playbook) -> None:
    team = {"organization": "some-org", "name": "devs"}
    one_of = "must be one"
    assert_refused(
        play,
        {
            "team role": (
                bad("quay_team", **team, role="boss"),
                ["role", one_of, "member, creator, admin", "boss"],
            ),
            "prototype role": (
                bad("quay_prototype", organization="some-org", name="al", role="creator"),
                ["role", one_of, "read, write, admin", "creator"],
            ),
            "permission role": (
                bad("quay_repository", name="o1/app", perms=[{"name": "alice", "role": "owner"}]),
                ["role", one_of, "read, write, admin", "owner"],
            ),
            "visibility": (bad("quay_repository", name="o1/app", visibility="secret"), [one_of, "secret"]),
            "state": (bad("quay_robot", name="o1+ci", state="gone"), [one_of, "present, absent", "gone"]),
            "repo state": (bad("quay_repository", name="o1/app", repo_state="OPEN"), [one_of, "OPEN"]),
            "purge": (bulk({"name": "o1"}, purge=["tags"]), ["purge", one_of, "tags"]),
            "purge limit": (bulk({"name": "o1"}, purge_limit=-1), ["purge_limit is -1", "negative"]),
            "include": (bad("quay_organization_info", include=["tags"]), ["include", one_of, "tags"]),
            "parallel": (bad("quay_team", **team, parallel=33), ["parallel is 33", "1 to 32"]),
            "timeout": (bad("quay_team", **team, timeout=0), ["timeout is 0", "more than 0"]),
            "nested": (
                bulk({"name": "o1", "teams": [{"name": "devs", "role": "boss"}]}),
                ["role", one_of, "boss", "teams"],
            ),
        },
    )


@pytest.mark.usefixtures("nothing_written")
def test_names_against_the_rules(play: Playbook) -> None:
    long = "n" * 256
    team = {"organization": "some-org"}
    assert_refused(
        play,
        {
            "organization": (bad("quay_organization", name="Some_Org"), ["'Some_Org'", NAME_RULE]),
            "short": (bad("quay_organization", name="o"), ["'o'", NAME_RULE]),
            "long": (bad("quay_organization", name=long), [f"'{long}'", NAME_RULE]),
            "empty": (bad("quay_organization", name=""), ["''", NAME_RULE]),
            "new name": (bad("quay_organization", name="some-org", new_name="No"), ["'No'", NAME_RULE]),
            "team": (bad("quay_team", **team, name="The Devs"), ["team name 'The Devs'", NAME_RULE]),
            "robot": (bad("quay_robot", name="some-org+CI"), ["robot name 'CI'", NAME_RULE]),
            "repository": (bad("quay_repository", name="some-org/App"), ["'App'", REPOSITORY_RULE]),
            "repository's end": (bad("quay_repository", name="some-org/"), ["''", REPOSITORY_RULE]),
            "slashes": (bad("quay_repository", name="some-org/a//b"), ["'a//b'", REPOSITORY_RULE]),
            "prototype": (
                bad("quay_prototype", **team, name="The Devs", type="team"),
                ["'The Devs'", NAME_RULE],
            ),
            "bulk": (
                bulk({"name": "good"}, {"name": "some-org", "robots": [{"name": "CI"}]}, {"name": "Bad"}),
                ["organization 'some-org': robot name 'CI'", "organization name 'Bad'", NAME_RULE],
            ),
        },
    )


@pytest.mark.usefixtures("nothing_written")
def test_declarations_that_contradict_themselves(play: Playbook) -> None:
    twice = [{"name": "same"}, {"name": "same"}]
    assert_refused(
        play,
        {
            "organization twice": (bulk(*twice), ["organization 'same' is in the list 2 times"]),
            "robot twice": (
                bulk({"name": "o1", "robots": twice}),
                ["organization 'o1'", "robot 'same' is declared 2 times"],
            ),
            "robot by both names": (
                bulk({"name": "o1", "robots": [{"name": "ci"}, {"name": "o1+ci", "state": "absent"}]}),
                ["robot 'ci' is declared 2 times"],
            ),
            "team twice": (bulk({"name": "o1", "teams": twice}), ["team 'same' is declared 2 times"]),
            "prototype twice": (
                bulk({"name": "o1", "prototypes": [{"name": "al", "role": "read"}, {"name": "al"}]}),
                ["prototype 'user al' is declared 2 times"],
            ),
            "repository twice": (
                bulk({"name": "o1", "repositories": [{"name": "app"}, {"name": "o1/app"}]}),
                ["repository 'app' is declared 2 times"],
            ),
            "permission twice": (
                bad(
                    "quay_repository", name="o1/app", perms=[{"name": "al"}, {"name": "al", "role": "admin"}]
                ),
                ["'app user al' is declared 2 times"],
            ),
            "application twice": (
                bulk({"name": "o1", "applications": twice}),
                ["application 'same' is declared 2 times"],
            ),
        },
    )


@pytest.mark.usefixtures("nothing_written")
def test_robots_of_another_organization(play: Playbook) -> None:
    words = ["robot 'other+ci' belongs to 'other'", "only robots of 'some-org' can be here"]
    assert_refused(
        play,
        {
            "permission": (bad("quay_repository", name="some-org/app", perms=[{"name": "other+ci"}]), words),
            "robot in bulk": (bulk({"name": "some-org", "robots": [{"name": "other+ci"}]}), words),
            "permission in bulk": (
                bulk(
                    {"name": "some-org", "repositories": [{"name": "app", "perms": [{"name": "other+ci"}]}]}
                ),
                [*words, "Cannot add robot other+ci under namespace some-org"],
            ),
        },
    )


@pytest.mark.usefixtures("nothing_written")
def test_values_that_have_a_form(play: Playbook) -> None:
    org = {"name": "some-org"}
    issuer = [{"issuer": "ci.example.com", "subject": "x"}]
    assert_refused(
        play,
        {
            "email": (bad("quay_organization", **org, email="nobody"), ["'nobody'", "is not an address"]),
            "unit": (bad("quay_organization", **org, time_machine_expiration="2y"), ["'2y'", "w"]),
            "words": (bad("quay_organization", **org, tag_expiration_s="two weeks"), ["'two weeks'"]),
            "negative": (bad("quay_organization", **org, time_machine_expiration="-1d"), ["'-1d'"]),
            "issuer": (
                bad("quay_robot", name="some-org+ci", federations=issuer),
                ["issuer 'ci.example.com' is not an http or https URL"],
            ),
            "description": (
                bad("quay_robot", name="some-org+ci", description="x" * 256),
                ["256 characters", "255 are allowed"],
            ),
            "member": (
                bad("quay_team", organization="some-org", name="devs", members=[""]),
                ["name of a member is empty"],
            ),
        },
    )


@pytest.mark.usefixtures("nothing_written")
def test_what_the_declaration_refers_to_and_is_not_there(
    play: Playbook, org: str, registry: Registry
) -> None:
    """Checked before the first change, also where much else is declared."""
    registry.send("PUT", f"organization/{org}/robots/old", {})
    if registry.simulated:
        registry.forget_requests()
    missing = registry.new_name("nobody")
    new = registry.new_org_name()
    much = {"robots": [{"name": "ci"}], "repositories": [{"name": "app"}]}
    user_words = [f"user '{missing}' does not exist"]
    cases = {
        "member": (
            bulk({"name": org, **much, "teams": [{"name": "devs", "members": [missing]}]}),
            user_words,
        ),
        "member of a new one": (
            bulk({"name": new, **much, "teams": [{"name": "devs", "members": [missing]}]}),
            user_words,
        ),
        "robot": (
            bulk({"name": org, "teams": [{"name": "devs", "members": [f"{org}+missing"]}]}),
            [f"robot '{org}+missing' does not exist"],
        ),
        "robot of a new one": (
            bulk({"name": new, **much, "prototypes": [{"name": f"{new}+missing"}]}),
            [f"robot '{new}+missing' does not exist"],
        ),
        "team": (
            bulk({"name": org, **much, "prototypes": [{"name": "missing", "type": "team"}]}),
            [f"there is no team 'missing' in {org}"],
        ),
        "permission": (
            bulk({"name": org, "repositories": [{"name": "app", "perms": [{"name": missing}]}]}),
            user_words,
        ),
        "absent robot": (
            bulk(
                {
                    "name": org,
                    "robots": [{"name": "old", "state": "absent"}],
                    "teams": [{"name": "devs", "members": [f"{org}+old"]}],
                }
            ),
            [f"robot '{org}+old' is declared absent"],
        ),
    }
    assert_refused(play, cases)
    assert not registry.exists(new)


@pytest.mark.usefixtures("nothing_written")
def test_an_organization_that_does_not_exist(play: Playbook, registry: Registry) -> None:
    missing = registry.new_org_name()
    words = [f"Organization '{missing}' does not exist", "Create it first"]
    assert_refused(
        play,
        {
            "repository": (bad("quay_repository", name=f"{missing}/app"), words),
            "robot": (bad("quay_robot", name=f"{missing}+ci"), words),
            "team": (bad("quay_team", organization=missing, name="devs"), words),
            "prototype": (bad("quay_prototype", organization=missing, name="owners", type="team"), words),
        },
    )


def test_spellings_of_the_address(play: Playbook, registry: Registry, org: str) -> None:
    good = [registry.url + tail for tail in ("", "/", "/api/v1", "/api/v1/")]
    run = play({url: task("quay_organization_info", name=org, include=[], quay_host=url) for url in good})
    for url in good:
        assert run[url]["organizations"][0]["name"] == org


@pytest.mark.usefixtures("nothing_written")
def test_addresses_that_are_none(play: Playbook, registry: Registry) -> None:
    rule = "write for example https://registry.example.com"
    named = {"name": "some-org"}
    cases = {
        f"address {address!r}": (
            bad("quay_organization", **named, quay_host=address),
            [f"quay_host '{address}'", rule],
        )
        for address in ("https:/registry.example.com", "ftp://registry.example.com", "https://", "")
    }
    with_user = registry.url.replace("://", "://alice:secret-of-alice@")
    words = ["give them as quay_username and quay_password"]
    cases["user"] = (bad("quay_organization", **named, quay_host=with_user), words)
    run = assert_refused(play, cases)
    assert "secret-of-alice" not in run.message("user")


@pytest.mark.simulator_only
def test_addresses_where_nothing_or_something_else_answers(play: Playbook, registry: Registry) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    closed = f"http://127.0.0.1:{port}"
    unknown = "http://registry.invalid"
    named = {"name": "some-org"}
    run = assert_refused(
        play,
        {
            "closed port": (
                bad("quay_organization", **named, quay_host=closed),
                [f"{closed} cannot be reached: Connection refused", "write https:// in quay_host"],
            ),
            "unknown host": (
                bad("quay_organization", **named, quay_host=unknown),
                [f"{unknown} cannot be reached"],
            ),
            "another path": (
                bad("quay_organization", **named, quay_host=f"{registry.url}/quay"),
                ["the answer", "is not one of Quay's answers", "a path in quay_host"],
            ),
            "bulk": (
                bulk({"name": "one-org"}, {"name": "two-org"}, quay_host=closed),
                ["cannot be reached: Connection refused"],
            ),
        },
    )
    assert run["closed port"]["failed"]


@pytest.mark.simulator_only
def test_a_host_that_does_not_answer(play: Playbook) -> None:
    """The operating system takes the connection, but nobody reads from it."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        silent = f"http://127.0.0.1:{server.getsockname()[1]}"
        words = [f"{silent} did not answer within 0.3 s"]
        options = {"quay_host": silent, "timeout": 0.3}
        assert_refused(play, {"silent": (bad("quay_organization", name="some-org", **options), words)})
