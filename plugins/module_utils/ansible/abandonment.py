# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Ends a module for whose result nobody waits any more.

Where the keyword ``timeout`` of a task, or a signal, ends Ansible's side of a task, the process of the module
is not told, on no connection. It would go on changing the registry beside whatever is run next. What it does
notice is that the pipe has no reader any more into which its result is to be written.
"""

from __future__ import annotations

import os
import select
import signal
import stat
import threading
import time

_RESULT = 1
# SIGINT would do nothing where Ansible was started in the background: shells have such processes ignore it.
_INTERRUPTION = signal.SIGUSR1
# Seconds that the process has for leaving nothing behind; on a busy machine that takes some.
_GRACE = 5.0


def watch(descriptor: int = _RESULT) -> None:
    """End this process as soon as nobody reads ``descriptor`` any more, where that is a pipe.

    To be called by the main thread.

    It is as good as killed then: what was sent is open, and the next run finds out what became of it.
    """
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        return
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        signal.signal(_INTERRUPTION, signal.default_int_handler)
        threading.Thread(target=_end_with_reader, args=(descriptor,), daemon=True).start()


def _end_with_reader(descriptor: int) -> None:
    poll = select.poll()
    # Nothing is asked for: that the other end is gone is told all the same.
    poll.register(descriptor, 0)
    while True:
        events = [event for _descriptor, event in poll.poll()]
        if any(event & select.POLLNVAL for event in events):
            return
        if events:
            break
    # As an interruption first: Ansible's and our own temporary files go, and nothing more is sent.
    # To the main thread, which may sleep: another one that took the signal would not wake it.
    signal.pthread_kill(threading.main_thread().ident or 0, _INTERRUPTION)
    time.sleep(_GRACE)
    os._exit(1)
