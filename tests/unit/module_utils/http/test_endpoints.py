# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The table of scopes and flags, and what the library asks for, against Quay's own API description."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Optional

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.values import Place, Secret
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Change
from ansible_collections.quayops.quay.plugins.module_utils.errors import FeatureOff, Forbidden
from ansible_collections.quayops.quay.plugins.module_utils.http.answers import Answer
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import Connection
from ansible_collections.quayops.quay.plugins.module_utils.http.endpoints import NEEDS, Need, need_of
from ansible_collections.quayops.quay.plugins.module_utils.http.expected import expected_of
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds import (
    application,
    federation,
    member,
    message,
    namespace_auto_prune,
    namespace_immutability,
    notification,
    organization,
    permission,
    prototype,
    proxy_cache,
    quota,
    repository,
    repository_auto_prune,
    repository_immutability,
    robot,
    tag,
    team,
    user,
)
from ansible_collections.quayops.quay.plugins.module_utils.operations import logs, users
from ansible_collections.quayops.quay.plugins.module_utils.operations.tokens import oauth
from tests.simulator.settings import ALL_SCOPES
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.named_kinds import KINDS

DESCRIPTION = Path(__file__).resolve().parents[3] / "data" / "quay-api" / "discovery.json"
API = "/api/v1/"

# Where the description is silent or says something else than what Quay does, and why the table is right.
OTHER_SCOPES = {
    "GET organization/{orgname}": "open to all; who may not see it gets 404",
    "GET organization/{orgname}/quota": "no scope is described, but a superuser's token may",
    "GET organization/{orgname}/quota/{quota_id}": "as the list",
    "GET organization/{orgname}/quota/{quota_id}/limit": "as the list",
    "GET organization/{orgname}/quota/{quota_id}/limit/{limit_id}": "as the list",
    "GET organization/{orgname}/proxycache": "no scope is described, but for administrators only",
    "POST organization/{orgname}/proxycache": "no scope is described, but for administrators only",
    "DELETE organization/{orgname}/proxycache": "no scope is described, but for administrators only",
    "POST organization/{orgname}/validateproxycache": "no scope is described, but for administrators only",
    "GET organization/{orgname}/robots/{robot_shortname}/permissions": "checks org:admin too",
    "GET organization/{orgname}/team/{teamname}/permissions": "no scope is described, administrators only",
    "GET registry/capabilities": "open to all",
    "GET superuser/mirror/health": "no scope is described, but for superusers only",
    "GET repository/mirror/health": "reads as the path of a repository, which the library never asks for",
    "POST user/starred": "described with repo:read, but guarded by the right to administer oneself",
}
# Rows about endpoints that the described registry had switched off, and so does not describe.
NOT_DESCRIBED = {
    r"organization/[^/]+/team/[^/]+/syncing": "FEATURE_TEAM_SYNCING was off",
    r"repository/[^?]+/tag/[^/]+/expire": "PERMANENTLY_DELETE_TAGS was off",
    r"superuser/config": "for internal use, which Quay keeps out of its description",
    r"signin": "Quay describes only what a token may ask for",
    r"user/initialize": "nobody is there yet who could have a token",
    r"user/assignedauthorization": "for the web interface, which Quay keeps out of its description",
    r"/oauth/authorize/assignuser": "a page of the web interface, not of the API",
}
# Paths that exist although the description does not have them (README of the recordings, Quay's source).
UNDESCRIBED_PATHS = {
    "GET superuser/organizations/": "works, but is missing",
    "GET superuser/aggregatelogs": "for internal use, which Quay keeps out of its description",
    "POST user/initialize": "a route of the web interface, although its path is one of the API's",
    "PUT user/": "for the web interface, which Quay keeps out of its description",
    "GET user/assignedauthorization": "as PUT user/",
    "POST organization/acme/team/devs/syncing": "FEATURE_TEAM_SYNCING was off",
    "DELETE organization/acme/team/devs/syncing": "FEATURE_TEAM_SYNCING was off",
    "GET /config": "what the web interface has to know",
    "POST /oauth/authorizeapp": "the page on which a user consents: there is no other way before Quay 3.18",
    "POST /oauth/authorize/assignuser": "the page on which an administrator assigns a token",
}


class Operation:
    """One method of one path of the API description."""

    def __init__(self, method: str, template: str, security: list[dict[str, list[str]]]) -> None:
        self.method = method
        self.template = template[len(API) :]
        self.scopes = [scope for entry in security for scopes in entry.values() for scope in scopes]
        filled = self.template.replace("{repository}", "acme/app")
        self.path = re.sub(r"\{[^}]*\}", "x1", filled)
        pattern = re.escape(self.template).replace(r"\{repository\}", "[^/]+/.+")
        self._pattern = re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", pattern))

    @property
    def name(self) -> str:
        return f"{self.method} {self.template}"

    def fits(self, method: str, path: str) -> bool:
        return method == self.method and self._pattern.fullmatch(path) is not None


def operations() -> Iterator[Operation]:
    """Yield what the described registry offers."""
    paths = json.loads(DESCRIPTION.read_text(encoding="utf-8"))["paths"]
    for template, methods in sorted(paths.items()):
        for method in sorted(set(methods) & {"get", "post", "put", "delete"}):
            yield Operation(method.upper(), template, methods[method].get("security", []))


OPERATIONS = list(operations())
NEEDED = [one for one in OPERATIONS if need_of(one.method, one.path) is not None]


# --- the table ----------------------------------------------------------------------------------


def the_need(method: str, path: str) -> Need:
    need = need_of(method, path)
    assert need is not None
    return need


def scope_of(operation: Operation) -> Optional[str]:
    return the_need(operation.method, operation.path).scope


@pytest.mark.parametrize(
    "operation", [one for one in NEEDED if one.name not in OTHER_SCOPES], ids=lambda one: one.name
)
def test_the_scope_is_the_one_that_quay_describes(operation: Operation) -> None:
    assert [scope_of(operation)] == operation.scopes


@pytest.mark.parametrize("name", OTHER_SCOPES)
def test_an_exception_is_about_an_endpoint_and_still_one(name: str) -> None:
    (operation,) = [one for one in NEEDED if one.name == name]
    assert [scope_of(operation)] != operation.scopes


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: f"{need.methods} {need.path}")
def test_each_row_is_the_one_for_some_endpoint(need: Need) -> None:
    fitting = [one.name for one in NEEDED if need_of(one.method, one.path) is need]
    assert bool(fitting) is (need.path not in NOT_DESCRIBED)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "organization"),
        ("GET", "organization/"),
        ("PATCH", "repository/acme/app"),
        ("GET", "users/alice"),
        ("GET", "nonsense"),
        ("GET", ""),
    ],
)
def test_nothing_is_known_of_other_endpoints(method: str, path: str) -> None:
    assert need_of(method, path) is None


@pytest.mark.parametrize(
    ("method", "path", "scope", "flag"),
    [
        ("POST", "organization/", "user:admin", None),
        ("PUT", "organization/acme", "org:admin", None),
        ("PUT", "repository/acme/app", "repo:write", None),
        ("PUT", "repository/acme/app/with/parts", "repo:write", None),
        ("PUT", "repository/acme/with/parts/changestate", "repo:admin", "FEATURE_REPO_MIRROR"),
        ("DELETE", "repository/acme/app", "repo:admin", None),
        ("GET", "repository/acme/app/tag/", "repo:read", None),
        ("DELETE", "repository/acme/app/tag/v1", "repo:write", None),
        ("POST", "repository/acme/app/tag/v1/expire", "repo:write", "PERMANENTLY_DELETE_TAGS"),
        ("PUT", "user/robots/ci", "user:admin", None),
        ("GET", "user/", "user:read", None),
    ],
)
def test_the_particular_comes_before_the_general(
    method: str, path: str, scope: str, flag: Optional[str]
) -> None:
    need = the_need(method, path)
    assert (need.scope, need.flag) == (scope, flag)


def test_all_scopes_are_quays() -> None:
    for need in NEEDS:
        if need.scope is not None:
            assert set(need.scope.split(" and ")) <= set(ALL_SCOPES.split())


# --- what the resources send --------------------------------------------------------------------


class Recorder(Client):
    """A client that sends nothing and notes what it would have sent; it answers with ``answer``."""

    def __init__(self, answer: Any) -> None:
        self.asked: list[tuple[str, str]] = []
        self.connection = Connection("http://localhost:8080")
        self._answer = answer

    def get(self, path: str, query: Any = None) -> Any:
        del query
        self.asked.append(("GET", path))
        return self._answer

    def settings(self) -> Any:
        return self.get("/config")

    def submit(self, path: str, form: Any = None, query: Any = None) -> Any:
        del form, query
        self.asked.append(("POST", path))
        return self._answer

    def numbered_listing(self, path: str, key: str, query: Any = None) -> list[Any]:
        del query
        found: list[Any] = self.get(path)[key]
        return found

    def send(self, method: str, path: str, body: Any = None) -> Any:
        del body
        self.asked.append((method, path))
        return self._answer


ACME = Place("acme")
PORTAL = oauth.Application("CLIENT", "acme")
SITE = oauth.Site("http://localhost:8080/oauth/localapp", (3, 18))
OWN = Place("alice", personal=True)

# Everything that a change of each kind can be about: key, fields and their values.
CHANGES: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "organization": ((), {"email": "a@example.com", "tag_expiration_s": 86400}),
    "robot": (("ci",), {"description": "d", "federations": (("i", "s"),), "regenerate": True}),
    "team": (("devs",), {"role": "admin", "description": "d"}),
    "team_sync": (("devs",), {"group_dn": "cn=devs"}),
    "member": (("devs", "acme+ci"), {}),
    "prototype": (("", "user", "acme+ci"), {"role": "write"}),
    "repository": (
        ("app/part",),
        {"visibility": "public", "description": "d", "repo_state": "MIRROR", "star": True},
    ),
    "permission": (("app/part", "user", "acme+ci"), {"role": "write"}),
    "notification": (
        ("app/part", "title", "t"),
        {"event": "repo_push", "number_of_failures": 0, "test": True},
    ),
    "application": (
        ("portal",),
        {
            "description": "d",
            "application_uri": "u",
            "redirect_uri": "r",
            "avatar_email": "a@example.com",
            "name": "n",
        },
    ),
    "tag": (("app/part", "v1"), {"manifest_digest": "sha256:1", "expiration": 1, "immutable": True}),
    "auto_prune_policy": (
        ("creation_date", "7d", "of tags that match", "x"),
        {"method": "date", "value": "7d", "tag_pattern": "x", "tag_pattern_matches": True},
    ),
    "service_key": (
        ("clair4", "", "n"),
        {"name": "new", "expiration": "2099-01-02T03:04:05Z", "metadata": {"a": "b"}, "approved": True},
    ),
    "message": (("content", "c", ""), {"content": "c", "severity": "info", "format": "plain"}),
    "repository_auto_prune_policy": (
        ("app/part", "number_of_tags", "5", "", ""),
        {"method": "tags", "value": "5"},
    ),
    "immutability_policy": (("v.*",), {"behavior": "not_matching_immutable", "name": "rel-.*"}),
    "repository_immutability_policy": (("app/part", "v.*"), {"behavior": "not_matching_immutable"}),
    "quota": (("organization",), {"quota": 10, "warning_pct": (80,), "reject_pct": (90,)}),
    "proxy_cache": (
        (),
        {
            "registry": "quay.io",
            "expiration": 1,
            "insecure": True,
            "username": "u",
            "password": Secret("a-password"),
        },
    ),
    "user": ((), {"email": "a@example.com", "enabled": False, "password": Secret("a-password")}),
}
# What else is known of the object, or wanted.
FACTS: dict[str, dict[str, Any]] = {
    "quota": {"limits": (("Warning", 60, "1"), ("Warning", 70, "2"))},
    "proxy_cache": {"validate": True},
    "team_sync": {"config": {"group_dn": "cn=old"}, "keep_users": False, "users": ["alice"]},
    "message": {"content": "c", "severity": "info", "format": "plain"},
    "notification": {
        "wanted": {"title": "t", "event": "repo_push", "method": "slack", "test": True},
        "view": {"uuid": "id-of-it", "event": "build_start", "method": "slack"},
        "number_of_failures": 3,
    },
}
# What it is answered where it looks.
ANSWERED: dict[str, Any] = {"quota": [{"id": 1, "limit_bytes": 10, "limits": []}]}
EMPTIED = {
    "notification": {"number_of_failures": 0, "test": True},
    "robot": {"federations": ()},
    "repository": {"star": False},
    "organization": {"name": "other"},
}


# The registry is the home of others, and its directory is referred to; nobody makes, changes or deletes them.
CHANGED = [kind for kind in KINDS if kind not in ("registry", "directory")]


def change_of(kind: str, action: str, values: Optional[dict[str, Any]] = None) -> Change:
    key, fields = CHANGES[kind]
    after = fields if values is None else values
    before = {"role": "admin"} if kind == "team" else {}
    facts = FACTS.get(kind, {})
    return Change(
        action,
        KINDS[kind],
        key,
        before=before,
        after=after,
        fields=tuple(after),
        ident="id-of-it",
        facts=facts,
    )


def with_facts(change: Change, **facts: Any) -> Change:
    return replace(change, facts={**change.facts, **facts})


def sent(kind: str, place: Place) -> list[tuple[str, str]]:
    """Return the requests that any change of the kind sends."""
    # A kind may look whether it was alone in making something.
    found = {"client_id": "id-of-it", "applications": [], "uuid": "id-of-it"}
    recorder = Recorder(ANSWERED.get(kind, found))
    resource = KINDS[kind]
    changes = [
        *resource.create(recorder, place, change_of(kind, "create")),
        *resource.update(recorder, place, change_of(kind, "update")),
        *resource.update(recorder, place, change_of(kind, "update", EMPTIED.get(kind))),
        *resource.delete(recorder, place, change_of(kind, "delete")),
        *(resource.update(recorder, place, with_facts(change_of(kind, "update"), own=True))),
        *(resource.create(recorder, place, with_facts(change_of(kind, "create"), restore=True))),
    ]
    for step in changes:
        step.call()
    return recorder.asked


def has_expected_answer(method: str, path: str) -> bool:
    """Tell whether expected.py knows the request; the page of consent answers with a redirection."""
    return expected_of(method, path) is not None or path == "/oauth/authorizeapp"


def described(method: str, path: str) -> bool:
    name = f"{method} {path}"
    return name in UNDESCRIBED_PATHS or any(one.fits(method, path) for one in OPERATIONS)


@pytest.mark.parametrize(
    ("kind", "place"),
    [*((kind, ACME) for kind in CHANGED), ("robot", OWN), ("repository", OWN), ("permission", OWN)],
)
def test_whatever_a_change_sends_is_in_quays_description(kind: str, place: Place) -> None:
    asked = sent(kind, place)
    assert "DELETE" in {method for method, _path in asked}
    assert [one for one in asked if not described(*one)] == []
    assert [one for one in asked if not has_expected_answer(*one)] == []


@pytest.mark.parametrize("kind", CHANGED)
def test_whatever_a_change_sends_has_a_scope_that_an_error_can_name(kind: str) -> None:
    assert [one for one in sent(kind, ACME) if need_of(*one) is None] == []


EMPTY_LOG: dict[str, Any] = {"logs": [], "aggregated": []}


def what_was_done(client: Client, **where: Any) -> None:
    params = {name: option.get("default") for name, option in logs.log_options().items()}
    for aggregated in (True, False):
        logs.log({**params, **where, "aggregated": aggregated}, client, False)


READS: dict[str, tuple[Any, Callable[[Client], Any]]] = {
    "messages": (
        {"messages": []},
        lambda client: message.messages_of(client, message.desired_message({"content": "c"})),
    ),
    "notifications": (
        {"notifications": []},
        lambda client: notification.notifications_of(client, ACME, "app"),
    ),
    "organization": ({"is_admin": True}, lambda client: organization.find_organization(client, "acme")),
    "organization of others": ({}, lambda client: organization.find_organization(client, "acme")),
    "names for users": ({"organizations": []}, organization.organization_names),
    "names for superusers": ({"super_user": True, "organizations": []}, organization.organization_names),
    "accounts": (
        {"users": []},
        lambda client: users.users({"username": None, "enabled": None, "robots": False}, client, False),
    ),
    "log of an organization": (EMPTY_LOG, lambda client: what_was_done(client, organization="acme")),
    "log of a repository": (EMPTY_LOG, lambda client: what_was_done(client, repository="acme/a/b")),
    "log of the registry": (EMPTY_LOG, lambda client: what_was_done(client, registry=True)),
    "own log": (EMPTY_LOG, lambda client: what_was_done(client)),
    "existence": ({"name": "acme"}, lambda client: organization.check_existence(client, "acme")),
    "tokens of robots": ({"robots": []}, lambda client: robot.robot_views(client, ACME, with_token=True)),
    "public": ({"repositories": []}, lambda client: repository.repository_views(client, {"public": "true"})),
    "robots": ({"robots": []}, lambda client: robot.robots_of(client, ACME, with_links=True)),
    "own robots": ({"robots": []}, lambda client: robot.robots_of(client, OWN, with_links=False)),
    "robot": ({"name": "acme+ci"}, lambda client: robot._find(client, ACME, "ci")),
    "federations": ([], lambda client: federation.federations_of(client, ACME, "ci")),
    "own federations": ([], lambda client: federation.federations_of(client, OWN, "ci")),
    "rights of a robot": ({"permissions": []}, lambda client: robot.robot_roles(client, ACME, "ci")),
    "rights of a team": ({"permissions": []}, lambda client: team.team_roles(client, ACME, "devs")),
    "members": ({"members": []}, lambda client: member.members_of_team(client, ACME, "devs")),
    "humans": ({"members": []}, lambda client: member.humans_of(client, ACME)),
    "collaborators": ({"collaborators": []}, lambda client: member.collaborators_of(client, ACME)),
    "prototypes": ({"prototypes": []}, lambda client: prototype.prototypes_of(client, ACME)),
    "repositories": ({"repositories": []}, lambda client: repository.repositories_of(client, ACME)),
    "repository": ({"name": "app", "is_public": True}, lambda client: repository._find(client, ACME, "a/b")),
    "users on it": (
        {"permissions": {}},
        lambda client: permission.permissions_of(client, ACME, "a/b", "user"),
    ),
    "teams on it": (
        {"permissions": {}},
        lambda client: permission.permissions_of(client, ACME, "a/b", "team"),
    ),
    "applications": ({"applications": []}, lambda client: application.applications_of(client, ACME)),
    "policies": ({"policies": []}, lambda client: namespace_auto_prune.policies_of(client, ACME)),
    "own policies": ({"policies": []}, lambda client: namespace_auto_prune.policies_of(client, OWN)),
    "policies of a repository": (
        {"policies": []},
        lambda client: repository_auto_prune.repository_policies(client, ACME, "a/b"),
    ),
    "immutability policies": (
        {"policies": []},
        lambda client: namespace_immutability.immutability_policies_of(client, ACME),
    ),
    "immutability policies of a repository": (
        {"policies": []},
        lambda client: repository_immutability.repository_immutability_policies(client, ACME, "a/b"),
    ),
    "proxy cache": (
        {"upstream_registry": ""},
        lambda client: proxy_cache._there(client, ACME, {}),
    ),
    "quota": ([], lambda client: quota._views(client, ACME, ("organization",))),
    "quota of a user": ([], lambda client: quota._views(client, Place("alice"), ("users",))),
    "tags": ({"tags": []}, lambda client: tag.tag_rows(client, ACME, "a/b")),
    "history": ({"tags": []}, lambda client: tag._rows(client, ACME, ("a/b", "v1"), True)),
    "tag": ({"tags": []}, lambda client: tag.find_tag(client, ACME, "a/b", "v1")),
    "manifest": ({}, lambda client: tag._has_manifest(client, ACME, "a/b", "sha256:1")),
    "user": ({"username": "alice"}, lambda client: user._find(client, "alice")),
    "owner of a token": ({"username": "alice"}, oauth.owner_of_token),
    "application": (
        {"organization": {"name": "acme"}},
        lambda client: oauth.find_application(client, "CLIENT"),
    ),
    "application by name": (
        {"applications": [{"name": "portal", "client_id": "CLIENT"}]},
        lambda client: oauth.find_application_by_name(client, "acme", "portal"),
    ),
    "site": ({}, oauth.read_site),
    "assigned": ({"authorizations": []}, lambda client: oauth.assigned(client, PORTAL)),
}


@pytest.mark.parametrize("what", READS)
def test_whatever_is_read_is_in_quays_description(what: str) -> None:
    answer, read = READS[what]
    recorder = Recorder(answer)
    try:
        read(recorder)
    except Forbidden:
        assert what == "organization of others"
    assert recorder.asked
    assert [one for one in recorder.asked if not described(*one)] == []
    assert [one for one in recorder.asked if not has_expected_answer(*one)] == []
    assert {method for method, _path in recorder.asked} == {"GET"}


ASSIGNED = Answer("POST", "/oauth/authorize/assignuser", 200, {}, {"message": "assigned"}, True)
GRANTED = Answer("POST", "", 302, {"Location": "http://localhost/#access_token=t"}, None, True)


@pytest.mark.parametrize(
    ("answer", "make"),
    [
        ({}, lambda client: oauth.new_application_token(client, PORTAL, "name", ["repo:read"])),
        (
            {"tokens": [{"name": "name", "created_by": "alice", "uuid": "1"}]},
            lambda client: oauth.revoke_namesakes(client, PORTAL, "name", "alice", keep="2"),
        ),
        (GRANTED, lambda client: oauth.authorize(client, PORTAL, SITE, ["repo:read"])),
        (ASSIGNED, lambda client: oauth.assign(client, PORTAL, SITE, ["repo:read"], "alice")),
        ("Updated", lambda client: tag.expire_tag(client, ACME, "a/b", "v1", 1)),
        ("Updated", lambda client: tag.point_tag(client, ACME, "a/b", "v1", "sha256:1")),
    ],
    ids=["by the API", "revoked", "by consent", "assigned", "expiring", "moving"],
)
def test_what_is_not_planned_is_in_quays_description(answer: Any, make: Callable[[Client], Any]) -> None:
    recorder = Recorder(answer)
    make(recorder)
    assert recorder.asked
    assert [one for one in recorder.asked if not described(*one)] == []
    assert [one for one in recorder.asked if not has_expected_answer(*one)] == []


def test_what_is_not_described_is_not_described() -> None:
    assert [name for name in UNDESCRIBED_PATHS if any(one.fits(*name.split(" ")) for one in OPERATIONS)] == []


def test_every_function_that_reads_is_in_that_table() -> None:
    others = {"tag.expire_tag", "tag.point_tag", "member.lists_of_members", "member.members_by_team"}
    others |= {"federation.federate", "federation.offered_federations"}
    modules = (application, federation, member, organization, permission, prototype)
    policies = (namespace_auto_prune, namespace_immutability, repository_auto_prune, repository_immutability)
    reading = {
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in (*modules, *policies, repository, robot, tag, team, user)
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__
        if not name.startswith("_") and next(iter(inspect.signature(value).parameters), "") == "client"
    }
    assert reading - others == {
        "application.applications_of",
        "federation.federations_of",
        "member.collaborators_of",
        "member.humans_of",
        "member.members_of_team",
        "namespace_auto_prune.policies_of",
        "namespace_immutability.immutability_policies_of",
        "organization.check_existence",
        "organization.find_organization",
        "organization.organization_names",
        "permission.permissions_of",
        "prototype.prototypes_of",
        "repository.repositories_of",
        "repository.repository_views",
        "repository_auto_prune.repository_policies",
        "repository_immutability.repository_immutability_policies",
        "robot.robot_roles",
        "robot.robot_views",
        "robot.robots_of",
        "tag.find_tag",
        "tag.tag_rows",
        "team.team_roles",
    }


def test_whatever_a_whole_run_asks_for_is_in_quays_description(registry: Registry) -> None:
    entry = {
        "name": "acme",
        "email": "acme@example.com",
        "robots": [{"name": "ci"}],
        "teams": [{"name": "devs", "role": "creator", "members": ["alice", "acme+ci"], "append": False}],
        "prototypes": [{"name": "acme+ci", "type": "user", "role": "write"}],
        "repositories": [{"name": "app", "perms": [{"name": "bob", "type": "user", "role": "read"}]}],
        "applications": [{"name": "portal"}],
    }
    for purge in ([], ["robots", "teams", "members", "prototypes", "repositories", "permissions"]):
        registry.one(entry, purge=purge)
    asked = [line.partition("?")[0].partition(" ") for line in registry.requests()]
    unknown = sorted({f"{method} {path}" for method, _, path in asked if not described(method, path)})
    assert unknown == []


# --- the table against the simulator ------------------------------------------------------------

INCLUDED_IN = {
    "repo:read": ["repo:write", "repo:admin"],
    "repo:write": ["repo:admin"],
    "repo:create": ["org:admin"],
}


def scopes_without(scope: str) -> str:
    """Return all scopes but this one and those that include it."""
    missing = {scope, *INCLUDED_IN.get(scope, [])}
    return " ".join(one for one in ALL_SCOPES.split() if one not in missing)


def acme_of_alice(registry: Registry) -> None:
    """Make an organization that alice, who is no superuser, administers."""
    client = registry.client(Token(registry.simulator.token("alice")))
    client.send("POST", "organization/", {"name": "acme"})
    client.send("PUT", "organization/acme/robots/ci", {"description": ""})
    body = {"namespace": "acme", "repository": "app", "visibility": "private", "description": ""}
    client.send("POST", "repository", body)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "organization/", {"name": "other"}),
        ("PUT", "organization/acme", {"email": "a@example.com"}),
        ("PUT", "organization/acme/robots/ci2", {"description": ""}),
        ("PUT", "organization/acme/team/devs", {"role": "member"}),
        ("GET", "organization/acme/prototypes", None),
        ("GET", "organization/acme/applications", None),
        ("PUT", "user/robots/ci", {"description": ""}),
        ("POST", "user/starred", {"namespace": "acme", "repository": "app"}),
        (
            "POST",
            "repository",
            {"namespace": "acme", "repository": "b", "visibility": "private", "description": ""},
        ),
        ("GET", "repository/acme/app", None),
        ("PUT", "repository/acme/app", {"description": "d"}),
        ("PUT", "repository/acme/app/changestate", {"state": "READ_ONLY"}),
        ("POST", "repository/acme/app/changevisibility", {"visibility": "public"}),
        ("GET", "repository/acme/app/permissions/user/", None),
        ("DELETE", "repository/acme/app", None),
    ],
)
def test_a_token_that_lacks_the_scope_of_the_table_is_told_so(
    registry: Registry, method: str, path: str, body: Any
) -> None:
    acme_of_alice(registry)
    scope = str(the_need(method, path).scope)
    lacking = registry.client(Token(registry.simulator.token("alice", scopes_without(scope))))
    with pytest.raises(Forbidden, match=f"lacks the scope {scope}"):
        _ask(lacking, method, path, body)
    _ask(registry.client(Token(registry.simulator.token("alice"))), method, path, body)


def _ask(client: Client, method: str, path: str, body: Any) -> Any:
    return client.get(path) if method == "GET" else client.send(method, path, body)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "organization/acme/quota"),
        ("GET", "organization/acme/autoprunepolicy/"),
        ("GET", "organization/acme/immutabilitypolicy/"),
        ("GET", "organization/acme/proxycache"),
        ("GET", "organization/acme/mirror"),
        ("POST", "organization/acme/team/owners/syncing"),
        ("GET", "superuser/users/"),
        ("GET", "repository/acme/app/autoprunepolicy/"),
        ("GET", "repository/acme/app/immutabilitypolicy/"),
        ("PUT", "repository/acme/app/changestate"),
    ],
)
def test_a_feature_that_is_off_is_named_by_its_flag(
    make_registry: Callable[..., Registry], method: str, path: str
) -> None:
    flag = str(the_need(method, path).flag)
    registry = make_registry(features={flag[len("FEATURE_") :]: False})
    acme_of_alice(registry)
    with pytest.raises(FeatureOff, match=f"{flag} is off"):
        _ask(registry.client(), method, path, {})
