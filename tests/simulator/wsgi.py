# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The outermost layer: latency, faults, the log of requests."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from flask import Response

from .errors import page
from .faults import STATUS_KINDS, Fault

if TYPE_CHECKING:
    from .simulator import Simulator

USER_KEY = "simulator.user"  # the name of the caller, set by the application
TIMEOUT_KEY = "simulator.timeout"  # seconds that an in-process caller waits at most
CONTROL_PREFIX = "/_simulator/"


class ConnectionBroken(ConnectionResetError):
    """The connection was reset instead of answered."""


class TooSlow(Exception):
    """The answer comes later than an in-process caller waits."""


@dataclass(frozen=True)
class RequestRecord:
    """One request as it was served; a status of 0 means that no answer was given."""

    method: str
    path: str
    query: str
    user: str | None
    status: int


class RequestLog(list):  # type: ignore[type-arg]
    """The requests in the order in which they were answered."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def add(self, record: RequestRecord) -> None:
        """Notes a request."""
        with self._lock:
            self.append(record)


class Gate:
    """Wraps the application."""

    def __init__(self, simulator: Simulator, application: Callable[..., Iterable[bytes]]) -> None:
        self._simulator = simulator
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(CONTROL_PREFIX):
            return self._application(environ, start_response)
        if self._simulator.settings.latency:
            time.sleep(self._simulator.settings.latency)
        method, path, query = environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        fault = self._simulator.faults.pick(method, path + "?" + query if query else path)
        status = 0

        def started(line: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            nonlocal status
            status = int(line.split(" ", 1)[0])
            return start_response(line, headers, *rest)

        try:
            if fault is None:
                return self._application(environ, started)
            return self._faulty(fault, environ, started)
        finally:
            user = environ.get(USER_KEY)
            self._simulator.requests.add(RequestRecord(method, path, query, user, status))

    def _faulty(
        self, fault: Fault, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if fault.kind in STATUS_KINDS:
            return _status_answer(fault)(environ, start_response)
        if fault.kind == "reset_before":
            _break(environ)
        answer = Response.from_app(self._application, environ, buffered=True)
        if fault.kind == "reset_after":
            _break(environ)
        if fault.kind == "slow":
            _wait(fault.delay or 0.0, environ.get(TIMEOUT_KEY))
        if fault.kind == "cut_page":
            self._repeat_page(answer, environ)
        return answer(environ, start_response)

    def _repeat_page(self, answer: Response, environ: dict[str, Any]) -> None:
        """Lets the answer name the page that was asked for as the next one."""
        body = json.loads(answer.get_data()) if answer.status_code == 200 and answer.is_json else None
        if not isinstance(body, dict):
            return
        asked = parse_qs(environ.get("QUERY_STRING", "")).get("next_page")
        body["next_page"] = asked[0] if asked else self._simulator.pages.make(0)
        answer.set_data(json.dumps(body) + "\n")


def _status_answer(fault: Fault) -> Response:
    status, title = STATUS_KINDS[fault.kind]
    answer = page(status, title)
    if fault.retry_after is not None:
        answer.headers["Retry-After"] = f"{fault.retry_after:g}"
    return answer


def _wait(delay: float, timeout: float | None) -> None:
    """Sleeps; an in-process caller that would give up before does not have to wait for it."""
    if timeout is not None and delay > timeout:
        raise TooSlow()
    time.sleep(delay)


def _break(environ: dict[str, Any]) -> None:
    """Resets the TCP connection of a served request, and ends the request in any case."""
    connection = environ.get("werkzeug.socket")
    if connection is not None:
        # With a linger time of zero, closing sends RST instead of FIN.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    raise ConnectionBroken("the connection was reset")
