# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Service keys: which is meant, what is sent, what is returned once."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.report import change_views, diffs
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    FeatureOff,
    Forbidden,
    InvalidDeclaration,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Password
from ansible_collections.quayops.quay.plugins.module_utils.kinds.service_key import (
    SERVICE_KEY,
    desired_key,
    service_keys_of,
)
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.runs import as_module

BUILDERS = {"name": "builders", "service": "build"}


def done(registry: Registry, **params: Any) -> tuple[list[str], dict[str, Any]]:
    """Carry it out, and return the actions and what is returned."""
    report, returned = as_module(registry, SERVICE_KEY, **params)
    assert report.error is None, report.error
    return [change.action for change in report.changes], returned


def keys(registry: Registry) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = registry.client().get("superuser/keys")["keys"]
    registry.requests()
    return found


def unapproved(registry: Registry) -> str:
    """Let a service have made a key for itself, and return its id."""
    done(registry, **BUILDERS)
    rows = registry.simulator.store.service_keys
    (row,) = rows
    rows.update(row, approved=None, approver=None)
    registry.requests()
    return str(row.kid)


def test_it_is_made_once_and_its_private_part_is_returned_then(registry: Registry) -> None:
    report, returned = as_module(registry, SERVICE_KEY, check_mode=True, **BUILDERS)
    assert [change.action for change in report.changes] == ["create"]
    assert returned == BUILDERS
    assert registry.requests() == ["GET superuser/keys"]
    actions, returned = done(registry, **BUILDERS, notes="for tests")
    assert actions == ["create"] and returned["private_key"] and returned["public_key"]
    assert registry.requests() == ["GET superuser/keys", "POST superuser/keys"]
    (key,) = keys(registry)
    assert (key["kid"], key["approval"]["notes"], key["expiration_date"]) == (
        returned["kid"],
        "for tests",
        None,
    )
    actions, again = done(registry, **BUILDERS)
    assert (actions, again) == ([], {"kid": key["kid"], **BUILDERS})
    assert registry.requests() == ["GET superuser/keys"]
    assert done(registry, **BUILDERS, state="absent") == (["delete"], {})
    assert done(registry, **BUILDERS, state="absent") == ([], {})
    assert keys(registry) == []


def test_expiration(registry: Registry) -> None:
    done(registry, **BUILDERS, expiration="2090-01-01")
    assert done(registry, **BUILDERS, expiration="2090-01-01T00:00:00Z")[0] == []
    assert done(registry, **BUILDERS)[0] == []
    assert done(registry, **BUILDERS, expiration="2090-01-02")[0] == ["update"]
    (key,) = keys(registry)
    assert key["expiration_date"] == "Mon, 02 Jan 2090 00:00:00 GMT"
    assert done(registry, **BUILDERS, expiration="never")[0] == ["update"]
    assert keys(registry)[0]["expiration_date"] is None
    assert done(registry, **BUILDERS, expiration="never")[0] == []


def test_metadata_is_added(registry: Registry) -> None:
    done(registry, **BUILDERS, metadata={"a": "b"})
    assert done(registry, **BUILDERS, metadata={"a": "b"})[0] == []
    assert done(registry, **BUILDERS, metadata={"c": 1})[0] == ["update"]
    assert done(registry, **BUILDERS, metadata={"a": "b", "c": 1})[0] == []
    (key,) = keys(registry)
    assert key["metadata"]["a"] == "b" and key["metadata"]["creator"] == "admin"


def test_one_that_a_service_has_made_is_approved_and_named(registry: Registry) -> None:
    kid = unapproved(registry)
    assert done(registry, kid=kid)[0] == []
    actions, returned = done(registry, kid=kid, approved=True, notes="seen", name="others")
    assert (actions, returned["name"]) == (["update"], "others")
    assert registry.writes() == [f"PUT superuser/keys/{kid}", f"POST superuser/approvedkeys/{kid}"]
    (key,) = keys(registry)
    assert (key["name"], key["approval"]["notes"]) == ("others", "seen")
    assert done(registry, kid=kid, approved=True, name="others")[0] == []
    assert done(registry, kid=kid, state="absent")[0] == ["delete"]


def test_of_two_of_a_name_none_is_touched(registry: Registry) -> None:
    for _time in range(2):
        registry.client().send("POST", "superuser/keys", {**BUILDERS, "expiration": None})
    registry.requests()
    for state in ("present", "absent"):
        report, _returned = as_module(registry, SERVICE_KEY, **BUILDERS, expiration="2090-01-01", state=state)
        assert "2 service keys of 'registry' are named 'builders'" in str(report.error)
    assert registry.writes() == []
    kid = keys(registry)[0]["kid"]
    assert done(registry, kid=kid, state="absent")[0] == ["delete"]


def test_what_is_shown(registry: Registry) -> None:
    report, _returned = as_module(registry, SERVICE_KEY, **BUILDERS, expiration="2090-01-01")
    assert change_views(report) == [
        {"action": "create", "kind": "service_key", "name": "builders", "fields": ["expiration"]}
    ]
    (entry,) = diffs(report)
    assert entry["before_header"] == "registry: service key 'builders' of build"
    assert entry["after"] == {
        "state": "present",
        "expiration": "2090-01-01T00:00:00+00:00",
        "approved": True,
    }
    assert "private" not in str(diffs(report))


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({}, "which key must be said"),
        ({"name": "builders"}, "which key must be said"),
        ({**BUILDERS, "service": "Build"}, "service 'Build' is not of lower-case letters"),
        ({**BUILDERS, "name": "a!b"}, "name 'a!b' is not of letters"),
        ({**BUILDERS, "approved": False}, "cannot be taken back"),
        ({**BUILDERS, "expiration": "soon"}, "is no date in ISO 8601. The word never lifts it"),
        ({**BUILDERS, "expiration": "2020-01-01"}, "is in the past"),
    ],
)
def test_what_needs_no_registry(params: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidDeclaration) as raised:
        desired_key(params)
    assert words in str(raised.value)


def test_one_that_is_not_there_cannot_be_made_by_its_id(registry: Registry) -> None:
    report, _returned = as_module(registry, SERVICE_KEY, kid="none", approved=True)
    assert "there is no service key with the id 'none'" in str(report.error)
    assert done(registry, kid="none", state="absent")[0] == []


def test_one_that_may_have_been_made_is_not_made_again(registry: Registry) -> None:
    registry.simulator.faults.add(Fault("reset_after", method="POST", path=r"/keys$", times=1))
    actions, returned = done(registry, **BUILDERS)
    assert actions == ["create"] and "private_key" not in returned
    assert len(keys(registry)) == 1


def test_only_superusers_may(registry: Registry) -> None:
    with pytest.raises(Forbidden, match="not a superuser"):
        service_keys_of(registry.client(Password("alice", "alice-password")), desired_key(BUILDERS))


def test_the_flag_is_named(make_registry: Any) -> None:
    registry = make_registry(features={"SUPER_USERS": False})
    report, _returned = as_module(registry, SERVICE_KEY, **BUILDERS)
    assert isinstance(report.error, FeatureOff)
    assert "FEATURE_SUPER_USERS" in str(report.error)
