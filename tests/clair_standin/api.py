# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The parts of Clair's API that Quay uses. Every path asks for a token, if a key is configured."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import tokens
from .fetch import FetchError
from .rules import Settings
from .store import Store, StoreError

STATE = "e1ac6be33dc27a3b7b0e3b6ec0a01bd2"  # of an indexer that never changes
INDEX = "/indexer/api/v1/index_report"


@dataclass
class Answer:
    """What a request is answered with."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def _error(status: int, text: str) -> Answer:
    return Answer(status, {"code": str(status), "message": text})


def _report(manifest: Mapping[str, Any], error: str = "") -> dict[str, Any]:
    return {
        "manifest_hash": manifest["hash"],
        "state": "IndexError" if error else "IndexFinished",
        "packages": {},
        "distributions": {},
        "repository": {},
        "environments": {},
        "success": not error,
        "err": error,
    }


class Api:
    """Answers requests. It fetches what it is told to index, and never finds anything in it."""

    def __init__(self, settings: Settings, store: Store, fetch: Callable[[Mapping[str, Any]], int]) -> None:
        self._settings = settings
        self._store = store
        self._fetch = fetch

    def answer(self, method: str, path: str, authorization: str, body: bytes) -> Answer:
        """One request."""
        if not self._allowed(authorization):
            return Answer(401)
        part = path.split("/")[1] if path.count("/") > 1 else ""
        if part not in self._settings.databases:
            return _error(404, "not found")
        try:
            return self._route(method, path, body)
        except StoreError as error:
            return _error(500, str(error))

    def _allowed(self, authorization: str) -> bool:
        if self._settings.key is None:
            return True
        scheme, _, token = authorization.partition(" ")
        return scheme == "Bearer" and tokens.is_valid(token, self._settings.key, self._settings.issuers)

    def _route(self, method: str, path: str, body: bytes) -> Answer:
        digest = path.rpartition("/")[2]
        if path == "/indexer/api/v1/index_state" and method == "GET":
            return Answer(200, {"state": STATE}, {"etag": f'"{STATE}"'})
        if path == INDEX and method == "POST":
            return self._index(body)
        if path.startswith(INDEX + "/") and method == "GET":
            report = self._store.report(digest)
            return (
                Answer(200, report, {"etag": f'"{STATE}"'})
                if report
                else _error(404, "index report not found")
            )
        if path.startswith(INDEX + "/") and method == "DELETE":
            self._store.delete(digest)
            return Answer(204)
        if path.startswith("/matcher/api/v1/vulnerability_report/") and method == "GET":
            return self._vulnerabilities(digest)
        return _error(404, "not found")

    def _index(self, body: bytes) -> Answer:
        try:
            manifest = json.loads(body)
            layers = list(manifest["layers"])
            known = bool(manifest["hash"]) and bool(layers)
        except (ValueError, KeyError, TypeError):
            return _error(400, "failed to deserialize manifest")
        if not known:
            return _error(400, "bogus manifest")
        try:
            for layer in layers:
                self._fetch(layer)
        except FetchError as error:
            return _error(500, f"failed to start scan: failed to fetch layers: {error}")
        report = _report(manifest)
        self._store.put_report(manifest["hash"], report)
        return Answer(201, report, {"etag": f'"{STATE}"', "location": f"{INDEX}/{manifest['hash']}"})

    def _vulnerabilities(self, digest: str) -> Answer:
        if self._settings.mode == "combo" and self._store.report(digest) is None:
            return _error(404, "index report not found")
        names = ("packages", "vulnerabilities", "environments", "package_vulnerabilities", "distributions")
        return Answer(
            200, {"manifest_hash": digest, "repository": {}, "enrichments": {}, **{n: {} for n in names}}
        )
