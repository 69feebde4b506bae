# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The sockets of the container."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Response

from tests.certificates import Authority
from tests.simulator.container import serving
from tests.simulator.container.metrics import Metrics
from tests.simulator.container.serving import Gateway, Server, listen_address, tls_context, to_https


def hello(environ: dict[str, Any], start_response: Any) -> Any:
    """An application."""
    return Response("hello " + environ["wsgi.url_scheme"])(environ, start_response)


@pytest.fixture()
def servers() -> Iterator[list[Server]]:
    """Servers that are stopped after the test."""
    found: list[Server] = []
    yield found
    for server in found:
        server.shutdown()
        server.server_close()


def started(servers: list[Server], application: Any, context: ssl.SSLContext | None = None) -> str:
    """Serves on loopback; answers host:port."""
    server = Server("127.0.0.1", 0, application, context)
    servers.append(server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"127.0.0.1:{server.server_port}"


@pytest.fixture()
def stack(tmp_path: Path, authority: Authority) -> Path:
    """A directory with ssl.cert and ssl.key for loopback."""
    leaf = authority.leaf("loopback")
    (tmp_path / "ssl.cert").write_bytes(leaf.certificate.read_bytes())
    (tmp_path / "ssl.key").write_bytes(leaf.key.read_bytes())
    return tmp_path


def test_tls_exists_only_with_the_key(tmp_path: Path, stack: Path) -> None:
    assert tls_context(stack, {"PREFERRED_URL_SCHEME": "http"}) is not None
    (stack / "ssl.key").unlink()
    assert tls_context(stack, {"PREFERRED_URL_SCHEME": "https"}) is None


@pytest.mark.parametrize(
    ("config", "versions"),
    [
        ({}, (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)),
        ({"SSL_PROTOCOLS": ["TLSv1.3"]}, (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3)),
        ({"SSL_PROTOCOLS": ["TLSv1.2", "TLSv1"]}, (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)),
    ],
)
def test_versions_of_tls(stack: Path, config: dict[str, Any], versions: tuple[Any, Any]) -> None:
    context = tls_context(stack, config)
    assert context is not None
    assert (context.minimum_version, context.maximum_version) == versions


def test_files_that_do_not_fit_are_an_error(stack: Path, authority: Authority) -> None:
    (stack / "ssl.key").write_bytes(authority.leaf("other").key.read_bytes())
    with pytest.raises(OSError, match="mismatch"):
        tls_context(stack, {})


def test_serves_tls(servers: list[Server], stack: Path, authority: Authority) -> None:
    where = started(servers, hello, tls_context(stack, {}))
    answer = requests.get(f"https://{where}/", verify=str(authority.path), timeout=5)
    assert answer.text == "hello https"
    assert answer.headers["Server"] == "nginx"


def test_a_client_that_says_nothing_holds_up_nobody(
    servers: list[Server], stack: Path, authority: Authority
) -> None:
    where = started(servers, hello, tls_context(stack, {}))
    host, port = where.split(":")
    with socket.create_connection((host, int(port))):
        assert requests.get(f"https://{where}/", verify=str(authority.path), timeout=5).ok


def test_plain_http_on_the_tls_port_breaks_nothing(
    servers: list[Server], stack: Path, authority: Authority
) -> None:
    where = started(servers, hello, tls_context(stack, {}))
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://{where}/", timeout=5)
    assert requests.get(f"https://{where}/", verify=str(authority.path), timeout=5).ok


def test_http_points_to_https(servers: list[Server]) -> None:
    where = started(servers, to_https)
    answer = requests.get(f"http://{where}/api/v1/x%2Fy?a=1&b=2", allow_redirects=False, timeout=5)
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://127.0.0.1/api/v1/x%2Fy?a=1&b=2")
    plain = requests.get(
        f"http://{where}/", headers={"Host": "r.example.com"}, allow_redirects=False, timeout=5
    )
    assert plain.headers["Location"] == "https://r.example.com/"


def test_until_there_is_an_application_the_answer_is_502(servers: list[Server]) -> None:
    gateway = Gateway()
    where = started(servers, gateway)
    answer = requests.get(f"http://{where}/health/instance", timeout=5)
    assert answer.status_code == 502
    gateway.application = hello
    answer = requests.get(f"http://{where}/health/instance", timeout=5)
    assert (answer.status_code, answer.headers["X-Frame-Options"]) == (200, "DENY")
    assert "Strict-Transport-Security" not in answer.headers


def test_the_log_holds_neither_queries_nor_headers(
    servers: list[Server], capsys: pytest.CaptureFixture[str]
) -> None:
    where = started(servers, hello)
    headers = {"Authorization": "Bearer planted-header"}
    requests.get(f"http://{where}/oauth/localapp?access_token=planted-query", headers=headers, timeout=5)
    shown = capsys.readouterr()
    assert '"GET /oauth/localapp" 200' in shown.out
    assert "planted" not in shown.out + shown.err


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, "0.0.0.0"),
        ({"FEATURE_LISTEN_IP_VERSION": "IPv6"}, "::"),
        ({"FEATURE_LISTEN_IP_VERSION": "dual-stack"}, "::"),
    ],
)
def test_addresses(config: dict[str, Any], expected: str) -> None:
    assert listen_address(config) == expected


def test_ports(monkeypatch: pytest.MonkeyPatch, stack: Path) -> None:
    asked: list[tuple[int, bool]] = []
    monkeypatch.setattr(
        serving,
        "Server",
        lambda host, port, application, context=None: asked.append((port, context is not None)),
    )
    serving.open_front("127.0.0.1", None, hello)
    serving.open_front("127.0.0.1", tls_context(stack, {}), hello)
    assert asked == [(8080, False), (8443, True), (8080, False)]


def test_serving_ends_when_it_is_told_to() -> None:
    stop = threading.Event()
    server = Server("127.0.0.1", 0, hello)
    thread = threading.Thread(target=serving.serve, args=([server], stop))
    thread.start()
    assert requests.get(f"http://127.0.0.1:{server.server_port}/", timeout=5).ok
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


def test_metrics(servers: list[Server]) -> None:
    where = started(servers, Metrics(lambda: {"a": 1.0}, lambda: {"b": 0.5}))
    lines = requests.get(f"http://{where}/metrics", timeout=5).text.splitlines()
    assert lines == ["# TYPE a gauge", "a 1", "# TYPE b gauge", "b 0.5"]
    assert requests.get(f"http://{where}/", timeout=5).status_code == 404


def test_the_web_application_listens_on_a_socket_of_its_own(servers: list[Server], tmp_path: Path) -> None:
    path = str(tmp_path / "gunicorn_web.sock")
    server = serving.WebSocket(hello, path)
    servers.append(server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        client.sendall(b"GET / HTTP/1.0\r\nHost: registry.example.com\r\n\r\n")
        answer = b"".join(iter(lambda: client.recv(4096), b""))
    assert answer.endswith(b"hello http")
