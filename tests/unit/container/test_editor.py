# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The configuration editor of Quay before 3.17."""

from __future__ import annotations

import base64
import io
import tarfile
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.certificates import Authority
from tests.simulator.container import probes
from tests.simulator.container.editor import Editor
from tests.unit.container.conftest import World, write

PASSWORD = "planted-password"
AUTH = {"Authorization": "Basic " + base64.b64encode(f"quayconfig:{PASSWORD}".encode()).decode()}


@pytest.fixture()
def client(tmp_path: Path) -> FlaskClient:
    """A client of an editor of an empty directory."""
    return Editor(tmp_path, PASSWORD, (3, 16, 3)).application.test_client()


def test_the_page_is_for_everybody(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic " + base64.b64encode(b"quayconfig:wrong").decode()},
        {"Authorization": "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode()},
        {"Authorization": f"Bearer {PASSWORD}"},
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", "/validate"), ("POST", "/download")])
def test_the_rest_asks_for_the_password(
    client: FlaskClient, headers: dict[str, str], method: str, path: str
) -> None:
    answer = client.open("/api/v1/config" + path, method=method, headers=headers, json={})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_without_a_configuration_it_says_so(client: FlaskClient) -> None:
    answer = client.get("/api/v1/config", headers=AUTH)
    assert (answer.status_code, answer.json) == (202, {"config.yaml": {}, "certs": {}})


def test_shows_the_configuration(client: FlaskClient, tmp_path: Path) -> None:
    write(tmp_path, "SERVER_HOSTNAME: r.example.com\n")
    (tmp_path / "ssl.cert").write_bytes(b"certificate")
    answer = client.get("/api/v1/config", headers=AUTH)
    assert answer.status_code == 200
    assert answer.json == {
        "config.yaml": {"SERVER_HOSTNAME": "r.example.com"},
        "certs": {"ssl.cert": base64.b64encode(b"certificate").decode()},
    }


def test_validates_what_it_is_given(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, world: World, config: dict[str, Any]
) -> None:
    monkeypatch.setattr(probes, "real", lambda version, home: world.probes)
    config.update(EXTERNAL_TLS_TERMINATION=True)
    body = {"config.yaml": config}
    assert client.post("/api/v1/config/validate", headers=AUTH, json=body).json == []
    config["DEFAULT_TAG_EXPIRATION"] = "9w"
    found = client.post("/api/v1/config/validate", headers=AUTH, json=body).json
    assert [item["FieldGroup"] for item in found] == ["TimeMachine"]
    config["DEFAULT_TAG_EXPIRATION"] = 9
    assert client.post("/api/v1/config/validate", headers=AUTH, json=body).status_code == 500


def test_downloads_a_bundle(client: FlaskClient) -> None:
    body = {"config.yaml": {"A": 1}, "certs": {"ssl.key": base64.b64encode(b"key").decode()}}
    answer = client.post("/api/v1/config/download", headers=AUTH, json=body)
    with tarfile.open(fileobj=io.BytesIO(answer.data), mode="r:gz") as archive:
        assert archive.getnames() == ["config.yaml", "ssl.key"]


def test_tls_is_for_files_that_the_environment_names(tmp_path: Path, authority: Authority) -> None:
    editor = Editor(tmp_path, PASSWORD, (3, 16, 3))
    leaf = authority.leaf("editor")
    (tmp_path / "ssl.cert").write_bytes(leaf.certificate.read_bytes())
    (tmp_path / "ssl.key").write_bytes(leaf.key.read_bytes())
    assert editor.tls({}) is None
    names = {"CONFIG_TOOL_PUBLIC_KEY": str(leaf.certificate), "CONFIG_TOOL_PRIVATE_KEY": str(leaf.key)}
    assert editor.tls(names) is not None
    assert editor.tls({**names, "CONFIG_TOOL_PRIVATE_KEY": "/nowhere"}) is None
