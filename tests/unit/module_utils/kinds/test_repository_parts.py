# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the parts of a repository share, where no kind of them tests it."""

from __future__ import annotations

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.declaration import Notes
from ansible_collections.quayops.quay.plugins.module_utils.kinds.repository_parts import repository_name


@pytest.mark.parametrize(
    ("text", "name"),
    [("app", "app"), ("acme/app", "app"), ("deep/nested", "deep/nested"), ("a.b_c-d", "a.b_c-d")],
)
def test_a_name_with_its_namespace_or_without(text: str, name: str) -> None:
    notes = Notes("acme")
    assert repository_name(notes, text) == name
    assert notes.wrong == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("App", "repository name 'App' is not allowed"),
        ("a" * 256, "is not allowed"),
        ("", "is not allowed"),
        ("app:v1", "has too much: tag ':v1'"),
    ],
)
def test_what_is_no_name_is_noted(text: str, words: str) -> None:
    notes = Notes("acme")
    repository_name(notes, text)
    assert words in notes.wrong[0]
