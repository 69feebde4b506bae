# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What must not expire: lists of names, of patterns and of digests, from files. A bad source is an error.

A keep file has one entry on each line: a tag's name, a regular expression between slashes, or a
digest. What follows a ``#``, at the start of a line or after a space, is a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ...errors import InvalidDeclaration, KeepListFailed

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_COMMENT = re.compile(r"(^|\s)#.*")


@dataclass(frozen=True)
class KeepList:
    """Names and digests of tags that are kept; a pattern must match a whole name."""

    names: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()
    digests: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (self.names or self.patterns or self.digests)


def joined(lists: Iterable[KeepList]) -> KeepList:
    """Return one list of all that the lists hold."""
    lists = list(lists)
    return KeepList(
        frozenset().union(*(one.names for one in lists)),
        tuple(sorted({pattern for one in lists for pattern in one.patterns})),
        frozenset().union(*(one.digests for one in lists)),
    )


def given(names: Iterable[str], patterns: Iterable[str], digests: Iterable[str]) -> KeepList:
    """Return the list that the options hold.

    Raises InvalidDeclaration where a name is one that no tag can have, or a digest none: it would keep
    nothing, which its author would find out too late.
    """
    found = KeepList(frozenset(names), tuple(patterns), frozenset(digests))
    wrong = [f"keep_names: {name!r} cannot be a tag's name" for name in found.names if not is_name(name)]
    wrong += [
        f"keep_digests: {digest!r} is not sha256: and 64 hexadecimal digits"
        for digest in found.digests
        if not _DIGEST.fullmatch(digest)
    ]
    if wrong:
        raise InvalidDeclaration("; ".join(sorted(wrong)) + ".")
    return found


def is_name(text: str) -> bool:
    """Tell whether a tag can have this name."""
    return _NAME.fullmatch(text) is not None


def read_file(path: str, may_be_empty: bool = False) -> KeepList:
    """Return what a keep file holds.

    Raises KeepListFailed where it cannot be read, holds something else, or names nothing and that was not
    said to be right: a file that a failed program left empty looks the same.
    """
    try:
        with open(path, encoding="utf-8") as stream:
            lines = stream.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise KeepListFailed(f"keep_files: {path} cannot be read: {reason}. Nothing was changed.") from error
    found = joined(_entry(path, number, line) for number, line in enumerate(lines, start=1))
    if found.is_empty and not may_be_empty:
        raise KeepListFailed(
            f"keep_files: {path} names nothing that is kept. If that is meant, leave it out, or set "
            "allow_empty_keeplist. Nothing was changed."
        )
    return found


def _entry(path: str, number: int, line: str) -> KeepList:
    text = _COMMENT.sub("", line).strip()
    if not text:
        return KeepList()
    if text.startswith("/") and text.endswith("/") and len(text) > 2:
        return KeepList(patterns=(_pattern(path, number, text[1:-1]),))
    if _DIGEST.fullmatch(text):
        return KeepList(digests=frozenset({text}))
    if is_name(text):
        return KeepList(names=frozenset({text}))
    raise KeepListFailed(
        f"keep_files: {path}, line {number}: {text[:200]!r} is no tag's name, no /regular expression/, and "
        "not sha256: with 64 hexadecimal digits. Nothing was changed."
    )


def _pattern(path: str, number: int, text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise KeepListFailed(
            f"keep_files: {path}, line {number}: {text!r} is not a regular expression: {error}. "
            "Nothing was changed."
        ) from error
    return text
