# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Versions of Quay, and what differs between them outside of the API."""

from __future__ import annotations

import re

Version = tuple[int, int, int]

# The newest schema revision of each minor version, in the order in which they are applied.
REVISIONS = (
    ((3, 15), "1623f40582ed"),
    ((3, 16), "7078c84d14e8"),
    ((3, 17), "c3d4e5f6a7b8"),
    ((3, 18), "9fa37f66a9b6"),
)
DEFAULT = "3.18.0"


def parse(text: str) -> Version:
    """The numbers of a version such as ``v3.17.1``; ValueError for anything else."""
    match = re.match(r"^v?(\d+)\.(\d+)(?:\.(\d+))?", text)
    if not match:
        raise ValueError(f"not a version of Quay: {text!r}")
    return int(match.group(1)), int(match.group(2)), int(match.group(3) or 0)


def revisions(version: Version) -> list[str]:
    """The schema revisions that an image of this version knows, oldest first; the last is its head."""
    known = [revision for minor, revision in REVISIONS if minor <= version[:2]]
    return known or [REVISIONS[0][1]]


def config_mode(version: Version) -> str:
    """What the entry word ``config`` does: ``editor``, ``idle``, or ``gone``.

    The editor left Quay with 3.17; the word itself did after 3.18.0. In between, a container was started in
    which no service runs.
    """
    if version < (3, 17, 0):
        return "editor"
    return "idle" if version <= (3, 18, 0) else "gone"
