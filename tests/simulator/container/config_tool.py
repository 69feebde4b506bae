# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The command ``config-tool``: validate and print. Exit status 1 for a configuration that is not valid."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from . import bundle, certificates, dump, paths, probes
from .validation import GROUPS, Context, Finding, WrongType, check_types, validate
from .versions import DEFAULT, parse

_HEADINGS = ("Field Group", "Error", "Status")
_GOOD, _BAD = "\N{LARGE GREEN CIRCLE}", "\N{LARGE RED CIRCLE}"


def table(findings: Sequence[Finding]) -> str:
    """All groups, each with what is wrong in it, or a hyphen."""
    rows = []
    for group in GROUPS:
        messages = [finding.message for finding in findings if finding.group == group]
        for number, message in enumerate(messages or ["-"]):
            rows.append(("" if number else group, message, _BAD if messages else _GOOD))
    widths = [max(len(row[column]) for row in [_HEADINGS, *rows]) for column in (0, 1)] + [len(_HEADINGS[2])]
    line = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
    lines = [line]
    for row in [_HEADINGS, *rows]:
        cells = [cell.ljust(width) for cell, width in zip(row, widths)]
        lines += ["| {} |".format(" | ".join(cells)), line]
    return "\n".join(lines)


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="config-tool", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("validate", "print"):
        command = commands.add_parser(name)
        command.add_argument("-c", "--configDir", required=True, type=Path, help="where config.yaml is")
        if name == "validate":
            # As in Quay, only the word "testing" makes a difference, and only to a few rules.
            command.add_argument("-m", "--mode", required=True, help="online, offline or testing")
    return parser.parse_args(arguments)


def run_validation(directory: Path, mode: str) -> int:
    """Validates a directory, prints a table, and answers the exit status."""
    version = parse(os.environ.get("QUAY_VERSION") or DEFAULT)
    home = paths.from_environment(os.environ).home
    try:
        found = bundle.load(directory)
        check_types(found.config)
    except (bundle.BundleError, WrongType) as error:
        print(f"fatal: {error}")
        return 1
    certificates.use_for_validation(found.files)
    findings = validate(Context(found.config, found.files, mode, version, probes.real(version, home)))
    print(table(findings))
    return 1 if findings else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command."""
    options = parse_arguments(arguments)
    if options.command == "validate":
        return run_validation(options.configDir, options.mode)
    try:
        found = bundle.load(options.configDir)
        check_types(found.config)
    except (bundle.BundleError, WrongType) as error:
        print(error)
        return 0  # as Quay's tool, which only says what is wrong
    print(dump.text(found.config))
    return 0


if __name__ == "__main__":
    sys.exit(main())
