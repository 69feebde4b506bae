# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Federations of robots where Quay has none, and what is none."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.declaration import Notes
from ansible_collections.quayops.quay.plugins.module_utils.engine.values import Place
from ansible_collections.quayops.quay.plugins.module_utils.errors import FeatureOff
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.kinds.federation import (
    federations_of,
    offered_federations,
    taken,
)
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.declarations import entry
from tests.unit.module_utils.runs import written_down

ACME = Place("acme")
PAIRS = [{"issuer": f"https://{name}.example.com", "subject": name} for name in ("b", "a", "b")]


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.one(entry(robots=[{"name": "ci", "federations": PAIRS}, {"name": "plain"}]))
    return registry


def test_pairs_are_sorted_and_once_each() -> None:
    assert taken("ci", PAIRS, Notes("acme")) == (
        ("https://a.example.com", "a"),
        ("https://b.example.com", "b"),
    )
    assert taken("ci", [], Notes("acme")) == ()
    assert taken("ci", None, Notes("acme")) is None


def test_every_issuer_that_is_no_url_is_named() -> None:
    notes = Notes("acme")
    taken("ci", [{"issuer": issuer, "subject": "s"} for issuer in ("ftp://x", "y", "http://z")], notes)
    assert notes.wrong == [
        "robot 'ci': issuer 'ftp://x' is not an http or https URL",
        "robot 'ci': issuer 'y' is not an http or https URL",
    ]


def test_what_quay_has(acme: Registry) -> None:
    assert federations_of(acme.client(), ACME, "ci") == taken("ci", PAIRS, Notes("acme"))
    assert offered_federations(acme.client(), ACME, "plain") == ()


def test_a_quay_without_them_is_no_failure_where_robots_are_written_down(
    acme: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Client.get

    def older(client: Client, path: str, *query: Any) -> Any:
        if path.endswith("/federation"):
            raise FeatureOff(f"GET {path}: Quay has that from 3.13 on.")
        return real(client, path, *query)

    monkeypatch.setattr(Client, "get", older)
    assert offered_federations(acme.client(), ACME, "ci") is None
    assert written_down(acme, ["robots"])["robots"] == [
        {"name": "ci", "description": ""},
        {"name": "plain", "description": ""},
    ]
    (report,) = acme.reconcile(entry(robots=[{"name": "ci", "federations": PAIRS}]))
    assert isinstance(report.error, FeatureOff)
