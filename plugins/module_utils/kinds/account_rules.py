# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What Quay takes as name, e-mail address and password of an account (util/validation.py there). Pure.

One place for the modules and for the preflight of the role quay.
"""

from __future__ import annotations

import re

# Quay refuses shorter ones.
MINIMUM_PASSWORD = 8
LONGEST_EMAIL = 254
EMAIL_RULE = (
    f"one '@', and behind it a domain with a dot and no empty part, at most {LONGEST_EMAIL} characters, "
    "no white space"
)
PASSWORD_RULE = f"at least {MINIMUM_PASSWORD} characters and no white space"

_NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
# Quay's own class of white space, that of Unicode; and what makes its library for passwords fail.
_REFUSED = re.compile(r"[\s\0]")


def is_name(text: str) -> bool:
    """Tell whether users and organizations may have this name."""
    return 2 <= len(text) <= 255 and _NAME.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """Tell whether Quay takes this as an address in every version and setting.

    While FEATURE_MAILING is off it takes anything for a new user, but refuses the same when it is changed.
    """
    local, _at, domain = text.partition("@")
    parts = domain.split(".")
    return (
        0 < len(text) <= LONGEST_EMAIL
        and bool(local)
        and "@" not in domain
        and len(parts) > 1
        and all(parts)
        and _REFUSED.search(text) is None
    )


def is_password(text: str) -> bool:
    """Tell whether an account may have this password."""
    return len(text) >= MINIMUM_PASSWORD and _REFUSED.search(text) is None
