# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The types of the values in config.yaml. A wrong one ends the validation before any rule is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_BOOLEANS = """
    EXTERNAL_TLS_TERMINATION CREATE_REPOSITORY_ON_PUSH_PUBLIC FEATURE_ANONYMOUS_ACCESS FEATURE_DIRECT_LOGIN
    FEATURE_EXTENDED_REPOSITORY_NAMES FEATURE_GITHUB_LOGIN FEATURE_GOOGLE_LOGIN
    FEATURE_INVITE_ONLY_USER_CREATION FEATURE_PARTIAL_USER_AUTOCOMPLETE FEATURE_USERNAME_CONFIRMATION
    FEATURE_USER_CREATION FEATURE_USER_INITIALIZE FEATURE_USER_LAST_ACCESSED FEATURE_USER_LOG_ACCESS
    FEATURE_USER_METADATA FEATURE_USER_RENAME FEATURE_ACTION_LOG_ROTATION FEATURE_APP_SPECIFIC_TOKENS
    FEATURE_AUTO_PRUNE FEATURE_BITBUCKET_BUILD FEATURE_BUILD_SUPPORT FEATURE_BLACKLISTED_EMAILS
    FEATURE_MAILING MAIL_USE_AUTH MAIL_USE_TLS FEATURE_FIPS FEATURE_GITHUB_BUILD FEATURE_GITLAB_BUILD
    LDAP_ALLOW_INSECURE_FALLBACK FEATURE_REPO_MIRROR REPO_MIRROR_TLS_VERIFY FEATURE_SECURITY_SCANNER
    FEATURE_SECURITY_NOTIFICATIONS FEATURE_NONSUPERUSER_TEAM_SYNCING_SETUP FEATURE_TEAM_SYNCING
    FEATURE_CHANGE_TAG_EXPIRATION FEATURE_STORAGE_REPLICATION FEATURE_PROXY_STORAGE
"""
_TEXTS = """
    AUTHENTICATION_TYPE FRESH_LOGIN_TIMEOUT SESSION_TIMEOUT USER_RECOVERY_TOKEN_LIFETIME
    ACTION_LOG_ARCHIVE_LOCATION ACTION_LOG_ARCHIVE_PATH DB_URI LOGS_MODEL MAIL_DEFAULT_SENDER MAIL_PASSWORD
    MAIL_SERVER MAIL_USERNAME PREFERRED_URL_SCHEME SERVER_HOSTNAME JWT_AUTH_ISSUER JWT_GETUSER_ENDPOINT
    JWT_QUERY_ENDPOINT JWT_VERIFY_ENDPOINT LDAP_ADMIN_DN LDAP_ADMIN_PASSWD LDAP_EMAIL_ATTR LDAP_UID_ATTR
    LDAP_URI LDAP_USER_FILTER DOCUMENTATION_ROOT REPO_MIRROR_SERVER_HOSTNAME SECURITY_SCANNER_ENDPOINT
    SECURITY_SCANNER_V4_ENDPOINT SECURITY_SCANNER_V4_PSK TEAM_RESYNC_STALE_TIME DEFAULT_TAG_EXPIRATION
    AVATAR_KIND REGISTRY_TITLE REGISTRY_TITLE_SHORT ENTERPRISE_LOGO_URL
"""
_INTEGERS = """
    MAIL_PORT REPO_MIRROR_INTERVAL SECURITY_SCANNER_INDEXING_INTERVAL SEARCH_MAX_RESULT_PAGE_COUNT
    SEARCH_RESULTS_PER_PAGE
"""
_LISTS = """
    TAG_EXPIRATION_OPTIONS CONTACT_INFO BLACKLISTED_EMAIL_DOMAINS LDAP_BASE_DN LDAP_USER_RDN
    DISTRIBUTED_STORAGE_PREFERENCE DISTRIBUTED_STORAGE_DEFAULT_LOCATIONS
    SECURITY_SCANNER_V4_NAMESPACE_WHITELIST
"""
_MAPPINGS = """
    BUILDLOGS_REDIS USER_EVENTS_REDIS PULL_METRICS_REDIS DB_CONNECTION_ARGS DISTRIBUTED_STORAGE_CONFIG
    LOGS_MODEL_CONFIG BRANDING DEFAULT_NAMESPACE_AUTOPRUNE_POLICY
"""
_REDIS = {"host": "string", "password": "string", "port": "int", "ssl": "bool", "db": "int"}
_DATABASE = {
    "ssl": "mapping",
    "threadlocals": "bool",
    "autorollback": "bool",
    "sslmode": "string",
    "sslrootcert": "string",
    "sslcert": "string",
    "sslkey": "string",
    "sslcompression": "int",
    "keepalives": "int",
    "keepalives_idle": "int",
    "keepalives_interval": "int",
    "keepalives_count": "int",
    "tcp_user_timeout": "int",
}
_STORAGE_TEXTS = """
    access_key bucket_name hostname secret_key s3_secret_key s3_access_key host s3_bucket storage_path
    azure_container azure_account_name azure_account_key sas_token endpoint_url
    cloudfront_distribution_domain cloudfront_key_id cloudflare_domain default_provider auth_url
    swift_container swift_user swift_password ca_cert_path temp_url_key
"""
_STORAGE = {
    **dict.fromkeys(_STORAGE_TEXTS.split(), "string"),
    "is_secure": "bool",
    "storage_config": "mapping",
    "providers": "mapping",
    "os_options": "mapping",
}
_TESTS = {
    "bool": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "mapping": lambda value: isinstance(value, dict),
}
TYPES = {
    **dict.fromkeys(_BOOLEANS.split(), "bool"),
    **dict.fromkeys(_TEXTS.split(), "string"),
    **dict.fromkeys(_INTEGERS.split(), "int"),
    **dict.fromkeys(_LISTS.split(), "list"),
    **dict.fromkeys(_MAPPINGS.split(), "mapping"),
}


class WrongType(Exception):
    """A value is of the wrong type. The text names the key, never the value."""


def _check(values: Mapping[str, Any], types: Mapping[str, str], where: str = "") -> None:
    for name, kind in types.items():
        if name in values and not _TESTS[kind](values[name]):
            raise WrongType(f"{where}{name} must be of type {kind}")


def _storages(config: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from (config.get("DISTRIBUTED_STORAGE_CONFIG") or {}).items()


def _check_storage(name: str, definition: Any) -> None:
    where = f"DISTRIBUTED_STORAGE_CONFIG.{name}"
    if not isinstance(definition, list) or len(definition) != 2:
        raise WrongType(f"{where} must be of the form [engine, options]")
    engine, options = definition
    if not isinstance(engine, str):
        raise WrongType(f"{where}: the engine must be of type string")
    if not isinstance(options, dict):
        raise WrongType(f"{where}: the options must be of type mapping")
    _check(options, _STORAGE, where + ".")
    for number in ("port", "auth_version"):
        value = options.get(number, 0)
        # Unlike elsewhere, a number may be written as a text here.
        is_number = _TESTS["int"](value) or isinstance(value, float)
        if not is_number and not (isinstance(value, str) and (value == "" or value.lstrip("-").isdigit())):
            raise WrongType(f"{where}.{number} must be of type int")


def check_types(config: Mapping[str, Any]) -> None:
    """Raises WrongType for the first value that is not of the type that Quay expects."""
    _check(config, TYPES)
    for name in ("BUILDLOGS_REDIS", "USER_EVENTS_REDIS", "PULL_METRICS_REDIS"):
        _check(config.get(name) or {}, _REDIS, name + ".")
    _check(config.get("DB_CONNECTION_ARGS") or {}, _DATABASE, "DB_CONNECTION_ARGS.")
    for name, definition in _storages(config):
        _check_storage(name, definition)
