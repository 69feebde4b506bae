# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What /health/instance and /health/endtoend look at."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from typing import Any

from . import redis, storage
from .log import say
from .versions import Version

Check = Callable[[], None]  # raises what is wrong


class Health:
    """The checks of one registry."""

    def __init__(self, config: Mapping[str, Any], version: Version, database: Check) -> None:
        self._config = config
        self._version = version
        self._database = database

    def instance(self) -> dict[str, bool]:
        """This instance, without Redis and storage, as Quay's default checker has it."""
        return self._run(
            registry_gunicorn=_nothing,
            web_gunicorn=_nothing,
            service_key=_nothing,
            disk_space=_disk_space,
            database=self._database,
            auth=_nothing,
        )

    def end_to_end(self) -> dict[str, bool]:
        """What the instance depends on."""
        return self._run(database=self._database, redis=self._redis, storage=self._storage, auth=_nothing)

    def _redis(self) -> None:
        redis.write_and_read(redis.address(self._config.get("BUILDLOGS_REDIS") or {}), "_health")

    def _storage(self) -> None:
        if self._config.get("REGISTRY_STATE") == "readonly":
            return
        storages = self._config.get("DISTRIBUTED_STORAGE_CONFIG") or {}
        for name in self._config.get("DISTRIBUTED_STORAGE_PREFERENCE") or list(storages):
            if name not in storages:
                raise storage.StorageError(f"there is no storage {name}")
            engine, options = storages[name]
            storage.write_test(engine, options, self._version)

    def _run(self, **checks: Check) -> dict[str, bool]:
        found = {}
        for name, check in checks.items():
            try:
                check()
                found[name] = True
            except Exception as error:  # whatever is wrong with a service, the others are looked at
                say("the check of %s failed: %s", name, error, source="health")
                found[name] = False
        return found


def _nothing() -> None:
    """Works when it answers at all."""


def _disk_space() -> None:
    for path in ("/", "/tmp"):
        usage = shutil.disk_usage(path)
        if usage.free < usage.total * 0.01:
            raise OSError(f"less than 1 % of {path} is free")
