# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Faults on demand: which requests fail, how, and how often."""

from __future__ import annotations

import random
import re
import threading
from dataclasses import dataclass, field
from typing import Any

STATUS_KINDS = {
    "429": (429, "Too Many Requests"),
    "500": (500, "Internal Server Error"),
    "502": (502, "Bad Gateway"),
    "503": (503, "Service Unavailable"),
    "504": (504, "Gateway Time-out"),
}
KINDS = (*STATUS_KINDS, "reset_before", "reset_after", "slow", "cut_page")


@dataclass
class Fault:
    """One rule.

    kind: a status (answered in place of the request, which is not carried out), ``reset_before`` and
    ``reset_after`` (the connection breaks before or after the request is carried out), ``slow`` (the answer
    is held back for ``delay`` seconds), ``cut_page`` (the answer names the page that was asked for as the
    next one).
    method and path: regular expressions, matched in full and searched; None fits everything.
    rate: the probability; times: how often at most; retry_after: the header of that name, in seconds.
    """

    kind: str
    method: str | None = None
    path: str | None = None
    rate: float = 1.0
    times: int | None = None
    retry_after: float | None = None
    delay: float | None = None
    seed: int | None = None
    fired: int = 0
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError("unknown kind of fault {!r}, known are {}".format(self.kind, ", ".join(KINDS)))
        self._random = random.Random(self.seed)

    def fits(self, method: str, path: str) -> bool:
        """Whether the rule is for this request; the dice are not thrown yet."""
        if self.times is not None and self.fired >= self.times:
            return False
        if self.method is not None and not re.fullmatch(self.method, method):
            return False
        return self.path is None or re.search(self.path, path) is not None

    def throw(self) -> bool:
        """Throws the dice, and counts."""
        if self.rate < 1.0 and self._random.random() >= self.rate:
            return False
        self.fired += 1
        return True


class Faults:
    """All rules, in the order in which they were added; the first one that fits and fires counts."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._lock = threading.Lock()

    def __iter__(self) -> Any:
        return iter(list(self._rules))

    def add(self, *faults: Fault) -> None:
        """Switches faults on."""
        with self._lock:
            self._rules.extend(faults)

    def clear(self) -> None:
        """Switches all faults off."""
        with self._lock:
            self._rules.clear()

    def pick(self, method: str, path: str) -> Fault | None:
        """The fault that a request meets, if any. The path is the one with its query."""
        if not self._rules:
            return None
        with self._lock:
            return next((rule for rule in self._rules if rule.fits(method, path) and rule.throw()), None)
