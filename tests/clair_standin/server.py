# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The process: reads the configuration, prepares the database, and serves two ports."""

from __future__ import annotations

import argparse
import json
import os
import signal
import ssl
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from . import fetch
from .api import Answer, Api
from .config import load
from .decode import ConfigError
from .rules import Address, Settings, interpret
from .store import Store, StoreError

_DEFAULT_VERSION = "4.7.2"
_POLL = 0.05  # seconds until a server sees that it shall end


def log(level: str, message: str, **fields: object) -> None:
    """One line of JSON on standard output."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    print(json.dumps({"level": level, **fields, "time": stamp, "message": message}), flush=True)


class Server(ThreadingHTTPServer):
    """One port."""

    daemon_threads = True

    def __init__(self, where: Address, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__((where.host, where.port), handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of a client that went away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "clair-standin"
    sys_version = ""

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: see log()."""

    def _send(self, answer: Answer, content_type: str = "application/json") -> None:
        body = (
            b""
            if answer.body is None
            else (
                answer.body.encode("utf-8")
                if isinstance(answer.body, str)
                else json.dumps(answer.body).encode("utf-8")
            )
        )
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def api_handler(api: Api) -> type[BaseHTTPRequestHandler]:
    """Serves the API."""

    class Handler(_Handler):
        """One connection."""

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.partition("?")[0]
            answer = api.answer(self.command, path, self.headers.get("Authorization", ""), body)
            log("info", "handled HTTP request", method=self.command, request_uri=path, status=answer.status)
            self._send(answer)

        do_GET = do_POST = do_DELETE = do_PUT = _serve

    return Handler


def introspection_handler(settings: Settings, ready: threading.Event) -> type[BaseHTTPRequestHandler]:
    """Serves health, readiness and metrics."""

    class Handler(_Handler):
        """One connection."""

        def do_GET(self) -> None:
            """One request."""
            path = self.path.partition("?")[0]
            if path == "/healthz":
                self._send(Answer(200, "ok"), "text/plain; charset=utf-8")
            elif path == "/readyz":
                self._send(Answer(200 if ready.is_set() else 503), "text/plain; charset=utf-8")
            elif path == settings.metrics_path:
                text = f"# TYPE clair_standin_ready gauge\nclair_standin_ready {int(ready.is_set())}\n"
                self._send(Answer(200, text), "text/plain; version=0.0.4; charset=utf-8")
            else:
                self._send(Answer(404, "404 page not found\n"), "text/plain; charset=utf-8")

    return Handler


def parse_arguments(arguments: Sequence[str], environment: Mapping[str, str]) -> argparse.Namespace:
    """The command line; what it lacks is in the environment."""
    parser = argparse.ArgumentParser(prog="clair", description=__doc__)
    parser.add_argument("-conf", "--conf", default="", help="the configuration file (CLAIR_CONF)")
    parser.add_argument(
        "-mode", "--mode", default="", help="combo, indexer, matcher or notifier (CLAIR_MODE)"
    )
    options = parser.parse_args(arguments)
    for name, variable in (("conf", "CLAIR_CONF"), ("mode", "CLAIR_MODE")):
        if not getattr(options, name) and variable not in environment:
            parser.exit(1, f"must provide a -{name} value or set {variable} in the environment\n")
        setattr(options, name, getattr(options, name) or environment.get(variable, ""))
    return options


def version_of(environment: Mapping[str, str]) -> tuple[int, int]:
    """The version that is played, major and minor."""
    major, minor, *_patch = (environment.get("CLAIR_VERSION") or _DEFAULT_VERSION).lstrip("v").split(".")
    return int(major), int(minor)


def _watch_signals(version: tuple[int, int], stop: threading.Event) -> dict[str, int]:
    """Before 4.8, Clair knew SIGINT only: SIGTERM ended it at once, with status 2."""
    result = {"status": 0}

    def end(number: int, _frame: Any) -> None:
        if number == signal.SIGTERM and version < (4, 8):
            result["status"] = 2
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    return result


def _serve(settings: Settings, stop: threading.Event) -> None:
    ready = threading.Event()
    introspection = Server(settings.introspection, introspection_handler(settings, ready))
    threading.Thread(target=introspection.serve_forever, args=(_POLL,), daemon=True).start()
    store = Store(settings.databases)
    context = fetch.trust(os.environ)
    api = Server(settings.api, api_handler(Api(settings, store, lambda layer: fetch.fetch(layer, context))))
    if settings.tls is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*settings.tls)
        api.socket = tls.wrap_socket(api.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=api.serve_forever, args=(_POLL,), daemon=True).start()
    ready.set()
    log("info", "ready", component="main")
    stop.wait()
    for server in (api, introspection):
        server.shutdown()
        server.server_close()


def main(arguments: Sequence[str]) -> int:
    """Serves until it is told to stop; answers the exit status."""
    options = parse_arguments(arguments, os.environ)
    version = version_of(os.environ)
    try:
        settings = interpret(load(Path(options.conf), version), options.mode)
    except ConfigError as error:
        print(f"failed loading config: {error}", file=sys.stderr, flush=True)
        return 1
    log("info", "starting", component="main", version="%d.%d" % version)
    for warning in settings.warnings:
        log("info", "", component="main", lint=warning)
    stop = threading.Event()
    result = _watch_signals(version, stop)
    try:
        _serve(settings, stop)
    except (StoreError, OSError) as error:
        log("error", "fatal error", component="main", error=str(error))
        return 1
    return result["status"]
