# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""``python -m tests.simulator``."""

from __future__ import annotations

import sys

from .server import main

sys.exit(main())
