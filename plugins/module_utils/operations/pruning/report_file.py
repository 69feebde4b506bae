# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A report in a file of JSON. Whoever reads it finds the former one or the new one, never a part."""

from __future__ import annotations

import json
import os
import tempfile
from typing import Any

from ...errors import FileTrouble

_MODE = 0o644


def check_directory(path: str) -> None:
    """Raise FileTrouble where a file at ``path`` could not be written: asked before there is a report."""
    directory = os.path.dirname(path) or "."
    if not os.path.isdir(directory):
        raise FileTrouble(f"{path} cannot be written: its directory does not exist.")
    if os.path.isdir(path) or not os.access(directory, os.W_OK | os.X_OK):
        raise FileTrouble(f"{path} cannot be written. Is become needed?")


def write_report(path: str, document: Any) -> None:
    """Replace the file by the document, readable for everybody. Raises FileTrouble."""
    try:
        descriptor, new = tempfile.mkstemp(prefix=".report-", dir=os.path.dirname(path) or ".")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                json.dump(document, stream, indent=1)
                stream.write("\n")
                os.fchmod(stream.fileno(), _MODE)
            os.rename(new, path)
        except BaseException:
            os.unlink(new)
            raise
    except OSError as error:
        raise FileTrouble(f"{path} cannot be written: {error.strerror}.") from error
