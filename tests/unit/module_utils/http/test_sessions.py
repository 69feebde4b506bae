# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Credentials are checked when they are made, and never show themselves."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import requests

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import Connection
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import (
    Password,
    Sessions,
    SignedIn,
    Token,
)

SECRET = "s3cr3t-of-the-tests"


def requests_session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    return session


def header_of(session: Any, name: str) -> str | None:
    prepared = session.prepare_request(requests.Request("GET", "http://localhost/"))
    return prepared.headers.get(name)


class SignIns:
    """Counts sign-ins; each leaves another cookie and another CSRF token."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, session: Any, password: Password) -> SignedIn:
        assert password.value == SECRET
        self.count += 1
        session.cookies.set("session", f"cookie{self.count}")
        return SignedIn(session.cookies.copy(), f"csrf{self.count}")


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("", "quay_token is empty"),
        ("  \n", "quay_token is empty"),
        (f"{SECRET}\n", "a line end"),
        (f" {SECRET}", "a blank"),
        (f"{SECRET} x", "a blank"),
        (f"{SECRET}\u00e9", "outside ASCII"),
    ],
)
def test_a_token_that_cannot_be_one_is_refused_without_being_shown(value: str, rule: str) -> None:
    with pytest.raises(InvalidDeclaration) as caught:
        Token(value)
    assert rule in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(("username", "value"), [("", SECRET), ("alice", ""), ("", "")])
def test_user_name_and_password_must_both_be_given(username: str, value: str) -> None:
    with pytest.raises(InvalidDeclaration) as caught:
        Password(username, value)
    assert "quay_username and quay_password must both be given" in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "holder",
    [
        Token(SECRET),
        Password("alice", SECRET),
        Connection("https://registry.example.com", Token(SECRET)),
        Connection("https://registry.example.com", Password("alice", SECRET)),
        SignedIn({"session": SECRET}, "csrf"),
        SignedIn({}, SECRET),
    ],
    ids=["token", "password", "connection with token", "connection with password", "cookie", "csrf token"],
)
def test_secrets_are_not_in_what_is_printed(holder: object) -> None:
    assert SECRET not in repr(holder)
    assert SECRET not in str(holder)


def test_the_user_name_is_in_what_is_printed() -> None:
    assert "alice" in repr(Password("alice", SECRET))


def test_a_token_is_sent_as_bearer_token_and_nobody_signs_in() -> None:
    sign_ins = SignIns()
    sessions = Sessions(Token(SECRET), requests_session, sign_ins)
    session, _generation = sessions.current()
    assert header_of(session, "Authorization") == f"Bearer {SECRET}"
    assert (sessions.with_token, sessions.with_password, sign_ins.count) == (True, False, 0)


def test_without_credentials_nothing_is_sent() -> None:
    sessions = Sessions(None, requests_session, SignIns())
    session, _generation = sessions.current()
    assert header_of(session, "Authorization") is None
    assert header_of(session, "X-CSRF-Token") is None
    assert (sessions.with_token, sessions.with_password) == (False, False)


def test_each_thread_has_its_own_session_of_one_sign_in() -> None:
    sign_ins = SignIns()
    sessions = Sessions(Password("alice", SECRET), requests_session, sign_ins)
    found: list[Any] = []
    together = threading.Barrier(8)

    def work() -> None:
        together.wait(10)
        first, _generation = sessions.current()
        again, _generation = sessions.current()
        found.append((first, again))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sign_ins.count == 1
    assert all(first is again for first, again in found)
    assert len({id(first) for first, _again in found}) == 8
    for session, _again in found:
        assert header_of(session, "X-CSRF-Token") == "csrf1"
        assert header_of(session, "Cookie") == "session=cookie1"


def test_renewing_signs_in_again_once_however_many_ask_for_it() -> None:
    sign_ins = SignIns()
    sessions = Sessions(Password("alice", SECRET), requests_session, sign_ins)
    _session, generation = sessions.current()
    sessions.renew(generation)
    sessions.renew(generation)
    session, newer = sessions.current()
    sessions.renew(generation)
    same, _generation = sessions.current()
    assert sign_ins.count == 2
    assert newer != generation
    assert same is session
    assert header_of(session, "X-CSRF-Token") == "csrf2"
