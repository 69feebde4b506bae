# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Every setting of the simulator, in one place."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field

ALL_SCOPES = "org:admin repo:admin repo:create repo:read repo:write super:user user:admin user:read"

# The features of the Quay that was recorded (see tests/data/quay-api/README.md), without the prefix FEATURE_.
_ON = """
    ADVERTISE_V2 AGGREGATED_LOG_COUNT_RETRIEVAL ANONYMOUS_ACCESS APP_SPECIFIC_TOKENS ASSIGN_OAUTH_TOKEN
    AUTO_PRUNE CHANGE_TAG_EXPIRATION DIRECT_LOGIN EDIT_QUOTA ENABLE_STALE_MPU_CLEANUP
    EXTENDED_REPOSITORY_NAMES GARBAGE_COLLECTION GENERAL_OCI_SUPPORT HELM_OCI_SUPPORT IMAGE_PULL_STATS
    IMMUTABLE_TAGS LIBRARY_SUPPORT LOG_EXPORT MANIFEST_SIZE_BACKFILL MANIFEST_SUBJECT_BACKFILL
    NAMESPACE_GARBAGE_COLLECTION ORG_MIRROR PARTIAL_USER_AUTOCOMPLETE PERMANENT_SESSIONS PROXY_CACHE
    PROXY_CACHE_BLOB_DOWNLOAD QUOTA_MANAGEMENT REFERRERS_API REPOSITORY_ACTION_COUNTER
    REPOSITORY_GARBAGE_COLLECTION REPO_MIRROR REQUIRE_TEAM_INVITE SECURITY_SCANNER_NOTIFY_ON_NEW_INDEX
    SPARSE_INDEX SUPERUSERS_FULL_ACCESS SUPERUSER_CONFIGDUMP SUPER_USERS UI_MODELCARD UI_V2
    USERNAME_CONFIRMATION USER_CREATION USER_EVENTS USER_INITIALIZE USER_LAST_ACCESSED VERIFY_QUOTA
"""
_OFF = """
    ACTION_LOG_ROTATION BILLING BITBUCKET_BUILD BLACKLISTED_EMAILS BUILD_SUPPORT
    CLEAR_EXPIRED_RAC_ENTRIES DISABLE_PULL_LOGS_FOR_FREE_NAMESPACES ENTITLEMENT_RECONCILIATION
    EXPORT_COMPLIANCE EXTENDED_ACTION_LOGGING FIPS GITHUB_BUILD GITHUB_LOGIN GITLAB_BUILD GOOGLE_LOGIN
    IMAGE_EXPIRY_TRIGGER IMMUTABLE_TAGS_CAN_EXPIRE INVITE_ONLY_USER_CREATION MAILING
    NONSUPERUSER_TEAM_SYNCING_SETUP ORG_SHARED_EMAIL OTEL_TRACING PROGRAMMATIC_BOOTSTRAP PROXY_STORAGE
    PUBLIC_CATALOG QUOTA_NOTIFICATIONS QUOTA_SUPPRESS_FAILURES RATE_LIMITS READER_BUILD_LOGS RECAPTCHA
    REQUIRE_ENCRYPTED_BASIC_AUTH RESTRICTED_USERS RESTRICTED_V1_PUSH RH_MARKETPLACE
    SECURITY_NOTIFICATIONS SECURITY_SCANNER SECURITY_SCANNER_V2 SIGNING SPAM_DETECTION
    STORAGE_REPLICATION SUPERUSERS_ORG_CREATION_ONLY TEAM_SYNCING UI_DELAY_AFTER_WRITE USER_LOG_ACCESS
    USER_METADATA USER_RENAME
"""
RECORDED_FEATURES = dict.fromkeys(_ON.split(), True)
RECORDED_FEATURES.update(dict.fromkeys(_OFF.split(), False))

_FEDERATED = {"LDAP": "ldap", "OIDC": "oidc", "Keystone": "keystone", "JWT": "jwtauthn"}
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def seconds(span: str) -> int:
    """The number of seconds of a time span in Quay's spelling, such as ``2w`` or ``45s``.

    Raises ValueError for anything else.
    """
    match = re.match(r"^(\d+)([smhdw])$", span)
    if not match:
        raise ValueError(f"Invalid time span: {span}")
    return int(match.group(1)) * _UNITS[match.group(2)]


@dataclass
class Settings:
    """What a Quay reads from its config.yaml, as far as its API shows it, and what only a simulator needs."""

    features: dict[str, bool] = field(default_factory=dict)  # overrides RECORDED_FEATURES
    superusers: list[str] = field(default_factory=lambda: ["admin"])
    global_readonly_superusers: list[str] = field(default_factory=list)
    restricted_users_whitelist: list[str] = field(default_factory=list)
    server_hostname: str = "localhost:8080"
    preferred_url_scheme: str = "http"
    authentication_type: str = "Database"
    ldap_base_dn: str = "dc=example,dc=com"
    oidc_issuer_domain: str = "sso.example.com"
    # The groups of the directory that have members, as Quay is given them; None: any that is asked for.
    directory_groups: list[str] | None = None
    tag_expiration_options: tuple[str, ...] = ("0s", "1d", "1w", "2w", "4w")
    default_tag_expiration: str = "2w"
    default_system_quota_bytes: int = 0
    fresh_login_timeout: float = 600.0  # seconds
    session_lifetime: float = 31 * 86400.0  # seconds
    token_lifetime: int = 315576000  # seconds: the ten years that Quay gives
    initial_token_lifetime: int = 9000  # seconds: of the token that user/initialize answers
    token_limit: int | None = None  # OAUTH_APPLICATION_MAXIMUM_TOKEN_COUNT
    app_token_lifetime: int | None = None  # APP_SPECIFIC_TOKEN_EXPIRATION, seconds
    direct_oauth_clients: list[str] = field(default_factory=list)
    public_namespaces: list[str] = field(default_factory=list)
    ssrf_allowed_hosts: list[str] = field(default_factory=lambda: ["localhost"])
    robots_disallow: bool = False
    registry_readonly: bool = False
    config_read_only: bool = False  # its config.yaml, which a superuser's request would add a superuser to
    secure_cookies: bool = True  # with https; FORCE_NONSECURE_SESSION_COOKIE is the opposite
    browser_calls_xhr_only: bool = False
    permanently_delete_tags: bool = False
    login_backoff: bool = True  # 429 after too many failed sign-ins
    version: str = "3.18.0"
    page_size: int = 100
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    hold_deleted_names: bool = True  # until collect_garbage(), as Quay holds them until its worker ran
    latency: float = 0.0  # seconds slept for each request, outside of any lock
    database: str | None = None  # postgresql://...; None keeps everything in memory
    control: bool = True  # serve /_simulator/

    def feature(self, name: str) -> bool:
        """Whether FEATURE_<name> is on."""
        if name in self.features:
            return bool(self.features[name])
        return RECORDED_FEATURES.get(name, False)

    def is_at_least(self, version: str) -> bool:
        """Whether this Quay is of a version such as ``3.17``, or newer."""
        own, other = self.version.split(".")[:2], version.split(".")
        return [int(part) for part in own] >= [int(part) for part in other]

    @property
    def base_url(self) -> str:
        """The address that Quay believes to have, without a slash at the end."""
        return f"{self.preferred_url_scheme}://{self.server_hostname}"

    @property
    def quota_shown(self) -> bool:
        """Whether answers carry quota fields."""
        return self.feature("QUOTA_MANAGEMENT") and self.feature("EDIT_QUOTA")

    @property
    def federated_service(self) -> str | None:
        """The directory of the users; None where the users are Quay's own."""
        return _FEDERATED.get(self.authentication_type)

    @property
    def team_syncing(self) -> bool:
        """Whether teams may follow groups of an external directory."""
        return self.feature("TEAM_SYNCING") and bool(self.federated_service)
