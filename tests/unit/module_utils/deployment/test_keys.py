# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Which keys are known, and of what kind."""

from __future__ import annotations

import re
from typing import Optional

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.deployment import keys


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("FEATURE_MAILING", keys.BOOLEAN),
        ("FEATURE_OF_TOMORROW", keys.BOOLEAN),
        ("FEATURE_LISTEN_IP_VERSION", keys.STRING),
        ("SETUP_COMPLETE", keys.BOOLEAN),
        ("MAIL_PORT", keys.NUMBER),
        ("SERVER_HOSTNAME", keys.STRING),
        ("SESSION_TIMEOUT", keys.DURATION),
        ("FRESH_LOGIN_TIMEOUT", keys.DURATION),
        ("SUPER_USERS", keys.STRINGS),
        ("BUILDLOGS_REDIS", keys.MAPPING),
        ("CORPORATE_LOGIN_CONFIG", keys.MAPPING),
        ("LDAP_BASE_DN", keys.ANYTHING),
        ("NO_SUCH_KEY", None),
    ],
)
def test_kind(key: str, kind: Optional[str]) -> None:
    assert keys.kind_of(key) == kind


def test_what_is_known() -> None:
    assert keys.is_known("SERVER_HOSTNAME")
    assert keys.is_known("CORPORATE_LOGIN_CONFIG")
    assert not keys.is_known("FEATURE_OF_TOMORROW")
    assert not keys.is_known("server_hostname")


def test_the_table_is_in_order() -> None:
    assert len(keys.KNOWN) > 400
    assert [key for key in keys.KNOWN if not re.fullmatch("[A-Z][A-Z0-9_]*", key)] == []
    assert set(keys.CHOICES) | keys.NULLABLE <= set(keys.KNOWN)
    # No key is in two groups: the later one would win without a word.
    named = [key for group in keys._BY_KIND.values() for key in group.split()]
    assert len(named) == len(set(named))
    assert [key for key in named if key.startswith("FEATURE_") and key != "FEATURE_LISTEN_IP_VERSION"] == []


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("FEATURE_MAILLING", "FEATURE_MAILING"),
        ("SUPERUSERS", "SUPER_USERS"),
        ("SOMETHING_ELSE_ALTOGETHER", None),
    ],
)
def test_nearest(name: str, near: Optional[str]) -> None:
    assert keys.nearest(name) == near


@pytest.mark.parametrize(
    ("field", "key"),
    [("ServerHostname", "SERVER_HOSTNAME"), ("FeatureUIV2", "FEATURE_UI_V2"), ("Nothing", None)],
)
def test_key_of_field(field: str, key: Optional[str]) -> None:
    assert keys.key_of_field(field) == key
