# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_service_key."""

from __future__ import annotations

from typing import Any

import pytest

from .support.playbook import Playbook, task
from .support.registry import Registry

MODULE = "quay_service_key"
KEYS = "superuser/keys"
LATER = "2098-01-02T03:04:05Z"


def keys_of(registry: Registry, service: str) -> list[dict[str, Any]]:
    return [key for key in registry.get(KEYS)["keys"] if key["service"] == service]


def new_service(registry: Registry) -> str:
    return registry.new_name("scanner").replace("-", "_")


def test_life_cycle(play: Playbook, registry: Registry) -> None:
    service = new_service(registry)
    key = {"service": service, "name": "Nuremberg: 1"}
    made = {**key, "expiration": LATER, "metadata": {"host": "host7"}, "notes": "by hand"}
    run = play(
        {
            "check": task(MODULE, check=True, diff=True, **made),
            "create": task(MODULE, diff=True, **made),
            "again": task(MODULE, **made),
            "change": task(MODULE, diff=True, **key, expiration="never", metadata={"rack": {"row": 1}}),
            "rename": task(MODULE, **key, new_name="Dresden"),
            "rename again": task(MODULE, **key, new_name="Dresden", approve=True, expiration="never"),
        }
    )
    assert run["check"]["diff"] == run["create"]["diff"]
    assert run["check"]["placeholders"] == ["kid", "private_key", "public_key"]
    assert run["create"]["private_key"].startswith("-----BEGIN RSA PRIVATE KEY-----\n")
    assert run["create"]["public_key"].startswith("-----BEGIN PUBLIC KEY-----\n")
    assert run["create"]["diff"][0]["after"]["expiration"] == LATER
    for name in ("again", "rename again"):
        assert not run[name]["changed"]
        assert "private_key" not in run[name]
    assert run.changes("change") == [("update", "service_key", f"{service}/Nuremberg: 1")]
    (found,) = keys_of(registry, service)
    assert (found["name"], found["kid"], found["expiration_date"]) == ("Dresden", run["create"]["kid"], None)
    assert (found["metadata"]["host"], found["metadata"]["rack"]) == ("host7", {"row": 1})
    assert found["approval"]["notes"] == "by hand"
    kid = found["kid"]
    run = play(
        {
            "check absent": task(MODULE, check=True, kid=kid, state="absent"),
            "absent": task(MODULE, kid=kid, state="absent"),
            "absent again": task(MODULE, kid=kid, state="absent"),
            "no more": task(MODULE, fails=True, kid=kid, expiration="never"),
        }
    )
    assert run["check absent"]["changes"] == run["absent"]["changes"]
    assert not run["absent again"]["changed"]
    assert "Quay makes up the kid of a new one" in run.message("no more")
    assert keys_of(registry, service) == []


def test_names_that_keys_share(play: Playbook, registry: Registry) -> None:
    service = new_service(registry)
    for _ in range(2):
        registry.send("POST", KEYS, {"service": service, "name": "same", "expiration": None})
    kids = sorted(key["kid"] for key in keys_of(registry, service))
    run = play(
        {
            "name": task(MODULE, fails=True, service=service, name="same", state="absent"),
            "one": task(MODULE, kid=kids[0], state="absent"),
            "other": task(MODULE, service=service, name="same", state="absent"),
        }
    )
    assert all(kid in run.message("name") for kid in kids)
    assert run["one"]["changed"]
    assert run["other"]["changed"]
    assert keys_of(registry, service) == []


@pytest.mark.simulator_only
def test_a_key_that_waits_for_approval(play: Playbook, registry: Registry) -> None:
    """A part of an installation hands it in, signed with its private half."""
    service = new_service(registry)
    kid = registry.control("POST", "service_keys", {"service": service, "name": "worker"})["kid"]
    run = play(
        {
            "check": task(MODULE, check=True, kid=kid, approve=True, notes="seen"),
            "approve": task(MODULE, kid=kid, approve=True, notes="seen"),
            "again": task(MODULE, service=service, name="worker", approve=True, notes="other"),
        }
    )
    assert run["check"]["changes"] == run["approve"]["changes"]
    assert not run["again"]["changed"]
    assert keys_of(registry, service)[0]["approval"]["notes"] == "seen"


def test_bad_input(play: Playbook, registry: Registry) -> None:
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "service": ({"service": "Clair-4", "name": "n"}, "service 'Clair-4' is not allowed"),
        "name": ({"service": "clair4", "name": "n!"}, "name 'n!' is not allowed"),
        "past": ({"service": "clair4", "name": "n", "expiration": "2001-01-01"}, "is in the past"),
        "nothing": ({"service": "clair4"}, "one of the following is required: kid, name"),
        "both": ({"kid": "k", "name": "n", "service": "s"}, "mutually exclusive"),
        "half": ({"name": "n"}, "missing parameter(s) required by 'name': service"),
    }
    run = play({name: task(MODULE, fails=True, **options) for name, (options, _words) in cases.items()})
    for name, (_options, words) in cases.items():
        assert words in run.message(name)
