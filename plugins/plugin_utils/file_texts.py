# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What several files hold, read by one command. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def texts(lines: Iterable[str], paths: Sequence[str]) -> dict[str, str]:
    """Return the text of each file from the lines of ``grep -H "" FILE...``, each ``FILE:LINE``.

    A file without a line has an empty text.
    """
    found: dict[str, list[str]] = {path: [] for path in paths}
    # The longest first: one name may be the beginning of another.
    known = sorted(found, key=len, reverse=True)
    for line in lines:
        path = next((one for one in known if line.startswith(f"{one}:")), None)
        if path is not None:
            found[path].append(line[len(path) + 1 :] + "\n")
    return {path: "".join(parts) for path, parts in found.items()}
