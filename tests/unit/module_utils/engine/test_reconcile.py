# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Whole runs against the simulator: final state, list of writes, requests, failures."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import failure
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    AuthenticationFailed,
    Conflict,
    Forbidden,
    NotFound,
    PurgeRefused,
    ServerFault,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Password, Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.runs import done

ACME: dict[str, Any] = {
    "name": "acme",
    "email": "acme@example.com",
    "time_machine_expiration": "1w",
    "robots": [{"name": "ci", "description": "CI"}],
    "teams": [{"name": "creators", "role": "creator", "members": ["acme+ci", "alice"]}],
    "prototypes": [{"name": "acme+ci", "role": "write"}],
    "repositories": [{"name": "app", "visibility": "public", "description": "d"}, {"name": "deep/nested"}],
    "applications": [{"name": "auto", "description": "x"}],
}


class TestLifeCycle:
    def test_creates_in_the_order_of_the_ranks(self, registry: Registry) -> None:
        registry.one(ACME)
        assert registry.writes() == [
            "POST organization/",
            "PUT organization/acme",
            "PUT organization/acme/robots/ci",
            "PUT organization/acme/team/creators",
            "PUT organization/acme/team/creators/members/acme+ci",
            "PUT organization/acme/team/creators/members/alice",
            "POST organization/acme/prototypes",
            "POST repository",
            "POST repository",
            "POST organization/acme/applications",
        ]

    def test_final_state(self, registry: Registry) -> None:
        registry.one(ACME)
        state = registry.state("acme")
        assert (state["email"], state["tag_expiration_s"]) == ("acme@example.com", 604800)
        assert state["robots"]["acme+ci"]["description"] == "CI"
        assert state["teams"]["creators"]["role"] == "creator"
        assert sorted(state["teams"]["creators"]["members"]) == ["acme+ci", "alice"]
        assert [(one["delegate"], one["role"]) for one in state["prototypes"]] == [("acme+ci", "write")]
        assert state["repositories"]["app"]["visibility"] == "public"
        assert state["repositories"]["deep/nested"]["visibility"] == "private"
        # The prototype was there before the repositories, so it applies to them.
        assert state["repositories"]["app"]["permissions"]["user"]["acme+ci"] == "write"
        assert [one["name"] for one in state["applications"]] == ["auto"]

    def test_a_second_run_reads_lists_and_changes_nothing(self, registry: Registry) -> None:
        registry.one(ACME)
        registry.requests()
        assert registry.one(ACME).changes == []
        assert sorted(registry.requests()) == [
            "GET organization/acme",
            "GET organization/acme/applications",
            "GET organization/acme/members",
            "GET organization/acme/prototypes",
            "GET organization/acme/robots?permissions=true&token=false",
            "GET repository?namespace=acme",
        ]

    @pytest.mark.parametrize("existing", [False, True])
    def test_check_mode_sends_reads_only_and_foresees_the_changes(
        self, registry: Registry, existing: bool
    ) -> None:
        if existing:
            registry.one({"name": "acme", "robots": [{"name": "ci"}], "teams": [{"name": "creators"}]})
        registry.requests()
        foreseen = registry.one(ACME, check_mode=True)
        assert registry.writes() == []
        assert foreseen.changes
        assert done(foreseen) == done(registry.one(ACME))

    def test_absent_and_absent_again(self, registry: Registry) -> None:
        registry.one(ACME)
        assert done(registry.one({"name": "acme", "state": "absent"})) == ["delete organization"]
        assert done(registry.one({"name": "acme", "state": "absent"})) == []
        assert "acme" not in registry.simulator.state()

    def test_objects_absent(self, registry: Registry) -> None:
        registry.one(ACME)
        gone = {
            "name": "acme",
            "robots": [{"name": "ci", "state": "absent"}],
            "teams": [{"name": "creators", "state": "absent"}],
            "prototypes": [{"name": "acme+ci", "state": "absent"}],
            "repositories": [{"name": "app", "state": "absent"}],
            "applications": [{"name": "auto", "state": "absent"}],
        }
        assert done(registry.one(gone)) == [
            "delete application auto",
            "delete repository app",
            "delete prototype  user acme+ci",
            "delete team creators",
            "delete robot ci",
        ]
        assert done(registry.one(gone)) == []

    def test_sixteen_requests_create_and_four_find_unchanged(self, registry: Registry) -> None:
        entry = {
            "name": "acme",
            "robots": [{"name": "ci"}],
            "teams": [{"name": "creators", "role": "creator", "members": ["acme+ci"]}],
            "prototypes": [{"name": "acme+ci", "role": "write"}],
            "repositories": [{"name": f"app{number}"} for number in range(10)],
        }
        registry.one(entry)
        assert len(registry.requests()) == 16
        registry.one(entry)
        assert len(registry.requests()) == 4


class TestOwnNamespace:
    def test_of_the_caller(self, registry: Registry) -> None:
        entry = {"name": "admin", "robots": [{"name": "mine"}]}
        (report,) = reconcile(registry.client(), [desired_of(entry, declares_organization=False)])
        assert (report.error, done(report)) == (None, ["create robot mine"])
        entry = {"name": "admin", "repositories": [{"name": "mine"}]}
        (report,) = reconcile(registry.client(), [desired_of(entry, declares_organization=False)])
        assert (report.error, done(report)) == (None, ["create repository mine"])

    def test_of_somebody_else(self, registry: Registry) -> None:
        entry = {"name": "bob", "robots": [{"name": "mine"}]}
        (report,) = reconcile(registry.client(), [desired_of(entry, declares_organization=False)])
        assert isinstance(report.error, NotFound)


class TestReading:
    def test_who_exists_is_asked_once_for_all_organizations(self, registry: Registry) -> None:
        entries = [{"name": f"o{n}", "teams": [{"name": "t1", "members": ["alice"]}]} for n in range(9)]
        registry.requests()
        registry.reconcile(*entries, client=registry.client(parallel=1))
        assert registry.requests().count("GET users/alice") <= 3, (
            "lanes under way at the same time may both ask"
        )


class TestFailures:
    def test_one_organization_does_not_stop_the_others(self, registry: Registry) -> None:
        reports = registry.reconcile(
            {"name": "one1"}, {"name": "alice"}, {"name": "two2", "robots": [{"name": "ci"}]}
        )
        assert [report.error is None for report in reports] == [True, False, True]
        assert isinstance(reports[1].error, Conflict)
        assert "belongs to a user" in str(reports[1].error)
        assert {"one1", "two2"} <= set(registry.simulator.state())

    def test_what_was_done_before_is_reported(self, registry: Registry) -> None:
        registry.simulator.faults.add(Fault(kind="500", method="POST", path="prototypes"))
        (report,) = registry.reconcile(ACME)
        assert isinstance(report.error, ServerFault)
        assert done(report)[:3] == ["create organization", "create robot ci", "create team creators"]
        assert not any("prototype" in text for text in done(report))

    def test_a_change_that_was_done_in_part_is_reported_in_part(self, registry: Registry) -> None:
        registry.one({"name": "acme", "repositories": [{"name": "app"}]})
        registry.simulator.faults.add(Fault(kind="500", method="PUT", path="changestate"))
        changed = {"name": "app", "visibility": "public", "repo_state": "READ_ONLY"}
        (report,) = registry.reconcile({"name": "acme", "repositories": [changed]})
        assert isinstance(report.error, ServerFault)
        assert [(change.action, change.fields) for change in report.changes] == [("update", ("visibility",))]

    def test_what_nobody_knows_of_is_named(self, registry: Registry) -> None:
        registry.simulator.faults.add(
            Fault(kind="reset_after", method="POST", path="organization/$", times=1)
        )
        registry.simulator.faults.add(Fault(kind="500", method="GET", path="organization/acme"))
        (report,) = registry.reconcile({"name": "acme"})
        assert "Whether this was carried out is open" not in str(report.error)
        registry.simulator.faults.clear()
        registry.simulator.faults.add(Fault(kind="reset_after", method="PUT", path="robots/ci"))
        (report,) = registry.reconcile({"name": "acme", "robots": [{"name": "ci"}]})
        assert report.error is None, "the robot was made before the answer was lost"

    @pytest.mark.parametrize(
        ("scopes", "error", "message"),
        [
            ("org:admin repo:create user:read", Forbidden, "lacks the scope user:admin"),
            ("user:admin", Forbidden, "lacks the scope org:admin"),
        ],
    )
    def test_a_missing_scope_is_named(
        self, registry: Registry, scopes: str, error: type, message: str
    ) -> None:
        client = registry.client(Token(registry.simulator.token("alice", scopes)))
        (report,) = registry.reconcile({"name": "acme", "robots": [{"name": "ci"}]}, client=client)
        assert isinstance(report.error, error)
        assert message in str(report.error)

    @pytest.mark.parametrize("existing", [True, False])
    @pytest.mark.parametrize("check_mode", [True, False])
    def test_an_invalid_token(self, registry: Registry, existing: bool, check_mode: bool) -> None:
        """Quay answers its reads as to anybody, with 200 or 404."""
        if existing:
            registry.one({"name": "acme"})
        registry.writes()
        client = registry.client(Token("x" * 40))
        (report,) = registry.reconcile(
            {"name": "acme", "robots": [{"name": "ci"}]}, client=client, check_mode=check_mode
        )
        assert isinstance(report.error, AuthenticationFailed)
        assert "invalid, expired or revoked" in str(report.error)

    def test_a_purge_beyond_its_limit_changes_nothing(self, registry: Registry) -> None:
        registry.one({"name": "acme", "robots": [{"name": f"r{number:02}"} for number in range(11)]})
        registry.writes()
        (report,) = registry.reconcile(
            {"name": "acme", "robots": [{"name": "new"}]}, purge=["robots"], purge_limit=10
        )
        assert isinstance(report.error, PurgeRefused)
        assert "robot r00" in str(report.error)
        assert registry.writes() == []

    def test_a_listing_that_breaks_off_changes_nothing(self, make_registry: Callable[..., Registry]) -> None:
        registry = make_registry(page_size=5)
        registry.one({"name": "acme", "repositories": [{"name": f"app{number}"} for number in range(12)]})
        registry.writes()
        registry.simulator.faults.add(Fault(kind="cut_page", path="repository"))
        (report,) = registry.reconcile({"name": "acme", "repositories": [{"name": "new1"}, {"name": "new2"}]})
        assert "cannot be completed" in str(report.error)
        assert registry.writes() == []


class TestOpenWrites:
    """A write without an answer is never sent again blindly."""

    @pytest.mark.parametrize("kind", ["reset_after", "502", "503", "504"])
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", r"organization/$"),
            ("PUT", r"robots/ci$"),
            ("PUT", r"team/creators$"),
            ("PUT", r"members/alice$"),
            ("POST", r"prototypes$"),
            ("POST", r"/repository$"),
            ("POST", r"applications$"),
        ],
    )
    def test_converges_without_doubling(self, registry: Registry, kind: str, method: str, path: str) -> None:
        registry.simulator.faults.add(Fault(kind=kind, method=method, path=path, times=1))
        report = registry.one(ACME)
        state = registry.state("acme")
        assert len(state["prototypes"]) == 1
        assert len(state["applications"]) == 1
        assert sorted(state["repositories"]) == ["app", "deep/nested"]
        assert sorted(done(report)) == sorted(set(done(report))), "each change is reported once"
        assert len({(change.kind, change.key) for change in report.changes}) == 9
        assert registry.one(ACME).changes == []

    def test_a_lost_deletion(self, registry: Registry) -> None:
        registry.one(ACME)
        registry.simulator.faults.add(Fault(kind="reset_after", method="DELETE", times=1))
        assert done(registry.one({"name": "acme", "state": "absent"})) == ["delete organization"]

    def test_a_server_that_keeps_failing_is_given_up(self, registry: Registry) -> None:
        registry.simulator.faults.add(Fault(kind="reset_before", method="PUT", path="robots"))
        (report,) = registry.reconcile(ACME)
        assert report.error is not None
        assert registry.writes().count("PUT organization/acme/robots/ci") <= 8
        assert "robot ci" in failure(report), "whether it was made is open"

    @pytest.mark.parametrize("seed", range(3))
    def test_fifty_organizations_in_bad_weather(self, registry: Registry, seed: int) -> None:
        for number, kind in enumerate(("429", "503", "reset_before", "reset_after")):
            registry.simulator.faults.add(Fault(kind=kind, rate=0.05, seed=seed * 10 + number, retry_after=1))
        entries = [
            {
                **ACME,
                "name": f"org{n:02}",
                "email": None,
                "teams": [{"name": "creators", "role": "creator", "members": [f"org{n:02}+ci", "alice"]}],
                "prototypes": [{"name": f"org{n:02}+ci", "role": "write"}],
            }
            for n in range(50)
        ]
        reports = registry.reconcile(*entries, client=registry.client(parallel=8))
        assert [str(report.error) for report in reports if report.error] == []
        registry.simulator.faults.clear()
        for entry in entries:
            state = registry.state(entry["name"])
            assert len(state["prototypes"]) == len(state["applications"]) == 1
            assert sorted(state["teams"]["creators"]["members"]) == ["alice", f"{entry['name']}+ci"]
            assert sorted(state["repositories"]) == ["app", "deep/nested"]
        assert [done(report) for report in registry.reconcile(*entries) if report.changes] == []


class TestPassword:
    def test_signs_in_once_and_never_out(self, registry: Registry) -> None:
        client = registry.client(Password("alice", "alice-password"), parallel=8)
        reports = registry.reconcile(
            *(
                {**ACME, "name": f"org{number}", "email": None, "teams": [], "prototypes": []}
                for number in range(5)
            ),
            client=client,
        )
        assert [report.error for report in reports] == [None] * 5
        requests = [one.path for one in registry.simulator.requests]
        assert requests.count("/api/v1/signin") == 1
        assert not any("signout" in path for path in requests)


def test_the_order_of_the_reports_is_that_of_the_list(registry: Registry) -> None:
    names = [f"org{number}" for number in (3, 1, 2)]
    assert [report.namespace for report in registry.reconcile(*({"name": name} for name in names))] == names
