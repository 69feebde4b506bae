# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Waits for a service of the host, and finds out why it does not come up."""

from __future__ import annotations

import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any, Callable, NamedTuple

from . import commands, journal
from .errors import DeploymentError

_SYSTEMD_SECONDS = 20
_STOP_SECONDS = 720
_ANSWER_SECONDS = 10
_PAUSE_SECONDS = 2
# Enough for a traceback of each process of Quay.
_JOURNAL_LINES = 600


class Wait(NamedTuple):
    """What to wait for. ``timeout`` is in seconds; ``restarts`` is how many end it."""

    unit: str
    url: str | None
    host_header: str | None = None
    timeout: float = 900
    restarts: int = 3
    has_failed: bool = False


class State(NamedTuple):
    """What systemd says of a service. ``status`` is the exit status of its last process."""

    active: str
    sub: str
    result: str
    restarts: int
    status: int

    @property
    def gone(self) -> bool:
        return self.active in ("failed", "inactive")

    @property
    def leaving(self) -> bool:
        """Whether it has ended by itself, or does so again and again."""
        return self.gone or self.sub.startswith("auto-restart")


def state_of(unit: str) -> State:
    """Ask systemd. Raises DeploymentError if it does not answer."""
    asked = "ActiveState,SubState,Result,NRestarts,ExecMainStatus"
    done = commands.run(["systemctl", "show", "--property", asked, f"{unit}.service"], _SYSTEMD_SECONDS)
    if done.code:
        raise DeploymentError(f"systemctl show {unit}.service failed: {done.errors.strip()}")
    values = dict(line.partition("=")[::2] for line in done.output.splitlines())
    return State(
        values.get("ActiveState", ""),
        values.get("SubState", ""),
        values.get("Result", ""),
        int(values.get("NRestarts") or 0),
        int(values.get("ExecMainStatus") or 0),
    )


def wait(
    wanted: Wait, pause: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.monotonic
) -> dict[str, Any]:
    """Return once the service answers: how long it took, and its state.

    Raises DeploymentError with the cause where it has ended, was started again too often, or does not
    answer in time.
    """
    begin = clock()
    before = state = state_of(wanted.unit)
    answer = "it was not asked"
    while not wanted.has_failed:
        problem = _ask(wanted)
        if problem is None:
            return {"seconds": round(clock() - begin, 1), "state": state._asdict()}
        answer, state = problem, state_of(wanted.unit)
        if state.gone or state.restarts - before.restarts >= wanted.restarts:
            break
        if clock() - begin > wanted.timeout:
            raise _failure(wanted, state, f"does not answer within {wanted.timeout:g} seconds: {answer}")
        pause(_PAUSE_SECONDS)
    leaves = "has ended" if state.gone else "ends again and again"
    raise _failure(wanted, state, "does not start" if wanted.has_failed else leaves)


def _ask(wanted: Wait) -> str | None:
    """Return why the address does not answer as it should, None if it does."""
    request = urllib.request.Request(str(wanted.url))
    if wanted.host_header:
        request.add_header("Host", wanted.host_header)
    context = ssl.create_default_context()
    # Whether the certificate is the right one was checked before; this asks whether the service lives.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    try:
        with opener.open(request, timeout=_ANSWER_SECONDS) as response:
            status = response.status
    except urllib.error.HTTPError as error:
        status = error.code
    except (OSError, ValueError, http.client.HTTPException) as error:
        return str(getattr(error, "reason", "") or error)
    return None if status == 200 else f"the answer is {status}"


def _failure(wanted: Wait, state: State, what: str) -> DeploymentError:
    """Return the error that tells why; a service that only ends again is stopped."""
    said = journal.last_words(_entries(wanted.unit))
    parts = [f"{wanted.unit} {what}" + (f": {said.cause}" if said.cause else ".")]
    if said.lines:
        parts += ["The lines around it:", *(f"  {line}" for line in said.lines)]
    if (state.leaving or state.restarts > 0) and _stop(wanted.unit):
        parts.append(
            "It was stopped, since starting it again does not help. The next run of the role starts it."
        )
    parts.append(f"All that it said: journalctl --unit {wanted.unit}")
    lines = [said.cause, *said.lines] if said.cause else []
    return DeploymentError("\n".join(parts), state=state._asdict(), lines=lines)


def _stop(unit: str) -> bool:
    try:
        return commands.run(["systemctl", "stop", f"{unit}.service"], _STOP_SECONDS).code == 0
    except DeploymentError:
        return False


def _entries(unit: str) -> list[Mapping[str, Any]]:
    """Return the last entries of the journal of a service, oldest first; none if it cannot be read."""
    command = ["journalctl", "--no-pager", "--output", "json", "--all", "--lines", str(_JOURNAL_LINES)]
    try:
        done = commands.run([*command, "--unit", f"{unit}.service"], _SYSTEMD_SECONDS)
    except DeploymentError:
        return []
    found: list[Mapping[str, Any]] = []
    for line in done.output.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            found.append(entry)
    return found
