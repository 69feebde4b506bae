# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Connecting to PostgreSQL, and the version of the schema in it."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.simulator.container import database as module
from tests.simulator.container import schema
from tests.simulator.container.database import DatabaseError, connection_text
from tests.simulator.container.schema import SchemaError
from tests.unit.simulator.postgres_server import PostgresServer

V316, V317, V318 = (3, 16, 3), (3, 17, 1), (3, 18, 0)


def silent(*_words: object) -> None:
    """Says nothing."""


def test_the_parts_of_an_address_are_decoded() -> None:
    found = conninfo_to_dict(connection_text("postgresql://u%40:p%2F%25@db:5433/na%20me?sslmode=require"))
    assert found == {
        "host": "db",
        "port": "5433",
        "dbname": "na me",
        "user": "u@",
        "password": "p/%",
        "sslmode": "require",
        "connect_timeout": "5",
    }


def test_connection_arguments_win_and_files_count_from_home() -> None:
    text = connection_text(
        "postgresql://u@db/quay?sslmode=disable",
        {"sslmode": "verify-full", "sslrootcert": "conf/stack/database.pem", "max_connections": 20},
        Path("/quay-registry"),
    )
    found = conninfo_to_dict(text)
    assert found["sslmode"] == "verify-full"
    assert found["sslrootcert"] == "/quay-registry/conf/stack/database.pem"


@pytest.mark.parametrize(
    "uri",
    [
        "mysql+pymysql://u:planted@db/quay",
        "sqlite:////planted.db",
        "postgresql://u:planted@db",
        "postgresql://u:planted@db:high/quay",
        "postgresql://u:planted@db/quay?planted=1",
    ],
)
def test_an_address_that_cannot_be_used_is_not_quoted(uri: str) -> None:
    with pytest.raises(DatabaseError) as error:
        module.connect(connection_text(uri))
    assert "u:planted" not in str(error.value)


def test_the_extension_has_to_be_there(database: str) -> None:
    text = connection_text(database)
    with pytest.raises(DatabaseError, match="pg_trgm"):
        module.check(text)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
    module.check(text)


def test_nobody_there(postgres: PostgresServer) -> None:
    with pytest.raises(DatabaseError, match="does not exist"):
        module.check(connection_text(postgres.address("nothing")))


def prepared(uri: str) -> psycopg.Connection[tuple[object, ...]]:
    """A database with the extension."""
    connection = psycopg.connect(uri, autocommit=True)
    connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    return connection


def test_migration_goes_step_by_step_and_only_once(database: str) -> None:
    said: list[str] = []
    with prepared(database) as connection:
        schema.migrate(connection, "head", V317, lambda text, *values: said.append(text % values))
        assert schema.current(connection) == "c3d4e5f6a7b8"
        assert len([line for line in said if "upgrade" in line]) == 3
        said.clear()
        schema.migrate(connection, "head", V317, lambda text, *values: said.append(text % values))
        assert said == ["the schema is at c3d4e5f6a7b8"]


def test_migration_to_a_revision_and_on_with_a_newer_version(database: str) -> None:
    with prepared(database) as connection:
        schema.migrate(connection, "7078c84d14e8", V317, silent)
        assert schema.current(connection) == "7078c84d14e8"
        schema.migrate(connection, "head", V318, silent)
        assert schema.current(connection) == "9fa37f66a9b6"


def test_migration_needs_the_extension(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.UndefinedObject):
            schema.migrate(connection, "head", V317, silent)
        assert schema.current(connection) is None


def test_an_older_version_does_not_know_a_newer_schema(database: str) -> None:
    with prepared(database) as connection:
        schema.migrate(connection, "head", V318, silent)
        with pytest.raises(SchemaError, match="cannot locate"):
            schema.migrate(connection, "head", V317, silent)
        schema.check(connection, V317)  # but it runs on it, as patch releases do


def test_an_unknown_revision(database: str) -> None:
    with prepared(database) as connection, pytest.raises(SchemaError, match="cannot locate"):
        schema.migrate(connection, "abc", V317, silent)


def test_without_migration_a_registry_needs_its_schema(database: str) -> None:
    with prepared(database) as connection:
        with pytest.raises(SchemaError, match="does not exist"):
            schema.check(connection, V317)
        schema.migrate(connection, "head", V316, silent)
        schema.check(connection, V316)
        with pytest.raises(SchemaError, match="migrate it first"):
            schema.check(connection, V317)
