# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Proxy caches: how they are declared, made and replaced, and what is left where Quay refuses one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, change_views, diffs
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    FeatureOff,
    InvalidDeclaration,
    InvalidRequest,
    NotFound,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Password
from ansible_collections.quayops.quay.plugins.module_utils.kinds.proxy_cache import PROXY_CACHE
from ansible_collections.quayops.quay.plugins.module_utils.kinds.single import single
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import adopt
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry

HUB = {"organization": "acme", "registry": "hub.example.com/library", "expiration": "2d"}
USER = {"username": "puller", "password": "a-secret-word"}
CACHE = "organization/acme/proxycache"
READ = ["GET organization/acme", f"GET {CACHE}"]
VALIDATE = "POST organization/acme/validateproxycache"


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.one({"name": "acme"})
    registry.requests()
    return registry


def run(registry: Registry, /, check_mode: bool = False, client: Any = None, **options: Any) -> Report:
    _options, declare, _describe = single(PROXY_CACHE)
    client = client or registry.client()
    (report,) = reconcile(client, [declare({**HUB, **options}, client)], check_mode)
    return report


def done(registry: Registry, /, **options: Any) -> Report:
    report = run(registry, **options)
    assert report.error is None, report.error
    return report


def there(registry: Registry) -> Mapping[str, Any]:
    """Return what Quay shows, as registry, seconds and insecure; nothing where there is none."""
    view = registry.client().get(CACHE)
    registry.requests()
    return (
        (view["upstream_registry"], view["expiration_s"], view["insecure"]) if view["insecure"] != "" else ()
    )


def credentials(registry: Registry) -> tuple[Any, Any]:
    """Return what Quay keeps to itself."""
    (row,) = registry.simulator.store.proxy_caches.find()
    return row.username, row.password


# --- made, left alone, removed ----------------------------------------------------------------------


def test_it_is_tried_out_and_made(acme: Registry) -> None:
    assert len(run(acme, check_mode=True, **USER).changes) == 1
    assert acme.requests() == READ
    report = done(acme, **USER)
    assert acme.requests() == [*READ, VALIDATE, f"POST {CACHE}"]
    assert there(acme) == ("hub.example.com/library", 172800, False)
    assert credentials(acme) == ("puller", "a-secret-word")
    (view,) = change_views(report)
    assert (view["kind"], view["name"], view["action"]) == ("proxy_cache", "acme", "create")
    assert done(acme, **USER).changes == []
    assert done(acme, **{**USER, "expiration": "48h"}).changes == []
    assert acme.requests() == 2 * READ


def test_what_is_left_out_is_quays_own(acme: Registry) -> None:
    done(acme, registry=None, expiration=None)
    assert there(acme) == ("quay.io", 86400, False)
    assert done(acme, registry="quay.io/", expiration=None).changes == []


def test_it_is_removed(acme: Registry) -> None:
    done(acme)
    acme.requests()
    assert [change.action for change in done(acme, state="absent").changes] == ["delete"]
    assert acme.requests() == [*READ, f"DELETE {CACHE}"]
    assert there(acme) == ()
    assert done(acme, state="absent").changes == []


def test_no_secret_is_shown(acme: Registry) -> None:
    done(acme, **USER)
    for report in (
        done(acme, state="absent"),
        done(acme, **USER),
        done(acme, **{**USER, "password": "another-secret-word"}, force=True),
    ):
        assert "secret-word" not in repr((report, diffs(report), change_views(report)))


# --- replaced ---------------------------------------------------------------------------------------


def test_a_new_one_is_tried_out_in_another_organization_first(acme: Registry) -> None:
    acme.one({"name": "bench"})
    done(acme, **USER)
    acme.requests()
    report = done(acme, **{**USER, "expiration": "3d"})
    assert acme.requests() == [
        *READ,
        "GET user/",
        "POST organization/bench/validateproxycache",
        f"DELETE {CACHE}",
        f"POST {CACHE}",
    ]
    assert report.warnings == []
    assert (diffs(report)[0]["before"], diffs(report)[0]["after"]) == (
        {"expiration": 172800},
        {"expiration": 259200},
    )
    assert there(acme) == ("hub.example.com/library", 259200, False)
    assert credentials(acme) == ("puller", "a-secret-word")


def test_what_is_not_declared_stays_as_it_is(acme: Registry) -> None:
    done(acme, insecure=True)
    report = done(acme, registry="other.example.com", expiration=None)
    assert there(acme) == ("other.example.com", 172800, True)
    assert report.warnings == [
        "Quay has no update of a proxy cache, and does not tell its username and password: the new one has "
        "none, since none are declared."
    ]


def test_a_refused_one_leaves_the_old_one_alone(acme: Registry) -> None:
    acme.one({"name": "bench"})
    done(acme, **USER)
    acme.requests()
    error = run(acme, registry="1.1.1.1").error
    assert isinstance(error, InvalidRequest)
    assert "Failed login to remote registry" in str(error)
    assert "The proxy cache that 'acme' has was left as it is" in str(error)
    assert acme.writes() == ["POST organization/bench/validateproxycache"]
    assert credentials(acme) == ("puller", "a-secret-word")


def test_organizations_that_are_caches_themselves_are_of_no_use(acme: Registry) -> None:
    acme.one({"name": "bench", "proxy_cache": {"registry": "quay.io"}})
    acme.one({"name": "desk"})
    done(acme)
    acme.requests()
    done(acme, expiration="3d")
    assert acme.writes() == [
        "POST organization/bench/validateproxycache",
        "POST organization/desk/validateproxycache",
        f"DELETE {CACHE}",
        f"POST {CACHE}",
    ]


def test_without_another_organization_the_old_one_is_put_back(acme: Registry) -> None:
    done(acme, **USER)
    acme.requests()
    done(acme, **{**USER, "expiration": "3d"})
    assert acme.writes() == [f"DELETE {CACHE}", VALIDATE, f"POST {CACHE}"]
    assert credentials(acme) == ("puller", "a-secret-word")
    report = run(acme, registry="1.1.1.1", **USER)
    assert acme.writes() == [f"DELETE {CACHE}", VALIDATE, f"POST {CACHE}"]
    assert isinstance(report.error, InvalidRequest)
    assert "Failed login to remote registry" in str(report.error)
    assert (
        "The proxy cache of 'hub.example.com/library' that 'acme' had was put back (expiration 259200, "
        "insecure false), without username and password, which Quay tells nobody."
    ) in str(report.error)
    assert there(acme) == ("hub.example.com/library", 259200, False)


def test_it_is_said_where_the_old_one_is_lost(acme: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    done(acme)
    client = acme.client()
    send = client.send

    def refusing(method: str, path: str, body: Any = None) -> Any:
        if method == "POST" and path == CACHE:
            raise InvalidRequest("no more caches", 400)
        return send(method, path, body)

    monkeypatch.setattr(client, "send", refusing)
    report = run(acme, client=client, registry="other.example.com")
    assert str(report.error) == (
        "no more caches The proxy cache of 'hub.example.com/library' that 'acme' had is removed, and could "
        "not be put back: no more caches"
    )
    assert there(acme) == ()


def test_what_quay_cannot_resolve_is_put_back_without_a_try(acme: Registry) -> None:
    done(acme)
    error = run(acme, registry="hub.invalid", validate=False).error
    assert "Cannot resolve hostname 'hub.invalid'" in str(error)
    assert "was put back" in str(error)
    assert there(acme) == ("hub.example.com/library", 172800, False)


def test_without_validation_nothing_is_tried(acme: Registry) -> None:
    done(acme, registry="1.1.1.1", validate=False)
    assert acme.writes() == [f"POST {CACHE}"]
    done(acme, registry="1.1.1.1/other", validate=False)
    assert acme.writes() == [f"DELETE {CACHE}", f"POST {CACHE}"]


def test_a_refused_one_is_not_made(acme: Registry) -> None:
    for registry, words in (
        ("1.1.1.1", "username and password are not valid there"),
        ("10.0.0.1:5000", "SSRF_ALLOWED_HOSTS"),
        ("hub.invalid", "Cannot resolve hostname"),
    ):
        error = run(acme, registry=registry).error
        assert isinstance(error, InvalidRequest)
        assert words in str(error)
        assert acme.writes() == [VALIDATE]


# --- username and password --------------------------------------------------------------------------


def test_another_password_is_sent_with_force(acme: Registry) -> None:
    done(acme, **USER)
    other = {**USER, "password": "another-secret-word"}
    assert done(acme, **other).changes == []
    assert credentials(acme) == ("puller", "a-secret-word")
    report = done(acme, **other, force=True)
    assert [change.fields for change in report.changes] == [("password",)]
    assert credentials(acme) == ("puller", "another-secret-word")
    assert diffs(report)[0]["before"] == {"password": "(another one)"}
    assert diffs(report)[0]["after"] == {"password": "(the declared one)"}
    # Nobody can tell that it is the same.
    assert len(done(acme, **other, force=True).changes) == 1
    assert done(acme, force=True).changes == []


# --- what is wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"registry": "https://quay.io"}, "is not written as host, host:port or host:port/namespace"),
        ({"registry": "/"}, "is not written as"),
        ({"username": "puller"}, "username and password together"),
        ({"password": "a-secret-word", "username": ""}, "username and password together"),
        ({"expiration": "soon"}, "expiration 'soon' is not a time span"),
        ({"expiration": "4000w"}, "is more than 2147483647 seconds"),
        ({"organization": "No Name"}, "is not allowed"),
    ],
)
def test_what_makes_no_sense_is_refused_without_asking(
    acme: Registry, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidDeclaration, match=words) as caught:
        run(acme, **options)
    assert "secret-word" not in str(caught.value)
    assert acme.requests() == []


def test_an_organization_that_does_not_exist(registry: Registry) -> None:
    assert isinstance(run(registry).error, NotFound)
    assert done(registry, state="absent").changes == []


def test_a_registry_without_proxy_caches(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"PROXY_CACHE": False})
    registry.one({"name": "acme"})
    assert registry.requests() == ["GET organization/acme", "POST organization/"]
    error = run(registry).error
    assert isinstance(error, FeatureOff)
    assert "FEATURE_PROXY_CACHE is off in its config.yaml or it is older than Quay 3.7" in str(error)
    (adopted,) = adopt(registry.client(), ["acme"], ["proxy_cache"])
    assert adopted.error is None
    assert adopted.entry is not None and "proxy_cache" not in adopted.entry


# --- faults -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "503", "429"])
@pytest.mark.parametrize("request_", ["POST /proxycache", "DELETE /proxycache", "POST validateproxycache"])
def test_faults_lose_nothing(acme: Registry, kind: str, request_: str) -> None:
    acme.one({"name": "bench"})
    done(acme, **USER)
    method, path = request_.split()
    acme.simulator.faults.add(Fault(kind, method=method, path=path, times=1))
    report = done(acme, **{**USER, "expiration": "3d"})
    assert {change.kind.name for change in report.changes} == {"proxy_cache"}
    assert there(acme) == ("hub.example.com/library", 259200, False)
    assert credentials(acme) == ("puller", "a-secret-word")


def test_one_that_somebody_else_removes_meanwhile(acme: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    done(acme)
    client = acme.client()
    send = client.send

    def late(method: str, path: str, body: Any = None) -> Any:
        if method == "DELETE" and there(acme):
            acme.client().send(method, path)
        return send(method, path, body)

    monkeypatch.setattr(client, "send", late)
    assert run(acme, client=client, expiration="3d").error is None
    assert there(acme) == ("hub.example.com/library", 259200, False)


def test_an_administrator_who_is_no_superuser(acme: Registry) -> None:
    alice = acme.client(Password("alice", "alice-password"))
    alice.send("POST", "organization/", {"name": "hers"})
    report = run(acme, client=alice, organization="hers")
    assert report.error is None
    report = run(acme, client=alice, organization="hers", expiration="3d")
    assert report.error is None
    assert [change.action for change in report.changes] == ["update"]


# --- inside an organization -------------------------------------------------------------------------


def test_it_is_made_and_written_down_with_the_organization(registry: Registry) -> None:
    cache = {"registry": "hub.example.com", "expiration": "3600", "insecure": True}
    entry = {"name": "acme", "proxy_cache": {**cache, **USER}}
    assert [change.kind.name for change in registry.one(entry).changes] == ["organization", "proxy_cache"]
    registry.requests()
    assert registry.one(entry).changes == []
    assert registry.requests() == READ
    (adopted,) = adopt(registry.client(), ["acme"], ["proxy_cache"])
    assert adopted.entry is not None
    assert adopted.entry["proxy_cache"] == cache
    assert adopted.warnings == [
        "acme: Quay does not tell whether the proxy cache has a username and a password; they are left out."
    ]
    assert registry.one(adopted.entry).changes == []
    registry.one({"name": "acme", "proxy_cache": {"state": "absent"}})
    (adopted,) = adopt(registry.client(), ["acme"], ["proxy_cache"])
    assert adopted.entry is not None and "proxy_cache" not in adopted.entry
    assert adopted.warnings == []
