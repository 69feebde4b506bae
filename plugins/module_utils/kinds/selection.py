# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Which of an organization's repositories something is about. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..engine.words import Spec
from ..errors import InvalidDeclaration
from .image_names import check_repository_name


def selection_options() -> Spec:
    """Return the options that say which repositories are meant."""
    return {
        "repositories": {"type": "list", "elements": "str"},
        "matching": {"type": "str"},
        "skip": {"type": "list", "elements": "str", "default": []},
    }


@dataclass(frozen=True)
class Selection:
    """``names``: these only; ``matching``: a regular expression that the whole name must match.

    Where both are given, either is enough; where none is given, all are chosen. ``skip`` holds names
    that are left out whatever else says.
    """

    names: tuple[str, ...] = ()
    matching: str | None = None
    skip: frozenset[str] = frozenset()

    @property
    def is_listed(self) -> bool:
        """Whether the names are known without asking which repositories there are."""
        return bool(self.names) and self.matching is None


def selection_of(
    namespace: str,
    names: Sequence[str] | None = None,
    matching: str | None = None,
    skip: Sequence[str] | None = None,
) -> Selection:
    """Return the selection that the user wrote; names may have the namespace in front.

    Raises InvalidDeclaration where ``matching`` is not a regular expression, or a name has a host, a tag or a
    digest.
    """
    wrong = [check_repository_name(name, namespace) for name in (*(names or ()), *(skip or ()))]
    if any(wrong):
        raise InvalidDeclaration("; ".join(text for text in wrong if text) + ".")
    if matching is not None:
        try:
            re.compile(matching)
        except re.error as error:
            text = f"matching {matching!r} is not a regular expression: {error}."
            raise InvalidDeclaration(text) from error
    # The same name twice is one repository.
    listed = tuple(dict.fromkeys(_short(namespace, name) for name in names or ()))
    return Selection(listed, matching, frozenset(_short(namespace, name) for name in skip or ()))


def choose(selection: Selection, there: Iterable[str]) -> list[str]:
    """Return which of the repositories that are there are chosen, sorted.

    Raises InvalidDeclaration where a repository of the list does not exist.
    """
    known = set(there)
    missing = sorted(set(selection.names) - selection.skip - known)
    if missing:
        raise InvalidDeclaration(f"there is no repository {', '.join(map(repr, missing))}.")
    wanted = known
    if selection.names or selection.matching is not None:
        wanted = {name for name in known if _is_meant(selection, name)}
    return sorted(wanted - selection.skip)


def _is_meant(selection: Selection, name: str) -> bool:
    matches = selection.matching is not None and re.fullmatch(selection.matching, name) is not None
    return matches or name in selection.names


def _short(namespace: str, name: str) -> str:
    prefix = f"{namespace}/"
    return name[len(prefix) :] if name.startswith(prefix) else name
