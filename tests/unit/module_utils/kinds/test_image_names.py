# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Names of repositories with host, tag or digest: what of them is too much is said, wherever they stand."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.command.listings import LISTINGS
from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.kinds.image_names import (
    ImageName,
    check_repository_name,
    image_name,
)
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_organizations
from ansible_collections.quayops.quay.plugins.module_utils.kinds.repository import REPOSITORY
from ansible_collections.quayops.quay.plugins.module_utils.kinds.selection import selection_of
from ansible_collections.quayops.quay.plugins.module_utils.kinds.single import single
from ansible_collections.quayops.quay.plugins.module_utils.operations.namespaces import split_repository
from ansible_collections.quayops.quay.plugins.module_utils.operations.tagging import tag_options, tags
from tests.unit.module_utils.conftest import Registry

DIGEST = f"sha256:{'a' * 64}"

# What is written, and what of it is too much.
TOO_MUCH = [
    ("acme/app:latest", "tag ':latest'; write 'acme/app'"),
    (f"acme/app@{DIGEST}", f"digest '@{DIGEST}'; write 'acme/app'"),
    (f"acme/app:v1@{DIGEST}", f"tag ':v1' and digest '@{DIGEST}'; write 'acme/app'"),
    ("registry.example.com/acme/app", "host 'registry.example.com'; write 'acme/app'"),
    ("registry.example.com:8443/acme/app", "host 'registry.example.com:8443'; write 'acme/app'"),
    ("localhost:8080/acme/app", "host 'localhost:8080'; write 'acme/app'"),
    ("localhost/acme/app", "host 'localhost'; write 'acme/app'"),
    ("[::1]:8080/acme/app", "host '[::1]:8080'; write 'acme/app'"),
    ("localhost:8080/acme/app:v1", "host 'localhost:8080' and tag ':v1'; write 'acme/app'"),
    ("https://registry.example.com/acme/app", "scheme 'https://' and host 'registry.example.com'"),
    ("docker://registry.example.com/acme/app", "scheme 'docker://' and host 'registry.example.com'"),
]
IDS = [text[:40] for text, _words in TOO_MUCH]
FINE = [
    "app",
    "acme/app",
    "deep/nested/app",
    "acme/deep/app",
    "docker.io/library/nginx",
    "v1.2",
    "acme/v1.2/app",
]


def problem(call: Callable[[], Any]) -> str:
    with pytest.raises(InvalidDeclaration) as caught:
        call()
    return str(caught.value)


@pytest.mark.parametrize(("text", "words"), TOO_MUCH, ids=IDS)
class TestWhatIsTooMuch:
    def test_in_an_organization(self, text: str, words: str) -> None:
        entry = {"name": "acme", "repositories": [{"name": text}]}
        found = problem(lambda: desired_organizations([entry]))
        assert f"repository name {text!r} has too much: {words}" in found
        assert "^" not in found

    def test_in_a_list_of_repositories(self, text: str, words: str) -> None:
        for chosen in ({"names": [text]}, {"skip": [text]}):
            assert words in problem(lambda chosen=chosen: selection_of("acme", **chosen))

    def test_of_one_repository(self, registry: Registry, text: str, words: str) -> None:
        _options, declare, _describe = single(REPOSITORY)
        params = {"name": text, "state": "present", "append": True}
        assert words in problem(lambda: declare(params, registry.client()))
        assert registry.writes() == []

    def test_where_one_is_read(self, registry: Registry, text: str, words: str) -> None:
        assert words in problem(lambda: split_repository(registry.client(), text))

    def test_on_a_command_line(self, registry: Registry, text: str, words: str) -> None:
        options = {"organization": [], "repository": [text], "skip": [], "matching": None, "tag": None}
        assert words in problem(lambda: LISTINGS["list-images"](options, registry.client(), False))


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("localhost:8080/acme/app:v1", "host 'localhost:8080'; write 'acme/app:v1'"),
        ("registry.example.com/acme/app", "host 'registry.example.com'; write 'acme/app'"),
        (f"docker://localhost:8080/acme/app@{DIGEST}", "scheme 'docker://' and host 'localhost:8080'; write"),
        (f"acme/app:v1@{DIGEST}", "has too much: tag ':v1' or digest"),
    ],
)
def test_of_an_image_a_tag_or_a_digest_may_stay(registry: Registry, image: str, words: str) -> None:
    options = {name: one.get("default") for name, one in tag_options().items()}
    found = problem(lambda: tags({**options, "image": image}, registry.client(), False))
    assert f"image {image!r} has too much" in found
    assert words in found


@pytest.mark.parametrize("text", FINE)
def test_names_with_dots_and_slashes_are_names(text: str) -> None:
    assert check_repository_name(text, "acme") is None
    assert image_name(text) == ImageName("", "", text, "", "")
