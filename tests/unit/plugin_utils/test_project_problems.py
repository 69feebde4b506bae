# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is wrong with the form of quay_organizations and quay_users."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.plugin_utils.project_problems import problems


def test_the_established_form_has_no_problems() -> None:
    organizations = {
        "someuser": [{"name": "one", "token": ""}, {"name": "two", "token": "", "prune_days": 7}],
        "admin": None,
        "other": [{"name": 42, "robot_name": False, "team_name": "", "prototype_role": None}],
    }
    users = {"admin": {"email": "a@example.com", "password": "p", "token": ""}, "someuser": None}
    assert problems(organizations, users) == []


@pytest.mark.parametrize(
    ("organizations", "text"),
    [
        ([], "quay_organizations must be a dictionary from user to a list of organizations, not a list"),
        ({"u": {"name": "x"}}, "quay_organizations.u must be a list of organizations, not a dictionary"),
        ({"u": "x"}, "quay_organizations.u must be a list of organizations, not a string"),
        ({7: []}, "quay_organizations.7: the name of a user must be a string without '/'"),
        ({"../u": []}, "quay_organizations.../u: the name of a user must be a string without '/'"),
        ({"u": ["x"]}, "quay_organizations.u[0] must be a dictionary with at least a name, not a string"),
        ({"u": [{"token": "x"}]}, "quay_organizations.u[0] has no name"),
        ({"u": [{"name": ""}]}, "quay_organizations.u[0] has no name"),
        (
            {"u": [{"name": "x"}, {"name": "x"}]},
            "quay_organizations.u: organization x is in the list 2 times",
        ),
        (
            {"u": [{"name": "x", "robot_name": True}]},
            "robot_name of organization x of quay_organizations.u must be a text, or false to do without, "
            "not a boolean",
        ),
    ],
)
def test_problems_of_organizations(organizations: Any, text: str) -> None:
    assert problems(organizations, {}) == [text]


@pytest.mark.parametrize(
    ("users", "text"),
    [
        (["planted"], "quay_users must be a dictionary from user to settings, not a list"),
        ({"u": "planted"}, "quay_users.u must be a dictionary, not a string"),
        ({"u": {"token": 12345}}, "quay_users.u.token must be a string, not a number; put it in quotes"),
        (
            {"u": {"password": ["planted"]}},
            "quay_users.u.password must be a string, not a list; put it in quotes",
        ),
    ],
)
def test_problems_of_users_name_no_value(users: Any, text: str) -> None:
    assert problems({}, users) == [text]
