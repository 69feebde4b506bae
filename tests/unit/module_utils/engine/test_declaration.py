# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""From what the user wrote to what is desired: rules that need no registry."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import (
    desired_of,
    desired_organizations,
)
from ansible_collections.quayops.quay.plugins.module_utils.kinds.spans import seconds
from tests.unit.module_utils.named_kinds import scope


def entry(**options: Any) -> dict[str, Any]:
    return {"name": "acme", **options}


def wrong(*entries: dict[str, Any], **options: Any) -> str:
    with pytest.raises(InvalidDeclaration) as caught:
        desired_organizations(entries, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0s", 0),
        ("1209600", 1209600),
        ("2w", 1209600),
        ("1d", 86400),
        ("12h", 43200),
        ("30m", 1800),
        (" 90 s ", 90),
    ],
)
def test_time_spans(text: str, value: int) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["", "w", "2 weeks", "-1d", "1.5d", "2W"])
def test_what_is_no_time_span_is_refused(text: str) -> None:
    with pytest.raises(InvalidDeclaration, match="is not a time span"):
        seconds(text)


LONG = "a" * 256

BAD = [
    (entry(name="Acme"), "organization name 'Acme' is not allowed: lower-case letters"),
    (entry(name="a"), "organization name 'a' is not allowed"),
    (entry(name=LONG), "is not allowed"),
    (entry(name="a--b"), "organization name 'a--b' is not allowed"),
    (entry(email="nobody"), "email 'nobody' is not an address"),
    (entry(time_machine_expiration="soon"), "time_machine_expiration 'soon' is not a time span"),
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
    (entry(teams=[{"name": "Team"}]), "team name 'Team' is not allowed"),
    (
        entry(teams=[{"name": "creators", "members": ["+ci"]}]),
        "team 'creators': robot '+ci' has no namespace in front of its '+'",
    ),
    (
        entry(teams=[{"name": "creators", "members": ["other+CI"]}]),
        "team 'creators': robot name 'CI' is not allowed",
    ),
    (
        entry(teams=[{"name": "owners", "state": "absent"}]),
        "team 'owners' cannot go: it is the team of those who own the organization; declare its members",
    ),
    (entry(prototypes=[{"name": "other+CI"}]), "prototype: robot name 'CI' is not allowed"),
    (entry(teams=[{"name": "creators", "members": [""]}]), "the name of a member is empty"),
    (entry(teams=[{"name": "t1"}, {"name": "t1", "state": "absent"}]), "team 't1' is declared 2 times"),
    (
        entry(prototypes=[{"name": "bob"}, {"name": "bob", "role": "admin"}]),
        "prototype 'user bob' is declared 2 times",
    ),
    (
        entry(prototypes=[{"name": "bob", "creator": "acme+ci"}]),
        "creator 'acme+ci' is a robot; it must be a user",
    ),
    (entry(repositories=[{"name": "App"}]), "repository name 'App' is not allowed: up to 255 lower-case"),
    (entry(repositories=[{"name": "a/"}]), "repository name 'a/' is not allowed"),
    (entry(repositories=[{"name": "app"}, {"name": "acme/app"}]), "repository 'app' is declared 2 times"),
    (
        entry(repositories=[{"name": "app", "perms": [{"name": "other+ci"}]}]),
        "repository 'app': robot 'other+ci' belongs to 'other'; only robots of 'acme' can be here, says Quay "
        "(Cannot add robot other+ci under namespace acme); a team may hold it, and have the role",
    ),
    (
        entry(repositories=[{"name": "app", "perms": [{"name": "bob"}, {"name": "bob", "role": "admin"}]}]),
        "permission 'app user bob' is declared 2 times",
    ),
]


@pytest.mark.parametrize(("bad", "message"), BAD, ids=[row[1][:50] for row in BAD])
def test_bad_input_names_the_value_and_the_rule(bad: dict[str, Any], message: str) -> None:
    assert message in wrong(bad)


def test_all_that_is_wrong_is_reported_with_its_place() -> None:
    text = wrong(entry(email="x", robots=[{"name": "CI"}]), {"name": "beta", "teams": [{"name": "T"}]})
    assert "organization 'acme': email 'x'" in text
    assert "robot name 'CI'" in text
    assert "organization 'beta': team name 'T'" in text


def test_an_organization_twice() -> None:
    assert "organization 'acme' is in the list 2 times" in wrong(entry(), entry(email="a@example.com"))


def test_a_negative_limit() -> None:
    assert "purge_limit is -1" in wrong(entry(), purge_limit=-1)


def test_what_is_left_out_is_not_managed() -> None:
    desired = desired_of(
        entry(email=None, robots=None, teams=[{"name": "t1", "role": None, "members": None}])
    )
    assert [(item.kind.name, dict(item.fields)) for item in desired.present] == [
        ("organization", {}),
        ("team", {}),
    ]
    assert not desired.scopes


def test_everything() -> None:
    desired = desired_of(
        entry(
            email="",
            time_machine_expiration="1d",
            robots=[{"name": "acme+ci", "description": "d"}],
            teams=[{"name": "t1", "role": "creator", "members": ["bob", "acme+ci", "bob"]}],
            prototypes=[{"name": "t1", "type": "team", "role": "read", "creator": "bob"}],
            repositories=[{"name": "a/b", "star": True, "perms": [{"name": "t1", "type": "team"}]}],
            applications=[{"name": "auto"}],
        )
    )
    assert [(item.kind.name, item.key, dict(item.fields)) for item in desired.present] == [
        ("organization", (), {"email": "", "tag_expiration_s": 86400}),
        ("robot", ("ci",), {"description": "d"}),
        ("team", ("t1",), {"role": "creator"}),
        ("member", ("t1", "acme+ci"), {}),
        ("member", ("t1", "bob"), {}),
        ("prototype", ("bob", "team", "t1"), {"role": "read"}),
        ("repository", ("a/b",), {"star": True}),
        ("permission", ("a/b", "team", "t1"), {"role": "read"}),
        ("application", ("auto",), {}),
    ]


@pytest.mark.parametrize(
    ("options", "purge", "scopes"),
    [
        ({"robots": []}, ("robots",), {scope("robot", (), limited=True)}),
        ({"robots": None}, ("robots",), set()),
        ({"robots": []}, ("teams",), set()),
        ({"teams": [{"name": "t1", "members": []}]}, ("members",), {scope("member", ("t1",), limited=True)}),
        ({"teams": [{"name": "t1", "members": [], "append": False}]}, (), {scope("member", ("t1",))}),
        (
            {"teams": [{"name": "t1", "members": [], "append": False}]},
            ("members",),
            {scope("member", ("t1",))},
        ),
        ({"teams": [{"name": "t1", "append": False}]}, ("members",), set()),
        ({"repositories": [{"name": "a", "perms": [], "append": False}]}, (), {scope("permission", ("a",))}),
        (
            {"repositories": [{"name": "a", "perms": []}]},
            ("permissions", "repositories"),
            {scope("permission", ("a",), limited=True), scope("repository", (), limited=True)},
        ),
    ],
)
def test_where_undeclared_objects_are_removed(options: Any, purge: Any, scopes: Any) -> None:
    assert desired_of(entry(**options), purge).scopes == scopes


def test_absent_objects_are_noted_without_their_parts() -> None:
    desired = desired_of(
        entry(
            state="absent",
            teams=[{"name": "t1", "state": "absent", "members": ["bob"]}],
            repositories=[{"name": "a", "state": "absent", "perms": [{"name": "bob"}]}],
        )
    )
    assert not desired.present
    assert {(kind.name, key) for kind, key in desired.absent} == {
        ("organization", ()),
        ("team", ("t1",)),
        ("repository", ("a",)),
    }


def test_a_module_for_one_object_does_not_declare_the_organization() -> None:
    desired = desired_of(entry(robots=[{"name": "ci"}]), declares_organization=False)
    assert [item.kind.name for item in desired.present] == ["robot"]
