# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Another caller changes the same objects between our reading and our writing: what holds for all kinds."""

from __future__ import annotations

from typing import Any, Callable

from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.rivals import against

ROBOT = {"name": "acme", "robots": [{"name": "ci", "description": "CI"}]}
PROTOTYPE = {"name": "acme", "prototypes": [{"name": "alice", "role": "write"}]}


def test_what_quay_lets_exist_twice_stays_single(registry: Registry) -> None:
    """Where another caller was met in a run, it looks once more after making what can be doubled."""
    entry = {**ROBOT, **PROTOTYPE}

    def act(other: Client) -> None:
        # What the other makes of the rest comes after our second look at it.
        other.send("PUT", "organization/acme/robots/ci", {})
        rule = {"role": "write", "delegate": {"kind": "user", "name": "alice"}}
        sent.append(lambda: other.send("POST", "organization/acme/prototypes", rule))

    sent: list[Callable[[], Any]] = []
    client = against(registry, "PUT", "robots/ci", act)
    real = client.send

    def send(method: str, path: str, body: Any = None) -> Any:
        if path.endswith("/prototypes") and sent:
            sent.pop()()
        return real(method, path, body)

    client.send = send  # type: ignore[method-assign]
    registry.one(entry, client=client)
    assert not sent
    assert len(registry.state("acme")["prototypes"]) == 1


def test_a_quiet_run_does_not_look_again(registry: Registry) -> None:
    registry.one({"name": "acme"})
    registry.requests()
    registry.one(PROTOTYPE)
    asked = registry.requests()
    assert [one for one in asked if "prototypes" in one] == [
        "GET organization/acme/prototypes",
        "POST organization/acme/prototypes",
    ]


def test_the_whole_organization_while_we_fill_it(registry: Registry) -> None:
    registry.one({"name": "acme"})
    client = against(registry, "PUT", "robots/ci", lambda other: other.send("DELETE", "organization/acme"))
    (report,) = registry.reconcile(ROBOT, client=client)
    # The name is held until Quay's own job has run, and that is what the message says.
    assert "has not removed yet" in str(report.error)
