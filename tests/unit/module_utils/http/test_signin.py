# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A correct host with a wrong path: whoever asks, and however, is told that no Quay answers there.

Quay itself answers an address that it does not know with the front page of its web interface, and refuses
to take anything but GET for it; a gateway says 404 to everything.
"""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.errors import NotQuay, QuayError
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import Connection
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Credentials, Password, Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.user import desired_user
from ansible_collections.quayops.quay.plugins.module_utils.operations import first_user
from tests.unit.module_utils.servers import LocalServer, Reply, Seen, bare_environment

PASSWORD = Password("alice", "a-password")
TOKEN = Token("t" * 40)
NOT_FOUND = "<!doctype html><title>404 Not Found</title>"


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    bare_environment(monkeypatch)


def web_interface(seen: Seen) -> Reply:
    """Answer as Quay does outside of its API."""
    if seen.method != "GET":
        return Reply(405, "<!doctype html><title>405 Method Not Allowed</title>")
    return Reply(body="<html><script>window.__token = 'csrf-token-of-the-page';</script></html>")


def gateway(_seen: Seen) -> Reply:
    return Reply(404, NOT_FOUND)


def client_of(url: str, credentials: Credentials) -> Client:
    return Client(Connection(f"{url}/quay", credentials), sleep=lambda _seconds: None)


def signing_in(url: str) -> None:
    client_of(url, PASSWORD).sign_in()


def reading(url: str) -> None:
    client_of(url, PASSWORD).get("organization/acme")


def with_a_token(url: str) -> None:
    client_of(url, TOKEN).get("organization/acme")


def users(url: str) -> None:
    """Let the first request be one for an endpoint that a flag switches off."""
    wanted = {"username": "bob", "state": "present", "update_password": "on_create"}
    (report,) = reconcile(client_of(url, TOKEN), [desired_user(_user(wanted))])
    raise report.error or AssertionError("no error")


def _user(options: dict[str, Any]) -> dict[str, Any]:
    return {"email": None, "password": None, "enabled": None, "superuser": None, **options}


def the_first_user(url: str) -> None:
    wanted = first_user.FirstUser("admin", "a-password")
    first_user.provide(wanted, lambda credentials: client_of(url, credentials), check_mode=False)


def the_first_user_in_check_mode(url: str) -> None:
    wanted = first_user.FirstUser("admin", "a-password")
    first_user.provide(wanted, lambda credentials: client_of(url, credentials), check_mode=True)


def settings(url: str) -> None:
    client_of(url, None).settings()


@pytest.mark.parametrize("answer", [web_interface, gateway])
@pytest.mark.parametrize(
    "ask",
    [signing_in, reading, with_a_token, users, the_first_user, the_first_user_in_check_mode, settings],
)
def test_it_says_that_no_quay_answers_at_that_path(
    ask: Callable[[str], None], answer: Callable[[Seen], Reply]
) -> None:
    with LocalServer(answer) as server, pytest.raises(QuayError) as caught:
        ask(server.url)
    assert isinstance(caught.value, NotQuay), caught.value
    text = str(caught.value)
    assert "is not one of Quay's answers" in text
    assert "a path in quay_host" in text
    assert "FEATURE_" not in text
