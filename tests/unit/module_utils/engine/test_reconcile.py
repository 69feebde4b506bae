# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Whole runs against the simulator: final state, list of writes, requests, failures."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, failure
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    AuthenticationFailed,
    Conflict,
    FeatureOff,
    Forbidden,
    InvalidDeclaration,
    InvalidRequest,
    NameHeld,
    NotFound,
    PurgeRefused,
    ServerFault,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Password, Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry

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


def done(report: Report) -> list[str]:
    return [" ".join((change.action, change.kind.name, *change.key)) for change in report.changes]


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


class TestKinds:
    def test_organization_settings(self, registry: Registry) -> None:
        registry.one({"name": "acme", "email": "a@example.com"})
        registry.writes()
        changed = registry.one({"name": "acme", "email": "", "time_machine_expiration": "2w"})
        assert changed.changes[0].before == {"email": "a@example.com"}
        assert registry.writes() == ["PUT organization/acme"]

    def test_federations(self, registry: Registry) -> None:
        def robot(*subjects: str, append: bool = True) -> dict[str, Any]:
            pairs = [{"issuer": "https://issuer.example.com", "subject": one} for one in subjects]
            return {"name": "acme", "robots": [{"name": "ci", "federations": pairs, "append": append}]}

        registry.one(robot("a"))
        assert done(registry.one(robot("b"))) == ["update robot ci"]
        assert done(registry.one(robot("a", "b"))) == []
        assert done(registry.one(robot("b", append=False))) == ["update robot ci"]
        registry.writes()
        registry.one(robot(append=False))
        assert registry.writes() == ["DELETE organization/acme/robots/ci/federation"]
        assert done(registry.one(robot(append=False))) == []

    def test_a_robot_gets_a_new_token(self, registry: Registry) -> None:
        registry.one({"name": "acme", "robots": [{"name": "ci"}]})
        registry.writes()
        desired = desired_of({"name": "acme", "robots": [{"name": "ci", "regenerate": True}]}, (), 0, False)
        (report,) = reconcile(registry.client(), [desired])
        assert registry.writes() == ["POST organization/acme/robots/ci/regenerate"]
        assert len(report.answers[0]["token"]) == 64
        assert report.current is not None
        (robot,) = [item for item in report.current.items if item.kind.name == "robot"]
        assert robot.facts["token"] != report.answers[0]["token"]

    def test_the_token_of_a_new_robot_with_federations_is_among_the_answers(self, registry: Registry) -> None:
        pair = {"issuer": "https://issuer.example.com", "subject": "s"}
        registry.one({"name": "acme"})
        report = registry.one({"name": "acme", "robots": [{"name": "ci", "federations": [pair]}]})
        assert [isinstance(one, dict) and len(one["token"]) for one in report.answers] == [64, False]

    def test_team_with_role_admin_is_demoted_before_it_is_deleted(self, registry: Registry) -> None:
        registry.one({"name": "acme", "teams": [{"name": "bosses", "role": "admin"}]})
        registry.writes()
        registry.one({"name": "acme", "teams": [{"name": "bosses", "state": "absent"}]})
        assert registry.writes() == [
            "PUT organization/acme/team/bosses",
            "DELETE organization/acme/team/bosses",
        ]

    def test_members_complete(self, registry: Registry) -> None:
        team = {"name": "creators", "members": ["alice", "acme+ci"]}
        registry.one({"name": "acme", "robots": [{"name": "ci"}], "teams": [team]})
        exact = {"name": "acme", "teams": [{"name": "creators", "members": ["bob"], "append": False}]}
        assert done(registry.one(exact)) == [
            "create member creators bob",
            "delete member creators acme+ci",
            "delete member creators alice",
        ]
        assert done(registry.one(exact)) == []

    def test_the_caller_stays_in_owners(self, registry: Registry) -> None:
        registry.one({"name": "acme"})
        exact = {"name": "acme", "teams": [{"name": "owners", "members": ["bob"], "append": False}]}
        assert done(registry.one(exact)) == ["create member owners bob"]
        assert sorted(registry.state("acme")["teams"]["owners"]["members"]) == ["admin", "bob"]

    def test_owners_of_a_new_organization_are_not_made_twice(self, registry: Registry) -> None:
        entry = {"name": "acme", "teams": [{"name": "owners", "role": "admin", "members": ["admin", "bob"]}]}
        assert done(registry.one(entry)) == ["create organization", "create member owners bob"]

    def test_invitations_are_sent_once(self, make_registry: Callable[..., Registry]) -> None:
        registry = make_registry(features={"MAILING": True, "REQUIRE_TEAM_INVITE": True})
        entry = {
            "name": "acme",
            "email": "a@example.com",
            "teams": [{"name": "creators", "members": ["alice"]}],
        }
        assert "create member creators alice" in done(registry.one(entry))
        again = registry.one(entry)
        assert done(again) == []
        assert again.warnings == ["alice is invited to team creators and has not accepted yet."]

    def test_a_doubled_prototype_becomes_one(self, registry: Registry) -> None:
        registry.one({"name": "acme", "robots": [{"name": "ci"}]})
        rule = {"role": "write", "delegate": {"name": "acme+ci", "kind": "user"}}
        for _ in range(3):
            registry.client().send("POST", "organization/acme/prototypes", rule)
        entry = {"name": "acme", "prototypes": [{"name": "acme+ci", "role": "write"}]}
        assert done(registry.one(entry)) == ["delete prototype  user acme+ci"] * 2
        assert done(registry.one(entry)) == []

    def test_repository_properties_are_separate_requests(self, registry: Registry) -> None:
        registry.one({"name": "acme", "repositories": [{"name": "app"}]})
        registry.writes()
        changed = {"visibility": "public", "description": "d", "repo_state": "READ_ONLY", "star": True}
        registry.one({"name": "acme", "repositories": [{"name": "app", **changed}]})
        assert registry.writes() == [
            "POST repository/acme/app/changevisibility",
            "PUT repository/acme/app",
            "PUT repository/acme/app/changestate",
            "POST user/starred",
        ]
        assert done(registry.one({"name": "acme", "repositories": [{"name": "app", **changed}]})) == []
        registry.one({"name": "acme", "repositories": [{"name": "app", "star": False}]})
        assert registry.writes() == ["DELETE user/starred/acme/app"]

    def test_a_new_repository_takes_state_and_star(self, registry: Registry) -> None:
        registry.one(
            {"name": "acme", "repositories": [{"name": "app", "repo_state": "MIRROR", "star": True}]}
        )
        assert registry.writes()[1:] == [
            "POST repository",
            "PUT repository/acme/app/changestate",
            "POST user/starred",
        ]

    def test_permissions_complete_on_a_new_repository(self, registry: Registry) -> None:
        """What the prototype adds by itself goes; the creator's own right stays."""
        entry = {
            "name": "acme",
            "robots": [{"name": "ci"}],
            "prototypes": [{"name": "acme+ci", "role": "write"}],
            "repositories": [{"name": "app", "perms": [{"name": "bob", "role": "read"}], "append": False}],
        }
        registry.one(entry)
        assert registry.state("acme")["repositories"]["app"]["permissions"]["user"] == {
            "admin": "admin",
            "bob": "read",
        }
        assert done(registry.one(entry)) == []

    def test_an_application_keeps_what_is_not_declared(self, registry: Registry) -> None:
        full = {"name": "auto", "description": "d", "redirect_uri": "https://app.example.com/back"}
        registry.one({"name": "acme", "applications": [full]})
        registry.one({"name": "acme", "applications": [{"name": "auto", "description": "new"}]})
        assert done(registry.one({"name": "acme", "applications": [{**full, "description": "new"}]})) == []

    def test_own_namespace(self, registry: Registry) -> None:
        entry = {"name": "admin", "robots": [{"name": "mine"}]}
        (report,) = reconcile(registry.client(), [desired_of(entry, declares_organization=False)])
        assert (report.error, done(report)) == (None, ["create robot mine"])
        entry = {"name": "admin", "repositories": [{"name": "mine"}]}
        (report,) = reconcile(registry.client(), [desired_of(entry, declares_organization=False)])
        assert (report.error, done(report)) == (None, ["create repository mine"])

    def test_the_namespace_of_somebody_else(self, registry: Registry) -> None:
        entry = {"name": "bob", "robots": [{"name": "mine"}]}
        (report,) = reconcile(registry.client(), [desired_of(entry, declares_organization=False)])
        assert isinstance(report.error, NotFound)


class TestRepositoriesOfOthers:
    def test_a_creator_who_administers_nothing(self, registry: Registry) -> None:
        registry.one(
            {"name": "acme", "teams": [{"name": "creators", "role": "creator", "members": ["alice"]}]}
        )
        client = registry.client(Token(registry.simulator.token("alice")))
        entry = {
            "name": "acme",
            "repositories": [{"name": "app", "perms": [{"name": "bob", "role": "read"}]}],
        }
        for changes in (["create repository app", "create permission app user bob"], []):
            (report,) = reconcile(client, [desired_of(entry, declares_organization=False)])
            assert (report.error, done(report)) == (None, changes)

    def test_of_an_outsider_are_refused(self, registry: Registry) -> None:
        registry.one({"name": "acme"})
        client = registry.client(Token(registry.simulator.token("bob")))
        entry = {"name": "acme", "repositories": [{"name": "app"}]}
        (report,) = reconcile(client, [desired_of(entry, declares_organization=False)])
        assert isinstance(report.error, Forbidden)


class TestReading:
    """The fewest requests that tell what is there."""

    def reads(self, registry: Registry, entry: dict[str, Any], **options: Any) -> list[str]:
        registry.requests()
        registry.one(entry, **options)
        return [text for text in registry.requests() if text.startswith("GET")]

    def test_one_robot_is_asked_for_by_name(self, registry: Registry) -> None:
        registry.one({"name": "acme", "robots": [{"name": "ci"}]})
        reads = self.reads(registry, {"name": "acme", "robots": [{"name": "ci"}]})
        assert reads == ["GET organization/acme", "GET organization/acme/robots/ci"]

    def test_permissions_are_read_by_team_where_that_is_less(self, registry: Registry) -> None:
        repositories = [
            {"name": f"app{number}", "perms": [{"name": "creators", "type": "team", "role": "read"}]}
            for number in range(5)
        ]
        entry = {"name": "acme", "teams": [{"name": "creators"}], "repositories": repositories}
        registry.one(entry)
        assert self.reads(registry, entry) == [
            "GET organization/acme",
            "GET repository?namespace=acme",
            "GET organization/acme/team/creators/permissions",
        ]

    def test_permissions_are_read_by_robot_where_that_is_less(self, registry: Registry) -> None:
        repositories = [
            {"name": f"app{n}", "perms": [{"name": "acme+ci", "role": "write"}]} for n in range(5)
        ]
        entry = {"name": "acme", "robots": [{"name": "ci"}], "repositories": repositories}
        registry.one(entry)
        assert "GET organization/acme/robots/ci/permissions" in self.reads(registry, entry)

    def test_a_token_without_user_admin_reads_them_by_repository(self, registry: Registry) -> None:
        repositories = [
            {"name": f"app{n}", "perms": [{"name": "acme+ci", "role": "write"}]} for n in range(3)
        ]
        entry = {"name": "acme", "robots": [{"name": "ci"}], "repositories": repositories}
        registry.one(entry)
        registry.simulator.add_user("owner")
        registry.one({"name": "acme", "teams": [{"name": "owners", "members": ["owner"]}]})
        token = registry.simulator.token("owner", "org:admin repo:admin repo:create user:read")
        reads = self.reads(registry, entry, client=registry.client(Token(token)))
        assert "GET repository/acme/app2/permissions/user/" in reads

    def test_robots_of_other_organizations_are_found_in_complete_teams(self, registry: Registry) -> None:
        registry.one({"name": "other", "robots": [{"name": "ci"}]})
        registry.one({"name": "acme", "teams": [{"name": "creators"}]})
        registry.client().send("PUT", "organization/acme/team/creators/members/other+ci")
        exact = {"name": "acme", "teams": [{"name": "creators", "members": [], "append": False}]}
        assert done(registry.one(exact)) == ["delete member creators other+ci"]

    def test_robots_of_a_similar_name_are_not_ours(self, registry: Registry) -> None:
        """Quay matches the namespace as a pattern, in which _ stands for any letter."""
        registry.one({"name": "axb", "robots": [{"name": "other"}]})
        registry.one({"name": "a_b", "robots": [{"name": "ci"}]})
        result = registry.one({"name": "a_b", "robots": [{"name": "ci"}]}, purge=["robots"])
        assert done(result) == []

    def test_who_exists_is_asked_once_for_all_organizations(self, registry: Registry) -> None:
        entries = [{"name": f"o{n}", "teams": [{"name": "t1", "members": ["alice"]}]} for n in range(9)]
        registry.requests()
        registry.reconcile(*entries, client=registry.client(parallel=1))
        assert registry.requests().count("GET users/alice") <= 3, (
            "lanes under way at the same time may both ask"
        )

    def test_all_pages_of_repositories(self, make_registry: Callable[..., Registry]) -> None:
        registry = make_registry(page_size=10)
        entry = {"name": "acme", "repositories": [{"name": f"app{number:03}"} for number in range(35)]}
        registry.one(entry)
        registry.requests()
        assert registry.one(entry).changes == []
        assert len(registry.requests()) == 1 + 4


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

    def test_an_unknown_member_is_found_before_anything_is_written(self, registry: Registry) -> None:
        entry = {"name": "acme", "teams": [{"name": "creators", "members": ["nobody"]}]}
        (report,) = registry.reconcile(entry)
        assert isinstance(report.error, InvalidDeclaration)
        assert "user 'nobody' does not exist" in str(report.error)
        assert registry.writes() == []

    def test_an_unknown_robot_is_found_before_anything_is_written(self, registry: Registry) -> None:
        registry.one({"name": "acme"})
        registry.writes()
        for part in (
            {"teams": [{"name": "creators", "members": ["acme+nope"]}]},
            {"prototypes": [{"name": "acme+nope"}]},
            {"repositories": [{"name": "app", "perms": [{"name": "acme+nope"}]}]},
        ):
            (report,) = registry.reconcile({"name": "acme", **part})
            assert "robot 'acme+nope' does not exist" in str(report.error)
        assert registry.writes() == []

    def test_a_purge_beyond_its_limit_changes_nothing(self, registry: Registry) -> None:
        registry.one({"name": "acme", "robots": [{"name": f"r{number:02}"} for number in range(11)]})
        registry.writes()
        (report,) = registry.reconcile(
            {"name": "acme", "robots": [{"name": "new"}]}, purge=["robots"], purge_limit=10
        )
        assert isinstance(report.error, PurgeRefused)
        assert "robot r00" in str(report.error)
        assert registry.writes() == []

    def test_a_name_that_a_deletion_still_holds(self, registry: Registry) -> None:
        registry.one({"name": "acme"})
        registry.one({"name": "acme", "state": "absent"})
        (report,) = registry.reconcile({"name": "acme"})
        assert isinstance(report.error, NameHeld)
        assert "background job" in str(report.error)
        registry.simulator.collect_garbage()
        registry.one({"name": "acme"})

    def test_a_time_span_that_the_registry_does_not_offer(self, registry: Registry) -> None:
        (report,) = registry.reconcile({"name": "acme", "time_machine_expiration": "3d"})
        assert isinstance(report.error, InvalidRequest)
        assert "TAG_EXPIRATION_OPTIONS" in str(report.error)

    def test_a_feature_that_is_off_is_named(self, make_registry: Callable[..., Registry]) -> None:
        registry = make_registry(features={"REPO_MIRROR": False})
        (report,) = registry.reconcile(
            {"name": "acme", "repositories": [{"name": "app", "repo_state": "READ_ONLY"}]}
        )
        assert isinstance(report.error, FeatureOff)
        assert "FEATURE_REPO_MIRROR is off" in str(report.error)

    def test_a_setting_that_quay_passes_over_in_silence(self, make_registry: Callable[..., Registry]) -> None:
        registry = make_registry(features={"CHANGE_TAG_EXPIRATION": False})
        (report,) = registry.reconcile({"name": "acme", "time_machine_expiration": "1d"})
        assert isinstance(report.error, FeatureOff)
        assert "FEATURE_CHANGE_TAG_EXPIRATION is off" in str(report.error)
        assert [change.fields for change in report.changes] == [()]

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
