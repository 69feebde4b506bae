# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The caller's own account, other users, and app-specific tokens."""

from __future__ import annotations

import time
from typing import Any

from ..auth import sign_in
from ..call import Call, Topic, user_admin
from ..errors import InvalidRequest, ModelError, NotAuthenticated, NotFound, PlainAbort
from ..model import accounts
from ..names import new_uuid, random_upper
from ..sealed import readable
from ..settings import Settings
from ..store import Row
from ..views import avatar, rfc2822, user_avatar
from .quota import quota_report, quotas_of

topic = Topic("users")


def user_view(call: Call, user: Row, previous_name: str | None = None) -> dict[str, Any]:
    """A user as the caller may see it."""
    rights = call.rights
    view: dict[str, Any] = {"anonymous": False, "username": user.username, "avatar": user_avatar(user)}
    is_admin = rights.user_admin(user.username) or (previous_name is not None and call.user is user)
    if is_admin:
        view.update(_private_part(call, user))
    if rights.user_read(user.username):
        view["organizations"] = [
            _organization_view(call, row, is_admin) for row in _organizations(call, user)
        ]
    if rights.superuser:
        view["super_user"] = user is call.user
    if rights.readonly_superuser:
        view["global_readonly_super_user"] = user is call.user
    return view


def _private_part(call: Call, user: Row) -> dict[str, Any]:
    view = {
        "can_create_repo": True,
        "is_me": True,
        "verified": user.verified,
        "email": user.email,
        "logins": [],
        "invoice_email": user.invoice_email,
        "invoice_email_address": user.invoice_email_address,
        "preferred_namespace": False,
        "tag_expiration_s": user.tag_expiration_s,
        "prompts": [],
        "company": user.company,
        "family_name": user.family_name,
        "given_name": user.given_name,
        "location": user.location,
        "is_free_account": True,
        "has_password_set": user.password is not None,
    }
    if call.settings.quota_shown:
        view["quotas"] = quotas_of(call, user)
        view["quota_report"] = quota_report(call, user)
    return view


def _organizations(call: Call, user: Row) -> list[Row]:
    store = call.store
    ids = dict.fromkeys(member.organization for member in store.members.find(user=user.id))
    found = {row.username: row for row in (store.users.get(row_id) for row_id in ids)}
    for name in call.settings.public_namespaces:
        public = accounts.find_account(store, name)
        if public is not None:
            found[name] = public
    return list(found.values())


def _organization_view(call: Call, row: Row, is_admin: bool) -> dict[str, Any]:
    view: dict[str, Any] = {
        "name": row.username,
        "avatar": avatar(row.username, "org"),
        "can_create_repo": call.rights.org_creator(row.username),
        "public": row.username in call.settings.public_namespaces,
    }
    if is_admin:
        view["is_org_admin"] = call.rights.org_admin(row.username)
        view["preferred_namespace"] = False
    return view


@topic.get("/user/", anonymous=True)
def read_own(call: Call) -> Any:
    """The caller. 401 even for a valid token, when it lacks user:read."""
    if call.user is None or call.user.organization or not call.rights.user_read():
        raise NotAuthenticated(session_required=False)
    return user_view(call, call.user)


@topic.put("/user/", right=user_admin, fresh=True, schema="UpdateOwnUser")
def update_own(call: Call) -> Any:
    """Changes the caller's account; a new password ends all other sessions."""
    user, body, store = call.me, call.body, call.store
    previous = user.username
    headers = _change_password(call, user, body["password"]) if "password" in body else None
    if "invoice_email" in body:
        store.users.update(user, invoice_email=body["invoice_email"])
    if call.feature("CHANGE_TAG_EXPIRATION") and "tag_expiration_s" in body:
        accounts.change_tag_expiration(store, call.settings, user, body["tag_expiration_s"])
    if "invoice_email_address" in body:
        store.users.update(user, invoice_email_address=body["invoice_email_address"] or None)
    if "email" in body and body["email"] != user.email:
        _change_email(call, user, body["email"])
    if call.feature("USER_METADATA"):
        names = ("given_name", "family_name", "company", "location")
        store.users.update(user, **{name: body[name] for name in names if name in body})
    if body.get("username") and call.feature("USER_RENAME") and body["username"] != user.username:
        if accounts.find_account(store, body["username"]):
            raise InvalidRequest("Username is already in use")
        accounts.rename(store, user, body["username"])
    return user_view(call, user, previous), 200, headers


def _change_password(call: Call, user: Row, password: str) -> dict[str, str]:
    """A new password, and a new session in place of those that it ends."""
    try:
        accounts.change_password(call.store, user, password)
    except ModelError as error:
        raise InvalidRequest(str(error)) from error
    return sign_in(call.session, user, call.feature("PERMANENT_SESSIONS"))


def _change_email(call: Call, user: Row, email: str) -> None:
    if accounts.find_by_email(call.store, email):
        raise InvalidRequest("E-mail address already used")
    if not call.feature("MAILING"):  # with mailing on, the change waits for a click in a mail
        accounts.change_email(call.store, user, email, verified=True)


def _sign_up(settings: Settings) -> bool:
    return settings.feature("USER_CREATION") and settings.feature("DIRECT_LOGIN")


@topic.post("/user/", feature=_sign_up, schema="NewUser")
def create(call: Call) -> Any:
    """Signs up; the session becomes the new user's."""
    if call.settings.authentication_type != "Database":
        raise PlainAbort(404)
    body = call.body
    if accounts.find_person(call.store, body["username"]):
        raise InvalidRequest("The username already exists")
    if call.feature("MAILING") and not body.get("email"):
        raise InvalidRequest("Email address is required")
    if call.feature("INVITE_ONLY_USER_CREATION") and not body.get("invite_code"):
        raise InvalidRequest("Cannot create non-invited user")
    mailing = call.feature("MAILING")
    try:
        user = accounts.create_user(
            call.store,
            call.settings,
            body["username"],
            body["password"],
            body.get("email"),
            verified=not mailing,
        )
    except ModelError as error:
        raise InvalidRequest(str(error)) from error
    if mailing:
        return {"awaiting_verification": True}
    headers = sign_in(call.session, user, call.feature("PERMANENT_SESSIONS"))
    return user_view(call, user), 200, headers


@topic.delete("/user/", right=user_admin, fresh=True)
def delete_own(call: Call) -> Any:
    """Deletes the caller, unless an organization would be left without an administrator."""
    if call.settings.authentication_type != "Database":
        raise PlainAbort(404)
    accounts.mark_for_deletion(call.store, call.settings, call.me)
    return "", 204


@topic.get("/users/<username>")
def read(call: Call, username: str) -> Any:
    """Any user; its 404 is Flask's, not the API's."""
    user = accounts.find_person(call.store, username)
    if user is None:
        raise PlainAbort(404)
    return user_view(call, user)


@topic.get("/user/notifications", right=user_admin)
def list_notifications(call: Call) -> Any:
    """What Quay has to tell the caller: here, only the invitations to teams."""
    views = []
    for invite in call.store.invites.find(user=call.me.id):
        team = call.store.teams.get(invite.team)
        metadata = {
            "code": invite.code,
            "inviter": call.store.users.get(invite.inviter).username,
            "org": call.store.users.get(invite.organization).username,
            "team": team.name,
        }
        views.append(
            {
                "id": new_uuid(),
                "organization": None,
                "kind": "org_team_invite",
                "created": rfc2822(time.time()),
                "metadata": metadata,
                "dismissed": False,
            }
        )
    limit, number = call.number("limit", 5) or 5, call.number("page", 0) or 0
    shown = views[number * limit : (number + 1) * limit]
    return {"notifications": shown, "additional": len(views) > (number + 1) * limit}


def _token_view(token: Row, with_code: bool = False) -> dict[str, Any]:
    view = {
        "uuid": token.uuid,
        "title": token.title,
        "last_accessed": rfc2822(token.last_accessed),
        "created": rfc2822(token.created),
        "expiration": rfc2822(token.expiration),
    }
    if with_code:
        view["token_code"] = readable(token.code)
    return view


def _find_token(call: Call, token_uuid: str) -> Row:
    token = call.store.app_tokens.first(user=call.me.id, uuid=token_uuid)
    if token is None:
        raise NotFound()
    return token


@topic.get("/user/apptoken", feature="APP_SPECIFIC_TOKENS", right=user_admin)
def list_tokens(call: Call) -> Any:
    """The caller's app-specific tokens."""
    expiring = call.flag("expiring")
    rows = call.store.app_tokens.find(user=call.me.id)
    shown = [row for row in rows if row.expiration is not None] if expiring else rows
    return {"tokens": [_token_view(row) for row in shown], "only_expiring": expiring or None}


@topic.post(
    "/user/apptoken", feature="APP_SPECIFIC_TOKENS", right=user_admin, fresh=True, schema="NewAppToken"
)
def create_token(call: Call) -> Any:
    """A new app-specific token; its code can be read again later."""
    now, lifetime = time.time(), call.settings.app_token_lifetime
    row = call.store.app_tokens.insert(
        user=call.me.id,
        uuid=new_uuid(),
        title=call.body["title"],
        code=random_upper(60),
        created=now,
        last_accessed=None,
        expiration=None if lifetime is None else now + lifetime,
    )
    return {"token": _token_view(row, with_code=True)}


@topic.get("/user/apptoken/<token_uuid>", feature="APP_SPECIFIC_TOKENS", right=user_admin, fresh=True)
def read_token(call: Call, token_uuid: str) -> Any:
    """One app-specific token, with its code."""
    return {"token": _token_view(_find_token(call, token_uuid), with_code=True)}


@topic.delete("/user/apptoken/<token_uuid>", feature="APP_SPECIFIC_TOKENS", right=user_admin, fresh=True)
def delete_token(call: Call, token_uuid: str) -> Any:
    """Revokes an app-specific token."""
    call.store.app_tokens.delete(_find_token(call, token_uuid))
    return "", 204
