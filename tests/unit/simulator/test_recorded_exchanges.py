# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The simulator answers what a real Quay answered."""

from __future__ import annotations

import functools

import pytest

from tests.unit.simulator.known_differences import KNOWN_DIFFERENCES, LIMIT
from tests.unit.simulator.replay import Outcome, Replay, exchanges

IDS = [exchange.id for exchange in exchanges()]


@functools.lru_cache(maxsize=1)
def outcomes() -> dict[str, Outcome]:
    """The recordings depend on each other, so they are replayed once, in order."""
    return Replay().run()


@pytest.mark.parametrize("exchange_id", IDS)
def test_exchange(exchange_id: str) -> None:
    differences = outcomes()[exchange_id].differences
    if exchange_id in KNOWN_DIFFERENCES:
        assert differences, "this exchange matches now: take it from KNOWN_DIFFERENCES, and lower LIMIT"
        return
    assert not differences, "\n".join(differences)


def test_everything_recorded_is_replayed() -> None:
    assert len(IDS) == 596


def test_known_differences_only_shrink() -> None:
    assert len(KNOWN_DIFFERENCES) <= LIMIT
    assert set(KNOWN_DIFFERENCES) <= set(IDS)
    assert all(KNOWN_DIFFERENCES.values())
