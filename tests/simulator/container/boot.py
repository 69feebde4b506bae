# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The steps before Quay runs, as its directory conf/init has them. A step that fails ends the container."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

import psycopg

from . import bundle, certificates, config_tool, database, schema, settings, words
from .log import say
from .paths import Paths
from .serving import tls_context
from .versions import Version


class BootError(Exception):
    """A step failed; the text says why, without a secret."""


@dataclass
class Boot:
    """What the steps share."""

    paths: Paths
    environment: MutableMapping[str, str]
    version: Version

    def config(self) -> dict[str, Any]:
        """What the application loads; each process of Quay does so. Raises BootError."""
        try:
            found = bundle.application_config(self.paths.stack, self.environment)
            settings.require_keys(found)
        except (bundle.BundleError, settings.SettingsError) as error:
            raise BootError(str(error)) from None
        return found

    def run(self, plan: words.Plan) -> None:
        """Runs the steps of a plan in order. Raises BootError."""
        actions = {
            words.CERTIFICATES: self._certificates,
            words.CLIENT_CERTIFICATES: self._client_certificates,
            words.FILES: self._files,
            words.VALIDATION: self._validate,
            words.FRONT: self._front,
            words.MIGRATION: lambda: self.migrate("head"),
            words.SERVICES: lambda: None,
            words.BOOT: self._boot,
        }
        for step in plan.steps:
            say("running init script '%s'", step)
            actions[step]()

    def _certificates(self) -> None:
        try:
            certificates.install(self.paths, self.environment)
        except certificates.CertificateError as error:
            raise BootError(f"cannot install the extra certificates: {error}") from None

    def _client_certificates(self) -> None:
        try:
            certificates.install_client(self.paths)
        except (certificates.CertificateError, OSError) as error:
            raise BootError(f"cannot install the client certificate: {error}") from None

    def _files(self) -> None:
        for name in ("robots.txt", "favicon.ico"):
            if (self.paths.stack / name).exists():
                shutil.copyfile(self.paths.stack / name, self.paths.home / name)

    def _validate(self) -> None:
        say("validating the configuration")
        status = config_tool.run_validation(self.paths.stack, "online")
        if status and not self.environment.get("IGNORE_VALIDATION"):
            raise BootError("the configuration is not valid; see the table above")

    def _front(self) -> None:
        """nginx refuses files that it cannot serve with."""
        try:
            config = bundle.read_config(self.paths.stack)
            tls_context(self.paths.stack, config)
        except bundle.BundleError as error:
            raise BootError(str(error)) from None
        except OSError as error:
            raise BootError(f"cannot serve TLS with ssl.cert and ssl.key: {error}") from None

    def database_text(self, config: Mapping[str, Any]) -> str:
        """Where the state is kept, for libpq. Raises BootError."""
        uri = str(config.get("DB_URI") or "")
        if database.scheme(uri).partition("+")[0] != "postgresql":
            raise BootError("the stand-in for Quay keeps its state in PostgreSQL only: see DB_URI")
        try:
            return database.connection_text(uri, config.get("DB_CONNECTION_ARGS"), self.paths.home)
        except database.DatabaseError as error:
            raise BootError(str(error)) from None

    def _connect(self) -> psycopg.Connection[Any]:
        try:
            return database.connect(self.database_text(self.config()))
        except database.DatabaseError as error:
            raise BootError(f"cannot connect to the database: {error}") from None

    def migrate(self, revision: str) -> None:
        """Brings the schema to a revision. Raises BootError."""
        if self.environment.get("ENSURE_NO_MIGRATION", "").lower() == "true":
            raise BootError("ENSURE_NO_MIGRATION forbids the migration")
        delay = float(self.environment.get("SIMULATOR_MIGRATION_SECONDS") or 0)
        with self._connect() as connection:
            try:
                schema.migrate(connection, revision, self.version, say, delay)
            except (schema.SchemaError, psycopg.Error) as error:
                raise BootError(f"the migration failed: {error}") from None

    def _boot(self) -> None:
        if not self.config().get("SETUP_COMPLETE", False):
            raise BootError("SETUP_COMPLETE is not true in config.yaml, or no configuration is mounted")
        with self._connect() as connection:
            try:
                schema.check(connection, self.version)
            except (schema.SchemaError, psycopg.Error) as error:
                raise BootError(str(error)) from None
        self._service_key()

    def _service_key(self) -> None:
        """Quay writes the key of this instance beside the configuration, which has to be possible."""
        try:
            for name in ("quay.kid", "quay.pem"):
                (self.paths.conf / name).write_text("stand-in\n")
        except OSError as error:
            raise BootError(f"cannot write the service key: {error.filename}: {error.strerror}") from None


def warn_of_testing(config: Mapping[str, Any]) -> None:
    """TESTING is true unless config.yaml says otherwise; Quay only warns of it."""
    if config.get("TESTING", True):
        say("warning: TESTING is true or missing in config.yaml: no mail will be sent")


def replace_process(command: tuple[str, ...]) -> None:
    """Runs a command in place of this process; the shell reads its words again, as Quay's script lets it."""
    say("running '%s'", command[0])
    os.execvp("bash", ["bash", "-c", 'eval exec "$@"', "quay-entrypoint.sh", *command])
