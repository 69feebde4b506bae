# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The users of the role quay: problems and passwords."""

from __future__ import annotations

import pytest

from ansible_collections.quayops.quay.plugins.plugin_utils import users

GOOD = {
    "admin": {"email": "admin@example.com", "password": "at-least-8", "token": ""},
    "some.user": {"email": "some.user@example.com"},
}


def test_good_users_have_no_problem():
    assert users.problems(GOOD, ["admin"]) == []


@pytest.mark.parametrize(
    ("declared", "superusers", "expected"),
    [
        ({}, ["admin"], ["quay_users is empty"]),
        (None, ["admin"], ["quay_users is empty"]),
        (["admin"], ["admin"], ["quay_users is empty"]),
        (GOOD, [], ["quay_superusers is empty"]),
        (GOOD, ["root"], ["begins with root, who is not in quay_users"]),
        ({"admin": None}, ["admin"], ["quay_users.admin is not a dictionary"]),
        ({"admin": {}}, ["admin"], ["quay_users.admin.email is missing"]),
        ({"admin": {"email": None}}, ["admin"], ["quay_users.admin.email is missing"]),
        ({"admin": {"email": "nobody"}}, ["admin"], ["quay_users.admin.email is missing"]),
        (
            {"admin": {"email": "a@example.com", "password": "short"}},
            ["admin"],
            ["password is shorter than 8"],
        ),
        (
            {"admin": {"email": "a@example.com"}, "X": {"email": "x@example.com"}},
            ["admin"],
            ["quay_users.X: a name"],
        ),
        (
            {"admin": {"email": "a@example.com"}, "bob": {"email": "A@example.com"}},
            ["admin"],
            ["2 users have the same email a@example.com"],
        ),
        # All of them at once.
        ({"admin": {"password": "x"}}, ["root"], ["begins with root", "email is missing", "shorter than 8"]),
    ],
)
def test_each_problem_is_named(declared, superusers, expected):
    found = users.problems(declared, superusers)
    assert len(found) == len(expected)
    for text, part in zip(found, expected):
        assert part in text


def test_no_problem_tells_a_password():
    declared = {"admin": {"email": "", "password": "s3cret!", "token": "t0ken-of-admin"}}
    text = " ".join(users.problems(declared, ["root"]))
    assert "s3cret!" not in text and "t0ken-of-admin" not in text


class TestPasswords:
    def test_a_given_one_wins_over_the_file(self):
        texts = {"/d/admin_token": "export USER_PASSWORD=of-the-file\n"}
        assert users.passwords({"admin": {"password": "given"}}, texts, "/d") == {"admin": "given"}

    def test_that_of_the_file_is_kept(self):
        texts = {"/d/admin_token": "export USER_PASSWORD='of the file'\nexport ADMIN_TOKEN=abc\n"}
        assert users.passwords({"admin": {"password": ""}}, texts, "/d") == {"admin": "of the file"}

    def test_a_file_without_a_password_gets_none(self):
        texts = {"/d/admin_token": "export ADMIN_TOKEN=abc\n"}
        assert users.passwords({"admin": {}}, texts, "/d") == {"admin": ""}

    def test_a_new_one_is_long_and_another_each_time(self):
        made = {users.passwords({"admin": {}}, {}, "/d")["admin"] for _ in range(20)}
        assert len(made) == 20
        assert all(len(one) == users.GENERATED_PASSWORD and one.isalnum() for one in made)


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("abc", "'abc'"),
        ("it's", "'it''s'"),
        ("a\\b", "'a\\\\b'"),
        (12, "'12'"),
        ("", "''"),
        ("a b;--", "'a b;--'"),
    ],
)
def test_psql_quotes(value, quoted):
    assert users.psql(value) == quoted


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b"])
def test_psql_refuses_line_breaks(value):
    with pytest.raises(ValueError, match="line break"):
        users.psql(value)
