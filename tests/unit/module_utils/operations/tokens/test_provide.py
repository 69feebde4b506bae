# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Durable tokens: kept while they work, made in the way that Quay's version and the user's rights allow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Optional

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    AuthenticationFailed,
    FeatureOff,
    FileTrouble,
    Forbidden,
    InvalidDeclaration,
    InvalidRequest,
    NotFound,
    NotQuay,
    QuayError,
    ServerFault,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.answers import Answer
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import Connection
from ansible_collections.quayops.quay.plugins.module_utils.http.endpoints import SCOPES
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Credentials, Password, Token
from ansible_collections.quayops.quay.plugins.module_utils.operations.tokens import oauth, token_file
from ansible_collections.quayops.quay.plugins.module_utils.operations.tokens import provide as tokens
from ansible_collections.quayops.quay.plugins.module_utils.operations.tokens.order import Order, Outcome
from tests.simulator import Fault
from tests.simulator.auth import valid_token
from tests.simulator.model.tokens import in_force
from tests.unit.module_utils.conftest import HOST, Registry

Make = Callable[..., Registry]

ADMIN_PASSWORD = "password1"  # what the simulator gives its first user
BEFORE_THE_API = "3.17.1"
WITH_THE_API = "3.18.0"


class Desk:
    """A registry with an organization of admin's that has an application, and a directory for files."""

    def __init__(self, make: Make, directory: Path, version: str = WITH_THE_API, **settings: Any) -> None:
        self.registry = make(version=version, **settings)
        self.directory = directory
        self.concealed: set[str] = set()
        client = self.registry.client()
        client.send("POST", "organization/", {"name": "automation"})
        view = client.send("POST", "organization/automation/applications", {"name": "ansible"})
        self.client_id = str(view["client_id"])
        self.forget()

    def open(self, credentials: Credentials) -> Client:
        connection = Connection(HOST, credentials)
        return Client(connection, adapter=self.registry.simulator.adapter, sleep=self.registry.waits.append)

    def order(self, user: str = "admin", **more: Any) -> Order:
        """Return an order for a token of a user in the file of that user."""
        path = str(self.directory / f"{user}_token")
        order = Order(user, ("all",), f"host:{path}", client_id=self.client_id, path=path)
        return replace(order, **more)

    def provide(self, order: Order, check_mode: bool = False) -> Outcome:
        self.forget()
        return tokens.provide(order, self.open, check_mode, self.concealed.add)

    def asked(self) -> list[str]:
        """Return the requests since the last order as "METHOD path" (of the API's without /api/v1/)."""
        log = self.registry.simulator.requests
        return [f"{one.method} {one.path.replace('/api/v1/', '', 1)}" for one in log]

    def forget(self) -> None:
        self.registry.simulator.requests.clear()

    def stored(self, user: str = "admin") -> Optional[str]:
        return token_file.read(str(self.directory / f"{user}_token")).token

    def put(self, text: str, user: str = "admin", mode: int = 0o600) -> None:
        path = self.directory / f"{user}_token"
        path.write_text(text)
        path.chmod(mode)

    def owner(self, token: Optional[str]) -> Optional[str]:
        return oauth.owner_of_token(self.open(Token(str(token))))

    def scopes(self, token: Optional[str]) -> list[str]:
        """Return the scopes of a token, as the registry keeps them."""
        store = self.registry.simulator.store
        row = valid_token(store, str(token))
        assert row is not None
        return sorted(row.scopes)

    def count(self) -> int:
        """Return how many tokens of the application are in force."""
        store = self.registry.simulator.store
        application = store.applications.first(client_id=self.client_id)
        assert application is not None
        return len(in_force(store, application))


@pytest.fixture
def desk(make_registry: Make, tmp_path: Path) -> Desk:
    return Desk(make_registry, tmp_path)


@pytest.fixture
def old(make_registry: Make, tmp_path: Path) -> Desk:
    """As ``desk``, of a Quay that has no application tokens."""
    return Desk(make_registry, tmp_path, BEFORE_THE_API)


def admin(desk: Desk, **more: Any) -> Order:
    return desk.order(**{"password": ADMIN_PASSWORD, **more})


def for_alice(desk: Desk, **more: Any) -> Order:
    """Return an order of a token of alice, who administers nothing; admin helps."""
    helped = {"assigner": Password("admin", ADMIN_PASSWORD), "password": "alice-password"}
    return desk.order("alice", **{**helped, **more})


# --- a token that is there ----------------------------------------------------------------------


def test_a_stored_token_that_works_costs_one_request(desk: Desk) -> None:
    desk.put(f"export USER_PASSWORD=a-password\nexport ADMIN_TOKEN={desk.registry.token}\n")
    before = (desk.directory / "admin_token").stat()
    outcome = desk.provide(desk.order())
    assert (outcome.changed, outcome.created, outcome.method) == (False, False, "stored")
    assert desk.asked() == ["GET user/"]
    assert (desk.directory / "admin_token").stat() == before
    assert desk.concealed == {"a-password", desk.registry.token}


@pytest.mark.parametrize("check_mode", [True, False])
def test_others_who_can_read_the_file_cannot_any_more(desk: Desk, check_mode: bool) -> None:
    desk.put(f"export ADMIN_TOKEN={desk.registry.token}\n", mode=0o644)
    outcome = desk.provide(desk.order(), check_mode)
    assert (outcome.changed, outcome.created, outcome.method) == (True, False, "stored")
    assert (outcome.before, outcome.after) == ({"mode": "0644"}, {"mode": "0600"})
    mode = (desk.directory / "admin_token").stat().st_mode & 0o777
    assert mode == (0o644 if check_mode else 0o600)


# --- the password beside it ---------------------------------------------------------------------


def test_a_password_that_was_changed_takes_the_place_of_the_old_one(desk: Desk) -> None:
    desk.put(f"# kept\nexport USER_PASSWORD=an-old-password\nexport ADMIN_TOKEN={desk.registry.token}\n")
    outcome = desk.provide(admin(desk))
    assert (outcome.changed, outcome.created, outcome.method) == (True, False, "stored")
    assert (outcome.before, outcome.after, outcome.warnings) == (
        {"USER_PASSWORD": "(another one)"},
        {"USER_PASSWORD": "(the given one)"},
        [],
    )
    text = (desk.directory / "admin_token").read_text()
    assert (
        text == f"# kept\nexport USER_PASSWORD={ADMIN_PASSWORD}\nexport ADMIN_TOKEN={desk.registry.token}\n"
    )
    outcome = desk.provide(admin(desk))
    assert (outcome.changed, desk.asked()) == (False, ["GET user/"])


def test_a_new_token_and_a_new_password_come_into_the_file_together(desk: Desk) -> None:
    desk.put("export USER_PASSWORD=an-old-password\n")
    outcome = desk.provide(admin(desk))
    assert (outcome.changed, outcome.created) == (True, True)
    assert set(outcome.after) == {"ADMIN_TOKEN", "USER_PASSWORD"}
    found = token_file.read(str(desk.directory / "admin_token"))
    assert (found.password, desk.owner(found.token)) == (ADMIN_PASSWORD, "admin")


def test_a_password_that_quay_does_not_take_is_not_stored(desk: Desk) -> None:
    text = f"export USER_PASSWORD={ADMIN_PASSWORD}\nexport ADMIN_TOKEN={desk.registry.token}\n"
    desk.put(text)
    outcome = desk.provide(admin(desk, password="planted-wrong-password"))
    assert not outcome.changed
    assert (desk.directory / "admin_token").read_text() == text
    (warning,) = outcome.warnings
    assert "USER_PASSWORD in" in warning and "is not what quay_password gives, and stays" in warning
    assert "update_password: always" in warning
    assert "planted-wrong-password" not in warning and ADMIN_PASSWORD not in warning


def test_check_mode_does_not_try_passwords(desk: Desk) -> None:
    text = f"export USER_PASSWORD=an-old-password\nexport ADMIN_TOKEN={desk.registry.token}\n"
    desk.put(text)
    outcome = desk.provide(admin(desk), check_mode=True)
    assert (outcome.changed, desk.asked()) == (False, ["GET user/"])
    assert (desk.directory / "admin_token").read_text() == text
    assert "not tried in check mode" in outcome.warnings[0]


def test_a_file_without_a_password_gets_none(desk: Desk) -> None:
    desk.put(f"export ADMIN_TOKEN={desk.registry.token}\n")
    outcome = desk.provide(admin(desk))
    assert (outcome.changed, desk.asked()) == (False, ["GET user/"])


# --- a token that is given ----------------------------------------------------------------------


def test_a_token_that_was_given_is_kept_as_given(desk: Desk) -> None:
    desk.put("export USER_PASSWORD='a password'\n")
    outcome = desk.provide(desk.order(token=desk.registry.token))
    assert (outcome.changed, outcome.created, outcome.method) == (True, False, "given")
    assert desk.asked() == ["GET user/"]
    text = (desk.directory / "admin_token").read_text()
    assert text == f"export USER_PASSWORD='a password'\nexport ADMIN_TOKEN={desk.registry.token}\n"
    outcome = desk.provide(desk.order(token=desk.registry.token))
    assert (outcome.changed, outcome.method) == (False, "given")
    assert desk.asked() == ["GET user/"]


def test_a_given_token_wins_over_a_stored_one_that_works(desk: Desk) -> None:
    desk.put(f"export ADMIN_TOKEN={desk.registry.token}\n")
    other = desk.registry.simulator.token("admin")
    assert desk.provide(desk.order(token=other)).changed
    assert desk.stored() == other


def test_a_given_token_that_does_not_work_is_an_error(desk: Desk) -> None:
    desk.put(f"export ADMIN_TOKEN={desk.registry.token}\n")
    with pytest.raises(AuthenticationFailed, match="given with the option token does not work") as caught:
        desk.provide(desk.order(token="n" * 40))
    assert "n" * 40 not in str(caught.value)
    with pytest.raises(InvalidDeclaration, match="one of 'alice', not of 'admin'"):
        desk.provide(desk.order(token=desk.registry.simulator.token("alice")))
    assert desk.stored() == desk.registry.token


# --- a new token, by the API --------------------------------------------------------------------


def test_the_api_makes_the_token_of_who_administers_the_organization(desk: Desk) -> None:
    outcome = desk.provide(admin(desk))
    asked = desk.asked()
    assert (outcome.changed, outcome.created, outcome.method) == (True, True, "api")
    assert f"POST organization/automation/applications/{desk.client_id}/tokens" in asked
    assert not [line for line in asked if "oauth" in line]
    assert desk.owner(desk.stored()) == "admin"
    assert desk.stored() in desk.concealed
    assert outcome.token is None
    assert desk.scopes(desk.stored()) == sorted(SCOPES)
    assert not desk.provide(admin(desk)).changed


def test_the_application_is_found_by_its_name(desk: Desk) -> None:
    order = admin(desk, client_id=None, organization="automation", application="ansible")
    assert desk.provide(order).method == "api"
    assert "GET organization/automation/applications" in desk.asked()


def test_names_that_several_applications_have_are_refused(desk: Desk) -> None:
    client = desk.registry.client()
    other = client.send("POST", "organization/automation/applications", {"name": "ansible"})["client_id"]
    order = admin(desk, client_id=None, organization="automation", application="ansible")
    with pytest.raises(InvalidDeclaration, match="Say which one is meant") as caught:
        desk.provide(order)
    assert desk.client_id in str(caught.value) and other in str(caught.value)
    assert desk.stored() is None


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"client_id": "NOPE"}, NotFound, "no application with the client ID 'NOPE'"),
        ({"organization": "another"}, InvalidDeclaration, "belongs to 'automation', not to 'another'"),
        (
            {"client_id": None, "organization": "automation", "application": "nope"},
            NotFound,
            "has no application 'nope'",
        ),
        ({"client_id": None}, InvalidDeclaration, "Name the application"),
        ({"rights": ()}, InvalidDeclaration, "rights is empty"),
        ({"rights": ("repo:read",)}, InvalidDeclaration, "add it to rights"),
        ({"user": "admin@example.com"}, InvalidDeclaration, "signs in as 'admin'"),
    ],
)
def test_what_cannot_be_done_is_said(
    desk: Desk, changes: dict[str, Any], error: type[QuayError], message: str
) -> None:
    with pytest.raises(error, match=message):
        desk.provide(admin(desk, **changes))
    assert desk.count() == 0


@pytest.mark.parametrize(
    ("rights", "scopes"),
    [
        (("user:read", "repo:read"), ["repo:read", "user:read"]),
        (("repo:read", "repo:read", "user:admin"), ["repo:read", "user:admin"]),
        (("user:read", "all"), sorted(SCOPES)),
    ],
)
def test_the_rights_become_the_scopes(desk: Desk, rights: tuple[str, ...], scopes: list[str]) -> None:
    desk.provide(admin(desk, rights=rights))
    assert desk.scopes(desk.stored()) == scopes


def test_all_rights_are_those_that_the_user_can_use(desk: Desk) -> None:
    client = desk.registry.client()
    client.send("PUT", "organization/automation/team/owners/members/alice")
    outcome = desk.provide(desk.order("alice", password="alice-password"))
    assert outcome.method == "api"
    assert desk.scopes(desk.stored("alice")) == sorted(set(SCOPES) - {"super:user"})


def test_what_a_new_token_replaces_is_revoked(desk: Desk) -> None:
    desk.provide(admin(desk))
    first = desk.stored()
    (desk.directory / "admin_token").unlink()
    desk.provide(admin(desk))
    assert desk.owner(first) is None
    assert desk.count() == 1
    # Tokens of the same application under other names, and those of other ways, are not ours.
    desk.provide(admin(desk, path=str(desk.directory / "elsewhere"), token_name="host:elsewhere"))
    assert desk.owner(desk.stored()) == "admin"
    assert desk.count() == 2


def test_that_old_ones_cannot_be_revoked_is_a_warning(desk: Desk) -> None:
    desk.provide(admin(desk))
    (desk.directory / "admin_token").unlink()
    desk.registry.simulator.faults.add(Fault("500", method="DELETE", path="/tokens/"))
    outcome = desk.provide(admin(desk))
    assert "older ones could not be revoked" in outcome.warnings[0]
    assert desk.owner(desk.stored()) == "admin"


def test_a_limit_of_tokens_is_passed_on(make_registry: Make, tmp_path: Path) -> None:
    desk = Desk(make_registry, tmp_path, token_limit=0)
    with pytest.raises(InvalidRequest, match="Token limit reached"):
        desk.provide(admin(desk))


def test_without_a_file_the_token_is_handed_out_each_time(desk: Desk) -> None:
    order = admin(desk, path=None, rights=("repo:read",))
    first, second = desk.provide(order), desk.provide(order)
    assert first.changed and second.changed
    assert first.token and second.token and first.token != second.token
    assert first.token not in repr(first)
    assert desk.count() == 2
    # It is to be in the result, so Ansible must not be told to cut it out.
    assert desk.concealed == set()


# --- a new token, by signing in -----------------------------------------------------------------


def test_before_the_api_the_user_consents(old: Desk) -> None:
    outcome = old.provide(admin(old))
    asked = old.asked()
    assert (outcome.changed, outcome.created, outcome.method) == (True, True, "session")
    assert not [line for line in asked if line.endswith("/tokens")]
    assert [line for line in asked if line.startswith("POST")] == ["POST signin", "POST /oauth/authorizeapp"]
    assert old.owner(old.stored()) == "admin"
    assert old.scopes(old.stored()) == sorted(SCOPES)
    assert not old.provide(admin(old)).changed
    assert old.asked() == ["GET user/"]


def test_a_password_in_the_file_is_used_and_kept(old: Desk) -> None:
    old.put(f"# of admin\nexport USER_PASSWORD='{ADMIN_PASSWORD}'\n")
    assert old.provide(old.order()).method == "session"
    text = (old.directory / "admin_token").read_text()
    assert text == f"# of admin\nexport USER_PASSWORD='{ADMIN_PASSWORD}'\nexport ADMIN_TOKEN={old.stored()}\n"
    assert ADMIN_PASSWORD in old.concealed


def test_a_given_password_wins_over_the_one_in_the_file(old: Desk) -> None:
    old.put("export USER_PASSWORD=not-the-password\n")
    assert old.provide(admin(old)).created


@pytest.mark.parametrize("text", ["", "export OTHER=1\n", "export USER_PASSWORD=\n"])
def test_without_a_password_it_is_said_what_is_missing(old: Desk, text: str) -> None:
    old.put(text)
    with pytest.raises(InvalidDeclaration) as caught:
        old.provide(old.order())
    assert "quay_password is not given, and there is no USER_PASSWORD in" in str(caught.value)
    assert old.asked() == []


def test_a_wrong_password_is_tried_once(old: Desk) -> None:
    old.put("export USER_PASSWORD=not-the-password\n")
    with pytest.raises(AuthenticationFailed) as caught:
        old.provide(old.order())
    assert "Quay did not sign in 'admin'" in str(caught.value)
    assert f"The password is that of USER_PASSWORD in {old.directory / 'admin_token'}" in str(caught.value)
    assert "not-the-password" not in str(caught.value)
    assert old.asked() == ["GET /csrf_token", "POST signin"]


@pytest.mark.parametrize(
    "broken",
    [
        "export ADMIN_TOKEN=" + "x" * 40 + "\n",
        "export ADMIN_TOKEN='not a token'\n",
        "export ADMIN_TOKEN=\n",
        "export ADMIN_TOKEN\n",
    ],
)
def test_a_stored_token_that_does_not_work_is_replaced(old: Desk, broken: str) -> None:
    old.put(broken)
    outcome = old.provide(admin(old))
    assert outcome.created
    assert outcome.before["ADMIN_TOKEN"] in ("(one that does not work)", "(none)")
    assert old.owner(old.stored()) == "admin"
    assert not old.provide(admin(old)).changed


def test_a_stored_token_that_has_expired_is_replaced(old: Desk) -> None:
    expired = old.registry.simulator.token("admin", expires_in=-1)
    old.put(f"export ADMIN_TOKEN={expired}\n")
    assert old.provide(admin(old)).created
    assert old.stored() != expired


def test_a_token_of_another_user_is_replaced_and_stays_valid(old: Desk) -> None:
    foreign = old.registry.simulator.token("bob")
    old.put(f"export ADMIN_TOKEN={foreign}\n")
    outcome = old.provide(admin(old))
    path = old.directory / "admin_token"
    assert outcome.warnings == [f"The token in {path} is one of 'bob', and is replaced."]
    assert outcome.before == {"ADMIN_TOKEN": "(one of bob)"}
    assert old.owner(old.stored()) == "admin"
    assert old.owner(foreign) == "bob"


# --- a token of another user --------------------------------------------------------------------


@pytest.mark.parametrize("version", [BEFORE_THE_API, WITH_THE_API])
def test_an_administrator_assigns_and_the_user_collects(
    make_registry: Make, tmp_path: Path, version: str
) -> None:
    desk = Desk(make_registry, tmp_path, version)
    outcome = desk.provide(for_alice(desk))
    assert (outcome.changed, outcome.created, outcome.method) == (True, True, "session")
    assert desk.owner(desk.stored("alice")) == "alice"
    assert desk.scopes(desk.stored("alice")) == sorted(set(SCOPES) - {"super:user"})
    # Nothing waits to be collected any more.
    waiting = desk.open(Password("alice", "alice-password")).get("user/assignedauthorization")
    assert waiting == {"authorizations": []}
    assert not desk.provide(for_alice(desk, password=None, assigner=None)).changed


def test_what_was_assigned_before_is_collected_without_the_administrator(old: Desk) -> None:
    assigner = old.open(Password("admin", ADMIN_PASSWORD))
    application = oauth.find_application(assigner, old.client_id)
    oauth.assign(assigner, application, oauth.read_site(assigner), ["user:read"], "alice")
    assert old.provide(for_alice(old, assigner=None)).created
    assert old.owner(old.stored("alice")) == "alice"


def test_who_administers_the_organization_needs_nobody(old: Desk) -> None:
    old.registry.client().send("PUT", "organization/automation/team/owners/members/alice")
    assert old.provide(for_alice(old, assigner=None)).created


def test_without_an_administrator_it_is_said_who_can_help(old: Desk) -> None:
    with pytest.raises(Forbidden) as caught:
        old.provide(for_alice(old, assigner=None))
    assert "Since Quay 3.12 only members of a team with role admin" in str(caught.value)
    assert "for_user: alice" in str(caught.value)


def test_an_administrator_of_something_else_cannot_help(old: Desk) -> None:
    with pytest.raises(Forbidden, match="team with role admin of organization 'automation' can assign"):
        old.provide(for_alice(old, assigner=Password("bob", "bob-password")))


def test_a_registry_that_does_not_assign_is_said_to_be_one(make_registry: Make, tmp_path: Path) -> None:
    desk = Desk(make_registry, tmp_path, features={"ASSIGN_OAUTH_TOKEN": False})
    with pytest.raises(FeatureOff, match="FEATURE_ASSIGN_OAUTH_TOKEN is off"):
        desk.provide(for_alice(desk))


def test_the_users_password_can_be_in_the_file(old: Desk) -> None:
    old.put("export USER_PASSWORD=alice-password\n", "alice")
    assert old.provide(for_alice(old, password=None)).created
    assert old.owner(old.stored("alice")) == "alice"


def test_without_the_users_password_a_token_is_only_assigned(old: Desk) -> None:
    order = for_alice(old, password=None, path=None, rights=("repo:read",))
    outcome = old.provide(order)
    assert (outcome.changed, outcome.created, outcome.method) == (True, False, "assigned")
    answer = old.open(Password("alice", "alice-password")).get("user/assignedauthorization")
    (waiting,) = answer["authorizations"]
    assert [scope["scope"] for scope in waiting["scopes"]] == ["repo:read"]
    with pytest.raises(NotFound, match="User 'nobody' does not exist"):
        old.provide(replace(order, user="nobody"))


# --- check mode ---------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "export ADMIN_TOKEN=" + "x" * 40 + "\n", "export USER_PASSWORD=x\n"])
def test_check_mode_sends_nothing_but_get_and_writes_nothing(old: Desk, text: str) -> None:
    old.put(text)
    outcome = old.provide(old.order(), check_mode=True)
    assert (outcome.changed, outcome.created, outcome.method) == (True, True, None)
    assert {line.split(" ")[0] for line in old.asked()} <= {"GET"}
    assert (old.directory / "admin_token").read_text() == text


def test_check_mode_does_without_an_application_that_an_earlier_task_makes(old: Desk) -> None:
    assert old.provide(old.order(client_id=None), check_mode=True).changed


def test_check_mode_of_a_given_and_of_an_assigned_token(old: Desk) -> None:
    outcome = old.provide(old.order(token=old.registry.token), check_mode=True)
    assert (outcome.changed, outcome.method) == (True, "given")
    assert old.stored() is None
    outcome = old.provide(for_alice(old, password=None, path=None), check_mode=True)
    assert (outcome.changed, outcome.method) == (True, "assigned")
    assert old.asked() == []


# --- failures -----------------------------------------------------------------------------------


def test_a_file_that_cannot_be_written_is_found_out_before_a_token_is_made(desk: Desk) -> None:
    with pytest.raises(FileTrouble, match="its directory does not exist"):
        desk.provide(admin(desk, path=str(desk.directory / "missing" / "token")))
    assert desk.asked() == []
    assert desk.count() == 0


@pytest.mark.parametrize("kind", ["500", "503", "reset_after"])
def test_an_answer_that_is_lost_is_said_to_be(desk: Desk, kind: str) -> None:
    desk.registry.simulator.faults.add(Fault(kind, method="POST", path="/tokens$", times=1))
    with pytest.raises(QuayError, match="Whether a token was made is open"):
        desk.provide(admin(desk))
    assert desk.stored() is None
    # The next run finishes, and takes away what the first left behind.
    assert desk.provide(admin(desk)).created
    assert desk.count() == 1


def test_a_registry_that_fails_does_not_make_a_token_look_bad(desk: Desk) -> None:
    desk.put(f"export ADMIN_TOKEN={desk.registry.token}\n")
    desk.registry.simulator.faults.add(Fault("500", method="GET", path="/user/$"))
    with pytest.raises(ServerFault):
        desk.provide(admin(desk))
    assert desk.stored() == desk.registry.token


def test_an_address_that_quay_does_not_know_is_explained(old: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = oauth.Site("http://elsewhere/oauth/localapp", (3, 17))
    monkeypatch.setattr(oauth, "read_site", lambda client: elsewhere)
    with pytest.raises(InvalidRequest, match="SERVER_HOSTNAME and PREFERRED_URL_SCHEME"):
        old.provide(admin(old))


# --- what Quay says about itself, and where it redirects to -------------------------------------


class Says(Client):
    """A client to whom the registry answers one thing."""

    def __init__(self, answer: Any) -> None:
        self.connection = Connection("https://registry.example.com/api/v1")
        self._answer = answer

    def get(self, path: str, query: Any = None) -> Any:
        return self._answer

    def settings(self) -> Any:
        return self._answer

    def submit(self, path: str, form: Any = None, query: Any = None) -> Any:
        return self._answer


@pytest.mark.parametrize(
    ("answer", "page", "version", "has_api"),
    [
        (
            {
                "config": {"SERVER_HOSTNAME": "quay.example.com:8443", "PREFERRED_URL_SCHEME": "https"},
                "version_number": "Quay 3.17.1",
            },
            "https://quay.example.com:8443/oauth/localapp",
            (3, 17),
            False,
        ),
        (
            {
                "config": {"SERVER_HOSTNAME": "quay", "LOCAL_OAUTH_HANDLER": "/x"},
                "version_number": "Quay v3.18.0",
            },
            "http://quay/x",
            (3, 18),
            True,
        ),
        # Built from the main branch, it says the last version of its change log.
        ({"version_number": "Quay v3.11.0"}, "https://registry.example.com/oauth/localapp", (3, 11), True),
        ({"version_number": "Quay v4.0.1"}, "https://registry.example.com/oauth/localapp", (4, 0), True),
        ({"version_number": ""}, "https://registry.example.com/oauth/localapp", (), True),
        ({"config": None}, "https://registry.example.com/oauth/localapp", (), True),
    ],
)
def test_the_site(answer: Any, page: str, version: tuple[int, ...], has_api: bool) -> None:
    site = oauth.read_site(Says(answer))
    assert (site.local_page, site.version, site.may_have_application_tokens) == (page, version, has_api)


@pytest.mark.parametrize(
    ("answer", "owner"),
    [
        ({"username": "alice"}, "alice"),
        ({"anonymous": True, "username": None}, None),
        ({"anonymous": True}, None),
    ],
)
def test_only_a_user_of_that_name_counts(answer: Any, owner: Optional[str]) -> None:
    assert oauth.owner_of_token(Says(answer)) == owner


PAGE = "https://quay.example.com/oauth/localapp"
APPLICATION = oauth.Application("CLIENT", "automation")


@pytest.mark.parametrize(
    ("location", "error", "message"),
    [
        (f"{PAGE}?error=unauthorized_client", oauth.NotAuthorized, "does not let the user grant"),
        (f"{PAGE}?error=invalid_scope", InvalidRequest, '"invalid_scope"'),
        (f"{PAGE}?scope=x", NotQuay, "a redirection to quay.example.com"),
        ("https://sso.example.com/login?next=/oauth#top", NotQuay, "a redirection to sso.example.com"),
        ("", NotQuay, "there is no token in the answer"),
    ],
)
def test_an_answer_without_a_token(location: str, error: type[QuayError], message: str) -> None:
    answer = Answer("POST", "/oauth/authorizeapp", 302, {"Location": location}, None, True)
    with pytest.raises(error, match=message):
        oauth.authorize(Says(answer), APPLICATION, oauth.Site(PAGE, ()), ["repo:read"])


def test_the_token_is_in_the_fragment() -> None:
    location = f"{PAGE}?scope=repo%3Aread#access_token=TOKEN&token_type=Bearer&expires_in=315576000"
    answer = Answer("POST", "/oauth/authorizeapp", 302, {"Location": location}, None, True)
    assert oauth.authorize(Says(answer), APPLICATION, oauth.Site(PAGE, ()), ["repo:read"]) == "TOKEN"
