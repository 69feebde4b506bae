# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The passwords of the users of the role quay."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils import user_passwords


class TestPasswords:
    def test_a_given_one_wins_over_the_file(self):
        texts = {"/d/admin_token": "export USER_PASSWORD=of-the-file\n"}
        assert user_passwords.passwords({"admin": {"password": "given"}}, texts, "/d") == {"admin": "given"}

    def test_that_of_the_file_is_kept(self):
        texts = {"/d/admin_token": "export USER_PASSWORD='of the file'\nexport ADMIN_TOKEN=abc\n"}
        assert user_passwords.passwords({"admin": {"password": ""}}, texts, "/d") == {"admin": "of the file"}

    def test_a_file_without_a_password_gets_none(self):
        texts = {"/d/admin_token": "export ADMIN_TOKEN=abc\n"}
        assert user_passwords.passwords({"admin": {}}, texts, "/d") == {"admin": ""}

    def test_a_new_one_is_long_and_another_each_time(self):
        made = {user_passwords.passwords({"admin": {}}, {}, "/d")["admin"] for _ in range(20)}
        assert len(made) == 20
        assert all(len(one) == user_passwords.GENERATED_PASSWORD and one.isalnum() for one in made)
