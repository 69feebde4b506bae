# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A configuration that is right, its certificate, and probes that find everything well."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.certificates import Authority
from tests.simulator.container.validation import Context, Probes
from tests.unit.simulator.postgres_server import database, postgres

__all__ = ["database", "postgres"]

HOST = "registry.example.com"
REDIS = {"host": "redis", "port": 6379, "password": "planted-redis-secret"}
CONFIG: dict[str, Any] = {
    "AUTHENTICATION_TYPE": "Database",
    "BUILDLOGS_REDIS": dict(REDIS),
    "USER_EVENTS_REDIS": dict(REDIS),
    "DATABASE_SECRET_KEY": "3f1f0c1e-77a1-4c0e-9c8b-2d8f8f6e4a51",
    "SECRET_KEY": "5b0f7d0a-0f6b-4a63-8f2b-3a0b9c0d7e11",
    "DB_URI": "postgresql://quay:planted-database-secret@db:5432/quay",
    "DISTRIBUTED_STORAGE_CONFIG": {"default": ["LocalStorage", {"storage_path": "/datastorage/registry"}]},
    "DISTRIBUTED_STORAGE_PREFERENCE": ["default"],
    "FEATURE_MAILING": False,
    "FEATURE_USER_INITIALIZE": True,
    "PREFERRED_URL_SCHEME": "https",
    "SERVER_HOSTNAME": HOST,
    "SETUP_COMPLETE": True,
    "SUPER_USERS": ["admin"],
    "BROWSER_API_CALLS_XHR_ONLY": False,
    "TESTING": False,
}


@pytest.fixture()
def config() -> dict[str, Any]:
    """A configuration of one's own."""
    return copy.deepcopy(CONFIG)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority of the tests' own."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def files(authority: Authority) -> dict[str, bytes]:
    """ssl.cert and ssl.key of the host."""
    leaf = authority.leaf("registry", HOST)
    return {"ssl.cert": leaf.certificate.read_bytes(), "ssl.key": leaf.key.read_bytes()}


class World:
    """Probes that remember what they were asked, and answer what they were told."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.broken: dict[str, str] = {}

    def _ask(self, kind: str, *question: Any) -> str | None:
        self.asked.append((kind, *question))
        return self.broken.get(kind)

    @property
    def probes(self) -> Probes:
        """For the validation."""
        return Probes(
            database=lambda uri, arguments: self._ask("database", uri, dict(arguments)),
            redis=lambda options: self._ask("redis", dict(options)),
            bucket=lambda engine, options: self._ask("bucket", engine, dict(options)),
            tcp=lambda host, port, seconds: self._ask("tcp", host, port),
            http=lambda url, seconds: self._ask("http", url),
        )


@pytest.fixture()
def world() -> World:
    """The world outside."""
    return World()


def context(
    config: dict[str, Any],
    files: dict[str, bytes],
    world: World,
    version: tuple[int, int, int] = (3, 17, 1),
    mode: str = "online",
) -> Context:
    """What rules are given."""
    return Context(config, files, mode, version, world.probes)


def write(directory: Path, text: str) -> Path:
    """A directory with this config.yaml."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "config.yaml").write_text(text)
    return directory
