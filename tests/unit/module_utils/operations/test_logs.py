# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Reading the log: where, when, by whom, how much of it, and how often."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    FeatureOff,
    Forbidden,
    InvalidDeclaration,
    NotFound,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.operations.logs import log, log_options
from tests.unit.module_utils.conftest import Registry

OLD = {"start": "2001-01-01", "end": "2001-01-31"}


def read(simulated: Registry, credentials: Any = None, **params: Any) -> dict[str, Any]:
    given = {**{name: option.get("default") for name, option in log_options().items()}, **params}
    return dict(log(given, simulated.client(credentials), False).values)


def kinds(result: dict[str, Any]) -> list[str]:
    return [entry["kind"] for entry in result["logs"]]


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp()


@pytest.fixture
def acme(registry: Registry) -> Registry:
    """An organization in which something was done today, and in January of 2001."""
    registry.one({"name": "acme", "robots": [{"name": "ci"}], "repositories": [{"name": "app"}]})
    for number, (moment, who) in enumerate(
        [
            ("2001-01-01T00:00:00", "alice"),
            ("2001-01-01T23:59:59", "bob"),
            ("2001-01-02T08:00:00", "acme+ci"),
            ("2001-01-02T09:00:00", "alice"),
        ]
    ):
        registry.simulator.add_log(f"kind{number}", "acme", who, at(moment))
    registry.simulator.add_log("of_nobody", moment=at("2001-01-02T10:00:00"))
    registry.requests()
    return registry


def test_an_organization(acme: Registry) -> None:
    result = read(acme, organization="acme")
    assert kinds(result) == ["create_repo", "create_robot", "org_create"]
    assert result["complete"] is True
    entry = result["logs"][0]
    assert (entry["performer"], entry["metadata"]["repo"]) == ("admin", "app")
    assert datetime.strptime(entry["datetime"], "%Y-%m-%dT%H:%M:%SZ")
    assert set(entry) == {"datetime", "kind", "performer", "ip", "metadata"}


def test_a_repository(acme: Registry) -> None:
    assert kinds(read(acme, repository="acme/app")) == ["create_repo"]
    assert read(acme, repository="acme/app", performer="alice")["logs"] == []
    assert kinds(read(acme, repository="acme/app", performer="admin")) == ["create_repo"]


def test_the_registry(acme: Registry) -> None:
    result = read(acme, registry=True, **OLD)
    assert kinds(result) == ["of_nobody", "kind3", "kind2", "kind1", "kind0"]
    assert result["logs"][1]["namespace"] == "acme"
    assert "namespace" not in result["logs"][0]
    assert result["logs"][0]["performer"] is None
    assert kinds(read(acme, registry=True, performer="bob", **OLD)) == ["kind1"]


def test_ones_own_namespace(acme: Registry) -> None:
    acme.simulator.add_log("login_success", "admin", "admin")
    assert kinds(read(acme)) == ["login_success"]
    assert acme.requests()[0].startswith("GET user/logs?")


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2001-01-01", "2001-01-01", ["kind1", "kind0"]),
        ("2001-01-01", "2001-01-02", ["kind3", "kind2", "kind1", "kind0"]),
        ("2001-01-01T00:00:01Z", "2001-01-02T08:00:01Z", ["kind2", "kind1"]),
        ("2001-01-02T10:00:00+02:00", "2001-01-02T09:00:00", ["kind2"]),
        (None, "2001-01-02", ["kind3", "kind2", "kind1", "kind0"]),
        (None, "2001-01-03", ["kind3", "kind2"]),
    ],
)
def test_when(acme: Registry, start: Any, end: str, found: list[str]) -> None:
    assert kinds(read(acme, organization="acme", start=start, end=end)) == found


def test_quay_is_asked_for_whole_days(acme: Registry) -> None:
    read(acme, organization="acme", start="2001-01-01T12:00:00+14:00", end="2001-01-03T00:00:00Z")
    assert acme.requests()[0] == (
        "GET organization/acme/logs?starttime=12%2F31%2F2000&endtime=01%2F02%2F2001"
    )


@pytest.mark.parametrize(
    ("performer", "found"), [("alice", ["kind3", "kind0"]), ("acme+ci", ["kind2"]), ("admin", [])]
)
def test_who_did_it(acme: Registry, performer: str, found: list[str]) -> None:
    assert kinds(read(acme, organization="acme", performer=performer, **OLD)) == found


@pytest.mark.parametrize("aggregated", [True, False])
@pytest.mark.parametrize("performer", ["nobody", "acme+nobody", "nowhere+ci"])
def test_who_does_not_exist_did_nothing(acme: Registry, performer: str, aggregated: bool) -> None:
    """Quay fails, or answers what everybody did."""
    with pytest.raises(NotFound, match=r"performer '.*' does not exist"):
        read(acme, organization="acme", performer=performer, aggregated=aggregated, **OLD)


def test_of_which_kind(acme: Registry) -> None:
    assert kinds(read(acme, organization="acme", kinds=["kind1", "kind2"], **OLD)) == ["kind2", "kind1"]


def test_how_much_of_it(acme: Registry) -> None:
    """Entries have no names: pages of equal ones are told apart from one that comes twice."""
    for number in range(45):
        acme.simulator.add_log("pull_repo", "acme", "alice", at("2002-02-02T00:00:00") + number)
    day = {"organization": "acme", "start": "2002-02-02", "end": "2002-02-02"}
    assert len(read(acme, **day, limit=0)["logs"]) == 45
    acme.requests()
    result = read(acme, **day, limit=20)
    assert (len(result["logs"]), result["complete"]) == (20, False)
    assert len(acme.requests()) == 2
    result = read(acme, **day, limit=45)
    assert (len(result["logs"]), result["complete"]) == (45, True)


def test_how_often(acme: Registry) -> None:
    acme.simulator.add_log("kind0", "acme", "bob", at("2001-01-01T12:00:00"))
    assert read(acme, organization="acme", aggregated=True, kinds=["kind0", "kind3"], **OLD) == {
        "counts": [
            {"date": "2001-01-01", "kind": "kind0", "count": 2},
            {"date": "2001-01-02", "kind": "kind3", "count": 1},
        ]
    }
    of_bob = read(acme, organization="acme", performer="bob", aggregated=True, **OLD)["counts"]
    assert [one["kind"] for one in of_bob] == ["kind0", "kind1"]
    assert len(read(acme, registry=True, aggregated=True, **OLD)["counts"]) == 5
    assert read(acme, repository="acme/app", aggregated=True)["counts"][0]["kind"] == "create_repo"


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"start": "soon"}, "start 'soon' is not a date in ISO 8601"),
        ({"end": "12/31/2026"}, "end '12/31/2026' is not a date in ISO 8601"),
        ({"start": "2001-01-02", "end": "2001-01-01"}, "start '2001-01-02' is not before end '2001-01-01'"),
        ({"limit": -1}, "limit is -1; it cannot be negative"),
        (
            {"aggregated": True, "start": "2001-01-01", "end": "2001-02-01"},
            "more than 31 days apart, which is what Quay counts at once",
        ),
        ({"aggregated": True, "registry": True, "performer": "bob"}, "performer cannot be counted"),
        ({"repository": "acme//app"}, "is not organization/repository"),
        ({"organization": ""}, "organization must not be empty"),
    ],
)
def test_bad_input(registry: Registry, params: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidDeclaration, match=message):
        read(registry, **params)
    assert registry.requests() == []


def test_what_is_not_there(acme: Registry) -> None:
    with pytest.raises(NotFound):
        read(acme, repository="acme/nothing")
    with pytest.raises(NotFound, match="Organization 'nowhere' does not exist"):
        read(acme, organization="nowhere")


@pytest.mark.parametrize(
    ("where", "scope"),
    [
        ({"organization": "acme"}, "org:admin"),
        ({"repository": "acme/app"}, "repo:admin"),
        ({"registry": True}, "super:user"),
    ],
)
def test_who_may_not_see_it(acme: Registry, where: dict[str, Any], scope: str) -> None:
    with pytest.raises(Forbidden, match=f"lacks the scope {scope}"):
        read(acme, Token(acme.simulator.token("alice")), **where)


def test_counts_that_are_off(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"AGGREGATED_LOG_COUNT_RETRIEVAL": False})
    with pytest.raises(FeatureOff, match="FEATURE_AGGREGATED_LOG_COUNT_RETRIEVAL is off"):
        read(registry, aggregated=True)


def test_a_log_that_goes_elsewhere(acme: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = {"logs": [], "aggregated": [], "search_unavailable": True, "message": "Search is not set up"}
    client = acme.client()
    monkeypatch.setattr(client, "get", lambda path, query=None: answer)
    given = {name: option.get("default") for name, option in log_options().items()}
    for aggregated in (True, False):
        with pytest.raises(FeatureOff, match=r"Search is not set up\. LOGS_MODEL in its config"):
            log({**given, "aggregated": aggregated}, client, False)
