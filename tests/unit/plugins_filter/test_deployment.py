# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the role quay makes of its variables."""

from __future__ import annotations

import base64
import re
import subprocess
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.quayops.quay.plugins.filter.quay_deployment import FilterModule
from ansible_collections.quayops.quay.plugins.plugin_utils import deployment

FILTERS = FilterModule().filters()
DIGEST = "sha256:" + "9db4c169" * 8


def test_the_filters() -> None:
    assert sorted(FILTERS) == [
        "quay_database_uri",
        "quay_fingerprint",
        "quay_image_family",
        "quay_preflight",
        "quay_quadlet",
        "quay_reference",
        "quay_secrets",
        "quay_split_secrets",
        "quay_texts",
        "quay_token_file",
        "quay_version",
    ]


@pytest.mark.parametrize(
    "call",
    [
        lambda: FILTERS["quay_reference"](""),
        lambda: FILTERS["quay_quadlet"]("a\nb"),
        lambda: FILTERS["quay_image_family"]("a", "mysql"),
        lambda: FILTERS["quay_preflight"]({}, {"ram": 1}),
        lambda: FILTERS["quay_split_secrets"]([]),
        lambda: FILTERS["quay_fingerprint"]([], ""),
    ],
)
def test_what_is_wrong_is_an_error_of_the_filter(call: Any) -> None:
    with pytest.raises(AnsibleFilterError):
        call()


# Images


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("quay.io/projectquay/quay:3.17.1", "quay.io/projectquay/quay:3.17.1"),
        (f"quay.io/projectquay/quay@{DIGEST}", f"quay.io/projectquay/quay@{DIGEST}"),
        ("redis", "redis"),
        ({"name": "quay.io/projectquay/quay"}, "quay.io/projectquay/quay"),
        ({"name": "quay.io/projectquay/quay", "tag": "3.17.1"}, "quay.io/projectquay/quay:3.17.1"),
        ({"name": "registry:5000/quay", "tag": 15}, "registry:5000/quay:15"),
        ({"name": "registry:5000/quay:1", "tag": "2"}, "registry:5000/quay:2"),
        ({"name": "a/quay", "tag": "3.17.1", "digest": DIGEST}, f"a/quay@{DIGEST}"),
        ({"name": "a/quay:3", "tag": "", "digest": DIGEST}, f"a/quay@{DIGEST}"),
        ({"name": "a/quay:3", "tag": None, "digest": None}, "a/quay:3"),
    ],
)
def test_reference(entry: Any, text: str) -> None:
    assert deployment.reference(entry) == text


@pytest.mark.parametrize(
    "entry",
    [
        None,
        "",
        "a b",
        ":tag",
        {},
        {"tag": "1"},
        {"name": "a", "digest": "sha256:1"},
        {"name": "a", "version": "1"},
    ],
)
def test_references_that_are_none(entry: Any) -> None:
    with pytest.raises(ValueError, match="image"):
        deployment.reference(entry)


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("quay.io/projectquay/quay:3.17.1", "3.17.1"),
        ("quay.io/projectquay/quay:v3.17.1", "3.17.1"),
        ("registry.redhat.io/quay/quay-rhel8:v3.9.8-3", "3.9.8"),
        (f"quay.io/projectquay/quay:3.17.1@{DIGEST}", "3.17.1"),
        (f"quay.io/projectquay/quay@{DIGEST}", ""),
        ("quay.io/projectquay/quay:latest", ""),
        ("quay.io/projectquay/quay", ""),
        ("registry.example.com:5000/quay", ""),
        ("registry.example.com:5000/quay:3.16.3", "3.16.3"),
        ("localhost:5000/quay", ""),
        ("docker.io/postgres:17-alpine", "17"),
        ("quay.io/sclorg/postgresql-15-c9s", ""),
        ("a/b:3.17beta", ""),
        ("3.17.1", "3.17.1"),
        ("v3.18.0", "3.18.0"),
        ("3.18.0-rc.1", "3.18.0"),
        ({"name": "a/quay", "tag": "3.17.1", "digest": DIGEST}, "3.17.1"),
        ({"name": "a/quay:3.16.3", "digest": DIGEST}, "3.16.3"),
        ({"name": "a/quay", "digest": DIGEST}, ""),
        ({"name": "a/quay", "tag": 3.17}, "3.17"),
        ("", ""),
        (None, ""),
    ],
)
def test_version(image: Any, version: str) -> None:
    assert deployment.version(image) == version


@pytest.mark.parametrize(
    ("image", "family"),
    [
        ("quay.io/sclorg/postgresql-15-c9s", "sclorg"),
        ("quay.io/sclorg/postgresql-16-c10s:latest", "sclorg"),
        ("quay.io/sclorg/redis-7-c9s", "sclorg"),
        ("quay.io/fedora/redis-7", "sclorg"),
        ("quay.io/fedora/postgresql-15:latest", "sclorg"),
        ("quay.io/centos7/postgresql-13-centos7", "sclorg"),
        ("registry.redhat.io/rhel9/redis-6", "sclorg"),
        ("registry.redhat.io/rhel8/postgresql-13@" + DIGEST, "sclorg"),
        ("registry.access.redhat.com/postgresql", "sclorg"),
        ("registry.fedoraproject.org/f40/postgresql", "sclorg"),
        ("mirror.example.com:5000/rhel9/postgresql-15:1", "sclorg"),
        ("localhost/quayops/sclorg-postgresql:17", "sclorg"),
        ("localhost/quayops/postgres:17", "official"),
        ("localhost/quayops/redis:7", "official"),
        ("docker.io/library/postgres:15", "official"),
        ("docker.io/postgres:18-alpine", "official"),
        ("docker.io/library/redis:7", "official"),
        ("docker.io/valkey/valkey:8", "official"),
        ("ghcr.io/cloudnative-pg/postgresql:17", "official"),
        ("registry.fedora-fans.example.com/library/postgres:15", "official"),
        ("postgres", "official"),
        ({"name": "quay.io/sclorg/postgresql-15-c9s", "tag": "latest"}, "sclorg"),
    ],
)
def test_image_family(image: Any, family: str) -> None:
    assert deployment.image_family(image) == family


def test_the_family_can_be_said() -> None:
    assert deployment.image_family("localhost/quayops/redis:7", "sclorg") == "sclorg"
    assert deployment.image_family("quay.io/fedora/redis-7", override="official") == "official"
    with pytest.raises(ValueError, match="sclorg or official, not 'mysql'"):
        deployment.image_family("a", "mysql")


# Texts


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ('a "b" c', 'a \\"b\\" c'),
        ("100%", "100%%"),
        ("$HOME", "$$HOME"),
        ("back\\slash", "back\\\\slash"),
        ("it's", "it's"),
        ('\\"', '\\\\\\"'),
        (5, "5"),
        (True, "true"),
        ("", ""),
    ],
)
def test_quadlet(value: Any, text: str) -> None:
    assert deployment.quadlet(value) == text


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b", "a\x7fb", "a\tb"])
def test_quadlet_refuses_what_would_be_another_line(value: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        deployment.quadlet(value)


def test_fingerprint() -> None:
    one = deployment.fingerprint({"b": [1, None, True], "a": "ä"}, "key")
    assert re.fullmatch("[0-9a-f]{16}", one)
    assert deployment.fingerprint({"a": "ä", "b": [1, None, True]}, "key") == one
    # It must be the same in every release: a change restarts every container.
    assert one == "20712b5d52bee0f0"
    others = [
        deployment.fingerprint({"b": [1, None, True], "a": "ä"}, "other"),
        deployment.fingerprint({"b": [1, None, False], "a": "ä"}, "key"),
        deployment.fingerprint({"b": ["1", None, True], "a": "ä"}, "key"),
        deployment.fingerprint([], "key"),
    ]
    assert len({one, *others}) == 5


@pytest.mark.parametrize("password", ["plain", "a/b@c:d?e#f%g h", "ä€", "+&="])
def test_database_uri(password: str) -> None:
    uri = deployment.database_uri(password, "db.example.com", "us/er", "quay")
    parts = urlsplit(uri)
    assert (parts.hostname, parts.port, parts.path) == ("db.example.com", 5432, "/quay")
    assert unquote(parts.password or "") == password
    assert unquote(parts.username or "") == "us/er"


def test_database_uri_with_everything() -> None:
    options = {"sslmode": "verify-full", "sslrootcert": "conf/stack/database.pem", "application_name": "a b"}
    assert deployment.database_uri("", "2001:db8::1", "quay", "q", "5433", options) == (
        "postgresql://quay@[2001:db8::1]:5433/q"
        "?sslmode=verify-full&sslrootcert=conf/stack/database.pem&application_name=a%20b"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "export USER_PASSWORD=abc\nexport ADMIN_TOKEN=def\n",
            {"USER_PASSWORD": "abc", "ADMIN_TOKEN": "def"},
        ),
        ("export ADMIN_TOKEN='a b'\n# comment\nOTHER=1\n", {"ADMIN_TOKEN": "a b"}),
        ("export ADMIN_TOKEN=\n", {}),
        ("", {}),
        (None, {}),
    ],
)
def test_token_file(text: Any, found: dict[str, str]) -> None:
    assert deployment.token_file(text) == found


# Secrets


class Encrypted:
    """What is encrypted in place, before ansible-core 2.19: no string, but it turns into one."""

    def __str__(self) -> str:
        return "decrypted"


def test_splitting() -> None:
    config = {
        "SERVER_HOSTNAME": "registry.example.com",
        "DB_URI": "sqlite:////data/quay.db",
        "BUILDLOGS_REDIS": {"host": "h", "password": "p"},
        "DISTRIBUTED_STORAGE_CONFIG": {
            "local": ["LocalStorage", {"storage_path": "/x"}],
            "s3": ["S3Storage", {"s3_bucket": "b", "s3_secret_key": "k"}],
        },
        "FEATURE_APP_SPECIFIC_TOKENS": True,
        "MAIL_PASSWORD": "",
        "HTTP_PROXY": "http://me:pw@proxy:3128",
        "SOMETHING": Encrypted(),
    }
    assert deployment.split_secrets(config) == {
        "config": {
            "SERVER_HOSTNAME": "registry.example.com",
            "BUILDLOGS_REDIS": {"host": "h"},
            "DISTRIBUTED_STORAGE_CONFIG": {"local": ["LocalStorage", {"storage_path": "/x"}]},
            "FEATURE_APP_SPECIFIC_TOKENS": True,
            "MAIL_PASSWORD": "",
        },
        "secrets": {
            "DB_URI": "sqlite:////data/quay.db",
            "BUILDLOGS_REDIS": {"password": "p"},
            "DISTRIBUTED_STORAGE_CONFIG": {"s3": ["S3Storage", {"s3_bucket": "b", "s3_secret_key": "k"}]},
            "HTTP_PROXY": "http://me:pw@proxy:3128",
            "SOMETHING": "decrypted",
        },
    }


WANTED = ["SECRET_KEY", "DATABASE_SECRET_KEY", "postgresql_password", "clair_psk"]


def test_new_secrets() -> None:
    decision = deployment.decide_secrets({}, {}, WANTED)
    assert (decision["generated"], decision["changed"]) == (WANTED, [])
    values = decision["values"]
    assert re.fullmatch(r"[A-Za-z0-9]{32}", values["postgresql_password"])
    assert re.fullmatch(r"[A-Za-z0-9_-]{48}", values["DATABASE_SECRET_KEY"])
    assert len(base64.b64decode(values["clair_psk"], validate=True)) == 32
    assert len({*values.values(), *deployment.decide_secrets({}, {}, WANTED)["values"].values()}) == 8


def test_what_is_given_wins_and_what_is_stored_stays() -> None:
    stored = {"SECRET_KEY": "stored", "DATABASE_SECRET_KEY": "key", "clair_psk": "psk", "old": "kept"}
    given = {
        "SECRET_KEY": "given",
        "postgresql_password": "given",
        "clair_psk": "",
        "DATABASE_SECRET_KEY": None,
    }
    assert deployment.decide_secrets(stored, given, WANTED) == {
        "values": {
            "SECRET_KEY": "given",
            "DATABASE_SECRET_KEY": "key",
            "clair_psk": "psk",
            "old": "kept",
            "postgresql_password": "given",
        },
        "generated": [],
        "changed": ["SECRET_KEY"],
    }
    assert deployment.decide_secrets(stored, {"SECRET_KEY": "stored"}, ["SECRET_KEY"])["changed"] == []
    # What is given and not wanted is not taken.
    assert deployment.decide_secrets({}, {"redis_password": "x"}, [])["values"] == {}
    assert deployment.decide_secrets({}, {"n": 12345}, ["n"])["values"] == {"n": "12345"}


@pytest.mark.parametrize("name", ["DATABASE_SECRET_KEY", "database_secret_key", "quay_database_secret_key"])
def test_the_key_of_the_database_is_not_replaced(name: str) -> None:
    with pytest.raises(ValueError, match="set quay_database_secret_key_force: true") as caught:
        deployment.decide_secrets({name: "planted-old"}, {name: "planted-new"}, [name])
    assert "planted" not in str(caught.value)
    forced = deployment.decide_secrets({name: "old"}, {name: "new"}, [name], force=[name])
    assert (forced["values"], forced["changed"]) == ({name: "new"}, [name])
    assert deployment.decide_secrets({name: "same"}, {name: "same"}, [name])["changed"] == []
    assert deployment.decide_secrets({}, {name: "first"}, [name])["values"] == {name: "first"}


def test_nothing_new_where_data_needs_the_old() -> None:
    with pytest.raises(ValueError, match="needs SECRET_KEY, clair_psk, which is neither stored nor given"):
        deployment.decide_secrets(
            {"DATABASE_SECRET_KEY": "x"},
            {},
            WANTED,
            never_new=["SECRET_KEY", "DATABASE_SECRET_KEY", "clair_psk"],
        )
    kept = deployment.decide_secrets({}, {"SECRET_KEY": "x"}, ["SECRET_KEY"], never_new=["SECRET_KEY"])
    assert kept["values"] == {"SECRET_KEY": "x"}


@pytest.mark.parametrize(
    ("stored", "given", "text"),
    [
        (None, {}, "The stored secrets must be a dictionary"),
        ({}, [], "The given secrets must be a dictionary"),
        ({}, {"a": "planted\nx"}, "a must not hold a line break"),
        ({}, {"a": ["planted"]}, "a must be a text"),
        ({"a": True}, {}, "a must be a text"),
    ],
)
def test_secrets_that_are_none(stored: Any, given: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text) as caught:
        deployment.decide_secrets(stored, given, ["a"])
    assert "planted" not in str(caught.value)


def test_a_shell_reads_the_generated_secrets_unquoted() -> None:
    values = deployment.decide_secrets({}, {}, WANTED)["values"]
    for value in values.values():
        line = subprocess.run(
            ["sh", "-c", f"X={value}; printf %s $X"], capture_output=True, text=True, check=True
        )
        assert line.stdout == value
