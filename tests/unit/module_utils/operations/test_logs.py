# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What was done: entries, counts and exports."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    FeatureOff,
    Forbidden,
    InvalidDeclaration,
    InvalidRequest,
    NotFound,
    ServerFault,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Password
from ansible_collections.quayops.quay.plugins.module_utils.kinds.dates import date_of, end_of, quays_date
from ansible_collections.quayops.quay.plugins.module_utils.operations.logs import (
    _parts,
    _Span,
    export,
    logs,
    logs_export_options,
    logs_info_options,
)
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry

DAY = 86400


@pytest.fixture
def acme(registry: Registry) -> Registry:
    """A registry in which something was done: an organization, a robot and two repositories."""
    registry.one({"name": "acme", "robots": [{"name": "ci"}], "repositories": [{"name": "a"}, {"name": "b"}]})
    registry.simulator.requests.clear()
    return registry


def read(where: Registry, credentials: Any = None, **given: Any) -> dict[str, Any]:
    options = {name: option.get("default") for name, option in logs_info_options().items()}
    return dict(logs({**options, **given}, where.client(credentials), False).values)


def kinds(where: Registry, **given: Any) -> list[str]:
    return [entry["kind"] for entry in read(where, **given)["logs"]]


def happened(registry: Registry, *moments: float, kind: str = "push_repo") -> None:
    """Let something have been done in acme at these moments."""
    store = registry.simulator.store
    namespace = store.users.first(username="acme")
    repository = store.repositories.first(name="a")
    performer = store.users.first(username="acme+ci")
    assert namespace and repository and performer
    for moment in moments:
        store.log_entries.insert(
            kind=kind,
            namespace=namespace.id,
            repository=repository.id,
            performer=performer.id,
            metadata={},
            ip="192.0.2.1",
            moment=moment,
        )


def test_what_was_done_in_an_organization(acme: Registry) -> None:
    found = read(acme, organization="acme")
    assert sorted(entry["kind"] for entry in found["logs"]) == [
        "create_repo",
        "create_repo",
        "create_robot",
        "org_create",
    ]
    assert found["more"] is False
    (robot,) = [entry for entry in found["logs"] if entry["kind"] == "create_robot"]
    assert (robot["performer"], robot["metadata"]["robot"]) == ("admin", "ci")
    assert set(robot) == {"kind", "datetime", "performer", "ip", "metadata"}


def test_of_a_repository_of_the_registry_and_of_oneself(acme: Registry) -> None:
    assert kinds(acme, repository="acme/a") == ["create_repo"]
    assert {entry["namespace"] for entry in read(acme, registry=True)["logs"]} == {"acme"}
    assert kinds(acme) == []
    paths = [one.partition("?")[0] for one in acme.requests()]
    assert paths[0] == "GET repository/acme/a/logs" and paths[-1] == "GET user/logs"
    assert "GET superuser/logs" in paths


def test_by_kind_and_by_performer(acme: Registry) -> None:
    happened(acme, time.time() - 60)
    assert kinds(acme, organization="acme", kinds=["create_robot", "push_repo"]) == [
        "create_robot",
        "push_repo",
    ]
    for whose in ({"organization": "acme"}, {"repository": "acme/a"}, {"registry": True}):
        assert kinds(acme, performer="acme+ci", **whose) == ["push_repo"]


@pytest.mark.parametrize("counts", [False, True])
@pytest.mark.parametrize("name", ["nobody", "acme+nobody", "nobody+ci"])
def test_a_performer_that_does_not_exist(acme: Registry, name: str, counts: bool) -> None:
    with pytest.raises(InvalidDeclaration, match="does not exist"):
        read(acme, organization="acme", performer=name, counts=counts)


def test_a_failure_is_not_put_down_to_a_performer_that_exists(acme: Registry) -> None:
    acme.simulator.faults.add(Fault("500", method="GET", path=r"/logs"))
    with pytest.raises(ServerFault):
        read(acme, organization="acme", performer="admin")


def test_many_are_read_page_by_page_as_far_as_they_are_wanted(acme: Registry) -> None:
    # All look alike, as when an image is pulled many times within a second.
    happened(acme, *[time.time() - 60] * 50)
    assert len(kinds(acme, organization="acme", kinds=["push_repo"])) == 50
    # Quay has a page without entries at the end.
    assert len(acme.requests()) == 4
    found = read(acme, organization="acme", kinds=["push_repo"], limit=10)
    assert (len(found["logs"]), found["more"]) == (10, True)
    assert len(acme.requests()) == 1
    assert read(acme, organization="acme", limit=54)["more"] is False


def test_a_span_is_cut_to_the_second(acme: Registry) -> None:
    noon = datetime(2026, 3, 10, 12, tzinfo=timezone.utc).timestamp()
    happened(acme, noon - 2 * DAY, noon - 3600, noon, noon + 3600, noon + DAY)

    def count(start: str, end: str) -> int:
        return len(kinds(acme, organization="acme", start=start, end=end))

    assert count("2026-03-10", "2026-03-10") == 3
    assert count("2026-03-10T12:00:00", "2026-03-11") == 3
    assert count("2026-03-10T12:00:00+01:00", "2026-03-10T12:00:00Z") == 1
    assert count("2026-03-08", "2026-03-11") == 5
    acme.requests()
    count("2026-03-10T12:00:00", "2026-03-11")
    assert all("starttime=03%2F10%2F2026&endtime=03%2F11%2F2026" in one for one in acme.requests())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"start": "yesterday"}, "start 'yesterday' is no date in ISO 8601"),
        ({"start": "2026-03-11", "end": "2026-03-10"}, "is not before the end"),
        ({"start": "9000-01-01"}, "is not before the end"),
        ({"limit": 0}, "must be 1 at least"),
        ({"organization": ""}, "must not be empty"),
        ({"registry": True, "counts": True, "performer": "admin"}, "in an organization and in your own"),
    ],
)
def test_what_needs_no_registry(acme: Registry, given: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidDeclaration) as raised:
        read(acme, **given)
    assert words in str(raised.value)
    assert acme.requests() == []


def test_whose_log_is_not_there(acme: Registry) -> None:
    with pytest.raises(NotFound):
        read(acme, organization="none")
    with pytest.raises(NotFound):
        read(acme, repository="acme/none")


@pytest.mark.parametrize("whose", [{"organization": "acme"}, {"repository": "acme/a"}, {"registry": True}])
def test_to_whom_it_is_not_shown(acme: Registry, whose: dict[str, Any]) -> None:
    for counts in (False, True):
        with pytest.raises(Forbidden):
            read(acme, credentials=Password("alice", "alice-password"), counts=counts, **whose)


def test_a_log_that_cannot_be_searched(acme: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    client = acme.client()
    answer = {"logs": [], "aggregated": [], "search_unavailable": True, "message": "Splunk has it."}
    monkeypatch.setattr(client, "get", lambda *_asked: answer)
    options = {name: option.get("default") for name, option in logs_info_options().items()}
    for counts in (False, True):
        with pytest.raises(FeatureOff, match=r"LOGS_MODEL.*Splunk has it"):
            logs({**options, "counts": counts}, client, False)


# Counts


def test_counts(acme: Registry) -> None:
    happened(acme, time.time() - 60, time.time() - 61)
    found = read(acme, organization="acme", counts=True)
    assert found["totals"] == {"create_repo": 2, "create_robot": 1, "org_create": 1, "push_repo": 2}
    assert sum(row["count"] for row in found["counts"]) == 6
    assert read(acme, organization="acme", counts=True, performer="acme+ci")["totals"] == {"push_repo": 2}
    assert read(acme, registry=True, counts=True, kinds=["org_create"])["totals"] == {"org_create": 1}
    assert read(acme, repository="acme/b", counts=True)["totals"] == {"create_repo": 1}


def test_counts_over_a_year(acme: Registry) -> None:
    noon = datetime(2026, 1, 31, 12, tzinfo=timezone.utc).timestamp()
    happened(acme, noon, noon + 60 * DAY, noon + 300 * DAY)
    acme.requests()
    found = read(acme, organization="acme", counts=True, start="2026-01-01", end="2026-12-31")
    assert [row["datetime"][5:16] for row in found["counts"] if row["kind"] == "push_repo"] == [
        "31 Jan 2026",
        "01 Apr 2026",
        "27 Nov 2026",
    ]
    assert len(acme.requests()) == 14


def test_no_part_of_a_span_is_longer_than_quay_counts_rightly() -> None:
    start, end = date_of("start", "2026-01-30T10:00"), end_of("end", "2026-05-02")
    parts = _parts(_Span(start, end))
    assert parts[0].start == datetime(2026, 1, 30, tzinfo=timezone.utc) and parts[-1].end == end
    for one, following in zip(parts, parts[1:]):
        assert one.end == following.start
        assert one.start and one.end and one.end - one.start <= timedelta(days=28)


def test_counting_that_is_off(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"AGGREGATED_LOG_COUNT_RETRIEVAL": False})
    registry.one({"name": "acme", "repositories": [{"name": "a"}]})
    for whose in ({"organization": "acme"}, {"repository": "acme/a"}):
        with pytest.raises(FeatureOff, match="FEATURE_AGGREGATED_LOG_COUNT_RETRIEVAL is off"):
            read(registry, **whose, counts=True)
    with pytest.raises(NotFound):
        read(registry, repository="acme/none", counts=True)


# Export


def exported(registry: Registry, check_mode: bool = False, **given: Any) -> dict[str, Any]:
    options = {name: option.get("default") for name, option in logs_export_options().items()}
    outcome = export({**options, **given}, registry.client(), check_mode)
    assert outcome.changed
    return dict(outcome.values)


def test_an_export(acme: Registry) -> None:
    given = {"email": "a@example.com", "start": "2026-01-01", "end": "2026-12-31"}
    assert exported(acme, organization="acme", **given)["export_id"]
    assert acme.requests() == [
        "POST organization/acme/exportlogs?starttime=01%2F01%2F2026&endtime=12%2F31%2F2026"
    ]
    assert exported(acme, repository="acme/a", **given)["export_id"]
    assert exported(acme, **given)["export_id"]


def test_check_mode_exports_nothing(acme: Registry) -> None:
    assert exported(acme, check_mode=True, organization="acme", email="a@example.com") == {}
    assert acme.requests() == []


def test_an_address_inside_of_quays_network(acme: Registry) -> None:
    with pytest.raises(InvalidRequest, match=r"Invalid callback URL.*SSRF_ALLOWED_HOSTS"):
        exported(acme, organization="acme", url="http://127.0.0.1/")


def test_exporting_that_is_off(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"LOG_EXPORT": False})
    registry.one({"name": "acme"})
    with pytest.raises(FeatureOff, match="FEATURE_LOG_EXPORT is off"):
        exported(registry, organization="acme", email="a@example.com")


# Dates


def test_dates() -> None:
    noon = datetime(2026, 3, 10, 12, tzinfo=timezone.utc)
    assert date_of("start", "2026-03-10T12:00:00Z") == date_of("start", "2026-03-10T13:00:00+01:00") == noon
    assert date_of("start", "10.03.26 12", "%d.%m.%y %H") == noon
    assert end_of("end", "2026-03-10") == noon + timedelta(hours=12)
    assert end_of("end", "2026-03-10T12:00") == noon
    assert quays_date("Tue, 10 Mar 2026 12:00:00 -0000") == noon
    assert quays_date("Tue, 10 Mar 2026 12:00:00 GMT") == noon
    assert quays_date("nonsense") is None and quays_date("") is None
