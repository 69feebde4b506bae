# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The simulator as a whole: what tests and the server hold in their hands."""

from __future__ import annotations

import time
from typing import Any, Protocol

from flask import Flask

from .adapter import SimulatorAdapter
from .app import build
from .errors import ModelError
from .faults import Faults
from .model import accounts, logs, service_keys, tags, tokens
from .paging import PageTokens
from .schema import Schemas
from .settings import ALL_SCOPES, Settings
from .state import dump
from .store import Backend, Row, Store
from .wsgi import Gate, RequestLog, RequestRecord


class Health(Protocol):
    """What the health routes ask: which services work."""

    def instance(self) -> dict[str, bool]:
        """What this instance consists of."""

    def end_to_end(self) -> dict[str, bool]:
        """What this instance depends on."""


class Simulator:
    """A stand-in for a Quay registry's API."""

    def __init__(self, settings: Settings | None = None, backend: Backend | None = None) -> None:
        self.settings = settings or Settings()
        self.store = Store(backend or self._backend())
        self.health: Health | None = None  # None means that all is well
        self.faults = Faults()
        self.requests = RequestLog()
        self.pages = PageTokens(self.settings.secret)
        self.schemas = Schemas()
        self.app: Flask = build(self)
        self.app.wsgi_app = Gate(self, self.app.wsgi_app)  # type: ignore[method-assign]

    def _backend(self) -> Any:
        if self.settings.database is None:
            return None
        from .postgres import PostgresBackend  # psycopg is only needed with a database

        return PostgresBackend(self.settings.database)

    def close(self) -> None:
        """Lets go of the database."""
        self.store.close()

    def adapter(self) -> SimulatorAdapter:
        """A transport adapter for requests that needs no socket."""
        return SimulatorAdapter(self)

    def writes(self) -> list[RequestRecord]:
        """The requests so far that were meant to change something."""
        return [record for record in self.requests if record.method not in ("GET", "HEAD")]

    def state(self) -> dict[str, Any]:
        """All organizations with what belongs to them, without secrets."""
        with self.store.lock:
            return dump(self.store)

    def reset(self) -> None:
        """An empty registry: no users, no faults, no log."""
        with self.store.lock:
            self.store.clear()
            self.store.commit()
        self.faults.clear()
        self.requests.clear()

    def add_user(
        self,
        name: str,
        password: str = "password1",
        email: str | None = None,
        superuser: bool = False,
        enabled: bool = True,
    ) -> None:
        """Makes a user. A superuser is one whose name is in SUPER_USERS, so it is put there."""
        with self.store.lock:
            user = accounts.create_user(
                self.store, self.settings, name, password, email or name + "@example.com"
            )
            self.store.users.update(user, enabled=enabled)
            self.store.commit()
        if superuser and name not in self.settings.superusers:
            self.settings.superusers = [*self.settings.superusers, name]

    def token(self, user: str, scopes: str = ALL_SCOPES, expires_in: float | None = None) -> str:
        """A new OAuth token of a user, valid for so many seconds (ten years unless told)."""
        with self.store.lock:
            row = self._user(user)
            application = tokens.personal_application(self.store, row)
            lifetime = self.settings.token_lifetime if expires_in is None else expires_in
            _token, secret = tokens.issue(self.store, application, row, scopes, lifetime)
            self.store.commit()
        return secret

    def initialize(self, name: str = "admin", password: str = "password1") -> str:
        """What POST user/initialize does: the first user, a superuser, and a token with all scopes."""
        if self.store.users.first(username=name) is None:
            self.add_user(name, password, superuser=True)
        return self.token(name)

    def collect_garbage(self) -> None:
        """What Quay's workers do from time to time; it frees the names of deleted namespaces."""
        with self.store.lock:
            accounts.collect_garbage(self.store)
            self.store.commit()

    def sync_team(self, org: str, team: str, group: str = "cn=group") -> None:
        """Lets a team follow a group of the external directory."""
        with self.store.lock:
            organization = accounts.get_organization(self.store, org)
            row = self.store.teams.first(organization=organization.id, name=team)
            if row is None:
                raise ModelError(f"Team does not exist: {org}/{team}")
            self.store.team_syncs.insert(
                team=row.id,
                service=self.settings.federated_service,
                config={"group_dn": group},
                last_updated=time.time(),
            )
            self.store.commit()

    def add_service_key(self, service: str, name: str = "", expiration: float | None = None) -> str:
        """Hands in a service key, as a part of an installation does, to be approved; answers its kid."""
        with self.store.lock:
            row = service_keys.add(self.store, service, name, {}, expiration)
            self.store.commit()
        return str(row.kid)

    def add_log(
        self,
        kind: str,
        namespace: str | None = None,
        performer: str | None = None,
        moment: float | None = None,
    ) -> None:
        """Notes an action that somebody did."""
        with self.store.lock:
            users = self.store.users
            account = users.first(username=namespace) if namespace else None
            user = users.first(username=performer) if performer else None
            logs.add(self.store, kind, account, user, {}, moment=moment)
            self.store.commit()

    def add_manifest(self, org: str, repo: str, digest: str | None = None, **fields: Any) -> str:
        """Puts an image into a repository, as a push would; answers its digest."""
        with self.store.lock:
            manifest = tags.add_manifest(
                self.store, tags.get_repository(self.store, org, repo), digest, **fields
            )
            self.store.commit()
        return str(manifest.digest)

    def add_tag(
        self, org: str, repo: str, tag: str, digest: str | None = None, start_ts: float | None = None
    ) -> str:
        """Puts a tag into a repository, with an image of its own unless one is named; answers the digest."""
        with self.store.lock:
            repository = tags.get_repository(self.store, org, repo)
            manifest = tags.add_manifest(self.store, repository, digest)
            tags.point(self.store, self.settings, repository, tag, manifest, start_ts=start_ts)
            self.store.commit()
        return str(manifest.digest)

    def _user(self, name: str) -> Row:
        row = accounts.find_person(self.store, name)
        if row is None:
            raise KeyError(f"no user {name!r}")
        return row
