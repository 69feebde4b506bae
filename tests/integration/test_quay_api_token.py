# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_api_token: durable tokens in files, made in the way that the version of Quay allows."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

import pytest
import requests

from tests.certificates import Authority

from .conftest import ADMIN, ADMIN_PASSWORD, StartSimulator
from .support.playbook import Playbook, Run, Task, link_collection, task
from .support.registry import PASSWORD, Person, Registry
from .support.server import SimulatorServer
from .test_quay_robot import keep
from .test_secrets import assert_hidden

BEFORE_THE_API, WITH_THE_API = "3.17.1", "3.18.0"
NOT_A_TOKEN = "planted" + "x" * 33


@dataclass
class Desk:
    """A registry with an application of the administrator's, a user who administers nothing, and files."""

    registry: Registry
    directory: Path
    organization: str = ""
    client_id: str = ""
    user: Person = field(default_factory=lambda: Person("", ""))

    def __post_init__(self) -> None:
        self.organization = self.registry.new_org()
        body = {"name": "ansible"}
        view = self.registry.send("POST", f"organization/{self.organization}/applications", body)
        self.client_id = view["client_id"]
        self.user = self.registry.new_user()
        self.play = Playbook(self.registry, self.directory)

    def path(self, name: str = "admin") -> Path:
        return self.directory / f"{name}_token"

    def own(self, **options: Any) -> Task:
        """Return a task for a token of the administrator's own."""
        names = {"quay_username": self.registry.admin, "quay_password": self.registry.admin_password}
        return self._task({**names, "path": str(self.path()), **options})

    def for_user(self, **options: Any) -> Task:
        """Return a task for a token of the user, whom the administrator helps."""
        names = {"quay_username": self.registry.admin, "quay_password": self.registry.admin_password}
        names["for_user"] = self.user.name
        return self._task({**names, "path": str(self.path("user")), **options})

    def _task(self, options: dict[str, Any]) -> Task:
        given = {
            key: value for key, value in {"client_id": self.client_id, **options}.items() if value is not None
        }
        steering = {key: given.pop(key) for key in ("check", "fails") if key in given}
        return task("quay_api_token", diff=True, **steering, **given)

    def run(self, tasks: dict[str, Task]) -> Run:
        """Run the tasks with everything printed that can be, and with the requests of this run in the log."""
        if self.registry.simulated:
            self.registry.forget_requests()
        return self.play(tasks, "-vvv", "--diff")

    def asked(self) -> list[str]:
        return [f"{entry['method']} {entry['path']}" for entry in self.registry.requests_log()]

    def sourced(self, name: str = "admin") -> dict[str, str]:
        """Return what a shell gets from the file, which must be for its owner alone."""
        path = self.path(name)
        assert path.stat().st_mode & 0o777 == 0o600
        script = f'. {shlex.quote(str(path))}; printf "%s\\n" "$USER_PASSWORD" "$ADMIN_TOKEN"'
        found = subprocess.run(["sh", "-c", script], stdout=subprocess.PIPE, text=True, check=True, env={})
        password, token = found.stdout.split("\n")[:2]
        return {"password": password, "token": token}

    def owner(self, token: str) -> Optional[str]:
        """Return the user as whom a token acts, as the registry says."""
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.get(f"{self.registry.url}/api/v1/user/", headers=headers, timeout=60)
        return answer.json().get("username") if answer.ok else None

    def listed(self) -> list[dict[str, Any]]:
        """Return the tokens of the application that are in force."""
        path = f"organization/{self.organization}/applications/{self.client_id}/tokens"
        found: list[dict[str, Any]] = self.registry.get(path)["tokens"]
        return found


@pytest.fixture
def desk(registry: Registry, tmp_path: Path) -> Desk:
    """Of whichever version the registry at hand is."""
    return Desk(registry, tmp_path)


@pytest.fixture
def of_version(tmp_path: Path) -> Iterator[Callable[[str], Desk]]:
    """Starts simulators of other versions."""
    link_collection()
    with ExitStack() as stack:

        def start(version: str) -> Desk:
            server = stack.enter_context(SimulatorServer(ADMIN, ADMIN_PASSWORD, "--version", version))
            return Desk(Registry(server.url, ADMIN, ADMIN_PASSWORD), tmp_path)

        yield start


@pytest.fixture(params=[BEFORE_THE_API, WITH_THE_API])
def versioned(request: pytest.FixtureRequest, of_version: Callable[[str], Desk]) -> Desk:
    """Once of each."""
    return of_version(request.param)


@pytest.fixture
def old(of_version: Callable[[str], Desk]) -> Desk:
    """Of a Quay that has no application tokens."""
    return of_version(BEFORE_THE_API)


@pytest.fixture
def new(of_version: Callable[[str], Desk]) -> Desk:
    """Of a Quay that has them."""
    return of_version(WITH_THE_API)


def summary(result: dict[str, Any]) -> tuple[bool, bool, Optional[str]]:
    return result["changed"], result["created"], result.get("method")


def test_a_token_is_made_once(desk: Desk) -> None:
    """As it runs against a real Quay, of any version."""
    by_name = {"client_id": None, "organization": desk.organization, "application": "ansible"}
    run = desk.run(
        {
            "check": desk.own(check=True),
            "create": desk.own(),
            "again": desk.own(),
            "without a password": desk.own(quay_password=None),
            "by name": desk.own(**by_name, path=str(desk.path("named"))),
            "check again": desk.own(check=True),
        }
    )
    assert summary(run["check"]) == (True, True, None)
    assert run["create"]["changed"] and run["create"]["method"] in ("api", "session")
    for step in ("again", "without a password", "check again"):
        assert summary(run[step]) == (False, False, "stored")
        assert run[step]["diff"] == []
    assert run["create"]["diff"][0]["before"] == {"ADMIN_TOKEN": "(none)"}
    assert run["create"]["diff"][0]["after"] == {"ADMIN_TOKEN": "(a new one)"}
    assert run["create"]["diff"] == run["check"]["diff"]
    assert (run["create"]["path"], run["create"]["user"]) == (str(desk.path()), desk.registry.admin)
    tokens = [desk.sourced(name)["token"] for name in ("admin", "named")]
    assert [desk.owner(token) for token in tokens] == [desk.registry.admin] * 2
    assert_hidden(run, *tokens, desk.registry.admin_password, desk.registry.token)


def test_a_token_of_another_user(desk: Desk) -> None:
    desk.path("user").write_text(f"# of the user\nexport USER_PASSWORD='{desk.user.password}'\n")
    run = desk.run(
        {
            "check": desk.for_user(check=True),
            "create": desk.for_user(),
            "again": desk.for_user(),
            "nobody helps": desk.for_user(quay_password=None),
            "given": desk.for_user(path=str(desk.path("other")), user_password=desk.user.password),
        }
    )
    assert summary(run["check"]) == (True, True, None)
    assert summary(run["create"]) == (True, True, "session")
    assert summary(run["again"]) == summary(run["nobody helps"]) == (False, False, "stored")
    assert summary(run["given"]) == (True, True, "session")
    found = desk.sourced("user")
    assert found["password"] == desk.user.password
    assert desk.path("user").read_text().startswith("# of the user\n")
    assert desk.owner(found["token"]) == desk.user.name
    other = desk.sourced("other")["token"]
    assert desk.owner(other) == desk.user.name
    assert_hidden(run, found["token"], other, desk.user.password, desk.registry.admin_password)


def test_a_password_that_was_changed(desk: Desk) -> None:
    desk.path("user").write_text("export USER_PASSWORD=planted-old-password\n")
    password = desk.user.password
    run = desk.run(
        {
            "create": desk.for_user(user_password=password),
            "again": desk.for_user(user_password=password),
            "check": desk.for_user(user_password="planted-wrong-password", check=True),
            "wrong": desk.for_user(user_password="planted-wrong-password"),
        }
    )
    assert run["create"]["diff"][0]["after"] == {
        "ADMIN_TOKEN": "(a new one)",
        "USER_PASSWORD": "(the given one)",
    }
    assert summary(run["again"]) == summary(run["check"]) == summary(run["wrong"]) == (False, False, "stored")
    assert "is not what user_password gives, and stays" in run["wrong"]["warnings"][0]
    found = desk.sourced("user")
    assert (found["password"], desk.owner(found["token"])) == (password, desk.user.name)
    planted = ("planted-old-password", "planted-wrong-password")
    assert_hidden(run, *planted, found["token"], password, desk.registry.admin_password)


def test_a_token_that_is_given(desk: Desk) -> None:
    theirs = desk.registry.new_token(desk.user)
    desk.path("user").write_text(f"export USER_PASSWORD={desk.user.password}\n")
    given = {"quay_password": None, "client_id": None, "token": theirs}
    run = desk.run(
        {
            "check": desk.for_user(**given, check=True),
            "store": desk.for_user(**given),
            "again": desk.for_user(**given),
            "empty": desk.for_user(token=""),
            "does not work": desk.for_user(**{**given, "token": NOT_A_TOKEN}, fails=True),
            "of another": desk.for_user(**{**given, "token": desk.registry.token}, fails=True),
            "without a file": desk.for_user(**given, path=None, fails=True),
        }
    )
    assert summary(run["check"]) == summary(run["store"]) == (True, False, "given")
    assert run["check"]["diff"] == run["store"]["diff"]
    assert summary(run["again"]) == (False, False, "given")
    assert summary(run["empty"]) == (False, False, "stored")
    assert "given with the option token does not work" in run.message("does not work")
    assert f"is one of '{desk.registry.admin}', not of '{desk.user.name}'" in run.message("of another")
    assert "path" in run.message("without a file")
    assert desk.sourced("user") == {"password": desk.user.password, "token": theirs}
    assert_hidden(run, theirs, NOT_A_TOKEN, desk.registry.token, desk.user.password)


def test_a_token_for_the_play(desk: Desk, tmp_path: Path) -> None:
    """Without a file, as infra.quay_configuration does it: a new token at each run, in the result."""
    kept = tmp_path / "kept.json"
    once = desk.own(path=None, rights=["repo:read", "user:read"])
    run = desk.run(
        {
            "check": desk.own(path=None, check=True),
            "first": {**once, "register": "first"},
            "second": {**once, "register": "second"},
            "used": task("quay_repository", check=True, name=f"{desk.organization}/app"),
            "keep": keep(["first", "second"], kept),
        }
    )
    results = json.loads(kept.read_text())
    tokens = [results[name]["access_token"] for name in ("first", "second")]
    assert tokens[0] != tokens[1]
    assert [desk.owner(token) for token in tokens] == [desk.registry.admin] * 2
    assert summary(run["check"]) == (True, True, None)
    assert "censored" in run["first"]
    assert_hidden(run, *tokens, desk.registry.admin_password)


def test_what_is_wrong_is_said(desk: Desk) -> None:
    desk.path("user").write_text("export USER_PASSWORD=planted-wrong-password\n")
    missing = str(desk.directory / "missing" / "token")
    run = desk.run(
        {
            "no application": desk.own(client_id=None, fails=True),
            "unknown application": desk.own(client_id="NOPE", fails=True),
            "unknown name": desk.own(
                client_id=None, organization=desk.organization, application="nope", fails=True
            ),
            "no password": desk.own(quay_password=None, path=str(desk.path("none")), fails=True),
            "wrong password": desk.for_user(fails=True),
            "no user": desk.own(quay_username=None, quay_password=None, fails=True),
            "rights": desk.own(rights=["repo:read"], fails=True),
            "unknown right": desk.own(rights=["repo:own"], fails=True),
            "directory": desk.own(path=missing, fails=True),
            "a directory itself": desk.own(path=str(desk.directory), fails=True),
            "unreachable": desk.own(quay_host="http://127.0.0.1:1", fails=True),
        }
    )
    assert "Name the application of the token" in run.message("no application")
    assert "no application with the client ID 'NOPE'" in run.message("unknown application")
    assert "has no application 'nope'" in run.message("unknown name")
    assert "quay_password is not given, and there is no USER_PASSWORD in" in run.message("no password")
    assert f"Quay did not sign in '{desk.user.name}'" in run.message("wrong password")
    assert f"is that of USER_PASSWORD in {desk.path('user')}" in run.message("wrong password")
    assert "give quay_username, or for_user" in run.message("no user")
    assert "add it to rights" in run.message("rights")
    assert "value of rights must be one or more of" in run.message("unknown right")
    assert "its directory does not exist" in run.message("directory")
    assert "Is a directory" in run.message("a directory itself")
    assert "cannot be reached" in run.message("unreachable")
    assert sorted(path.name for path in desk.directory.glob("*_token")) == ["user_token"]
    assert_hidden(run, "planted-wrong-password", desk.registry.admin_password)
    if desk.registry.simulated:
        # The wrong password was tried once, and nobody was asked to wait.
        statuses = [one["status"] for one in desk.registry.requests_log() if one["path"] == "/api/v1/signin"]
        assert statuses.count(403) == 1
        assert 429 not in statuses


@pytest.mark.simulator_only
def test_one_request_if_the_token_works(versioned: Desk) -> None:
    desk = versioned
    desk.run({"create": desk.own(), "of the user": desk.for_user(user_password=PASSWORD)})
    run = desk.run({"again": desk.own(), "of the user": desk.for_user()})
    assert not any(run[step]["changed"] for step in ("again", "of the user"))
    assert desk.asked() == ["GET /api/v1/user/"] * 2
    run = desk.run({"again": desk.own(check=True), "of the user": desk.for_user(check=True)})
    assert desk.asked() == ["GET /api/v1/user/"] * 2


@pytest.mark.simulator_only
def test_a_run_that_was_killed_half_way_is_finished(versioned: Desk) -> None:
    """The file holds the password only, or a token that Quay does not know, or one that has expired."""
    desk = versioned
    admin = desk.registry.admin
    expired = desk.registry.control("POST", "tokens", {"user": admin, "expires_in": -1})["token"]
    foreign = desk.registry.control("POST", "tokens", {"user": desk.user.name})["token"]
    password = f'export USER_PASSWORD="{ADMIN_PASSWORD}"\n'
    files = {
        "half": password,
        "unknown": f"{password}export ADMIN_TOKEN={NOT_A_TOKEN}\n",
        "expired": f"export ADMIN_TOKEN={expired}\n{password}",
        "foreign": f"{password}export ADMIN_TOKEN='{foreign}' # of somebody\nexport OTHER=kept\n",
    }
    for name, text in files.items():
        desk.path(name).write_text(text)
        desk.path(name).chmod(0o600)
    tasks = {name: desk.own(quay_password=None, path=str(desk.path(name))) for name in files}
    check = {
        f"check {name}": desk.own(quay_password=None, path=str(desk.path(name)), check=True) for name in files
    }
    run = desk.run(check)
    assert desk.registry.writes() == []
    assert {name: desk.path(name).read_text() for name in files} == files
    assert all(run[name]["changed"] for name in check)
    run = desk.run({**tasks, **{f"{name} again": one for name, one in tasks.items()}})
    found = {name: desk.sourced(name) for name in files}
    for name in files:
        assert run[name]["created"]
        assert not run[f"{name} again"]["changed"]
        assert found[name]["password"] == ADMIN_PASSWORD
        assert desk.owner(found[name]["token"]) == admin
    assert f"is one of '{desk.user.name}', and is replaced" in run["foreign"]["warnings"][0]
    assert desk.path("foreign").read_text().endswith(" # of somebody\nexport OTHER=kept\n")
    # It was somebody's, who may use it elsewhere.
    assert desk.owner(foreign) == desk.user.name
    tokens = [one["token"] for one in found.values()]
    assert_hidden(run, ADMIN_PASSWORD, NOT_A_TOKEN, expired, foreign, *tokens)


@pytest.mark.simulator_only
def test_a_file_that_others_can_read(new: Desk) -> None:
    new.path().write_text(f"export ADMIN_TOKEN={new.registry.token}\n")
    new.path().chmod(0o644)
    run = new.run({"check": new.own(check=True), "mode": new.own(), "again": new.own()})
    assert summary(run["check"]) == summary(run["mode"]) == (True, False, "stored")
    assert run["mode"]["diff"][0]["before"] == {"mode": "0644"}
    assert not run["again"]["changed"]
    assert new.sourced()["token"] == new.registry.token


@pytest.mark.simulator_only
def test_before_the_api_the_user_signs_in(old: Desk) -> None:
    run = old.run({"create": old.own()})
    assert summary(run["create"]) == (True, True, "session")
    writes = old.registry.writes()
    assert writes == ["POST /api/v1/signin", "POST /oauth/authorizeapp"]


@pytest.mark.simulator_only
def test_the_api_is_used_where_there_is_one(new: Desk) -> None:
    run = new.run({"create": new.own()})
    assert summary(run["create"]) == (True, True, "api")
    tokens = f"/api/v1/organization/{new.organization}/applications/{new.client_id}/tokens"
    assert new.registry.writes() == ["POST /api/v1/signin", f"POST {tokens}"]
    (token,) = new.listed()
    assert (token["created_by"], token["name"].split(":", 1)[1]) == (ADMIN, str(new.path()))
    # Lost, it is replaced and revoked.
    lost = new.sourced()["token"]
    new.path().unlink()
    run = new.run({"replace": new.own()})
    assert run["replace"]["created"]
    assert new.owner(lost) is None
    assert len(new.listed()) == 1
    assert new.owner(new.sourced()["token"]) == ADMIN
    assert_hidden(run, lost, new.sourced()["token"], ADMIN_PASSWORD)


@pytest.mark.simulator_only
def test_who_can_help(old: Desk) -> None:
    """Since Quay 3.12 an application is its organization's affair, and being a superuser does not help."""
    other = old.registry.new_user()
    with_password = {"user_password": old.user.password}
    alone = {"for_user": None, "quay_username": old.user.name, "quay_password": old.user.password}
    helper = {"quay_username": other.name, "quay_password": other.password}
    run = old.run(
        {
            "nobody": old.for_user(**alone, fails=True),
            "somebody else": old.for_user(**with_password, **helper, fails=True),
            "assigned": old.for_user(path=None),
            "collected": old.for_user(**alone),
        }
    )
    assert f"for_user: {old.user.name}" in run.message("nobody")
    assert "only members of a team with role admin" in run.message("nobody")
    assert f"team with role admin of organization '{old.organization}' can assign" in run.message(
        "somebody else"
    )
    assert summary(run["assigned"]) == (True, False, "assigned")
    assert summary(run["collected"]) == (True, True, "session")
    assert old.owner(old.sourced("user")["token"]) == old.user.name


@pytest.mark.simulator_only
@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_certificates(start_simulator: StartSimulator, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    registry = start_simulator(*authority.leaf("good").options, verify=str(authority.path))
    desk = Desk(registry, tmp_path)
    run = desk.run(
        {
            "not trusted": desk.own(fails=True),
            "trusted": desk.own(ca_path=str(authority.path)),
            "stored, not trusted": desk.own(fails=True),
        }
    )
    for name in ("not trusted", "stored, not trusted"):
        assert "is not trusted" in run.message(name)
    assert run["trusted"]["created"]


@pytest.mark.simulator_only
def test_a_registry_that_fails_does_not_cost_a_token(new: Desk) -> None:
    new.run({"create": new.own()})
    before = new.path().read_text()
    new.registry.control("POST", "faults", [{"kind": "500", "path": "/user/$"}])
    run = new.run({"again": new.own(fails=True)})
    assert "500" in run.message("again")
    assert new.path().read_text() == before
    assert new.registry.writes() == []
