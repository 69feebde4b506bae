# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Where a mirror copies from, as users write it. Pure."""

from __future__ import annotations

import re

from ..engine.declaration import Notes
from ..engine.words import Entry

_ODD = re.compile(r"[\s?#\\%@]")


def declared_source(entry: Entry, notes: Notes, what: str) -> str | None:
    """Return the repository in another registry; note what is wrong with it, as of ``what``."""
    if entry.get("external_reference") is None:
        return None
    text = str(entry["external_reference"]).strip()
    host, _slash, path = text.partition("/")
    if "://" in text or _ODD.search(text) or not host or not path or text.endswith("/"):
        notes.wrong.append(
            f"{what}: external_reference {text!r} is not written as host/repository or "
            "host:port/namespace/repository"
        )
    elif ":" in path:
        notes.wrong.append(
            f"{what}: external_reference {text!r} has a tag; which tags are copied is said by image_tags"
        )
    return text
