# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A client of the registry that uses nothing of the collection's, and no name service."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any


class _Connection(http.client.HTTPSConnection):
    """Goes to an address, and expects the certificate of a name."""

    def __init__(self, name: str, address: str, port: int, context: ssl.SSLContext) -> None:
        super().__init__(name, port, timeout=30, context=context)
        self._address = address
        self._tls = context

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), 30)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Client:
    """`authority` is PEM, or empty for those that the controller trusts anyway."""

    name: str
    address: str
    port: int
    authority: str
    cookies: dict[str, str] = field(default_factory=dict)

    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cadata=self.authority or None)
        return context

    def certificate(self, name: str = "") -> bytes:
        """The registry's certificate (DER). Raises ssl.SSLError when it is not trusted for `name`."""
        plain = socket.create_connection((self.address, self.port), 30)
        with plain, self.context().wrap_socket(plain, server_hostname=name or self.name) as tls:
            found = tls.getpeercert(binary_form=True)
        assert found is not None
        return found

    def request(
        self, method: str, path: str, token: str = "", body: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """`body` is sent as JSON. Redirects are not followed."""
        host = self.name if self.port == 443 else "%s:%s" % (self.name, self.port)
        sent = {"Host": host, "Accept": "application/json"} | (headers or {})
        if token:
            sent["Authorization"] = "Bearer " + token
        if self.cookies:
            sent["Cookie"] = "; ".join("%s=%s" % pair for pair in self.cookies.items())
        content = None
        if body is not None:
            sent["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        connection = _Connection(self.name, self.address, self.port, self.context())
        try:
            connection.request(method, path, content, sent)
            response = connection.getresponse()
            self._keep(response.headers)
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, path: str, token: str = "") -> Answer:
        return self.request("GET", path, token)

    def api(self, path: str, token: str) -> Any:
        """What a successful GET of the API answers."""
        answer = self.get("/api/v1/" + path, token)
        assert answer.status == 200, "GET %s: %s" % (path, answer.status)
        return answer.json()

    def sign_in(self, user: str, password: str) -> Answer:
        """As the web page does: with a session and its CSRF token."""
        self.cookies.clear()
        mark = self.get("/csrf_token").json()["csrf_token"]
        body = {"username": user, "password": password}
        return self.request("POST", "/api/v1/signin", body=body, headers={"X-CSRF-Token": mark})

    def _keep(self, headers: http.client.HTTPMessage) -> None:
        for line in headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
