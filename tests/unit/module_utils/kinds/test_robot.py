# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Robots: their federations and tokens; a description that stays; those that others refer to."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.plan import plan
from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import (
    Report,
    change_views,
    diffs,
    summary,
)
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Change, Item
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.declarations import LONG, entry, wrong
from tests.unit.module_utils.named_kinds import KINDS
from tests.unit.module_utils.plans import ROBOT, change, current, desired, item, labels, names
from tests.unit.module_utils.rivals import both_create, the_other_removes
from tests.unit.module_utils.runs import done, reads

CI = {"name": "acme", "robots": [{"name": "ci", "description": "CI"}]}

# --- declaring ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (entry(robots=[{"name": "CI"}]), "robot name 'CI' is not allowed"),
        (
            entry(robots=[{"name": "other+ci"}]),
            "robot 'other+ci' belongs to 'other'; only robots of 'acme' can be here",
        ),
        (entry(robots=[{"name": "ci"}, {"name": "acme+ci"}]), "robot 'ci' is declared 2 times"),
        (
            entry(robots=[{"name": "ci", "description": LONG}]),
            "its description has 256 characters; 255 are allowed",
        ),
        (
            entry(robots=[{"name": "ci", "federations": [{"issuer": "ftp://x", "subject": "s"}]}]),
            "robot 'ci': issuer 'ftp://x' is not an http or https URL",
        ),
    ],
)
def test_bad_input_names_the_value_and_the_rule(bad: dict[str, Any], message: str) -> None:
    assert message in wrong(bad)


# --- planning -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "there", "changes"),
    [
        ([item("robot", "ci", description="CI")], [], ["create robot ci description"]),
        ([item("robot", "ci", description="CI")], [ROBOT], []),
        ([item("robot", "ci", description="other")], [ROBOT], []),
        ([item("robot", "ci", regenerate=True)], [ROBOT], ["update robot ci regenerate"]),
        ([item("robot", "ci", regenerate=True)], [], ["create robot ci"]),
    ],
)
def test_what_changes(wanted: list[Item], there: list[Item], changes: list[str]) -> None:
    assert labels(desired(*wanted), current(*there)) == changes


@pytest.mark.parametrize(
    ("there", "wanted", "append", "result"),
    [
        ((), ("b",), True, ("b",)),
        (("a",), ("b",), True, ("a", "b")),
        (("a", "b"), ("b",), True, None),
        (("a", "b"), ("b",), False, ("b",)),
        (("a",), (), False, ()),
        (("a",), (), True, None),
    ],
)
def test_federations_are_added_or_replaced(there: Any, wanted: Any, append: bool, result: Any) -> None:
    def pairs(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        return tuple((f"https://{name}.example.com", "s") for name in names)

    robot = item("robot", "ci", append=append, federations=pairs(wanted))
    changes = plan(
        desired(robot), current(item("robot", "ci", description="", federations=pairs(there)))
    ).changes
    assert [change.after for change in changes] == (
        [] if result is None else [{"federations": pairs(result)}]
    )


def test_a_description_that_cannot_be_changed_is_a_warning() -> None:
    result = plan(desired(item("robot", "ci", description="other")), current(ROBOT))
    assert not result.changes
    assert "robot ci: its description differs, and Quay cannot change it" in result.warnings[0]


def test_how_it_is_named() -> None:
    assert names(change("create", "robot", "ci")) == ("acme+ci", "acme: robot ci")


@pytest.mark.parametrize(
    ("one", "before", "after"),
    [
        (
            change("update", "robot", "ci", before={"regenerate": None}, after={"regenerate": True}),
            {"token": "(the present one)"},
            {"token": "(a new one)"},
        ),
        (
            change("update", "robot", "ci", before={"federations": ()}, after={"federations": (("i", "s"),)}),
            {"federations": []},
            {"federations": [["i", "s"]]},
        ),
    ],
)
def test_the_sides_of_a_diff(one: Change, before: Any, after: Any) -> None:
    (entry,) = diffs(Report("acme", [one]))
    assert (entry["before"], entry["after"]) == (before, after)


def test_a_diff_holds_no_token() -> None:
    one = Change(
        "delete", KINDS["robot"], ("ci",), before={"description": ""}, facts={"token": "SECRETTOKEN"}
    )
    report = Report("acme", [one], answers=[{"token": "SECRETTOKEN"}])
    assert "SECRETTOKEN" not in repr([diffs(report), change_views(report), summary(report)])


# --- carrying out ---------------------------------------------------------------------------------


def test_federations(registry: Registry) -> None:
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


def test_a_new_token(registry: Registry) -> None:
    registry.one({"name": "acme", "robots": [{"name": "ci"}]})
    registry.writes()
    desired = desired_of({"name": "acme", "robots": [{"name": "ci", "regenerate": True}]}, (), 0, False)
    (report,) = reconcile(registry.client(), [desired])
    assert registry.writes() == ["POST organization/acme/robots/ci/regenerate"]
    assert len(report.answers[0]["token"]) == 64
    assert report.current is not None
    (robot,) = [item for item in report.current.items if item.kind.name == "robot"]
    assert robot.facts["token"] != report.answers[0]["token"]


def test_the_token_of_a_new_robot_with_federations_is_among_the_answers(registry: Registry) -> None:
    pair = {"issuer": "https://issuer.example.com", "subject": "s"}
    registry.one({"name": "acme"})
    report = registry.one({"name": "acme", "robots": [{"name": "ci", "federations": [pair]}]})
    assert [isinstance(one, dict) and len(one["token"]) for one in report.answers] == [64, False]


def test_one_is_asked_for_by_name(registry: Registry) -> None:
    registry.one({"name": "acme", "robots": [{"name": "ci"}]})
    asked = reads(registry, {"name": "acme", "robots": [{"name": "ci"}]})
    assert asked == ["GET organization/acme", "GET organization/acme/robots/ci"]


def test_those_of_a_similar_namespace_are_not_ours(registry: Registry) -> None:
    """Quay matches the namespace as a pattern, in which _ stands for any letter."""
    registry.one({"name": "axb", "robots": [{"name": "other"}]})
    registry.one({"name": "a_b", "robots": [{"name": "ci"}]})
    result = registry.one({"name": "a_b", "robots": [{"name": "ci"}]}, purge=["robots"])
    assert done(result) == []


def test_one_that_does_not_exist_is_found_before_anything_is_written(registry: Registry) -> None:
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


# --- two at once ----------------------------------------------------------------------------------


def test_another_caller_makes_it_first(registry: Registry) -> None:
    both_create(registry, CI, "PUT", "robots/ci")


def test_another_caller_removes_it_first(registry: Registry) -> None:
    gone = {"name": "acme", "robots": [{"name": "ci", "state": "absent"}]}
    the_other_removes(registry, CI, gone, "DELETE", "robots/ci", "organization/acme/robots/ci")


def test_another_caller_removes_what_we_change(registry: Registry) -> None:
    """It is declared, so it is made again."""
    pair = {"issuer": "https://example.com", "subject": "s"}
    federated = {"name": "acme", "robots": [{"name": "ci", "federations": [pair]}]}
    the_other_removes(registry, CI, federated, "POST", "federation", "organization/acme/robots/ci")
