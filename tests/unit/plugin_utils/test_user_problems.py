# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is wrong with the users of the role quay."""

from __future__ import annotations

import pytest

from ansible_collections.quayops.quay.plugins.plugin_utils.user_problems import problems

GOOD = {
    "admin": {"email": "admin@example.com", "password": "at-least-8", "token": ""},
    "some.user": {"email": "some.user@example.com"},
}


def test_good_users_have_no_problem():
    assert problems(GOOD, ["admin"]) == []


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
        # As Quay's util/validation.py has it.
        *(
            ({"admin": {"email": "a@example.com", "password": password}}, ["admin"], ["white space"])
            for password in (
                "two words",
                "\ttabulator",
                "at-the-end ",
                "no\u00a0break-space",
                "line\nbreak-in-it",
                "em\u2003space",
            )
        ),
        *(
            ({"admin": {"email": email}}, ["admin"], ["is no email address"])
            for email in (
                "a@localhost",
                "@example.com",
                "a@",
                "a@b@example.com",
                "a@example..com",
                "a@example.com.",
                "a@.com",
                "a b@example.com",
                "a@" + "x" * 249 + ".com",
            )
        ),
        *(
            (
                {"admin": {"email": "a@example.com"}, name: {"email": "x@example.com"}},
                ["admin"],
                ["a name has"],
            )
            for name in ("x", "a..b", "a.", "_a", "-a", "a__b", "Admin", "a+b", "a" * 256, "é" * 3)
        ),
        # All of them at once.
        ({"admin": {"password": "x"}}, ["root"], ["begins with root", "email is missing", "shorter than 8"]),
    ],
)
def test_each_problem_is_named(declared, superusers, expected):
    found = problems(declared, superusers)
    assert len(found) == len(expected)
    for text, part in zip(found, expected):
        assert part in text


def test_in_a_new_registry_nobody_has_the_name_of_a_superuser():
    found = problems(GOOD, ["admin", "boss"], ["admin", "boss", "auditor", "some.user"])
    assert [text.split()[0] for text in found] == ["boss", "auditor"]
    # Of one that is there already it is not known who is.
    assert problems(GOOD, ["admin", "boss"]) == []


def test_the_first_superuser_is_missed_once():
    (found,) = problems(GOOD, ["root"], ["root"])
    assert "begins with root" in found


@pytest.mark.parametrize("name", ["ab", "a.b", "a_b-c.d", "0a", "a" * 255, "x1"])
def test_names_that_quay_takes(name):
    assert problems({**GOOD, name: {"email": "other@example.com"}}, ["admin"]) == []


@pytest.mark.parametrize(
    "password", ['it\'s"difficult"$HOME\\x#1', "öäüßéàñç", "{{curly}}", "12345678", "#%&[]<>" + "a"]
)
def test_passwords_that_quay_takes(password):
    declared = {"admin": {"email": "a+b@mail.example.com", "password": password}}
    assert problems(declared, ["admin"]) == []


def test_no_problem_tells_a_password():
    declared = {"admin": {"email": "", "password": "s3cret!", "token": "t0ken-of-admin"}}
    text = " ".join(problems(declared, ["root"]))
    assert "s3cret!" not in text and "t0ken-of-admin" not in text
