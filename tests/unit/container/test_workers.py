# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The mirror worker, the worker that talks to Clair, and the health checks."""

from __future__ import annotations

import base64
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.clair_standin import tokens
from tests.simulator.container import database, mirror, probes, redis
from tests.simulator.container.health import Health
from tests.simulator.container.mirror import MirrorWorker, registry_url
from tests.simulator.container.scanner import ScannerWorker
from tests.unit.module_utils.servers import LocalServer, Reply, Seen

KEY = b"shared secret"


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"SERVER_HOSTNAME": "r.example.com", "PREFERRED_URL_SCHEME": "https"}, "https://r.example.com/v2/"),
        (
            {
                "SERVER_HOSTNAME": "r.example.com",
                "REPO_MIRROR_SERVER_HOSTNAME": "quay:8443",
                "PREFERRED_URL_SCHEME": "https",
            },
            "https://quay:8443/v2/",
        ),
        ({"SERVER_HOSTNAME": "r.example.com:8080"}, "http://r.example.com:8080/v2/"),
    ],
)
def test_where_the_mirror_worker_pushes_to(config: dict[str, Any], expected: str) -> None:
    assert registry_url(config) == expected


class Surroundings:
    """What the mirror worker meets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.verified: list[bool] = []
        self.problem: str | None = None
        monkeypatch.setattr(database, "connect", lambda text: self)
        monkeypatch.setattr(redis, "ping", lambda where: None)
        monkeypatch.setattr(probes, "http", self._http)

    def close(self) -> None:
        """A connection is closed."""

    def _http(self, url: str, seconds: float, verify: bool) -> str | None:
        self.verified.append(verify)
        return self.problem


@pytest.mark.parametrize(("config", "expected"), [({}, True), ({"REPO_MIRROR_TLS_VERIFY": False}, False)])
def test_the_mirror_worker_verifies_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, config: dict[str, Any], expected: bool
) -> None:
    surroundings = Surroundings(monkeypatch)
    worker = MirrorWorker({"FEATURE_REPO_MIRROR": True, **config}, "", threading.Event())
    assert worker.look() == []
    assert surroundings.verified == [expected]
    assert worker.metrics()["quay_repository_mirror_registry_reachable"] == 1.0


def test_the_mirror_worker_says_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    Surroundings(monkeypatch).problem = "certificate verify failed"

    def refuse(where: object) -> None:
        raise redis.RedisError("WRONGPASS")

    monkeypatch.setattr(redis, "ping", refuse)
    worker = MirrorWorker({"FEATURE_REPO_MIRROR": True}, "", threading.Event())
    assert worker.look() == ["Redis: WRONGPASS", "registry: certificate verify failed"]
    assert worker.metrics()["quay_repository_mirror_registry_reachable"] == 0.0


def test_the_mirror_worker_idles_without_its_feature(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stop = threading.Event()
    worker = MirrorWorker({}, "", stop)
    monkeypatch.setattr(worker, "look", lambda: pytest.fail("it looked"))
    thread = threading.Thread(target=worker.run)
    thread.start()
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    assert "nothing to do" in capsys.readouterr().out


def test_the_mirror_worker_works_until_it_is_stopped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Surroundings(monkeypatch)
    stop = threading.Event()
    config = {"FEATURE_REPO_MIRROR": True, "REPO_MIRROR_INTERVAL": 0.01, "SERVER_HOSTNAME": "r.example.com"}
    worker = MirrorWorker(config, "", stop)
    monkeypatch.setattr(mirror, "say", lambda text, *values, source: worker.rounds > 2 and stop.set())
    thread = threading.Thread(target=worker.run)
    thread.start()
    thread.join(5)
    assert worker.rounds >= 3


def clair(key: bytes = KEY) -> LocalServer:
    """A server that asks for a token signed with a key."""

    def answer(seen: Seen) -> Reply:
        token = seen.headers.get("Authorization", "").removeprefix("Bearer ")
        return Reply(200 if tokens.is_valid(token, key, ["quay"]) else 401)

    return LocalServer(answer)


def worker_for(server: LocalServer, secret: str | None) -> ScannerWorker:
    """A worker that talks to a server."""
    config: dict[str, Any] = {"FEATURE_SECURITY_SCANNER": True, "SECURITY_SCANNER_V4_ENDPOINT": server.url}
    if secret is not None:
        config["SECURITY_SCANNER_V4_PSK"] = secret
    return ScannerWorker(config, threading.Event())


@pytest.mark.parametrize(
    ("secret", "expected"),
    [
        (base64.b64encode(KEY).decode(), None),
        (base64.b64encode(b"other").decode(), "Clair answers 401 to the pre-shared key"),
        (None, "Clair answers 401 to the pre-shared key"),
        ("not base64", "SECURITY_SCANNER_V4_PSK is not base64"),
    ],
)
def test_clair_takes_the_key_or_not(secret: str | None, expected: str | None) -> None:
    with clair() as server:
        assert worker_for(server, secret).look() == expected


def test_clair_is_not_there() -> None:
    with clair() as server:
        worker = worker_for(server, None)
    assert "cannot be reached" in str(worker.look())


def test_only_news_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    with clair() as server:
        worker = worker_for(server, base64.b64encode(KEY).decode())
        looks = iter([None, None, "Clair answers 500", "Clair answers 500", None])

        def look() -> str | None:
            found = next(looks)
            if found is None and len(seen) == 4:
                worker._stop.set()
            seen.append(found)
            return found

        seen: list[str | None] = []
        worker.look = look  # type: ignore[method-assign]
        worker._config = {**worker._config, "SECURITY_SCANNER_INDEXING_INTERVAL": 0.01}
        worker.run()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert worker.metrics() == {"quay_secscan_reachable": 1.0}


def test_without_a_scanner_nobody_is_asked() -> None:
    worker = ScannerWorker({"FEATURE_SECURITY_SCANNER": True}, threading.Event())
    assert not worker.enabled
    worker.run()


@pytest.fixture()
def health_config(tmp_path: Path) -> dict[str, Any]:
    """A storage that can be written to."""
    return {
        "BUILDLOGS_REDIS": {"host": "redis"},
        "DISTRIBUTED_STORAGE_CONFIG": {"default": ["LocalStorage", {"storage_path": str(tmp_path)}]},
    }


def test_all_is_well(monkeypatch: pytest.MonkeyPatch, health_config: dict[str, Any]) -> None:
    monkeypatch.setattr(redis, "write_and_read", lambda where, key: None)
    health = Health(health_config, (3, 17, 1), lambda: None)
    assert health.end_to_end() == dict.fromkeys(("database", "redis", "storage", "auth"), True)
    assert all(health.instance().values())
    assert "redis" not in health.instance()


def broken(*_arguments: object) -> None:
    """Does not work."""
    raise redis.RedisError("broken")


def test_each_service_is_looked_at(monkeypatch: pytest.MonkeyPatch, health_config: dict[str, Any]) -> None:
    monkeypatch.setattr(redis, "write_and_read", broken)
    health_config["DISTRIBUTED_STORAGE_PREFERENCE"] = ["elsewhere"]
    health = Health(health_config, (3, 17, 1), broken)
    assert health.end_to_end() == {"database": False, "redis": False, "storage": False, "auth": True}
    assert health.instance()["database"] is False


def test_a_readonly_registry_does_not_write(
    monkeypatch: pytest.MonkeyPatch, health_config: dict[str, Any]
) -> None:
    monkeypatch.setattr(redis, "write_and_read", lambda where, key: None)
    health_config["DISTRIBUTED_STORAGE_CONFIG"] = {"default": ["LocalStorage", {"storage_path": "/proc/x"}]}
    assert Health(health_config, (3, 17, 1), lambda: None).end_to_end()["storage"] is False
    health_config["REGISTRY_STATE"] = "readonly"
    assert Health(health_config, (3, 17, 1), lambda: None).end_to_end()["storage"] is True
