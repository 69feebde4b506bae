# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""One exchange with real sockets: TLS, proxies, and hosts that do not answer as Quay does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    CertificateRejected,
    NotFound,
    Unreachable,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.answers import Answer
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import Connection
from ansible_collections.quayops.quay.plugins.module_utils.http.transport import Passing, Transport
from tests.certificates import Authority
from tests.unit.module_utils.servers import (
    LocalServer,
    Reply,
    bare_environment,
    free_port,
    reset,
)

FINE = Reply(body={"fine": True})


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    bare_environment(monkeypatch)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return an authority that has signed nothing."""
    return Authority(tmp_path_factory.mktemp("stranger"))


def exchange(url: str, method: str = "GET", timeout: float = 10, **options: Any) -> Answer:
    """Send one request to user/, with the options of a connection."""
    transport = Transport(Connection(url, timeout=timeout, **options))
    return transport.exchange(transport.new_session(), method, "user/", "/api/v1/user/")


def failure(url: str, timeout: float = 10, **options: Any) -> Passing:
    """Return the failure of one exchange that may pass."""
    with pytest.raises(Passing) as caught:
        exchange(url, timeout=timeout, **options)
    return caught.value


def rejection(url: str, **options: Any) -> CertificateRejected:
    """Return the failure of one exchange with a host whose certificate is not good."""
    with pytest.raises(CertificateRejected) as caught:
        exchange(url, **options)
    return caught.value


# --- what is sent -------------------------------------------------------------------------------


def test_headers_that_keep_quay_from_taking_it_for_a_browser() -> None:
    with LocalServer([FINE]) as server:
        exchange(server.url)
    (seen,) = server.seen
    assert seen.line == "GET /api/v1/user/"
    assert seen.headers["X-Requested-With"] == "XMLHttpRequest"
    assert seen.headers["Accept"] == "application/json"
    assert seen.headers["User-Agent"] == "quayops.quay"


def test_a_prefix_in_the_address_stays_in_front_of_the_path() -> None:
    with LocalServer([FINE]) as server:
        exchange(f"{server.url}/quay/api/v1/")
    assert server.lines() == ["GET /quay/api/v1/user/"]


@pytest.mark.parametrize("variable", ["NETRC", "HOME"])
def test_credentials_of_netrc_are_never_sent(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login mallory password netrc-secret\n")
    netrc.chmod(0o600)
    monkeypatch.delenv("NETRC")
    monkeypatch.setenv(variable, str(netrc if variable == "NETRC" else tmp_path))
    # The file is one that requests itself would take.
    assert requests.utils.get_netrc_auth("http://127.0.0.1/") == ("mallory", "netrc-secret")
    with LocalServer([FINE]) as server:
        exchange(server.url)
    assert "Authorization" not in server.seen[0].headers


def test_proxies_are_those_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalServer([FINE]) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert exchange("http://registry.invalid").body == {"fine": True}
    assert proxy.lines() == ["GET http://registry.invalid/api/v1/user/"]


def test_hosts_without_a_proxy_are_those_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with LocalServer([FINE]) as server:
        assert exchange(server.url).body == {"fine": True}


# --- what comes back ----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    with LocalServer([FINE]) as elsewhere:
        with LocalServer([Reply(status, "", {"Location": f"{elsewhere.url}/api/v1/user/"})]) as server:
            answer = exchange(server.url)
        assert answer.status == status
        assert answer.headers["location"] == f"{elsewhere.url}/api/v1/user/"
    assert elsewhere.seen == []


@pytest.mark.parametrize(
    ("body", "is_json"),
    [({"a": [1]}, True), ("", True), ("<html></html>", False), ('{"users": [{"name": "al', False)],
)
def test_a_body_is_decoded_whatever_its_content_type(body: Any, is_json: bool) -> None:
    with LocalServer([Reply(body=body)]) as server:
        answer = exchange(server.url)
    assert answer.is_json is is_json
    assert answer.body == (body or None)
    assert (answer.status, answer.asked) == (200, "GET user/")


def test_a_host_counts_as_reached_once_it_has_answered() -> None:
    with LocalServer([Reply(500, "broken")]) as server:
        transport = Transport(Connection(server.url))
        assert not transport.reached
        transport.exchange(transport.new_session(), "GET", "user/", "/api/v1/user/")
    assert transport.reached


# --- no answer ----------------------------------------------------------------------------------


def test_a_refused_connection_was_certainly_not_carried_out() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    found = failure(url)
    assert found.refused
    assert type(found.cause) is Unreachable
    assert f"{url} cannot be reached: Connection refused" in str(found.cause)
    assert "write https://" in str(found.cause)


def test_a_name_that_does_not_resolve_was_certainly_not_carried_out() -> None:
    found = failure("https://registry.invalid")
    assert found.refused
    assert "https://registry.invalid cannot be reached: " in str(found.cause)
    assert "HTTPSConnectionPool" not in str(found.cause)


@pytest.mark.parametrize("host", ["http://ho%20st.invalid", "http://*.invalid"])
def test_a_name_that_cannot_exist_gives_no_traceback(host: str) -> None:
    found = failure(host)
    assert type(found.cause) is Unreachable
    assert host in str(found.cause)


def test_no_answer_in_time_leaves_open_what_became_of_it() -> None:
    with LocalServer([Reply(fault="silence")]) as server:
        found = failure(server.url, timeout=0.2)
    assert not found.refused
    assert str(found.cause) == f"{server.url} did not answer within 0.2 s (timeout)."


def test_no_connection_in_time_was_certainly_not_carried_out() -> None:
    with full_backlog() as port:
        found = failure(f"http://127.0.0.1:{port}", timeout=0.2)
    assert found.refused
    assert "did not answer within 0.2 s" in str(found.cause)


@contextmanager
def full_backlog() -> Iterator[int]:
    """Give a port whose queue of connections is full, so that a new one is not even made."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = int(listener.getsockname()[1])
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        try:
            yield port
        finally:
            for one in waiting:
                one.close()


@pytest.mark.parametrize("fault", ["reset", "hang up", "cut"])
def test_a_connection_that_breaks_leaves_open_what_became_of_it(fault: str) -> None:
    with LocalServer([Reply(body={"a": 1}, fault=fault)]) as server:
        found = failure(server.url)
    assert len(server.seen) == 1
    assert not found.refused
    assert type(found.cause) is Unreachable
    assert server.url in str(found.cause)


def test_the_hint_about_tls_is_not_given_once_the_host_has_answered() -> None:
    with LocalServer([FINE, Reply(fault="reset")]) as server:
        transport = Transport(Connection(server.url))
        transport.exchange(transport.new_session(), "GET", "user/", "/api/v1/user/")
        with pytest.raises(Passing) as caught:
            transport.exchange(transport.new_session(), "GET", "user/", "/api/v1/user/")
    assert "https://" not in str(caught.value.cause)


def test_a_failure_that_lasted_says_how_often_it_was_tried() -> None:
    passing = Passing(NotFound("No.", 404), refused=False)
    found = passing.given_up(3)
    assert (type(found), found.status, str(found)) == (NotFound, 404, "No. Tried 3 times.")


# --- TLS ----------------------------------------------------------------------------------------


def test_a_certificate_of_a_known_authority_is_trusted(authority: Authority) -> None:
    with LocalServer([FINE], authority.server()) as server:
        assert exchange(server.url, ca_path=str(authority.path)).body == {"fine": True}


def test_a_certificate_of_an_unknown_authority_names_ca_path(authority: Authority) -> None:
    with LocalServer([FINE], authority.server()) as server:
        found = rejection(server.url)
    assert f"{server.url}: the certificate of the host is not trusted" in str(found)
    assert "Set ca_path" in str(found) and "validate_certs" in str(found)
    assert server.seen == []


def test_an_expired_certificate_is_named_as_such(authority: Authority) -> None:
    with LocalServer([FINE], authority.server(valid_days=-1)) as server:
        found = rejection(server.url, ca_path=str(authority.path))
    assert "has expired" in str(found)
    assert "Renew it" in str(found)


def test_a_certificate_for_another_name_is_named_as_such(authority: Authority) -> None:
    with LocalServer([FINE], authority.server("other.example.com")) as server:
        found = rejection(server.url, ca_path=str(authority.path))
    assert "is made for another name" in str(found)
    assert "quay_host" in str(found)


@pytest.mark.parametrize(("name", "days"), [("127.0.0.1", 30), ("127.0.0.1", -1), ("other.example.com", 30)])
@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_certificates_are_not_looked_at_where_that_is_switched_off(
    authority: Authority, name: str, days: int
) -> None:
    with LocalServer([FINE], authority.server(name, days)) as server:
        assert exchange(server.url, validate_certs=False).body == {"fine": True}


def test_ca_path_wins_over_the_bundle_of_the_environment(
    authority: Authority, stranger: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(stranger.path))
    with LocalServer([FINE], authority.server()) as server:
        rejection(server.url)
        assert exchange(server.url, ca_path=str(authority.path)).body == {"fine": True}


def test_a_trusted_bundle_of_the_environment_does_not_soften_ca_path(
    authority: Authority, stranger: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.path))
    with LocalServer([FINE], authority.server()) as server:
        assert exchange(server.url).body == {"fine": True}
        rejection(server.url, ca_path=str(stranger.path))


def test_a_ca_path_that_is_not_there_is_named(authority: Authority, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.pem")
    with LocalServer([FINE], authority.server()) as server:
        found = rejection(server.url, ca_path=missing)
    assert missing in str(found)
    assert "Check ca_path" in str(found)


def test_a_ca_path_that_holds_no_certificates_is_named(authority: Authority, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing\n")
    with LocalServer([FINE], authority.server()) as server:
        found = rejection(server.url, ca_path=str(empty))
    assert "ca_path" in str(found)


def test_https_at_a_port_without_tls_says_so(authority: Authority) -> None:
    with LocalServer([FINE]) as server, pytest.raises(Unreachable) as caught:
        exchange(server.url.replace("http://", "https://"), ca_path=str(authority.path))
    assert "does not speak TLS at that port: write http:// in quay_host" in str(caught.value)


def test_without_a_scheme_https_is_meant(authority: Authority) -> None:
    with LocalServer([FINE], authority.server()) as server:
        bare = server.url.partition("://")[2]
        assert exchange(bare, ca_path=str(authority.path)).body == {"fine": True}


def test_without_a_scheme_a_port_without_tls_is_named_with_one(authority: Authority) -> None:
    with LocalServer([FINE]) as server, pytest.raises(Unreachable) as caught:
        exchange(server.url.partition("://")[2], ca_path=str(authority.path))
    assert "does not speak TLS at that port: write http:// in quay_host" in str(caught.value)
    assert f"({server.url})" in str(caught.value)


def test_without_a_scheme_a_closed_port_says_what_was_tried() -> None:
    with LocalServer([FINE]) as server:
        bare = server.url.partition("://")[2]
    found = str(failure(bare).cause)
    assert f"https://{bare} cannot be reached: Connection refused." in found
    assert (
        f"For plain HTTP write http:// in quay_host (http://{bare}); without it https:// is meant." in found
    )


def test_http_at_a_port_with_tls_hints_at_https(authority: Authority) -> None:
    with LocalServer([FINE], authority.server()) as server:
        found = failure(server.url.replace("https://", "http://"))
    assert "write https:// in quay_host" in str(found.cause)


@pytest.mark.parametrize("fault", ["reset", "hang up"])
def test_a_tls_connection_that_breaks_leaves_open_what_became_of_it(authority: Authority, fault: str) -> None:
    with LocalServer([Reply(fault=fault)], authority.server()) as server:
        found = failure(server.url, ca_path=str(authority.path))
    assert len(server.seen) == 1
    assert not found.refused
    assert type(found.cause) is Unreachable


@pytest.mark.parametrize("break_off", [reset, socket.socket.close], ids=["reset", "hang up"])
def test_a_handshake_that_breaks_is_not_about_certificates(break_off: Any) -> None:
    # As behind a load balancer while the registry restarts: it may pass, and nothing was sent.
    with broken_listener(break_off) as port:
        found = failure(f"https://127.0.0.1:{port}")
    assert type(found.cause) is Unreachable


@contextmanager
def broken_listener(break_off: Any) -> Iterator[int]:
    """Give a port whose connections are broken off as soon as something has come in."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)

        def serve() -> None:
            try:
                while True:
                    connection, _address = listener.accept()
                    connection.recv(65536)
                    break_off(connection)
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            listener.shutdown(socket.SHUT_RDWR)


# --- a Unix socket ------------------------------------------------------------------------------


def test_a_unix_socket_is_asked_for_the_host_of_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(variable, f"http://127.0.0.1:{free_port()}")
    path = str(tmp_path / "web.sock")
    with LocalServer([FINE], path=path) as server:
        found = exchange("https://registry.example.com:8443", unix_socket=path, ca_path="/nonexistent")
    (seen,) = server.seen
    assert found.body == {"fine": True}
    assert seen.line == "GET /api/v1/user/"
    assert seen.headers["Host"] == "registry.example.com:8443"
    # As Quay's own web server says it, so that cookies and links are those of the address.
    assert seen.headers["X-Forwarded-Proto"] == "https"


@pytest.mark.parametrize("there", [False, True])
def test_a_unix_socket_that_nobody_serves_is_named(there: bool, tmp_path: Path) -> None:
    path = str(tmp_path / "web.sock")
    if there:
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(path)
    found = failure("https://registry.example.com", unix_socket=path)
    assert f"Nothing answers at unix_socket {path!r}" in str(found)
    # Certainly not carried out, so that even a write is tried again.
    assert found.refused


def test_a_unix_socket_that_says_nothing_is_given_up(tmp_path: Path) -> None:
    path = str(tmp_path / "web.sock")
    with LocalServer([Reply(fault="silence")], path=path):
        found = failure("https://registry.example.com", timeout=0.2, unix_socket=path)
    assert not found.refused
