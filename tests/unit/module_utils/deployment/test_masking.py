# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is secret, and how it is hidden."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.quayops.quay.plugins.module_utils.deployment import document, masking
from ansible_collections.quayops.quay.plugins.module_utils.deployment.keys import KNOWN
from ansible_collections.quayops.quay.plugins.module_utils.deployment.masking import CHANGED, MASK

URI = "postgresql://quay:pass%2Fword@host:5432/quay?sslmode=require"


@pytest.mark.parametrize(
    "name",
    ["password", "REDIS_PASSWORD", "LDAP_ADMIN_PASSWD", "passphrase", "SECRET_KEY", "DATABASE_SECRET_KEY",
     "CLIENT_SECRET", "STRIPE_SECRET_KEY", "SECURITY_SCANNER_V4_PSK", "PAGE_TOKEN_KEY", "IP_DATA_API_KEY",
     "ENABLE_HEALTH_DEBUG_SECRET", "access_key", "s3_access_key", "s3_secret_key", "azure_account_key",
     "sas_token",
     "aws_session_token", "temp_url_key", "akamai_shared_secret", "swift_password", "sts_user_secret_key",
     "hec_token", "bearer_token", "dt_api_token", "SENTRY_DSN", "SERVICE_ACCOUNT_TOKEN", "private_key",
     "LdapAdminPasswd", "SecretKey", "clientSecret", "tokens"],
)  # fmt: skip
def test_names_of_secrets(name: str) -> None:
    assert masking.is_sensitive(name)


@pytest.mark.parametrize(
    "name",
    ["FEATURE_APP_SPECIFIC_TOKENS", "FEATURE_ASSIGN_OAUTH_TOKEN", "APP_SPECIFIC_TOKEN_EXPIRATION",
     "SERVER_HOSTNAME",
     "OAUTH_APPLICATION_MAXIMUM_TOKEN_COUNT", "USER_RECOVERY_TOKEN_LIFETIME", "INSTANCE_SERVICE_KEY_LOCATION",
     "INSTANCE_SERVICE_KEY_SERVICE", "PROGRAMMATIC_TOKEN_K8S_SECRET", "PROGRAMMATIC_TOKEN_K8S_KEY",
     "PROGRAMMATIC_TOKEN_PATH", "SENTRY_PUBLIC_DSN", "RECAPTCHA_SITE_KEY", "LABEL_KEY_RESERVED_PREFIXES",
     "cloudfront_key_id", "cloudfront_privatekey_filename", "CONSUMER_KEY", "sslkey", "s3_bucket",
     "username"],
)  # fmt: skip
def test_names_of_what_is_no_secret(name: str) -> None:
    assert not masking.is_sensitive(name)


def test_the_secrets_among_the_known_keys() -> None:
    # A new key of Quay should be thought about here.
    assert sorted(key for key in KNOWN if masking.is_sensitive(key)) == [
        "DATABASE_SECRET_KEY", "ENABLE_HEALTH_DEBUG_SECRET", "IP_DATA_API_KEY", "KEYSTONE_ADMIN_PASSWORD",
        "LDAP_ADMIN_PASSWD", "MAIL_PASSWORD", "PAGE_TOKEN_KEY", "RECAPTCHA_SECRET_KEY", "SECRET_KEY",
        "SECURITY_SCANNER_V4_PSK", "SENTRY_DSN", "STRIPE_SECRET_KEY",
    ]  # fmt: skip


def shown(config: Any) -> Any:
    return masking.masked(config, masking.sensitive_paths(config))


@pytest.mark.parametrize(
    ("config", "visible"),
    [
        ({"SECRET_KEY": "x"}, {"SECRET_KEY": MASK}),
        ({"SECRET_KEY": 12345}, {"SECRET_KEY": MASK}),
        ({"SECRET_KEY": "", "MAIL_PASSWORD": None}, {"SECRET_KEY": "", "MAIL_PASSWORD": None}),
        ({"some_token": True}, {"some_token": True}),
        ({"A": {"B": [{"password": "x", "host": "h"}]}}, {"A": {"B": [{"password": MASK, "host": "h"}]}}),
        ({"tokens": ["a", "b"]}, {"tokens": [MASK, MASK]}),
        ({"tokens": {"a": "b"}}, {"tokens": {"a": MASK}}),
        ({"DB_URI": URI}, {"DB_URI": f"postgresql://quay:{MASK}@host:5432/quay?sslmode=require"}),
        ({"DB_URI": "postgresql://quay:a@b/c@host/quay"}, {"DB_URI": f"postgresql://quay:{MASK}@host/quay"}),
        ({"DB_URI": "postgresql:///q?user=u&password=p"}, {"DB_URI": f"postgresql:///q?user=u&password={MASK}"}),
        ({"DB_URI": "quay:secret@host"}, {"DB_URI": MASK}),
        ({"DB_URI": "sqlite:////data/quay.db"}, {"DB_URI": "sqlite:////data/quay.db"}),
        ({"DB_URI": "postgresql://quay@host/quay"}, {"DB_URI": "postgresql://quay@host/quay"}),
        ({"HTTP_PROXY": "http://me:pw@proxy:3128"}, {"HTTP_PROXY": f"http://me:{MASK}@proxy:3128"}),
        ({"SENTRY_DSN": "https://a:b@sentry/1"}, {"SENTRY_DSN": MASK}),
        ({"SERVER_HOSTNAME": "registry.example.com:8443"}, {"SERVER_HOSTNAME": "registry.example.com:8443"}),
    ],
)  # fmt: skip
def test_masking(config: Any, visible: Any) -> None:
    assert shown(config) == visible


def test_all_that_was_handed_over_is_hidden() -> None:
    secrets = {
        "ANY_NAME": "value",
        "NESTED": {"a": "b", "n": 5},
        "LIST": ["x", {"name": "y"}],
        "DISTRIBUTED_STORAGE_CONFIG": {
            "default": ["S3Storage", {"s3_bucket": "bucket", "host": "h", "s3_secret_key": "k", "odd": "o"}]
        },
    }
    assert masking.masked(secrets, masking.given_paths(secrets)) == {
        "ANY_NAME": MASK,
        "NESTED": {"a": MASK, "n": MASK},
        "LIST": [MASK, {"name": MASK}],
        "DISTRIBUTED_STORAGE_CONFIG": {
            "default": ["S3Storage", {"s3_bucket": "bucket", "host": "h", "s3_secret_key": MASK, "odd": MASK}]
        },
    }


def test_a_change_of_a_secret_can_be_seen() -> None:
    before = {"SECRET_KEY": "a", "MAIL_PASSWORD": "same", "DB_URI": "postgresql://q:a@h/q", "OLD": "o"}
    after = {
        "SECRET_KEY": "b",
        "MAIL_PASSWORD": "same",
        "DB_URI": "postgresql://q:b@h/q",
        "STRIPE_SECRET_KEY": "n",
    }
    paths = masking.sensitive_paths(before) | masking.sensitive_paths(after)
    assert masking.masked_pair(before, after, paths) == (
        {"SECRET_KEY": MASK, "MAIL_PASSWORD": MASK, "DB_URI": f"postgresql://q:{MASK}@h/q", "OLD": "o"},
        {
            "SECRET_KEY": CHANGED,
            "MAIL_PASSWORD": MASK,
            "DB_URI": f"postgresql://q:{CHANGED}@h/q",
            "STRIPE_SECRET_KEY": MASK,
        },
    )


def test_the_values_to_look_for() -> None:
    config = {
        "DB_URI": URI,
        "BUILDLOGS_REDIS": {"password": "p w"},
        "MAIL_PASSWORD": 1234,
        "private_key": "-----BEGIN\nline of a key\n",
        "SERVER_HOSTNAME": "registry.example.com",
    }
    values = masking.secret_values(config, masking.sensitive_paths(config))
    assert {"pass%2Fword", "pass/word", "p w", "p%20w", "1234", "line of a key"} <= values
    assert not any("registry" in value or "host" in value for value in values)


@pytest.mark.parametrize(
    ("text", "values", "visible"),
    [
        ("key longsecret1 is wrong", {"longsecret1"}, f"key {MASK} is wrong"),
        ("xlongsecret1x", {"longsecret1"}, f"x{MASK}x"),
        ("quay-redis uses quay", {"quay"}, f"{MASK}-redis uses {MASK}"),
        ("the quayside", {"quay"}, "the quayside"),
        ("aaaaaaaab aaaaaaaa", {"aaaaaaaa", "aaaaaaaab"}, f"{MASK} {MASK}"),
        ("dial postgresql://quay:other@host/quay", set(), f"dial postgresql://quay:{MASK}@host/quay"),
        ("see https://host:8443/path", set(), "see https://host:8443/path"),
    ],
)
def test_texts_of_others(text: str, values: set[str], visible: str) -> None:
    assert masking.redacted(text, values) == visible


def test_what_is_unknown() -> None:
    assert masking.unknown_paths({"A": {"b": "c"}, "D": "e"}, {"D"}) == {("A", "b")}


# Two halves

NAMES = st.sampled_from(["A", "password", "SECRET_KEY", "DB_URI", "host", "tokens", "FEATURE_X"])
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from(["", "x", URI]))
TREES = st.recursive(
    LEAVES,
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(NAMES, below, max_size=3)),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, TREES, max_size=5))
@settings(deadline=None)
def test_the_halves_make_the_whole_and_the_first_has_no_secret(config: dict[str, Any]) -> None:
    one, other = masking.split(config)
    assert masking.merged(one, other) == config
    assert masking.sensitive_paths(one) == set()
    assert document.checksum(masking.merged(one, other)) == document.checksum(config)


def test_merging_is_deep_for_mappings_alone() -> None:
    base = {"A": {"b": 1, "c": {"d": 2}}, "L": [1, 2], "S": 1}
    assert masking.merged(base, {"A": {"c": {"e": 3}}, "L": [3], "S": {"t": 4}}) == {
        "A": {"b": 1, "c": {"d": 2, "e": 3}},
        "L": [3],
        "S": {"t": 4},
    }
    assert base == {"A": {"b": 1, "c": {"d": 2}}, "L": [1, 2], "S": 1}
