# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Waiting for a service: until it answers, and not longer than there is hope."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.deployment import commands, service
from ansible_collections.quayops.quay.plugins.module_utils.deployment.errors import DeploymentError
from ansible_collections.quayops.quay.plugins.module_utils.deployment.service import Wait, wait
from ansible_collections.quayops.quay.plugins.modules import quay_service_wait
from tests.unit.module_utils.servers import LocalServer, Reply, free_port

from .running import Runner

RUNNING = ("active", "running", 0)
LEAVING = ("activating", "auto-restart", 1)


class Host:
    """A host whose systemd says one thing after another; the last is repeated."""

    def __init__(self, *states: tuple[str, str, int]) -> None:
        self.states = list(states)
        self.stopped: list[str] = []
        self.now = 0.0

    def run(self, argv: Sequence[str], timeout: float) -> commands.Outcome:
        if argv[0] == "journalctl":
            entry = {"MESSAGE": "fatal: no database", "CONTAINER_NAME": "quay", "CONTAINER_ID_FULL": "a"}
            return commands.Outcome(0, json.dumps(entry) + "\nnot json\n", "")
        if argv[1] == "stop":
            self.stopped.append(argv[2])
            return commands.Outcome(0, "", "")
        active, sub, restarts = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        text = (
            f"ActiveState={active}\nSubState={sub}\nResult=success\nNRestarts={restarts}\nExecMainStatus=1\n"
        )
        return commands.Outcome(0, text, "")

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def clock(self) -> float:
        return self.now


def waited(monkeypatch: pytest.MonkeyPatch, host: Host, **wanted: Any) -> dict[str, Any]:
    monkeypatch.setattr(service.commands, "run", host.run)
    url = wanted.pop("url", f"http://127.0.0.1:{free_port()}/health")
    return wait(Wait("quay", url, **wanted), pause=host.pause, clock=host.clock)


def failure(monkeypatch: pytest.MonkeyPatch, host: Host, **wanted: Any) -> str:
    with pytest.raises(DeploymentError) as caught:
        waited(monkeypatch, host, **wanted)
    assert caught.value.details["lines"] == ["fatal: no database"]
    return str(caught.value)


def test_it_waits_until_the_address_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    host = Host(RUNNING)
    with LocalServer([Reply(502), Reply(503), Reply(200)]) as server:
        done = waited(monkeypatch, host, url=f"{server.url}/health", host_header="registry.example.com")
    assert done["seconds"] == 4 and done["state"]["active"] == "active"
    assert [seen.headers["Host"] for seen in server.seen] == ["registry.example.com"] * 3
    assert host.stopped == []


def test_what_is_not_http_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        talker = threading.Thread(target=say_something_else, args=(listener,), daemon=True)
        talker.start()
        text = failure(
            monkeypatch, Host(RUNNING), url=f"http://127.0.0.1:{listener.getsockname()[1]}/", timeout=1
        )
    assert text.startswith("quay does not answer within 1 seconds: ")


def say_something_else(listener: socket.socket) -> None:
    """Answer as a service that speaks another protocol does."""
    with contextlib.suppress(OSError):
        for _ in range(5):
            connection, _address = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"-NOAUTH Authentication required.\r\n")


def test_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    with LocalServer([Reply(200)]) as server:
        waited(monkeypatch, Host(RUNNING), url=f"{server.url}/health")


def test_a_service_that_leaves_again_and_again_is_given_up_and_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    host = Host(RUNNING, *(("activating", "auto-restart", count) for count in (0, 1, 2, 3)))
    text = failure(monkeypatch, host)
    assert text.startswith("quay ends again and again: fatal: no database\n")
    assert "It was stopped" in text and host.stopped == ["quay.service"]
    assert host.now < 30


def test_restarts_of_long_ago_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalServer([Reply(502), Reply(200)]) as server:
        waited(monkeypatch, Host(("active", "running", 48)), url=f"{server.url}/health")


@pytest.mark.parametrize("active", ["failed", "inactive"])
def test_a_service_that_has_ended_is_given_up_at_once(monkeypatch: pytest.MonkeyPatch, active: str) -> None:
    host = Host((active, active, 0))
    assert failure(monkeypatch, host).startswith("quay has ended: fatal: no database")
    assert host.now == 0


def test_one_that_runs_without_an_answer_is_left_running(monkeypatch: pytest.MonkeyPatch) -> None:
    host = Host(RUNNING)
    text = failure(monkeypatch, host, timeout=10)
    assert text.startswith("quay does not answer within 10 seconds: ")
    assert "fatal: no database" in text and host.stopped == []


def test_of_one_that_has_failed_only_the_reason_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    host = Host(LEAVING)
    assert failure(monkeypatch, host, has_failed=True).startswith("quay does not start: fatal: no database")
    assert host.stopped == ["quay.service"] and host.now == 0


def test_the_module(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    host = Host(LEAVING)
    monkeypatch.setattr(service.commands, "run", host.run)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    failed = run(quay_service_wait.main, failing=True, unit="quay", has_failed=True)
    assert failed["msg"].startswith("quay does not start: fatal: no database")
    assert failed["state"]["sub"] == "auto-restart"
    with LocalServer([Reply(200)]) as server:
        done = run(quay_service_wait.main, unit="quay", url=f"{server.url}/")
    assert done["changed"] is False
    assert "url" in run(quay_service_wait.main, failing=True, unit="quay")["msg"]


def test_only_root_is_asked(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert "become" in run(quay_service_wait.main, failing=True, unit="quay", has_failed=True)["msg"]
