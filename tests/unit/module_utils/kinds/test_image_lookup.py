# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Names of repositories and images, where the registry has to say which part is the organization."""

from __future__ import annotations

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.kinds.image_lookup import (
    split_image_name,
    split_repository_name,
)
from ansible_collections.quayops.quay.plugins.module_utils.operations.namespaces import split_repository
from tests.unit.module_utils.conftest import Registry

DIGEST = f"sha256:{'a' * 64}"


def test_an_organization_with_dots_is_no_host(registry: Registry) -> None:
    registry.one({"name": "my.org", "repositories": [{"name": "deep/app"}]})
    registry.simulator.add_user("john.doe")
    client = registry.client()
    for text in ("my.org/deep/app", "john.doe/deep/app"):
        place, name = split_repository(client, text)
        assert (f"{place.name}/{name}", name) == (text, "deep/app")


def test_the_registrys_own_host_is_one_in_front_of_any_name(registry: Registry) -> None:
    with pytest.raises(InvalidDeclaration, match="host 'localhost'; write 'app/v1'"):
        split_repository(registry.client(), "localhost/app/v1")


@pytest.mark.parametrize(
    ("text", "requests"), [("app", 1), ("acme/app", 0), ("acme/deep/app", 0), ("my.org/app", 0)]
)
def test_nothing_is_asked_of_names_without_doubt(registry: Registry, text: str, requests: int) -> None:
    client = registry.client()
    client.caller()
    registry.requests()
    split_repository(client, text)
    assert len(registry.requests()) == requests


@pytest.mark.parametrize(
    ("text", "namespace", "name"),
    [("app", "", "app"), ("acme/app", "acme", "app"), ("acme/deep/app", "acme", "deep/app")],
)
def test_a_repository(registry: Registry, text: str, namespace: str, name: str) -> None:
    assert split_repository_name(registry.client(), text) == (namespace, name)


@pytest.mark.parametrize(
    ("text", "parts", "tag", "digest"),
    [
        ("app", ("", "app"), "", ""),
        ("acme/app", ("acme", "app"), "", ""),
        ("/acme/app:v1/", ("acme", "app"), ":v1", ""),
        ("acme/deep/app:v1", ("acme", "deep/app"), ":v1", ""),
        (f"acme/app@{DIGEST}", ("acme", "app"), "", f"@{DIGEST}"),
    ],
)
def test_an_image(registry: Registry, text: str, parts: tuple[str, str], tag: str, digest: str) -> None:
    namespace, repository, name = split_image_name(registry.client(), text)
    assert (namespace, repository) == parts
    assert (name.tag, name.digest) == (tag, digest)


@pytest.mark.parametrize("text", ["", "/", ":v1", "acme/app:", "acme/app@", "x/a:b/c"])
def test_what_is_no_image(registry: Registry, text: str) -> None:
    with pytest.raises(InvalidDeclaration, match="is not organization/repository:tag"):
        split_image_name(registry.client(), text)


def test_a_host_is_known_by_quay_having_no_such_namespace(registry: Registry) -> None:
    client = registry.client()
    with pytest.raises(InvalidDeclaration, match=r"host 'my\.org'; write 'deep/app'"):
        split_repository_name(client, "my.org/deep/app")
    assert registry.requests() == ["GET organization/my.org", "GET users/my.org"]
    registry.one({"name": "my.org"})
    assert split_repository_name(client, "my.org/deep/app") == ("my.org", "deep/app")


def test_the_registrys_own_host_is_known_without_asking(registry: Registry) -> None:
    for text in ("localhost/app", "localhost/acme/app", "localhost:8080/acme/app"):
        with pytest.raises(InvalidDeclaration, match="has too much: host 'localhost"):
            split_repository_name(registry.client(), text)
    assert registry.requests() == []
