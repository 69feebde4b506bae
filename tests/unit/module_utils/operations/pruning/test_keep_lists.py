# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Keep files and what the options name: what is taken, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration, KeepListFailed
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning.keep_lists import (
    KeepList,
    given,
    joined,
    read_file,
)

DIGEST = "sha256:" + "0a" * 32


def test_a_keep_file(tmp_path: Path) -> None:
    path = tmp_path / "keep"
    path.write_text(
        "# what is in production\nlatest\n\n  v1.0.0  # until the end of 2027\r\n/rel-[0-9]+(\\.x)?/\n"
        f"{DIGEST}\n_x\n\t\nlatest\n",
        encoding="utf-8",
    )
    assert read_file(str(path)) == KeepList(
        frozenset({"latest", "v1.0.0", "_x"}), (r"rel-[0-9]+(\.x)?",), frozenset({DIGEST})
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"latest\n<html>\n", "line 2: '<html>' is no tag's name"),
        (b"latest,stable\n", "line 1: 'latest,stable' is no tag's name"),
        (b"two words\n", "line 1"),
        (b"/(/\n", "line 1: '(' is not a regular expression"),
        (b"//\n", "line 1: '//'"),
        (b"sha256:123\n", "line 1: 'sha256:123'"),
        (b"\xff\xfe\n", "cannot be read: it is not text"),
        (b"", "names nothing that is kept"),
        (b"# nothing\n\n", "names nothing that is kept"),
    ],
)
def test_keep_files_that_are_refused(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "keep"
    path.write_bytes(content)
    with pytest.raises(KeepListFailed, match=re.escape(message)) as caught:
        read_file(str(path))
    assert str(path) in str(caught.value)
    assert "Nothing was changed." in str(caught.value)


def test_an_empty_keep_file_can_be_meant(tmp_path: Path) -> None:
    path = tmp_path / "keep"
    path.write_text("# nothing yet\n", encoding="utf-8")
    assert read_file(str(path), may_be_empty=True).is_empty


def test_a_keep_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(KeepListFailed, match="No such file or directory"):
        read_file(str(tmp_path / "none"), may_be_empty=True)
    with pytest.raises(KeepListFailed, match="Is a directory"):
        read_file(str(tmp_path))


def test_what_the_options_name() -> None:
    assert given(["latest"], ["v.*"], [DIGEST]) == KeepList(
        frozenset({"latest"}), ("v.*",), frozenset({DIGEST})
    )
    with pytest.raises(InvalidDeclaration, match=r"keep_digests: 'sha256:1' .*; keep_names: 'a:b' cannot be"):
        given(["a:b", "c"], [], ["sha256:1"])


def test_lists_are_joined_in_any_order() -> None:
    one = KeepList(frozenset("a"), ("y", "x"), frozenset({DIGEST}))
    other = KeepList(frozenset("b"), ("x",))
    assert joined([one, other]) == joined([other, one]) == joined([one, other, one])
    assert joined([one, other]) == KeepList(frozenset("ab"), ("x", "y"), frozenset({DIGEST}))
    assert joined([]).is_empty
    for single in (KeepList(frozenset("a")), KeepList(patterns=("x",)), KeepList(digests=frozenset("d"))):
        assert not single.is_empty
