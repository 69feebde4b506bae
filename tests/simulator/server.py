# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Serves the simulator on a socket."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import ssl
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from .settings import Settings
from .simulator import Simulator
from .wsgi import ConnectionBroken


class QuietHandler(WSGIRequestHandler):
    """Logs nothing, and ends without a word when a fault broke the connection."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing."""

    def connection_dropped(self, error: BaseException, environ: dict[str, Any] | None = None) -> None:
        """Leaves the connection, which the fault has closed already."""
        self.close_connection = True

    def handle(self) -> None:
        """Serves the requests of one connection."""
        try:
            super().handle()
        except (ConnectionBroken, OSError, ValueError):
            self.close_connection = True

    def finish(self) -> None:
        """Flushes what is left, if the connection is still there."""
        try:
            super().finish()
        except (OSError, ValueError):
            pass


class VerboseHandler(QuietHandler):
    """Logs one line for each request."""

    log = WSGIRequestHandler.log


class Server:
    """A simulator behind a socket. Port 0 takes a free one."""

    def __init__(
        self,
        simulator: Simulator,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: tuple[str, str] | None = None,
        verbose: bool = False,
    ) -> None:
        self.simulator = simulator
        context = None
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
        handler = VerboseHandler if verbose else QuietHandler
        self._server: BaseWSGIServer = make_server(
            host, port, simulator.app, threaded=True, request_handler=handler, ssl_context=context
        )
        scheme = "http" if tls is None else "https"
        self.url = "%s://%s:%d" % (scheme, host, self._server.server_port)

    def serve_forever(self) -> None:
        """Serves until shutdown() is called from another thread."""
        self._server.serve_forever()

    def start(self) -> None:
        """Serves in a thread of its own."""
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Ends serving, and frees the port."""
        self._server.shutdown()
        self._server.server_close()
        self.simulator.close()


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback only)")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on; 0 takes a free one")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that each request takes at least")
    parser.add_argument("--tls-cert", help="certificate (PEM) to serve TLS with")
    parser.add_argument("--tls-key", help="key (PEM) of the certificate")
    parser.add_argument("--hostname", help="SERVER_HOSTNAME; by default host and port")
    parser.add_argument("--superuser", action="append", help="a name in SUPER_USERS (default: admin)")
    parser.add_argument(
        "--feature", action="append", default=[], metavar="NAME=true|false", help="a FEATURE_ flag"
    )
    parser.add_argument("--authentication", help="AUTHENTICATION_TYPE, such as LDAP (default: Database)")
    parser.add_argument("--version", help="the version of Quay that it claims to be and behaves as")
    parser.add_argument("--bootstrap", metavar="NAME:PASSWORD", help="make the first user, a superuser")
    parser.add_argument("--token-file", help="write a token of the first user here (mode 0600)")
    parser.add_argument("--database", help="postgresql:// address to keep the state in")
    parser.add_argument("--secret", help="key of sessions and page tokens; several servers have to share it")
    parser.add_argument(
        "--control",
        action=argparse.BooleanOptionalAction,
        help="serve /_simulator/, which asks for no rights (default: on loopback only)",
    )
    parser.add_argument("--verbose", action="store_true", help="log each request")
    return parser.parse_args(arguments)


def settings_from(arguments: argparse.Namespace) -> Settings:
    """The settings that the command line asks for."""
    settings = Settings(latency=arguments.latency, database=arguments.database)
    loopback = arguments.host in ("127.0.0.1", "::1", "localhost")
    settings.control = loopback if arguments.control is None else arguments.control
    settings.preferred_url_scheme = "https" if arguments.tls_cert else "http"
    settings.server_hostname = arguments.hostname or "%s:%d" % (arguments.host, arguments.port)
    if arguments.superuser:
        settings.superusers = arguments.superuser
    if arguments.authentication:
        settings.authentication_type = arguments.authentication
    if arguments.version:
        settings.version = arguments.version
    if arguments.secret:
        settings.secret = arguments.secret
    for item in arguments.feature:
        name, _, value = item.partition("=")
        settings.features[name] = value.lower() in ("", "true", "yes", "on", "1")
    return settings


def write_token(path: str, token: str) -> None:
    """Writes a secret that only its owner can read."""
    target = Path(path)
    target.unlink(missing_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(token + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until it is interrupted."""
    options = parse_arguments(arguments)
    if options.verbose:
        logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    simulator = Simulator(settings_from(options))
    if options.bootstrap:
        name, _, password = options.bootstrap.partition(":")
        token = simulator.initialize(name, password)
        if options.token_file:
            write_token(options.token_file, token)
    tls = (options.tls_cert, options.tls_key) if options.tls_cert else None
    server = Server(simulator, options.host, options.port, tls, options.verbose)
    if not options.hostname:
        simulator.settings.server_hostname = server.url.partition("://")[2]
    # A shell that starts something in the background may have it ignore interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    print(f"listening on {server.url}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    return 0
