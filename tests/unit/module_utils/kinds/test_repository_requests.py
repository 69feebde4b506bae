# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is asked and sent for repositories, whole, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from ansible_collections.quayops.quay.plugins.module_utils.kinds.repository import REPOSITORY
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.declarations import entry, wrong
from tests.unit.module_utils.runs import as_module, done, reads, sends, written_down

NAME = "deep/app"
WHOLE = {
    "name": NAME,
    "visibility": "public",
    "description": "d",
    "repo_state": "READ_ONLY",
    "star": True,
}
PATH = f"repository/acme/{NAME}"
STARRED = {"namespace": "acme", "repository": NAME}


def made(visibility: str = "private", description: Any = "") -> tuple[str, str, dict[str, Any]]:
    """Return the request that makes it."""
    body = {**STARRED, "visibility": visibility, "description": description, "repo_kind": "image"}
    return ("POST", "repository", body)


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.one(entry(repositories=[WHOLE]))
    registry.requests()
    return registry


def test_every_field_can_be_declared() -> None:
    (item,) = desired_of(entry(repositories=[WHOLE])).of(REPOSITORY)
    assert item.key == (NAME,)
    assert dict(item.fields) == {name: value for name, value in WHOLE.items() if name != "name"}
    assert set(item.fields) == {field.name for field in REPOSITORY.fields}


def test_the_namespace_may_stand_in_front() -> None:
    assert desired_of(entry(repositories=[{"name": f"acme/{NAME}"}])).named(REPOSITORY) == [(NAME,)]


@pytest.mark.parametrize("name", ["", "/app", "a//b", "-app", "ap p", "a" * 256])
def test_what_is_no_name(name: str) -> None:
    assert f"repository name {name!r} is not allowed" in wrong(entry(repositories=[{"name": name}]))


@pytest.mark.parametrize("name", ["a", "a" * 255, "0.b_c-d", "a/b/c"])
def test_what_is_one(name: str) -> None:
    assert desired_of(entry(repositories=[{"name": name}])).named(REPOSITORY) == [(name,)]


@pytest.mark.parametrize(
    ("repository", "sent"),
    [
        ({"name": NAME}, [made()]),
        ({"name": NAME, "star": False, "repo_state": "NORMAL"}, [made()]),
        ({"name": NAME, "visibility": "public", "description": "d"}, [made("public", "d")]),
        (
            WHOLE,
            [
                made("public", "d"),
                ("PUT", f"{PATH}/changestate", {"state": "READ_ONLY"}),
                ("POST", "user/starred", STARRED),
            ],
        ),
    ],
)
def test_it_is_made(registry: Registry, repository: dict[str, Any], sent: list[Any]) -> None:
    registry.one({"name": "acme"})
    assert sends(registry, entry(repositories=[repository])) == sent


@pytest.mark.parametrize(
    ("changed", "sent"),
    [
        ({}, []),
        (WHOLE, []),
        ({"visibility": "private"}, [("POST", f"{PATH}/changevisibility", {"visibility": "private"})]),
        ({"description": "new"}, [("PUT", PATH, {"description": "new"})]),
        ({"description": ""}, [("PUT", PATH, {"description": ""})]),
        ({"repo_state": "NORMAL"}, [("PUT", f"{PATH}/changestate", {"state": "NORMAL"})]),
        ({"repo_state": "MIRROR"}, [("PUT", f"{PATH}/changestate", {"state": "MIRROR"})]),
        ({"star": False}, [("DELETE", f"user/starred/acme/{NAME}", None)]),
        ({"state": "absent"}, [("DELETE", PATH, None)]),
    ],
)
def test_it_is_changed(acme: Registry, changed: dict[str, Any], sent: list[Any]) -> None:
    assert sends(acme, entry(repositories=[{"name": NAME, **changed}])) == sent


def test_what_is_read(acme: Registry) -> None:
    report = acme.one(entry(repositories=[WHOLE]))
    assert report.current is not None
    (item,) = report.current.of(REPOSITORY)
    assert dict(item.fields) == {name: value for name, value in WHOLE.items() if name != "name"}
    assert reads(acme, entry(repositories=[WHOLE])) == [
        "GET organization/acme",
        f"GET {PATH}?includeTags=false",
    ]
    both = entry(repositories=[WHOLE, {"name": "new"}])
    assert reads(acme, both) == ["GET organization/acme", "GET repository?namespace=acme"]


def test_who_administers_nothing_reads_the_list(acme: Registry) -> None:
    """To such a one a repository that is missing looks like one that is forbidden."""
    acme.one(entry(repositories=[{"name": NAME, "perms": [{"name": "alice", "role": "admin"}]}]))
    client = acme.client(Token(acme.simulator.token("alice")))
    wanted = desired_of(entry(repositories=[{"name": NAME, "visibility": "public"}]), (), 0, False)
    acme.requests()
    (report,) = reconcile(client, [wanted])
    assert (report.error, report.changes) == (None, [])
    assert acme.requests()[-1] == "GET repository?namespace=acme&public=true"


def test_those_that_are_not_declared_are_purged(acme: Registry) -> None:
    kept = entry(repositories=[{"name": "new"}])
    assert done(acme.one(kept, purge=["repositories"])) == [
        "create repository new",
        f"delete repository {NAME}",
    ]


def test_it_is_written_down_as_it_is_declared(acme: Registry) -> None:
    """But for the star, which is the caller's own affair."""
    acme.one(entry(repositories=[{"name": "plain"}]))
    (whole, plain) = written_down(acme, ["repositories"])["repositories"]
    assert whole == {name: value for name, value in WHOLE.items() if name != "star"}
    assert plain == {
        "name": "plain",
        "visibility": "private",
        "description": "",
        "repo_state": "NORMAL",
    }


@pytest.mark.parametrize(
    ("name", "full"), [("acme/new", "acme/new"), ("acme/deep/new", "acme/deep/new"), ("new", "admin/new")]
)
def test_by_its_own_module_the_name_tells_where_it_is(acme: Registry, name: str, full: str) -> None:
    report, result = as_module(acme, REPOSITORY, name=name)
    assert report.error is None
    assert result == {"name": full}
    assert acme.client().find(f"repository/{full}") is not None
    assert as_module(acme, REPOSITORY, name=name)[0].changes == []
