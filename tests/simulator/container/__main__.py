# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""``python -m tests.simulator.container WORD ...``, what the entry script of the image starts."""

from __future__ import annotations

import sys

from .entry import main

sys.exit(main(sys.argv[1:]))
