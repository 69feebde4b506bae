# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The reports of quay-pruner: one JSON file for each run, a link to the newest, and the end of old ones."""

from __future__ import annotations

import calendar
import os
import re
import time
from collections.abc import Mapping
from typing import Any

from ..errors import FileTrouble
from ..operations.pruning.report_file import write_report as write_document

LATEST = "latest.json"
_DAY = 86400
_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"report-([0-9]{8}T[0-9]{6}Z)\.json")


def write_report(directory: str, report: Mapping[str, Any], now: int) -> str:
    """Write a report and let latest.json lead to it; return its path.

    ``now`` is in seconds since the epoch; the file's name has it in UTC. Raises FileTrouble.
    """
    name = f"report-{moment(now)}.json"
    path = os.path.join(directory, name)
    write_document(path, report)
    new = os.path.join(directory, f".{LATEST}.new")
    try:
        if os.path.lexists(new):
            os.unlink(new)
        os.symlink(name, new)
        os.replace(new, os.path.join(directory, LATEST))
    except OSError as error:
        raise FileTrouble(f"{LATEST} in {directory} cannot be replaced: {error.strerror}.") from error
    return path


def remove_old_reports(directory: str, days: int, now: int) -> list[str]:
    """Remove reports whose name is of a time more than ``days`` days before ``now``; return their names.

    0 keeps all. Raises FileTrouble.
    """
    removed = []
    try:
        for name in sorted(os.listdir(directory)):
            match = _NAME.fullmatch(name)
            if days and match and now - _seconds(match[1]) > days * _DAY:
                os.unlink(os.path.join(directory, name))
                removed.append(name)
    except OSError as error:
        raise FileTrouble(f"Old reports in {directory} cannot be removed: {error.strerror}.") from error
    return removed


def moment(now: int) -> str:
    """Return a moment, in seconds since the epoch, as the names of reports have it: in UTC."""
    return time.strftime(_STAMP, time.gmtime(now))


def _seconds(stamp: str) -> int:
    """Return the moment of a name; one that no calendar has is as good as now, and stays."""
    try:
        return calendar.timegm(time.strptime(stamp, _STAMP))
    except ValueError:
        return 2**62
