# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Serves the simulator to a requests.Session without a socket."""

from __future__ import annotations

import io
from email.message import Message
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ReadTimeout
from urllib3 import HTTPResponse
from werkzeug.test import run_wsgi_app

from .wsgi import TIMEOUT_KEY, ConnectionBroken, TooSlow

if TYPE_CHECKING:
    from .simulator import Simulator


class _Original:
    """What requests reads cookies from: the headers in the form of http.client."""

    def __init__(self, headers: Any) -> None:
        self.msg = Message()
        for name, value in headers:
            self.msg[name] = value

    def close(self) -> None:
        """Nothing is open."""

    def isclosed(self) -> bool:
        """Nothing is open."""
        return True


class SimulatorAdapter(BaseAdapter):
    """A transport adapter. Threads may share it: it holds no state of its own."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__()
        self._simulator = simulator
        self._builder = HTTPAdapter()

    def send(  # type: ignore[override]
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> Response:
        """Runs the application, and answers as a server would."""
        environ = _environ(request)
        environ[TIMEOUT_KEY] = _read_timeout(timeout)
        try:
            chunks, status, headers = run_wsgi_app(self._simulator.app, environ, buffered=True)
        except ConnectionBroken as error:
            raise RequestsConnectionError(str(error), request=request) from error
        except TooSlow as error:
            raise ReadTimeout(
                f"Read timed out. (read timeout={environ[TIMEOUT_KEY]})", request=request
            ) from error
        code, _, reason = status.partition(" ")
        raw = HTTPResponse(
            body=io.BytesIO(b"".join(chunks)),
            headers=list(headers),
            status=int(code),
            reason=reason,
            preload_content=False,
            original_response=_Original(headers),  # type: ignore[arg-type]
        )
        return self._builder.build_response(request, raw)

    def close(self) -> None:
        """Nothing is open."""


def _read_timeout(timeout: Any) -> float | None:
    """The read part of what requests accepts as a timeout."""
    if isinstance(timeout, tuple):
        timeout = timeout[1]
    return getattr(timeout, "read_timeout", timeout)


def _environ(request: PreparedRequest) -> dict[str, Any]:
    parts = urlsplit(request.url or "")
    body = request.body or b""
    data = body.encode("utf-8") if isinstance(body, str) else body if isinstance(body, bytes) else body.read()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": (request.method or "GET").upper(),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "localhost",
        "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(data)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(data),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key] = text
    environ.setdefault("HTTP_HOST", parts.netloc.rpartition("@")[2])
    return environ
