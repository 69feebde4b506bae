# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The registry that is measured against: the simulator, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
USER = "admin"
PASSWORD = "benchmark-password"


@dataclass(frozen=True)
class Registry:
    """A running simulator: its address, a token of its first user, its process."""

    url: str
    token: str
    process: int

    def forget_requests(self) -> None:
        """Empty the log of requests."""
        self._control("DELETE")

    def requests(self) -> int:
        """Return how many requests were served since the log was emptied."""
        return len(self._control("GET"))

    def writes(self) -> int:
        """Return how many of them were no GETs."""
        return sum(entry["method"] != "GET" for entry in self._control("GET"))

    def cpu(self) -> float:
        """Return the CPU seconds that the process has used; 0 where there is no /proc."""
        try:
            fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _control(self, method: str) -> Any:
        request = urllib.request.Request(f"{self.url}/_simulator/requests", method=method)
        # Without the proxy of the environment: the address is the loopback's.
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
            text = answer.read()
        return json.loads(text) if text.strip() else None


@contextmanager
def registry(directory: Path, latency: float) -> Iterator[Registry]:
    """Serve an empty registry whose requests take ``latency`` seconds at least, and end it afterwards."""
    token_file = directory / "token"
    command = [sys.executable, "-m", "tests.simulator", "--port", "0", "--latency", str(latency)]
    command += ["--bootstrap", f"{USER}:{PASSWORD}", "--token-file", str(token_file)]
    with open(directory / "simulator.log", "w+", encoding="utf-8") as errors:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line.startswith("listening on "):
                errors.seek(0)
                raise RuntimeError(f"The simulator did not start: {line}{errors.read()}")
            url = line.split()[-1]
            yield Registry(url, token_file.read_text(encoding="utf-8").strip(), process.pid)
        finally:
            process.terminate()
            process.wait()
            if process.stdout:
                process.stdout.close()
