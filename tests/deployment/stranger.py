# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Somebody who wants a new registry for themselves, and tries all the time.

  python3 stranger.py LOG NAMES BASE...

LOG gets what came of it, as JSON, again and again. NAMES are those of the superusers to be, with commas;
BASE is an address such as https://192.0.2.1:443. Needs nothing but Python, for it runs on other machines.
"""

from __future__ import annotations

import http.client
import json
import os
import ssl
import sys
import threading
import time
from collections import Counter
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

# Seconds from one attempt to the next.
PAUSE = 0.2
PASSWORD = "of-the-stranger"
# What anybody may have: that it can be had shows that the attempts are good ones.
HARMLESS = "visitor"
TOKENS_ORGANIZATION = "quay-automation"


class Log:
    """Counts what was answered, and notes what was got."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._answers: Counter[str] = Counter()
        self._taken: list[str] = []

    def note(self, base: str, what: str, taken: str = "") -> None:
        with self._lock:
            self._answers[f"{base} {what}"] += 1
            if taken and taken not in self._taken:
                self._taken.append(taken)

    def write(self) -> None:
        with self._lock:
            text = json.dumps({"answers": self._answers, "taken": self._taken, "pid": os.getpid()})
        with open(self._path + ".new", "w") as stream:
            stream.write(text)
        os.replace(self._path + ".new", self._path)


class Stranger:
    """Tries one address."""

    def __init__(self, base: str, names: list[str], log: Log) -> None:
        self._base = base
        self._names = names
        self._log = log
        self._cookies: dict[str, str] = {}
        self._context = ssl.create_default_context()
        self._context.check_hostname = False
        self._context.verify_mode = ssl.CERT_NONE

    def run(self) -> None:
        while True:
            try:
                self._attempt()
            except (OSError, http.client.HTTPException) as error:
                self._log.note(self._base, type(error).__name__)
            time.sleep(PAUSE)

    def _attempt(self) -> None:
        body = {
            "username": self._names[0],
            "password": PASSWORD,
            "email": "s@example.com",
            "access_token": True,
        }
        self._want("user/initialize", body, f"first user {self._names[0]}")
        for name in [*self._names, HARMLESS]:
            user = {"username": name, "password": PASSWORD, "email": f"{name}@stranger.example.com"}
            self._want("user/", user, f"user {name}")
        self._want("signin", {"username": HARMLESS, "password": PASSWORD}, f"sign-in as {HARMLESS}")
        self._want("organization/", {"name": TOKENS_ORGANIZATION}, f"organization {TOKENS_ORGANIZATION}")

    def _want(self, path: str, body: Any, what: str) -> None:
        mark = json.loads(self._request("GET", "/csrf_token")[1] or b"{}").get("csrf_token", "")
        status, _ = self._request("POST", f"/api/v1/{path}", body, {"X-CSRF-Token": mark})
        self._log.note(self._base, f"{what}: {status}", what if 200 <= status < 300 else "")

    def _request(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        parts = urlsplit(self._base)
        sent = {"Content-Type": "application/json", "X-Requested-With": "XMLHttpRequest", **(headers or {})}
        sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if parts.scheme == "https":
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.netloc, timeout=5, context=self._context
            )
        else:
            connection = http.client.HTTPConnection(parts.netloc, timeout=5)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or []:
                self._cookies.update((name, one.value) for name, one in SimpleCookie(line).items())
            content = answer.read()
            return answer.status, content if "json" in (answer.headers.get("Content-Type") or "") else b""
        finally:
            connection.close()


def main() -> None:
    path, names, *bases = sys.argv[1:]
    log = Log(path)
    for base in bases:
        threading.Thread(target=Stranger(base, names.split(","), log).run, daemon=True).start()
    while True:
        time.sleep(0.5)
        log.write()


if __name__ == "__main__":
    main()
