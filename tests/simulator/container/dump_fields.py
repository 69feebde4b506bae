# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The fields of each group in Quay's validation: key, type, default. No type but these four is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# One group to a paragraph. true, false, numbers, [] and {} say their types; the others are texts.
_TABLE = """
AccessSettings
    AUTHENTICATION_TYPE=Database FEATURE_ANONYMOUS_ACCESS=true FEATURE_DIRECT_LOGIN=true
    FEATURE_GITHUB_LOGIN=false FEATURE_GOOGLE_LOGIN=false FEATURE_INVITE_ONLY_USER_CREATION=false
    FEATURE_PARTIAL_USER_AUTOCOMPLETE=true FEATURE_USERNAME_CONFIRMATION=true FEATURE_USER_CREATION=true
    FEATURE_USER_LAST_ACCESSED=true FEATURE_USER_LOG_ACCESS=false FEATURE_USER_METADATA=false
    FEATURE_USER_RENAME=false FRESH_LOGIN_TIMEOUT=10m USER_RECOVERY_TOKEN_LIFETIME=30m
    FEATURE_EXTENDED_REPOSITORY_NAMES=true CREATE_REPOSITORY_ON_PUSH_PUBLIC=false
    FEATURE_USER_INITIALIZE=false
ActionLogArchiving
    ACTION_LOG_ARCHIVE_LOCATION= ACTION_LOG_ARCHIVE_PATH= DISTRIBUTED_STORAGE_CONFIG={}
    FEATURE_ACTION_LOG_ROTATION=false
AppTokenAuthentication
    AUTHENTICATION_TYPE=Database FEATURE_APP_SPECIFIC_TOKENS=true FEATURE_DIRECT_LOGIN=true
AutoPrune
    FEATURE_AUTO_PRUNE=false DEFAULT_NAMESPACE_AUTOPRUNE_POLICY={}
BitbucketBuildTrigger
    BITBUCKET_TRIGGER_CONFIG={} FEATURE_BITBUCKET_BUILD=false FEATURE_BUILD_SUPPORT=false
BuildManager
    FEATURE_BUILD_SUPPORT=false BUILD_MANAGER={}
Database
    DB_CONNECTION_ARGS={} DB_URI=
DistributedStorage
    DISTRIBUTED_STORAGE_CONFIG={} DISTRIBUTED_STORAGE_PREFERENCE=[]
    DISTRIBUTED_STORAGE_DEFAULT_LOCATIONS=[] FEATURE_STORAGE_REPLICATION=false FEATURE_PROXY_STORAGE=false
ElasticSearch
    LOGS_MODEL=database LOGS_MODEL_CONFIG={}
Email
    BLACKLISTED_EMAIL_DOMAINS=[] FEATURE_BLACKLISTED_EMAILS=false FEATURE_MAILING=false
    MAIL_DEFAULT_SENDER=support@quay.io MAIL_PASSWORD= MAIL_PORT=587 MAIL_SERVER= MAIL_USE_AUTH=false
    MAIL_USERNAME= MAIL_USE_TLS=false FEATURE_FIPS=false
GitHubBuildTrigger
    FEATURE_BUILD_SUPPORT=false FEATURE_GITHUB_BUILD=false GITHUB_TRIGGER_CONFIG={}
GitHubLogin
    FEATURE_GITHUB_LOGIN=false GITHUB_LOGIN_CONFIG={}
GitLabBuildTrigger
    FEATURE_BUILD_SUPPORT=false FEATURE_GITLAB_BUILD=false GITLAB_TRIGGER_CONFIG={}
GoogleLogin
    FEATURE_GOOGLE_LOGIN=false GOOGLE_LOGIN_CONFIG={}
HostSettings
    EXTERNAL_TLS_TERMINATION=false PREFERRED_URL_SCHEME=http SERVER_HOSTNAME=
JWTAuthentication
    AUTHENTICATION_TYPE=Database FEATURE_MAILING=false JWT_AUTH_ISSUER= JWT_GETUSER_ENDPOINT=
    JWT_QUERY_ENDPOINT= JWT_VERIFY_ENDPOINT=
LDAP
    AUTHENTICATION_TYPE=Database LDAP_ADMIN_DN= LDAP_ADMIN_PASSWD= LDAP_ALLOW_INSECURE_FALLBACK=false
    LDAP_BASE_DN=[] LDAP_EMAIL_ATTR=mail LDAP_UID_ATTR=uid LDAP_URI=ldap://localhost LDAP_USER_FILTER=
    LDAP_USER_RDN=[]
OIDC
    SERVER_HOSTNAME= PREFERRED_URL_SCHEME=https
QuayDocumentation
    DOCUMENTATION_ROOT=
Redis
    BUILDLOGS_REDIS={} USER_EVENTS_REDIS={} PULL_METRICS_REDIS={}
RepoMirror
    FEATURE_REPO_MIRROR=false REPO_MIRROR_INTERVAL=30 REPO_MIRROR_SERVER_HOSTNAME=
    REPO_MIRROR_TLS_VERIFY=true
SecurityScanner
    FEATURE_SECURITY_SCANNER=false SECURITY_SCANNER_ENDPOINT= SECURITY_SCANNER_INDEXING_INTERVAL=30
    FEATURE_SECURITY_NOTIFICATIONS=false SECURITY_SCANNER_V4_ENDPOINT=
    SECURITY_SCANNER_V4_NAMESPACE_WHITELIST=[] SECURITY_SCANNER_V4_PSK=
TeamSyncing
    FEATURE_NONSUPERUSER_TEAM_SYNCING_SETUP=false FEATURE_TEAM_SYNCING=false TEAM_RESYNC_STALE_TIME=30m
TimeMachine
    DEFAULT_TAG_EXPIRATION=2w FEATURE_CHANGE_TAG_EXPIRATION=true TAG_EXPIRATION_OPTIONS=[]
UserVisibleSettings
    AVATAR_KIND=local BRANDING={} CONTACT_INFO=[] REGISTRY_TITLE=Project_Quay
    REGISTRY_TITLE_SHORT=Project_Quay SEARCH_MAX_RESULT_PAGE_COUNT=10 SEARCH_RESULTS_PER_PAGE=10
    ENTERPRISE_LOGO_URL=
"""
# The names that are not made of the key by capitalizing its words.
_NAMES = {
    "FEATURE_AUTO_PRUNE": "FEATURE_AUTO_PRUNE",
    "DEFAULT_NAMESPACE_AUTOPRUNE_POLICY": "DEFAULT_NAMESPACE_AUTOPRUNE_POLICY",
    "BUILD_MANAGER": "BuildManagerConfig",
    "FEATURE_FIPS": "FeatureFIPS",
    "FEATURE_SECURITY_NOTIFICATIONS": "SecurityScannerNotifications",
    "SECURITY_SCANNER_V4_PSK": "SecurityScannerV4PSK",
}


@dataclass(frozen=True)
class Field:
    """One field: the key in config.yaml, the name in the report, what it is when it is left out."""

    key: str
    name: str
    default: Any  # {} stands for a mapping that is not there


def name_of(key: str) -> str:
    """The name of a field in the report."""
    return _NAMES.get(key) or "".join(word.capitalize() for word in key.split("_"))


def _default(key: str, text: str) -> Any:
    if key == "TAG_EXPIRATION_OPTIONS":
        return ["0s", "1d", "1w", "2w", "4w"]
    known = {"true": True, "false": False, "[]": [], "{}": {}}
    if text in known:
        return known[text]
    return int(text) if text.isdigit() else text.replace("_", " ")


def _read() -> dict[str, list[Field]]:
    found: dict[str, list[Field]] = {}
    group = ""
    for line in _TABLE.strip().splitlines():
        if not line.startswith(" "):
            group = line
            found[group] = []
            continue
        for word in line.split():
            key, _, default = word.partition("=")
            found[group].append(Field(key, name_of(key), _default(key, default)))
    return found


FIELDS: Mapping[str, Sequence[Field]] = _read()
