# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Amounts of storage."""

from __future__ import annotations

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.kinds.sizes import size_in_bytes, size_text


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1", 1),
        ("4096", 4096),
        ("4096 B", 4096),
        ("4096 bytes", 4096),
        ("10GiB", 10 * 1024**3),
        ("10 GiB", 10 * 1024**3),
        ("10gib", 10 * 1024**3),
        ("10Gi", 10 * 1024**3),
        ("10 GB", 10 * 1000**3),
        ("10G", 10 * 1000**3),
        (" 10 gb ", 10 * 1000**3),
        ("1.5 TiB", 3 * 1024**4 // 2),
        ("0.1 KB", 100),
        ("1.0005KB", 1000),
        ("7 KiB", 7168),
        ("8000000 TB", 8 * 10**18),
        ("7.99EiB", 7 * 1024**6 + 99 * 1024**6 // 100),
        ("9223372036854775807", 2**63 - 1),
        ("1PB", 10**15),
    ],
)
def test_what_is_a_size(text: str, size: int) -> None:
    assert size_in_bytes(text) == size


@pytest.mark.parametrize(
    "text", ["", "GiB", "ten", "-1", "1,5 GB", "10 XB", "10 GiBB", "1e3", "10 10", ".5K", "٣"]
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(InvalidDeclaration, match="is not a size"):
        size_in_bytes(text)


@pytest.mark.parametrize("text", ["0", "0 GiB", "0.4", "8EiB", "9223372036854775808", "100EB"])
def test_what_quay_cannot_keep(text: str) -> None:
    with pytest.raises(InvalidDeclaration, match="is not possible: Quay takes 1 byte to"):
        size_in_bytes(text)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (1, "1"),
        (1023, "1023"),
        (1024, "1KiB"),
        (1000, "1KB"),
        (1500, "1500"),
        (10 * 1024**3, "10GiB"),
        (10 * 1000**3, "10GB"),
        (1536 * 1024**3, "1536GiB"),
        (1024000, "1000KiB"),
        (8 * 10**18, "8EB"),
        (2**63 - 1, str(2**63 - 1)),
    ],
)
def test_a_size_is_written_with_the_largest_unit_that_fits(size: int, text: str) -> None:
    assert size_text(size) == text
    assert size_in_bytes(text) == size
