# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Organizations."""

from __future__ import annotations

from typing import Any

from ..call import Call, Topic, user_admin
from ..errors import InvalidRequest, ModelError, NotFound
from ..model import accounts
from ..names import email_ok, new_uuid
from ..store import Row
from ..views import avatar, user_avatar
from .logs import log_action
from .quota import quota_report, quotas_of

topic = Topic("organizations")


def find_or_404(call: Call, orgname: str) -> Row:
    """The organization of a name; refused with 404 when there is none."""
    organization = accounts.find_organization(call.store, orgname)
    if organization is None:
        raise NotFound()
    return organization


def shown_email(account: Row) -> str:
    """An address without the UUID that Quay stores when there is none."""
    return account.email if email_ok(account.email) else ""


def organization_view(call: Call, row: Row, with_teams: bool) -> dict[str, Any]:
    """The organization as the caller may see it."""
    rights = call.rights
    is_admin = rights.sees_all or rights.org_admin(row.username)
    is_member = rights.sees_all or rights.org_member(row.username)
    view: dict[str, Any] = {
        "name": row.username,
        "email": shown_email(row) if is_admin else "",
        "avatar": user_avatar(row),
        "is_admin": is_admin,
        "is_member": is_member,
    }
    if with_teams:
        teams = call.store.teams.find(organization=row.id)
        own = None if is_admin else _own_teams(call, row)
        view["teams"] = {team.name: _team_view(call, team, own) for team in teams}
        view["ordered_teams"] = [team.name for team in teams]
    if is_admin:
        view["invoice_email"] = row.invoice_email
        view["invoice_email_address"] = row.invoice_email_address
        view["tag_expiration_s"] = row.tag_expiration_s
        view["is_free_account"] = True
    if (is_admin or is_member) and call.settings.quota_shown:
        view["quotas"] = quotas_of(call, row)
        view["quota_report"] = quota_report(call, row)
    return view


def _own_teams(call: Call, organization: Row) -> set[int]:
    if call.user is None:
        return set()
    return {
        member.team for member in call.store.members.find(organization=organization.id, user=call.user.id)
    }


def _team_view(call: Call, team: Row, own: set[int] | None) -> dict[str, Any]:
    store = call.store
    return {
        "name": team.name,
        "description": team.description,
        "role": team.role,
        "avatar": avatar(team.name, "team"),
        "can_view": own is None or team.id in own,
        "repo_count": store.permissions.count(team=team.id),
        "member_count": store.members.count(team=team.id),
        "is_synced": call.settings.team_syncing and store.team_syncs.count(team=team.id) > 0,
    }


@topic.post("/organization/", right=user_admin, schema="NewOrg")
def create(call: Call) -> Any:
    """A new organization, of which the caller becomes the owner."""
    if call.feature("SUPERUSERS_ORG_CREATION_ONLY"):
        call.need(call.rights.superuser)
    if not call.rights.superuser:
        call.need(not restricted(call))
    body = call.body
    if accounts.find_organization(call.store, body["name"]) or accounts.find_user(call.store, body["name"]):
        raise InvalidRequest("A user or organization with this name already exists")
    email = _new_email(call, body)
    try:
        row = accounts.create_organization(call.store, call.settings, body["name"], email, call.me)
    except ModelError as error:
        raise InvalidRequest(str(error)) from error
    log_action(call, "org_create", row, {"email": body.get("email"), "namespace": body["name"]})
    return "Created", 201


def _new_email(call: Call, body: dict[str, Any]) -> str | None:
    if not call.settings.is_at_least("3.18"):
        if call.feature("MAILING") and not body.get("email"):
            raise InvalidRequest("Email address is required")
        return body.get("email")
    email = body.get("contact_email") or body.get("email")
    if email and not email_ok(email):
        raise InvalidRequest("Invalid email address")
    return email


def restricted(call: Call) -> bool:
    """Whether FEATURE_RESTRICTED_USERS keeps the caller from making anything of its own."""
    if not call.feature("RESTRICTED_USERS") or call.user is None:
        return False
    return call.user.username not in call.settings.restricted_users_whitelist


@topic.get("/organization/<orgname>")
def read(call: Call, orgname: str) -> Any:
    """The organization; anybody may ask, but members see more."""
    organization = find_or_404(call, orgname)
    with_teams = call.rights.sees_all or call.rights.org_member(orgname)
    return organization_view(call, organization, with_teams)


@topic.put("/organization/<orgname>", schema="UpdateOrganization")
def update(call: Call, orgname: str) -> Any:
    """Settings. Each is stored by itself, so that what comes before a refusal stays."""
    call.need_org_admin(orgname)
    organization = find_or_404(call, orgname)
    body, users = call.body, call.store.users
    if "invoice_email" in body:
        users.update(organization, invoice_email=body["invoice_email"])
    if "invoice_email_address" in body:
        users.update(organization, invoice_email_address=body["invoice_email_address"] or None)
    if "contact_email" in body or "email" in body:
        email = (body["contact_email"] if "contact_email" in body else body["email"]) or ""
        if email != shown_email(organization):
            if email and not email_ok(email):
                raise InvalidRequest("Invalid email address")
            users.update(organization, email=email or new_uuid())
    # Quay ignores the value without a word while the feature is off.
    if call.feature("CHANGE_TAG_EXPIRATION") and "tag_expiration_s" in body:
        accounts.change_tag_expiration(call.store, call.settings, organization, body["tag_expiration_s"])
    view = organization_view(call, organization, True)
    for team in view["teams"].values():
        team["is_synced"] = False  # Quay looks for that only where it is asked for an organization.
    return view


@topic.delete("/organization/<orgname>", fresh=True)
def delete(call: Call, orgname: str) -> Any:
    """Deletes the organization; the name stays taken for a while."""
    call.need_org_admin(orgname)
    accounts.mark_for_deletion(call.store, call.settings, find_or_404(call, orgname))
    return "", 204
