# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A stand-in for Quay's REST API, for tests. It is never a registry: images cannot be pushed or pulled."""

from __future__ import annotations

from .faults import Fault
from .settings import Settings
from .simulator import Simulator
from .wsgi import RequestRecord

__all__ = ["Fault", "RequestRecord", "Settings", "Simulator"]
