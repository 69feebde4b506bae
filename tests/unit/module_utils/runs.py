# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a run against the simulator did, as tests compare it."""

from __future__ import annotations

from typing import Any

from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report
from tests.unit.module_utils.conftest import Registry


def done(report: Report) -> list[str]:
    """Return the changes as 'action kind key'."""
    return [" ".join((change.action, change.kind.name, *change.key)) for change in report.changes]


def reads(registry: Registry, entry: dict[str, Any], **options: Any) -> list[str]:
    """Reconcile one organization, which must not fail, and return what was read for that."""
    registry.requests()
    registry.one(entry, **options)
    return [text for text in registry.requests() if text.startswith("GET")]
