# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is asked and sent for permissions, whole, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from ansible_collections.quayops.quay.plugins.module_utils.kinds.permission import PERMISSION
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.declarations import entry
from tests.unit.module_utils.runs import done, reads, sends, written_down

PATH = "repository/acme/app/permissions"
BOB = {"name": "bob", "type": "user", "role": "write"}
CI = {"name": "acme+ci", "type": "user", "role": "admin"}
DEVS = {"name": "devs", "type": "team", "role": "read"}


def app(*perms: dict[str, Any], append: bool = True) -> dict[str, Any]:
    return entry(repositories=[{"name": "app", "perms": list(perms), "append": append}])


@pytest.fixture
def bare(registry: Registry) -> Registry:
    """A repository on which nobody has a right but who made it, and who could have one."""
    registry.one(entry(robots=[{"name": "ci"}], teams=[{"name": "devs"}], repositories=[{"name": "app"}]))
    registry.requests()
    return registry


@pytest.fixture
def acme(bare: Registry) -> Registry:
    bare.one(app(BOB, CI, DEVS))
    bare.requests()
    return bare


@pytest.mark.parametrize(
    ("grant", "key", "role"),
    [
        ({"name": "bob"}, ("app", "user", "bob"), "read"),
        ({"name": "bob", "type": None, "role": None}, ("app", "user", "bob"), "read"),
        (CI, ("app", "user", "acme+ci"), "admin"),
        (DEVS, ("app", "team", "devs"), "read"),
    ],
)
def test_what_is_declared(grant: dict[str, Any], key: tuple[str, ...], role: str) -> None:
    (item,) = desired_of(app(grant)).of(PERMISSION)
    assert (item.key, dict(item.fields)) == (key, {"role": role})
    assert set(item.fields) == {field.name for field in PERMISSION.fields}


@pytest.mark.parametrize(
    ("grant", "sent"),
    [
        (BOB, ("PUT", f"{PATH}/user/bob", {"role": "write"})),
        ({"name": "bob"}, ("PUT", f"{PATH}/user/bob", {"role": "read"})),
        (CI, ("PUT", f"{PATH}/user/acme%2Bci", {"role": "admin"})),
        (DEVS, ("PUT", f"{PATH}/team/devs", {"role": "read"})),
    ],
)
def test_it_is_given(bare: Registry, grant: dict[str, Any], sent: Any) -> None:
    assert sends(bare, app(grant)) == [sent]


@pytest.mark.parametrize(
    ("perms", "append", "sent"),
    [
        ([BOB, CI, DEVS], True, []),
        ([BOB, CI, DEVS], False, []),
        ([], True, []),
        ([{**BOB, "role": "admin"}], True, [("PUT", f"{PATH}/user/bob", {"role": "admin"})]),
        ([{**DEVS, "role": "write"}], True, [("PUT", f"{PATH}/team/devs", {"role": "write"})]),
        ([{**BOB, "state": "absent"}], True, [("DELETE", f"{PATH}/user/bob", None)]),
        (
            [BOB],
            False,
            [("DELETE", f"{PATH}/team/devs", None), ("DELETE", f"{PATH}/user/acme%2Bci", None)],
        ),
    ],
)
def test_it_is_changed(acme: Registry, perms: list[Any], append: bool, sent: list[Any]) -> None:
    assert sends(acme, app(*perms, append=append)) == sent


def test_the_caller_keeps_the_own_right(acme: Registry) -> None:
    acme.one(app(append=False))
    assert acme.state("acme")["repositories"]["app"]["permissions"] == {
        "user": {"admin": "admin"},
        "team": {},
    }


@pytest.mark.parametrize(
    ("perms", "append", "asked"),
    [
        ([], True, []),
        ([BOB], True, [f"{PATH}/user/"]),
        ([DEVS], True, [f"{PATH}/team/"]),
        ([CI], True, ["organization/acme/robots?permissions=true&token=false", f"{PATH}/user/"]),
        ([BOB, DEVS], False, [f"{PATH}/team/", f"{PATH}/user/", "user/"]),
    ],
)
def test_what_is_read(acme: Registry, perms: list[Any], append: bool, asked: list[str]) -> None:
    found = reads(acme, app(*perms, append=append), check_mode=True)
    wanted = ["organization/acme", "repository/acme/app?includeTags=false", *asked]
    assert sorted(found) == sorted(f"GET {path}" for path in wanted)


def test_humans_on_many_repositories_are_looked_for_where_they_have_a_right(acme: Registry) -> None:
    many = entry(repositories=[{"name": f"app{n}", "perms": [BOB]} for n in range(12)])
    acme.one(entry(repositories=[{"name": f"app{n}"} for n in range(12)]))
    acme.one(entry(repositories=[{"name": "app3", "perms": [BOB]}]))
    found = reads(acme, many, check_mode=True)
    assert "GET organization/acme/collaborators" in found
    assert [one for one in found if "/permissions/" in one] == ["GET repository/acme/app3/permissions/user/"]


def test_those_that_are_not_declared_are_purged_within_the_limit(acme: Registry) -> None:
    (refused,) = acme.reconcile(app(BOB), purge=["permissions"], purge_limit=1)
    assert "would remove 2 of them, more than purge_limit (1)" in str(refused.error)
    assert done(acme.one(app(BOB), purge=["permissions"])) == [
        "delete permission app team devs",
        "delete permission app user acme+ci",
    ]


def test_they_are_written_down_in_their_repositories(acme: Registry) -> None:
    (found,) = written_down(acme, ["repositories", "permissions"])["repositories"]
    assert found["perms"] == [DEVS, CI, {"name": "admin", "type": "user", "role": "admin"}, BOB]
