# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The bounds that the figures are compared with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Callable, Optional

from .cases import ORGANIZATIONS
from .measure import Measurement

UNCHANGED_REQUESTS = 4  # per organization
CREATE_REQUESTS = 16  # per organization
RATIO = 30  # times faster than the loop
MEMORY = 200_000_000  # bytes
# 5,000 repositories are 50 pages, and the organization itself costs what any other does.
REPOSITORY_REQUESTS = 50 + UNCHANGED_REQUESTS

Found = dict[str, Measurement]


@dataclass(frozen=True)
class Verdict:
    """One bound. ``met`` is None where it was not measured; ``binding``: a miss fails the run."""

    claim: str
    found: str
    met: Optional[bool]
    binding: bool


def verdicts(measurements: Iterable[Measurement]) -> list[Verdict]:
    """Compare each bound with what was measured for it."""
    found = {one.title: one for one in measurements}
    return [
        _requests("unchanged", UNCHANGED_REQUESTS, found),
        _requests("create", CREATE_REQUESTS, found),
        _ratio("unchanged", found),
        _ratio("create", found),
        _memory("create", found),
        _memory("unchanged", found),
        _repositories(found),
    ]


def failed(found: Iterable[Verdict]) -> bool:
    """Tell whether a bound that does not depend on the machine's speed was missed."""
    return any(one.binding and one.met is False for one in found)


def _verdict(claim: str, titles: list[str], found: Found, judge: Callable[..., tuple[str, bool]]) -> Verdict:
    """Judge the measurements of those titles; binding unless the claim is about time."""
    binding = "faster" not in claim
    if any(title not in found for title in titles):
        return Verdict(claim, "not measured", None, binding)
    text, met = judge(*(found[title] for title in titles))
    return Verdict(claim, text, met, binding)


def _requests(what: str, bound: int, found: Found) -> Verdict:
    def judge(bulk: Measurement) -> tuple[str, bool]:
        return f"{bulk.requests / bulk.organizations:.2f}", bulk.requests <= bound * bulk.organizations

    claim = f"{what}: at most {bound} requests per organization ({ORGANIZATIONS} organizations)"
    return _verdict(claim, [f"bulk, {what}"], found, judge)


def _ratio(what: str, found: Found) -> Verdict:
    def judge(bulk: Measurement, loop: Measurement) -> tuple[str, bool]:
        ratio = loop.playbook.wall / bulk.playbook.wall
        return f"{ratio:.0f} times", ratio >= RATIO

    claim = f"{what}: at least {RATIO} times faster than the loop ({ORGANIZATIONS} organizations)"
    return _verdict(claim, [f"bulk, {what}", f"loop over single modules, {what}"], found, judge)


def _memory(what: str, found: Found) -> Verdict:
    def judge(bulk: Measurement) -> tuple[str, bool]:
        peak = bulk.module.peak if bulk.module else 0
        return f"{peak / 1e6:.0f} MB", 0 < peak < MEMORY

    claim = f"{what}: the module stays under {MEMORY / 1e6:.0f} MB with 1,000 organizations"
    return _verdict(claim, [f"bulk, 1,000 organizations, {what}"], found, judge)


def _repositories(found: Found) -> Verdict:
    def judge(bulk: Measurement) -> tuple[str, bool]:
        return f"{bulk.requests}", bulk.requests <= REPOSITORY_REQUESTS

    claim = f"unchanged: at most {REPOSITORY_REQUESTS} requests for one organization with 5,000 repositories"
    return _verdict(claim, ["bulk, 5,000 repositories, unchanged"], found, judge)
