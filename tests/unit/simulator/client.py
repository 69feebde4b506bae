# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A small client for the tests of the simulator."""

from __future__ import annotations

from typing import Any

import requests

from tests.simulator import Simulator

BASE = "http://localhost:8080"


class Client:
    """Calls the API of a simulator in-process: with a token, with a session, or as nobody."""

    def __init__(self, simulator: Simulator, token: str | None = None) -> None:
        self.session = requests.Session()
        self.session.mount(BASE, simulator.adapter())
        if token is not None:
            self.session.headers["Authorization"] = "Bearer " + token

    def call(self, method: str, path: str, json: Any = None, **options: Any) -> requests.Response:
        """One request; paths are relative to the API unless they start with a slash."""
        url = BASE + path if path.startswith("/") else f"{BASE}/api/v1/{path}"
        answer = self.session.request(method, url, json=json, allow_redirects=False, **options)
        if "X-Next-CSRF-Token" in answer.headers:
            self.session.headers["X-CSRF-Token"] = answer.headers["X-Next-CSRF-Token"]
        return answer

    def get(self, path: str, **options: Any) -> requests.Response:
        """A GET."""
        return self.call("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> requests.Response:
        """A POST."""
        return self.call("POST", path, json, **options)

    def put(self, path: str, json: Any = None, **options: Any) -> requests.Response:
        """A PUT."""
        return self.call("PUT", path, json, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        """A DELETE."""
        return self.call("DELETE", path, **options)

    def sign_in(self, name: str, password: str = "password1") -> requests.Response:
        """Starts a session."""
        self.session.headers["X-CSRF-Token"] = self.get("/csrf_token").json()["csrf_token"]
        return self.post("signin", {"username": name, "password": password})
