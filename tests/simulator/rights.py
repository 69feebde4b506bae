# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a caller may do: the roles of the user, capped by the scopes of the token.

As in Quay, a scope never grants anything by itself; it is the highest role that the token may use of those
that its user has. A session has no cap.
"""

from __future__ import annotations

import re

from .settings import ALL_SCOPES, Settings
from .store import Row, Store

REPO_RANK = {"read": 1, "write": 2, "admin": 3}
TEAM_RANK = {"member": 1, "creator": 2, "admin": 3}
USER_RANK = {"read": 1, "admin": 2}

_REPO_CAP = {"repo:read": 1, "repo:write": 2, "repo:admin": 3}
_TEAM_CAP = {"repo:create": 2, "org:admin": 3}
_USER_CAP = {"user:read": 1, "user:admin": 2}
_IMPLIED = {"repo:admin": {"repo:write", "repo:read"}, "repo:write": {"repo:read"}}
_KNOWN_SCOPES = frozenset(ALL_SCOPES.split())


def parse_scopes(text: str | None) -> frozenset[str]:
    """The scopes of a list separated by spaces or commas; none at all when one of them is unknown."""
    found = frozenset(re.split("[ ,]", text or ""))
    return found if found <= _KNOWN_SCOPES else frozenset()


def scopes_cover(held: frozenset[str], wanted: frozenset[str]) -> bool:
    """Whether each wanted scope is held, or implied by one that is."""
    implied = set(held)
    for scope in held:
        implied |= _IMPLIED.get(scope, set())
    return bool(held) and wanted <= implied


class Rights:
    """Answers what one caller may do. ``scopes`` is None for a session."""

    def __init__(
        self, settings: Settings, store: Store, user: Row | None, scopes: frozenset[str] | None
    ) -> None:
        self._store = store
        self.user = user
        direct = scopes is None
        held = scopes or frozenset()
        self._repo_cap = 3 if direct else max((_REPO_CAP.get(scope, 0) for scope in held), default=0)
        self._team_cap = 3 if direct else max((_TEAM_CAP.get(scope, 0) for scope in held), default=0)
        self._user_cap = 2 if direct else max((_USER_CAP.get(scope, 0) for scope in held), default=0)
        name = user.username if user is not None else None
        # A user in both lists is a read-only superuser.
        self.readonly_superuser = name is not None and name in settings.global_readonly_superusers
        self.superuser = (
            name is not None
            and not self.readonly_superuser
            and (direct or "super:user" in held)
            and settings.feature("SUPER_USERS")
            and name in settings.superusers
        )
        self.full_access = self.superuser and settings.feature("SUPERUSERS_FULL_ACCESS")

    @property
    def any_superuser(self) -> bool:
        """A superuser, be it one that only reads."""
        return self.superuser or self.readonly_superuser

    @property
    def sees_all(self) -> bool:
        """Whether the caller may read what belongs to others."""
        return self.full_access or self.readonly_superuser

    def org_admin(self, namespace: str) -> bool:
        """May administer the namespace; a full-access superuser may even when there is no such namespace."""
        return self.full_access or self._org_rank(namespace) >= TEAM_RANK["admin"]

    def org_creator(self, namespace: str) -> bool:
        """May create repositories in the namespace."""
        return self.full_access or self._org_rank(namespace) >= TEAM_RANK["creator"]

    def org_member(self, namespace: str) -> bool:
        """Belongs to the namespace."""
        return self.full_access or self._org_rank(namespace) >= TEAM_RANK["member"]

    def view_team(self, namespace: str, team: str) -> bool:
        """Is in the team, or administers its organization."""
        if self.org_admin(namespace):
            return True
        org = self._store.users.first(username=namespace)
        row = self._store.teams.first(organization=org.id, name=team) if org and self._team_cap else None
        return bool(row and self.user and self._store.members.first(team=row.id, user=self.user.id))

    def read_repo(self, namespace: str, name: str) -> bool:
        """May read the repository (that it is public is not looked at here)."""
        return self.full_access or self._repo_rank(namespace, name) >= REPO_RANK["read"]

    def write_repo(self, namespace: str, name: str) -> bool:
        """May change what is in the repository."""
        return self.full_access or self._repo_rank(namespace, name) >= REPO_RANK["write"]

    def admin_repo(self, namespace: str, name: str) -> bool:
        """May administer the repository."""
        return self.full_access or self._repo_rank(namespace, name) >= REPO_RANK["admin"]

    def user_admin(self, username: str | None = None) -> bool:
        """May administer the account (by default the caller's own)."""
        return self._is_me(username) and self._user_cap >= USER_RANK["admin"]

    def user_read(self, username: str | None = None) -> bool:
        """May read the account's own record."""
        return self._is_me(username) and self._user_cap >= USER_RANK["read"]

    def _is_me(self, username: str | None) -> bool:
        return self.user is not None and (username is None or self.user.username == username)

    def _team_roles(self, organization: int) -> list[str]:
        assert self.user is not None
        found = self._store.members.find(organization=organization, user=self.user.id)
        return [self._store.teams.get(member.team).role for member in found]

    def _org_rank(self, namespace: str) -> int:
        if self.user is None or not self._team_cap:
            return 0
        if self.user.username == namespace:
            return self._team_cap
        org = self._store.users.first(username=namespace)
        if org is None or not org.organization:
            return 0
        rank = max((TEAM_RANK[role] for role in self._team_roles(org.id)), default=0)
        return min(rank, self._team_cap)

    def _repo_rank(self, namespace: str, name: str) -> int:
        if self.user is None or not self._repo_cap:
            return 0
        if self.user.username == namespace:
            return self._repo_cap
        owner = self._store.users.first(username=namespace)
        if owner is None:
            return 0
        if owner.organization and "admin" in self._team_roles(owner.id):
            return self._repo_cap
        repository = self._store.repositories.first(namespace=owner.id, name=name)
        return min(self._granted_rank(owner, repository), self._repo_cap) if repository else 0

    def _granted_rank(self, owner: Row, repository: Row) -> int:
        """The highest role that a permission row gives, to the user or to a team of the user."""
        assert self.user is not None
        permissions = self._store.permissions
        rows = permissions.find(repository=repository.id, user=self.user.id)
        for member in self._store.members.find(organization=owner.id, user=self.user.id):
            rows += permissions.find(repository=repository.id, team=member.team)
        return max((REPO_RANK[row.role] for row in rows), default=0)
