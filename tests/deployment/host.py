# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The machine that was deployed to, and what stands beside it: containers of the outer podman."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import Any


class CommandError(Exception):
    """A command failed. Its standard input, which may be a secret, is not repeated."""


@dataclass(frozen=True)
class Host:
    """Commands run as root in the container of this name."""

    container: str

    def attempt(self, *command: str, stdin: str = "", user: str = "") -> subprocess.CompletedProcess[bytes]:
        as_user = ["--user", user] if user else []
        return subprocess.run(
            ["podman", "exec", "--interactive", *as_user, self.container, *command],
            input=stdin.encode(),
            capture_output=True,
            timeout=120,
            check=False,
        )

    def output(self, *command: str, stdin: str = "") -> bytes:
        """Raises CommandError when the command fails."""
        done = self.attempt(*command, stdin=stdin)
        if done.returncode != 0:
            problem = done.stderr.decode(errors="replace").strip()
            raise CommandError("%s in %s: %s" % (" ".join(command), self.container, problem))
        return done.stdout

    def run(self, *command: str, stdin: str = "") -> str:
        """Raises CommandError when the command fails."""
        return self.output(*command, stdin=stdin).decode(errors="replace")

    def lines(self, *command: str) -> list[str]:
        return self.run(*command).splitlines()

    def json(self, *command: str) -> Any:
        return json.loads(self.run(*command))

    def read(self, path: str) -> str:
        return self.run("cat", path)

    def inside(self, container: str, script: str, stdin: str = "") -> subprocess.CompletedProcess[bytes]:
        """Runs a shell script in one of the host's own containers."""
        return self.attempt("podman", "exec", "--interactive", container, "sh", "-c", script, stdin=stdin)
