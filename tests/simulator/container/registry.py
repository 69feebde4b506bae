# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The API of the simulator, with its state in the database of DB_URI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..postgres import PostgresBackend
from ..simulator import Simulator
from .encryption import Vault
from .health import Health
from .log import say
from .settings import settings_from
from .versions import Version


class Registry:
    """One registry: its settings at once, its state from start() on."""

    def __init__(self, config: Mapping[str, Any], version: Version, database_text: str, vault: Vault) -> None:
        self.settings = settings_from(config, version)
        self._config = config
        self._version = version
        self._database_text = database_text
        self._vault = vault
        self._simulator: Simulator | None = None

    def start(self) -> None:
        """Loads the state. Raises BackendError while the database does not answer."""
        backend = PostgresBackend(self._database_text, vault=self._vault, create=False)
        simulator = Simulator(self.settings, backend=backend)

        def check() -> None:
            with simulator.store.lock:
                backend.check()

        simulator.health = Health(self._config, self._version, check)
        self._simulator = simulator
        say("loaded the state: %d users and robots", len(simulator.store.users))

    @property
    def application(self) -> Any:
        """The WSGI application."""
        assert self._simulator is not None
        return self._simulator.app

    def stop(self) -> None:
        """Lets go of the database."""
        if self._simulator is not None:
            self._simulator.close()
