# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a container last said, out of the journal of its service. Pure.

The journal also holds what podman and systemd say of each start and end, the banner and the table of Quay's
start, and of some services every line twice: none of that tells why a container ended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Entry = Mapping[str, Any]

# How much is shown before and after the cause.
_BEFORE = 6
_AFTER = 4
_LONGEST_LINE = 400

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[@-_]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# When, and which process: what differs between two lines that say the same.
_STAMP = re.compile(
    r"^\s*\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d\S*(\s+[A-Z]{3,4}\b)?\]?\s*|\[\d+\]|\bpid[ =:]*\d+"
    r"|^\d+:[A-Z] \d\d \w{3} \d{4} \d\d:\d\d:\d\d\.\d+ [*#.-]\s*"
)
# The banner of Quay's entry point, and the rows of its table in which all is well.
_NOISE = re.compile(
    r"by Red Hat$|^\s*Build, Store, and Distribute your Containers$|^\s*Startup timestamp:|🟢"
    r"|^\s*\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \w+ \d{4}$|\| Field Group\b|[Rr]unning init script"
    r"|Running all default registry services|\"GET /(health/|_internal_ping)"
)
# What podman and systemd say of every start and end.
_LIFE_CYCLE = re.compile(
    r"\bcontainer (create|init|start|attach|died|remove|cleanup|stop|kill|exec\w*|health_status)\b"
    r"|\b(image pull|volume (create|remove))\b|^[0-9a-f]{64}$"
    r"|^(Starting|Started|Stopping|Stopped|Scheduled restart|Finished) "
    r"|Deactivated successfully|Main process exited|Failed with result|Consumed .* CPU time|^Trying to pull"
    r"|Failed to add inotify watch|Failed to start |Start request repeated|restart counter is at"
    r"|Control process exited"
)
_STRONG = re.compile(
    r"\b(fatal|error|critical|panic|emerg|abort\w*|exception)\b|🔴|\w(Error|Exception)\b", re.IGNORECASE
)
_WEAK = re.compile(
    r"\b(fail\w*|refused|denied|invalid|cannot|could not|unable|must|not found|no such|missing)\b",
    re.IGNORECASE,
)
# The end of a chain of which an earlier line tells the reason, or what ends nothing.
_CONSEQUENCE = re.compile(
    r"entered FATAL state|gave up:|exited: |connect\(\) to unix:|Worker failed to boot|Shutting down: "
    r"|contains errors$|could not start server|\bwarning\b",
    re.IGNORECASE,
)
_TRACEBACK = "Traceback (most recent call last)"


class Words(NamedTuple):
    """What a container said. ``cause`` is one line, empty if nothing tells; ``lines`` surround it."""

    cause: str
    lines: list[str]


def last_words(entries: Sequence[Entry]) -> Words:
    """Return why a container ended, out of the entries of its service (journalctl's JSON), oldest first."""
    for lines in reversed(_attempts(entries)):
        place = _cause(lines)
        if place is not None:
            around = lines[max(place - _BEFORE, 0) : place] + lines[place + 1 : place + 1 + _AFTER]
            return Words(lines[place], around)
    return Words("", [])


def _attempts(entries: Sequence[Entry]) -> list[list[str]]:
    """Return the lines of each start, without noise; podman's only where no container said anything."""
    of_containers: dict[str, list[Entry]] = {}
    others: list[Entry] = []
    for entry in entries:
        if "CONTAINER_NAME" in entry and "PODMAN_EVENT" not in entry:
            of_containers.setdefault(str(entry.get("CONTAINER_ID_FULL") or ""), []).append(entry)
        elif "PODMAN_EVENT" not in entry:
            others.append(entry)
    found = [list(_lines(group, _NOISE)) for group in of_containers.values()]
    # Where podman itself fails, as over a port that is taken, there is a container without a word, or none.
    newest = list(_lines(others, _LIFE_CYCLE))
    return [attempt for attempt in ([newest] if not any(found) else found) if attempt]


def _lines(entries: Sequence[Entry], noise: re.Pattern[str]) -> Iterator[str]:
    """Yield what the entries say, each line once, fit for a terminal."""
    seen: set[str] = set()
    for entry in entries:
        for line in _text(entry.get("MESSAGE")).split("\n"):
            plain = _CONTROLS.sub("", _ESCAPES.sub("", line)).rstrip()[:_LONGEST_LINE]
            same = _STAMP.sub("", plain).strip()
            if same in seen or noise.search(plain) or not re.search(r"[^\W_]", plain):
                continue
            seen.add(same)
            yield plain


def _text(message: Any) -> str:
    """Return the text of an entry: journalctl writes what is no plain text as a list of bytes."""
    if isinstance(message, list):
        return bytes(one for one in message if isinstance(one, int) and 0 <= one < 256).decode(
            "utf-8", "replace"
        )
    return "" if message is None else str(message)


def _cause(lines: Sequence[str]) -> int | None:
    """Return which line tells the cause, None if there is none at all."""
    raised = _exception(lines)
    if raised is not None:
        return raised
    for telling in (_STRONG, _WEAK):
        places = [i for i, line in enumerate(lines) if telling.search(line) and not _CONSEQUENCE.search(line)]
        if places:
            return places[-1]
    return len(lines) - 1 if lines else None


def _exception(lines: Sequence[str]) -> int | None:
    """Return the line of the exception under the last traceback: the first that is not indented."""
    starts = [i for i, line in enumerate(lines) if _TRACEBACK in line]
    for place in range(starts[-1] + 1 if starts else len(lines), len(lines)):
        text = _STAMP.sub("", lines[place])
        if text == text.lstrip() and _STRONG.search(text.split(":")[0]):
            return place
    return None
