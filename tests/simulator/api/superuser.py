# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What only superusers may call: users, organizations, service keys, and views of the installation."""

from __future__ import annotations

from typing import Any

from ..call import Call, Topic, any_superuser, superuser
from ..errors import InvalidRequest, NotFound, PlainAbort, ServerFault
from ..model import accounts, teams
from ..names import random_token, random_upper
from ..paging import page_by_id, with_next_page
from ..settings import Settings
from ..store import Row
from ..views import avatar, rfc2822, user_avatar
from .quota import quota_report, quotas_of

topic = Topic("superuser")

USERS = "/superuser/users/"
USER = "/superuser/users/<username>"
ORGANIZATION = "/superuser/organizations/<orgname>"
_MAXIMUM_PAGE = 100
_SUPER = {"feature": "SUPER_USERS", "fresh": True, "not_prod": True}


def account_view(call: Call, user: Row) -> dict[str, Any]:
    """A user as superusers see them."""
    view: dict[str, Any] = {
        "kind": "user",
        "name": user.username,
        "username": user.username,
        "email": user.email,
        "verified": user.verified,
        "avatar": user_avatar(user),
        "super_user": user.username in call.settings.superusers,
        "global_readonly_super_user": user.username in call.settings.global_readonly_superusers,
        "enabled": user.enabled,
    }
    if call.settings.quota_shown:
        view["quotas"] = quotas_of(call, user)
        view["quota_report"] = quota_report(call, user)
    return view


def _organization_view(call: Call, row: Row) -> dict[str, Any]:
    view: dict[str, Any] = {"name": row.username, "email": row.email, "avatar": avatar(row.username, "org")}
    if call.settings.quota_shown:
        view["quotas"] = quotas_of(call, row)
        view["quota_report"] = quota_report(call, row)
    return view


def _page(call: Call, wanted: dict[str, bool], with_disabled: bool) -> tuple[list[Row], int | None]:
    """All rows without a limit, a page with one."""
    limit = call.number("limit")
    if limit is not None and limit > _MAXIMUM_PAGE:
        raise InvalidRequest("Page limit cannot be above 100")
    users = call.store.users
    deleted = {row.namespace for row in call.store.tombstones}

    def shown(row: Row) -> bool:
        return row.id not in deleted and (with_disabled or row.enabled)

    start = call.page_start() if limit is not None else 0
    size = limit if limit is not None else len(users) + 1
    return page_by_id(users, sorted(users.ids(**wanted)), start, size, shown)


def _person(call: Call, username: str, verb: str | None = None) -> Row:
    user = accounts.find_person(call.store, username)
    if user is None:
        raise NotFound()
    if verb is not None and username in call.settings.superusers:
        raise InvalidRequest(f"Cannot {verb} a superuser")
    return user


@topic.get(USERS, then=any_superuser, **_SUPER)
def list_users(call: Call) -> Any:
    """The users: all of them unless a limit is given."""
    rows, position = _page(call, {"organization": False, "robot": False}, call.flag("disabled", True))
    return with_next_page({"users": [account_view(call, row) for row in rows]}, call.pages, position)


@topic.post(USERS, schema="CreateInstallUser", then=superuser, **_SUPER)
def create_user(call: Call) -> Any:
    """A new user with a random password."""
    if call.settings.authentication_type != "Database":
        raise InvalidRequest("Cannot create a user in a non-database auth system")
    name, email, password = call.body["username"], call.body.get("email"), random_upper(32)
    mailing = call.feature("MAILING")
    accounts.create_user(call.store, call.settings, name, password, email, verified=not mailing)
    return {"username": name, "email": email, "password": password, "encrypted_password": random_token(64)}


@topic.get(USER, then=any_superuser, **_SUPER)
def read_user(call: Call, username: str) -> Any:
    """One user."""
    return account_view(call, _person(call, username))


@topic.put(USER, schema="UpdateUser", then=superuser, **_SUPER)
def update_user(call: Call, username: str) -> Any:
    """Changes a user. The answer is made before the change, but for the e-mail address."""
    user = _person(call, username, "update")
    body, store = call.body, call.store
    view = account_view(call, user)
    database = call.settings.authentication_type == "Database"
    if "password" in body:
        if not database:
            raise InvalidRequest("Cannot change password in non-database auth")
        accounts.change_password(store, user, body["password"])
    if "email" in body:
        if not database:
            raise InvalidRequest("Cannot change e-mail in non-database auth")
        accounts.change_email(store, user, body["email"], verified=True)
    if "enabled" in body:
        store.users.update(user, enabled=bool(body["enabled"]))
    if "superuser" in body and call.settings.config_read_only:
        # Quay writes SUPER_USERS into its config.yaml, which it reads when it starts.
        raise ServerFault()
    if body.get("password") is not None:
        view["encrypted_password"] = random_token(64)
    if body.get("email") is not None:
        view["email"] = body["email"]
    return view


@topic.delete(USER, then=superuser, **_SUPER)
def delete_user(call: Call, username: str) -> Any:
    """Deletes a user, be it the only administrator of organizations; a disabled one silently stays."""
    user = _person(call, username, "delete")
    accounts.mark_for_deletion(call.store, call.settings, user, force=True)
    return "", 204


@topic.post(
    "/superusers/users/<username>/sendrecovery",
    feature=lambda settings: settings.feature("SUPER_USERS") and settings.feature("MAILING"),
    fresh=True,
    not_prod=True,
    then=superuser,
)
def send_recovery(call: Call, username: str) -> Any:
    """Pretends to send a mail."""
    return {"email": _person(call, username, "send a recovery email for").email}


@topic.get("/superuser/organizations/", then=any_superuser, **_SUPER)
def list_organizations(call: Call) -> Any:
    """The organizations: all of them unless a limit is given."""
    rows, position = _page(call, {"organization": True}, with_disabled=True)
    views = [_organization_view(call, row) for row in rows]
    return with_next_page({"organizations": views}, call.pages, position)


@topic.put(ORGANIZATION, schema="UpdateOrg", then=superuser, **_SUPER)
def rename_organization(call: Call, orgname: str) -> Any:
    """Renames an organization, and with it its robots."""
    organization = accounts.get_organization(call.store, orgname)
    if "name" in call.body:
        accounts.rename(call.store, organization, call.body["name"])
    return _organization_view(call, organization)


@topic.delete(ORGANIZATION, then=superuser, **_SUPER)
def delete_organization(call: Call, orgname: str) -> Any:
    """Deletes an organization."""
    organization = accounts.find_organization(call.store, orgname)
    if organization is None:
        raise NotFound()
    accounts.mark_for_deletion(call.store, call.settings, organization, force=True)
    return "", 204


@topic.post("/superuser/takeownership/<namespace>", then=superuser, **_SUPER)
def take_ownership(call: Call, namespace: str) -> Any:
    """Puts the caller into an admin team of an organization; a user becomes an organization."""
    if namespace in call.settings.superusers:
        raise InvalidRequest("Cannot take ownership of a superuser")
    store = call.store
    account = accounts.find_account(store, namespace)
    if account is None:
        raise NotFound()
    if not account.organization:
        accounts.convert_to_organization(store, account, call.me)
        return {"namespace": namespace}
    team = store.teams.first(organization=account.id, role="admin")
    if team is not None and not store.members.first(team=team.id, user=call.me.id):
        teams.add_member(store, team, call.me)
    return {"namespace": namespace}


@topic.get("/superuser/registrysize/", then=any_superuser, **_SUPER)
def registry_size(call: Call) -> Any:
    """The size of the registry, never computed here."""
    return {"size_bytes": 0, "last_ran": None, "running": False, "queued": False}


@topic.post("/superuser/registrysize/", then=superuser, **_SUPER)
def compute_registry_size(call: Call) -> Any:
    """Pretends to queue the computation."""
    return "", 201


@topic.get("/superuser/config", not_prod=True, then=any_superuser, feature="SUPER_USERS", fresh=True)
def config_dump(call: Call) -> Any:
    """The configuration; with the feature off the route is there, but forbidden."""
    if not call.feature("SUPERUSER_CONFIGDUMP"):
        raise PlainAbort(403)
    return {"config": configuration(call.settings), "warning": {}, "env": {}, "schema": {}}


def configuration(settings: Settings) -> dict[str, Any]:
    """The keys of config.yaml that this simulator knows."""
    return {
        "SERVER_HOSTNAME": settings.server_hostname,
        "PREFERRED_URL_SCHEME": settings.preferred_url_scheme,
        "AUTHENTICATION_TYPE": settings.authentication_type,
        "SUPER_USERS": list(settings.superusers),
        "TAG_EXPIRATION_OPTIONS": list(settings.tag_expiration_options),
        "DEFAULT_TAG_EXPIRATION": settings.default_tag_expiration,
        "REGISTRY_STATE": "readonly" if settings.registry_readonly else "normal",
    }


@topic.get("/superuser/changelog/", then=any_superuser, **_SUPER)
def changelog(call: Call) -> Any:
    """The change log of the image; its first heading is the version."""
    return {"log": f"### v{call.settings.version}\n"}


@topic.get("/superuser/registrystatus", feature="SUPER_USERS", not_prod=True)
def registry_status(call: Call) -> Any:
    """Whether the registry is ready; anybody may ask."""
    return {"status": "ready"}


@topic.get(
    "/superuser/apptokens",
    feature=lambda settings: settings.feature("SUPER_USERS") and settings.feature("APP_SPECIFIC_TOKENS"),
    fresh=True,
    right=lambda call, **_others: call.rights.sees_all,
)
def app_tokens(call: Call) -> Any:
    """The app-specific tokens of all users, without their codes."""
    views = [
        {
            "uuid": row.uuid,
            "title": row.title,
            "last_accessed": rfc2822(row.last_accessed),
            "created": rfc2822(row.created),
            "expiration": rfc2822(row.expiration),
        }
        for row in call.store.app_tokens
    ]
    return {"tokens": views, "only_expiring": None}
