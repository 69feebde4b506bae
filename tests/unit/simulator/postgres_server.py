# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A real PostgreSQL server for tests, where one is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def find_binaries() -> Path | None:
    """Where initdb and pg_ctl are; distributions do not put them into the PATH."""
    found = shutil.which("initdb")
    candidates = [Path(found).parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    candidates += [Path("/usr/pgsql/bin"), Path("/usr/bin")]
    return next(
        (path for path in candidates if (path / "initdb").exists() and (path / "pg_ctl").exists()), None
    )


def as_server_user(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]


class PostgresServer:
    """A server on a socket in a directory of its own; the user quay may do everything."""

    def __init__(self, binaries: Path, directory: Path) -> None:
        self._pg_ctl = [str(binaries / "pg_ctl"), "-D", str(directory / "data")]
        self._directory = directory
        self._databases = 0
        _run(
            [str(binaries / "initdb"), "-D", str(directory / "data"), "-U", "quay", "-A", "trust"], directory
        )

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        directory = self._directory
        options = f"-c listen_addresses='' -c unix_socket_directories='{directory}' -c fsync=off"
        _run([*self._pg_ctl, "-l", str(directory / "log"), "-w", "-o", options, "start"], directory)

    def stop(self) -> None:
        """Stops it at once."""
        _run([*self._pg_ctl, "-m", "immediate", "stop"], self._directory)

    def address(self, name: str = "postgres", user: str = "quay") -> str:
        """The address of a database."""
        return f"postgresql://{user}@/{name}?host={self._directory}"

    def new_database(self) -> str:
        """The address of a database that nobody has used."""
        import psycopg

        self._databases += 1
        name = f"test{self._databases}"
        with psycopg.connect(self.address(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.address(name)


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """A server that is running."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed (looked for initdb and pg_ctl)")
    if os.geteuid() == 0 and not (shutil.which("setpriv") and _has_user("postgres")):
        pytest.skip("running as root, and there is no user postgres to run PostgreSQL as")
    # Not pytest's directory: the user that PostgreSQL runs as could not enter it.
    directory = Path(tempfile.mkdtemp(prefix="simulator-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(directory, "postgres", "postgres")
    server = PostgresServer(binaries, directory)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(directory)


@pytest.fixture()
def database(postgres: PostgresServer) -> str:
    """The address of an empty database."""
    return postgres.new_database()


def _has_user(name: str) -> bool:
    import pwd

    return any(entry.pw_name == name for entry in pwd.getpwall())


def _run(command: list[str], directory: Path) -> None:
    # The output goes to a file: pg_ctl's server would keep a pipe open.
    with open(directory / "commands.log", "ab") as output:
        subprocess.run(
            as_server_user(command), check=True, cwd=directory, stdout=output, stderr=output, timeout=60
        )
