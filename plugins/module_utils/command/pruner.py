# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The command quay-pruner: carries out all policies of a configuration, as a timer does every night.

All sources of keep-lists of all policies are read before anything is written; one that fails ends the
run. A policy that fails does not stop the others. Exit codes: 0 done or nothing to do, 1 something
failed, 2 wrong use, 130 interrupted.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, Callable, TextIO

from ..errors import FileTrouble, InvalidDeclaration, QuayError
from ..http.client import Client
from ..http.connection import Connection
from ..http.sessions import Token
from ..operations.operation import Operation
from ..operations.pruning.keep_lists import KeepList
from ..operations.pruning.prune import prune, read_keep_lists
from ..visible import visible, visible_lines
from .credential_files import read_credential
from .pruner_config import Job, Settings, settings_of
from .pruner_report import moment, remove_old_reports, write_report

LOCK = ".lock"
# The options that say what is kept.
KEEPING = (
    *("keep_names", "keep_patterns", "keep_digests", "keep_files", "allow_empty_keeplist"),
    *("dlrn_host", "dlrn_endpoints", "promotions"),
)


@dataclass(frozen=True)
class Surroundings:
    """What a run meets outside of its configuration; tests give their own."""

    out: TextIO
    err: TextIO
    environment: Mapping[str, str]
    clock: Callable[[], float] = time.time
    make_client: Callable[[Connection], Client] = Client


@dataclass(frozen=True)
class Result:
    """What became of one job: the operation, or why there was none."""

    job: Job
    operation: Operation | None = None
    error: str | None = None

    @property
    def failure(self) -> str | None:
        return self.error or (self.operation.error if self.operation is not None else None)

    @property
    def expired(self) -> int:
        return int(self.operation.values["expired"]) if self.operation is not None else 0


def main(arguments: Sequence[str] | None = None, surroundings: Surroundings | None = None) -> int:
    """Run the command; return its exit code."""
    around = surroundings or Surroundings(sys.stdout, sys.stderr, os.environ)
    options = _parser().parse_args(arguments)
    try:
        settings = _settings(options)
        with ExitStack() as stack:
            _lock(settings, stack)
            return _run(settings, options.dry_run, around)
    except InvalidDeclaration as error:
        _say(around.err, f"{options.config}: {error}")
        return 2
    except QuayError as error:
        _say(around.err, str(error))
        return 1
    except KeyboardInterrupt:
        _say(around.err, "Interrupted. What was done stays; the next run goes on.")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="quay-pruner", description="Lets old tags of a Quay registry expire, as its configuration says."
    )
    parser.add_argument("--config", required=True, metavar="FILE", help="the configuration, in JSON")
    parser.add_argument(
        "--dry-run", action="store_true", help="decide and report, but change nothing in the registry"
    )
    parser.add_argument(
        "--report-directory", metavar="DIR", help="where the report is written, instead of the configured one"
    )
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    try:
        with open(options.config, encoding="utf-8") as stream:
            settings = settings_of(json.load(stream))
    except OSError as error:
        raise InvalidDeclaration(f"cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise InvalidDeclaration(f"is not JSON: {error}.") from error
    if options.report_directory:
        settings = replace(settings, report_directory=options.report_directory)
    if not settings.report_directory:
        raise InvalidDeclaration("report_directory is missing.")
    return settings


def _lock(settings: Settings, stack: ExitStack) -> None:
    """Hold the lock until the end. Raises FileTrouble where another run has it.

    The file is opened for reading, so that it does not matter who made it.
    """
    path = os.path.join(settings.report_directory, LOCK)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)
    except OSError as error:
        raise FileTrouble(f"{path} cannot be opened: {error.strerror}. Is it the right user?") from error
    stack.callback(os.close, descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise FileTrouble("Another quay-pruner is at work; nothing was done. See " + path + ".") from error


# One run


def _run(settings: Settings, dry_run: bool, around: Surroundings) -> int:
    started = int(around.clock())
    if dry_run:
        _say(around.out, "Dry run: nothing is changed.")
    trouble = None
    results: list[Result] = []
    try:
        kept = _keep_lists(settings, around)
    except QuayError as error:
        trouble = str(error)
        _say(around.err, trouble)
    else:
        for job, keep_list in zip(settings.jobs, kept):
            results.append(_carry_out(job, keep_list, settings, dry_run, around))
            _tell(results[-1], around)
    report = _document(settings, results, trouble, dry_run, (started, int(around.clock())))
    path = write_report(settings.report_directory, report, started)
    remove_old_reports(settings.report_directory, settings.report_days, started)
    failed = sum(result.failure is not None for result in results)
    _say(
        around.out,
        f"{len(results) - failed} of {len(settings.jobs)} policies done, "
        f"{report['expired']} tags {'would expire' if dry_run else 'expire'}. Report: {path}",
    )
    return 1 if failed or trouble else 0


def _carry_out(job: Job, kept: KeepList, settings: Settings, dry_run: bool, around: Surroundings) -> Result:
    try:
        token = read_credential(job.credential, settings.credentials_directory, around.environment)
        connection = replace(_connection(settings), credentials=Token(token))
        options = {**job.options, "organizations": [job.organization], "return_tags": settings.report_tags}
        client = around.make_client(connection)
        return Result(job, prune(options, client, dry_run, kept, around.clock))
    except QuayError as error:
        return Result(job, error=str(error))


def _connection(settings: Settings) -> Connection:
    return Connection(**settings.quay)


# What must not expire


def _keep_lists(settings: Settings, around: Surroundings) -> list[KeepList]:
    """Return what each job keeps; every source is asked once.

    Raises KeepListFailed, InvalidDeclaration or FileTrouble.
    """
    auth = dict(settings.dlrn_auth)
    credential = auth.pop("credential", None)
    if credential and any(job.options["dlrn_endpoints"] for job in settings.jobs):
        directory = settings.credentials_directory
        auth["sso_password"] = read_credential(credential, directory, around.environment)
    connection = _connection(settings)
    known: dict[str, KeepList] = {}
    for job in settings.jobs:
        key = _sources(job)
        if key not in known:
            known[key] = read_keep_lists({**job.options, "dlrn_auth": auth}, connection)
    return [known[_sources(job)] for job in settings.jobs]


def _sources(job: Job) -> str:
    """Return what tells whether two jobs keep the same."""
    return json.dumps([job.options[name] for name in KEEPING])


# What is told


def _tell(result: Result, around: Surroundings) -> None:
    organization = result.job.organization
    views = result.operation.values["repositories"] if result.operation is not None else []
    for view in views:
        counts = {action: sum(reasons.values()) for action, reasons in view["counts"].items()}
        text = ", ".join(f"{counts.get(action, 0)} {action}" for action in ("expire", "keep", "leave"))
        left = f" (left alone: {view['left']})" if view.get("left") else ""
        _say(around.out, f"{visible(view['name'])}: {text}{left}")
    if result.failure is not None:
        _say(around.err, f"{organization}: {result.failure}")
    else:
        tags = sum(view["tags"] for view in views)
        _say(
            around.out, f"{organization}: {result.expired} of {tags} tags in {len(views)} repositories expire"
        )


def _document(
    settings: Settings, results: Sequence[Result], trouble: str | None, dry_run: bool, span: tuple[int, int]
) -> dict[str, Any]:
    counts: dict[str, dict[str, int]] = {}
    for result in results:
        found = result.operation.values["counts"] if result.operation is not None else {}
        for action, reasons in found.items():
            for reason, number in reasons.items():
                inner = counts.setdefault(action, {})
                inner[reason] = inner.get(reason, 0) + number
    return {
        "version": 1,
        "registry": settings.quay["host"],
        "started": moment(span[0]),
        "finished": moment(span[1]),
        "dry_run": dry_run,
        "failed": bool(trouble) or any(result.failure is not None for result in results),
        "error": trouble,
        "expired": sum(result.expired for result in results),
        "counts": counts,
        "policies": [_policy_view(result) for result in results],
    }


def _policy_view(result: Result) -> dict[str, Any]:
    options = {name: value for name, value in result.job.options.items() if value not in (None, [], "")}
    values = dict(result.operation.values) if result.operation is not None else {}
    return {
        "organization": result.job.organization,
        "options": options,
        "error": result.failure,
        **values,
    }


def _say(stream: TextIO, text: str) -> None:
    stream.write(f"{visible_lines(text)}\n")
    stream.flush()
