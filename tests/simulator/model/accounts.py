# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Users, organizations and robots: one table, as in Quay, because they share one name space."""

from __future__ import annotations

import math
import re
import time
from typing import Any

from ..auth import digest
from ..errors import InvalidRequest, ModelError, ServerFault, TooManyLogins
from ..names import (
    PASSWORD_MESSAGE,
    email_ok,
    name_problem,
    new_uuid,
    password_ok,
    random_upper,
    robot_name,
    robot_namespace,
)
from ..settings import Settings, seconds
from ..store import Row, Store
from . import repositories, teams

ROBOT_UNKNOWN = "Could not find robot with specified username"


def find_account(store: Store, name: str) -> Row | None:
    """The user or organization of a name; never a robot."""
    row = store.users.first(username=name)
    return row if row is not None and not row.robot else None


def find_person(store: Store, name: str) -> Row | None:
    """The human user of a name."""
    row = store.users.first(username=name)
    return row if row is not None and not row.robot and not row.organization else None


def find_user(store: Store, name: str) -> Row | None:
    """The human or robot of a name; never an organization."""
    row = store.users.first(username=name)
    return row if row is not None and not row.organization else None


def find_organization(store: Store, name: str) -> Row | None:
    """The organization of a name."""
    row = store.users.first(username=name)
    return row if row is not None and row.organization else None


def get_organization(store: Store, name: str) -> Row:
    """The organization of a name; a model error when there is none."""
    row = find_organization(store, name)
    if row is None:
        raise ModelError(f"Organization does not exist: {name}")
    return row


def find_by_email(store: Store, email: str) -> Row | None:
    """The user with an e-mail address; organizations may share theirs."""
    return store.users.first(email=email, organization=False)


def create_user(
    store: Store, settings: Settings, username: str, password: str, email: str | None, verified: bool = True
) -> Row:
    """A new user with a password. Model errors carry Quay's texts."""
    if not password_ok(password):
        raise ModelError(PASSWORD_MESSAGE)
    _check_new_name(store, username)
    if settings.feature("MAILING"):
        if not email_ok(email):
            raise ModelError(f"Invalid email address: {email}")
        if find_by_email(store, str(email)):
            raise ModelError(f"Email has already been used: {email}")
    elif email and find_by_email(store, email):
        raise ModelError(_duplicate_email(email))
    return _insert(store, settings, username, email, verified=verified, password=digest(password))


def create_organization(store: Store, settings: Settings, name: str, email: str | None, creator: Row) -> Row:
    """A new organization; its creator becomes the only member of the team ``owners``."""
    if email and not settings.feature("ORG_SHARED_EMAIL") and find_by_email(store, email):
        raise ModelError(f"Email has already been used: {email}")
    _check_new_name(store, name)
    organization = _insert(store, settings, name, email, organization=True)
    owners = teams.create(store, organization, "owners", "admin", "")
    teams.add_member(store, owners, creator)
    return organization


def _check_new_name(store: Store, name: str) -> None:
    problem = name_problem(name)
    if problem:
        raise ModelError(f"Invalid namespace {name}: {problem}")
    existing = store.users.first(username=name)
    if existing is not None:
        kind = "an organization and" if existing.organization else "user"
        raise ModelError(f"Username has already been taken by {kind} cannot be reused: {name}")
    if store.tombstones.first(username=name):
        raise ModelError("Username is not available")


def _duplicate_email(email: str) -> str:
    return (
        'duplicate key value violates unique constraint "user_email_unique_non_org"\n'
        f"DETAIL:  Key (email)=({email}) already exists.\n"
    )


def _insert(store: Store, settings: Settings, username: str, email: str | None, **fields: Any) -> Row:
    values: dict[str, Any] = {
        "username": username,
        # Without an e-mail address Quay stores a random UUID, and shows it in some of its answers.
        "email": email or new_uuid(),
        "uuid": new_uuid(),
        "organization": False,
        "robot": False,
        "enabled": True,
        "verified": False,
        "password": None,
        "tag_expiration_s": seconds(settings.default_tag_expiration),
        "invoice_email": False,
        "invoice_email_address": None,
        "given_name": None,
        "family_name": None,
        "company": None,
        "location": None,
        "created": time.time(),
        "last_accessed": None,
        "failed_logins": 0,
        "last_failed_login": 0.0,
    }
    values.update(fields)
    return store.users.insert(**values)


def create_robot(
    store: Store,
    settings: Settings,
    parent: Row,
    short_name: str,
    description: str | None,
    metadata: dict[str, Any] | None,
) -> Row:
    """A new robot of a user or organization."""
    if settings.robots_disallow:
        raise InvalidRequest("Robot accounts have been disabled. Please contact your administrator.")
    problem = name_problem(short_name)
    if problem:
        raise InvalidRequest(f"The name for the robot '{short_name}' is invalid: {problem}")
    full_name = robot_name(parent.username, short_name)
    if store.users.first(username=full_name):
        raise InvalidRequest(f"Existing robot with name: {full_name}")
    fields = {
        "robot": True,
        "namespace": parent.id,
        "description": (description or "")[:255],
        "metadata": metadata or {},
        "robot_token": random_upper(64),
        "federation": [],
    }
    return _insert(store, settings, full_name, None, **fields)


def get_robot(store: Store, namespace: str, short_name: str) -> Row:
    """The robot of a namespace; Quay answers 400, not 404, when there is none."""
    robot = store.users.first(username=robot_name(namespace, short_name))
    if robot is None or not robot.robot:
        raise ModelError(ROBOT_UNKNOWN)
    return robot


def robots_of(store: Store, namespace: str) -> list[Row]:
    """The robots of a namespace. Quay matches by LIKE, in which ``_`` stands for any character."""
    owner = store.users.first(username=namespace)
    if "_" not in namespace:
        return store.users.find(robot=True, namespace=owner.id) if owner else []
    pattern = re.compile("^{}\\+".format(re.escape(namespace).replace("_", ".")), re.IGNORECASE)
    return [row for row in store.users.find(robot=True) if pattern.match(row.username)]


def remove_account(store: Store, row: Row) -> None:
    """Removes a user or robot with everything that points to it."""
    for table in (
        store.permissions,
        store.members,
        store.stars,
        store.oauth_tokens,
        store.app_tokens,
        store.invites,
    ):
        table.delete_where(user=row.id)
    store.prototypes.delete_where(activating_user=row.id)
    store.prototypes.delete_where(delegate_user=row.id)
    store.assignments.delete_where(user=row.id)
    for mirrors in (store.mirrors, store.org_mirrors):
        mirrors.delete_where(robot=row.id)
    store.users.delete(row)


def change_password(store: Store, user: Row, password: str) -> None:
    """Sets a password, and ends all sessions of the user."""
    if not password_ok(password):
        raise ModelError(PASSWORD_MESSAGE)
    store.users.update(user, password=digest(password), failed_logins=0)
    end_sessions(store, user)


def end_sessions(store: Store, user: Row) -> None:
    """Ends every session of a user, wherever it was started."""
    store.users.update(user, uuid=new_uuid())


def change_email(store: Store, user: Row, email: str, verified: bool) -> None:
    """Sets the e-mail address of a user."""
    holder = find_by_email(store, email)
    if holder is not None and holder is not user:
        raise ModelError("E-mail address already used")
    store.users.update(user, email=email, verified=verified)


def change_tag_expiration(store: Store, settings: Settings, account: Row, value: int) -> None:
    """Sets the time machine of a namespace to one of the configured options."""
    if value not in [seconds(option) for option in settings.tag_expiration_options]:
        raise ModelError("Invalid tag expiration option")
    store.users.update(account, tag_expiration_s=value)


def rename(store: Store, account: Row, name: str) -> None:
    """Renames a namespace and its robots."""
    problem = name_problem(name)
    if problem:
        raise ModelError(f"Invalid username {name}: {problem}")
    holder = store.users.first(username=name)
    if holder is not None and holder is not account:
        # Quay lets the unique index of the database object, and catches nothing.
        raise ServerFault()
    for robot in store.users.find(robot=True, namespace=account.id):
        store.users.update(robot, username=robot_name(name, robot.username.split("+", 1)[1]))
    store.users.update(account, username=name)


def verify(store: Store, settings: Settings, name_or_email: str, password: str) -> Row | None:
    """The user of a name (or e-mail address) and a password; after failures, none is let in for a time."""
    user = find_account(store, name_or_email) or find_by_email(store, name_or_email)
    if user is None:
        return None
    if user.failed_logins and settings.login_backoff:
        wait = user.last_failed_login + 0.5 * (2**user.failed_logins - 1) - time.time()
        if wait > 0:
            raise TooManyLogins(math.floor(wait))
    if user.password is not None and user.password == digest(password):
        if user.failed_logins:
            store.users.update(user, failed_logins=0)
        return user
    store.users.update(user, failed_logins=user.failed_logins + 1, last_failed_login=time.time())
    return None


def convert_to_organization(store: Store, user: Row, administrator: Row) -> None:
    """Makes an organization of a user."""
    store.users.update(user, organization=True, password=None)
    store.permissions.delete_where(user=user.id)
    owners = teams.create(store, user, "owners", "admin", "")
    teams.add_member(store, owners, administrator)


def solely_administered(store: Store, user: Row) -> list[str]:
    """The organizations of which a user is the only administrator."""
    names = []
    for organization_id in sorted({member.organization for member in store.members.find(user=user.id)}):
        if teams.admins(store, organization_id) == {user.id}:
            names.append(store.users.get(organization_id).username)
    return names


def mark_for_deletion(store: Store, settings: Settings, account: Row, force: bool = False) -> None:
    """Takes a namespace away at once; its name stays taken until collect_garbage."""
    if not account.enabled:
        return  # Quay answers as if it had deleted a disabled namespace, and leaves it.
    if not force and not account.organization:
        names = solely_administered(store, account)
        if names:
            text = "Cannot delete %s as you are the only admin for organizations: %s"
            raise ModelError(text % (account.username, ", ".join(names)))
    _remove_linked(store, account)
    store.tombstones.insert(namespace=account.id, username=account.username)
    store.users.update(account, enabled=False, username=new_uuid(), email=new_uuid())
    if not settings.hold_deleted_names:
        collect_garbage(store)


def _remove_linked(store: Store, account: Row) -> None:
    if account.organization:
        for team in store.teams.find(organization=account.id):
            teams.remove(store, team)
        for application in store.applications.find(organization=account.id):
            remove_application(store, application)
    else:
        store.members.delete_where(user=account.id)
    for robot in store.users.find(robot=True, namespace=account.id):
        remove_account(store, robot)
    for quota in store.quotas.find(namespace=account.id):
        store.quota_limits.delete_where(quota=quota.id)
        store.quotas.delete(quota)
    store.org_mirrors.delete_where(organization=account.id)


def remove_application(store: Store, application: Row) -> None:
    """Removes an OAuth application with its tokens."""
    for table in (store.oauth_tokens, store.oauth_codes, store.assignments):
        table.delete_where(application=application.id)
    store.applications.delete(application)


def collect_garbage(store: Store) -> None:
    """What Quay's workers do: purges deleted repositories and namespaces, which frees the names."""
    for repository in store.repositories.find(state=repositories.MARKED):
        repositories.purge(store, repository)
    for tombstone in store.tombstones:
        account = store.users.get(tombstone.namespace)
        if account is not None:
            for repository in store.repositories.find(namespace=account.id):
                repositories.purge(store, repository)
            for table in (store.prune_policies, store.immutability_policies):
                table.delete_where(namespace=account.id)
            store.prototypes.delete_where(organization=account.id)
            store.proxy_caches.delete_where(organization=account.id)
            for application in store.applications.find(organization=account.id):
                remove_application(store, application)
            remove_account(store, account)
        store.tombstones.delete(tombstone)


def is_member(store: Store, organization: Row, user: Row) -> bool:
    """Whether a user counts as a member where permissions are shown: any robot does."""
    return user.robot or store.members.count(organization=organization.id, user=user.id) > 0


def robot_belongs_to(full_name: str, namespace: str) -> bool:
    """Whether a full robot name is one of the namespace."""
    return robot_namespace(full_name) == namespace
