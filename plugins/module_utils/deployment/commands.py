# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs other programs."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from typing import NamedTuple

from .errors import DeploymentError

# How long podman may take to tidy up.
_GRACE_SECONDS = 5


class Outcome(NamedTuple):
    """How a program ended. ``output`` is what it printed, ``errors`` what it complained about."""

    code: int
    output: str
    errors: str


def run(argv: Sequence[str], timeout: float) -> Outcome:
    """Run a program without a shell and without input, for at most ``timeout`` seconds.

    What it has started ends with it when the time is up. Raises DeploymentError if it cannot be started or
    does not end in time.
    """
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    try:
        process = subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise DeploymentError(f"{argv[0]} cannot be started: {error.strerror}.") from error
    try:
        output, errors = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired as error:
        _end(process)
        text = f"{argv[0]} did not end within {timeout:g} seconds, and was stopped."
        raise DeploymentError(text) from error
    except BaseException:
        _end(process)
        raise
    return Outcome(process.returncode, output.decode("utf-8", "replace"), errors.decode("utf-8", "replace"))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop a program and all that it has started: politely first, so that podman can tidy up."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.communicate(timeout=_GRACE_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
