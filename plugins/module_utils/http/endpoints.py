# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What each endpoint of Quay's API needs: an OAuth scope, and sometimes a feature flag.

Quay's refusals name neither: a missing scope and a missing right read "Unauthorized", and the
endpoint of a feature that is off is a page that does not exist. This table lets an error say which
scope or which flag it is about. It is looked at only when something was refused.

Source: the ``security`` entries of Quay's API description, and the decorators of its endpoints.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# All that a token can have.
SCOPES = (
    "org:admin",
    "repo:admin",
    "repo:create",
    "repo:read",
    "repo:write",
    "super:user",
    "user:admin",
    "user:read",
)


@dataclass(frozen=True)
class Need:
    """``methods`` and ``path`` (regular expressions, both whole) select requests.

    ``scope`` is the OAuth scope that a token needs. ``flag`` is the key in config.yaml that
    switches the endpoint on, ``since`` the first version of Quay that has it; None: always there.
    """

    methods: str
    path: str
    scope: str | None
    flag: str | None = None
    since: str | None = None


_REPO = r"repository/[^?]+"
_COUNTS = "FEATURE_AGGREGATED_LOG_COUNT_RETRIEVAL"

# The first match counts, so the particular stands before the general.
NEEDS: tuple[Need, ...] = (
    Need("POST", r"organization/", "user:admin"),
    Need(".*", r"organization/[^/]+/robots/[^/]+/federation", "org:admin", None, "3.13"),
    Need(".*", r"user/robots/[^/]+/federation", "user:admin", None, "3.17.4"),
    Need("GET", r"organization/[^/]+/robots/[^/]+/permissions", "org:admin and user:admin"),
    Need(".*", r"organization/[^/]+/applications/[^/]+/tokens(/.*)?", "org:admin", None, "3.18"),
    Need(".*", r"organization/[^/]+/team/[^/]+/syncing", "org:admin and super:user", "FEATURE_TEAM_SYNCING"),
    Need(".*", r"organization/[^/]+/quota(/.*)?", "super:user", "FEATURE_QUOTA_MANAGEMENT", "3.7"),
    Need(".*", r"organization/[^/]+/autoprunepolicy/.*", "org:admin", "FEATURE_AUTO_PRUNE", "3.10"),
    Need(".*", r"organization/[^/]+/immutabilitypolicy/.*", "org:admin", "FEATURE_IMMUTABLE_TAGS", "3.17"),
    Need(".*", r"organization/[^/]+/(validate)?proxycache", "org:admin", "FEATURE_PROXY_CACHE", "3.7"),
    Need(".*", r"organization/[^/]+/mirror(/.*)?", "org:admin", "FEATURE_ORG_MIRROR", "3.17"),
    Need("GET", r"organization/[^/]+/aggregatelogs", "org:admin", _COUNTS),
    Need(".*", r"organization/.+", "org:admin"),
    Need("POST", r"signin", None, "FEATURE_DIRECT_LOGIN"),
    Need("POST", r"user/initialize", None, "FEATURE_USER_INITIALIZE", "3.6"),
    Need(".*", r"user/assignedauthorization", "user:admin", "FEATURE_ASSIGN_OAUTH_TOKEN", "3.12"),
    Need("GET", r"superuser/config", "super:user", "FEATURE_SUPERUSER_CONFIGDUMP", "3.15"),
    Need(".*", r"superuser/[a-z]+/[^/]+/quota(/.*)?", "super:user", "FEATURE_QUOTA_MANAGEMENT", "3.7"),
    Need(".*", r"superuser/.*", "super:user", "FEATURE_SUPER_USERS"),
    Need("GET", r"registry/capabilities", None, None, "3.17"),
    Need(".*", r"user/autoprunepolicy/.*", "user:admin", "FEATURE_AUTO_PRUNE", "3.10"),
    Need("POST", r"messages", "super:user", "FEATURE_SUPER_USERS"),
    Need("DELETE", r"message/[^/]+", "super:user", "FEATURE_SUPER_USERS"),
    Need("GET", r"user/aggregatelogs", "user:admin", _COUNTS),
    Need("GET", r"user/", "user:read"),
    Need(".*", r"user/.*", "user:admin"),
    Need("POST", r"repository", "repo:create"),
    Need("GET", r"repository", "repo:read"),
    Need(".*", _REPO + r"/changestate", "repo:admin", "FEATURE_REPO_MIRROR"),
    Need(".*", _REPO + r"/mirror(/.*)?", "repo:admin", "FEATURE_REPO_MIRROR"),
    Need(".*", _REPO + r"/autoprunepolicy/.*", "repo:admin", "FEATURE_AUTO_PRUNE", "3.11"),
    Need(".*", _REPO + r"/immutabilitypolicy/.*", "repo:admin", "FEATURE_IMMUTABLE_TAGS", "3.17"),
    Need(".*", _REPO + r"/permissions/.*", "repo:admin"),
    Need("POST", _REPO + r"/changevisibility", "repo:admin"),
    Need("POST", _REPO + r"/tag/[^/]+/expire", "repo:write", "PERMANENTLY_DELETE_TAGS"),
    Need("PUT|POST|DELETE", _REPO + r"/(tag|manifest)/.*", "repo:write"),
    Need("GET", _REPO + r"/build/[^/]+/logs", "repo:read"),
    Need("GET", _REPO + r"/aggregatelogs", "repo:admin", _COUNTS),
    Need(".*", _REPO + r"/(logs|notification|tokens|trigger)(/.*)?", "repo:admin"),
    Need("GET", _REPO, "repo:read"),
    Need("PUT", _REPO, "repo:write"),
    Need("DELETE", _REPO, "repo:admin"),
    # Pages of the web interface, outside /api/v1: they take a sign-in, never a token.
    Need("POST", r"/oauth/authorize/assignuser", None, "FEATURE_ASSIGN_OAUTH_TOKEN", "3.12"),
)


def need_of(method: str, path: str) -> Need | None:
    """Return what ``method path`` needs, or None if unknown.

    ``path`` is relative to /api/v1 and without a query; with a slash in front it is none of the API's.
    """
    for need in NEEDS:
        if re.fullmatch(need.methods, method) and re.fullmatch(need.path, path):
            return need
    return None
