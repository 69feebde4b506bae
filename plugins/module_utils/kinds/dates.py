# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Dates as users and Quay write them in ISO 8601. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timezone


def iso_date(text: str) -> datetime:
    """Return a date of ISO 8601, which may lack its time zone. Raises ValueError."""
    # Python before 3.11 does not know the Z.
    return datetime.fromisoformat(re.sub(r"Z$", "+00:00", text))


def utc_text(date: datetime) -> str:
    """Return a date to the second in the one form that Quay reads; without a time zone it is in UTC."""
    aware = date if date.tzinfo else date.replace(tzinfo=timezone.utc)
    return aware.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def now_text() -> str:
    """Return the present moment in that form."""
    return utc_text(datetime.now(timezone.utc))
