# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The worker that mirrors repositories: here, it only sees whether it could."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from . import database, probes, redis
from .log import say

_SOURCE = "repomirrorworker"


def registry_url(config: Mapping[str, Any]) -> str:
    """Where the worker would push to: always over https unless Quay itself prefers http."""
    host = config.get("REPO_MIRROR_SERVER_HOSTNAME") or config.get("SERVER_HOSTNAME", "localhost:5000")
    return "{}://{}/v2/".format(config.get("PREFERRED_URL_SCHEME", "http"), host)


class MirrorWorker:
    """Looks at the database, Redis and the registry from time to time, and says what it found."""

    def __init__(self, config: Mapping[str, Any], database_text: str, stop: threading.Event) -> None:
        self._config = config
        self._database_text = database_text
        self._stop = stop
        self.rounds = 0
        self.reachable = False

    @property
    def enabled(self) -> bool:
        """Whether there is anything to do."""
        return bool(self._config.get("FEATURE_REPO_MIRROR", False))

    def look(self) -> list[str]:
        """One round; answers what is wrong."""
        checks = {"database": self._database(), "Redis": self._redis(), "registry": self._registry()}
        self.rounds += 1
        self.reachable = not any(checks.values())
        return [f"{name}: {problem}" for name, problem in checks.items() if problem]

    def _database(self) -> str | None:
        try:
            database.connect(self._database_text).close()
        except database.DatabaseError as error:
            return str(error)
        return None

    def _redis(self) -> str | None:
        try:
            redis.ping(redis.address(self._config.get("USER_EVENTS_REDIS") or {}))
        except redis.RedisError as error:
            return str(error)
        return None

    def _registry(self) -> str | None:
        verify = bool(self._config.get("REPO_MIRROR_TLS_VERIFY", True))
        return probes.http(registry_url(self._config), 10.0, verify)

    def run(self) -> None:
        """Works until it is told to stop."""
        if not self.enabled:
            say("FEATURE_REPO_MIRROR is false: nothing to do", source=_SOURCE)
            self._stop.wait()
            return
        interval = float(self._config.get("REPO_MIRROR_INTERVAL") or 30)
        while True:
            problems = self.look()
            for problem in problems:
                say("cannot mirror: %s", problem, source=_SOURCE)
            if not problems:
                say("the registry answers at %s", registry_url(self._config), source=_SOURCE)
            if self._stop.wait(interval):
                return

    def metrics(self) -> dict[str, float]:
        """For /metrics."""
        return {
            "quay_repository_mirror_workers_active": float(self.enabled),
            "quay_repository_mirror_registry_reachable": float(self.reachable),
            "quay_repository_mirror_rounds_total": float(self.rounds),
        }
