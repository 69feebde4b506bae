# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The state outlives the process in PostgreSQL, which is started for the test when it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulator import Settings, Simulator
from tests.unit.simulator.client import Client


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


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The address of an empty database, on a socket in a directory of its own."""
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
    data, log = directory / "data", directory / "log"
    options = f"-c listen_addresses='' -c unix_socket_directories='{directory}' -c fsync=off"
    _run([str(binaries / "initdb"), "-D", str(data), "-U", "quay", "-A", "trust"], directory)
    start = [str(binaries / "pg_ctl"), "-D", str(data), "-l", str(log), "-w", "-o", options, "start"]
    _run(start, directory)
    try:
        yield f"postgresql://quay@/postgres?host={directory}"
    finally:
        _run([str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"], directory)
        shutil.rmtree(directory)


def _has_user(name: str) -> bool:
    import pwd

    return any(entry.pw_name == name for entry in pwd.getpwall())


def _run(command: list[str], directory: Path) -> None:
    # The output goes to a file: pg_ctl's server would keep a pipe open.
    with open(directory / "commands.log", "ab") as output:
        subprocess.run(
            as_server_user(command), check=True, cwd=directory, stdout=output, stderr=output, timeout=60
        )


def test_state_outlives_the_process(database: str) -> None:
    settings = Settings(database=database, secret="shared")
    first = Simulator(settings)
    token = first.initialize()
    client = Client(first, token)
    session = Client(first)
    assert session.sign_in("admin").status_code == 200
    client.post("organization/", {"name": "acme"})
    client.put("organization/acme/robots/ci", {"description": "pushes"})
    client.put("organization/acme/team/devs", {"role": "creator"})
    client.put("organization/acme/team/devs/members/acme+ci")
    client.post(
        "organization/acme/prototypes", {"role": "write", "delegate": {"name": "devs", "kind": "team"}}
    )
    client.put("organization/acme/team/gone", {"role": "member"})
    client.delete("organization/acme/team/gone")
    body = {"namespace": "acme", "repository": "app", "visibility": "private", "description": ""}
    assert client.post("repository", body).status_code == 201
    expected = first.state()
    first.close()

    second = Simulator(Settings(database=database, secret="shared"))
    assert second.state() == expected
    again = Client(second, token)
    assert again.get("organization/acme").json()["is_admin"] is True
    assert again.post("repository", body).json()["detail"] == "Repository already exists"
    assert again.post("repository", {**body, "repository": "other"}).status_code == 201
    carried_over = Client(second)
    carried_over.session.cookies.update(session.session.cookies)
    assert carried_over.get("user/").json()["username"] == "admin"
    second.reset()
    second.close()

    third = Simulator(Settings(database=database))
    assert third.state() == {}
    third.close()


def test_what_was_done_before_a_refusal_is_stored(database: str) -> None:
    first = Simulator(Settings(database=database))
    client = Client(first, first.initialize())
    client.post("organization/", {"name": "acme"})
    assert (
        client.put("organization/acme", {"email": "a@example.com", "tag_expiration_s": 1}).status_code == 400
    )
    first.close()
    second = Simulator(Settings(database=database))
    assert second.state()["acme"]["email"] == "a@example.com"
    second.reset()
    second.close()
