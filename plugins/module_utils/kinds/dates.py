# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Dates as the user writes them, and as Quay does."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from ..errors import InvalidDeclaration

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def date_of(option: str, text: str, layout: str | None = None, advice: str = "") -> datetime:
    """Return a moment that is written in ISO 8601, or in ``layout`` (see Python's strptime).

    It is in UTC unless it says otherwise: what a task does must not depend on the time zone of the host that
    runs it. Raises InvalidDeclaration, with ``advice`` at the end.
    """
    if layout is not None:
        try:
            return _in_utc(datetime.strptime(text, layout))
        except ValueError:
            pass
    try:
        # Python before 3.11 does not know the Z.
        return _in_utc(datetime.fromisoformat(re.sub(r"Z$", "+00:00", text)))
    except ValueError as error:
        known = (
            f"neither a date in the format {layout!r} nor in ISO 8601" if layout else "no date in ISO 8601"
        )
        raise InvalidDeclaration(f"{option} {text!r} is {known}.{advice}") from error


def end_of(option: str, text: str) -> datetime:
    """As ``date_of``, but of a day without a time its end."""
    moment = date_of(option, text)
    return moment + timedelta(days=1) if _DAY.fullmatch(text) else moment


def quays_date(text: str) -> datetime | None:
    """Return a moment that is spelled as "Tue, 01 Dec 2026 04:20:46 -0000", None for anything else."""
    try:
        return _in_utc(parsedate_to_datetime(text))
    except (TypeError, ValueError, IndexError):
        return None


def _in_utc(moment: datetime) -> datetime:
    """Return the moment in UTC; one without a time zone is there already."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(timezone.utc)
