# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Service keys: to make, find, approve, change and delete them; what is returned once."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.placeholder import is_placeholder
from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, diffs
from ansible_collections.quayops.quay.plugins.module_utils.errors import Forbidden, InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.service_key import SERVICE_KEY
from ansible_collections.quayops.quay.plugins.module_utils.kinds.single import single
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.plans import change, names
from tests.unit.module_utils.runs import done

LATER, LATEST = "2098-01-01T00:00:00Z", "2099-01-01T00:00:00Z"
KEYS = "superuser/keys"


def run(registry: Registry, check_mode: bool = False, token: str = "", **params: Any) -> tuple[Report, Any]:
    """Run the module; return the report, and what it describes where nothing failed."""
    options, declare, describe = single(SERVICE_KEY)
    client = registry.client(Token(token) if token else None)
    given = {**{name: option.get("default") for name, option in options.items()}, **params}
    (report,) = reconcile(client, [declare(given, client)], check_mode)
    return report, describe(given, report) if report.error is None else None


def changed(registry: Registry, **params: Any) -> list[str]:
    report, _described = run(registry, **params)
    assert report.error is None, report.error
    return [f"{one.action} {','.join(one.fields)}".rstrip() for one in report.changes]


def shown(registry: Registry) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = registry.client().get(KEYS)["keys"]
    registry.requests()
    return found


SCANNER = {"service": "clair4", "name": "scanner"}

# --- declaring ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {"service": "Clair", "name": "n"},
            "service 'Clair' is not allowed: lower-case letters, digits and _",
        ),
        ({"service": "clair4", "name": "n!"}, "name 'n!' is not allowed"),
        ({**SCANNER, "new_name": "n!"}, "name 'n!' is not allowed"),
        ({**SCANNER, "expiration": "soon"}, "expiration 'soon' is not a date in ISO 8601"),
        ({**SCANNER, "expiration": "2001-01-01"}, "expiration '2001-01-01' is in the past"),
    ],
)
def test_bad_input_names_the_value_and_the_rule(
    registry: Registry, params: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidDeclaration, match=message):
        run(registry, **params)
    assert registry.requests() == []


@pytest.mark.parametrize(
    ("key", "title", "header"),
    [
        (("clair4", "", "scanner"), "clair4/scanner", "registry: service key 'scanner' of clair4"),
        (("", "kid1", "scanner"), "kid1", "registry: service key kid1"),
    ],
)
def test_how_it_is_named(key: tuple[str, ...], title: str, header: str) -> None:
    found, shown_header = names(change("create", "service_key", *key))
    assert (found, shown_header.replace("acme", "registry")) == (title, header)


# --- carrying out ---------------------------------------------------------------------------------


def test_the_whole_life(registry: Registry) -> None:
    declared = {**SCANNER, "expiration": LATER, "metadata": {"host": "host7"}, "notes": "by hand"}
    report, checked = run(registry, check_mode=True, **declared)
    assert all(map(is_placeholder, checked.values()))
    report, result = run(registry, **declared)
    assert set(checked) == set(result) == {"kid", "public_key", "private_key"}
    assert "PRIVATE KEY" in result["private_key"]
    assert "PRIVATE KEY" not in str(diffs(report))
    (key,) = shown(registry)
    assert (key["service"], key["name"], key["kid"]) == ("clair4", "scanner", result["kid"])
    assert key["metadata"]["host"] == "host7"
    assert key["approval"]["notes"] == "by hand"
    report, again = run(registry, **declared)
    assert (report.changes, again) == ([], {"kid": result["kid"]})
    assert registry.requests() == [f"GET {KEYS}"]
    assert changed(registry, **SCANNER, metadata={"host": "host7"}) == []
    assert changed(registry, **SCANNER, metadata={"host": "host8"}) == ["update metadata"]
    assert changed(registry, **SCANNER, expiration="never") == ["update expiration"]
    assert shown(registry)[0]["expiration_date"] is None
    assert shown(registry)[0]["metadata"]["creator"] == "admin"
    assert changed(registry, **SCANNER, state="absent") == ["delete"]
    assert changed(registry, **SCANNER, state="absent") == []
    assert shown(registry) == []


def test_one_that_lives_for_ever(registry: Registry) -> None:
    assert changed(registry, **SCANNER) == ["create"]
    assert changed(registry, **SCANNER, expiration="never") == []
    assert changed(registry, **SCANNER, approve=True) == []


def test_by_its_kid(registry: Registry) -> None:
    _report, made = run(registry, **SCANNER)
    kid = made["kid"]
    registry.requests()
    report, result = run(registry, kid=kid, new_name="other", expiration=LATEST)
    assert [(one["before"], one["after"]) for one in diffs(report)] == [
        ({"name": "scanner", "expiration": "never"}, {"name": "other", "expiration": LATEST})
    ]
    assert registry.requests() == [f"GET {KEYS}/{kid}", f"PUT {KEYS}/{kid}"]
    assert result == {"kid": kid}
    assert changed(registry, kid=kid, new_name="other") == []
    assert changed(registry, kid=kid, state="absent") == ["delete"]
    assert changed(registry, kid=kid, state="absent") == []


def test_a_new_name(registry: Registry) -> None:
    renamed = {**SCANNER, "new_name": "other"}
    run(registry, **SCANNER)
    assert changed(registry, **renamed) == ["update name"]
    assert changed(registry, **renamed) == []
    assert [key["name"] for key in shown(registry)] == ["other"]
    run(registry, **SCANNER)
    report, _result = run(registry, **renamed)
    assert "both exist" in str(report.error)


def test_one_that_is_missing_is_made_with_its_new_name(registry: Registry) -> None:
    assert changed(registry, **SCANNER, new_name="other") == ["create"]
    assert [key["name"] for key in shown(registry)] == ["other"]


def test_one_that_waits_for_approval(registry: Registry) -> None:
    kid = registry.simulator.add_service_key("clair4", "scanner")
    assert changed(registry, **SCANNER) == []
    assert changed(registry, kid=kid, approve=True, notes="seen") == ["update approved"]
    assert shown(registry)[0]["approval"]["notes"] == "seen"
    assert changed(registry, kid=kid, approve=True, notes="other") == []


def test_one_that_has_expired(registry: Registry) -> None:
    registry.simulator.add_service_key("clair4", "scanner", time.time() - 60)
    report, _result = run(registry, **SCANNER)
    assert "Quay forgets it a week later. Give it a later expiration, or delete it" in report.warnings[0]
    assert changed(registry, **SCANNER, expiration=LATER) == ["update expiration"]
    registry.simulator.add_service_key("clair4", "old", time.time() - 8 * 86400)
    assert changed(registry, service="clair4", name="old") == ["create"]


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize("params", [{"expiration": LATER}, {"state": "absent"}, {}])
def test_a_name_that_several_share(registry: Registry, params: dict[str, Any]) -> None:
    kids = {registry.simulator.add_service_key("clair4", "scanner") for _ in range(2)}
    registry.simulator.add_service_key("quay", "scanner")
    report, _result = run(registry, **SCANNER, **params)
    assert isinstance(report.error, InvalidDeclaration)
    assert "2 keys of the service 'clair4' fit the name" in str(report.error)
    assert all(kid in str(report.error) for kid in kids)
    assert registry.writes() == []


def test_a_kid_that_is_not_there(registry: Registry) -> None:
    for check_mode in (True, False):
        report, _result = run(registry, check_mode=check_mode, kid="nothing", expiration=LATER)
        assert "service key nothing does not exist; Quay makes up the kid" in str(report.error)


def test_who_is_no_superuser(registry: Registry) -> None:
    report, _result = run(registry, token=registry.simulator.token("alice"), **SCANNER)
    assert isinstance(report.error, Forbidden)
    assert "lacks the scope super:user" in str(report.error)


# --- failures -------------------------------------------------------------------------------------


def test_an_answer_with_a_private_half_that_is_lost(registry: Registry) -> None:
    registry.simulator.faults.add(Fault("reset_after", "POST", KEYS, times=1))
    report, _result = run(registry, **SCANNER)
    kid = shown(registry)[0]["kid"]
    assert f"The key {kid} is there, and its private part was lost with the answer" in str(report.error)


def test_a_request_that_is_lost(registry: Registry) -> None:
    registry.simulator.faults.add(Fault("reset_before", "POST", KEYS, times=1))
    report, result = run(registry, **SCANNER)
    assert done(report) == ["create service_key clair4  scanner"]
    assert "PRIVATE KEY" in result["private_key"]
    assert len(shown(registry)) == 1
