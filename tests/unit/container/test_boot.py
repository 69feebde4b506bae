# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The steps before a registry runs, and the registry itself, on a real PostgreSQL."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
import yaml

from tests.certificates import Authority
from tests.simulator.container import boot as boot_module
from tests.simulator.container import config_tool, entry, paths, probes, serving, words
from tests.simulator.container.boot import Boot, BootError
from tests.simulator.container.encryption import Vault
from tests.simulator.container.registry import Registry
from tests.simulator.container.serving import Gateway
from tests.simulator.store import BackendError
from tests.unit.container.conftest import World
from tests.unit.simulator.postgres_server import PostgresServer

V317 = (3, 17, 1)


class Image:
    """The directories of an image, with a configuration that may be changed."""

    def __init__(self, home: Path, config: dict[str, Any], files: dict[str, bytes]) -> None:
        self.paths = paths.Paths(
            home=home,
            conf=home / "conf",
            anchors=home / "anchors",
            trust=home / "extracted" / "bundle.pem",
            client_certificates=home / "none",
        )
        self.paths.stack.mkdir(parents=True)
        self.paths.anchors.mkdir()
        self.config = config
        self.environment: dict[str, str] = {}
        for name, data in files.items():
            (self.paths.stack / name).write_bytes(data)

    def boot(self, version: tuple[int, int, int] = V317) -> Boot:
        """What runs the steps, with the configuration as it is now."""
        (self.paths.stack / "config.yaml").write_text(yaml.safe_dump(self.config))
        return Boot(self.paths, self.environment, version)

    def run(self, *arguments: str, version: tuple[int, int, int] = V317) -> None:
        """The steps of an entry word."""
        self.boot(version).run(words.plan(arguments, self.environment, version))


@pytest.fixture()
def image(
    tmp_path: Path,
    config: dict[str, Any],
    files: dict[str, bytes],
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    world: World,
) -> Image:
    """An image whose database has the extension, and whose other services answer."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
    real = probes.real

    def probe(version: tuple[int, int, int], home: Path) -> Any:
        found = real(version, home)
        return type(found)(found.database, world.probes.redis, found.bucket, found.tcp, found.http)

    monkeypatch.setattr(probes, "real", probe)
    config.update(DB_URI=database, DATABASE_SECRET_KEY="first key")
    config["DISTRIBUTED_STORAGE_CONFIG"] = {
        "default": ["LocalStorage", {"storage_path": str(tmp_path / "s")}]
    }
    return Image(tmp_path / "quay", config, files)


def test_registry_migrates_by_itself(image: Image) -> None:
    image.run("registry")
    assert (image.paths.conf / "quay.kid").exists()
    image.run("registry-nomigrate")


@pytest.mark.parametrize("word", ["registry-nomigrate", "repomirror-nomigrate"])
def test_without_migration_an_empty_database_ends_the_start(image: Image, word: str) -> None:
    with pytest.raises(BootError, match="never migrated"):
        image.run(word)


def test_without_migration_an_older_schema_ends_the_start(image: Image) -> None:
    image.run("registry", version=(3, 16, 3))
    with pytest.raises(BootError, match="migrate it first"):
        image.run("registry-nomigrate")


def test_migrate_needs_no_valid_configuration(image: Image) -> None:
    image.config.update(SERVER_HOSTNAME="not valid", BUILDLOGS_REDIS={"host": "nowhere"})
    boot = image.boot()
    boot.run(words.plan(["migrate", "head"], {}, V317))
    boot.migrate("head")
    with pytest.raises(BootError, match="not valid"):
        image.run("registry-nomigrate")


def test_a_configuration_that_is_not_valid_ends_the_start_unless_ignored(
    image: Image, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.broken["redis"] = "WRONGPASS"
    with pytest.raises(BootError, match="not valid"):
        image.run("registry")
    assert "WRONGPASS" in capsys.readouterr().out
    image.environment["IGNORE_VALIDATION"] = "true"
    image.run("registry")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"SETUP_COMPLETE": False}, "SETUP_COMPLETE"),
        ({"DATABASE_SECRET_KEY": None}, "DATABASE_SECRET_KEY is missing"),
    ],
)
def test_what_the_validation_does_not_see_ends_the_start(
    image: Image, changes: dict[str, Any], message: str
) -> None:
    image.config.update(changes)
    with pytest.raises(BootError, match=message):
        image.run("registry")


def test_testing_is_only_worth_a_warning(image: Image, capsys: pytest.CaptureFixture[str]) -> None:
    image.config["TESTING"] = True
    image.run("registry")
    boot_module.warn_of_testing(image.config)
    assert "TESTING is true" in capsys.readouterr().out


def test_a_key_that_does_not_fit_ends_the_start_even_if_validation_is_ignored(
    image: Image, authority: Authority
) -> None:
    image.environment["IGNORE_VALIDATION"] = "true"
    (image.paths.stack / "ssl.key").write_bytes(authority.leaf("another").key.read_bytes())
    with pytest.raises(BootError, match="cannot serve TLS"):
        image.run("registry")


@pytest.mark.parametrize("uri", ["sqlite:////data/quay.db", "mysql+pymysql://u:planted@db/quay"])
def test_other_databases_are_refused(image: Image, uri: str) -> None:
    image.config["DB_URI"] = uri
    image.environment["IGNORE_VALIDATION"] = "true"
    with pytest.raises(BootError, match="PostgreSQL only"):
        image.run("registry")


def test_a_database_that_is_not_there(image: Image, postgres: PostgresServer) -> None:
    image.config["DB_URI"] = postgres.address("nothing")
    with pytest.raises(BootError, match="cannot connect"):
        image.boot().migrate("head")


def test_the_guard_against_migrations(image: Image) -> None:
    image.environment["ENSURE_NO_MIGRATION"] = "true"
    with pytest.raises(BootError, match="ENSURE_NO_MIGRATION"):
        image.boot().migrate("head")


def test_a_configuration_directory_that_cannot_be_written_beside(image: Image) -> None:
    image.run("registry")
    for name in ("quay.kid", "quay.pem"):
        (image.paths.conf / name).unlink()
        (image.paths.conf / name).mkdir()
    with pytest.raises(BootError, match="service key"):
        image.run("registry-nomigrate")


def test_nothing_secret_is_said(image: Image, capsys: pytest.CaptureFixture[str]) -> None:
    image.config["SECRET_KEY"] = "planted-secret-key"
    image.config["DATABASE_SECRET_KEY"] = "planted-database-key"
    image.run("registry")
    shown = capsys.readouterr()
    assert "planted" not in shown.out + shown.err
    assert image.config["DB_URI"] not in shown.out


class Served:
    """A registry that serves plain HTTP on a free port."""

    def __init__(self, image: Image, key: str | None = None, version: tuple[int, int, int] = V317) -> None:
        boot = image.boot(version)
        config = boot.config()
        self.registry = Registry(config, version, boot.database_text(config), Vault(key or "first key"))
        self.registry.start()
        gateway = Gateway()
        gateway.application = self.registry.application
        self._server = serving.Server("127.0.0.1", 0, gateway)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Served:
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.registry.stop()

    def call(self, method: str, path: str, token: str | None = None, **options: Any) -> requests.Response:
        """One request to the API."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return requests.request(
            method, f"{self.url}/api/v1/{path}", headers=headers, timeout=10, allow_redirects=False, **options
        )

    def initialize(self) -> str:
        """The first user's token."""
        body = {"username": "admin", "password": "password1", "email": "a@example.com", "access_token": True}
        return str(self.call("POST", "user/initialize", json=body).json()["access_token"])


@pytest.fixture()
def migrated(image: Image) -> Iterator[Image]:
    """An image with an up-to-date schema."""
    image.run("registry")
    yield image


def test_the_state_outlives_a_restart(migrated: Image) -> None:
    with Served(migrated) as first:
        token = first.initialize()
        assert first.call("POST", "organization/", token, json={"name": "acme"}).status_code == 201
        robot = first.call("PUT", "organization/acme/robots/ci", token, json={}).json()["token"]
    with Served(migrated) as second:
        assert second.call("GET", "organization/acme/robots/ci", token).json()["token"] == robot


def test_a_lost_database_key_is_noticed(migrated: Image, database: str) -> None:
    with Served(migrated) as first:
        token = first.initialize()
        first.call("POST", "organization/", token, json={"name": "acme"})
        robot = first.call("PUT", "organization/acme/robots/ci", token, json={}).json()["token"]
    with psycopg.connect(database) as connection:
        rows = connection.execute("SELECT fields::text FROM simulator_rows").fetchall()
    assert robot not in str(rows)
    with Served(migrated, key="another key") as other:
        assert other.call("GET", "organization/acme/robots/ci", token).status_code == 500
        assert other.call("GET", "organization/acme/robots?token=false", token).status_code == 200
        assert other.call("POST", "organization/acme/robots/ci/regenerate", token).status_code == 200
        assert other.call("GET", "organization/acme/robots/ci", token).status_code == 200


def test_sessions_outlive_a_restart_but_not_another_secret_key(migrated: Image) -> None:
    migrated.config["FORCE_NONSECURE_SESSION_COOKIE"] = True
    session = requests.Session()
    with Served(migrated) as first:
        first.initialize()
        csrf = session.get(f"{first.url}/csrf_token", timeout=10).json()["csrf_token"]
        body = {"username": "admin", "password": "password1"}
        session.post(f"{first.url}/api/v1/signin", json=body, headers={"X-CSRF-Token": csrf}, timeout=10)
        assert session.get(f"{first.url}/api/v1/user/", timeout=10).status_code == 200
    with Served(migrated) as second:
        assert session.get(f"{second.url}/api/v1/user/", timeout=10).status_code == 200
    migrated.config["SECRET_KEY"] = "another"
    with Served(migrated) as third:
        assert session.get(f"{third.url}/api/v1/user/", timeout=10).status_code == 401


def test_the_first_user_is_made_once_and_only_while_the_feature_is_on(migrated: Image) -> None:
    body = {"username": "admin", "password": "password1", "email": "a@example.com"}
    with Served(migrated) as served:
        assert served.call("POST", "user/initialize", json=body).status_code == 200
        again = served.call("POST", "user/initialize", json=body)
        assert (again.status_code, again.json()) == (
            400,
            {"message": "Cannot initialize user in a non-empty database"},
        )
    migrated.config["FEATURE_USER_INITIALIZE"] = False
    with Served(migrated) as served:
        assert served.call("POST", "user/initialize", json=body).status_code == 404


@pytest.mark.parametrize(("version", "status"), [((3, 16, 3), 404), ((3, 17, 1), 404), ((3, 18, 0), 200)])
def test_tokens_of_applications_came_with_3_18(
    image: Image, version: tuple[int, int, int], status: int
) -> None:
    image.run("registry", version=version)
    with Served(image, version=version) as served:
        token = served.initialize()
        served.call("POST", "organization/", token, json={"name": "acme"})
        made = served.call("POST", "organization/acme/applications", token, json={"name": "automation"})
        path = "organization/acme/applications/{}/tokens".format(made.json()["client_id"])
        body = {"name": "t", "scope": "repo:read"}
        assert served.call("POST", path, token, json=body).status_code == status
        paths_known = served.call("GET", "discovery").json()["paths"]
        assert any(name.endswith("/{client_id}/tokens") for name in paths_known) is (status == 200)


def test_there_are_no_control_routes(migrated: Image) -> None:
    with Served(migrated) as served:
        assert requests.post(f"{served.url}/_simulator/reset", timeout=10).status_code == 404
        assert "users" not in requests.get(f"{served.url}/_simulator/state", timeout=10).text


def test_health(migrated: Image, monkeypatch: pytest.MonkeyPatch, postgres: PostgresServer) -> None:
    with Served(migrated) as served:
        assert requests.get(f"{served.url}/health/instance", timeout=10).status_code == 200
        ends = requests.get(f"{served.url}/health/endtoend", timeout=10)
        assert (ends.status_code, ends.json()["data"]["services"]["redis"]) == (503, False)
        postgres.stop()
        try:
            answer = requests.get(f"{served.url}/health/instance", timeout=10)
            assert (answer.status_code, answer.json()["data"]["services"]["database"]) == (503, False)
        finally:
            postgres.start()
        assert requests.get(f"{served.url}/health/instance", timeout=10).status_code == 200


def test_until_the_database_answers_the_gateway_does_not(
    migrated: Image, postgres: PostgresServer, tmp_path: Path
) -> None:
    boot = migrated.boot()
    config = boot.config()
    registry = Registry(config, V317, boot.database_text(config), Vault("first key"))
    gateway, stop = Gateway(), threading.Event()
    postgres.stop()
    try:
        with pytest.raises(BackendError):
            registry.start()
        web = str(tmp_path / "web.sock")
        thread = threading.Thread(target=entry._start, args=(registry, gateway, stop, 0.0, web))
        thread.start()
        time.sleep(0.2)
        assert gateway.application is None
    finally:
        postgres.start()
    thread.join(10)
    assert gateway.application is not None
    registry.stop()


@pytest.mark.parametrize(
    ("environment", "service", "default", "expected"),
    [
        ({}, "repomirrorworker", False, False),
        ({"QUAY_OVERRIDE_SERVICES": "repomirrorworker=true"}, "repomirrorworker", False, True),
        ({"QUAY_OVERRIDE_SERVICES": "nginx=false, gcworker=true"}, "nginx", True, False),
        ({"QUAY_SERVICES": "nginx,gunicorn-web"}, "securityworker", True, False),
        ({"QUAY_SERVICES": "nginx,gunicorn-web"}, "nginx", True, True),
    ],
)
def test_services(environment: dict[str, str], service: str, default: bool, expected: bool) -> None:
    assert entry._switched_on(environment, service, default) is expected


def test_main_says_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"QUAYPATH": str(tmp_path), "QUAYCONF": "", "SYSTEM_CERTDIR": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("QUAYENTRY", raising=False)
    monkeypatch.delenv("MIGRATION_VERSION", raising=False)
    assert entry.main(["migrate"]) == 1
    assert "migrate needs a revision" in capsys.readouterr().out
    assert entry.main(["help"]) == 0
    assert "registry-nomigrate" in capsys.readouterr().out


def test_signals_ask_for_an_end() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        stop = entry.stop_on_signals()
        signal.raise_signal(signal.SIGTERM)
        assert stop.is_set()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_a_command_takes_the_place_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Any] = []
    monkeypatch.setattr(boot_module.os, "execvp", lambda name, arguments: called.append((name, arguments)))
    boot_module.replace_process(("config-tool", "print", "-c", "/conf/stack"))
    name, arguments = called[0]
    assert name == "bash"
    assert arguments[-4:] == ["config-tool", "print", "-c", "/conf/stack"]


def test_validation_is_the_tool(image: Image, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Path, str]] = []
    monkeypatch.setattr(
        config_tool, "run_validation", lambda directory, mode: asked.append((directory, mode)) or 0
    )
    image.run("registry")
    assert asked == [(image.paths.stack, "online")]
