# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The recorded exchanges that the simulator does not answer as Quay did, each with the reason.

The list may only shrink: the test fails for an entry that matches, and LIMIT is never raised.
"""

from __future__ import annotations

KNOWN_DIFFERENCES: dict[str, str] = {}

LIMIT = 0
