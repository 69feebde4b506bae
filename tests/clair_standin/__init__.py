# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A stand-in for Clair v4: strict about its configuration, in need of its database, blind to flaws."""
