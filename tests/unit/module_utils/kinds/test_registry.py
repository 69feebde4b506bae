# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The registry as the home of what belongs to no organization."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Desired
from ansible_collections.quayops.quay.plugins.module_utils.kinds.registry import REGISTRY
from tests.unit.module_utils.conftest import Registry


def test_it_is_there_without_being_asked(registry: Registry) -> None:
    (report,) = reconcile(registry.client(), [Desired("registry", REGISTRY)], False)
    assert (report.error, report.changes) == (None, [])
    assert report.current is not None and report.current.exists
    assert registry.requests() == []


def test_it_is_named_for_nothing() -> None:
    assert REGISTRY.namespace and REGISTRY.within == ""
