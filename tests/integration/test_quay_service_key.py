# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_service_key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .support.lifecycle import STEPS, life_cycle
from .support.playbook import Playbook, look, task
from .support.registry import Registry
from .test_quay_robot import keep

MODULE = "quay_service_key"


def keys(answer: Any, service: str) -> list[dict[str, Any]]:
    """Return the keys of a service, which are those of the test."""
    return [key for key in answer["keys"] if key["service"] == service]


@pytest.fixture
def service(registry: Registry) -> Iterator[str]:
    """A service that has no keys; those that it has in the end are removed."""
    name = registry.new_name("service").replace("-", "_")
    yield name
    for key in keys(registry.get("superuser/keys"), name):
        registry.send("DELETE", f"superuser/keys/{key['kid']}")


def test_life_cycle(play: Playbook, registry: Registry, service: str, tmp_path: Path) -> None:
    view, kept = look(registry, "superuser/keys"), tmp_path / "kept.json"
    steps = life_cycle(
        MODULE,
        {"name": "for tests", "service": service},
        create={"metadata": {"team": "storefront"}},
        change={"expiration": "2090-01-01"},
        looks=dict.fromkeys(("check create", "create", "change"), view),
    )
    names = {step: step.replace(" ", "_") for step in STEPS}
    tasks = {name: {**one, "register": names[name]} if name in names else one for name, one in steps.items()}
    # A result that holds a secret is hidden from callbacks, so it is looked at through what is registered.
    run = play({**tasks, "keep": keep(list(names.values()), kept)})
    results = json.loads(kept.read_text())
    assert {step: results[names[step]]["changed"] for step in STEPS} == STEPS
    for step in ("create", "change", "absent"):
        assert results[names[f"check {step}"]]["changes"] == results[names[step]]["changes"]
        assert results[names[f"check {step}"]]["diff"] == results[names[step]]["diff"]
    assert keys(run.seen("after check create"), service) == []
    (made,) = keys(run.seen("after create"), service)
    assert (made["name"], made["metadata"]["team"], made["expiration_date"]) == (
        "for tests",
        "storefront",
        None,
    )
    (changed,) = keys(run.seen("after change"), service)
    assert changed["expiration_date"] == "Sun, 01 Jan 2090 00:00:00 GMT"
    assert results["create"]["private_key"]
    for step in ("create_again", "change", "change_again"):
        assert results[step]["kid"] == made["kid"] and "private_key" not in results[step]
    assert keys(registry.get("superuser/keys"), service) == []


def test_the_private_key_is_returned_once_and_hidden(play: Playbook, service: str) -> None:
    key = {"name": "for tests", "service": service}
    run = play(
        {
            "make": {**task(MODULE, **key), "register": "made"},
            "use": {
                "ansible.builtin.assert": {"that": ["made.private_key | length > 0", "made.kid | length > 0"]}
            },
            "again": task(MODULE, **key),
        },
        "-vvv",
    )
    assert "PRIVATE KEY" not in run.output and "(private key)" not in run.output
    assert not run["again"]["changed"] and "private_key" not in run["again"]


def test_a_key_is_named_by_its_id(play: Playbook, registry: Registry, service: str) -> None:
    made = registry.send("POST", "superuser/keys", {"service": service, "expiration": None})
    run = play(
        {
            "name": task(MODULE, kid=made["kid"], name="named", approved=True),
            "again": task(MODULE, kid=made["kid"], name="named", approved=True),
            "none": task(MODULE, kid="no-such-key", approved=True, fails=True),
            "delete": task(MODULE, kid=made["kid"], state="absent"),
        }
    )
    assert run["name"]["changed"] and not run["again"]["changed"]
    assert run["again"]["name"] == "named"
    assert "there is no service key with the id 'no-such-key'" in run["none"]["msg"]
    assert run["delete"]["changed"]
