# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_proxy_cache, and proxy caches inside quay_organizations.

Of a real Quay nobody knows which registries it reaches: the upstream is an address that is none, so that Quay
takes it where it does not try it out, and refuses it where it does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import StartSimulator
from .support.lifecycle import assert_life_cycle, life_cycle
from .support.playbook import Playbook, look, task
from .support.registry import Registry

MODULE = "quay_proxy_cache"
UPSTREAM = "1.1.1.1/library"
SECRET = "a-word-that-is-secret"


def cache(registry: Registry, org: str) -> tuple[Any, ...]:
    view = registry.get(f"organization/{org}/proxycache")
    return (view["upstream_registry"], view["expiration_s"], view["insecure"])


def test_life_cycle(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    view = look(registry, f"organization/{org}/proxycache")
    identity = {"organization": org, "registry": UPSTREAM, "username": "puller", "password": SECRET}
    run = play(
        life_cycle(
            MODULE,
            {**identity, "validate": False},
            create={"expiration": "48h"},
            change={"expiration": "3600", "insecure": True},
            looks=dict.fromkeys(("check create", "create", "change", "check absent", "absent"), view),
        )
    )
    assert_life_cycle(run)
    none = {"upstream_registry": "", "expiration_s": "", "insecure": ""}
    made = {"upstream_registry": UPSTREAM, "expiration_s": 172800, "insecure": False}
    changed = {"upstream_registry": UPSTREAM, "expiration_s": 3600, "insecure": True}
    assert run.seen("after check create") == none
    assert run.seen("after create") == made
    assert run.seen("after change") == changed
    assert run.seen("after check absent") == changed
    assert run.seen("after absent") == none
    assert run["create"]["organization"] == org
    assert SECRET not in str(run.results)


def test_what_quay_refuses_changes_nothing(play: Playbook, registry: Registry) -> None:
    org, bench = registry.new_org(), registry.new_org()
    there = {"organization": org, "registry": UPSTREAM}
    other = {**there, "registry": "1.0.0.1", "username": "puller", "password": SECRET}
    run = play(
        {
            "new": task(MODULE, fails=True, **there),
            "resolve": task(MODULE, fails=True, **{**there, "registry": "registry.invalid"}),
            "internal": task(MODULE, fails=True, **{**there, "registry": "10.1.2.3"}),
            "make": task(MODULE, **there, validate=False),
            "replace": task(MODULE, fails=True, **other),
        }
    )
    assert "Failed login to remote registry" in run.message("new")
    assert "Cannot resolve hostname 'registry.invalid'" in run.message("resolve")
    assert "SSRF_ALLOWED_HOSTS" in run.message("internal")
    assert "was left as it is" in run.message("replace")
    assert cache(registry, org) == (UPSTREAM, 86400, False)
    assert cache(registry, bench) == ("", "", "")
    assert SECRET not in str(run.results)


def test_force_and_what_is_left_out(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    there = {"organization": org, "registry": UPSTREAM, "validate": False}
    login = {"username": "puller", "password": SECRET}
    run = play(
        {
            "make": task(MODULE, **there, expiration="1h", insecure=True),
            "same": task(MODULE, **there),
            "login": task(MODULE, **there, **login),
            "forced": task(MODULE, diff=True, **there, **login, force=True),
            "moved": task(MODULE, **{**there, "registry": "1.0.0.1"}),
        }
    )
    changed = [run[name]["changed"] for name in ("make", "same", "login", "forced", "moved")]
    assert changed == [True, False, False, True, True]
    assert "does not tell its username and password" in str(run["moved"]["warnings"])
    assert cache(registry, org) == ("1.0.0.1", 3600, True)
    assert SECRET not in str(run.results)


def test_bad_input(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "scheme": ({"registry": "https://quay.io"}, "is not written as"),
        "half": ({"username": "puller"}, "username and password together"),
        "span": ({"expiration": "soon"}, "is not a time span"),
        "missing": ({"organization": registry.new_org_name()}, "does not exist"),
    }
    run = play(
        {
            name: task(MODULE, fails=True, **{"organization": org, "registry": UPSTREAM, **more})
            for name, (more, _words) in cases.items()
        }
    )
    for name, (_more, words) in cases.items():
        assert words in run.message(name)
    assert cache(registry, org) == ("", "", "")


def test_an_organization_with_its_proxy_cache(play: Playbook, registry: Registry) -> None:
    org = registry.new_org_name()
    shown = {"registry": UPSTREAM, "expiration": "7200", "insecure": True}
    entry = {
        "name": org,
        "proxy_cache": {**shown, "validate": False, "username": "puller", "password": SECRET},
    }
    removed = {"name": org, "proxy_cache": {"state": "absent"}}
    run = play(
        {
            "check": task("quay_organizations", check=True, diff=True, organizations=[entry]),
            "create": task("quay_organizations", diff=True, organizations=[entry]),
            "again": task("quay_organizations", organizations=[entry]),
            "read": {**task("quay_organization_info", name=org), "register": "found"},
            "hand back": task("quay_organizations", organizations="{{ found.organizations }}"),
            "absent": task("quay_organizations", organizations=[removed]),
        }
    )
    assert run["check"]["changes"] == run["create"]["changes"]
    assert run["check"]["diff"] == run["create"]["diff"]
    assert run.changes("create") == [("create", "organization", org), ("create", "proxy_cache", org)]
    assert not run["again"]["changed"]
    assert run["read"]["organizations"][0]["proxy_cache"] == shown
    assert not run["hand back"]["changed"]
    assert run.changes("absent") == [("delete", "proxy_cache", org)]
    # Nested options are as secret as others, also where Ansible repeats what a task was given.
    assert SECRET not in str(run.results)


@pytest.mark.simulator_only
def test_it_is_tried_out(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    there = {"organization": org, "registry": "hub.example.com"}
    registry.forget_requests()
    play({"make": task(MODULE, **there), "replace": task(MODULE, **there, expiration="2d")})
    tries = [one for one in registry.writes() if "validateproxycache" in one]
    assert len(tries) == 2
    assert cache(registry, org) == ("hub.example.com", 172800, False)


@pytest.mark.simulator_only
def test_a_registry_without_the_feature(tmp_path: Path, start_simulator: StartSimulator) -> None:
    registry = start_simulator("--feature", "PROXY_CACHE=false")
    org = registry.new_org()
    run = Playbook(registry, tmp_path)(
        {
            "refused": task(MODULE, fails=True, organization=org, registry=UPSTREAM),
            "nobody asks": task("quay_organizations", organizations=[{"name": org}]),
            "read": task("quay_organization_info", name=org),
        }
    )
    assert "FEATURE_PROXY_CACHE" in run.message("refused")
    assert not run["nobody asks"]["changed"]
    assert "proxy_cache" not in run["read"]["organizations"][0]
