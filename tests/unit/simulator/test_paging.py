# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Pages."""

from __future__ import annotations

import functools
import operator

import pytest

from tests.simulator import Settings, Simulator
from tests.simulator.model import repositories
from tests.unit.simulator.client import Client


@pytest.fixture()
def filled(simulator: Simulator) -> Simulator:
    """250 repositories in acme; every tenth is public."""
    owner = simulator.store.users.first(username="alice")
    for number in range(250):
        visibility = "public" if number % 10 == 0 else "private"
        repositories.create(simulator.store, "acme", f"r{number:03}", owner, visibility, "")
    return simulator


def pages(client: Client, path: str, key: str) -> list[list[str]]:
    found, params = [], {}
    while True:
        body = client.get(path, params=params).json()
        found.append([item["name"] for item in body[key]])
        if "next_page" not in body:
            return found
        params = {"next_page": body["next_page"]}


def test_repositories_come_in_hundreds(filled: Simulator, alice: Client) -> None:
    found = pages(alice, "repository?namespace=acme", "repositories")
    assert [len(page) for page in found] == [100, 100, 50]
    assert functools.reduce(operator.iadd, found, []) == [f"r{number:03}" for number in range(250)]


def test_what_is_not_visible_does_not_shorten_pages(filled: Simulator, nobody: Client) -> None:
    found = pages(nobody, "repository?namespace=acme&public=true", "repositories")
    assert [len(page) for page in found] == [25]


def test_an_invalid_token_silently_means_page_one(filled: Simulator, alice: Client) -> None:
    body = alice.get("repository?namespace=acme&next_page=nonsense").json()
    assert body["repositories"][0]["name"] == "r000"


def test_users_without_limit_come_at_once(simulator: Simulator, admin: Client) -> None:
    assert [len(page) for page in pages(admin, "superuser/users/", "users")] == [3]
    assert [len(page) for page in pages(admin, "superuser/users/?limit=2", "users")] == [2, 1]
    assert admin.get("superuser/users/?limit=101").json()["detail"] == "Page limit cannot be above 100"


def test_tags_are_paged_by_number(filled: Simulator, alice: Client) -> None:
    for number in range(120):
        filled.add_tag("acme", "r000", f"t{number}")
    body = alice.get("repository/acme/r000/tag/?limit=500").json()
    assert (len(body["tags"]), body["has_additional"]) == (100, True)
    body = alice.get("repository/acme/r000/tag/?limit=100&page=2").json()
    assert (len(body["tags"]), body["has_additional"], body["page"]) == (20, False, 2)


class TestSmallPages:
    """The size is a setting, so that tests of clients need few rows."""

    @pytest.fixture()
    def settings(self) -> Settings:
        return Settings(page_size=2)

    def test_page_size(self, simulator: Simulator, alice: Client) -> None:
        owner = simulator.store.users.first(username="alice")
        for number in range(5):
            repositories.create(simulator.store, "acme", f"r{number}", owner, "private", "")
        found = pages(alice, "repository?namespace=acme", "repositories")
        assert [len(page) for page in found] == [2, 2, 1]
