# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is there: repositories and their tags. Reads everything or fails.

Each operation takes the options of the module of that name.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ..engine.lanes import Batch, Call, all_of, run
from ..engine.values import Place
from ..engine.words import Spec
from ..errors import Forbidden, InvalidDeclaration, NotFound, QuayError
from ..http.client import Client
from ..http.connection import segment
from ..kinds.organization import check_existence, find_organization
from ..kinds.permission import permissions_of
from ..kinds.repository import repository_views
from ..kinds.selection import Selection, choose, selection_of, selection_options
from ..kinds.tag import tag_rows
from ..visible import visible
from .adoption import adopt
from .namespaces import place_of, split_repository
from .operation import Operation

Params = Mapping[str, Any]

# From so many repositories on it is worth reading who has rights in the whole organization.
_MANY = 6
# So many failures are named; more of them say nothing new.
_NAMED_FAILURES = 10


# Tags


def tag_info_options() -> Spec:
    """Return the options of quay_tag_info."""
    return {
        "repository": {"type": "str"},
        "organization": {"type": "str"},
        **selection_options(),
        "tag": {"type": "str"},
        "digest": {"type": "str"},
        "name_contains": {"type": "str"},
        "only_active_tags": {"type": "bool", "default": False},
    }


def tags(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return the tags of one repository, or of many.

    One that does not exist has none. Of many, each that cannot be read is an error.
    """
    if params["repository"] is not None:
        return Operation(values={"tags": _tags_of_one(params, client)})
    place = place_of(client, params["organization"])
    names = chosen_names(params, client, place)
    lanes = (_lane(partial(_named_tags, params, client, place, name)) for name in names)
    outcomes = list(run(lanes, client.connection.parallel, client.observer))
    found = [tag for value in outcomes if not isinstance(value, QuayError) for tag in value]
    return Operation(values={"tags": found}, error=failures(place, names, outcomes))


def _lane(call: Call) -> Batch[Any]:
    (outcome,) = yield [call]
    return outcome.value if outcome.error is None else outcome.error


def _tags_of_one(params: Params, client: Client) -> list[dict[str, Any]]:
    place, name = split_repository(client, params["repository"])
    try:
        return _tags(params, client, place, name)
    except NotFound:
        return []
    except Forbidden:
        # Where the caller has no rights Quay answers alike whether there is something or not.
        if find_organization(client, place.name, as_admin=False) is None and not _is_user(client, place):
            return []
        raise


def _tags(params: Params, client: Client, place: Place, repository: str) -> list[dict[str, Any]]:
    query = {}
    if params["only_active_tags"]:
        query["onlyActiveTags"] = "true"
    if params["tag"]:
        query["specificTag"] = params["tag"]
    if params["name_contains"]:
        query["filter_tag_name"] = f"like:{params['name_contains']}"
    rows = tag_rows(client, place, repository, query)
    return [row for row in rows if _is_wanted(params, row)]


def _is_wanted(params: Params, row: Mapping[str, Any]) -> bool:
    """Tell whether a tag is asked for: Quay does not search by digest, and may take _ for any letter."""
    tag, digest, part = params["tag"], params["digest"], params["name_contains"]
    by_name = tag is None or row["name"] == tag
    by_digest = digest is None or row["manifest_digest"] == digest
    return by_name and by_digest and (part is None or part.lower() in row["name"].lower())


def _named_tags(params: Params, client: Client, place: Place, repository: str) -> list[dict[str, Any]]:
    label = f"{place.name}/{repository}"
    try:
        return [{"repository": label, **row} for row in _tags(params, client, place, repository)]
    except NotFound as error:
        raise NotFound(f"there is no repository {repository!r}.") from error


def _is_user(client: Client, place: Place) -> bool:
    return client.find(f"users/{segment(place.name)}") is not None


def failures(place: Place, names: list[str], outcomes: list[Any]) -> str | None:
    """Return which of the named repositories could not be read, and why; None where all were."""
    lines = [
        f"{visible(place.name)}/{visible(name)}: {value}"
        for name, value in zip(names, outcomes)
        if isinstance(value, QuayError)
    ]
    head = f"{len(lines)} of {len(names)} repositories could not be read:"
    more = len(lines) - _NAMED_FAILURES
    rest = [f"and {more} more."] if more > 0 else []
    return "\n".join([head, *lines[:_NAMED_FAILURES], *rest]) if lines else None


# Repositories


def chosen_names(params: Params, client: Client, place: Place) -> list[str]:
    """Return the names of the repositories that the options of a selection choose.

    Asks which there are only where that is not said. Raises NotFound where there is no such namespace,
    InvalidDeclaration where a named one does not exist.
    """
    selection = selection_of(place.name, params["repositories"], params["matching"], params["skip"])
    if selection.is_listed:
        return choose(selection, selection.names)
    return [view["name"] for view in _chosen(selection, client, place)]


def repository_info_options() -> Spec:
    """Return the options of quay_repository_info."""
    return {
        "organization": {"type": "str"},
        "name": {"type": "str"},
        **selection_options(),
        "visibility": {"type": "str", "choices": ["public", "private"]},
        "public": {"type": "bool", "default": False},
        "permissions": {"type": "bool", "default": False},
    }


def repositories(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return repositories: of an organization, of the caller, or all that are public."""
    if params["public"]:
        return Operation(values={"repositories": _all_public(params, client)})
    if params["name"] is not None:
        place, name = split_repository(client, params["name"])
        views = _one_view(client, place, name)
    else:
        place = place_of(client, params["organization"])
        selection = selection_of(place.name, params["repositories"], params["matching"], params["skip"])
        views = _chosen(selection, client, place)
    found = [_repository(view) for view in views]
    if params["visibility"] is not None:
        found = [entry for entry in found if entry["visibility"] == params["visibility"]]
    if params["permissions"]:
        perms = _permissions(client, place, [entry["short_name"] for entry in found])
        found = [{**entry, "perms": perms[entry["short_name"]]} for entry in found]
    return Operation(values={"repositories": found})


def _all_public(params: Params, client: Client) -> list[dict[str, Any]]:
    others = ("organization", "name", "repositories", "matching", "skip", "permissions")
    wrong = [option for option in others if params[option]]
    wrong += ["visibility: private"] if params["visibility"] == "private" else []
    if wrong:
        text = "public returns the public repositories of the whole registry, so it cannot go together with"
        raise InvalidDeclaration(f"{text} {', '.join(wrong)}.")
    views = repository_views(client, {"public": "true", "last_modified": "true"})
    if views and not _knows_caller(views):
        client.caller()
    # Quay adds what else the caller may see.
    return [_repository(view) for view in _sorted(views) if view["is_public"]]


def _query(place: Place) -> dict[str, str]:
    # Without "public" whoever is no member does not see what everybody may.
    return {"namespace": place.name, "public": "true", "last_modified": "true"}


def _one_view(client: Client, place: Place, name: str) -> list[dict[str, Any]]:
    """Return Quay's view of one repository as listings have it; those tell more than itself."""
    views: list[dict[str, Any]] = []
    for views in client.pages("repository", "repositories", _query(place)):
        found = [view for view in views if view["name"] == name]
        if found:
            return found
    try:
        _check_namespace(client, place, views)
    except NotFound:
        pass
    return []


def _chosen(selection: Selection, client: Client, place: Place) -> list[dict[str, Any]]:
    """Return Quay's views of the chosen repositories, sorted; raise where there is no such namespace."""
    listed = repository_views(client, _query(place))
    _check_namespace(client, place, listed)
    views = {view["name"]: view for view in listed}
    try:
        return [views[name] for name in choose(selection, views)]
    except InvalidDeclaration as error:
        raise InvalidDeclaration(f"{place.name}: {error}") from error


def _check_namespace(client: Client, place: Place, views: list[dict[str, Any]]) -> None:
    """Raise NotFound where there is no such namespace, AuthenticationFailed for a token that is not valid.

    A listing tells neither: it is empty then, or holds what everybody sees.
    """
    if place.personal or _knows_caller(views):
        return
    if find_organization(client, place.name, as_admin=False) is None:
        check_existence(client, place.name)


def _knows_caller(views: list[dict[str, Any]]) -> bool:
    """Tell whether a listing was made for an account: only then does it say what is starred."""
    return any("is_starred" in view for view in views)


def _sorted(views: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(views, key=lambda view: (view["namespace"], view["name"]))


def _repository(view: Mapping[str, Any]) -> dict[str, Any]:
    report = view.get("quota_report") or {}
    return {
        "name": f"{view['namespace']}/{view['name']}",
        "organization": view["namespace"],
        "short_name": view["name"],
        "visibility": "public" if view["is_public"] else "private",
        "description": view.get("description") or "",
        "repo_state": view.get("state") or "NORMAL",
        "star": bool(view.get("is_starred")),
        "last_modified": view.get("last_modified"),
        "size": report.get("quota_bytes"),
    }


def _permissions(client: Client, place: Place, names: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Return who may do what, by repository; of many, the whole organization is read at once."""
    perms = _of_organization(client, place) if len(names) >= _MANY and not place.personal else {}
    left = [name for name in names if name not in perms]
    calls: list[Call] = [
        partial(permissions_of, client, place, name, kind) for name in left for kind in ("team", "user")
    ]
    (found,) = run([all_of(calls)], client.connection.parallel, client.observer)
    items = [item for part in found for item in part]
    for name in left:
        keys = sorted((*item.key[1:], item.fields["role"]) for item in items if item.key[0] == name)
        perms[name] = [{"name": who, "type": kind, "role": role} for kind, who, role in keys]
    return perms


def _of_organization(client: Client, place: Place) -> dict[str, list[dict[str, Any]]]:
    """Return the permissions by repository; none where only the repositories themselves may tell them."""
    (found,) = adopt(client, [place.name], ("repositories", "permissions"))
    # Who does not administer the organization may administer repositories of it.
    if found.error is not None and not isinstance(found.error, Forbidden):
        raise found.error
    return {entry["name"]: entry["perms"] for entry in (found.entry or {}).get("repositories", [])}
