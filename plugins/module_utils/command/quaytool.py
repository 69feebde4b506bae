# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The command quaytool: asks a registry, or changes it, and shows what became of that.

In a checkout: ``python -m plugins.module_utils.command.quaytool --help``.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from ..errors import InvalidDeclaration, QuayError
from ..http import transport
from ..http.client import Client
from ..http.waits import LOGGER
from ..operations.operation import Operation
from ..visible import visible, visible_lines
from . import output
from .actions import perform
from .credentials import connection_of
from .options import PROGRAM, Order, parse
from .views import data_of, in_words, summary, table_of

DONE, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say (those of the process where left out), and return the exit code."""
    try:
        order = parse(sys.argv[1:] if arguments is None else arguments)
    except SystemExit as end:
        # argparse has said it: help, version, or what is wrong.
        return end.code if isinstance(end.code, int) else WRONG_USE
    try:
        return _run(order, sys.stdout, sys.stderr)
    except KeyboardInterrupt:
        _say(sys.stderr, "interrupted. What was done stays; the same command again does the rest.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever reads has seen enough. Python would complain once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def run() -> int:
    """Be the command: return the exit code with which the process is to end."""
    code = main()
    if code == INTERRUPTED:
        # Requests that are under way are not waited for.
        sys.stderr.flush()
        os._exit(code)
    return code


def _run(order: Order, out: TextIO, err: TextIO) -> int:
    options = order.options
    client: Client | None = None
    try:
        if transport.REQUESTS_IMPORT_ERROR is not None:
            raise output.MissingLibrary("The Python library requests is missing (package python3-requests).")
        output.check(options["output"])
        client = Client(connection_of(options, os.environ, order.action.anonymous))
        silent = not (options["debug"] or options["verbose"])
        with _logged(err, options), output.progress(err, silent) as observer:
            client.observer = observer
            done = perform(order, client)
    except QuayError as error:
        _say(err, f"error: {in_words(str(error))}")
        early = client is None or (isinstance(error, InvalidDeclaration) and not client.reached)
        return WRONG_USE if early else FAILED
    _show(order, done, out, err)
    return FAILED if done.error is not None else DONE


def _show(order: Order, done: Operation, out: TextIO, err: TextIO) -> None:
    form = order.options["output"]
    output.write(form, data_of(order, done), *table_of(order, done), out)
    out.flush()
    for text in done.warnings:
        _say(err, f"warning: {in_words(text)}")
    if done.error is not None:
        _say(err, f"error: {in_words(done.error)}")
    text = summary(order, done)
    if text:
        _say(err, text)


def _say(stream: TextIO, text: str) -> None:
    stream.write(f"{PROGRAM}: {visible_lines(text)}\n")


@contextmanager
def _logged(stream: TextIO, options: Mapping[str, Any]) -> Iterator[None]:
    """Show on the stream while this lasts: with --debug each request and its answer, with --verbose waits."""
    if not (options["debug"] or options["verbose"]):
        yield
        return
    handler: logging.Handler = logging.StreamHandler(stream)
    handler.setFormatter(_OneLine("%(asctime)s %(message)s"))
    logger: Any = logging.getLogger(LOGGER)
    logger.setLevel(logging.DEBUG if options["debug"] else logging.INFO)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


class _OneLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return visible(super().format(record))


if __name__ == "__main__":
    raise SystemExit(run())
