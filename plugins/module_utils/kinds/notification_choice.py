# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""By what notifications are told apart: a key is (repository, by what, text). Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from ..engine.words import Entry, Item, Key

TITLE, REGEXP, _PART, _SORT = "title", "regexp", "search_string", "sort"
# What is done with a notification, rather than what it is.
ACTIONS = frozenset({"number_of_failures", "test"})


def named_by(entry: Entry) -> tuple[str, str]:
    """Return by what the notifications are told apart, and its text."""
    for how in (_PART, REGEXP, TITLE):
        if entry.get(how) is not None:
            return how, str(entry[how])
    return _SORT, " by ".join(filter(None, (entry.get("event") or "", entry.get("method") or "")))


def is_regexp(text: str) -> bool:
    """Tell whether it is a regular expression."""
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def described(key: Key) -> str:
    """Return how messages and diffs name the notifications with that key."""
    repository, how, text = key
    words = {
        TITLE: f"notification {text!r}",
        _PART: f"notification with {text!r} in its title",
        REGEXP: f"notification whose title matches {text!r}",
        _SORT: f"notification of {text or 'no sort'}",
    }
    return f"{words[how]} on repository {repository}"


def answers(key: Key, item: Item) -> bool:
    """Tell whether the key names the notification."""
    repository, how, text = key
    title = item.fields[TITLE]
    if item.key[0] != repository:
        return False
    if how == _PART:
        return text in title
    if how == REGEXP:
        return re.search(text, title) is not None
    return set(text.split(" by ")) <= {item.fields["event"], item.fields["method"]}


def is_about_all(wanted: Item) -> bool:
    """Tell whether something is to be done with all that answer, and nothing else."""
    return wanted.key[1] != TITLE or set(wanted.fields) <= {TITLE, *ACTIONS}


def for_all(items: list[Item]) -> Item:
    """Return one notification that stands for all of them, with the failures of each in its facts."""
    failures = {item.ident: item.fields["number_of_failures"] for item in items}
    fields = {**items[0].fields, "number_of_failures": max(failures.values())}
    return replace(items[0], fields=fields, facts={**items[0].facts, "failures": failures})
