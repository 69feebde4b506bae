# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""``python -m tests.clair_standin``, with the options and the environment of Clair."""

from __future__ import annotations

import sys

from .server import main

sys.exit(main(sys.argv[1:]))
