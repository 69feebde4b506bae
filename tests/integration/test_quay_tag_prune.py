# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_tag_prune."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from .support.playbook import Playbook, Task, task
from .support.registry import Registry

DAY = 86400


def prune(**options: Any) -> Task:
    return task("quay_tag_prune", **options)


def ends(registry: Registry, repository: str) -> dict[str, float]:
    """Return how many days from now the tags end that expire."""
    tags = registry.tags(repository)
    return {name: (tag["end_ts"] - time.time()) / DAY for name, tag in tags.items() if tag.get("end_ts")}


def old_tag(registry: Registry, repository: str, tag: str, days: float) -> str:
    """Give a repository of the simulator a tag that was pushed so many days ago; return its digest."""
    organization, _slash, name = repository.partition("/")
    body = {"org": organization, "repo": name, "tag": tag, "start_ts": time.time() - days * DAY}
    return str(registry.control("POST", "tags", body)["digest"])


def push_one_after_the_other(registry: Registry, repository: str, *tags: str) -> list[str]:
    """Push tags, the newest last; return their digests."""
    if registry.simulated:
        return [old_tag(registry, repository, tag, 9 - number) for number, tag in enumerate(tags)]
    return [registry.push(repository, tag) for tag in tags]


@pytest.fixture
def org(registry: Registry) -> str:
    """An organization with private repositories app (b-1 to b-4 and stable, which is b-1) and web (b-1)."""
    name = registry.new_org()
    for repository in ("app", "web"):
        registry.new_repository(name, repository)
    first = push_one_after_the_other(registry, f"{name}/app", "b-1", "b-2", "b-3", "b-4")[0]
    registry.push(f"{name}/app", "stable", first)
    registry.push(f"{name}/web", "b-1")
    return name


def test_life_cycle(play: Playbook, registry: Registry, org: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    policy = {"organization": org, "keep_newest": 2, "keep_names": ["stable"], "report_path": str(report)}
    run = play(
        {
            "foresee": prune(**policy, grace="2d", check=True, diff=True),
            "expire": prune(**policy, grace="2d", diff=True),
            "again": prune(**policy, grace="2d", return_tags="expired"),
        },
        "-vvv",
    )
    assert run["foresee"]["changed"] and run["expire"]["changed"] and not run["again"]["changed"]
    for name in ("expired", "counts", "repositories"):
        assert run["foresee"][name] == run["expire"][name]
    decided = {f"{one['repository']}:{one['name']}": one["reason"] for one in run["expire"]["tags"]}
    assert decided == {
        "app:b-1": "same_image_as_kept",
        "app:b-2": "beyond_newest",
        "app:b-3": "among_newest",
        "app:b-4": "among_newest",
        "app:stable": "kept_by_name",
        "web:b-1": "among_newest",
    }
    (entry,) = run["expire"]["diff"]
    assert entry["before_header"] == f"{org}/app: expiration of tags"
    assert entry["before"] == {"b-2": "never"}
    assert run["again"]["counts"]["leave"] == {"already_expiring": 1}
    assert run["again"]["tags"] == []
    found = ends(registry, f"{org}/app")
    assert list(found) == ["b-2"] and 1.9 < found["b-2"] <= 2
    assert ends(registry, f"{org}/web") == {}
    assert registry.token not in run.output


def test_tags_of_the_same_second(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    registry.new_repository(org, "app")
    digest = registry.push(f"{org}/app", "v1")
    for _try in range(10):
        for tag in ("v2", "v3", "v4"):
            registry.push(f"{org}/app", tag, digest)
        if len({registry.tags(f"{org}/app")[tag]["start_ts"] for tag in ("v3", "v4")}) == 1:
            break
    else:
        pytest.fail("no two tags came into being in the same second")
    run = play({"prune": prune(organization=org, keep_newest=1, allow_empty_keeplist=True)})
    kept = [one["name"] for one in run["prune"]["tags"] if one["action"] == "keep"]
    assert kept == ["v4"], "the names say the opposite of what is the newest"


def test_the_report(play: Playbook, registry: Registry, org: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    options = {"organization": org, "keep_newest": 1, "allow_empty_keeplist": True, "return_tags": "none"}
    run = play({"prune": prune(**options, report_path=str(report))})
    assert run["prune"]["report"] == str(report)
    assert "tags" not in run["prune"]
    text = report.read_text(encoding="utf-8")
    assert registry.token not in text
    written = json.loads(text)
    assert (written["registry"], written["check_mode"], written["error"]) == (registry.url, False, None)
    assert written["expired"] == run["prune"]["expired"] == 4
    assert len(written["tags"]) == 6
    assert report.stat().st_mode & 0o777 == 0o644


def test_what_is_not_to_be_pruned_is_left(play: Playbook, registry: Registry, org: str) -> None:
    registry.send("PUT", f"repository/{org}/app/changestate", {"state": "READ_ONLY"})
    run = play({"prune": prune(organization=org, keep_newest=1, allow_empty_keeplist=True)})
    assert not run["prune"]["changed"]
    assert {one["name"]: one.get("left") for one in run["prune"]["repositories"]} == {
        f"{org}/app": "read_only",
        f"{org}/web": None,
    }


def test_what_fails_before_anything_is_written(
    play: Playbook, registry: Registry, org: str, tmp_path: Path
) -> None:
    options = {"organization": org, "keep_newest": 1, "keep_names": ["stable"]}
    empty, page = tmp_path / "empty", tmp_path / "page"
    empty.write_text("", encoding="utf-8")
    page.write_text("<html>404</html>\n", encoding="utf-8")
    tasks = {
        "a limit": ({"max_expire": 1}, "2 tags would expire, more than max_expire (1)"),
        "a share": ({"max_expire_percent": 30}, "2 of 5 (40.0 %) in"),
        "a missing file": ({"keep_files": [str(tmp_path / "none")]}, "cannot be read: No such file"),
        "an empty file": ({"keep_files": [str(empty)]}, "names nothing that is kept"),
        "a wrong file": ({"keep_files": [str(page)]}, "line 1: '<html>404</html>'"),
        "no keep-list": ({"keep_names": []}, "The keep-list is empty"),
        "no DLRN": (
            {"dlrn_host": "http://127.0.0.1:1", "dlrn_endpoints": ["a"], "promotions": ["current"]},
            "DLRN: the newest promotion of 'current' at endpoint 'a' could not be read",
        ),
        "no repository": ({"repositories": ["app", "none"]}, "there is no repository 'none'"),
        "no report": ({"report_path": str(tmp_path / "none" / "report")}, "its directory does not exist"),
    }
    run = play({name: prune(**{**options, **more}, fails=True) for name, (more, _text) in tasks.items()})
    for name, (_more, text) in tasks.items():
        assert text in run.message(name)
    assert ends(registry, f"{org}/app") == {}


BAD = [
    ({}, "missing required arguments: organizations"),
    ({"organization": "a"}, "one of the following is required: older_than, keep_newest"),
    ({"organization": "a", "older_than": "1y"}, "older_than '1y' is not an age"),
    ({"organization": "a", "older_than": "0"}, "older_than is 0; it must be more than 0"),
    ({"organization": "a", "keep_newest": 0}, "keep_newest is 0"),
    ({"organization": "a", "keep_newest": "many"}, "keep_newest"),
    ({"organization": "a", "older_than": 7, "group_by": "x"}, "group_by is about keep_newest"),
    ({"organization": "a", "older_than": 7, "include": "["}, "include '[' is not a regular expression"),
    ({"organization": "a", "older_than": 7, "grace": "105w"}, "Quay takes at most 104 weeks"),
    ({"organization": "a", "older_than": 7, "max_expire_percent": 120}, "it must be 0 to 100"),
    ({"organization": "a", "older_than": 7, "return_tags": "some"}, "value of return_tags must be one of"),
    ({"organization": "a", "older_than": 7, "dlrn_auth": {"auth_method": "x"}}, "auth_method must be one of"),
    ({"organization": "nobody-at-all", "older_than": 7, "keep_names": ["x"]}, "does not exist"),
]


def test_bad_input(play: Playbook) -> None:
    run = play({message: prune(**options, fails=True) for options, message in BAD})
    for _options, message in BAD:
        assert message in run.message(message)


def test_passwords_are_not_shown(play: Playbook, org: str) -> None:
    options = {"organization": org, "older_than": 7, "dlrn_host": "trunk.example.com"}
    auth = {"sso_username": "pruner", "sso_password": "the-kerberos-password"}
    run = play(
        {"wrong": prune(**options, dlrn_endpoints=["a"], promotions=["current"], dlrn_auth=auth, fails=True)},
        "-vvv",
    )
    assert "sso_username needs auth_method" in run.message("wrong")
    assert "the-kerberos-password" not in run.output


@pytest.mark.simulator_only
def test_by_age(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    registry.new_repository(org, "app")
    for name, days in (("ancient", 900), ("old", 7.01), ("young", 6.99), ("release", 400)):
        old_tag(registry, f"{org}/app", name, days)
    policy = {"organization": org, "older_than": "1w", "keep_patterns": ["rel.*"]}
    run = play({"expire": prune(**policy), "again": prune(**policy)})
    assert run["expire"]["expired"] == 2
    assert not run["again"]["changed"]
    # Quay would have ended the oldest at once.
    found = ends(registry, f"{org}/app")
    assert set(found) == {"ancient", "old"}
    assert all(0.9 < days <= 1 for days in found.values())


@pytest.mark.simulator_only
def test_many_tags_and_repositories(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    for number in range(105):
        registry.new_repository(org, f"r{number:03}")
    for number in range(205):
        old_tag(registry, f"{org}/r104", f"t{number:03}", 30)
    registry.forget_requests()
    run = play({"expire": prune(organization=org, older_than=7, keep_names=["t007"], return_tags="none")})
    assert run["expire"]["counts"] == {"expire": {"too_old": 204}, "keep": {"kept_by_name": 1}}
    assert len(registry.writes()) == 204
    assert len(registry.requests_log()) == 204 + 2 + 104 + 3 + 1


@pytest.mark.simulator_only
@pytest.mark.parametrize("kind", ["429", "503", "reset_before", "reset_after"])
def test_faults(play: Playbook, registry: Registry, kind: str) -> None:
    org = registry.new_org()
    for repository in ("app", "web"):
        registry.new_repository(org, repository)
        for number in range(12):
            old_tag(registry, f"{org}/{repository}", f"t{number}", 30)
    fault = {"kind": kind, "rate": 0.2, "path": f"repository/{org}", "seed": 7}
    registry.control("POST", "faults", fault)
    try:
        run = play({"expire": prune(organization=org, older_than=7, keep_names=["t0"])})
    finally:
        registry.control("DELETE", "faults")
    assert run["expire"]["expired"] == 22
    expected = {f"t{number}" for number in range(1, 12)}
    assert set(ends(registry, f"{org}/app")) == set(ends(registry, f"{org}/web")) == expected
