# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""PostgreSQL and Redis let nobody in without a password."""

from __future__ import annotations

import subprocess

from tests.deployment import secrets
from tests.deployment.deployment import Backend, Deployment
from tests.deployment.host import Host

# The password comes by standard input: an argument or variable of podman's would be in the list of processes.
READ = 'IFS= read -r secret; [ -z "$secret" ] || export %s="$secret"; '
PSQL = READ % "PGPASSWORD" + 'psql -w -At -h %s -U %s -d %s -c "%s"'
REDIS = READ % "REDISCLI_AUTH" + "redis-cli -h %s %s"


def inside(host: Host, backend: Backend, script: str, password: str) -> subprocess.CompletedProcess[bytes]:
    if backend.beside:
        return Host(backend.container).attempt("sh", "-c", script, stdin=password + "\n")
    return host.inside(backend.container, script, password + "\n")


def query(host: Host, backend: Backend, sql: str, password: str) -> subprocess.CompletedProcess[bytes]:
    script = PSQL % (backend.address, backend.user, backend.database, sql)
    return inside(host, backend, script, password)


def stored(host: Host, deployment: Deployment, name: str) -> str:
    return secrets.stored(host, deployment.data_dir)[name]


def test_postgresql_with_password(deployment: Deployment, host: Host) -> None:
    password = stored(host, deployment, "postgresql_password")
    done = query(host, deployment.postgresql, "SELECT count(*) > 0 FROM alembic_version", password)
    assert (done.returncode, done.stdout) == (0, b"t\n"), done.stderr


def test_postgresql_has_what_quay_needs(deployment: Deployment, host: Host) -> None:
    password = stored(host, deployment, "postgresql_password")
    done = query(host, deployment.postgresql, "SELECT extname FROM pg_extension", password)
    assert "pg_trgm" in done.stdout.decode().split()


def test_postgresql_without_password(deployment: Deployment, host: Host) -> None:
    done = query(host, deployment.postgresql, "SELECT 1", "")
    assert done.returncode != 0
    assert b"no password supplied" in done.stderr


def test_postgresql_with_another_password(deployment: Deployment, host: Host) -> None:
    done = query(host, deployment.postgresql, "SELECT 1", "another-password")
    assert done.returncode != 0
    assert b"password authentication failed" in done.stderr


def test_redis_with_password(deployment: Deployment, host: Host) -> None:
    password = stored(host, deployment, "redis_password")
    done = inside(host, deployment.redis, REDIS % (deployment.redis.address, "ping"), password)
    assert done.stdout.strip() == b"PONG"


def test_redis_without_password(deployment: Deployment, host: Host) -> None:
    done = inside(host, deployment.redis, REDIS % (deployment.redis.address, "ping"), "")
    assert b"NOAUTH" in done.stdout + done.stderr


def test_redis_with_another_password(deployment: Deployment, host: Host) -> None:
    done = inside(host, deployment.redis, REDIS % (deployment.redis.address, "ping"), "another-password")
    assert b"PONG" not in done.stdout


def test_no_password_is_in_the_environment_of_other_containers(deployment: Deployment, host: Host) -> None:
    """Each container is told what it needs, and no more."""
    password = stored(host, deployment, "postgresql_password")
    names = deployment.on_host() - {"quay-postgresql"}
    pids = {name: host.run("podman", "inspect", "--format", "{{.State.Pid}}", name).strip() for name in names}
    contents = [(name, host.output("cat", "/proc/%s/environ" % pid)) for name, pid in pids.items()]
    found = secrets.places({"postgresql_password": password}, contents)
    assert found == []
