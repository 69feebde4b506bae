# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a registry does not offer."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import FeatureOff, Forbidden
from ansible_collections.quayops.quay.plugins.module_utils.kinds.offered import if_offered


def failing(error: Exception) -> Any:
    def call() -> None:
        raise error

    return call


def test_what_is_offered_is_returned() -> None:
    assert if_offered(lambda: [1]) == [1]


def test_what_is_not_offered_is_none() -> None:
    assert if_offered(failing(FeatureOff("off", 404))) is None


def test_other_errors_are_errors() -> None:
    with pytest.raises(Forbidden):
        if_offered(failing(Forbidden("no", 403)))
