# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Sends the recorded requests to a simulator, and compares the answers by status and shape.

The recordings share state, so they are replayed once, in order; what one answer brought (tokens, client ids,
UUIDs) is put into the requests that follow.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.simulator import Settings, Simulator

RECORDINGS = Path(__file__).resolve().parents[2] / "data" / "quay-api" / "exchanges"
BASE = "http://localhost:8080"
DIGEST = "sha256:750b8f741baef9c10650eaf574bb51763fefe985954fcf057b512e0b6947d473"

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What an answer gives and later requests repeat.
_REUSED = re.compile(rf"{_UUID.pattern}|<(token|client_id|kid)(:.*)?>")
_PLACEHOLDER = re.compile(r"^<[a-z_-]+(:[\w -]+)?>$|^<the |^<cut>")
_TIME_NUMBER = re.compile(r"^<time:number>$")
# Keys whose values differ from run to run without a placeholder in the recording.
_VARYING = {
    "csrf_token",
    "encrypted_password",
    "hash",
    "color",
    "expiration",
    "start_ts",
    "end_ts",
    "manifest_data",
    "blob_digest",
    "created_datetime",
    "version_number",
    "command",
    "token_code",
}
# Headers that a client depends on: the value of Location is compared, of the others whether they are there.
_PRESENT_HEADERS = ("X-Next-CSRF-Token",)


@dataclass
class Exchange:
    """One recorded request with its answer."""

    id: str
    request: dict[str, Any]
    response: dict[str, Any]
    note: str


@dataclass
class Outcome:
    """What the simulator answered, and how that differs from the recording."""

    differences: list[str] = field(default_factory=list)


def exchanges() -> Iterator[Exchange]:
    """All recorded exchanges, in order."""
    for path in sorted(RECORDINGS.glob("*.json")):
        for number, item in enumerate(json.loads(path.read_text())):
            yield Exchange(f"{path.stem}#{number}", item["request"], item["response"], item.get("note", ""))


class Replay:
    """One simulator, and what has been learnt from its answers so far."""

    def __init__(self) -> None:
        # Between the wrong and the right password the recording waited, longer than Quay's back-off asks for.
        self.simulator = Simulator(Settings(login_backoff=False))
        self._learnt: dict[str, str] = {}
        self._signed_in = self._session(keeps_cookies=False)
        self._csrf = ""

    def run(self) -> dict[str, Outcome]:
        """Replays everything; answers an outcome for each id."""
        outcomes = {}
        for exchange in exchanges():
            if exchange.id == "10-tags#0":
                self._push_images()
            outcomes[exchange.id] = Outcome(self._replay(exchange))
        return outcomes

    def _push_images(self) -> None:
        """The recording had these pushed, which the simulator cannot take."""
        self.simulator.add_manifest("acme", "app", DIGEST, labels={"maker": "bench"})
        for number, tag in enumerate(("latest", "v1.0", "v1.1", "nightly-1", "nightly-2")):
            self.simulator.add_tag("acme", "app", tag, DIGEST, start_ts=time.time() - 60 + number)

    def _replay(self, exchange: Exchange) -> list[str]:
        answer = self._send(exchange)
        self._learn(exchange, answer)
        return list(compare(exchange.response, answer))

    def _session(self, keeps_cookies: bool) -> requests.Session:
        """The one session that signs in, or a new one that has no cookies."""
        if keeps_cookies:
            return self._signed_in
        session = requests.Session()
        session.mount(BASE, self.simulator.adapter())
        return session

    def _send(self, exchange: Exchange) -> requests.Response:
        request, caller = exchange.request, exchange.request["as"]
        headers = {}
        with_session = request["path"] in ("/api/v1/signin", "/csrf_token") or str(caller).startswith(
            "session"
        )
        if caller in ("admin", "alice", "bad"):
            headers["Authorization"] = "Bearer " + self._learnt.get(f"<token:{caller}>", "no-such-token")
        if with_session and request["method"] != "GET" and "no X-CSRF-Token" not in exchange.note:
            headers["X-CSRF-Token"] = self._csrf
        form = {name: self._fill(value) for name, value in request.get("form", {}).items()}
        if "_csrf_token" in form:
            form["_csrf_token"] = self._csrf
        answer = self._session(with_session).request(
            request["method"],
            BASE + self._fill(request["path"]),
            headers=headers,
            json=self._body(request),
            data=form or None,
            allow_redirects=False,
        )
        if with_session:
            self._keep_csrf(answer)
        return answer

    def _body(self, request: dict[str, Any]) -> Any:
        if "json" not in request:
            return None
        body = json.loads(self._fill(json.dumps(request["json"])))
        if (
            isinstance(body, dict)
            and isinstance(body.get("expiration"), int)
            and 1e9 < body["expiration"] < 1e11
        ):
            body["expiration"] = int(time.time()) + 86400  # what was tomorrow then
        return body

    def _keep_csrf(self, answer: requests.Response) -> None:
        if "X-Next-CSRF-Token" in answer.headers:
            self._csrf = answer.headers["X-Next-CSRF-Token"]
        elif answer.request.path_url == "/csrf_token":
            self._csrf = answer.json()["csrf_token"]

    def _fill(self, text: str) -> str:
        for known, value in self._learnt.items():
            text = text.replace(known, value)
        return text

    def _learn(self, exchange: Exchange, answer: requests.Response) -> None:
        """Pairs what the recording names with what the simulator answered in its place."""
        location = answer.headers.get("Location", "")
        if "#access_token=" in location:
            self._learnt["<token:alice>"] = location.split("#access_token=")[1].split("&")[0]
        if "json" in exchange.response and "json" in answer.headers.get("Content-Type", ""):
            self._pair(exchange.response["json"], answer.json())

    def _pair(self, recorded: Any, answered: Any) -> None:
        if isinstance(recorded, dict) and isinstance(answered, dict):
            for key in recorded.keys() & answered.keys():
                self._pair(recorded[key], answered[key])
        elif isinstance(recorded, list) and isinstance(answered, list) and len(recorded) == len(answered):
            for one, other in zip(recorded, answered):
                self._pair(one, other)
        elif isinstance(recorded, str) and isinstance(answered, str) and _REUSED.fullmatch(recorded):
            self._learnt.setdefault(recorded, answered)


def compare(recorded: dict[str, Any], answer: requests.Response) -> Iterator[str]:
    """How an answer differs from the recorded one."""
    if recorded["status"] != answer.status_code:
        yield f"status: recorded {recorded['status']}, answered {answer.status_code} {answer.text[:300]}"
        return
    kind, answered_kind = recorded["content_type"], answer.headers.get("Content-Type", "")
    if kind != answered_kind:
        yield f"content type: recorded {kind}, answered {answered_kind}"
    if "json" in recorded:
        yield from _compare_value("body", recorded["json"], json.loads(answer.text))
    elif not recorded["text"].startswith("<") and recorded["text"] != answer.text:
        yield f"text: recorded {recorded['text']!r}, answered {answer.text!r}"
    yield from _compare_headers(recorded.get("headers", {}), answer)


def _compare_headers(recorded: dict[str, str], answer: requests.Response) -> Iterator[str]:
    for name in _PRESENT_HEADERS:
        if (name in recorded) != (name in answer.headers):
            yield f"header {name}: recorded {name in recorded}, answered {name in answer.headers}"
    if recorded.get("Set-Cookie") and "Set-Cookie" not in answer.headers:
        yield "header Set-Cookie is missing"
    location, answered = recorded.get("Location", ""), answer.headers.get("Location", "")
    # What follows is cut in the recording, or holds the token.
    known = re.split("[#<]", location)[0]
    if not answered.startswith(known):
        yield f"header Location: recorded {location}, answered {answered}"


def _compare_value(path: str, recorded: Any, answered: Any) -> Iterator[str]:
    if isinstance(recorded, dict) and isinstance(answered, dict):
        yield from _compare_dicts(path, recorded, answered)
    elif isinstance(recorded, list) and isinstance(answered, list):
        yield from _compare_lists(path, recorded, answered)
    elif not _same(recorded, answered):
        yield f"{path}: recorded {recorded!r}, answered {answered!r}"


def _same(recorded: Any, answered: Any) -> bool:
    if isinstance(recorded, str) and _PLACEHOLDER.match(recorded):
        return isinstance(answered, int) if _TIME_NUMBER.match(recorded) else answered is not None
    if isinstance(recorded, str) and isinstance(answered, str):
        return _UUID.sub("", recorded) == _UUID.sub("", answered)
    return type(recorded) is type(answered) and recorded == answered


def _compare_dicts(path: str, recorded: dict[str, Any], answered: dict[str, Any]) -> Iterator[str]:
    for key in sorted(recorded.keys() ^ answered.keys()):
        yield f"{path}.{key}: only in the {'recording' if key in recorded else 'answer'}"
    for key in sorted(recorded.keys() & answered.keys()):
        compare_values = _compare_types if key in _VARYING else _compare_value
        yield from compare_values(f"{path}.{key}", recorded[key], answered[key])


def _compare_types(path: str, recorded: Any, answered: Any) -> Iterator[str]:
    number = isinstance(recorded, str) and _TIME_NUMBER.match(recorded)
    expected: Any = int if number else type(recorded)
    if not isinstance(answered, expected):
        yield f"{path}: recorded {recorded!r}, answered {answered!r}"


def _compare_lists(path: str, recorded: list[Any], answered: list[Any]) -> Iterator[str]:
    """Lists of the same items in any order: Quay promises none for most of them."""
    if len(recorded) != len(answered):
        yield f"{path}: recorded {len(recorded)} items, answered {len(answered)}"
        return
    left = list(answered)
    for number, item in enumerate(recorded):
        match = next((other for other in left if not list(_compare_value(path, item, other))), None)
        if match is None:
            yield from _compare_value(f"{path}[{number}]", item, answered[number])
            return
        left.remove(match)
