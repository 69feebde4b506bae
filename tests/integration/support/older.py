# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The simulator as another version of Quay.

``python -m tests.integration.support.older VERSION NAME:PASSWORD`` serves it, with a first user.
"""

from __future__ import annotations

import subprocess
import sys

from tests.simulator import Settings, Simulator
from tests.simulator.server import Server

from .server import CHECKOUT, SimulatorServer


class OlderServer(SimulatorServer):
    """A simulator of this version in a process of its own, with a first user."""

    def __init__(self, version: str, admin: str, password: str) -> None:
        command = [sys.executable, "-m", __name__, version, f"{admin}:{password}"]
        self._process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
        self.url = self._address()


def main(version: str, first_user: str) -> None:
    """Serve until it is ended."""
    simulator = Simulator(Settings(version=version))
    name, _, password = first_user.partition(":")
    simulator.initialize(name, password)
    server = Server(simulator)
    simulator.settings.server_hostname = server.url.partition("://")[2]
    print(f"listening on {server.url}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
