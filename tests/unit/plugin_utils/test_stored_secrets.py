# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Which secrets stay, which are replaced, and which are made."""

from __future__ import annotations

import base64
import re
import subprocess
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.plugin_utils.stored_secrets import decide_secrets

WANTED = ["SECRET_KEY", "DATABASE_SECRET_KEY", "postgresql_password", "clair_psk"]


def test_new_secrets() -> None:
    decision = decide_secrets({}, {}, WANTED)
    assert (decision["generated"], decision["changed"]) == (WANTED, [])
    values = decision["values"]
    assert re.fullmatch(r"[A-Za-z0-9]{32}", values["postgresql_password"])
    assert re.fullmatch(r"[A-Za-z0-9_-]{48}", values["DATABASE_SECRET_KEY"])
    assert len(base64.b64decode(values["clair_psk"], validate=True)) == 32
    assert len({*values.values(), *decide_secrets({}, {}, WANTED)["values"].values()}) == 8


def test_what_is_given_wins_and_what_is_stored_stays() -> None:
    stored = {"SECRET_KEY": "stored", "DATABASE_SECRET_KEY": "key", "clair_psk": "psk", "old": "kept"}
    given = {
        "SECRET_KEY": "given",
        "postgresql_password": "given",
        "clair_psk": "",
        "DATABASE_SECRET_KEY": None,
    }
    assert decide_secrets(stored, given, WANTED) == {
        "values": {
            "SECRET_KEY": "given",
            "DATABASE_SECRET_KEY": "key",
            "clair_psk": "psk",
            "old": "kept",
            "postgresql_password": "given",
        },
        "generated": [],
        "changed": ["SECRET_KEY"],
    }
    assert decide_secrets(stored, {"SECRET_KEY": "stored"}, ["SECRET_KEY"])["changed"] == []
    # What is given and not wanted is not taken.
    assert decide_secrets({}, {"redis_password": "x"}, [])["values"] == {}
    assert decide_secrets({}, {"n": 12345}, ["n"])["values"] == {"n": "12345"}


@pytest.mark.parametrize("name", ["DATABASE_SECRET_KEY", "database_secret_key", "quay_database_secret_key"])
def test_the_key_of_the_database_is_not_replaced(name: str) -> None:
    with pytest.raises(ValueError, match="set quay_database_secret_key_force: true") as caught:
        decide_secrets({name: "planted-old"}, {name: "planted-new"}, [name])
    assert "planted" not in str(caught.value)
    forced = decide_secrets({name: "old"}, {name: "new"}, [name], force=[name])
    assert (forced["values"], forced["changed"]) == ({name: "new"}, [name])
    assert decide_secrets({name: "same"}, {name: "same"}, [name])["changed"] == []
    assert decide_secrets({}, {name: "first"}, [name])["values"] == {name: "first"}


def test_nothing_new_where_data_needs_the_old() -> None:
    with pytest.raises(ValueError, match="needs SECRET_KEY, clair_psk, which is neither stored nor given"):
        decide_secrets(
            {"DATABASE_SECRET_KEY": "x"},
            {},
            WANTED,
            never_new=["SECRET_KEY", "DATABASE_SECRET_KEY", "clair_psk"],
        )
    kept = decide_secrets({}, {"SECRET_KEY": "x"}, ["SECRET_KEY"], never_new=["SECRET_KEY"])
    assert kept["values"] == {"SECRET_KEY": "x"}


@pytest.mark.parametrize(
    ("stored", "given", "text"),
    [
        (None, {}, "The stored secrets must be a dictionary"),
        ({}, [], "The given secrets must be a dictionary"),
        ({}, {"a": "planted\nx"}, "a must not hold a line break"),
        ({}, {"a": ["planted"]}, "a must be a text"),
        ({"a": True}, {}, "a must be a text"),
    ],
)
def test_secrets_that_are_none(stored: Any, given: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text) as caught:
        decide_secrets(stored, given, ["a"])
    assert "planted" not in str(caught.value)


def test_a_shell_reads_the_generated_secrets_unquoted() -> None:
    values = decide_secrets({}, {}, WANTED)["values"]
    for value in values.values():
        line = subprocess.run(
            ["sh", "-c", f"X={value}; printf %s $X"], capture_output=True, text=True, check=True
        )
        assert line.stdout == value
