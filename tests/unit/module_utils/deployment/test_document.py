# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The configuration as YAML."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.quayops.quay.plugins.module_utils.deployment.document import (
    HEADER,
    checksum,
    rendered,
)

# No surrogates: they are no text that could be written into a file.
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.one_of(st.lists(below, max_size=4), st.dictionaries(TEXTS, below, max_size=4)),
    max_leaves=20,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=6))
@settings(deadline=None, max_examples=100)
def test_what_is_written_is_what_is_read(config: dict[str, Any]) -> None:
    assert yaml.safe_load(rendered(config)) == config
    assert yaml.safe_load(HEADER + rendered(config)) == config


@pytest.mark.parametrize(
    "text",
    ["yes", "No", "on", "null", "~", "", "1", "1.5", "1e3", "0x1f", "1:30", "2w", "2001-01-01", "- a", "a: b",
     "#c", " a", "a ", "'", '"', "\\", "\x7f", "\x85", "\u2028", "\ufeff", "é", "😀", "*a", "&a", "!a", "%a",
     "@a", "`a", "y", "a\nb"],
)  # fmt: skip
def test_texts_stay_texts(text: str) -> None:
    assert yaml.safe_load(rendered({"K": text})) == {"K": text}


def test_the_form() -> None:
    config = {
        "B": {"y": 1, "x": [1, {"d": None, "c": True}]},
        "A": [],
        "C": {},
        "D": "text",
        "E": [[1], [2, 3]],
    }
    assert rendered(config) == (
        'A: []\nB:\n  x:\n  - 1\n  - c: true\n    d: null\n  "y": 1\n'
        "C: {}\nD: text\nE:\n- - 1\n- - 2\n  - 3\n"
    )
    assert rendered({}) == "{}\n"


def test_floats_are_numbers_in_yaml_1_1() -> None:
    assert rendered({"A": 1e20, "B": 0.5, "C": float("inf")}) == "A: 1.0e+20\nB: 0.5\nC: .inf\n"


def test_the_checksum_is_that_of_the_sorted_text() -> None:
    assert checksum({"B": 1, "A": 2}) == hashlib.sha256(b"A: 2\nB: 1\n").hexdigest()
    assert checksum({"B": 1, "A": 2}) == checksum({"A": 2, "B": 1})
    assert checksum({"A": 2}) != checksum({"A": "2"})
