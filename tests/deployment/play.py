# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs ansible-playbook as loudly as it can, keeps the output, and prints what came of it as JSON.

  python -m tests.deployment.play --log FILE [--kill-at TASK] -- ARGUMENT...

The output goes to the end of FILE, which only its owner can read: verify searches it for secrets.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

TASK = re.compile(r"^(?:TASK|RUNNING HANDLER) \[(.*)\] \*+$")
CHANGED = re.compile(r"^changed: \[([^]]+)\]")
FATAL = re.compile(r"^(?:fatal|failed): \[([^]]+)\].* => (\{.*)$")
RECAP = re.compile(r"^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)")


@dataclass
class Outcome:
    """Of one run. `executed` counts tasks that were not skipped."""

    code: int
    seconds: float
    changed: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    executed: int = 0


def end(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait(process: subprocess.Popen[bytes], log: Path, begin: int, kill_at: str) -> None:
    """Until the process ends, or is killed because it has come to the task `kill_at`."""
    while kill_at and process.poll() is None:
        with log.open("rb") as output:
            output.seek(begin)
            if re.search(rb"^TASK \[.*%b\]" % re.escape(kill_at.encode()), output.read(), re.MULTILINE):
                end(process)
        time.sleep(0.2)
    process.wait()


def run(arguments: list[str], log: Path, kill_at: str) -> tuple[int, str]:
    """The exit code and the output."""
    environment = os.environ | {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_FORCE_COLOR": "0"}
    command = ["ansible-playbook", "-vvv", "--diff", *arguments]
    descriptor = os.open(log, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a+b") as output:
        output.write(("\n$ %s\n" % " ".join(command)).encode())
        output.flush()
        begin = output.tell()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
        try:
            wait(process, log, begin, kill_at)
        except BaseException:
            end(process)
            raise
        output.seek(begin)
        return process.returncode, output.read().decode(errors="replace")


def messages_of(block: str) -> list[str]:
    """What a failed task said: its own words, not its whole result."""
    try:
        result = json.loads(block)
    except ValueError:
        return [block[:2000]]
    parts = [result.get("msg", ""), result.get("stderr", ""), result.get("module_stderr", "")]
    return [str(part) for part in parts if part]


def read(code: int, seconds: float, text: str) -> Outcome:
    outcome = Outcome(code, round(seconds, 1))
    task = ""
    lines = iter(text.splitlines())
    for line in lines:
        if found := TASK.match(line):
            task = found[1]
        elif CHANGED.match(line):
            outcome.changed.append(task)
        elif found := FATAL.match(line):
            block = found[2]
            if block == "{":
                block += "".join("\n" + more for more in iter(lambda: next(lines, "}"), "}")) + "\n}"
            outcome.failures.append(task)
            outcome.messages += messages_of(block)
        elif found := RECAP.match(line):
            outcome.executed += int(found[2])
        elif line.startswith(("[ERROR]", "ERROR!")):
            outcome.messages.append(line)
    outcome.changed = list(dict.fromkeys(outcome.changed))
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--kill-at", default="", metavar="TASK")
    parser.add_argument("arguments", nargs="+")
    options = parser.parse_args()
    begin = time.monotonic()
    code, text = run(options.arguments, options.log, options.kill_at)
    json.dump(asdict(read(code, time.monotonic() - begin, text)), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
