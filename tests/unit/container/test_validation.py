# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Each rule of the validation: what it finds, and that it finds nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.certificates import Authority
from tests.simulator.container.validation import GROUPS, WrongType, check_types, validate
from tests.unit.container.conftest import HOST, REDIS, World, context

GONE: Any = object()  # a key that is left out
S3 = {"s3_bucket": "b", "s3_access_key": "a", "s3_secret_key": "s", "host": "s3.example.com"}
RADOS = {"access_key": "a", "secret_key": "s", "hostname": "s3", "bucket_name": "b", "is_secure": False}


def changed(config: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The configuration with these keys set, or left out."""
    found = {**config, **changes}
    return {key: value for key, value in found.items() if value is not GONE}


def test_what_is_right_passes(config: dict[str, Any], files: dict[str, bytes], world: World) -> None:
    check_types(config)
    assert validate(context(config, files, world)) == []
    assert [question[0] for question in world.asked] == ["database", "redis", "redis"]


RULES: list[tuple[dict[str, Any], str, str]] = [
    ({"SERVER_HOSTNAME": GONE}, "HostSettings", "SERVER_HOSTNAME is required"),
    ({"SERVER_HOSTNAME": "https://registry.example.com"}, "HostSettings", "must be a host name"),
    ({"SERVER_HOSTNAME": "registry_1.example.com"}, "HostSettings", "must be a host name"),
    ({"SERVER_HOSTNAME": "other.example.com"}, "HostSettings", "not valid for other.example.com"),
    ({"PREFERRED_URL_SCHEME": "ftp"}, "HostSettings", "PREFERRED_URL_SCHEME must be one of http, https"),
    ({"DB_URI": GONE}, "Database", "DB_URI is required"),
    ({"BUILDLOGS_REDIS": GONE}, "Redis", "BUILDLOGS_REDIS is required"),
    ({"USER_EVENTS_REDIS": GONE}, "Redis", "USER_EVENTS_REDIS is required"),
    ({"BUILDLOGS_REDIS": {"host": "redis"}}, "Redis", "the address has no port"),
    ({"DISTRIBUTED_STORAGE_CONFIG": GONE}, "DistributedStorage", "at least one location"),
    ({"DISTRIBUTED_STORAGE_CONFIG": {}}, "DistributedStorage", "at least one location"),
    (
        {"DISTRIBUTED_STORAGE_CONFIG": {"a": ["TapeStorage", {}]}},
        "DistributedStorage",
        "TapeStorage is not a kind of storage",
    ),
    (
        {"DISTRIBUTED_STORAGE_CONFIG": {"a": ["RadosGWStorage", {**RADOS, "bucket_name": ""}]}},
        "DistributedStorage",
        "DISTRIBUTED_STORAGE_CONFIG.a.bucket_name is required",
    ),
    ({"DISTRIBUTED_STORAGE_CONFIG": {"a": ["S3Storage", {}]}}, "DistributedStorage", "s3_bucket is required"),
    (
        {
            "DISTRIBUTED_STORAGE_CONFIG": {
                "a": [
                    "SwiftStorage",
                    {
                        "auth_version": 4,
                        "auth_url": "x",
                        "swift_container": "c",
                        "swift_user": "u",
                        "swift_password": "p",
                    },
                ]
            }
        },
        "DistributedStorage",
        "auth_version must be 1, 2 or 3",
    ),
    (
        {"DISTRIBUTED_STORAGE_CONFIG": {"a": ["AzureStorage", {"azure_container": "c"}]}},
        "DistributedStorage",
        "azure_account_name is required",
    ),
    ({"FEATURE_STORAGE_REPLICATION": True}, "DistributedStorage", "does not work with LocalStorage"),
    ({"DEFAULT_TAG_EXPIRATION": "3w"}, "TimeMachine", "one of TAG_EXPIRATION_OPTIONS"),
    ({"TAG_EXPIRATION_OPTIONS": ["1d"]}, "TimeMachine", "one of TAG_EXPIRATION_OPTIONS"),
    ({"AUTHENTICATION_TYPE": "Magic"}, "AccessSettings", "AUTHENTICATION_TYPE must be one of"),
    ({"FEATURE_DIRECT_LOGIN": False}, "AccessSettings", "at least one of FEATURE_DIRECT_LOGIN"),
    ({"FRESH_LOGIN_TIMEOUT": "ten"}, "AccessSettings", "FRESH_LOGIN_TIMEOUT must be a time span"),
    (
        {"FEATURE_USER_CREATION": False, "FEATURE_INVITE_ONLY_USER_CREATION": True},
        "AccessSettings",
        "needs FEATURE_USER_CREATION",
    ),
    ({"AUTHENTICATION_TYPE": "AppToken"}, "AppTokenAuthentication", "FEATURE_DIRECT_LOGIN must be false"),
    ({"TEAM_RESYNC_STALE_TIME": "soon"}, "TeamSyncing", "must be a time span"),
    ({"FEATURE_SECURITY_SCANNER": True}, "SecurityScanner", "SECURITY_SCANNER_V4_ENDPOINT is required"),
    (
        {"FEATURE_SECURITY_SCANNER": True, "SECURITY_SCANNER_V4_ENDPOINT": "clair:8081"},
        "SecurityScanner",
        "SECURITY_SCANNER_V4_ENDPOINT must be a URL",
    ),
    (
        {"FEATURE_REPO_MIRROR": True, "REPO_MIRROR_SERVER_HOSTNAME": "http://x"},
        "RepoMirror",
        "REPO_MIRROR_SERVER_HOSTNAME must be a host name",
    ),
    ({"FEATURE_MAILING": True}, "Email", "MAIL_SERVER is required"),
    (
        {"FEATURE_MAILING": True, "MAIL_SERVER": "mail", "FEATURE_FIPS": True},
        "Email",
        "MAIL_USE_TLS must be true",
    ),
    ({"DOCUMENTATION_ROOT": "docs"}, "QuayDocumentation", "DOCUMENTATION_ROOT must be a URL"),
    ({"LOGS_MODEL": "elasticsearch"}, "ElasticSearch", "elasticsearch_config is required"),
    (
        {"LOGS_MODEL": "elasticsearch", "LOGS_MODEL_CONFIG": {"elasticsearch_config": {"host": "e"}}},
        "ElasticSearch",
        "elasticsearch_config.port is required",
    ),
    ({"FEATURE_ACTION_LOG_ROTATION": True}, "ActionLogArchiving", "ACTION_LOG_ARCHIVE_PATH is required"),
    (
        {
            "FEATURE_ACTION_LOG_ROTATION": True,
            "ACTION_LOG_ARCHIVE_PATH": "x",
            "ACTION_LOG_ARCHIVE_LOCATION": "nowhere",
        },
        "ActionLogArchiving",
        "must be a location of DISTRIBUTED_STORAGE_CONFIG",
    ),
    (
        {"FEATURE_AUTO_PRUNE": True, "DEFAULT_NAMESPACE_AUTOPRUNE_POLICY": {"method": "number_of_tags"}},
        "AutoPrune",
        "must have a value",
    ),
    (
        {
            "FEATURE_AUTO_PRUNE": True,
            "DEFAULT_NAMESPACE_AUTOPRUNE_POLICY": {"method": "number_of_tags", "value": 0},
        },
        "AutoPrune",
        "needs a number above 0",
    ),
    (
        {
            "FEATURE_AUTO_PRUNE": True,
            "DEFAULT_NAMESPACE_AUTOPRUNE_POLICY": {"method": "creation_date", "value": "7 days"},
        },
        "AutoPrune",
        "needs a time span",
    ),
    (
        {"FEATURE_AUTO_PRUNE": True, "DEFAULT_NAMESPACE_AUTOPRUNE_POLICY": {"method": "other", "value": 1}},
        "AutoPrune",
        "method must be number_of_tags or creation_date",
    ),
    ({"AUTHENTICATION_TYPE": "LDAP", "LDAP_ADMIN_PASSWD": "x"}, "LDAP", "LDAP_ADMIN_DN is required"),
    (
        {
            "AUTHENTICATION_TYPE": "LDAP",
            "LDAP_ADMIN_DN": "d",
            "LDAP_ADMIN_PASSWD": "x",
            "LDAP_URI": "http://ldap",
        },
        "LDAP",
        "LDAP_URI must begin with",
    ),
    ({"AUTHENTICATION_TYPE": "JWT"}, "JWTAuthentication", "JWT_VERIFY_ENDPOINT is required"),
    ({"AZURE_LOGIN_CONFIG": {"CLIENT_ID": "x"}}, "OIDC", "AZURE_LOGIN_CONFIG.OIDC_SERVER is required"),
    (
        {
            "AZURE_LOGIN_CONFIG": {
                "CLIENT_ID": "x",
                "CLIENT_SECRET": "y",
                "SERVICE_NAME": "z",
                "OIDC_SERVER": "https://o",
            }
        },
        "OIDC",
        "must end with a slash",
    ),
    ({"FEATURE_GITHUB_LOGIN": True}, "GitHubLogin", "GITHUB_LOGIN_CONFIG is required"),
    ({"FEATURE_GOOGLE_LOGIN": True}, "GoogleLogin", "GOOGLE_LOGIN_CONFIG is required"),
    (
        {"FEATURE_BUILD_SUPPORT": True, "FEATURE_BITBUCKET_BUILD": True},
        "BitbucketBuildTrigger",
        "BITBUCKET_TRIGGER_CONFIG is required",
    ),
    (
        {"FEATURE_BUILD_SUPPORT": True, "FEATURE_GITHUB_BUILD": True, "GITHUB_TRIGGER_CONFIG": {}},
        "GitHubBuildTrigger",
        "GITHUB_TRIGGER_CONFIG.CLIENT_ID is required",
    ),
    (
        {"FEATURE_BUILD_SUPPORT": True, "FEATURE_GITLAB_BUILD": True},
        "GitLabBuildTrigger",
        "GITLAB_TRIGGER_CONFIG is required",
    ),
]


@pytest.mark.parametrize(("changes", "group", "message"), RULES)
def test_rule(
    config: dict[str, Any],
    files: dict[str, bytes],
    world: World,
    changes: dict[str, Any],
    group: str,
    message: str,
) -> None:
    found = validate(context(changed(config, changes), files, world))
    assert {finding.group for finding in found} == {group}
    assert any(message in finding.message for finding in found), found


@pytest.mark.parametrize(
    "changes",
    [
        {"SERVER_HOSTNAME": HOST + ":8443"},
        {"PREFERRED_URL_SCHEME": "http", "SERVER_HOSTNAME": "localhost:8080"},
        {"TAG_EXPIRATION_OPTIONS": ["3w"], "DEFAULT_TAG_EXPIRATION": "3w"},
        {"FEATURE_SECURITY_SCANNER": True, "SECURITY_SCANNER_V4_ENDPOINT": "http://clair:8081"},
        {"REPO_MIRROR_SERVER_HOSTNAME": "not a host"},  # the feature is off
        {"FEATURE_BITBUCKET_BUILD": True},  # builds are off
        {"DEFAULT_NAMESPACE_AUTOPRUNE_POLICY": {"method": "other"}},  # the feature is off
        {"DISTRIBUTED_STORAGE_CONFIG": {"a": ["RadosGWStorage", RADOS]}},
        {"DISTRIBUTED_STORAGE_CONFIG": {"a": ["S3Storage", S3]}},
        {"TESTING": True},
        {"SETUP_COMPLETE": False},
        {"DATABASE_SECRET_KEY": GONE},  # Quay finds these out when it boots
        {"lower_case": 1, "UNKNOWN_KEY": 1},
    ],
)
def test_what_else_passes(
    config: dict[str, Any], files: dict[str, bytes], world: World, changes: dict[str, Any]
) -> None:
    assert validate(context(changed(config, changes), files, world)) == []


@pytest.mark.parametrize(("version", "passes"), [((3, 16, 3), True), ((3, 17, 1), True), ((3, 18, 0), False)])
def test_from_3_18_on_a_host_name_has_a_dot(
    config: dict[str, Any], world: World, version: tuple[int, int, int], passes: bool
) -> None:
    config.update(SERVER_HOSTNAME="registry", PREFERRED_URL_SCHEME="http")
    assert (validate(context(config, {}, world, version)) == []) is passes


@pytest.mark.parametrize(("version", "passes"), [((3, 17, 1), True), ((3, 18, 0), False)])
def test_the_session_timeout_is_looked_at_from_3_18_on(
    config: dict[str, Any], files: dict[str, bytes], world: World, version: tuple[int, int, int], passes: bool
) -> None:
    config["SESSION_TIMEOUT"] = "long"
    assert (validate(context(config, files, world, version)) == []) is passes


def messages(config: dict[str, Any], files: dict[str, bytes], world: World) -> list[str]:
    """What is found."""
    return [finding.message for finding in validate(context(config, files, world))]


@pytest.mark.parametrize("name", ["ssl.cert", "ssl.key"])
def test_https_needs_both_files(
    config: dict[str, Any], files: dict[str, bytes], world: World, name: str
) -> None:
    without = {key: value for key, value in files.items() if key != name}
    assert messages(config, without, world)[0].startswith(f"{name} is required")
    assert messages({**config, "EXTERNAL_TLS_TERMINATION": True}, without, world) == []


def test_the_files_have_to_belong_together(
    config: dict[str, Any], files: dict[str, bytes], world: World, authority: Authority
) -> None:
    other = authority.leaf("other", HOST).key.read_bytes()
    assert messages(config, {**files, "ssl.key": other}, world) == ["ssl.key is not the key of ssl.cert"]
    assert "no certificate" in messages(config, {**files, "ssl.cert": b"x"}, world)[0]
    assert "private key" in messages(config, {**files, "ssl.key": b"x"}, world)[0]


def test_an_expired_certificate_passes_as_in_quay(
    config: dict[str, Any], world: World, authority: Authority
) -> None:
    leaf = authority.leaf("expired", HOST, valid_days=-1)
    expired = {"ssl.cert": leaf.certificate.read_bytes(), "ssl.key": leaf.key.read_bytes()}
    assert messages(config, expired, world) == []


@pytest.mark.parametrize(
    ("name", "host", "passes"),
    [
        ("*.example.com", "registry.example.com", True),
        ("*.example.com", "a.b.example.com", False),
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("REGISTRY.example.com", "registry.EXAMPLE.com", True),
    ],
)
def test_names_in_the_certificate(
    config: dict[str, Any], world: World, authority: Authority, name: str, host: str, passes: bool
) -> None:
    leaf = authority.leaf("names", name)
    found = {"ssl.cert": leaf.certificate.read_bytes(), "ssl.key": leaf.key.read_bytes()}
    assert (messages({**config, "SERVER_HOSTNAME": host}, found, world) == []) is passes


@pytest.mark.parametrize(
    ("kind", "group", "changes"),
    [
        ("database", "Database", {}),
        ("redis", "Redis", {}),
        ("bucket", "DistributedStorage", {"DISTRIBUTED_STORAGE_CONFIG": {"a": ["S3Storage", S3]}}),
        ("tcp", "Email", {"FEATURE_MAILING": True, "MAIL_SERVER": "mail"}),
        (
            "tcp",
            "LDAP",
            {"AUTHENTICATION_TYPE": "LDAP", "LDAP_ADMIN_DN": "d", "LDAP_ADMIN_PASSWD": "x"},
        ),
    ],
)
def test_what_cannot_be_reached_is_found(
    config: dict[str, Any],
    files: dict[str, bytes],
    world: World,
    kind: str,
    group: str,
    changes: dict[str, Any],
) -> None:
    world.broken[kind] = "nobody is there"
    found = validate(context({**config, **changes}, files, world))
    assert {finding.group for finding in found} == {group}
    assert "nobody is there" in found[0].message


def test_clair_is_not_asked(config: dict[str, Any], files: dict[str, bytes], world: World) -> None:
    config.update(FEATURE_SECURITY_SCANNER=True, SECURITY_SCANNER_V4_ENDPOINT="http://clair:8081")
    assert messages(config, files, world) == []
    assert {question[0] for question in world.asked} == {"database", "redis"}


@pytest.mark.parametrize("mode", ["online", "offline"])
def test_offline_means_nothing(
    config: dict[str, Any], files: dict[str, bytes], world: World, mode: str
) -> None:
    validate(context(config, files, world, mode=mode))
    assert [question[0] for question in world.asked] == ["database", "redis", "redis"]


def test_user_events_are_looked_for_at_the_port_of_the_build_logs(
    config: dict[str, Any], files: dict[str, bytes], world: World
) -> None:
    config["USER_EVENTS_REDIS"] = {**REDIS, "host": "events", "port": 7000}
    assert messages(config, files, world) == []
    assert [question[1]["port"] for question in world.asked if question[0] == "redis"] == [6379, 6379]


@pytest.mark.parametrize(("mode", "questions"), [("online", 3), ("testing", 2)])
def test_pull_metrics_are_optional(
    config: dict[str, Any], files: dict[str, bytes], world: World, mode: str, questions: int
) -> None:
    config["PULL_METRICS_REDIS"] = {**REDIS, "db": 1}
    assert validate(context(config, files, world, mode=mode)) == []
    assert len([question for question in world.asked if question[0] == "redis"]) == questions


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"sslmode": "verify-full"}, "conf/stack/database.pem"),
        ({"sslmode": "verify-ca", "sslrootcert": "conf/stack/other.pem"}, "conf/stack/other.pem"),
        ({"sslmode": "require"}, None),
    ],
)
def test_the_certificate_of_the_database(
    config: dict[str, Any],
    files: dict[str, bytes],
    world: World,
    arguments: dict[str, Any],
    expected: str | None,
) -> None:
    config["DB_CONNECTION_ARGS"] = arguments
    assert messages(config, files, world) == []
    assert world.asked[0][2].get("sslrootcert") == expected


def test_local_storage_is_not_written_to(
    config: dict[str, Any], files: dict[str, bytes], world: World
) -> None:
    config["DISTRIBUTED_STORAGE_CONFIG"] = {"default": ["LocalStorage", {"storage_path": "/nowhere"}]}
    assert messages(config, files, world) == []


def test_no_finding_holds_a_secret(config: dict[str, Any], files: dict[str, bytes], world: World) -> None:
    world.broken = dict.fromkeys(("database", "redis"), "refused")
    text = " ".join(messages(config, files, world))
    assert "refused" in text
    assert "planted" not in text


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"SERVER_HOSTNAME": 1}, "SERVER_HOSTNAME"),
        ({"FEATURE_MAILING": "false"}, "FEATURE_MAILING"),
        ({"DEFAULT_TAG_EXPIRATION": 2}, "DEFAULT_TAG_EXPIRATION"),
        ({"TAG_EXPIRATION_OPTIONS": "2w"}, "TAG_EXPIRATION_OPTIONS"),
        ({"REPO_MIRROR_INTERVAL": "30"}, "REPO_MIRROR_INTERVAL"),
        ({"BUILDLOGS_REDIS": "redis"}, "BUILDLOGS_REDIS"),
        ({"BUILDLOGS_REDIS": {"host": "redis", "port": "6379"}}, "BUILDLOGS_REDIS.port"),
        ({"USER_EVENTS_REDIS": {"host": "redis", "password": 12345678}}, "USER_EVENTS_REDIS.password"),
        ({"DB_CONNECTION_ARGS": {"threadlocals": "yes"}}, "DB_CONNECTION_ARGS.threadlocals"),
        ({"DISTRIBUTED_STORAGE_CONFIG": {"a": "LocalStorage"}}, "DISTRIBUTED_STORAGE_CONFIG.a"),
        ({"DISTRIBUTED_STORAGE_CONFIG": {"a": ["S3Storage", "x"]}}, "DISTRIBUTED_STORAGE_CONFIG.a"),
        (
            {"DISTRIBUTED_STORAGE_CONFIG": {"a": ["S3Storage", {"is_secure": "true"}]}},
            "DISTRIBUTED_STORAGE_CONFIG.a.is_secure",
        ),
        (
            {"DISTRIBUTED_STORAGE_CONFIG": {"a": ["S3Storage", {"port": "high"}]}},
            "DISTRIBUTED_STORAGE_CONFIG.a.port",
        ),
    ],
)
def test_a_wrong_type_names_its_key(config: dict[str, Any], changes: dict[str, Any], name: str) -> None:
    with pytest.raises(WrongType, match=name.replace(".", r"\.")) as error:
        check_types({**config, **changes})
    assert "12345678" not in str(error.value)


def test_the_port_of_a_storage_may_be_a_text(config: dict[str, Any]) -> None:
    check_types({**config, "DISTRIBUTED_STORAGE_CONFIG": {"a": ["S3Storage", {**S3, "port": "9000"}]}})


def test_groups_are_in_the_order_of_the_report() -> None:
    assert list(GROUPS) == sorted(GROUPS)
