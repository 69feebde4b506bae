# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Reads and writes lines such as ``export NAME=value``, which a shell can source. Pure.

Nothing is evaluated: a dollar sign is a dollar sign. A line that is not understood stays as it is.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(r"[^\n]*\n?")
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=")
_KEYWORDS = re.compile(r"(?:export|declare|typeset|readonly)(?:\s+-[a-z]+)*(?=\s)")
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?=[ \t;]|$)")
_BLANKS = re.compile(r"[ \t;]*")
# Within double quotes a backslash is taken away from these alone.
_ESCAPED_IN_QUOTES = '"\\$`'
_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")


@dataclass(frozen=True)
class _Assignment:
    """``value`` is what a shell would have, ``start`` and ``end`` where it stands in the text."""

    name: str
    value: str
    start: int
    end: int


def exported(text: str, name: str) -> str | None:
    """Return the value that a text gives to a variable, None if it gives it none. The last one counts."""
    found = [one.value for one in _assignments(text) if one.name == name]
    return found[-1] if found else None


def with_export(text: str, name: str, value: str) -> str:
    """Return the text with the variable set to ``value``; whatever else it holds stays as it is."""
    found = [one for one in _assignments(text) if one.name == name]
    if found:
        last = found[-1]
        return text[: last.start] + quoted(value) + text[last.end :]
    line_end = "" if not text or text.endswith("\n") else "\n"
    return f"{text}{line_end}export {name}={quoted(value)}\n"


def quoted(value: str) -> str:
    """Return the value as one word of a shell."""
    return value if _PLAIN.fullmatch(value) else shlex.quote(value)


def _assignments(text: str) -> Iterator[_Assignment]:
    for line in _LINE.finditer(text):
        yield from _of_line(line.group().rstrip("\r\n"), line.start())


def _of_line(line: str, offset: int) -> Iterator[_Assignment]:
    """Yield the assignments that a line begins with, with or without ``export``."""
    position, exporting = 0, False
    while True:
        between = _BLANKS.match(line, position)
        if between is not None:
            position, exporting = between.end(), exporting and ";" not in between.group()
        keyword, name = _KEYWORDS.match(line, position), _NAME.match(line, position)
        bare = _BARE.match(line, position) if exporting else None
        if keyword is not None:
            position, exporting = keyword.end(), True
        elif name is not None:
            value, end = _word(line, name.end())
            yield _Assignment(name.group(1), value, offset + name.end(), offset + end)
            position = end
        elif bare is not None:
            position = bare.end()
        else:
            # The end, a comment, or a command.
            return


def _word(line: str, start: int) -> tuple[str, int]:
    """Return the word that begins at ``start`` without its quotes, and where it ends.

    A quotation mark that has no second one is a part of the value.
    """
    found: list[str] = []
    position = start
    while position < len(line) and not _ends_word(line, position):
        part, position = _part(line, position)
        found.append(part)
    return "".join(found), position


def _ends_word(line: str, position: int) -> bool:
    """Tell whether a blank is here, or a semicolon that ends a command."""
    if line[position] in " \t":
        return True
    return line[position] == ";" and line[position + 1 : position + 2] in ("", " ", "\t")


def _part(line: str, position: int) -> tuple[str, int]:
    """Return the next piece of a word, and where it ends: one letter, or what is quoted together."""
    char = line[position]
    if char == "\\" and position + 1 < len(line):
        return line[position + 1], position + 2
    if char == "'":
        end = line.find("'", position + 1)
        return (line[position + 1 : end], end + 1) if end >= 0 else (char, position + 1)
    if char == '"':
        return _in_double_quotes(line, position)
    return char, position + 1


def _in_double_quotes(line: str, start: int) -> tuple[str, int]:
    found: list[str] = []
    position = start + 1
    while position < len(line):
        char = line[position]
        if char == '"':
            return "".join(found), position + 1
        if char == "\\" and line[position + 1 : position + 2] in tuple(_ESCAPED_IN_QUOTES):
            position += 1
            char = line[position]
        found.append(char)
        position += 1
    return '"', start + 1
