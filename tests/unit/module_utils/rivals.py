# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Another caller changes the same objects between our reading and our writing.

The other caller's request is carried out just before ours, so that each race happens in each run.
"""

from __future__ import annotations

import re
import threading
from typing import Any, Callable

from requests import PreparedRequest, Response

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report
from ansible_collections.quayops.quay.plugins.module_utils.http.answers import Answer, refusal
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import Connection
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from tests.simulator import Fault, Simulator
from tests.simulator.adapter import SimulatorAdapter
from tests.unit.module_utils.conftest import HOST, Registry


def answered(text: str) -> Exception:
    """Return the error for a 400 with Quay's words."""
    body = {"detail": text, "error_message": text, "error_type": "invalid_request", "status": 400}
    return refusal(Answer("PUT", "organization/acme/x", 400, {}, body, True), with_token=True)


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


def both_create(registry: Registry, entry: dict[str, Any], method: str, path: str) -> None:
    """Let another caller make the same just before us."""
    client = against(registry, method, path, lambda other: list(reconcile(other, [desired_of(entry)], False)))
    raced(registry, client, entry)


def both_create_and_the_database_refuses(
    registry: Registry, entry: dict[str, Any], method: str, path: str
) -> None:
    """As both_create, and Quay answers ours with a 500 without a reason: its database holds it once only."""

    def act(other: Client) -> None:
        list(reconcile(other, [desired_of(entry)]))
        registry.simulator.faults.add(Fault(kind="500", method=method, path=path, times=1))

    raced(registry, against(registry, method, path, act), entry)


def the_other_removes(
    registry: Registry, before: dict[str, Any], after: dict[str, Any], method: str, path: str, theirs: str
) -> None:
    """Let another caller delete ``theirs`` just before the request that makes ``after`` of ``before``."""
    registry.one(before)
    raced(registry, against(registry, method, path, lambda other: other.send("DELETE", theirs)), after)
