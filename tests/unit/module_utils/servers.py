# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Small servers on the loopback address that answer as a test tells them."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Union

import pytest

ENVIRONMENT = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the machine's own environment would change about a request."""
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("NETRC", "/nonexistent")


@dataclass(frozen=True)
class Seen:
    """A request as it arrived; ``target`` is what the request line names, with its query."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def line(self) -> str:
        return f"{self.method} {self.target}"


@dataclass(frozen=True)
class Reply:
    """What is answered; a body that is not text is sent as JSON, text as a page or as ``kind``.

    ``fault``: "reset" breaks the connection, "silence" says nothing until the server stops, "cut"
    announces more than it sends, "hang up" closes the connection without an answer.
    """

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    kind: str = "text/html"


Script = Union[Callable[[Seen], Reply], Iterable[Reply]]


class LocalServer:
    """Answers with ``script``: a function, or replies of which the last is repeated.

    ``path``: a Unix socket to listen on instead of the loopback address; ``url`` then leads nowhere.
    """

    def __init__(
        self, script: Script, tls: ssl.SSLContext | None = None, port: int = 0, path: str | None = None
    ) -> None:
        self.seen: list[Seen] = []
        self._script = script if callable(script) else _in_turn(script)
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        handler = _handler(self)
        self._server = _Server(("127.0.0.1", port), handler) if path is None else _UnixServer(path, handler)
        if tls is not None:
            # The handshake happens in the thread of the request, not in the one that accepts.
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = 1 if path is not None else int(self._server.server_address[1])
        self.url = f"{'http' if tls is None else 'https'}://127.0.0.1:{self.port}"

    def __enter__(self) -> LocalServer:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def lines(self) -> list[str]:
        return [seen.line for seen in self.seen]

    def answer(self, seen: Seen) -> Reply:
        with self._lock:
            self.seen.append(seen)
        return self._script(seen)

    def wait_until_stopped(self) -> None:
        self._stopped.wait(20)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that breaks off a handshake is what some tests are about."""


class _UnixServer(_Server):
    address_family = socket.AF_UNIX

    def server_bind(self) -> None:
        self.socket.bind(str(self.server_address))
        self.server_name, self.server_port = "localhost", 0


def _in_turn(replies: Iterable[Reply]) -> Callable[[Seen], Reply]:
    left = list(replies)
    lock = threading.Lock()

    def answer(_seen: Seen) -> Reply:
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]

    return answer


def _handler(server: LocalServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing."""

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            seen = Seen(self.command, self.path, self.headers, self.rfile.read(length))
            reply = server.answer(seen)
            if reply.fault == "silence":
                server.wait_until_stopped()
            if reply.fault == "reset":
                reset(self.connection)
            if reply.fault in ("silence", "reset", "hang up"):
                return
            self._write(reply)

        def _write(self, reply: Reply) -> None:
            plain = isinstance(reply.body, str)
            payload = (reply.body if plain else json.dumps(reply.body)).encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind if plain else "application/json")
            self.send_header("Content-Length", str(len(payload) + (10 if reply.fault == "cut" else 0)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = do_PUT = do_DELETE = _serve

    return Handler


def reset(connection: socket.socket) -> None:
    """Break a TCP connection: with a linger time of zero, closing sends RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def free_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
