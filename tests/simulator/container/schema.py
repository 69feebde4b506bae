# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The version of the schema in the database: who makes it, and who refuses to run without it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psycopg

from ..postgres import create_tables
from .versions import Version, revisions

# Quay's own schema has such indexes, too, so that neither can be made without pg_trgm.
_INDEX = (
    "CREATE INDEX IF NOT EXISTS simulator_rows_name "
    "ON simulator_rows USING gin ((fields ->> 'name') gin_trgm_ops)"
)
_VERSIONS = "CREATE TABLE IF NOT EXISTS alembic_version (version_num varchar(255) PRIMARY KEY)"


class SchemaError(Exception):
    """The schema is missing, too old, or unknown."""


def current(connection: psycopg.Connection[Any]) -> str | None:
    """The revision in a database; None where there is no schema."""
    if connection.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def migrate(
    connection: psycopg.Connection[Any],
    target: str,
    version: Version,
    say: Callable[..., None],
    delay: float = 0.0,
) -> None:
    """Brings the schema to a revision, or to the newest one (``head``); each step takes delay seconds.

    Raises SchemaError for a revision that this version does not know, in the database or as the target.
    """
    known = revisions(version)
    goal = known[-1] if target in ("head", "heads") else target
    found = current(connection)
    for revision in (goal, found):
        if revision is not None and revision not in known:
            raise SchemaError(f"cannot locate the revision identified by {revision!r}")
    connection.execute(_VERSIONS)
    first = known.index(found) + 1 if found is not None else 0
    for revision in known[first : known.index(goal) + 1]:
        say("running upgrade %s -> %s", found or "(none)", revision)
        time.sleep(delay)
        with connection.transaction():
            create_tables(connection)
            connection.execute(_INDEX)
            connection.execute("DELETE FROM alembic_version")
            connection.execute("INSERT INTO alembic_version VALUES (%s)", (revision,))
        found = revision
    say("the schema is at %s", found)


def check(connection: psycopg.Connection[Any], version: Version) -> None:
    """Raises SchemaError unless the schema is as new as this version needs it.

    A schema that is newer passes: the patch releases of one minor version run on it.
    """
    found, known = current(connection), revisions(version)
    if found is None:
        raise SchemaError('relation "imagestoragelocation" does not exist: the database was never migrated')
    if found in known[:-1]:
        raise SchemaError(f"the schema is at {found}, and this version needs {known[-1]}: migrate it first")
