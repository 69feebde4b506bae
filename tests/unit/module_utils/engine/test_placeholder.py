# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What check mode returns in place of what Quay would make up."""

from __future__ import annotations

import json
import uuid

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.placeholder import (
    SOME_ID,
    is_placeholder,
    marked,
    placeholder,
)


@pytest.mark.parametrize("length", [20, 40, 64])
def test_it_has_the_shape_of_a_token(length: int) -> None:
    text = placeholder(length)
    assert len(text) == length
    assert text.isalnum() and text.isupper()
    assert is_placeholder(text)


def test_no_token_of_quay_is_taken_for_one() -> None:
    assert not is_placeholder("IWG3K5EW92KZLPP42PMOKM5CJ2DEAQMSCU33A35NR7MNL21004NKVP3BECOWSQP2")
    assert not is_placeholder("")


def test_an_identifier_is_a_uuid() -> None:
    assert str(uuid.UUID(SOME_ID)) == SOME_ID


def test_a_result_says_what_only_stands_for_another() -> None:
    result = marked({"token": placeholder(64), "id": SOME_ID, "name": "ci"})
    assert json.loads(json.dumps(result))["placeholders"] == ["id", "token"]
    assert marked({"name": "ci"}) == {"name": "ci"}
