# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Moments as users write them, as Quay answers them, as they are shown. Else: seconds since the epoch."""

from __future__ import annotations

import re
import time
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from ..errors import InvalidDeclaration

# In place of a date: it does not expire.
NEVER = "never"
_ISO = "%Y-%m-%dT%H:%M:%SZ"


def moment(text: str | None, layout: str = _ISO) -> int | None:
    """Return an expiration; None for the word ``never``, and for an empty text.

    It is in ``layout`` (see Python's strptime) or ISO 8601, and in UTC unless it says otherwise: what a
    task does must not depend on the time zone of the host that runs it. Raises InvalidDeclaration where it is
    no date, or a past one.
    """
    if not text or text.lower() == NEVER:
        return None
    seconds = int(_in_utc(_date(text, layout)).timestamp())
    if seconds <= time.time():
        raise InvalidDeclaration(f"expiration {text!r} is in the past.")
    return seconds


def instant(option: str, text: str) -> datetime:
    """Return a date in ISO 8601, past or not, in UTC; one without a time is its first moment.

    Raises InvalidDeclaration, which names the option.
    """
    try:
        return _in_utc(_iso_date(text.strip())).astimezone(timezone.utc)
    except ValueError as error:
        raise InvalidDeclaration(f"{option} {text!r} is not a date in ISO 8601.") from error


def answered_moment(text: str | None) -> int | None:
    """Return a date that Quay answers, in any of its spellings; None where there is none, or no date."""
    try:
        return int(_in_utc(parsedate_to_datetime(str(text))).timestamp())
    except (TypeError, ValueError):
        pass
    try:
        return int(_in_utc(_iso_date(str(text))).timestamp())
    except ValueError:
        return None


def moment_text(seconds: int | None) -> str:
    """Return a moment in ISO 8601 and UTC, such as ``2027-06-30T12:00:00Z``; ``never`` for None."""
    return NEVER if seconds is None else datetime.fromtimestamp(seconds, timezone.utc).strftime(_ISO)


def _date(text: str, layout: str) -> datetime:
    try:
        return datetime.strptime(text, layout)
    except ValueError:
        pass
    try:
        return _iso_date(text)
    except ValueError as error:
        other = "" if layout == _ISO else f"neither a date in the format {layout!r} nor "
        raise InvalidDeclaration(
            f"expiration {text!r} is {other or 'not a date '}in ISO 8601. The word {NEVER} lifts it."
        ) from error


def _iso_date(text: str) -> datetime:
    # Python before 3.11 does not know the Z.
    return datetime.fromisoformat(re.sub(r"Z$", "+00:00", text))


def _in_utc(date: datetime) -> datetime:
    return date if date.tzinfo else date.replace(tzinfo=timezone.utc)
