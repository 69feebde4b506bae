# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Another caller changes the same objects between our reading and our writing.

The other caller's request is carried out just before ours, so that each race happens in each run.
"""

from __future__ import annotations

import re
import threading
from typing import Any, Callable

import pytest
from requests import PreparedRequest, Response

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report
from ansible_collections.quayops.quay.plugins.module_utils.errors import Conflict, InvalidRequest, NotFound
from ansible_collections.quayops.quay.plugins.module_utils.http.answers import Answer, refusal
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import Connection
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.application import application_credentials
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from tests.simulator import Fault, Simulator
from tests.simulator.adapter import SimulatorAdapter
from tests.unit.module_utils.conftest import HOST, Registry

# What Quay answers with 400 where another caller was first, and where in its source it says so. What a race
# makes PostgreSQL refuse without anybody catching it (teams, members, permissions) is a 500, see client.py.
FIRST = [
    ("endpoints/api/organization.py", "A user or organization with this name already exists"),
    (
        "data/model/user.py create_user_noverify",
        "Username has already been taken by an organization and cannot be reused: acme",
    ),
    (
        "data/model/user.py create_user_noverify",
        "Username has already been taken by user cannot be reused: acme",
    ),
    (
        "data/model/user.py create_user_noverify, by way of PostgreSQL",
        'duplicate key value violates unique constraint "user_username"\n'
        "DETAIL:  Key (username)=(acme) already exists.\n",
    ),
    (
        "data/model/user.py create_user_noverify, by way of MySQL",
        "(1062, \"Duplicate entry 'acme' for key 'user.user_username'\")",
    ),
    (
        "data/model/user.py create_user_noverify, by way of SQLite",
        "UNIQUE constraint failed: user.username",
    ),
    ("data/model/user.py create_robot", "Existing robot with name: acme+ci"),
    ("data/model/team.py add_user_to_team", "User acme+ci is already a member of team creators"),
    ("endpoints/api/repository.py", "Repository already exists"),
    ("endpoints/api/repository.py", "Could not create repository"),
    (
        "data/model/autoprune.py",
        "Existing policy with same values for this namespace, duplicate policies are not permitted",
    ),
    ("endpoints/api/policy.py", "could not delete policy"),
    ("endpoints/api/tag.py", "Could not update tag expiration; Tag has probably changed"),
    ("endpoints/api/tag.py", "Could not update tag immutability; Tag has probably changed"),
    ("endpoints/api/tag.py", "Could not move tag"),
    ("endpoints/api/tag.py", "Could not restore tag"),
    ("endpoints/api/user.py", "The username already exists"),
]

# What Quay answers with 400 where what a request is about, or refers to, is gone meanwhile.
GONE = [
    ("data/model/organization.py get_organization", "Organization does not exist: acme"),
    ("data/model/user.py lookup_robot", "Could not find robot with specified username"),
    ("data/model/user.py delete_robot", "Could not find robot with username: acme+ci"),
    ("data/model/team.py get_organization_team", "('Team does not exist: %s/%s', 'acme', 'creators')"),
    ("data/model/team.py remove_team", "Team 'creators' is not a team in org 'acme'"),
    ("data/model/team.py remove_user_from_team", "User alice does not belong to team creators"),
    ("endpoints/api/team.py", "Unknown user"),
    ("endpoints/api/prototype.py", "Unknown activating user"),
    ("endpoints/api/prototype.py", "Missing delegate user or team"),
    ("data/model/permission.py set_user_repo_permission", "Invalid username: alice"),
    ("data/model/permission.py set_team_repo_permission", "No team creators in organization acme"),
    ("data/model/permission.py delete_user_permission", "User does not have permission for repo."),
    ("data/model/permission.py delete_team_permission", "Team does not have permission for repo."),
]


def answered(text: str) -> Exception:
    """Return the error for a 400 with Quay's words."""
    body = {"detail": text, "error_message": text, "error_type": "invalid_request", "status": 400}
    return refusal(Answer("PUT", "organization/acme/x", 400, {}, body, True), with_token=True)


@pytest.mark.parametrize(("source", "text"), FIRST)
def test_who_was_first_is_a_conflict_in_every_wording(source: str, text: str) -> None:
    found = answered(text)
    assert type(found) is Conflict, source
    assert text.split("\n", maxsplit=1)[0] in str(found)


@pytest.mark.parametrize(("source", "text"), GONE)
def test_what_is_gone_is_not_found_in_every_wording(source: str, text: str) -> None:
    assert type(answered(text)) is NotFound, source


@pytest.mark.parametrize(
    "text",
    [
        "Cannot create repository: organization is managed by organization-level mirroring",
        "Repository description was rejected by spam detection",
        "Robot is being used by a mirror",
        "Cannot add robot other+ci under namespace acme",
        "Cannot add the specified robot to this team, as it is not a member of the organization",
        "Invalid email address",
        "User cannot remove themselves from their only admin team.",
    ],
)
def test_what_reading_again_does_not_help_with_is_neither(text: str) -> None:
    assert type(answered(text)) is InvalidRequest


def test_an_address_that_is_taken_is_no_conflict_of_names() -> None:
    found = answered('duplicate key value violates unique constraint "user_email_unique_non_org"\nDETAIL: x')
    assert type(found) is InvalidRequest
    assert "another account has this e-mail address" in str(found)


class Rival:
    """Another caller, who is quicker: does something once, just before the first request that fits."""

    def __init__(self, simulator: Simulator, method: str, path: str, act: Callable[[], Any]) -> None:
        self._simulator = simulator
        self._method, self._path, self._act = method, path, act
        self._lock = threading.Lock()
        self.done = False

    def adapter(self) -> SimulatorAdapter:
        rival = self

        class Adapter(SimulatorAdapter):
            def send(self, request: PreparedRequest, **kwargs: Any) -> Response:  # type: ignore[override]
                rival.before(request)
                return super().send(request, **kwargs)

        return Adapter(self._simulator)

    def before(self, request: PreparedRequest) -> None:
        with self._lock:
            fits = request.method == self._method and re.search(self._path, request.url or "")
            if self.done or not fits:
                return
            self.done = True
        self._act()


def against(registry: Registry, method: str, path: str, act: Callable[[Client], Any]) -> Client:
    """Return a client that finds another caller's ``act`` done before the first such request of its own."""
    rival = Rival(registry.simulator, method, path, lambda: act(registry.client()))
    connection = Connection(HOST, Token(registry.token), parallel=1)
    client = Client(connection, adapter=rival.adapter, sleep=registry.waits.append)
    client.rival = rival  # type: ignore[attr-defined]
    return client


def raced(registry: Registry, client: Client, entry: dict[str, Any]) -> Report:
    """Run against the other caller, which must have had its turn, and then a second time without."""
    report = registry.one(entry, client=client)
    assert client.rival.done  # type: ignore[attr-defined]
    assert registry.one(entry).changes == [], "the second run changes nothing"
    return report


ROBOT = {"name": "acme", "robots": [{"name": "ci", "description": "CI"}]}
TEAM = {"name": "acme", "teams": [{"name": "creators", "role": "creator"}]}
MEMBER = {"name": "acme", "teams": [{"name": "creators", "members": ["alice"]}]}
PROTOTYPE = {"name": "acme", "prototypes": [{"name": "alice", "role": "write"}]}
REPOSITORY = {"name": "acme", "repositories": [{"name": "app", "description": "d"}]}
PERMISSION = {
    "name": "acme",
    "repositories": [{"name": "app", "perms": [{"name": "alice", "role": "write"}]}],
}
APPLICATION = {"name": "acme", "applications": [{"name": "portal", "description": "x"}]}


class TestBothCreate:
    @pytest.mark.parametrize(
        ("entry", "method", "path"),
        [
            ({"name": "acme"}, "POST", "organization/$"),
            (ROBOT, "PUT", "robots/ci"),
            (TEAM, "PUT", "team/creators"),
            (MEMBER, "PUT", "members/alice"),
            (REPOSITORY, "POST", "repository$"),
            (PERMISSION, "PUT", "permissions/user/alice"),
        ],
    )
    def test_the_same_object(self, registry: Registry, entry: dict[str, Any], method: str, path: str) -> None:
        client = against(
            registry, method, path, lambda other: list(reconcile(other, [desired_of(entry)], False))
        )
        raced(registry, client, entry)

    def test_what_quay_lets_exist_twice_stays_single(self, registry: Registry) -> None:
        """Where another caller was met in a run, it looks once more after making what can be doubled."""
        entry = {**ROBOT, **PROTOTYPE}

        def act(other: Client) -> None:
            # What the other makes of the rest comes after our second look at it.
            other.send("PUT", "organization/acme/robots/ci", {})
            rule = {"role": "write", "delegate": {"kind": "user", "name": "alice"}}
            sent.append(lambda: other.send("POST", "organization/acme/prototypes", rule))

        sent: list[Callable[[], Any]] = []
        client = against(registry, "PUT", "robots/ci", act)
        real = client.send

        def send(method: str, path: str, body: Any = None) -> Any:
            if path.endswith("/prototypes") and sent:
                sent.pop()()
            return real(method, path, body)

        client.send = send  # type: ignore[method-assign]
        registry.one(entry, client=client)
        assert not sent
        assert len(registry.state("acme")["prototypes"]) == 1

    def test_of_two_applications_the_later_one_goes(self, registry: Registry) -> None:
        """Quay lets both exist, and none could be removed afterwards without revoking tokens."""
        registry.one({"name": "acme"})
        made: list[Any] = []
        body = {"name": "portal", "description": "x"}

        def act(other: Client) -> None:
            made.append(other.send("POST", "organization/acme/applications", body))

        report = raced(registry, against(registry, "POST", "applications$", act), APPLICATION)
        there = registry.client().get("organization/acme/applications")["applications"]
        assert [one["client_id"] for one in there] == [made[0]["client_id"]]
        assert report.changes == [], "it was the other caller who made it"
        credentials = application_credentials(report, "portal")
        assert credentials["client_secret"] == made[0]["client_secret"]

    def test_an_application_that_somebody_else_makes_later_is_left_alone(self, registry: Registry) -> None:
        registry.one({"name": "acme"})
        client = registry.client()
        real = client.send

        def send(method: str, path: str, body: Any = None) -> Any:
            answer = real(method, path, body)
            if (method, path) == ("POST", "organization/acme/applications"):
                registry.client().send(method, path, body)
            return answer

        client.send = send  # type: ignore[method-assign]
        report = registry.one(APPLICATION, client=client)
        there = registry.client().get("organization/acme/applications")["applications"]
        assert len(there) == 2
        assert application_credentials(report, "portal")["client_id"] == there[0]["client_id"]

    def test_a_quiet_run_does_not_look_again(self, registry: Registry) -> None:
        registry.one({"name": "acme"})
        registry.requests()
        registry.one(PROTOTYPE)
        asked = registry.requests()
        assert [one for one in asked if "prototypes" in one] == [
            "GET organization/acme/prototypes",
            "POST organization/acme/prototypes",
        ]

    def test_a_repository_that_quay_could_not_create(self, registry: Registry) -> None:
        """The words of a Quay that looked before the other caller's request and wrote after it."""
        registry.one({"name": "acme"})
        client = registry.client()
        real = client.send
        asked: list[str] = []

        def send(method: str, path: str, body: Any = None) -> Any:
            if (method, path) == ("POST", "repository") and not asked:
                asked.append(path)
                registry.client().send(method, path, body)
                raise answered("Could not create repository")
            return real(method, path, body)

        client.send = send  # type: ignore[method-assign]
        assert registry.one(REPOSITORY, client=client).changes == []
        assert registry.one(REPOSITORY).changes == []

    @pytest.mark.parametrize(
        ("entry", "method", "path"),
        [
            (TEAM, "PUT", "team/creators$"),
            (MEMBER, "PUT", "members/alice"),
            (PERMISSION, "PUT", "permissions/user/alice"),
        ],
    )
    def test_what_quays_database_refuses_and_nobody_catches(
        self, registry: Registry, entry: dict[str, Any], method: str, path: str
    ) -> None:
        """Rows of teams, members and permissions are unique; the second one is a 500 without a reason."""

        def act(other: Client) -> None:
            list(reconcile(other, [desired_of(entry)]))
            registry.simulator.faults.add(Fault(kind="500", method=method, path=path, times=1))

        raced(registry, against(registry, method, path, act), entry)


class TestTheOtherRemoves:
    @pytest.mark.parametrize(
        ("before", "after", "method", "path", "theirs"),
        [
            (
                ROBOT,
                {"name": "acme", "robots": [{"name": "ci", "state": "absent"}]},
                "DELETE",
                "robots/ci",
                "organization/acme/robots/ci",
            ),
            (
                TEAM,
                {"name": "acme", "teams": [{"name": "creators", "state": "absent"}]},
                "DELETE",
                "team/creators",
                "organization/acme/team/creators",
            ),
            (
                MEMBER,
                {"name": "acme", "teams": [{"name": "creators", "members": [], "append": False}]},
                "DELETE",
                "members/alice",
                "organization/acme/team/creators/members/alice",
            ),
            (
                REPOSITORY,
                {"name": "acme", "repositories": [{"name": "app", "state": "absent"}]},
                "DELETE",
                "repository/acme/app",
                "repository/acme/app",
            ),
            (
                PERMISSION,
                {"name": "acme", "repositories": [{"name": "app", "perms": [], "append": False}]},
                "DELETE",
                "permissions/user/alice",
                "repository/acme/app/permissions/user/alice",
            ),
            (
                {"name": "acme"},
                {"name": "acme", "state": "absent"},
                "DELETE",
                "organization/acme",
                "organization/acme",
            ),
        ],
    )
    def test_what_we_remove_too(
        self,
        registry: Registry,
        before: dict[str, Any],
        after: dict[str, Any],
        method: str,
        path: str,
        theirs: str,
    ) -> None:
        registry.one(before)
        raced(registry, against(registry, method, path, lambda other: other.send("DELETE", theirs)), after)

    def test_what_an_administrator_who_is_no_superuser_removes_too(self, registry: Registry) -> None:
        """To such a one Quay says 403 about an organization that is gone."""
        registry.one({"name": "acme", "teams": [{"name": "owners", "members": ["alice"]}]})
        token = registry.simulator.token("alice")
        rival = Rival(
            registry.simulator,
            "DELETE",
            "organization/acme$",
            lambda: registry.client().send("DELETE", "organization/acme"),
        )
        client = Client(Connection(HOST, Token(token)), adapter=rival.adapter, sleep=registry.waits.append)
        (report,) = registry.reconcile({"name": "acme", "state": "absent"}, client=client)
        assert rival.done and report.error is None

    @pytest.mark.parametrize(
        ("before", "after", "method", "path", "theirs"),
        [
            (
                TEAM,
                {"name": "acme", "teams": [{"name": "creators", "role": "creator", "members": ["alice"]}]},
                "PUT",
                "members/alice",
                "organization/acme/team/creators",
            ),
            (
                REPOSITORY,
                {"name": "acme", "repositories": [{"name": "app", "description": "new"}]},
                "PUT",
                "repository/acme/app",
                "repository/acme/app",
            ),
            (
                REPOSITORY,
                {"name": "acme", "repositories": [{"name": "app", "visibility": "public"}]},
                "POST",
                "changevisibility",
                "repository/acme/app",
            ),
            (
                ROBOT,
                {
                    "name": "acme",
                    "robots": [
                        {"name": "ci", "federations": [{"issuer": "https://example.com", "subject": "s"}]}
                    ],
                },
                "POST",
                "federation",
                "organization/acme/robots/ci",
            ),
            (
                TEAM,
                {
                    "name": "acme",
                    "teams": [{"name": "creators"}],
                    "repositories": [{"name": "app", "perms": [{"name": "creators", "type": "team"}]}],
                },
                "PUT",
                "permissions/team/creators",
                "organization/acme/team/creators",
            ),
            (
                ROBOT,
                {
                    "name": "acme",
                    "robots": [{"name": "ci"}],
                    "prototypes": [{"name": "acme+ci", "role": "write"}],
                },
                "POST",
                "prototypes",
                "organization/acme/robots/ci",
            ),
        ],
    )
    def test_what_we_change(
        self,
        registry: Registry,
        before: dict[str, Any],
        after: dict[str, Any],
        method: str,
        path: str,
        theirs: str,
    ) -> None:
        """It is declared, so it is made again."""
        registry.one(before)
        raced(registry, against(registry, method, path, lambda other: other.send("DELETE", theirs)), after)

    def test_the_whole_organization_while_we_fill_it(self, registry: Registry) -> None:
        registry.one({"name": "acme"})
        client = against(
            registry, "PUT", "robots/ci", lambda other: other.send("DELETE", "organization/acme")
        )
        (report,) = registry.reconcile(ROBOT, client=client)
        # The name is held until Quay's own job has run, and that is what the message says.
        assert "has not removed yet" in str(report.error)

    def test_an_account_that_we_refer_to(self, registry: Registry) -> None:
        registry.one(TEAM)
        client = against(
            registry, "PUT", "members/alice", lambda other: other.send("DELETE", "superuser/users/alice")
        )
        (report,) = registry.reconcile(MEMBER, client=client)
        assert "user 'alice' does not exist" in str(report.error)


def test_a_repository_that_cannot_be_created_for_another_reason_ends_with_quays_words(
    registry: Registry,
) -> None:
    """Quay says the same where its database refuses: read again, tried again, and then passed on."""
    registry.one({"name": "acme"})
    registry.writes()
    client = registry.client()
    real = client.send

    def send(method: str, path: str, body: Any = None) -> Any:
        if (method, path) == ("POST", "repository"):
            tried.append(path)
            raise answered("Could not create repository")
        return real(method, path, body)

    tried: list[str] = []
    client.send = send  # type: ignore[method-assign]
    (report,) = registry.reconcile(REPOSITORY, client=client)
    assert type(report.error) is Conflict
    assert "Could not create repository" in str(report.error)
    assert len(tried) == 2
