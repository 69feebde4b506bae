# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Organizations: their settings, made, changed, renamed and deleted."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Item
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    FeatureOff,
    Forbidden,
    InvalidDeclaration,
    InvalidRequest,
    NameHeld,
    NotFound,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import Connection
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from ansible_collections.quayops.quay.plugins.module_utils.kinds.organization import organization_names
from tests.unit.module_utils.conftest import HOST, Registry
from tests.unit.module_utils.declarations import LONG, entry, wrong
from tests.unit.module_utils.plans import change, current, desired, item, labels, names
from tests.unit.module_utils.rivals import Rival, both_create, the_other_removes
from tests.unit.module_utils.runs import done

# --- declaring ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (entry(name="Acme"), "organization name 'Acme' is not allowed: lower-case letters"),
        (entry(name="a"), "organization name 'a' is not allowed"),
        (entry(name=LONG), "is not allowed"),
        (entry(name="a--b"), "organization name 'a--b' is not allowed"),
        (entry(email="nobody"), "email 'nobody' is not an address"),
        (entry(time_machine_expiration="soon"), "time_machine_expiration 'soon' is not a time span"),
    ],
)
def test_bad_input_names_the_value_and_the_rule(bad: dict[str, Any], message: str) -> None:
    assert message in wrong(bad)


# --- planning -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "there", "changes"),
    [
        ([item("organization", email="", tag_expiration_s=1209600)], [], []),
        (
            [item("organization", tag_expiration_s=86400)],
            [],
            ["update organization  tag_expiration_s"],
        ),
    ],
)
def test_what_changes(wanted: list[Item], there: list[Item], changes: list[str]) -> None:
    assert labels(desired(*wanted), current(*there)) == [text.rstrip() for text in changes]


def test_how_it_is_named() -> None:
    assert names(change("create", "organization")) == ("acme", "organization acme")


# --- carrying out ---------------------------------------------------------------------------------


def test_settings(registry: Registry) -> None:
    registry.one({"name": "acme", "email": "a@example.com"})
    registry.writes()
    changed = registry.one({"name": "acme", "email": "", "time_machine_expiration": "2w"})
    assert changed.changes[0].before == {"email": "a@example.com"}
    assert registry.writes() == ["PUT organization/acme"]


def test_a_name_that_a_deletion_still_holds(registry: Registry) -> None:
    registry.one({"name": "acme"})
    registry.one({"name": "acme", "state": "absent"})
    (report,) = registry.reconcile({"name": "acme"})
    assert isinstance(report.error, NameHeld)
    assert "background job" in str(report.error)
    registry.simulator.collect_garbage()
    registry.one({"name": "acme"})


UNTOLD = pytest.mark.parametrize("error", [NotFound("GET /config: 404"), Forbidden("GET /config: 403")])


def silenced(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Let the registry tell nothing of itself, as where a proxy lets pass only the API."""

    def settings(client: Client) -> Any:
        raise error

    monkeypatch.setattr(Client, "settings", settings)


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("there", [False, True])
def test_a_time_span_that_the_registry_does_not_offer(
    registry: Registry, there: bool, check_mode: bool
) -> None:
    if there:
        registry.one({"name": "acme"})
    registry.requests()
    wanted = [desired_of({"name": name, "time_machine_expiration": "3d"}) for name in ("acme", "other")]
    reports = reconcile(registry.client(), wanted, check_mode)
    for report in reports:
        assert isinstance(report.error, InvalidDeclaration)
        assert "this registry allows 0s, 1d, 1w, 2w, 4w (TAG_EXPIRATION_OPTIONS" in str(report.error)
        assert report.changes == []
    requests = registry.requests()
    assert requests.count("GET /config") == 1
    assert {request.split()[0] for request in requests} == {"GET"}


def test_the_registry_is_not_asked_for_what_is_there(registry: Registry) -> None:
    registry.one({"name": "acme", "time_machine_expiration": "1d"})
    registry.requests()
    registry.one({"name": "acme", "time_machine_expiration": "1 day"})
    assert registry.requests() == ["GET organization/acme"]


@UNTOLD
def test_a_time_span_of_a_registry_that_does_not_tell(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    silenced(monkeypatch, error)
    (report,) = registry.reconcile({"name": "acme", "time_machine_expiration": "3d"})
    assert isinstance(report.error, InvalidRequest)
    assert "TAG_EXPIRATION_OPTIONS" in str(report.error)


def test_the_time_machine_cannot_be_changed(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"CHANGE_TAG_EXPIRATION": False})
    (report,) = registry.reconcile({"name": "acme", "time_machine_expiration": "1d"})
    assert isinstance(report.error, InvalidDeclaration)
    assert "FEATURE_CHANGE_TAG_EXPIRATION is off" in str(report.error)
    assert report.changes == []


@UNTOLD
def test_a_setting_that_quay_passes_over_in_silence(
    make_registry: Callable[..., Registry], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    silenced(monkeypatch, error)
    registry = make_registry(features={"CHANGE_TAG_EXPIRATION": False})
    (report,) = registry.reconcile({"name": "acme", "time_machine_expiration": "1d"})
    assert isinstance(report.error, FeatureOff)
    assert "FEATURE_CHANGE_TAG_EXPIRATION is off" in str(report.error)
    assert [change.fields for change in report.changes] == [()]


class TestRename:
    def rename(self, registry: Registry, check_mode: bool = False) -> Report:
        desired = desired_of({"name": "old1", "new_name": "new1", "email": "n@example.com"})
        (report,) = reconcile(registry.client(), [desired], check_mode)
        return report

    def test_an_organization(self, registry: Registry) -> None:
        registry.one({"name": "old1"})
        foreseen = self.rename(registry, check_mode=True)
        report = self.rename(registry)
        assert [change.after for change in report.changes] == [change.after for change in foreseen.changes]
        assert [change.after for change in report.changes] == [{"name": "new1"}, {"email": "n@example.com"}]
        assert registry.state("new1")["email"] == "n@example.com"
        assert self.rename(registry).changes == []

    def test_of_what_does_not_exist_makes_it_with_the_new_name(self, registry: Registry) -> None:
        assert done(self.rename(registry)) == ["create organization"]
        assert set(registry.simulator.state()) == {"new1"}

    def test_to_a_name_that_is_taken(self, registry: Registry) -> None:
        registry.one({"name": "old1"})
        registry.one({"name": "new1"})
        assert "both exist" in str(self.rename(registry).error)


# --- which there are ------------------------------------------------------------------------------


def test_a_superuser_sees_the_names_of_all(registry: Registry) -> None:
    alice = registry.client(Token(registry.simulator.token("alice")))
    registry.reconcile({"name": "alices"}, client=alice)
    registry.reconcile({"name": "admins"})
    assert organization_names(registry.client()) == ["admins", "alices"]


def test_others_see_the_names_of_their_own(registry: Registry) -> None:
    alice = registry.client(Token(registry.simulator.token("alice")))
    registry.reconcile({"name": "alices"}, client=alice)
    registry.reconcile({"name": "admins"})
    assert organization_names(alice) == ["alices"]


def test_the_names_of_many(registry: Registry) -> None:
    names = [f"org{number:03}" for number in range(230)]
    registry.reconcile(*({"name": name} for name in names))
    assert organization_names(registry.client()) == names


# --- two at once ----------------------------------------------------------------------------------


def test_another_caller_makes_it_first(registry: Registry) -> None:
    both_create(registry, {"name": "acme"}, "POST", "organization/$")


def test_another_caller_removes_it_first(registry: Registry) -> None:
    gone = {"name": "acme", "state": "absent"}
    the_other_removes(registry, {"name": "acme"}, gone, "DELETE", "organization/acme", "organization/acme")


def test_what_an_administrator_who_is_no_superuser_removes_too(registry: Registry) -> None:
    """To such a one Quay says 403 about an organization that is gone."""
    registry.one({"name": "acme", "teams": [{"name": "owners", "members": ["alice"]}]})
    token = registry.simulator.token("alice")
    rival = Rival(
        registry.simulator,
        "DELETE",
        "organization/acme$",
        lambda: registry.client().send("DELETE", "organization/acme"),
    )
    client = Client(Connection(HOST, Token(token)), adapter=rival.adapter, sleep=registry.waits.append)
    (report,) = registry.reconcile({"name": "acme", "state": "absent"}, client=client)
    assert rival.done and report.error is None
