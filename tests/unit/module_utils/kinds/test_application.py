# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Applications: what is declared is changed, the rest survives; of two of one name the later one goes."""

from __future__ import annotations

from typing import Any

from ansible_collections.quayops.quay.plugins.module_utils.engine.plan import plan
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.kinds.application import application_credentials
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.plans import change, current, desired, item, names
from tests.unit.module_utils.rivals import against, raced
from tests.unit.module_utils.runs import done

APPLICATION = {"name": "acme", "applications": [{"name": "portal", "description": "x"}]}

# --- planning -------------------------------------------------------------------------------------


def test_those_that_share_a_name_are_left_alone() -> None:
    both = [item("application", "auto", ident=ident, description="") for ident in ("a", "b")]
    result = plan(desired(item("application", "auto", description="x")), current(*both))
    assert [(change.action, change.ident) for change in result.changes] == [("update", "a")]
    assert "2 applications are named auto" in result.warnings[0]


def test_how_it_is_named() -> None:
    assert names(change("create", "application", "auto")) == ("auto", "acme: application auto")


# --- carrying out ---------------------------------------------------------------------------------


def test_what_is_not_declared_is_kept(registry: Registry) -> None:
    full = {"name": "auto", "description": "d", "redirect_uri": "https://app.example.com/back"}
    registry.one({"name": "acme", "applications": [full]})
    registry.one({"name": "acme", "applications": [{"name": "auto", "description": "new"}]})
    assert done(registry.one({"name": "acme", "applications": [{**full, "description": "new"}]})) == []


# --- two at once ----------------------------------------------------------------------------------


def test_of_two_the_later_one_goes(registry: Registry) -> None:
    """Quay lets both exist, and none could be removed afterwards without revoking tokens."""
    registry.one({"name": "acme"})
    made: list[Any] = []
    body = {"name": "portal", "description": "x"}

    def act(other: Client) -> None:
        made.append(other.send("POST", "organization/acme/applications", body))

    report = raced(registry, against(registry, "POST", "applications$", act), APPLICATION)
    there = registry.client().get("organization/acme/applications")["applications"]
    assert [one["client_id"] for one in there] == [made[0]["client_id"]]
    assert report.changes == [], "it was the other caller who made it"
    credentials = application_credentials(report, "portal")
    assert credentials["client_secret"] == made[0]["client_secret"]


def test_one_that_somebody_else_makes_later_is_left_alone(registry: Registry) -> None:
    registry.one({"name": "acme"})
    client = registry.client()
    real = client.send

    def send(method: str, path: str, body: Any = None) -> Any:
        answer = real(method, path, body)
        if (method, path) == ("POST", "organization/acme/applications"):
            registry.client().send(method, path, body)
        return answer

    client.send = send  # type: ignore[method-assign]
    report = registry.one(APPLICATION, client=client)
    there = registry.client().get("organization/acme/applications")["applications"]
    assert len(there) == 2
    assert application_credentials(report, "portal")["client_id"] == there[0]["client_id"]
