# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Retries, sign-in and paging, counted at a server or at the simulator."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Optional
from urllib.parse import parse_qs, urlsplit

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    AuthenticationFailed,
    CertificateRejected,
    Conflict,
    FeatureOff,
    Forbidden,
    FreshLoginRequired,
    IncompleteListing,
    NotFound,
    NotQuay,
    QuayError,
    RateLimited,
    ReadOnly,
    ServerFault,
    SessionLost,
    Unconfirmed,
    Unreachable,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.client import (
    FIRST_CONTACT_TRIES,
    TRIES,
    Client,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import Connection
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Credentials, Password, Token
from tests.certificates import Authority
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.servers import (
    LocalServer,
    Reply,
    Seen,
    bare_environment,
    free_port,
)

TOKEN = Token("token-of-the-tests")
PASSWORD = Password("alice", "password1")
ALICE = Password("alice", "alice-password")  # as the fixture registry has it
FINE = Reply(body={"username": "alice"})
# An address of which the library expects nothing in particular.
ANY = "messages"
NOT_FOUND_PAGE = "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n"


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    bare_environment(monkeypatch)


class Waits(list):  # type: ignore[type-arg]
    """Notes how long the client would have waited."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def make_client(
    url: str, waits: Optional[Waits] = None, credentials: Credentials = TOKEN, **options: Any
) -> Client:
    options.setdefault("timeout", 10)
    return Client(Connection(url, credentials, **options), sleep=Waits() if waits is None else waits)


def failing(times: int, reply: Reply, then: Reply = FINE) -> list[Reply]:
    return [*[reply] * times, then]


def failure(error: Any, call: Callable[[], Any], text: str = "") -> Any:
    """Return the error of that class that ``call`` raises, with the text in its message."""
    with pytest.raises(error) as caught:
        call()
    assert text in str(caught.value)
    return caught.value


def api_error(text: str, kind: str, status: int) -> Reply:
    return Reply(status, {"detail": text, "error_message": text, "error_type": kind, "status": status})


# --- reading and writing, where nothing goes wrong ----------------------------------------------


def test_a_read_sends_its_query_and_returns_the_decoded_answer() -> None:
    with LocalServer([FINE]) as server:
        assert make_client(server.url).get("user/", {"token": "false"}) == FINE.body
    (seen,) = server.seen
    assert seen.line == "GET /api/v1/user/?token=false"
    assert seen.headers["Authorization"] == f"Bearer {TOKEN.value}"
    assert seen.body == b""


@pytest.mark.parametrize(
    ("body", "sent", "content_type"),
    [
        ({"name": "acme"}, b'{"name": "acme"}', "application/json"),
        ({}, b"{}", "application/json"),
        ([], b"[]", "application/json"),
        (None, b"", None),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_write_sends_its_body_as_json(method: str, body: Any, sent: bytes, content_type: str) -> None:
    with LocalServer([Reply(201, '"Created"')]) as server:
        assert make_client(server.url).send(method, "organization/", body) == "Created"
    (seen,) = server.seen
    assert seen.line == f"{method} /api/v1/organization/"
    assert seen.body == sent
    assert seen.headers["Content-Type"] == content_type


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, "null", None),
        (200, "", None),
        (201, "", None),
        (204, "", None),
        (200, "[]", []),
        (202, '"x"', "x"),
    ],
)
def test_empty_and_odd_answers_are_answers(status: int, body: str, expected: Any) -> None:
    with LocalServer([Reply(status, body)]) as server:
        assert make_client(server.url).send("PUT", ANY, {}) == expected


@pytest.mark.parametrize(
    "reply",
    [
        api_error("Not Found", "not_found", 404),
        Reply(400, {"message": "Could not find robot with specified username"}),
    ],
)
def test_what_is_not_there_is_none_for_find_and_an_error_for_get(reply: Reply) -> None:
    with LocalServer([reply]) as server:
        client = make_client(server.url)
        assert client.find("organization/acme/robots/x") is None
        failure(NotFound, lambda: client.get("organization/acme/robots/x"))


@pytest.mark.parametrize(
    "reply",
    [
        Reply(404, NOT_FOUND_PAGE),
        api_error("Unauthorized", "insufficient_scope", 403),
        Reply(500, "<html></html>"),
    ],
)
def test_find_does_not_take_other_refusals_for_absence(reply: Reply) -> None:
    with LocalServer([reply]) as server:
        failure((NotQuay, Forbidden, ServerFault), lambda: make_client(server.url).find("organization/acme"))


def test_cookies_that_answers_set_do_not_follow_a_token() -> None:
    reply = Reply(body=FINE.body, headers={"Set-Cookie": "_csrf_token=anonymous; Path=/"})
    with LocalServer([reply]) as server:
        client = make_client(server.url)
        client.get("user/")
        client.get("user/")
    assert [seen.headers["Cookie"] for seen in server.seen] == [None, None]


@pytest.mark.parametrize("body", ["<html>welcome</html>", '{"users": [{"name": "al'])
def test_a_success_that_is_not_json_is_not_taken_for_an_answer(body: str) -> None:
    waits = Waits()
    with LocalServer([Reply(200, body)]) as server:
        failure(NotQuay, lambda: make_client(server.url, waits).get("user/"), "not one of Quay's answers")
    assert (len(server.seen), waits) == (1, [])


# --- retries of reads ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply",
    [
        Reply(429, ""),
        Reply(502, "<html><title>502 Bad Gateway</title></html>"),
        Reply(503, "<html><title>503 Service Unavailable</title></html>"),
        Reply(504, ""),
        Reply(fault="reset"),
        Reply(fault="hang up"),
        Reply(body={"a": 1}, fault="cut"),
        Reply(body='{"users": [{"name": "al', kind="application/json"),
    ],
    ids=["429", "502", "503", "504", "reset", "hang up", "cut", "cut json"],
)
def test_reads_are_repeated_after_what_may_pass(reply: Reply) -> None:
    waits = Waits()
    with LocalServer(failing(2, reply)) as server:
        assert make_client(server.url, waits).get("user/") == FINE.body
    assert server.lines() == ["GET /api/v1/user/"] * 3
    assert len(waits) == 2


def test_reads_are_repeated_after_no_answer_in_time() -> None:
    waits = Waits()
    with LocalServer([Reply(fault="silence"), FINE]) as server:
        assert make_client(server.url, waits, timeout=0.5).get("user/") == FINE.body
    assert (len(server.seen), len(waits)) == (2, 1)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(500, "<html><title>Internal Server Error</title></html>"), ServerFault),
        (Reply(501, {"message": "no"}), ServerFault),
        (api_error("Clair", "downstream_issue", 520), ServerFault),
        (Reply(503, {"message": "read-only", "is_readonly": True}), ReadOnly),
        (api_error("Unauthorized", "insufficient_scope", 403), Forbidden),
        (Reply(302, "", {"Location": "https://elsewhere.example.com/"}), Unreachable),
    ],
)
def test_reads_are_not_repeated_after_what_will_not_pass(reply: Reply, error: type[QuayError]) -> None:
    waits = Waits()
    with LocalServer([reply]) as server:
        failure(error, lambda: make_client(server.url, waits).get("organization/acme/robots"))
    assert (len(server.seen), waits) == (1, [])


def test_a_certificate_that_is_not_trusted_is_not_tried_again(tmp_path: Any) -> None:
    waits = Waits()
    with LocalServer([FINE], Authority(tmp_path).server()) as server:
        failure(CertificateRejected, lambda: make_client(server.url, waits).get("user/"))
    assert waits == []


@pytest.mark.parametrize(("status", "error"), [(429, RateLimited), (502, ServerFault), (504, ServerFault)])
def test_a_failure_that_does_not_pass_is_reported_with_its_tries(status: int, error: type[QuayError]) -> None:
    waits = Waits()
    with LocalServer([Reply(status, "")]) as server:
        caught = failure(error, lambda: make_client(server.url, waits).get("user/"), f"Tried {TRIES} times")
    assert len(server.seen) == TRIES == 10
    assert len(waits) == TRIES - 1
    assert caught.status == status


def test_a_host_that_never_answered_is_given_up_soon() -> None:
    waits = Waits()
    with pytest.raises(Unreachable, match=f"Tried {FIRST_CONTACT_TRIES} times"):
        make_client(f"http://127.0.0.1:{free_port()}", waits).get("user/")
    assert len(waits) == FIRST_CONTACT_TRIES - 1 == 2


def test_a_host_that_was_given_up_is_not_tried_again() -> None:
    waits = Waits()
    client = make_client(f"http://127.0.0.1:{free_port()}", waits)
    for _ in range(3):
        failure(Unreachable, lambda: client.get("user/"), f"Tried {FIRST_CONTACT_TRIES} times")
    with pytest.raises(Unreachable):
        client.send("POST", "organization/", {})
    assert len(waits) == FIRST_CONTACT_TRIES - 1


def test_a_host_that_answers_another_thread_later_is_not_given_up() -> None:
    given_up = threading.Event()

    def script(seen: Seen) -> Reply:
        if seen.target.endswith("/broken"):
            return Reply(fault="reset")
        if seen.target.endswith("/slow"):
            given_up.wait(10)
        return FINE

    with LocalServer(script) as server, ThreadPoolExecutor(1) as pool:
        client = make_client(server.url)
        slow = pool.submit(client.get, "slow")
        while not server.seen:
            time.sleep(0.01)
        failure(Unreachable, lambda: client.get("broken"))
        given_up.set()
        assert slow.result() == FINE.body
        assert client.get("user/") == FINE.body


def test_a_host_that_has_answered_before_is_waited_for_longer() -> None:
    waits = Waits()
    with LocalServer([FINE, Reply(fault="reset")]) as server:
        client = make_client(server.url, waits)
        client.get("user/")
        failure(Unreachable, lambda: client.get("user/"), f"Tried {TRIES} times")
    assert len(server.seen) == 1 + TRIES
    assert len(waits) == TRIES - 1


# --- how long it waits --------------------------------------------------------------------------


def waits_after(reply: Reply) -> Waits:
    waits = Waits()
    with LocalServer([reply]) as server:
        failure(QuayError, lambda: make_client(server.url, waits).get("user/"))
    return waits


def test_waits_double_up_to_a_limit_with_jitter() -> None:
    waits = waits_after(Reply(502, ""))
    for seconds, longest in zip(waits, [0.5, 1, 2, 4, 8, 8]):
        assert longest / 2 <= seconds <= longest


def test_threads_do_not_all_come_back_at_once() -> None:
    waits = Waits()
    client = make_client("http://localhost", waits)
    for _ in range(20):
        client.pause(1, QuayError("It was not carried out."))
    assert len(set(waits)) > 10
    assert all(0.25 <= seconds <= 0.5 for seconds in waits)


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("7", 7.25, 7.5),
        ("0", 0.25, 0.5),
        ("1.5", 1.75, 2.0),
        ("3600", 60.25, 60.5),
        ("inf", 60.25, 60.5),
        ("-5", 0.25, 0.5),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 0.25, 0.5),
        ("soon", 0.25, 0.5),
        ("nan", 0.25, 0.5),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_the_server_may_say_how_long_to_wait(status: int, header: str, least: float, most: float) -> None:
    waits = waits_after(Reply(status, "", {"Retry-After": header}))
    assert least <= waits[0] <= most


# --- writes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "lasting"),
    [
        (Reply(500, "<html><title>Internal Server Error</title></html>"), True),
        (Reply(501, ""), True),
        (api_error("Clair", "downstream_issue", 520), True),
        (Reply(502, ""), False),
        (Reply(503, "<html></html>"), False),
        (Reply(504, ""), False),
        (Reply(fault="reset"), False),
        (Reply(fault="hang up"), False),
        (Reply(status=201, body={"a": 1}, fault="cut"), False),
        (Reply(status=201, body='{"id": "0fc2', kind="application/json"), False),
        (Reply(fault="silence"), False),
    ],
    ids=["500", "501", "520", "502", "503", "504", "reset", "hang up", "cut", "cut json", "time-out"],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_write_whose_outcome_is_open_is_never_sent_again(method: str, reply: Reply, lasting: bool) -> None:
    waits = Waits()
    with LocalServer([reply, FINE]) as server:
        client = make_client(server.url, waits, timeout=0.2 if reply.fault == "silence" else 10)
        caught = failure(Unconfirmed, lambda: client.send(method, "organization/acme/prototypes", {}))
    assert server.lines() == [f"{method} /api/v1/organization/acme/prototypes"]
    assert waits == []
    assert caught.lasting is lasting
    assert str(caught) == str(caught.cause)
    assert isinstance(caught.cause, ServerFault if reply.status >= 500 else Unreachable)


@pytest.mark.parametrize("body", ["<html>welcome</html>", '{"id": "0fc2'], ids=["page", "cut"])
def test_a_write_with_an_unreadable_success_may_have_been_carried_out(body: str) -> None:
    with LocalServer([Reply(200, body)]) as server:
        caught = failure(
            Unconfirmed, lambda: make_client(server.url).send("POST", "organization/acme/prototypes", {})
        )
    assert len(server.seen) == 1
    assert isinstance(caught.cause, NotQuay)


def test_a_write_that_was_told_to_slow_down_is_sent_again() -> None:
    waits = Waits()
    with LocalServer(failing(2, Reply(429, "", {"Retry-After": "3"}))) as server:
        assert make_client(server.url, waits).send("POST", ANY, {"name": "acme"}) == FINE.body
    assert [seen.body for seen in server.seen] == [b'{"name": "acme"}'] * 3
    assert all(3.25 <= seconds <= 3.5 for seconds in waits)


def test_a_write_that_is_told_to_slow_down_for_ever_was_not_carried_out() -> None:
    with LocalServer([Reply(429, "")]) as server:
        failure(
            RateLimited,
            lambda: make_client(server.url).send("POST", "organization/", {}),
            f"Tried {TRIES} times",
        )
    assert len(server.seen) == TRIES


def test_a_write_whose_connection_was_refused_is_sent_again() -> None:
    port = free_port()
    servers: list[LocalServer] = []

    def start(_seconds: float) -> None:
        server = LocalServer([FINE], port=port)
        server.__enter__()
        servers.append(server)

    client = Client(Connection(f"http://127.0.0.1:{port}", TOKEN), sleep=start)
    assert client.send("POST", ANY, {"name": "acme"}) == FINE.body
    (server,) = servers
    server.__exit__()
    assert server.lines() == [f"POST /api/v1/{ANY}"]


def test_a_write_to_a_host_that_is_not_there_was_not_carried_out() -> None:
    with pytest.raises(Unreachable, match=f"Tried {FIRST_CONTACT_TRIES} times"):
        make_client(f"http://127.0.0.1:{free_port()}").send("POST", "organization/", {})


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(503, {"message": "read-only", "is_readonly": True}), ReadOnly),
        (Reply(400, {"message": "Repository already exists"}), Conflict),
        (Reply(403, {"error": "CSRF token was invalid or missing."}), AuthenticationFailed),
        (api_error("Unauthorized", "insufficient_scope", 403), Forbidden),
    ],
)
def test_a_write_that_was_refused_is_reported_as_such(reply: Reply, error: type[QuayError]) -> None:
    with LocalServer([reply]) as server:
        caught = failure(error, lambda: make_client(server.url).send("POST", "organization/", {}))
    assert len(server.seen) == 1
    assert not isinstance(caught, SessionLost)


# --- signing in ---------------------------------------------------------------------------------


class Quay:
    """The part of Quay that signs in: answers by path, counting sign-ins.

    ``pages`` replaces the answer to a path; what else is asked for is fine once signed in.
    """

    def __init__(self, pages: Optional[Mapping[str, Callable[[Seen], Reply]]] = None) -> None:
        self.sign_ins = 0
        self.refusing: list[Reply] = []
        self._pages = dict(pages or {})

    def __call__(self, seen: Seen) -> Reply:
        path = urlsplit(seen.target).path
        if path in self._pages:
            return self._pages[path](seen)
        if path == "/csrf_token":
            return Reply(
                body={"csrf_token": "first"}, headers={"Set-Cookie": "_csrf_token=anonymous; Path=/"}
            )
        if path == "/api/v1/signin":
            return self._sign_in(seen)
        if f"_csrf_token=session{self.sign_ins}" not in (seen.headers["Cookie"] or ""):
            return api_error("Requires authentication", "invalid_token", 401)
        if seen.method != "GET" and seen.headers["X-CSRF-Token"] != f"csrf{self.sign_ins}":
            return Reply(403, {"error": "CSRF token was invalid or missing."})
        return self.refusing.pop(0) if self.refusing else FINE

    def _sign_in(self, seen: Seen) -> Reply:
        if seen.headers["X-CSRF-Token"] != "first" or "_csrf_token=" not in (seen.headers["Cookie"] or ""):
            return Reply(403, {"error": "CSRF token was invalid or missing."})
        self.sign_ins += 1
        headers = {
            "Set-Cookie": f"_csrf_token=session{self.sign_ins}; Path=/",
            "X-Next-CSRF-Token": f"csrf{self.sign_ins}",
        }
        return Reply(body={"success": True}, headers=headers)


def test_signing_in_sends_the_password_once_and_the_cookie_afterwards() -> None:
    with LocalServer(Quay()) as server:
        client = make_client(server.url, credentials=PASSWORD)
        client.get("user/")
        client.send("PUT", "user/", {})
    assert server.lines() == [
        "GET /csrf_token",
        "POST /api/v1/signin",
        "GET /api/v1/user/",
        "PUT /api/v1/user/",
    ]
    assert server.seen[1].body == b'{"username": "alice", "password": "password1"}'
    assert all("Authorization" not in seen.headers for seen in server.seen)
    assert server.seen[3].headers["X-CSRF-Token"] == "csrf1"
    assert not any(PASSWORD.value.encode() in seen.body for seen in server.seen[2:])


def test_a_sign_in_that_names_no_new_csrf_token_keeps_the_first() -> None:
    def sign_in(_seen: Seen) -> Reply:
        return Reply(body={"success": True}, headers={"Set-Cookie": "_csrf_token=session; Path=/"})

    pages = {"/api/v1/signin": sign_in, "/api/v1/user/": lambda _seen: FINE}
    with LocalServer(Quay(pages)) as server:
        make_client(server.url, credentials=PASSWORD).send("PUT", "user/", {})
    assert server.seen[-1].headers["X-CSRF-Token"] == "first"


def test_many_threads_share_one_sign_in(registry: Registry) -> None:
    client = registry.client(ALICE)
    together = threading.Barrier(8)

    def work(number: int) -> Any:
        together.wait(10)
        client.send("PUT", f"user/robots/robot{number}", {"description": ""})
        return client.get("user/")["username"]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == ["alice"] * 8
    asked = [one.path for one in registry.simulator.requests]
    assert asked.count("/api/v1/signin") == asked.count("/csrf_token") == 1
    assert [path for path in asked if "signout" in path] == []
    assert all(one.status < 300 for one in registry.simulator.requests)


@pytest.mark.parametrize(
    ("reply", "method"),
    [
        (api_error("Fresh login", "fresh_login_required", 401), "DELETE"),
        (api_error("Fresh login", "fresh_login_required", 401), "GET"),
        (Reply(403, {"error": "CSRF token was invalid or missing."}), "POST"),
        (api_error("Requires authentication", "invalid_token", 401), "GET"),
    ],
)
def test_a_session_that_is_not_accepted_any_more_is_made_anew_once(reply: Reply, method: str) -> None:
    quay = Quay()
    waits = Waits()
    with LocalServer(quay) as server:
        client = make_client(server.url, waits, credentials=PASSWORD)
        client.get("user/")
        quay.refusing = [reply]
        sent = client.get("user/") if method == "GET" else client.send(method, ANY, {})
    assert sent == FINE.body
    assert quay.sign_ins == 2
    assert server.lines()[-1] == server.lines()[-4]
    assert "signout" not in " ".join(server.lines())
    assert waits == []


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (api_error("Fresh login", "fresh_login_required", 401), FreshLoginRequired),
        (Reply(403, {"error": "CSRF token was invalid or missing."}), SessionLost),
    ],
)
def test_a_session_that_is_refused_again_is_an_error(reply: Reply, error: type[QuayError]) -> None:
    quay = Quay()
    quay.refusing = [reply] * 9
    with LocalServer(quay) as server:
        failure(
            error, lambda: make_client(server.url, credentials=PASSWORD).send("DELETE", "organization/acme")
        )
    assert quay.sign_ins == 2
    assert server.lines().count("DELETE /api/v1/organization/acme") == 2


def test_a_token_is_not_exchanged_for_another_one() -> None:
    with LocalServer([api_error("Fresh login", "fresh_login_required", 401)]) as server:
        failure(FreshLoginRequired, lambda: make_client(server.url).send("DELETE", "organization/acme"))
    assert len(server.seen) == 1


def test_threads_that_lose_the_session_together_sign_in_again_once(registry: Registry) -> None:
    client = registry.client(ALICE)

    def end_all_sessions() -> None:
        # What signing out elsewhere does.
        registry.client(ALICE).send("POST", "signout")

    all_signed_in = threading.Barrier(6, action=end_all_sessions)

    def work(_number: int) -> Any:
        client.get("user/")
        all_signed_in.wait(10)
        return client.get("user/")["username"]

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(work, range(6))) == ["alice"] * 6
    sign_ins = [one for one in registry.simulator.requests if one.path == "/api/v1/signin"]
    assert len(sign_ins) == 3  # two by the client, one by who ended the sessions


@pytest.mark.parametrize(
    "script",
    [
        "<script>window.__token = 'first';</script>",
        '<html><script>window.__token="first"; x = 1</script></html>',
    ],
)
def test_an_old_quay_writes_its_csrf_token_into_the_front_page(script: str) -> None:
    def front(_seen: Seen) -> Reply:
        return Reply(200, script, {"Set-Cookie": "_csrf_token=anonymous; Path=/"})

    quay = Quay({"/csrf_token": lambda _seen: Reply(404, NOT_FOUND_PAGE), "/": front})
    with LocalServer(quay) as server:
        assert make_client(server.url, credentials=PASSWORD).get("user/") == FINE.body
    assert server.lines()[:3] == ["GET /csrf_token", "GET /", "POST /api/v1/signin"]
    assert quay.sign_ins == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, "<html>It works!</html>"), (404, NOT_FOUND_PAGE), (200, '{"name": "another service"}')],
)
def test_a_host_that_knows_no_csrf_token_is_not_quay(status: int, body: str) -> None:
    with LocalServer([Reply(status, body)]) as server:
        failure(
            NotQuay,
            lambda: make_client(server.url, credentials=PASSWORD).get("user/"),
            "not one of Quay's answers",
        )
    assert PASSWORD.value.encode() not in b"".join(seen.body for seen in server.seen)


def test_a_host_that_redirects_is_not_told_the_password() -> None:
    with LocalServer([Reply(301, "", {"Location": "https://registry.example.com/"})]) as server:
        failure(
            Unreachable,
            lambda: make_client(server.url, credentials=PASSWORD).get("user/"),
            "redirects to https://registry.example.com/",
        )
    assert {seen.method for seen in server.seen} == {"GET"}


def test_a_wrong_password_names_user_and_options_but_not_itself(registry: Registry) -> None:
    client = registry.client(Password("alice", "wrong-password"))
    caught = failure(AuthenticationFailed, lambda: client.get("user/"))
    assert str(caught) == (
        "Quay did not sign in 'alice': \"Invalid Username or Password\". "
        "Check quay_username and quay_password."
    )
    asked = [one.path for one in registry.simulator.requests]
    assert asked == ["/csrf_token", "/api/v1/signin"]


def test_an_account_that_is_disabled_is_told_in_quays_words(registry: Registry) -> None:
    registry.simulator.add_user("carol", enabled=False)
    with pytest.raises(AuthenticationFailed, match="This user has been disabled"):
        registry.client(Password("carol", "password1")).get("user/")


def test_an_account_that_is_not_verified_is_told_from_a_wrong_password() -> None:
    body = {"needsEmailVerification": True, "invalidCredentials": False, "message": None}
    with LocalServer(Quay({"/api/v1/signin": lambda _seen: Reply(403, body)})) as server:
        failure(
            AuthenticationFailed,
            lambda: make_client(server.url, credentials=PASSWORD).get("user/"),
            "its e-mail address is not verified",
        )


def test_a_sign_in_that_was_refused_is_not_tried_again_by_others(registry: Registry) -> None:
    client = registry.client(Password("alice", "wrong-password"))

    def work(_number: int) -> str:
        caught = failure(AuthenticationFailed, lambda: client.get("user/"))
        return str(caught)

    with ThreadPoolExecutor(4) as pool:
        (message,) = set(pool.map(work, range(8)))
    assert "did not sign in 'alice'" in message
    assert [one.path for one in registry.simulator.requests].count("/api/v1/signin") == 1


def test_sign_in_that_is_switched_off_names_the_flag(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"DIRECT_LOGIN": False})
    with pytest.raises(FeatureOff, match="FEATURE_DIRECT_LOGIN"):
        registry.client(ALICE).get("user/")


def test_too_many_sign_ins_are_waited_for() -> None:
    waits = Waits()
    quay = Quay()
    refusals = [Reply(429, {"message": "Too many"}, {"Retry-After": "4"})] * 2

    def script(seen: Seen) -> Reply:
        return refusals.pop() if refusals and seen.target == "/api/v1/signin" else quay(seen)

    with LocalServer(script) as server:
        assert make_client(server.url, waits, credentials=PASSWORD).get("user/") == FINE.body
    assert server.lines().count("POST /api/v1/signin") == 3
    assert len(waits) == 2
    assert all(4.25 <= seconds <= 4.5 for seconds in waits)


def test_too_many_sign_ins_are_not_waited_for_for_ever() -> None:
    waits = Waits()
    with LocalServer(Quay({"/api/v1/signin": lambda _seen: Reply(429, "")})) as server:
        failure(
            RateLimited,
            lambda: make_client(server.url, waits, credentials=PASSWORD).get("user/"),
            "does not sign in 'alice' for now",
        )
    assert server.lines().count("POST /api/v1/signin") == TRIES


@pytest.mark.parametrize("path", ["/csrf_token", "/api/v1/signin"])
@pytest.mark.parametrize(
    "reply", [Reply(502, ""), Reply(503, ""), Reply(fault="reset")], ids=["502", "503", "reset"]
)
def test_signing_in_is_repeated_after_what_may_pass(path: str, reply: Reply) -> None:
    waits = Waits()
    quay = Quay()
    left = [reply]

    def script(seen: Seen) -> Reply:
        return left.pop() if left and seen.target == path else quay(seen)

    with LocalServer(script) as server:
        assert make_client(server.url, waits, credentials=PASSWORD).get("user/") == FINE.body
    assert server.lines().count(f"{'GET' if path == '/csrf_token' else 'POST'} {path}") == 2
    assert (quay.sign_ins, len(waits)) == (1, 1)


@pytest.mark.parametrize("path", ["/csrf_token", "/api/v1/signin"])
def test_signing_in_at_a_broken_registry_is_reported_as_such(path: str) -> None:
    broken = Reply(500, "<html><title>Internal Server Error</title></html>")
    with LocalServer(Quay({path: lambda _seen: broken, "/": lambda _seen: broken})) as server:
        failure(
            ServerFault, lambda: make_client(server.url, credentials=PASSWORD).get("user/"), "answered 500"
        )


# --- paging -------------------------------------------------------------------------------------


def page(items: Any, following: Optional[str] = None) -> Reply:
    body = {"repositories": items}
    return Reply(body=body if following is None else {**body, "next_page": following})


def named(*names: str) -> list[dict[str, Any]]:
    return [{"namespace": "acme", "name": name, "is_public": False} for name in names]


def listed(server: LocalServer) -> list[Any]:
    return make_client(server.url).listing("repository", "repositories", {"namespace": "acme"})


def test_all_pages_are_read_with_the_query_and_each_token() -> None:
    replies = [page(named("a", "b"), "2nd="), page([], "3rd"), page(named("c"))]
    with LocalServer(replies) as server:
        assert listed(server) == named("a", "b", "c")
    asked = [parse_qs(urlsplit(seen.target).query) for seen in server.seen]
    assert asked == [
        {"namespace": ["acme"]},
        {"namespace": ["acme"], "next_page": ["2nd="]},
        {"namespace": ["acme"], "next_page": ["3rd"]},
    ]


@pytest.mark.parametrize("count", [0, 1, 3, 4, 7])
def test_the_simulators_pages_make_the_whole_listing(
    make_registry: Callable[..., Registry], count: int
) -> None:
    registry = make_registry(page_size=3)
    client = registry.client()
    client.send("POST", "organization/", {"name": "acme"})
    for number in range(count):
        body = {"namespace": "acme", "repository": f"r{number}", "visibility": "private", "description": ""}
        client.send("POST", "repository", body)
    found = client.listing("repository", "repositories", {"namespace": "acme"})
    assert [view["name"] for view in found] == [f"r{number}" for number in range(count)]


@pytest.mark.parametrize(
    "replies",
    [
        # The same token again, with other entries.
        [page(named("a"), "x"), page(named("b"), "x"), page(named("c"))],
        # A token that came before the last one.
        [page(named("a"), "x"), page(named("b"), "y"), page(named("c"), "x"), page(named("d"))],
        # The first page again, with a token that is new: Quay's answer to a token that it does not accept.
        [page(named("a", "b"), "x"), page(named("a", "b"), "y"), page(named("c"))],
        # The same, but on the last page.
        [page(named("a", "b"), "x"), page(named("c", "d"), "y"), page(named("a", "b"))],
    ],
    ids=["same token", "earlier token", "first page again", "first page last"],
)
def test_a_listing_that_repeats_itself_is_not_complete(replies: list[Reply]) -> None:
    with LocalServer(replies) as server:
        failure(IncompleteListing, lambda: listed(server), "PAGE_TOKEN_KEY")
    assert len(server.seen) <= len(replies)


def test_a_cut_listing_of_the_simulator_is_not_complete(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(page_size=1)
    client = registry.client()
    client.send("POST", "organization/", {"name": "acme"})
    for name in ("a", "b", "c"):
        body = {"namespace": "acme", "repository": name, "visibility": "private", "description": ""}
        client.send("POST", "repository", body)
    registry.simulator.faults.add(Fault(kind="cut_page", method="GET", path="next_page="))
    with pytest.raises(IncompleteListing):
        client.listing("repository", "repositories", {"namespace": "acme"})


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body={}),
        Reply(body={"repositories": None}),
        Reply(body={"repositories": {"a": 1}}),
        Reply(body=[]),
        Reply(body="null"),
    ],
    ids=["no key", "null", "object", "list", "nothing"],
)
@pytest.mark.parametrize("before", [[], [page(named("a"), "x")]], ids=["first page", "second page"])
def test_an_answer_without_the_list_is_not_an_empty_listing(before: list[Reply], reply: Reply) -> None:
    with LocalServer([*before, reply]) as server:
        failure(
            NotQuay, lambda: listed(server), "GET repository: the answer (200) is not one of Quay's answers"
        )


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(500, "<html></html>"), ServerFault),
        (api_error("Unauthorized", "insufficient_scope", 403), Forbidden),
        (Reply(200, "<html></html>"), NotQuay),
        (Reply(502, ""), ServerFault),
    ],
)
def test_a_page_that_fails_makes_the_listing_fail(reply: Reply, error: type[QuayError]) -> None:
    with LocalServer([page(named("a"), "x"), reply]) as server:
        failure(error, lambda: listed(server))


def test_a_page_that_fails_for_a_moment_does_not_shorten_the_listing() -> None:
    replies = [page(named("a"), "x"), Reply(502, ""), Reply(fault="reset"), page(named("b"))]
    with LocalServer(replies) as server:
        assert listed(server) == named("a", "b")


def test_pages_are_read_only_as_far_as_they_are_asked_for() -> None:
    with LocalServer([page(named("a"), "x"), page(named("b"))]) as server:
        pages = make_client(server.url).pages("repository", "repositories")
        assert next(pages) == named("a")
        assert len(server.seen) == 1
