# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The rules: each wrong value is named with its key, with what is wrong and what to write instead."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.deployment import masking
from ansible_collections.quayops.quay.plugins.module_utils.deployment.rules import (
    check,
    normalized,
    unknown_keys,
)

from .configs import GOOD, MISSING, PASSWORD, REDIS, changed

S3 = {"storage_path": "/x", "s3_bucket": "b"}
AT = "DISTRIBUTED_STORAGE_CONFIG.default"
LOCATIONS = "DISTRIBUTED_STORAGE_DEFAULT_LOCATIONS"
ARGUMENTS = "DB_CONNECTION_ARGS"
BOOTSTRAP = "FEATURE_PROGRAMMATIC_BOOTSTRAP"


def stored(*definition: Any) -> dict[str, Any]:
    return {"DISTRIBUTED_STORAGE_CONFIG": {"default": list(definition)}}


def problems(**keys: Any) -> dict[str, str]:
    return dict(check(changed(**keys)).problems)


def warnings(**keys: Any) -> dict[str, str]:
    return dict(check(changed(**keys)).warnings)


def test_a_good_configuration_is_good() -> None:
    assert check(GOOD) == ([], [])


@pytest.mark.parametrize(
    "key",
    ["AUTHENTICATION_TYPE", "BUILDLOGS_REDIS", "DATABASE_SECRET_KEY", "DB_URI", "DEFAULT_TAG_EXPIRATION",
     "DISTRIBUTED_STORAGE_CONFIG", "DISTRIBUTED_STORAGE_PREFERENCE", "PREFERRED_URL_SCHEME", "SECRET_KEY",
     "SERVER_HOSTNAME", "TAG_EXPIRATION_OPTIONS", "USER_EVENTS_REDIS"],
)  # fmt: skip
@pytest.mark.parametrize(
    "value", [MISSING, None, "", {}, []], ids=["missing", "null", "text", "mapping", "list"]
)
def test_what_is_required(key: str, value: Any) -> None:
    assert "is missing or empty. Write " in " ".join(
        text for name, text in check(changed(**{key: value})).problems if name == key
    )


# A change of the good configuration, the key that is named, and a part of the text.
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"-FEATURE_MAILING": False}, "-FEATURE_MAILING", "Write FEATURE_MAILING."),
    ({"feature_ui_v2": True}, "feature_ui_v2", "Write FEATURE_UI_V2."),
    ({"something odd": 1}, "something odd", "is no key of Quay"),
    ({"SETUP_COMPLETE": MISSING}, "SETUP_COMPLETE", "Write SETUP_COMPLETE: true."),
    ({"SETUP_COMPLETE": False}, "SETUP_COMPLETE", "must be true"),
    ({"TESTING": MISSING}, "TESTING", "Write TESTING: false."),
    ({"TESTING": True}, "TESTING", "must be false"),
    # kinds
    ({"FEATURE_AUTO_PRUNE": "yes"}, "FEATURE_AUTO_PRUNE", "without quotes, not a text."),
    ({"FEATURE_AUTO_PRUNE": 1}, "FEATURE_AUTO_PRUNE", "not a number."),
    ({"FEATURE_AUTO_PRUNE": None}, "FEATURE_AUTO_PRUNE", "not null."),
    ({"FEATURE_OF_TOMORROW": "on"}, "FEATURE_OF_TOMORROW", "must be true or false"),
    ({"MAIL_PORT": "many"}, "MAIL_PORT", "must be a number, without quotes, not a text."),
    ({"MAIL_PORT": True}, "MAIL_PORT", "not true or false."),
    ({"REGISTRY_TITLE": 5}, "REGISTRY_TITLE", "must be a text; put it in quotes, not a number."),
    ({"SECRET_KEY": 5}, "SECRET_KEY", "must be a text"),
    ({"SUPER_USERS": "admin"}, "SUPER_USERS", "must be a list of texts, not a text."),
    ({"SUPER_USERS": ["admin", 5]}, "SUPER_USERS", "not a list with something else in it."),
    ({"BUILDLOGS_REDIS": "redis"}, "BUILDLOGS_REDIS", "must be a mapping, not a text."),
    ({"BUILDLOGS_OPTIONS": {}}, "BUILDLOGS_OPTIONS", "must be a list, not a mapping."),
    ({"SESSION_TIMEOUT": "soon"}, "SESSION_TIMEOUT", "such as 2w, not 'soon'."),
    ({"DEFAULT_TAG_EXPIRATION": 5}, "DEFAULT_TAG_EXPIRATION", "such as 2w, not a number."),
    ({"OIDC_LOGIN_CONFIG": []}, "OIDC_LOGIN_CONFIG", "must be a mapping"),
    # choices
    ({"AUTHENTICATION_TYPE": "database"}, "AUTHENTICATION_TYPE", "not 'database'. Do you mean Database?"),
    ({"PREFERRED_URL_SCHEME": "ftp"}, "PREFERRED_URL_SCHEME", "must be one of http, https, not 'ftp'."),
    ({"REGISTRY_STATE": "read-only"}, "REGISTRY_STATE", "Do you mean readonly?"),
    ({"FEATURE_LISTEN_IP_VERSION": "both"}, "FEATURE_LISTEN_IP_VERSION", "IPv4, IPv6, dual-stack"),
    # the host name
    ({"SERVER_HOSTNAME": "https://registry.example.com/"}, "SERVER_HOSTNAME", "Write registry.example.com."),
    ({"SERVER_HOSTNAME": "registry.example.com/quay"}, "SERVER_HOSTNAME", "Write registry.example.com."),
    ({"SERVER_HOSTNAME": "registry_1.example.com"}, "SERVER_HOSTNAME", "is not a host name"),
    ({"SERVER_HOSTNAME": "[::1]"}, "SERVER_HOSTNAME", "is not a host name"),
    ({"SERVER_HOSTNAME": "registry.example.com:https"}, "SERVER_HOSTNAME", "is not a host name"),
    ({"SERVER_HOSTNAME": "my-quay.io.example.com"}, "SERVER_HOSTNAME", "holds quay.io"),
    ({"SERVER_HOSTNAME": "Quay.IO"}, "SERVER_HOSTNAME", "superusers"),
    # tags
    ({"DEFAULT_TAG_EXPIRATION": "3w"}, "DEFAULT_TAG_EXPIRATION", "TAG_EXPIRATION_OPTIONS (0s, 1d,"),
    ({"TAG_EXPIRATION_OPTIONS": ["2w", "soon"]}, "TAG_EXPIRATION_OPTIONS", "'soon' is not a number with w,"),
    # the database
    ({"DB_URI": "mongodb://quay:x@host/quay"}, "DB_URI", "must begin with postgresql://"),
    ({"DB_URI": "quay-postgresql"}, "DB_URI", "must begin with postgresql://"),
    ({"DB_URI": "postgresql://quay:pass/word@host:5432/quay"}, "DB_URI", "Encode the password"),
    ({"DB_URI": "postgresql://quay:pass@word@host:5432/quay"}, "DB_URI", "Encode the password"),
    ({"DB_URI": "postgresql://quay:x@:5432/quay"}, "DB_URI", "names no host"),
    ({"DB_URI": "postgresql://quay:x@host:5432"}, "DB_URI", "names no database"),
    ({"DB_URI": "postgresql://quay:x@host/quay?sslmode=verify-full"}, "DB_URI", "needs sslrootcert"),
    ({"DB_URI": "postgresql://quay:x@host/quay?sslmode=on"}, "DB_URI", "sslmode must be one of disable,"),
    ({ARGUMENTS: {"sslmode": "verify-ca"}}, f"{ARGUMENTS}.sslmode", "=verify-ca&sslrootcert="),
    ({"DB_URI": "sqlite:quay.db"}, "DB_URI", "names no file"),
    # Redis
    ({"BUILDLOGS_REDIS": {"port": 6379}}, "BUILDLOGS_REDIS.host", "is missing"),
    ({"USER_EVENTS_REDIS": {**REDIS, "host": "redis:6379"}}, "USER_EVENTS_REDIS.host", "Write only the name"),
    ({"USER_EVENTS_REDIS": {**REDIS, "port": "x"}}, "USER_EVENTS_REDIS.port", "between 1 and 65535"),
    ({"PULL_METRICS_REDIS": {**REDIS, "port": 0}}, "PULL_METRICS_REDIS.port", "between 1 and 65535"),
    ({"BUILDLOGS_REDIS": {**REDIS, "password": 1234}}, "BUILDLOGS_REDIS.password", "put it in quotes"),
    # storage
    ({"DISTRIBUTED_STORAGE_CONFIG": {"default": "LocalStorage"}}, AT, "such as ["),
    (stored("LocalStorage"), AT, "such as ["),
    (stored("S3Storag", S3), AT, "mean S3Storage?"),
    (stored("S3Storage", {}), AT, "s3_bucket too."),
    (stored("S3Storage", {**S3, "port": "x"}), f"{AT}.port", "65535"),
    (stored("S3Storage", {**S3, "is_secure": "yes"}), f"{AT}.is_secure", "true or false"),
    ({"DISTRIBUTED_STORAGE_PREFERENCE": ["other"]}, "DISTRIBUTED_STORAGE_PREFERENCE", "(it has default)"),
    ({LOCATIONS: ["other"]}, LOCATIONS, "names 'other'"),
    ({"FEATURE_STORAGE_REPLICATION": True}, "FEATURE_STORAGE_REPLICATION", "cannot replicate the Local"),
    # keys
    ({"DATABASE_SECRET_KEY": "schl\u00fcssel-\u20ac"}, "DATABASE_SECRET_KEY", "ASCII letters and digits"),
    ({"DATABASE_SECRET_KEY": " abc"}, "DATABASE_SECRET_KEY", "white space"),
    ({"SECRET_KEY": "abc\n"}, "SECRET_KEY", "white space"),
    # the scanner, mail, sign-in, and others
    ({"FEATURE_SECURITY_SCANNER": True}, "SECURITY_SCANNER_V4_ENDPOINT", "Write the address of Clair"),
    ({"SECURITY_SCANNER_V4_ENDPOINT": "quay-clair:6060"}, "SECURITY_SCANNER_V4_ENDPOINT", "http://"),
    ({"SECURITY_SCANNER_V4_PSK": "no base64!"}, "SECURITY_SCANNER_V4_PSK", "must be base64"),
    ({"FEATURE_MAILING": MISSING}, "FEATURE_MAILING", "Write FEATURE_MAILING: false"),
    ({"FEATURE_MAILING": True}, "FEATURE_MAILING", "MAIL_SERVER is missing"),
    ({"AUTHENTICATION_TYPE": "OIDC"}, "AUTHENTICATION_TYPE", "_LOGIN_CONFIG"),
    ({"FEATURE_DIRECT_LOGIN": False}, "FEATURE_DIRECT_LOGIN", "no other way to sign in"),
    ({BOOTSTRAP: True}, "BOOTSTRAP_TOKEN_OWNER", "Write a user's name"),
    ({BOOTSTRAP: True, "BOOTSTRAP_TOKEN_OWNER": "bob"}, "BOOTSTRAP_TOKEN_OWNER", "SUPER_USERS"),
    ({"MAXIMUM_LAYER_SIZE": "20GB"}, "MAXIMUM_LAYER_SIZE", "such as 20G"),
    ({"FOOTER_LINKS": {"ABOUT_URL": "https://example.com"}}, "FOOTER_LINKS", "TERMS_OF_SERVICE_URL"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "key", "text"), WRONG, ids=[f"{key}-{text}" for _, key, text in WRONG])
def test_what_is_wrong(change: dict[str, Any], key: str, text: str) -> None:
    found = [told for name, told in check(changed(**change)).problems if name == key]
    assert len(found) == 1
    assert text in found[0]
    assert found[0].endswith((".", "?"))
    # Nothing else is called wrong.
    assert {name for name, _text in check(changed(**change)).problems} == {key}


GOOD_VALUES: list[dict[str, Any]] = [
    {"SERVER_HOSTNAME": "registry.example.com:8443"},
    {"SERVER_HOSTNAME": "192.0.2.10"},
    {"SERVER_HOSTNAME": "localhost:8080"},
    {"DB_URI": "postgresql://quay:p%2Fw%40d@host/quay"},
    {"DB_URI": "postgresql+psycopg2://quay@host/quay"},
    {"DB_URI": "postgresql://quay:x@[2001:db8::1]:5432/quay"},
    {"DB_URI": "postgresql://quay:x@/quay?host=/var/run/postgresql"},
    {"DB_URI": "postgresql://q:x@h/quay?sslmode=verify-full&sslrootcert=conf/stack/database.pem"},
    {"DB_CONNECTION_ARGS": {"sslmode": "verify-ca", "sslrootcert": "x", "threadlocals": True}},
    {"DISTRIBUTED_STORAGE_CONFIG": {"default": ["S3Storage", {**S3, "port": 9000, "is_secure": False}]}},
    {"FEATURE_SECURITY_SCANNER": True, "SECURITY_SCANNER_V4_ENDPOINT": "http://quay-clair:6060"},
    {"SECURITY_SCANNER_V4_PSK": "cGxhbnRlZA=="},
    {"FEATURE_MAILING": True, "MAIL_SERVER": "mail.example.com", "MAIL_PORT": 587, "MAIL_USE_TLS": True},
    {"AUTHENTICATION_TYPE": "OIDC", "CORPORATE_LOGIN_CONFIG": {"OIDC_SERVER": "https://sso.example.com/"}},
    {"FEATURE_DIRECT_LOGIN": False, "GITHUB_LOGIN_CONFIG": {"CLIENT_ID": "x"}},
    {"FEATURE_PROGRAMMATIC_BOOTSTRAP": True, "BOOTSTRAP_TOKEN_OWNER": "admin"},
    {"SUPER_USERS": []},
    {"BUILDLOGS_REDIS": {"host": "redis"}},
    {"APP_SPECIFIC_TOKEN_EXPIRATION": None},
    {"REPO_MIRROR_ROLLBACK": None},
    {"CORS_ORIGIN": None},
    {"ACTION_LOG_AUDIT_LOGINS": False},
    {"LDAP_BASE_DN": ["dc=example", "dc=com"]},
    {"FOOTER_LINKS": {"TERMS_OF_SERVICE_URL": "https://example.com"}},
    {"FOOTER_LINKS": {}},
    {"PREFERRED_URL_SCHEME": "http", "EXTERNAL_TLS_TERMINATION": False},
    {"DATABASE_SECRET_KEY": "3f1f0c1e-77a1-4c0e-9c8b-2d8f8f6e4a51"},
    {"DATABASE_SECRET_KEY": "1234567890"},
]  # fmt: skip


@pytest.mark.parametrize("change", GOOD_VALUES, ids=[str(one)[:60] for one in GOOD_VALUES])
def test_what_is_right(change: dict[str, Any]) -> None:
    assert check(changed(**change)) == ([], [])


@pytest.mark.parametrize(
    ("change", "key", "text"),
    [
        ({"FEATURE_MAILLING": True}, "FEATURE_MAILLING", "Do you mean FEATURE_MAILING?"),
        ({"OF_NO_KIND": 1}, "OF_NO_KIND", "is not a key that Quay is known to have."),
        ({"SERVER_HOSTNAME": "registry"}, "SERVER_HOSTNAME", "has no domain"),
        ({"DB_URI": "mysql+pymysql://quay:x@host/quay"}, "DB_URI", "MySQL"),
        ({"DB_URI": "sqlite:////data/quay.db"}, "DB_URI", "SQLite"),
        ({"DATABASE_SECRET_KEY": "short"}, "DATABASE_SECRET_KEY", "shorter than the 32 characters"),
        ({"DATABASE_SECRET_KEY": "a" * 64}, "DATABASE_SECRET_KEY", "longer than 63 characters"),
        ({"PREFERRED_URL_SCHEME": "http"}, "PREFERRED_URL_SCHEME", "EXTERNAL_TLS_TERMINATION is true"),
    ],
)
def test_what_is_odd(change: dict[str, Any], key: str, text: str) -> None:
    assert problems(**change) == {}
    assert list(warnings(**change)) == [key]
    assert text in warnings(**change)[key]


def test_no_text_holds_a_secret() -> None:
    wrong = changed(
        DB_URI=f"postgres://quay:{PASSWORD}@host",
        SECRET_KEY=[PASSWORD],
        DATABASE_SECRET_KEY=f"{PASSWORD}\u20ac ",
        SECURITY_SCANNER_V4_PSK=f"{PASSWORD}!",
        BUILDLOGS_REDIS={"password": [PASSWORD]},
        DISTRIBUTED_STORAGE_CONFIG={"default": ["S3Storage", {"s3_secret_key": PASSWORD}]},
        MAIL_PASSWORD={"x": PASSWORD},
    )
    found = check(wrong)
    assert {"DB_URI", "SECRET_KEY", "DATABASE_SECRET_KEY", "MAIL_PASSWORD"} <= {
        key for key, _text in found.problems
    }
    assert PASSWORD not in repr(found)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert len(check({}).problems) == 15


def test_unknown_keys_are_named_with_their_nearest() -> None:
    config = changed(SUPERUSERS=["admin"], FEATURE_OF_TOMORROW=True, X_LOGIN_CONFIG={}, **{"-odd": 1})
    assert unknown_keys(config) == {"FEATURE_OF_TOMORROW": None, "SUPERUSERS": "SUPER_USERS"}


def test_digits_become_numbers_where_numbers_are_wanted() -> None:
    config = {
        "MAIL_PORT": "587",
        "BUILDLOGS_REDIS": {"port": "6379", "password": "1234"},
        "DB_CONNECTION_ARGS": {"max_connections": "10"},
        "DISTRIBUTED_STORAGE_CONFIG": {"default": ["S3Storage", {"port": "9000"}]},
        "DATABASE_SECRET_KEY": "1234",
        "DEFAULT_SYSTEM_REJECT_QUOTA_BYTES": "-1",
        "SEARCH_RESULTS_PER_PAGE": "many",
        "FEATURE_MAILING": "1",
    }
    assert normalized(config) == {
        "MAIL_PORT": 587,
        "BUILDLOGS_REDIS": {"port": 6379, "password": "1234"},
        "DB_CONNECTION_ARGS": {"max_connections": 10},
        "DISTRIBUTED_STORAGE_CONFIG": {"default": ["S3Storage", {"port": 9000}]},
        "DATABASE_SECRET_KEY": "1234",
        "DEFAULT_SYSTEM_REJECT_QUOTA_BYTES": -1,
        "SEARCH_RESULTS_PER_PAGE": "many",
        "FEATURE_MAILING": "1",
    }


def test_null_takes_a_key_out_unless_it_means_something() -> None:
    config = {
        "DB_CONNECTION_ARGS": None,
        "FEATURE_MAILING": None,
        "EXPIRED_APP_SPECIFIC_TOKEN_GC": None,
        "OF_NO_KIND": None,
        "BUILDLOGS_REDIS": {"password": None},
    }
    assert normalized(config) == {
        "EXPIRED_APP_SPECIFIC_TOKEN_GC": None,
        "OF_NO_KIND": None,
        "BUILDLOGS_REDIS": {"password": None},
    }


def test_a_masked_configuration_is_still_told_right() -> None:
    # What quay_config_info checks is the real one, but nothing must break on the other.
    assert check(masking.masked(GOOD, masking.sensitive_paths(GOOD))).problems == []
