# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The simulator on a socket."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

ROOT = Path(__file__).resolve().parents[3]


class Served:
    """A simulator in a process of its own."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "tests.simulator", "--port", "0", *arguments]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), line
        self.url = line.split()[-1]

    def stop(self) -> int:
        """Ends it as a terminal would; answers its exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=10)

    def control(self, method: str, name: str, body: Any = None) -> Any:
        """Calls a control route."""
        answer = requests.request(method, f"{self.url}/_simulator/{name}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None


@pytest.fixture(scope="module")
def token_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("token") / "token"


@pytest.fixture(scope="module")
def served(token_file: Path) -> Iterator[Served]:
    server = Served("--bootstrap", "root:password1", "--superuser", "root", "--token-file", str(token_file))
    yield server
    assert server.stop() == 0


@pytest.fixture()
def api(served: Served, token_file: Path) -> Iterator[requests.Session]:
    session = requests.Session()
    session.headers["Authorization"] = "Bearer " + token_file.read_text().strip()
    yield session
    served.control("DELETE", "faults")
    served.control("DELETE", "requests")


def test_token_file_is_secret(served: Served, token_file: Path, api: requests.Session) -> None:
    assert stat.S_IMODE(os.stat(token_file).st_mode) == 0o600
    assert api.get(f"{served.url}/api/v1/user/", timeout=10).json()["super_user"] is True


def test_addresses_name_the_port(served: Served, api: requests.Session) -> None:
    answer = api.get(f"{served.url}/api/v1/organization/none", timeout=10)
    assert answer.json()["type"] == f"{served.url}/api/v1/error/not_found"


def test_missing_slash_is_redirected_with_the_body(served: Served, api: requests.Session) -> None:
    answer = api.post(f"{served.url}/api/v1/organization", json={"name": "slashed"}, timeout=10)
    assert answer.json() == "Created"
    assert [found.status_code for found in answer.history] == [308]


def test_control_routes(served: Served, api: requests.Session) -> None:
    served.control("POST", "users", {"name": "carol", "password": "password2"})
    token = served.control("POST", "tokens", {"user": "carol", "scopes": "user:admin user:read"})["token"]
    carol = {"Authorization": f"Bearer {token}"}
    served.control("DELETE", "requests")
    requests.post(f"{served.url}/api/v1/organization/", json={"name": "carols"}, headers=carol, timeout=10)
    log = served.control("GET", "requests")
    assert [(entry["method"], entry["user"], entry["status"]) for entry in log] == [("POST", "carol", 201)]
    body = {"namespace": "carols", "repository": "app", "visibility": "private", "description": ""}
    api.post(f"{served.url}/api/v1/repository", json=body, timeout=10)
    digest = served.control("POST", "tags", {"org": "carols", "repo": "app", "tag": "v1"})["digest"]
    assert served.control("GET", "state")["carols"]["repositories"]["app"]["tags"] == {"v1": digest}
    more = [{"org": "carols", "repo": "app", "tag": tag} for tag in ("v2", "v3")]
    assert len(served.control("POST", "tags", more)["digests"]) == 2
    api.delete(f"{served.url}/api/v1/organization/carols", timeout=10)
    served.control("POST", "gc")
    assert (
        api.post(f"{served.url}/api/v1/organization/", json={"name": "carols"}, timeout=10).status_code == 201
    )


def test_what_a_worker_would_do_with_mirrors(served: Served, api: requests.Session) -> None:
    org = f"{served.url}/api/v1/organization/mirrored"
    api.post(f"{served.url}/api/v1/organization/", json={"name": "mirrored"}, timeout=10)
    api.put(f"{org}/robots/ci", json={"description": ""}, timeout=10)
    body = {
        "external_registry_type": "quay",
        "external_registry_url": "https://quay.io",
        "external_namespace": "library",
        "robot_username": "mirrored+ci",
        "visibility": "private",
        "sync_interval": 60,
        "sync_start_date": "2031-01-02T03:04:05Z",
    }
    assert api.post(f"{org}/mirror", json=body, timeout=10).status_code == 201
    served.control("POST", "mirrors", {"org": "mirrored", "status": "SUCCESS"})
    served.control("POST", "discoveries", {"org": "mirrored", "name": "app", "status": "FAIL"})
    found = api.get(f"{org}/mirror", timeout=10).json()
    assert (found["sync_status"], found["repo_sync_status_counts"]["FAIL"]) == ("SUCCESS", 1)
    answer = requests.post(f"{served.url}/_simulator/mirrors", json={"org": "carols"}, timeout=10)
    assert answer.status_code == 400


def test_bad_control_request(served: Served) -> None:
    answer = requests.post(f"{served.url}/_simulator/faults", json=[{"kind": "418"}], timeout=10)
    assert answer.status_code == 400
    assert "unknown kind" in answer.json()["message"]


def test_faults_really_reset_the_connection(served: Served, api: requests.Session) -> None:
    served.control("POST", "faults", [{"kind": "reset_before", "times": 1}])
    with pytest.raises(requests.exceptions.ConnectionError):
        api.post(f"{served.url}/api/v1/organization/", json={"name": "lost"}, timeout=10)
    served.control("POST", "faults", [{"kind": "reset_after", "times": 1}])
    with pytest.raises(requests.exceptions.ConnectionError):
        api.post(f"{served.url}/api/v1/organization/", json={"name": "kept"}, timeout=10)
    state = served.control("GET", "state")
    assert "kept" in state
    assert "lost" not in state


def test_slow_answers(served: Served, api: requests.Session) -> None:
    served.control("POST", "faults", [{"kind": "slow", "delay": 1, "times": 1}])
    with pytest.raises(requests.exceptions.ReadTimeout):
        api.get(f"{served.url}/api/v1/user/", timeout=0.2)


def test_tls(tmp_path: Path) -> None:
    pytest.importorskip("cryptography", reason="cryptography is not installed")
    certificate, key = make_certificate(tmp_path)
    server = Served("--tls-cert", str(certificate), "--tls-key", str(key), "--no-control")
    try:
        answer = requests.get(f"{server.url}/health/instance", verify=str(certificate), timeout=10)
        assert answer.json()["status_code"] == 200
        cookies = requests.get(f"{server.url}/csrf_token", verify=str(certificate), timeout=10).headers[
            "Set-Cookie"
        ]
        assert "Secure" in cookies
        missing = requests.get(f"{server.url}/_simulator/state/", verify=str(certificate), timeout=10)
        assert missing.status_code == 404
    finally:
        assert server.stop() == 0


def make_certificate(directory: Path) -> tuple[Path, Path]:
    """A self-signed certificate of 127.0.0.1."""
    import datetime
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "simulator")])
    now = datetime.datetime.now(datetime.timezone.utc)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = directory / "cert.pem", directory / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    key_file.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return certificate_file, key_file
