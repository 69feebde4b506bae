# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The settings that config.yaml makes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.container import flags, settings
from tests.simulator.container.settings import SettingsError, settings_from
from tests.simulator.settings import RECORDED_FEATURES

V317, V318 = (3, 17, 1), (3, 18, 0)


def test_an_empty_configuration_has_the_defaults_of_quay() -> None:
    found = settings_from({}, V318)
    off = ("USER_INITIALIZE", "REPO_MIRROR", "PROXY_CACHE", "QUOTA_MANAGEMENT", "SUPERUSERS_FULL_ACCESS")
    on = ("MAILING", "DIRECT_LOGIN", "APP_SPECIFIC_TOKENS", "SUPER_USERS", "BUILD_SUPPORT")
    assert [found.feature(name) for name in off] == [False] * len(off)
    assert [found.feature(name) for name in on] == [True] * len(on)
    assert found.superusers == []
    assert found.server_hostname == "localhost:5000"
    assert found.preferred_url_scheme == "http"
    assert found.browser_calls_xhr_only
    assert found.ssrf_allowed_hosts == []
    assert not found.control


def test_every_flag_that_the_simulator_knows_has_a_default_here() -> None:
    known = {*flags.defaults(V318), "ENABLE_STALE_MPU_CLEANUP", "SPAM_DETECTION"}
    assert set(RECORDED_FEATURES) <= known


def test_what_the_configuration_says() -> None:
    found = settings_from(
        {
            "FEATURE_MAILING": False,
            "FEATURE_REPO_MIRROR": True,
            "SUPER_USERS": ["admin", "root"],
            "GLOBAL_READONLY_SUPER_USERS": ["auditor"],
            "SERVER_HOSTNAME": "registry.example.com",
            "PREFERRED_URL_SCHEME": "https",
            "TAG_EXPIRATION_OPTIONS": ["1d", "3w"],
            "DEFAULT_TAG_EXPIRATION": "3w",
            "SECRET_KEY": "the key",
            "FRESH_LOGIN_TIMEOUT": "5m",
            "SESSION_TIMEOUT": "1d",
            "REGISTRY_STATE": "readonly",
            "APP_SPECIFIC_TOKEN_EXPIRATION": "2h",
            "OAUTH_APPLICATION_MAXIMUM_TOKEN_COUNT": 3,
            "AUTHENTICATION_TYPE": "LDAP",
            "ROBOTS_DISALLOW": True,
        },
        V317,
    )
    assert not found.feature("MAILING")
    assert found.feature("REPO_MIRROR")
    assert found.superusers == ["admin", "root"]
    assert found.global_readonly_superusers == ["auditor"]
    assert found.base_url == "https://registry.example.com"
    assert found.tag_expiration_options == ("1d", "3w")
    assert (found.default_tag_expiration, found.secret) == ("3w", "the key")
    assert (found.fresh_login_timeout, found.session_lifetime) == (300.0, 86400.0)
    assert found.registry_readonly
    assert (found.app_token_lifetime, found.token_limit) == (7200, 3)
    assert found.federated_service == "ldap"
    assert found.robots_disallow
    assert found.version == "3.17.1"


@pytest.mark.parametrize(("version", "expected"), [((3, 16, 3), False), (V317, True)])
def test_a_flag_of_a_later_version_means_nothing(version: tuple[int, int, int], expected: bool) -> None:
    found = settings_from({"FEATURE_ORG_MIRROR": True}, version)
    assert found.feature("ORG_MIRROR") is expected


def test_without_secret_key_each_start_has_another() -> None:
    assert settings_from({}, V318).secret != settings_from({}, V318).secret


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"SETUP_COMPLETE": True}, "DATABASE_SECRET_KEY"),
        ({"FEATURE_STORAGE_REPLICATION": True}, "QUAY_DISTRIBUTED_STORAGE_PREFERENCE"),
    ],
)
def test_what_keeps_every_process_from_loading(config: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        settings.require_keys(config)


def test_before_the_set_up_is_complete_the_key_may_be_missing() -> None:
    settings.require_keys({})
    settings.require_keys({"SETUP_COMPLETE": True, "DATABASE_SECRET_KEY": "x"})
