# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Answers that are far larger than any of Quay's: refused by their length, or while they come in."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    AnswerTooLarge,
    KeepListFailed,
    NotQuay,
    Unconfirmed,
)
from ansible_collections.quayops.quay.plugins.module_utils.http import transport
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import Connection
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning.dlrn import Dlrn, promoted
from tests.unit.module_utils.servers import bare_environment

LIMIT = transport.LARGEST_ANSWER
MEBIBYTE = 2**20
SENT = 100 * MEBIBYTE
BLANKS = b" " * MEBIBYTE


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    bare_environment(monkeypatch)


class Large:
    """Sends ``size`` blanks and an empty object; ``how``: with a length, in chunks, or compressed."""

    def __init__(self, how: str, size: int = SENT) -> None:
        self.how = how
        self.size = size
        self.sent = 0
        self.asked = 0

    def write(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked += 1
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        if self.how in ("compressed", "compressed twice"):
            body = gzip.compress(BLANKS * (self.size // MEBIBYTE) + b"{}", 1)
            if self.how == "compressed twice":
                body = gzip.compress(body)
                handler.send_header("Content-Encoding", "gzip, gzip")
            else:
                handler.send_header("Content-Encoding", "gzip")
            self._send(handler, [body], len(body))
            return
        pieces = [*[BLANKS] * (self.size // MEBIBYTE), b"{}"]
        self._send(handler, pieces, self.size + 2 if self.how == "with a length" else None)

    def _send(self, handler: BaseHTTPRequestHandler, pieces: list[bytes], length: int | None) -> None:
        if length is not None:
            handler.send_header("Content-Length", str(length))
        else:
            handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for piece in pieces:
            framed = piece if length is not None else b"%x\r\n%s\r\n" % (len(piece), piece)
            handler.wfile.write(framed)
            self.sent += len(piece)
        if length is None:
            handler.wfile.write(b"0\r\n\r\n")


@contextmanager
def serving(large: Large) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing."""

        def _serve(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                large.write(self)
            except OSError:
                # The client has seen enough.
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = _serve

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def make_client(url: str) -> Client:
    return Client(Connection(url, Token("t" * 40), timeout=20), sleep=lambda _seconds: None)


HOWS = ["with a length", "in chunks", "compressed", "compressed twice"]


@pytest.mark.parametrize("how", HOWS)
def test_it_is_refused_once_and_the_message_names_limit_and_request(how: str) -> None:
    large = Large(how)
    with serving(large) as url, pytest.raises(AnswerTooLarge) as caught:
        make_client(url).get("organization/acme/robots")
    assert isinstance(caught.value, NotQuay)
    assert "GET organization/acme/robots" in str(caught.value)
    assert "larger than 32 MiB, the limit" in str(caught.value)
    assert large.asked == 1


@pytest.mark.parametrize("how", ["with a length", "in chunks"])
def test_it_is_not_taken_in(how: str) -> None:
    large = Large(how)
    with serving(large) as url, pytest.raises(AnswerTooLarge):
        make_client(url).get("user/")
    # Some mebibytes more than the limit are on the way, in the buffers of the system.
    assert large.sent < (LIMIT + 20 * MEBIBYTE if how == "in chunks" else 20 * MEBIBYTE)


def test_a_compressed_one_does_not_grow_in_memory() -> None:
    import tracemalloc

    with serving(Large("compressed", 400 * MEBIBYTE)) as url:
        client = make_client(url)
        # Warm: imports and the compressing server share this process.
        with pytest.raises(AnswerTooLarge):
            client.get("user/")
        tracemalloc.start()
        body = _kept_small(client)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert body is None
    # The server holds its own 400 MiB once; the client not three times its limit.
    assert peak < 850 * MEBIBYTE


def _kept_small(client: Client) -> Any:
    with pytest.raises(AnswerTooLarge):
        client.get("user/")


@pytest.mark.parametrize("how", ["with a length", "in chunks", "compressed"])
def test_what_is_below_the_limit_is_an_answer(how: str) -> None:
    with serving(Large(how, LIMIT - 2 * MEBIBYTE)) as url:
        assert make_client(url).get("superuser/changelog/") == {}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_change_that_is_answered_so_is_open(method: str) -> None:
    large = Large("in chunks")
    with serving(large) as url, pytest.raises(Unconfirmed) as caught:
        make_client(url).send(method, "organization/acme/prototypes/1", {})
    assert isinstance(caught.value.cause, AnswerTooLarge)
    assert caught.value.lasting
    assert large.asked == 1


def test_the_limit_holds_for_dlrn_too() -> None:
    with serving(Large("in chunks")) as url:
        dlrn = Dlrn(url, ["centos9"], ["current"], {})
        with pytest.raises(KeepListFailed, match=r"GET /api/promotions.*larger than 32 MiB.*dlrn_host"):
            promoted(dlrn, Connection("http://127.0.0.1:1", timeout=20), sleep=lambda _seconds: None)
