# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""``python -m tests.benchmark``: measure, print the table, compare with the bounds."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence

from .bounds import failed, verdicts
from .cases import CASES, ORGANIZATIONS, Options
from .measure import link_collection
from .registry import ROOT
from .table import report

OUTPUT = ROOT / "tests" / "output" / "benchmark.md"


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("--latency", type=float, default=0.03, help="seconds per request (default: 0.03)")
    parser.add_argument(
        "--loop-organizations",
        type=_some_organizations,
        default=5,
        metavar="N",
        help="with how many organizations the loop over the single modules is measured (default: 5)",
    )
    parser.add_argument("--full", action="store_true", help="measure the loop with all 100; takes long")
    parser.add_argument("--case", nargs="+", choices=CASES, default=list(CASES), help="measure these only")
    return parser.parse_args(arguments)


def _some_organizations(text: str) -> int:
    number = int(text)
    if not 1 <= number <= ORGANIZATIONS:
        raise argparse.ArgumentTypeError(f"{number} is not between 1 and {ORGANIZATIONS}")
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 1 where a bound on requests or memory is missed; times never fail."""
    given = parse_arguments(arguments)
    options = Options(given.latency, ORGANIZATIONS if given.full else given.loop_organizations)
    link_collection()
    # So that what was started is ended as well.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        measurements = [one for name in CASES if name in given.case for one in CASES[name](options)]
    except RuntimeError as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 2
    found = verdicts(measurements)
    text = report(options, measurements, found)
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(text, encoding="utf-8")
    print(text, end="")
    print(f"benchmark: written to {OUTPUT.relative_to(ROOT)}", file=sys.stderr)
    return 1 if failed(found) else 0


if __name__ == "__main__":
    sys.exit(main())
