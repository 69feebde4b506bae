# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Repositories: a request for each property; seen by who administers the namespace and by who does not."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Item
from ansible_collections.quayops.quay.plugins.module_utils.errors import Conflict, FeatureOff, Forbidden
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.declarations import entry, wrong
from tests.unit.module_utils.plans import REPO, change, current, desired, item, labels, names
from tests.unit.module_utils.rivals import answered, both_create, the_other_removes
from tests.unit.module_utils.runs import done

REPOSITORY = {"name": "acme", "repositories": [{"name": "app", "description": "d"}]}

# --- declaring ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (entry(repositories=[{"name": "App"}]), "repository name 'App' is not allowed: up to 255 lower-case"),
        (entry(repositories=[{"name": "a/"}]), "repository name 'a/' is not allowed"),
        (entry(repositories=[{"name": "app"}, {"name": "acme/app"}]), "repository 'app' is declared 2 times"),
    ],
)
def test_bad_input_names_the_value_and_the_rule(bad: dict[str, Any], message: str) -> None:
    assert message in wrong(bad)


# --- planning -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "there", "changes"),
    [
        (
            [item("repository", "app", visibility="public", description="", star=True)],
            [REPO],
            ["update repository app visibility,star"],
        ),
    ],
)
def test_what_changes(wanted: list[Item], there: list[Item], changes: list[str]) -> None:
    assert labels(desired(*wanted), current(*there)) == changes


def test_how_it_is_named() -> None:
    assert names(change("create", "repository", "a/b")) == ("a/b", "acme: repository a/b")


# --- carrying out ---------------------------------------------------------------------------------


def test_properties_are_separate_requests(registry: Registry) -> None:
    registry.one({"name": "acme", "repositories": [{"name": "app"}]})
    registry.writes()
    changed = {"visibility": "public", "description": "d", "repo_state": "READ_ONLY", "star": True}
    registry.one({"name": "acme", "repositories": [{"name": "app", **changed}]})
    assert registry.writes() == [
        "POST repository/acme/app/changevisibility",
        "PUT repository/acme/app",
        "PUT repository/acme/app/changestate",
        "POST user/starred",
    ]
    assert done(registry.one({"name": "acme", "repositories": [{"name": "app", **changed}]})) == []
    registry.one({"name": "acme", "repositories": [{"name": "app", "star": False}]})
    assert registry.writes() == ["DELETE user/starred/acme/app"]


def test_a_new_one_takes_state_and_star(registry: Registry) -> None:
    registry.one({"name": "acme", "repositories": [{"name": "app", "repo_state": "MIRROR", "star": True}]})
    assert registry.writes()[1:] == [
        "POST repository",
        "PUT repository/acme/app/changestate",
        "POST user/starred",
    ]


def test_all_pages(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(page_size=10)
    entry = {"name": "acme", "repositories": [{"name": f"app{number:03}"} for number in range(35)]}
    registry.one(entry)
    registry.requests()
    assert registry.one(entry).changes == []
    assert len(registry.requests()) == 1 + 4


def test_a_feature_that_is_off_is_named(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"REPO_MIRROR": False})
    (report,) = registry.reconcile(
        {"name": "acme", "repositories": [{"name": "app", "repo_state": "READ_ONLY"}]}
    )
    assert isinstance(report.error, FeatureOff)
    assert "FEATURE_REPO_MIRROR is off" in str(report.error)


def test_a_creator_who_administers_nothing(registry: Registry) -> None:
    registry.one({"name": "acme", "teams": [{"name": "creators", "role": "creator", "members": ["alice"]}]})
    client = registry.client(Token(registry.simulator.token("alice")))
    entry = {
        "name": "acme",
        "repositories": [{"name": "app", "perms": [{"name": "bob", "role": "read"}]}],
    }
    for changes in (["create repository app", "create permission app user bob"], []):
        (report,) = reconcile(client, [desired_of(entry, declares_organization=False)])
        assert (report.error, done(report)) == (None, changes)


def test_an_outsider_sees_a_public_one(registry: Registry) -> None:
    registry.one({"name": "acme", "repositories": [{"name": "app", "visibility": "public"}]})
    client = registry.client(Token(registry.simulator.token("bob")))
    for wanted, error in (
        ({}, type(None)),
        ({"visibility": "public"}, type(None)),
        ({"description": "x"}, Forbidden),
    ):
        entry = {"name": "acme", "repositories": [{"name": "app", **wanted}]}
        (report,) = reconcile(client, [desired_of(entry, declares_organization=False)])
        assert isinstance(report.error, error)
        assert done(report) == []


def test_those_of_an_outsider_are_refused(registry: Registry) -> None:
    registry.one({"name": "acme"})
    client = registry.client(Token(registry.simulator.token("bob")))
    entry = {"name": "acme", "repositories": [{"name": "app"}]}
    (report,) = reconcile(client, [desired_of(entry, declares_organization=False)])
    assert isinstance(report.error, Forbidden)


# --- two at once ----------------------------------------------------------------------------------


def test_another_caller_makes_it_first(registry: Registry) -> None:
    both_create(registry, REPOSITORY, "POST", "repository$")


def test_one_that_quay_could_not_create(registry: Registry) -> None:
    """The words of a Quay that looked before the other caller's request and wrote after it."""
    registry.one({"name": "acme"})
    client = registry.client()
    real = client.send
    asked: list[str] = []

    def send(method: str, path: str, body: Any = None) -> Any:
        if (method, path) == ("POST", "repository") and not asked:
            asked.append(path)
            registry.client().send(method, path, body)
            raise answered("Could not create repository")
        return real(method, path, body)

    client.send = send  # type: ignore[method-assign]
    assert registry.one(REPOSITORY, client=client).changes == []
    assert registry.one(REPOSITORY).changes == []


def test_one_that_cannot_be_created_for_another_reason_ends_with_quays_words(
    registry: Registry,
) -> None:
    """Quay says the same where its database refuses: read again, tried again, and then passed on."""
    registry.one({"name": "acme"})
    registry.writes()
    client = registry.client()
    real = client.send

    def send(method: str, path: str, body: Any = None) -> Any:
        if (method, path) == ("POST", "repository"):
            tried.append(path)
            raise answered("Could not create repository")
        return real(method, path, body)

    tried: list[str] = []
    client.send = send  # type: ignore[method-assign]
    (report,) = registry.reconcile(REPOSITORY, client=client)
    assert type(report.error) is Conflict
    assert "Could not create repository" in str(report.error)
    assert len(tried) == 2


def test_another_caller_removes_it_first(registry: Registry) -> None:
    gone = {"name": "acme", "repositories": [{"name": "app", "state": "absent"}]}
    the_other_removes(registry, REPOSITORY, gone, "DELETE", "repository/acme/app", "repository/acme/app")


@pytest.mark.parametrize(
    ("changed", "method", "path"),
    [
        ({"description": "new"}, "PUT", "repository/acme/app"),
        ({"visibility": "public"}, "POST", "changevisibility"),
    ],
)
def test_another_caller_removes_what_we_change(
    registry: Registry, changed: dict[str, Any], method: str, path: str
) -> None:
    """It is declared, so it is made again."""
    after = {"name": "acme", "repositories": [{"name": "app", **changed}]}
    the_other_removes(registry, REPOSITORY, after, method, path, "repository/acme/app")
