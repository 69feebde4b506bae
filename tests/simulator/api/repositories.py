# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Repositories and stars."""

from __future__ import annotations

import datetime
from typing import Any

from ..call import Call, Topic, repo_admin, repo_read, repo_write, user_admin
from ..errors import InvalidRequest, NotFound, PlainAbort, ServerFault
from ..model import accounts, repositories, tags
from ..names import repository_name_ok
from ..paging import page_by_id, page_by_offset, with_next_page
from ..store import Row
from ..views import rfc2822
from .logs import log_action
from .organizations import restricted
from .quota import configured_quota

topic = Topic("repositories")

REPOSITORY = "/repository/<repopath:repository>"
_SHOWN_TAGS = 500
_STATISTIC_DAYS = 92
_STATE_REFUSED = (
    "Repository state changes are not allowed in an organization managed by organization-level mirroring"
)


def find_or_404(call: Call, namespace: str, name: str) -> Row:
    """The repository of a name; refused with 404 when there is none."""
    repository = repositories.find(call.store, namespace, name)
    if repository is None:
        raise NotFound()
    return repository


def org_mirrored(call: Call, namespace: str) -> bool:
    """Whether the namespace is filled by an organization-level mirror."""
    owner = accounts.find_account(call.store, namespace)
    return (
        owner is not None
        and call.feature("ORG_MIRROR")
        and call.store.org_mirrors.count(organization=owner.id, is_enabled=True) > 0
    )


@topic.post("/repository", schema="NewRepo")
def create(call: Call) -> Any:
    """A new repository, with the permissions that the prototypes say."""
    body = call.body
    namespace, name = body.get("namespace", call.me.username), body["repository"]
    own = call.user is not None and call.user.username == namespace
    call.need(
        call.rights.org_creator(namespace) and not (own and restricted(call) and not call.rights.superuser)
    )
    if repositories.find(call.store, namespace, name):
        raise InvalidRequest("Repository already exists")
    if not repository_name_ok(name, call.feature("EXTENDED_REPOSITORY_NAMES")):
        raise InvalidRequest("Invalid repository name")
    if org_mirrored(call, namespace):
        raise InvalidRequest(
            "Cannot create repository: organization is managed by organization-level mirroring"
        )
    made = repositories.create(
        call.store, namespace, name, call.user, body["visibility"], body["description"]
    )
    account = call.store.users.get(made.namespace)
    log_action(call, "create_repo", account, {"repo": name, "namespace": namespace}, made)
    return {"namespace": namespace, "name": name, "kind": body.get("repo_kind") or "image"}, 201


@topic.get("/repository")
def list_repositories(call: Call) -> Any:
    """A page of repositories, in the order in which they were made."""
    namespace, starred, public = call.text("namespace"), call.flag("starred"), call.flag("public")
    if not namespace and not starred and not public:
        raise InvalidRequest("namespace, starred or public are required for this API call")
    if starred and call.user is None:
        raise PlainAbort(400)
    start, size = call.page_start(), call.settings.page_size
    if starred:
        # Quay cuts the first page one short, and gives no token for the next.
        rows, position = _starred(call)[: size - 1], None
    else:
        rows, position = _visible_page(call, namespace, public, start, size)
    body: dict[str, Any] = {"repositories": [_list_entry(call, row) for row in rows]}
    return with_next_page(body, call.pages, position)


def _visible_page(call: Call, namespace: Any, public: bool, start: int, size: int) -> Any:
    table = call.store.repositories
    if namespace:
        owner = call.store.users.first(username=namespace)
        ids = table.ids(namespace=owner.id) if owner is not None else []
    else:
        ids = table.ids(kind="image")
    wanted = repositories.visible_filter(call.store, call.user, public, call.rights.sees_all)
    return page_by_id(table, ids, start, size, wanted)


def _starred(call: Call) -> list[Row]:
    stars = call.store.stars.find(user=call.me.id)
    return [call.store.repositories.get(star.repository) for star in stars]


def _list_entry(call: Call, row: Row) -> dict[str, Any]:
    owner = call.store.users.get(row.namespace)
    view: dict[str, Any] = {
        "namespace": owner.username,
        "name": row.name,
        "description": row.description,
        "is_public": row.visibility == "public",
        "kind": row.kind,
        "state": row.state,
    }
    if call.flag("last_modified"):
        starts = [tag.start for tag in call.store.tags.find(repository=row.id)]
        view["last_modified"] = int(max(starts)) if starts else None
    if call.flag("popularity"):
        view["popularity"] = 0.0
    if call.user is not None:
        view["is_starred"] = call.store.stars.count(user=call.user.id, repository=row.id) > 0
    if call.settings.quota_shown:
        view["quota_report"] = {"quota_bytes": 0, "configured_quota": configured_quota(call, owner)}
    return view


@topic.get(REPOSITORY, right=repo_read)
def read(call: Call, namespace: str, name: str) -> Any:
    """One repository, with its tags unless told otherwise."""
    row = find_or_404(call, namespace, name)
    owner = call.store.users.get(row.namespace)
    is_public = row.visibility == "public"
    view: dict[str, Any] = {
        "namespace": namespace,
        "name": name,
        "kind": row.kind,
        "description": row.description,
        "is_public": is_public,
        "is_organization": owner.organization,
        "is_starred": call.user is not None
        and call.store.stars.count(user=call.user.id, repository=row.id) > 0,
        "status_token": "" if is_public else row.badge_token,
        "trust_enabled": row.trust_enabled,
        "tag_expiration_s": owner.tag_expiration_s,
        "is_free_account": True,
        "state": row.state,
    }
    if call.flag("includeTags", True):
        found = tags.history(call.store, row, None, only_alive=True)[:_SHOWN_TAGS]
        view["tags"] = {tag.name: _short_tag(call, tag) for tag in found}
    view["can_write"] = call.rights.write_repo(namespace, name) and row.state == "NORMAL"
    view["can_admin"] = call.rights.admin_repo(namespace, name) or call.rights.readonly_superuser
    if call.flag("includeStats"):
        today = datetime.date.today()
        days = [today - datetime.timedelta(days=number) for number in range(1, _STATISTIC_DAYS)]
        view["stats"] = [{"date": day.isoformat(), "count": 0} for day in days]
    return view


def _short_tag(call: Call, tag: Row) -> dict[str, Any]:
    view = {
        "name": tag.name,
        "size": call.store.manifests.get(tag.manifest).size,
        "last_modified": rfc2822(int(tag.start)),
        "manifest_digest": tag.digest,
    }
    if tag.end is not None:
        view["expiration"] = rfc2822(int(tag.end))
    return view


@topic.put(REPOSITORY, right=repo_write, schema="RepoUpdate")
def update(call: Call, namespace: str, name: str) -> Any:
    """Changes the description."""
    row = find_or_404(call, namespace, name)
    call.store.repositories.update(row, description=call.body["description"])
    return {"success": True}


@topic.delete(REPOSITORY, right=repo_admin)
def delete(call: Call, namespace: str, name: str) -> Any:
    """Deletes a repository; one that does not exist is answered in the same way."""
    row = repositories.find(call.store, namespace, name)
    if row is not None:
        repositories.mark_for_deletion(call.store, call.settings, row)
    elif accounts.find_account(call.store, namespace) is None:
        raise ServerFault()  # Quay reads the name of a namespace that it did not find.
    return "", 204


@topic.post(REPOSITORY + "/changevisibility", right=repo_admin, schema="ChangeVisibility")
def change_visibility(call: Call, namespace: str, name: str) -> Any:
    """Makes a repository public or private; the answer for a missing one is 200 with null."""
    row = repositories.find(call.store, namespace, name)
    if row is None:
        return None
    call.store.repositories.update(row, visibility=call.body["visibility"])
    return {"success": True}


@topic.put(REPOSITORY + "/changestate", feature="REPO_MIRROR", right=repo_admin, schema="ChangeRepoState")
def change_state(call: Call, namespace: str, name: str) -> Any:
    """Makes a repository writable, read-only or a mirror."""
    row = find_or_404(call, namespace, name)
    if org_mirrored(call, namespace):
        return {"detail": _STATE_REFUSED}, 400
    call.store.repositories.update(row, state=call.body["state"])
    return {"success": True}


@topic.get("/user/starred", right=user_admin)
def list_starred(call: Call) -> Any:
    """A page of the repositories that the caller starred."""
    rows, position = page_by_offset(_starred(call), call.page_start(), call.settings.page_size)
    views = [
        {
            "namespace": call.store.users.get(row.namespace).username,
            "name": row.name,
            "description": row.description,
            "is_public": row.visibility == "public",
        }
        for row in rows
    ]
    return with_next_page({"repositories": views}, call.pages, position)


@topic.post("/user/starred", schema="NewStarredRepository", then=user_admin)
def star(call: Call) -> Any:
    """Stars a repository; the answer for a missing one is 200 with null."""
    namespace, name = call.body["namespace"], call.body["repository"]
    row = repositories.find(call.store, namespace, name)
    if row is None:
        return None
    if not call.store.stars.count(user=call.me.id, repository=row.id):
        call.store.stars.insert(user=call.me.id, repository=row.id)
    return {"namespace": namespace, "repository": name}, 201


@topic.delete("/user/starred/<repopath:repository>", right=user_admin)
def unstar(call: Call, namespace: str, name: str) -> Any:
    """Takes a star away; the answer for a missing repository is 200 with null."""
    row = repositories.find(call.store, namespace, name)
    if row is None:
        return None
    call.store.stars.delete_where(user=call.me.id, repository=row.id)
    return "", 204
