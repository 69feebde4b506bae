# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The tokens, the database, the API and the process of Clair's stand-in."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import requests
import yaml

from tests.certificates import Authority
from tests.clair_standin import fetch, tokens
from tests.clair_standin.api import Api
from tests.clair_standin.rules import interpret
from tests.clair_standin.server import parse_arguments, version_of
from tests.clair_standin.store import Store, StoreError, libpq
from tests.unit.module_utils.servers import LocalServer, Reply, free_port
from tests.unit.simulator.postgres_server import PostgresServer, database, postgres

__all__ = ["database", "postgres"]

ROOT = Path(__file__).resolve().parents[3]
KEY = b"a shared secret"
PSK = base64.b64encode(KEY).decode()
MANIFEST = b'{"hash": "sha256:aa", "layers": [{"hash": "sha256:bb", "uri": "https://r/blob"}]}'


def bearer(issuer: str = "quay", key: bytes = KEY, **claims: Any) -> str:
    """The header of a caller."""
    return "Bearer " + tokens.sign(key, {"iss": issuer, "exp": time.time() + 60, **claims})


@pytest.mark.parametrize(
    ("claims", "key", "valid"),
    [
        ({"iss": "quay", "exp": 1060}, KEY, True),
        ({"iss": "quay"}, KEY, True),
        ({"iss": "quay", "exp": 990}, KEY, True),  # a little late
        ({"iss": "quay", "exp": 900}, KEY, False),
        ({"iss": "quay", "nbf": 1100}, KEY, False),
        ({"iss": "quay", "iat": 1100}, KEY, False),
        ({"iss": "other", "exp": 1060}, KEY, False),
        ({"exp": 1060}, KEY, False),
        ({"iss": "quay", "exp": 1060}, b"other key", False),
        ({"iss": "quay", "exp": "soon"}, KEY, False),
    ],
)
def test_tokens(claims: dict[str, Any], key: bytes, valid: bool) -> None:
    assert tokens.is_valid(tokens.sign(key, claims), KEY, ["quay"], now=1000.0) is valid


def test_an_algorithm_without_a_signature_is_refused() -> None:
    head = base64.urlsafe_b64encode(b'{"alg": "none"}').rstrip(b"=").decode()
    body = base64.urlsafe_b64encode(b'{"iss": "quay"}').rstrip(b"=").decode()
    assert not tokens.is_valid(f"{head}.{body}.", KEY, ["quay"])


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "ä.ö.ü", "....", "bnVsbA.bnVsbA.bnVsbA"])
def test_garbage_is_no_token(token: str) -> None:
    assert not tokens.is_valid(token, KEY, ["quay"])


def databases(text: str, migrations: bool = True) -> dict[str, tuple[str, bool]]:
    """The same database for all parts."""
    return dict.fromkeys(("indexer", "matcher", "notifier"), (text, migrations))


def test_migrations_make_the_extension(database: str) -> None:
    Store(databases(database))
    with psycopg.connect(database) as connection:
        names = [name for (name,) in connection.execute("SELECT extname FROM pg_extension")]
    assert "uuid-ossp" in names
    Store(databases(database, migrations=False))


def test_without_migrations_an_empty_database_is_an_error(database: str) -> None:
    with pytest.raises(StoreError, match=r"failed to initialize indexer: .*does not exist"):
        Store(databases(database, migrations=False))


def test_who_may_not_make_the_extension_cannot_migrate(postgres: PostgresServer, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE ROLE nobody LOGIN")
    with pytest.raises(StoreError, match="42501"):
        Store(databases(postgres.address(urlsplit(database).path[1:], "nobody")))


def test_no_database(postgres: PostgresServer) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        Store(databases(postgres.address("nothing")))


def test_parameters_of_the_pool_are_not_for_the_library() -> None:
    assert libpq("host=db pool_max_conns=10 user=clair") == "host=db user=clair"
    assert libpq("postgresql://db/clair") == "postgresql://db/clair"


class Fetched:
    """What the API had fetched."""

    def __init__(self) -> None:
        self.layers: list[Mapping[str, Any]] = []
        self.problem: str | None = None

    def __call__(self, layer: Mapping[str, Any]) -> int:
        if self.problem is not None:
            raise fetch.FetchError(self.problem)
        self.layers.append(layer)
        return 1


@pytest.fixture()
def fetched() -> Fetched:
    """Layers that were fetched."""
    return Fetched()


@pytest.fixture()
def api(database: str, fetched: Fetched) -> Api:
    """The API, with a key."""
    blocks = {
        name: {"connstring": database, "migrations": True} for name in ("indexer", "matcher", "notifier")
    }
    settings = interpret({**blocks, "auth": {"psk": {"key": PSK, "iss": ["quay"]}}}, "combo", {})
    return Api(settings, Store(settings.databases), fetched)


@pytest.mark.parametrize(
    "path",
    [
        "/indexer/api/v1/index_state",
        "/matcher/api/v1/vulnerability_report/sha256:aa",
        "/notifier/api/v1/notification/x",
        "/openapi/v1",
    ],
)
@pytest.mark.parametrize(
    "authorization", ["", "Bearer x", "Basic x", bearer("other"), bearer(key=b"other"), bearer()[7:]]
)
def test_every_path_asks_for_a_token(api: Api, path: str, authorization: str) -> None:
    assert api.answer("GET", path, authorization, b"").status == 401


def test_without_a_key_everybody_may_ask(database: str, fetched: Fetched) -> None:
    settings = interpret({"indexer": {"connstring": database, "migrations": True}}, "indexer", {})
    api = Api(settings, Store(settings.databases), fetched)
    assert api.answer("GET", "/indexer/api/v1/index_state", "", b"").status == 200
    assert api.answer("GET", "/matcher/api/v1/vulnerability_report/x", "", b"").status == 404


@pytest.mark.parametrize("issuer", ["quay", "clair-intraservice"])
def test_state(api: Api, issuer: str) -> None:
    answer = api.answer("GET", "/indexer/api/v1/index_state", bearer(issuer), b"")
    assert answer.status == 200
    assert answer.headers["etag"] == '"{}"'.format(answer.body["state"])


def test_indexing(api: Api, fetched: Fetched) -> None:
    report = "/indexer/api/v1/index_report"
    vulnerabilities = "/matcher/api/v1/vulnerability_report/sha256:aa"
    assert api.answer("GET", report + "/sha256:aa", bearer(), b"").status == 404
    assert api.answer("GET", vulnerabilities, bearer(), b"").status == 404
    made = api.answer("POST", report, bearer(), MANIFEST)
    assert (made.status, made.body["state"], made.body["success"]) == (201, "IndexFinished", True)
    assert [layer["hash"] for layer in fetched.layers] == ["sha256:bb"]
    assert api.answer("GET", report + "/sha256:aa", bearer(), b"").body == made.body
    assert api.answer("GET", vulnerabilities, bearer(), b"").body["vulnerabilities"] == {}
    assert api.answer("DELETE", report + "/sha256:aa", bearer(), b"").status == 204
    assert api.answer("GET", report + "/sha256:aa", bearer(), b"").status == 404


def test_a_layer_that_cannot_be_fetched(api: Api, fetched: Fetched) -> None:
    fetched.problem = "certificate verify failed"
    answer = api.answer("POST", "/indexer/api/v1/index_report", bearer(), MANIFEST)
    assert answer.status == 500
    assert "certificate verify failed" in answer.body["message"]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"hash": "", "layers": [1]}', b'{"hash": "x", "layers": []}']
)
def test_a_bogus_manifest(api: Api, body: bytes) -> None:
    assert api.answer("POST", "/indexer/api/v1/index_report", bearer(), body).status == 400


def test_fetching_trusts_the_directories_of_certificates(tmp_path: Path, authority: Authority) -> None:
    layer = {"headers": {"Accept": ["application/gzip", "x"]}}
    with LocalServer([Reply(200, "layer")], authority.server()) as server:
        layer["uri"] = server.url + "/blob"  # type: ignore[assignment]
        with pytest.raises(fetch.FetchError, match="CERTIFICATE_VERIFY_FAILED"):
            fetch.fetch(layer, fetch.trust({"SSL_CERT_DIR": f"/nowhere:{tmp_path}"}))
        (tmp_path / "ca.crt").write_bytes(authority.path.read_bytes())
        (tmp_path / "readme").write_text("no certificate")
        assert fetch.fetch(layer, fetch.trust({"SSL_CERT_DIR": f"/nowhere:{tmp_path}"})) == 5
        assert server.seen[-1].headers["Accept"] == "application/gzip, x"


@pytest.mark.parametrize("uri", ["https://127.0.0.1:1/x", "nothing", "", None])
def test_fetching_what_is_not_there(uri: str | None) -> None:
    with pytest.raises(fetch.FetchError):
        fetch.fetch({"uri": uri}, fetch.trust({}))


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority of the tests' own."""
    return Authority(tmp_path_factory.mktemp("authority"))


def test_arguments_win_over_the_environment() -> None:
    environment = {"CLAIR_CONF": "/config/config.yaml", "CLAIR_MODE": "combo"}
    found = parse_arguments(["-conf", "x.yaml"], environment)
    assert (found.conf, found.mode) == ("x.yaml", "combo")
    with pytest.raises(SystemExit):
        parse_arguments([], {"CLAIR_CONF": "x"})


def test_versions() -> None:
    assert version_of({}) == (4, 7)
    assert version_of({"CLAIR_VERSION": "v4.9.0"}) == (4, 9)


class Process:
    """Clair's stand-in as a process of its own."""

    def __init__(self, directory: Path, config: dict[str, Any], version: str = "4.7.2") -> None:
        path = directory / "config.yaml"
        path.write_text(yaml.safe_dump(config))
        environment = {**os.environ, "CLAIR_CONF": str(path), "CLAIR_MODE": "", "CLAIR_VERSION": version}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.clair_standin"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_for(self, url: str) -> requests.Response:
        """The answer of an address, when there is one."""
        end = time.monotonic() + 20
        while True:
            try:
                answer = requests.get(url, timeout=5)
                if answer.ok:
                    return answer
            except requests.ConnectionError:
                pass
            assert self.process.poll() is None, self.process.communicate()[0]
            assert time.monotonic() < end, "it does not answer"
            time.sleep(0.05)

    def end(self) -> tuple[int, str]:
        """Waits for its end; answers its status and what it said."""
        output, _nothing = self.process.communicate(timeout=20)
        return self.process.returncode, output


def full_config(text: str) -> tuple[dict[str, Any], int, int]:
    """A configuration, and its ports."""
    ports = free_port(), free_port()
    blocks = {name: {"connstring": text, "migrations": True} for name in ("indexer", "matcher", "notifier")}
    config = {
        "http_listen_addr": f"127.0.0.1:{ports[0]}",
        "introspection_addr": f"127.0.0.1:{ports[1]}",
        "auth": {"psk": {"key": PSK, "iss": ["quay"]}},
        **blocks,
    }
    return config, *ports


@pytest.mark.parametrize(
    ("version", "number", "status"),
    [("4.7.2", signal.SIGTERM, 2), ("4.7.2", signal.SIGINT, 0), ("4.8.0", signal.SIGTERM, 0)],
)
def test_process(tmp_path: Path, database: str, version: str, number: int, status: int) -> None:
    config, api, introspection = full_config(database)
    clair = Process(tmp_path, config, version)
    assert clair.wait_for(f"http://127.0.0.1:{introspection}/readyz").status_code == 200
    assert requests.get(f"http://127.0.0.1:{introspection}/healthz", timeout=5).text == "ok"
    assert (
        "clair_standin_ready 1" in requests.get(f"http://127.0.0.1:{introspection}/metrics", timeout=5).text
    )
    state = f"http://127.0.0.1:{api}/indexer/api/v1/index_state"
    assert requests.get(state, timeout=5).status_code == 401
    assert requests.get(state, headers={"Authorization": bearer()}, timeout=5).status_code == 200
    clair.process.send_signal(number)
    code, output = clair.end()
    assert code == status
    assert PSK not in output


def test_a_process_without_its_database_ends(tmp_path: Path, postgres: PostgresServer) -> None:
    config, _api, _introspection = full_config(postgres.address("nothing"))
    code, output = Process(tmp_path, config).end()
    assert code == 1
    assert "failed to initialize indexer" in output


def test_a_process_with_a_bad_configuration_ends(tmp_path: Path) -> None:
    code, output = Process(tmp_path, {"nonsense": "planted"}).end()
    assert code == 1
    assert 'unknown field ".nonsense"' in output
    assert "planted" not in output
