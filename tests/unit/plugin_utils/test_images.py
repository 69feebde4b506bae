# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is told by the reference of an image."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.plugin_utils import images

DIGEST = "sha256:" + "9db4c169" * 8


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
    assert images.reference(entry) == text


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
        images.reference(entry)


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
    assert images.version(image) == version


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
    assert images.image_family(image) == family


def test_the_family_can_be_said() -> None:
    assert images.image_family("localhost/quayops/redis:7", "sclorg") == "sclorg"
    assert images.image_family("quay.io/fedora/redis-7", override="official") == "official"
    with pytest.raises(ValueError, match="sclorg or official, not 'mysql'"):
        images.image_family("a", "mysql")
