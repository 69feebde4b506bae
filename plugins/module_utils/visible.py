# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Text that others wrote, as it is shown: what would steer a terminal or hide in a line is escaped. Pure.

Descriptions, names of applications and whatever a broken front end answers may hold escape sequences,
line ends, marks that turn the direction of writing round, and characters without a width. Whoever reads a
message, a log or a table must see them, and one line must stay one line.
"""

from __future__ import annotations


def visible(text: str) -> str:
    """Return the text on one line, with every character that cannot be seen written as an escape.

    That are control characters, C1 ones too, format characters (right-to-left marks, zero-width ones),
    separators other than the blank, and halves of surrogate pairs, which no stream would take. What was
    escaped before stays as it is.
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else _escaped(one) for one in text)


def visible_lines(text: str) -> str:
    """As ``visible``, but line feeds stay: for a message of several lines whose parts went through it."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _escaped(one: str) -> str:
    return one.encode("unicode_escape").decode("ascii")
