# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Organizations with everything inside: what is desired of each, and what is wrong in any."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from tests.unit.module_utils.declarations import entry, wrong


def test_all_that_is_wrong_is_reported_with_its_place() -> None:
    text = wrong(entry(email="x", robots=[{"name": "CI"}]), {"name": "beta", "teams": [{"name": "T"}]})
    assert "organization 'acme': email 'x'" in text
    assert "robot name 'CI'" in text
    assert "organization 'beta': team name 'T'" in text


def test_an_organization_twice() -> None:
    assert "organization 'acme' is in the list 2 times" in wrong(entry(), entry(email="a@example.com"))


def test_a_negative_limit() -> None:
    assert "purge_limit is -1" in wrong(entry(), purge_limit=-1)


def test_everything() -> None:
    desired = desired_of(
        entry(
            email="",
            time_machine_expiration="1d",
            robots=[{"name": "acme+ci", "description": "d"}],
            teams=[{"name": "t1", "role": "creator", "members": ["bob", "acme+ci", "bob"]}],
            prototypes=[{"name": "t1", "type": "team", "role": "read", "creator": "bob"}],
            repositories=[{"name": "a/b", "star": True, "perms": [{"name": "t1", "type": "team"}]}],
            applications=[{"name": "auto"}],
        )
    )
    assert [(item.kind.name, item.key, dict(item.fields)) for item in desired.present] == [
        ("organization", (), {"email": "", "tag_expiration_s": 86400}),
        ("robot", ("ci",), {"description": "d"}),
        ("team", ("t1",), {"role": "creator"}),
        ("member", ("t1", "acme+ci"), {}),
        ("member", ("t1", "bob"), {}),
        ("prototype", ("bob", "team", "t1"), {"role": "read"}),
        ("repository", ("a/b",), {"star": True}),
        ("permission", ("a/b", "team", "t1"), {"role": "read"}),
        ("application", ("auto",), {}),
    ]
