# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_first_user."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.certificates import Authority

from .conftest import ADMIN, ADMIN_PASSWORD, StartSimulator
from .support.playbook import Playbook, task
from .support.registry import Registry
from .test_quay_robot import keep
from .test_secrets import assert_hidden

PASSWORD = "planted-first-password"
BOSS = {"username": "boss", "password": PASSWORD, "email": "boss@example.com"}


@pytest.fixture
def empty(start_simulator: StartSimulator) -> Registry:
    """A registry that has no users yet, and whose superuser is to be boss."""
    return emptied(start_simulator("--superuser", "boss", "--superuser", ADMIN))


def emptied(registry: Registry) -> Registry:
    registry.control("POST", "reset")
    return registry


def test_a_registry_that_has_its_first_user(play: Playbook, registry: Registry) -> None:
    there = {"username": registry.admin, "password": registry.admin_password}
    another = {"username": registry.new_name("nobody"), "password": PASSWORD}
    run = play(
        {
            "there": task("quay_first_user", **there, create_token=True),
            "check": task("quay_first_user", check=True, **there),
            "another": task("quay_first_user", fails=True, **another),
        },
        "-vvv",
        "--diff",
    )
    assert not run["there"]["changed"]
    assert "access_token" not in run["there"]
    assert not run["check"]["changed"]
    assert f"Quay did not sign in '{another['username']}'" in run.message("another")
    assert "quay_user" in run.message("another")
    assert_hidden(run, PASSWORD, registry.admin_password)


@pytest.mark.simulator_only
def test_a_registry_without_users(empty: Registry, tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    # What module_defaults says of who asks does not matter here.
    defaults = {"quay_host": empty.url, "quay_token": "n" * 40, "parallel": 4}
    boss = task("quay_first_user", diff=True, **BOSS, create_token=True)
    run = Playbook(empty, tmp_path)(
        {
            "check": task("quay_first_user", check=True, diff=True, **BOSS, create_token=True),
            "create": {**boss, "register": "made"},
            "again": {**boss, "register": "again"},
            "check again": task("quay_first_user", check=True, diff=True, **BOSS),
            "by its token": task("quay_user", username="alice", quay_token="{{ made.access_token }}"),
            "wrong password": task(
                "quay_first_user", fails=True, username="boss", password="planted-wrong-one"
            ),
            "keep": keep(["made", "again"], kept),
        },
        "-vvv",
        "--diff",
        defaults=defaults,
    )
    results = json.loads(kept.read_text())
    made, again = results["made"], results["again"]
    assert (made["changed"], again["changed"]) == (True, False)
    assert (made["username"], made["email"]) == ("boss", "boss@example.com")
    assert made["diff"] == run["check"]["diff"]
    assert made["diff"][0]["after"] == {"state": "present", "password": "(the given one)"}
    assert not {"access_token", "encrypted_password"} & set(again)
    assert (run["check"]["changed"], run["check again"]["changed"]) == (True, False)
    assert "censored" in run["by its token"]
    assert "Quay did not sign in 'boss'" in run.message("wrong password")
    secrets = (PASSWORD, "planted-wrong-one", made["access_token"], made["encrypted_password"])
    assert_hidden(run, *secrets)
    log = [(entry["method"], entry["path"]) for entry in empty.requests_log()]
    # Once to create, once to find it there, and once with a password that is wrong.
    assert log.count(("POST", "/api/v1/user/initialize")) == 3
    assert log.count(("POST", "/api/v1/signin")) == 2


@pytest.mark.simulator_only
def test_check_mode_sends_nothing_but_get(empty: Registry, tmp_path: Path) -> None:
    empty.forget_requests()
    run = Playbook(empty, tmp_path)({"check": task("quay_first_user", check=True, **BOSS)})
    assert run["check"]["changed"]
    assert empty.writes() == []


@pytest.mark.simulator_only
def test_the_flag_is_off(start_simulator: StartSimulator, tmp_path: Path) -> None:
    registry = start_simulator("--feature", "USER_INITIALIZE=false")
    play = Playbook(registry, tmp_path)
    admin = {"username": ADMIN, "password": ADMIN_PASSWORD}
    assert not play({"there": task("quay_first_user", **admin)})["there"]["changed"]
    emptied(registry)
    run = play({"empty": task("quay_first_user", fails=True, **BOSS)})
    assert "FEATURE_USER_INITIALIZE is off" in run.message("empty")
    assert "set it to true in its config.yaml, restart Quay" in run.message("empty")


@pytest.mark.simulator_only
@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_certificates(start_simulator: StartSimulator, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    registry = start_simulator(*authority.leaf("good").options, "--superuser", "boss", verify=False)
    emptied(registry)
    run = Playbook(registry, tmp_path)(
        {
            "not trusted": task("quay_first_user", fails=True, **BOSS),
            "trusted": task("quay_first_user", **BOSS, ca_path=str(authority.path)),
        }
    )
    assert "is not trusted" in run.message("not trusted")
    assert run["trusted"]["changed"]


@contextmanager
def starts_late(target: str, port: int, seconds: float) -> Iterator[None]:
    """Listen at a port only after some seconds, and pass what arrives there on to a registry."""
    ended = threading.Event()
    host, _, target_port = target.partition("://")[2].partition(":")

    def serve() -> None:
        if ended.wait(seconds):
            return
        with socket.create_server(("127.0.0.1", port)) as server:
            server.settimeout(0.1)
            while not ended.is_set():
                try:
                    connection, _address = server.accept()
                except OSError:
                    continue
                threading.Thread(
                    target=_pass_on, args=(connection, host, int(target_port)), daemon=True
                ).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(10)


def _pass_on(connection: socket.socket, host: str, port: int) -> None:
    with connection, socket.create_connection((host, port)) as registry:
        threading.Thread(target=_copy, args=(connection, registry), daemon=True).start()
        _copy(registry, connection)


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@pytest.mark.simulator_only
def test_a_registry_that_is_starting(empty: Registry, tmp_path: Path) -> None:
    """First nobody listens at the port, then the web server answers for a Quay that is not ready."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    empty.control("POST", "faults", [{"kind": "502", "path": "/user/initialize$", "times": 2}])
    with starts_late(empty.url, port, seconds=6.0):
        url = f"http://127.0.0.1:{port}"
        first = task("quay_first_user", **BOSS, quay_host=url)
        Playbook(empty, tmp_path)({"first": first}, defaults={})
    answer = requests.get(f"{empty.url}/api/v1/users/boss", timeout=10)
    assert answer.status_code == 200
