# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Options that modules share. The documentation fragments in plugins/doc_fragments say the same in words."""

from __future__ import annotations

from typing import Any, Callable

from .endpoints import SCOPES

Spec = dict[str, dict[str, Any]]
EnvFallback = Callable[..., Any]

ROLES_OF_TEAMS = ["member", "creator", "admin"]
ROLES_ON_REPOSITORIES = ["read", "write", "admin"]
RIGHTS = [*SCOPES, "all"]
PURGEABLE = ["robots", "teams", "members", "prototypes", "repositories", "permissions", "applications"]


def connection_spec(env_fallback: EnvFallback) -> Spec:
    """Return the options that say where Quay is and who asks; each falls back to the environment."""

    def option(variable: str, **kwargs: Any) -> dict[str, Any]:
        return {"fallback": (env_fallback, [variable]), **kwargs}

    return {
        "quay_host": option("QUAY_HOST", type="str", default="http://127.0.0.1"),
        # These fall back to the environment too, but not one by one: see module.py.
        "quay_token": {"type": "str", "no_log": True},
        "quay_username": {"type": "str"},
        "quay_password": {"type": "str", "no_log": True},
        "validate_certs": option("QUAY_VERIFY_SSL", type="bool", default=True, aliases=["verify_ssl"]),
        "ca_path": option("QUAY_CA_PATH", type="path"),
        "unix_socket": option("QUAY_UNIX_SOCKET", type="path"),
        "timeout": option("QUAY_TIMEOUT", type="float", default=30.0),
        "parallel": option("QUAY_PARALLEL", type="int", default=8),
    }


def state_option() -> Spec:
    return {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}


def append_option() -> Spec:
    return {"append": {"type": "bool", "default": True}}


def organization_settings() -> Spec:
    return {
        "name": {"type": "str", "required": True},
        "email": {"type": "str"},
        "time_machine_expiration": {"type": "str", "aliases": ["tag_expiration_s"]},
        **state_option(),
    }


def robot_options() -> Spec:
    federation: Spec = {
        "issuer": {"type": "str", "required": True},
        "subject": {"type": "str", "required": True},
    }
    return {
        "name": {"type": "str", "required": True},
        "description": {"type": "str"},
        "federations": {"type": "list", "elements": "dict", "options": federation},
        **append_option(),
        **state_option(),
    }


def team_options() -> Spec:
    return {
        "name": {"type": "str", "required": True},
        "role": {"type": "str", "choices": ROLES_OF_TEAMS},
        "description": {"type": "str"},
        "members": {"type": "list", "elements": "str"},
        **append_option(),
        **state_option(),
    }


def prototype_options() -> Spec:
    return {
        "name": {"type": "str", "required": True},
        "type": {"type": "str", "choices": ["user", "team"], "default": "user"},
        "role": {"type": "str", "choices": ROLES_ON_REPOSITORIES},
        "creator": {"type": "str"},
        **state_option(),
    }


def repository_options() -> Spec:
    permission: Spec = {
        "name": {"type": "str", "required": True},
        "type": {"type": "str", "choices": ["user", "team"], "default": "user"},
        "role": {"type": "str", "choices": ROLES_ON_REPOSITORIES, "default": "read"},
    }
    return {
        "name": {"type": "str", "required": True},
        "visibility": {"type": "str", "choices": ["public", "private"]},
        "description": {"type": "str"},
        "perms": {"type": "list", "elements": "dict", "options": permission},
        **append_option(),
        "repo_state": {"type": "str", "choices": ["NORMAL", "READ_ONLY", "MIRROR"]},
        "star": {"type": "bool"},
        **state_option(),
    }


def selection_options() -> Spec:
    return {
        "repositories": {"type": "list", "elements": "str"},
        "matching": {"type": "str"},
        "skip": {"type": "list", "elements": "str", "default": []},
    }


def repositories_options() -> Spec:
    options = repository_options()
    permission = {**options["perms"]["options"], **state_option()}
    return {
        "organizations": {"type": "list", "elements": "str", "required": True, "aliases": ["organization"]},
        **selection_options(),
        "visibility": options["visibility"],
        "description": options["description"],
        "perms": {**options["perms"], "options": permission},
        **append_option(),
    }


def tag_options() -> Spec:
    return {
        "image": {"type": "str"},
        "organization": {"type": "str"},
        **selection_options(),
        "tag": {"type": "str"},
        "source_tag": {"type": "str"},
        "digest": {"type": "str"},
        "expiration": {"type": "str"},
        "expiration_format": {"type": "str", "default": "%Y%m%d%H%M.%S"},
        "immutable": {"type": "bool"},
        "state": {"type": "str", "choices": ["present", "absent", "restored"], "default": "present"},
    }


def tag_info_options() -> Spec:
    return {
        "repository": {"type": "str"},
        "organization": {"type": "str"},
        **selection_options(),
        "tag": {"type": "str"},
        "digest": {"type": "str"},
        "name_contains": {"type": "str"},
        "only_active_tags": {"type": "bool", "default": False},
    }


def repository_info_options() -> Spec:
    return {
        "organization": {"type": "str"},
        "name": {"type": "str"},
        **selection_options(),
        "visibility": {"type": "str", "choices": ["public", "private"]},
        "public": {"type": "bool", "default": False},
        "permissions": {"type": "bool", "default": False},
    }


def robot_info_options() -> Spec:
    return {
        "organization": {"type": "str"},
        "name": {"type": "str"},
        "permissions": {"type": "bool", "default": False},
        "federations": {"type": "bool", "default": False},
        # Its name makes Ansible take it for a secret.
        "include_token": {"type": "bool", "default": False, "no_log": False},
    }


def prototype_info_options() -> Spec:
    return {
        "organization": {"type": "str", "required": True},
        "name": {"type": "str"},
        "type": {"type": "str", "choices": ["user", "team"]},
        "creator": {"type": "str"},
    }


def team_info_options() -> Spec:
    return {
        "organization": {"type": "str", "required": True},
        "name": {"type": "str"},
        "permissions": {"type": "bool", "default": False},
        "invited": {"type": "bool", "default": False},
    }


def auto_prune_options() -> Spec:
    return {
        "namespace": {"type": "str", "required": True, "aliases": ["organization"]},
        "method": {"type": "str", "choices": ["date", "tags"], "required": True},
        "value": {"type": "str", "required": True},
        "tag_pattern": {"type": "str"},
        "tag_pattern_matches": {"type": "bool", "default": True},
        **append_option(),
        **state_option(),
    }


def prune_options() -> Spec:
    def list_of(kind: str) -> dict[str, Any]:
        return {"type": "list", "elements": kind}

    auth: Spec = {
        "auth_method": {"type": "str", "choices": ["kerberosAuth"]},
        "server_principal": {"type": "str"},
        "sso_username": {"type": "str"},
        "sso_password": {"type": "str", "no_log": True},
        "ca_cert": {"type": "path"},
    }
    return {
        "organizations": {"type": "list", "elements": "str", "required": True, "aliases": ["organization"]},
        **selection_options(),
        "older_than": {"type": "str"},
        "keep_newest": {"type": "int"},
        "group_by": {"type": "str"},
        "include": {"type": "str"},
        "keep_names": list_of("str"),
        "keep_patterns": list_of("str"),
        "keep_digests": list_of("str"),
        "keep_files": list_of("path"),
        "allow_empty_keeplist": {"type": "bool", "default": False},
        "grace": {"type": "str", "default": "1d"},
        "max_expire": {"type": "int"},
        "max_expire_percent": {"type": "float"},
        "report_path": {"type": "path"},
        "return_tags": {"type": "str", "choices": ["all", "expired", "none"], "default": "all"},
        "dlrn_host": {"type": "str"},
        "dlrn_endpoints": list_of("str"),
        "promotions": list_of("str"),
        "dlrn_auth": {"type": "dict", "options": auth},
    }


def user_options() -> Spec:
    return {
        "username": {"type": "str", "required": True},
        "email": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        # Its name makes Ansible take it for a secret.
        "update_password": {
            "type": "str",
            "choices": ["on_create", "always"],
            "default": "on_create",
            "no_log": False,
        },
        "enabled": {"type": "bool"},
        "superuser": {"type": "bool", "aliases": ["is_superuser"]},
        **state_option(),
    }


def first_user_options() -> Spec:
    return {
        "username": {"type": "str", "required": True},
        "password": {"type": "str", "required": True, "no_log": True},
        "email": {"type": "str"},
        "create_token": {"type": "bool", "default": False, "no_log": False},
    }


def token_options() -> Spec:
    return {
        "client_id": {"type": "str"},
        "organization": {"type": "str"},
        "application": {"type": "str"},
        "rights": {"type": "list", "elements": "str", "choices": RIGHTS, "default": ["all"]},
        "for_user": {"type": "str"},
        "user_password": {"type": "str", "no_log": True},
        "token": {"type": "str", "no_log": True},
        "path": {"type": "path"},
    }


def application_options() -> Spec:
    return {
        "name": {"type": "str", "required": True},
        "description": {"type": "str"},
        "application_uri": {"type": "str"},
        "redirect_uri": {"type": "str"},
        **state_option(),
    }


def organization_options() -> Spec:
    """Return the options of one entry of quay_organizations: the settings with everything inside."""

    def list_of(options: Spec) -> dict[str, Any]:
        return {"type": "list", "elements": "dict", "options": options}

    return {
        **organization_settings(),
        "robots": list_of(robot_options()),
        "teams": list_of(team_options()),
        "prototypes": {**list_of(prototype_options()), "aliases": ["default_perms"]},
        "repositories": list_of(repository_options()),
        "applications": list_of(application_options()),
    }
