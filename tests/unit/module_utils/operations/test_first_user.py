# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The first user: made once, proved by signing in ever after."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    AccountInactive,
    AuthenticationFailed,
    InvalidRequest,
    ServerFault,
    Unreachable,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import Connection
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Credentials
from ansible_collections.quayops.quay.plugins.module_utils.operations import first_user
from ansible_collections.quayops.quay.plugins.module_utils.operations.first_user import FirstUser, Outcome
from tests.simulator import Fault, Settings, Simulator

PASSWORD = "an-administrators-password"
ADMIN = FirstUser("admin", PASSWORD, "admin@example.com")
INITIALIZE = r"/user/initialize$"


class Empty:
    """A registry without users."""

    def __init__(self, **settings: Any) -> None:
        self.simulator = Simulator(Settings(**settings))
        self.waits: list[float] = []

    def open(self, credentials: Credentials) -> Client:
        connection = Connection("http://localhost:8080", credentials)
        return Client(connection, adapter=self.simulator.adapter, sleep=self.waits.append)

    def provide(self, wanted: FirstUser = ADMIN, check_mode: bool = False) -> Outcome:
        self.simulator.requests.clear()
        return first_user.provide(wanted, self.open, check_mode)

    def asked(self) -> list[str]:
        return [f"{one.method} {one.path}" for one in self.simulator.requests]

    def feature(self, name: str, value: bool) -> None:
        """Switch a feature as editing config.yaml does: the users stay, Quay starts anew."""
        store, settings = self.simulator.store, self.simulator.settings
        settings.features[name] = value
        self.simulator = Simulator(settings)
        self.simulator.store = store


def test_the_first_user_is_made() -> None:
    empty = Empty()
    outcome = empty.provide()
    assert outcome.changed
    assert outcome.answer["username"] == "admin"
    assert "access_token" not in outcome.answer
    assert empty.asked() == ["POST /api/v1/user/initialize"]


def test_a_token_comes_along_if_it_is_asked_for() -> None:
    empty = Empty()
    outcome = empty.provide(FirstUser("admin", PASSWORD, with_token=True))
    assert len(outcome.answer["access_token"]) == 40
    assert outcome.answer["access_token"] not in repr(outcome)


def test_a_user_who_is_there_signs_in() -> None:
    empty = Empty()
    empty.provide()
    outcome = empty.provide()
    assert not outcome.changed
    assert outcome.answer == {}
    assert empty.asked() == ["POST /api/v1/user/initialize", "GET /csrf_token", "POST /api/v1/signin"]


def test_a_wrong_password_is_said_once() -> None:
    empty = Empty()
    empty.provide()
    with pytest.raises(AuthenticationFailed) as caught:
        empty.provide(FirstUser("admin", "not-the-password"))
    assert "Quay did not sign in 'admin'" in str(caught.value)
    assert "has its first user already" in str(caught.value)
    assert "not-the-password" not in str(caught.value)
    assert empty.asked().count("POST /api/v1/signin") == 1


def test_another_name_is_no_first_user() -> None:
    empty = Empty()
    empty.provide()
    with pytest.raises(AuthenticationFailed, match="others are made with quay_user"):
        empty.provide(FirstUser("second", PASSWORD))


def test_once_the_flag_is_off_signing_in_is_enough() -> None:
    empty = Empty()
    empty.provide()
    empty.feature("USER_INITIALIZE", False)
    assert not empty.provide().changed
    with pytest.raises(AuthenticationFailed, match="FEATURE_USER_INITIALIZE is off"):
        empty.provide(FirstUser("admin", "not-the-password"))


def test_a_flag_that_is_off_on_an_empty_registry_is_named() -> None:
    empty = Empty(features={"USER_INITIALIZE": False})
    with pytest.raises(AuthenticationFailed) as caught:
        empty.provide()
    assert "FEATURE_USER_INITIALIZE is off" in str(caught.value)
    assert "set it to true in its config.yaml, restart Quay" in str(caught.value)


def test_users_of_a_directory_can_sign_in() -> None:
    empty = Empty(authentication_type="LDAP")
    with pytest.raises(AuthenticationFailed, match="AUTHENTICATION_TYPE"):
        empty.provide()
    empty.simulator.add_user("admin", PASSWORD)
    assert not empty.provide().changed


def test_a_disabled_user_is_said_to_be_one() -> None:
    empty = Empty()
    empty.simulator.add_user("admin", PASSWORD, enabled=False)
    with pytest.raises(AccountInactive, match="has been disabled"):
        empty.provide()


@pytest.mark.parametrize("wanted", [FirstUser("admin", "short"), FirstUser("Admin", PASSWORD)])
def test_what_quay_does_not_accept_is_passed_on(wanted: FirstUser) -> None:
    with pytest.raises(InvalidRequest):
        Empty().provide(wanted)


@pytest.mark.parametrize("fault", ["502", "503", "504"])
def test_a_registry_that_starts_is_waited_for(fault: str) -> None:
    empty = Empty()
    empty.simulator.faults.add(Fault(fault, method="POST", path=INITIALIZE, times=4))
    assert empty.provide().changed
    assert len(empty.waits) == 4


def test_a_registry_that_never_starts_is_given_up() -> None:
    empty = Empty()
    empty.simulator.faults.add(Fault("503", method="POST", path=INITIALIZE, times=1000))
    with pytest.raises(ServerFault):
        empty.provide()
    assert empty.asked().count("POST /api/v1/user/initialize") == 10


def test_an_answer_that_is_lost_is_still_a_change() -> None:
    empty = Empty()
    empty.simulator.faults.add(Fault("reset_after", method="POST", path=INITIALIZE, times=1))
    outcome = empty.provide(FirstUser("admin", PASSWORD, with_token=True))
    assert outcome.changed
    assert outcome.answer == {}
    assert outcome.warnings == ["The user was made, but Quay's answer with the token did not arrive."]


@pytest.mark.parametrize("tries", [3, 10])
def test_a_host_that_is_not_there_yet_is_tried_as_often_as_asked(tries: int) -> None:
    waits: list[float] = []

    def open_client(credentials: Credentials) -> Client:
        connection = Connection("http://127.0.0.1:1", credentials)
        return Client(connection, sleep=waits.append, first_contact_tries=tries)

    with pytest.raises(Unreachable, match=f"Tried {tries} times"):
        first_user.provide(ADMIN, open_client, check_mode=False)
    assert len(waits) == tries - 1


# Check mode


def test_check_mode_foresees_the_user_and_sends_nothing_but_get() -> None:
    empty = Empty()
    assert empty.provide(check_mode=True).changed
    assert empty.asked() == ["GET /api/v1/users/admin", "GET /config"]
    empty.provide()
    assert not empty.provide(check_mode=True).changed
    assert empty.asked() == ["GET /api/v1/users/admin"]


def test_check_mode_warns_of_a_flag_that_is_off() -> None:
    outcome = Empty(features={"USER_INITIALIZE": False}).provide(check_mode=True)
    assert outcome.changed
    assert "FEATURE_USER_INITIALIZE is off" in outcome.warnings[0]


@pytest.mark.parametrize("possible", [True, False])
def test_check_mode_where_strangers_are_told_nothing(possible: bool) -> None:
    empty = Empty(features={"ANONYMOUS_ACCESS": False, "USER_INITIALIZE": possible})
    outcome = empty.provide(check_mode=True)
    assert outcome.changed is possible
    assert outcome.warnings == []
