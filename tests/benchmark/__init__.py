# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Measures what the bulk module costs, and what a loop over the single modules costs instead."""
