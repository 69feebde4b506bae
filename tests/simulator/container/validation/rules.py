# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The groups of fields, in the order of Quay's report, and all their rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from . import access, authentication, builds, services, stores
from .context import Context, Finding

Rule = Callable[[Context], list[str]]


def nothing(_context: Context) -> list[str]:
    """A group whose values have types, and no other rule."""
    return []


GROUPS: Mapping[str, Rule] = {
    "AccessSettings": access.access_settings,
    "ActionLogArchiving": services.action_log_archiving,
    "AppTokenAuthentication": access.app_tokens,
    "AutoPrune": services.auto_prune,
    "BitbucketBuildTrigger": builds.bitbucket,
    "BuildManager": nothing,
    "Database": stores.database,
    "DistributedStorage": stores.distributed_storage,
    "ElasticSearch": services.elasticsearch,
    "Email": services.email,
    "GitHubBuildTrigger": builds.github,
    "GitHubLogin": authentication.github,
    "GitLabBuildTrigger": builds.gitlab,
    "GoogleLogin": authentication.google,
    "HostSettings": access.host_settings,
    "JWTAuthentication": authentication.jwt,
    "LDAP": authentication.ldap,
    "OIDC": authentication.oidc,
    "QuayDocumentation": services.documentation,
    "Redis": stores.redis,
    "RepoMirror": services.repository_mirror,
    "SecurityScanner": services.security_scanner,
    "TeamSyncing": services.team_syncing,
    "TimeMachine": services.time_machine,
    "UserVisibleSettings": nothing,
}


def validate(context: Context) -> list[Finding]:
    """Everything that is wrong, group by group."""
    return [Finding(group, message) for group, rule in GROUPS.items() for message in rule(context)]
