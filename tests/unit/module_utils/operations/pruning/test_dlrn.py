# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is asked of DLRN, which answers are taken, and that a bad one stops everything."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration, KeepListFailed
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import Connection
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning import dlrn
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning.dlrn import Dlrn, promoted
from tests.unit.module_utils.servers import LocalServer, Reply, Seen, bare_environment, free_port

QUAY = Connection("https://registry.example.com", Token("token-of-the-registry"), parallel=4, timeout=5.0)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    bare_environment(monkeypatch)


def promotion(name: str, repo_hash: Any = "1a2b_3c4d", aggregate_hash: Any = None) -> dict[str, Any]:
    """Return a promotion as DLRN shows it."""
    return {
        "aggregate_hash": aggregate_hash,
        "commit_hash": "1a2b",
        "component": None,
        "distro_hash": "3c4d5e6f",
        "promote_name": name,
        "repo_hash": repo_hash,
        "repo_url": "https://trunk.example.com/1a/2b/1a2b_3c4d",
        "timestamp": 1900000000,
        "user": "ci",
    }


class FakeDlrn:
    """Answers like DLRN: the promotions of each name, newest first; ``old``: only to a body of JSON."""

    def __init__(self, old: bool = False) -> None:
        self.old = old
        self.promotions: dict[tuple[str, str], list[dict[str, Any]]] = {}

    def __call__(self, seen: Seen) -> Reply:
        parts = urlsplit(seen.target)
        endpoint, _slash, rest = parts.path[1:].partition("/")
        if seen.method != "GET" or rest != "api/promotions":
            return Reply(404, "<html>not found</html>")
        wanted = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if self.old:
            if seen.headers.get("Content-Type") != "application/json":
                return Reply(415, {"message": "Unsupported Media Type, use JSON"})
            wanted = json.loads(seen.body)
        found = self.promotions.get((endpoint, wanted.get("promote_name", "")), [])
        return Reply(200, found[: int(wanted.get("limit", 100))])


def ask(
    host: str, *endpoints: str, names: tuple[str, ...] = ("current",), timeout: float = 5.0, **auth: Any
) -> frozenset[str]:
    waits: list[float] = []
    return promoted(Dlrn(host, endpoints, names, auth), replace(QUAY, timeout=timeout), waits.append)


# --- what is asked ------------------------------------------------------------------------------


@pytest.mark.parametrize("old", [False, True])
def test_the_newest_promotion_of_each_name_at_each_endpoint(old: bool) -> None:
    dlrn = FakeDlrn(old)
    dlrn.promotions = {
        ("centos9", "current"): [promotion("current", "new_1", "agg1"), promotion("current", "old_1")],
        ("centos9", "testing"): [promotion("testing", "new_2")],
        ("centos8", "current"): [promotion("current", "new_3", "")],
    }
    with LocalServer(dlrn) as server:
        found = ask(server.url, "centos9", "/centos8/", names=("current", "testing"))
        assert found == {"new_1", "agg1", "new_2", "new_3"}
        assert len(server.seen) == (8 if old else 4)


def test_one_request_for_each_of_them_and_each_only_once() -> None:
    with LocalServer(FakeDlrn()) as server:
        assert ask(server.url, "a", "b", "a", names=("x", "y", "x")) == frozenset()
        assert sorted(server.lines()) == [
            f"GET /{endpoint}/api/promotions?promote_name={name}&limit=1"
            for endpoint in "ab"
            for name in "xy"
        ]


def test_the_registrys_credentials_are_not_sent() -> None:
    with LocalServer(FakeDlrn()) as server:
        ask(server.url, "a")
        (seen,) = server.seen
        assert "Authorization" not in seen.headers
        assert "token-of-the-registry" not in str(seen)


def test_they_are_asked_in_parallel() -> None:
    together = threading.Barrier(4, timeout=10)

    def answer(_seen: Seen) -> Reply:
        together.wait()
        return Reply(200, [])

    with LocalServer(answer) as server:
        ask(server.url, "a", "b", names=("x", "y"))


# --- what is answered ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(500, {"message": "broken"}), 'the answer is 500 "broken".'),
        (Reply(404, "<html><title>404 Not Found</title></html>"), "the answer is 404"),
        (Reply(401, {"message": "who are you"}), "See dlrn_auth."),
        (Reply(302, "", headers={"Location": "https://login.example.com"}), "the answer is 302"),
        (Reply(200, "<html>welcome</html>"), "is no list of promotions"),
        (Reply(200, {"promotions": []}), "is no list of promotions"),
        (Reply(200, ["current"]), "is no list of promotions"),
        (Reply(200, None), "is no list of promotions"),
        (Reply(200, [promotion("other")]), "the answer is about 'other'"),
        (Reply(200, [promotion("current", repo_hash=None)]), "has the hashes [None, None]"),
        (Reply(200, [promotion("current", repo_hash="a b")]), "has the hashes ['a b', None]"),
        (Reply(200, [promotion("current", aggregate_hash=5)]), "has the hashes ['1a2b_3c4d', 5]"),
        (Reply(fault="reset"), "Tried 3 times"),
        (Reply(200, [promotion("current")], fault="cut"), "Tried 3 times"),
        (Reply(200, [promotion("current")], fault="silence"), "did not answer within 0.2 s (timeout)"),
        (Reply(503, "<html>try later</html>"), "the answer is 503"),
    ],
)
def test_anything_odd_fails_and_says_where(reply: Reply, message: str) -> None:
    timeout = 0.2 if reply.fault == "silence" else 5.0
    with LocalServer([reply]) as server, pytest.raises(KeepListFailed, match=re.escape(message)) as caught:
        ask(server.url, "centos9", timeout=timeout)
    text = str(caught.value)
    assert "'current' at endpoint 'centos9'" in text
    assert text.endswith("Nothing was changed.")


def test_one_bad_answer_among_many_is_enough() -> None:
    dlrn = FakeDlrn()

    def answer(seen: Seen) -> Reply:
        return Reply(500, {}) if "promote_name=n7" in seen.target else dlrn(seen)

    with LocalServer(answer) as server, pytest.raises(KeepListFailed, match="'n7' at endpoint 'a'"):
        ask(server.url, "a", names=tuple(f"n{number}" for number in range(9)))


def test_a_host_that_has_answered_is_asked_more_often() -> None:
    replies = [Reply(502, ""), Reply(fault="reset")]
    with LocalServer(replies) as server, pytest.raises(KeepListFailed, match="Tried 6 times"):
        ask(server.url, "a")


@pytest.mark.parametrize(
    "reply", [Reply(502, ""), Reply(429, ""), Reply(fault="reset"), Reply(fault="hang up")]
)
def test_what_may_pass_is_asked_again(reply: Reply) -> None:
    with LocalServer([reply, reply, Reply(200, [promotion("current")])]) as server:
        assert ask(server.url, "centos9") == {"1a2b_3c4d"}
        assert len(server.seen) == 3


def test_a_host_that_is_not_there() -> None:
    with pytest.raises(KeepListFailed, match=r"cannot be reached: .*Tried 3 times"):
        ask(f"http://127.0.0.1:{free_port()}", "a")


def test_messages_name_the_options_that_are_meant() -> None:
    with LocalServer(FakeDlrn()) as server, pytest.raises(KeepListFailed, match="write http:// in dlrn_host"):
        ask(server.url.replace("http://", "https://"), "a")
    with pytest.raises(KeepListFailed, match=r"Check dlrn_auth\.ca_cert"):
        ask("trunk.example.com", "a", ca_cert="/nonexistent/ca.pem")


# --- what is declared ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"host": ""}, "dlrn_endpoints needs dlrn_host"),
        ({"promotions": []}, "dlrn_endpoints needs promotions"),
        ({"endpoints": ["a b"]}, "'a b' is no endpoint"),
        ({"endpoints": ["a?b"]}, "'a?b' is no endpoint"),
        ({"endpoints": [""]}, "'' is no endpoint"),
        ({"auth": {"sso_username": "u", "auth_method": "kerberosAuth"}}, "belong together"),
        ({"auth": {"sso_username": "u", "sso_password": "p"}}, "sso_username needs auth_method"),
    ],
)
def test_declarations_that_are_refused(options: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {"host": "trunk.example.com", "endpoints": ["a"], "promotions": ["x"], "auth": {}}
    with pytest.raises(InvalidDeclaration, match=re.escape(message)):
        Dlrn(**{**good, **options})


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("trunk.example.com", "https://trunk.example.com/centos9"),
        ("trunk.example.com:8443", "https://trunk.example.com:8443/centos9"),
        ("https://trunk.example.com/", "https://trunk.example.com/centos9"),
        ("http://localhost:8080", "http://localhost:8080/centos9"),
    ],
)
def test_where_dlrn_is(host: str, url: str) -> None:
    connection = Dlrn(host, ["centos9"], ["x"], {}).connection("centos9", QUAY)
    assert (connection.host, connection.credentials) == (url, None)


@pytest.mark.parametrize("host", ["tr unk", "user:pw@trunk.example.com", "ftp://trunk.example.com"])
def test_hosts_that_are_none(host: str) -> None:
    with pytest.raises(InvalidDeclaration, match="is not a host") as caught:
        ask(host, "a")
    assert "quay_host" not in str(caught.value)


def test_the_registrys_own_authority_is_not_dlrns() -> None:
    like = Connection("https://registry.example.com", ca_path="/etc/own-ca.pem", validate_certs=False)
    plain = Dlrn("trunk.example.com", ["a"], ["x"], {}).connection("a", like)
    assert (plain.ca_path, plain.validate_certs) == (None, False)
    own = Dlrn("trunk.example.com", ["a"], ["x"], {"ca_cert": "/etc/dlrn.pem"}).connection("a", like)
    assert own.ca_path == "/etc/dlrn.pem"


# --- Kerberos -----------------------------------------------------------------------------------


def test_requests_are_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def sign(request: Any) -> Any:
        request.headers["Authorization"] = "Negotiate dGlja2V0"
        return request

    @contextmanager
    def signed_in(*given: Any) -> Iterator[Callable[[Any], Any]]:
        asked.append(given)
        yield sign

    monkeypatch.setattr(dlrn, "signed_in", signed_in)
    service = "HTTP/trunk.example.com@EXAMPLE.COM"
    user = {"sso_username": "pruner", "sso_password": "of-the-realm"}
    with LocalServer([Reply(502, ""), Reply(200, []), Reply(200, [])]) as server:
        ask(server.url, "a", auth_method="kerberosAuth", server_principal=service, **user)
        ask(server.url, "a", auth_method="kerberosAuth")
        assert [seen.headers["Authorization"] for seen in server.seen] == ["Negotiate dGlja2V0"] * 3
    # Signed in once, however often is asked.
    assert asked == [(service, "pruner", "of-the-realm"), (None, None, None)]


def test_what_cannot_be_signed_is_not_sent_and_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def sign(_request: Any) -> Any:
        raise KeepListFailed("dlrn_auth: the service is not in the realm.")

    monkeypatch.setattr(dlrn, "signed_in", lambda *_given: nullcontext(sign))
    wanted = pytest.raises(
        KeepListFailed, match=r"'current' at endpoint 'a' .*: the service is not in the realm"
    )
    with LocalServer(FakeDlrn()) as server, wanted as caught:
        ask(server.url, "a", auth_method="kerberosAuth")
    assert server.seen == [] and "Tried" not in str(caught.value)


def test_a_ticket_that_the_server_does_not_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dlrn, "signed_in", lambda *_given: nullcontext(lambda request: request))
    refusal = Reply(401, "", {"WWW-Authenticate": "Negotiate"})
    with LocalServer([refusal]) as server, pytest.raises(KeepListFailed, match=r"is 401\. See dlrn_auth"):
        ask(server.url, "a", auth_method="kerberosAuth")


def test_the_library_is_asked_for_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gssapi", None)
    with LocalServer(FakeDlrn()) as server:
        assert ask(server.url, "a") == frozenset()
        with pytest.raises(KeepListFailed, match="needs the Python library gssapi"):
            ask(server.url, "a", auth_method="kerberosAuth")
