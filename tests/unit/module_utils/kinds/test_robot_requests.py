# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is asked and sent for robots, whole, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.placeholder import is_placeholder
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from ansible_collections.quayops.quay.plugins.module_utils.kinds.robot import ROBOT
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.declarations import entry, wrong
from tests.unit.module_utils.runs import as_module, done, noting, reads, sends, written_down

PAIR = {"issuer": "https://issuer.example.com", "subject": "repo:acme/app"}
OTHER = {"issuer": "http://other.example.com", "subject": "s"}
WHOLE = {"name": "ci", "description": "CI", "federations": [PAIR]}
PATH = "organization/acme/robots/ci"


@pytest.fixture
def acme(registry: Registry) -> Registry:
    """An organization with one robot that has everything."""
    registry.one(entry(robots=[WHOLE]))
    registry.requests()
    return registry


def test_every_field_can_be_declared() -> None:
    (item,) = desired_of(entry(robots=[{**WHOLE, "regenerate": True}])).of(ROBOT)
    assert item.key == ("ci",)
    assert dict(item.fields) == {
        "description": "CI",
        "federations": ((PAIR["issuer"], PAIR["subject"]),),
        "regenerate": True,
    }
    assert set(item.fields) == {field.name for field in ROBOT.fields}


@pytest.mark.parametrize("append", [True, False])
def test_federations_are_declared_sorted_and_once(append: bool) -> None:
    pairs = [PAIR, OTHER, PAIR]
    (item,) = desired_of(entry(robots=[{"name": "ci", "federations": pairs, "append": append}])).of(ROBOT)
    assert item.fields["federations"] == tuple((one["issuer"], one["subject"]) for one in (OTHER, PAIR))
    assert item.append is append


def test_a_description_may_have_255_characters() -> None:
    assert desired_of(entry(robots=[{"name": "ci", "description": "d" * 255}])).of(ROBOT)
    assert "256 characters" in wrong(entry(robots=[{"name": "ci", "description": "d" * 256}]))


@pytest.mark.parametrize(
    ("robot", "sent"),
    [
        ({"name": "ci"}, [("PUT", PATH, {"description": ""})]),
        ({"name": "ci", "federations": []}, [("PUT", PATH, {"description": ""})]),
        (WHOLE, [("PUT", PATH, {"description": "CI"}), ("POST", f"{PATH}/federation", [PAIR])]),
    ],
)
def test_it_is_made(registry: Registry, robot: dict[str, Any], sent: list[Any]) -> None:
    registry.one({"name": "acme"})
    assert sends(registry, entry(robots=[robot])) == sent
    there = registry.state("acme")["robots"]["acme+ci"]
    assert there["description"] == robot.get("description", "")


@pytest.mark.parametrize(
    ("changed", "sent"),
    [
        ({}, []),
        ({"description": "other"}, []),
        ({"federations": [PAIR]}, []),
        ({"federations": [OTHER]}, [("POST", f"{PATH}/federation", [OTHER, PAIR])]),
        ({"federations": [OTHER], "append": False}, [("POST", f"{PATH}/federation", [OTHER])]),
        ({"federations": [], "append": False}, [("DELETE", f"{PATH}/federation", None)]),
        ({"federations": []}, []),
        ({"state": "absent"}, [("DELETE", PATH, None)]),
    ],
)
def test_it_is_changed(acme: Registry, changed: dict[str, Any], sent: list[Any]) -> None:
    assert sends(acme, entry(robots=[{"name": "ci", **changed}])) == sent


def test_what_is_read(acme: Registry) -> None:
    report = acme.one(entry(robots=[WHOLE]))
    assert report.current is not None
    (item,) = report.current.of(ROBOT)
    assert dict(item.fields) == {
        "description": "CI",
        "federations": ((PAIR["issuer"], PAIR["subject"]),),
    }
    assert item.facts["token"]
    assert reads(acme, entry(robots=[WHOLE])) == [
        "GET organization/acme",
        f"GET {PATH}",
        f"GET {PATH}/federation",
    ]


def test_several_are_read_from_their_list_without_tokens(acme: Registry) -> None:
    both = entry(robots=[{"name": "ci"}, {"name": "new"}])
    assert reads(acme, both) == [
        "GET organization/acme",
        "GET organization/acme/robots?permissions=false&token=false",
    ]


def test_those_that_are_not_declared_are_purged(acme: Registry) -> None:
    acme.one(entry(robots=[{"name": "old"}, {"name": "member"}], teams=[{"name": "devs"}]))
    kept = entry(robots=[{"name": "ci"}], teams=[{"name": "devs", "members": ["acme+member"]}])
    assert done(acme.one(kept, purge=["robots"])) == ["create member devs acme+member", "delete robot old"]


def test_it_is_written_down_as_it_is_declared(acme: Registry) -> None:
    acme.one(entry(robots=[{"name": "plain"}]))
    assert written_down(acme, ["robots"])["robots"] == [
        WHOLE,
        {"name": "plain", "description": "", "federations": []},
    ]


# --- by its own module ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "path", "full"), [("acme+new", "organization/acme", "acme+new"), ("new", "user", "admin+new")]
)
def test_the_name_tells_whose_it_is(acme: Registry, name: str, path: str, full: str) -> None:
    report, result = as_module(acme, ROBOT, name=name)
    assert (report.error, done(report)) == (None, ["create robot new"])
    assert acme.writes() == [f"PUT {path}/robots/new"]
    assert result == {"name": full, "token": acme.client().get(f"{path}/robots/new")["token"]}
    assert as_module(acme, ROBOT, name=name, state="absent")[1] == {"name": full}
    assert acme.writes() == [f"DELETE {path}/robots/new"]


def test_a_new_token_is_one_request(acme: Registry) -> None:
    client, sent = noting(acme.client())
    acme.one(entry(robots=[{"name": "ci", "regenerate": True}]), client=client)
    assert sent == [("POST", f"{PATH}/regenerate", {})]


def test_the_token_is_that_which_quay_has_now(acme: Registry) -> None:
    _report, result = as_module(acme, ROBOT, name="acme+ci", regenerate=True)
    there = acme.client().get(PATH)["token"]
    assert result["token"] == there
    assert as_module(acme, ROBOT, name="acme+ci")[1]["token"] == there


def test_check_mode_shows_no_token_that_would_be_replaced(acme: Registry) -> None:
    foreseen = as_module(acme, ROBOT, check_mode=True, name="acme+ci", regenerate=True)[1]
    there = as_module(acme, ROBOT, check_mode=True, name="acme+ci")[1]
    new = as_module(acme, ROBOT, check_mode=True, name="acme+other")[1]
    assert [is_placeholder(one["token"]) for one in (foreseen, there, new)] == [True, False, True]
    assert len(foreseen["token"]) == len(there["token"]) == len(new["token"])
    assert "token" not in as_module(acme, ROBOT, check_mode=True, name="acme+ci", state="absent")[1]
    assert acme.writes() == []
