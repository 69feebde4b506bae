# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What ``config-tool validate`` looks at, rule by rule, as Quay's own tool does."""

from __future__ import annotations

from .context import Context, Finding, Probes
from .rules import GROUPS, validate
from .types import WrongType, check_types

__all__ = ["GROUPS", "Context", "Finding", "Probes", "WrongType", "check_types", "validate"]
