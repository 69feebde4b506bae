# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A process ends when nobody reads its result any more, and only then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

# As a module at work: the main thread waits, and so does one of the pool; what is temporary goes at the end.
AT_WORK = """
import sys, threading, time
from pathlib import Path
from ansible_collections.quayops.quay.plugins.module_utils.ansible import abandonment
abandonment.watch()
threading.Thread(target=time.sleep, args=(30,)).start()
try:
    print("at work", file=sys.stderr, flush=True)
    time.sleep(30)
finally:
    Path(sys.argv[1]).unlink()
"""


def in_the_background() -> None:
    """Do as shells do with what is started in the background."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def at_a_terminal() -> None:
    """Do as shells do with what is started otherwise."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(
    stdout: int, temporary: Path, prepare: Callable[[], None] = at_a_terminal
) -> subprocess.Popen[bytes]:
    temporary.touch()
    process = subprocess.Popen(
        [sys.executable, "-c", AT_WORK, str(temporary)],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        preexec_fn=prepare,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stderr is not None
    assert process.stderr.readline() == b"at work\n"
    return process


@pytest.mark.parametrize("prepare", [at_a_terminal, in_the_background])
def test_without_a_reader_it_ends_and_leaves_nothing_behind(
    prepare: Callable[[], None], tmp_path: Path
) -> None:
    process = start(subprocess.PIPE, tmp_path / "temporary", prepare)
    try:
        time.sleep(0.5)
        assert process.poll() is None
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(10) != 0
    finally:
        process.kill()
        process.wait(10)
    assert not (tmp_path / "temporary").exists()


@pytest.mark.parametrize("kind", ["a reader", "no pipe"])
def test_otherwise_it_goes_on(kind: str, tmp_path: Path) -> None:
    process = start(subprocess.PIPE if kind == "a reader" else subprocess.DEVNULL, tmp_path / "temporary")
    try:
        time.sleep(3)
        assert process.poll() is None
    finally:
        process.kill()
        process.wait(10)
