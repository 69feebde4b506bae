# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Turns config.yaml into the settings of the simulator."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from ..settings import Settings, seconds
from . import flags
from .versions import Version

_FEATURE = "FEATURE_"
_FEDERATIONS = {"LDAP": "ldap", "OIDC": "oidc", "Keystone": "keystone"}


class SettingsError(Exception):
    """Quay would not start with this configuration."""


def features(config: Mapping[str, Any], version: Version) -> dict[str, bool]:
    """Every flag: as config.yaml says, else as Quay has it by default."""
    found = flags.defaults(version)
    later = flags.unknown(version)
    for key, value in config.items():
        name = key[len(_FEATURE) :]
        if key.startswith(_FEATURE) and name not in later:
            found[name] = bool(value)
    # The simulator takes a flag that it is not told for what the recorded Quay had.
    found.update(dict.fromkeys(later, False))
    return found


def _names(config: Mapping[str, Any], key: str) -> list[str]:
    return [str(name) for name in config.get(key) or []]


def require_keys(config: Mapping[str, Any]) -> None:
    """What every process of Quay asks for while it loads. Raises SettingsError."""
    if config.get("DATABASE_SECRET_KEY") is None and config.get("SETUP_COMPLETE", False):
        raise SettingsError("DATABASE_SECRET_KEY is missing in config.yaml")
    if config.get("FEATURE_STORAGE_REPLICATION") and not config.get("DISTRIBUTED_STORAGE_PREFERENCE"):
        raise SettingsError("FEATURE_STORAGE_REPLICATION needs QUAY_DISTRIBUTED_STORAGE_PREFERENCE")


def settings_from(config: Mapping[str, Any], version: Version) -> Settings:
    """The settings of a registry. Nothing that only tests need is on."""
    expiration = config.get("APP_SPECIFIC_TOKEN_EXPIRATION")
    state = str(config.get("REGISTRY_STATE", "normal"))
    authentication = str(config.get("AUTHENTICATION_TYPE", "Database"))
    return Settings(
        features=features(config, version),
        superusers=_names(config, "SUPER_USERS"),
        global_readonly_superusers=_names(config, "GLOBAL_READONLY_SUPER_USERS"),
        restricted_users_whitelist=_names(config, "RESTRICTED_USERS_WHITELIST"),
        server_hostname=str(config.get("SERVER_HOSTNAME", "localhost:5000")),
        preferred_url_scheme=str(config.get("PREFERRED_URL_SCHEME", "http")),
        authentication_type=authentication,
        federated_service=_FEDERATIONS.get(authentication),
        tag_expiration_options=tuple(
            str(option) for option in config.get("TAG_EXPIRATION_OPTIONS") or ("0s", "1d", "1w", "2w", "4w")
        ),
        default_tag_expiration=str(config.get("DEFAULT_TAG_EXPIRATION", "2w")),
        default_system_quota_bytes=int(config.get("DEFAULT_SYSTEM_REJECT_QUOTA_BYTES") or 0),
        fresh_login_timeout=float(seconds(str(config.get("FRESH_LOGIN_TIMEOUT", "10m")))),
        session_lifetime=float(seconds(str(config.get("SESSION_TIMEOUT", "31d")))),
        token_limit=config.get("OAUTH_APPLICATION_MAXIMUM_TOKEN_COUNT"),
        app_token_lifetime=None if expiration is None else seconds(str(expiration)),
        direct_oauth_clients=_names(config, "DIRECT_OAUTH_CLIENTID_WHITELIST"),
        public_namespaces=_names(config, "PUBLIC_NAMESPACES"),
        ssrf_allowed_hosts=_names(config, "SSRF_ALLOWED_HOSTS"),
        robots_disallow=bool(config.get("ROBOTS_DISALLOW", False)),
        registry_readonly=state == "readonly",
        browser_calls_xhr_only=bool(config.get("BROWSER_API_CALLS_XHR_ONLY", True)),
        permanently_delete_tags=bool(config.get("PERMANENTLY_DELETE_TAGS", False)),
        version="%d.%d.%d" % version,
        # Without a key Quay makes one at each start, which ends all sessions.
        secret=str(config.get("SECRET_KEY") or secrets.token_urlsafe(32)),
        secure_cookies=not config.get("FORCE_NONSECURE_SESSION_COOKIE", False),
        control=False,
    )
