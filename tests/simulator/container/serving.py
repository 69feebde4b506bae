# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The sockets: plain HTTP on 8080, or TLS on 8443 and 8080 that points there; and the one behind them."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import Response
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from ..errors import page
from .log import say

HTTP_PORT, HTTPS_PORT, PROXY_PORT, METRICS_PORT = 8080, 8443, 7443, 9091
# Where Quay's web application (gunicorn) listens; nginx is in front of it.
WEB_SOCKET = "/tmp/gunicorn_web.sock"
_HANDSHAKE = 30.0  # seconds
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Handler(WSGIRequestHandler):
    """Logs one line for each request, without its query, which may hold a token."""

    server_version = "nginx"
    sys_version = ""

    def version_string(self) -> str:
        """What the header Server says."""
        return self.server_version

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Method, path, status."""
        path = getattr(self, "path", "").partition("?")[0]
        say('%s "%s %s" %s', self.address_string(), self.command, path, code, source="nginx")

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing else: a broken request may hold anything."""

    def handle(self) -> None:
        """Serves the requests of one connection, which the client may end at any time."""
        try:
            super().handle()
        except (OSError, ValueError):
            self.close_connection = True

    def finish(self) -> None:
        """Flushes what is left, if the connection is still there."""
        try:
            super().finish()
        except (OSError, ValueError):
            pass


class Server(ThreadedWSGIServer):
    """One socket. TLS handshakes happen in the threads of the connections: none waits for another."""

    daemon_threads = True

    def __init__(
        self, host: str, port: int, application: Application, context: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(host, port, application, Handler)
        self.ssl_context = context

    def serve_forever(self, poll_interval: float = 0.05) -> None:
        """Serves until shutdown(), which takes up to poll_interval seconds."""
        super().serve_forever(poll_interval)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Makes the handshake, and serves."""
        if self.ssl_context is not None:
            request.settimeout(_HANDSHAKE)
            try:
                request = self.ssl_context.wrap_socket(request, server_side=True)
            except (OSError, ValueError):
                return
            request.settimeout(None)
        super().finish_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of a client that went away."""


class WebSocket(Server):
    """The web application without nginx: a Unix socket, for processes of the container."""

    def __init__(self, application: Application, path: str) -> None:
        super().__init__(f"unix://{path}", 0, application)


class Gateway:
    """The application, or 502 until there is one, as nginx answers before gunicorn listens."""

    def __init__(self) -> None:
        self.application: Application | None = None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        application = self.application
        if application is None:
            return page(502, "Bad Gateway")(environ, start_response)
        secure = environ["wsgi.url_scheme"] == "https"

        def started(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            headers.append(("X-Frame-Options", "DENY"))
            if secure:
                headers.append(("Strict-Transport-Security", "max-age=63072000; preload"))
            return start_response(status, headers, *rest)

        return application(environ, started)


def to_https(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Sends everybody to https, without the port."""
    host = environ.get("HTTP_HOST", "localhost").rsplit(":", 1)[0]
    answer = Response(status=301, headers={"Location": f"https://{host}" + environ.get("REQUEST_URI", "/")})
    answer.autocorrect_location_header = False
    return answer(environ, start_response)


def tls_context(stack: Path, config: Mapping[str, Any]) -> ssl.SSLContext | None:
    """TLS as the bundle wants it; None without ssl.key, whatever PREFERRED_URL_SCHEME says.

    Raises OSError or ssl.SSLError when the files cannot be used.
    """
    if not (stack / "ssl.key").exists():
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    protocols = [str(name) for name in config.get("SSL_PROTOCOLS") or ("TLSv1.2", "TLSv1.3")]
    known = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}
    chosen = [known[name] for name in protocols if name in known]
    if not chosen:
        raise OSError("SSL_PROTOCOLS names neither TLSv1.2 nor TLSv1.3")
    context.minimum_version, context.maximum_version = min(chosen), max(chosen)
    if config.get("SSL_CIPHERS"):
        context.set_ciphers(":".join(str(name) for name in config["SSL_CIPHERS"]))
    context.load_cert_chain(stack / "ssl.cert", stack / "ssl.key")
    return context


def listen_address(config: Mapping[str, Any]) -> str:
    """All addresses of IPv4, or all of IPv6 (which Linux lets IPv4 clients use, too)."""
    version = str(config.get("FEATURE_LISTEN_IP_VERSION", "IPv4")).lower()
    return "::" if version in ("ipv6", "dual-stack") else "0.0.0.0"


def open_front(host: str, context: ssl.SSLContext | None, application: Application) -> list[Server]:
    """The sockets of a registry."""
    if context is None:
        return [Server(host, HTTP_PORT, application)]
    return [Server(host, HTTPS_PORT, application, context), Server(host, HTTP_PORT, to_https)]


def serve(servers: Sequence[Server], stop: threading.Event) -> None:
    """Serves in threads until it is time to stop, and then ends what is under way."""
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    stop.wait()
    for server in servers:
        server.shutdown()
        server.server_close()
