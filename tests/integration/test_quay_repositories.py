# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_repositories."""

from __future__ import annotations

from .support.playbook import Playbook, task
from .support.registry import Registry


def test_visibility_of_all_but_some(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    for name in ("api", "web", "secret"):
        registry.new_repository(org, name)
    public = {"organization": org, "visibility": "public", "skip": ["secret"]}
    run = play(
        {
            "foresee": task("quay_repositories", check=True, diff=True, **public),
            "do": task("quay_repositories", diff=True, **public),
            "again": task("quay_repositories", **public),
            "back": task("quay_repositories", organization=org, visibility="private", matching="a.*"),
        }
    )
    both = [("update", "repository", "api"), ("update", "repository", "web")]
    assert run.changes("foresee") == run.changes("do") == both
    assert run["foresee"]["diff"] == run["do"]["diff"]
    assert not run["again"]["changed"]
    assert run.changes("back") == both[:1]
    seen = {name: registry.repository(f"{org}/{name}")["is_public"] for name in ("api", "web", "secret")}
    assert seen == {"api": False, "web": True, "secret": False}


def test_permissions_over_several_organizations(play: Playbook, registry: Registry) -> None:
    alice = registry.new_user().name
    orgs = [registry.new_org(), registry.new_org()]
    for org in orgs:
        registry.new_repository(org, "app")
        registry.new_repository(org, "other")
        registry.send("PUT", f"organization/{org}/team/devs", {"role": "member"})
    grants = [{"name": alice, "role": "write"}, {"name": "devs", "type": "team"}]
    wanted = {"organizations": orgs, "matching": "app", "perms": grants}
    none = [{**grant, "state": "absent"} for grant in grants]
    run = play(
        {
            "give": task("quay_repositories", **wanted),
            "again": task("quay_repositories", **wanted),
            "take": task("quay_repositories", organizations=orgs[:1], perms=none, diff=True),
        }
    )
    assert len(run["give"]["changes"]) == 4
    assert not run["again"]["changed"]
    assert sorted(run.changes("take")) == sorted(
        [("delete", "permission", f"app:{alice}"), ("delete", "permission", "app:devs")]
    )
    assert alice not in registry.permissions(f"{orgs[0]}/app")
    assert registry.permissions(f"{orgs[1]}/app")[alice] == "write"
    assert registry.permissions(f"{orgs[1]}/app", "team") == {"devs": "read"}
    assert alice not in registry.permissions(f"{orgs[1]}/other")


BAD = [
    ({"organization": "a"}, "one of the following is required: visibility, description, perms"),
    ({"visibility": "public"}, "missing required arguments: organizations"),
    ({"organization": "a", "visibility": "hidden"}, "value of visibility must be one of: public, private"),
    ({"organization": "nobody-at-all", "visibility": "public"}, "'nobody-at-all' does not exist"),
    ({"organization": "a!", "visibility": "public"}, "organization name 'a!' is not allowed"),
    ({"organization": "ab", "matching": "(", "description": ""}, "is not a regular expression"),
]


def test_bad_input(play: Playbook, registry: Registry) -> None:
    run = play({message: task("quay_repositories", fails=True, **options) for options, message in BAD})
    for _options, message in BAD:
        assert message in run.message(message)
