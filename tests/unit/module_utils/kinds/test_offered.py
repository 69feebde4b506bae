# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a registry does not offer."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import FeatureOff, Forbidden, NotFound
from ansible_collections.quayops.quay.plugins.module_utils.kinds.offered import below_repository, if_offered
from tests.unit.module_utils.conftest import Registry


def failing(error: Exception) -> Any:
    def call() -> None:
        raise error

    return call


def test_what_is_offered_is_returned() -> None:
    assert if_offered(lambda: [1]) == [1]


def test_what_is_not_offered_is_none() -> None:
    assert if_offered(failing(FeatureOff("off", 404))) is None


def test_other_errors_are_errors() -> None:
    with pytest.raises(Forbidden):
        if_offered(failing(Forbidden("no", 403)))


# --- below a repository -----------------------------------------------------------------------------

PULLS = "repository/acme/app/tag/v1/pull_statistics"
MakeRegistry = Callable[..., Registry]


def make(make_registry: MakeRegistry, on: bool) -> Registry:
    registry = make_registry(features={"IMAGE_PULL_STATS": on})
    registry.one({"name": "acme", "repositories": [{"name": "app"}]})
    registry.simulator.add_tag("acme", "app", "v1")
    registry.requests()
    return registry


def test_what_is_there_is_returned(make_registry: MakeRegistry) -> None:
    registry = make(make_registry, on=True)
    assert below_repository(registry.client(), PULLS)["tag_pull_count"] == 0
    assert registry.requests() == [f"GET {PULLS}"]


def test_a_feature_that_is_off_reads_as_a_missing_repository(make_registry: MakeRegistry) -> None:
    registry = make(make_registry, on=False)
    with pytest.raises(FeatureOff) as raised:
        below_repository(registry.client(), PULLS)
    assert "FEATURE_IMAGE_PULL_STATS is off in its config.yaml or it is older than Quay 3.16" in str(
        raised.value
    )
    assert registry.requests() == [f"GET {PULLS}", "GET /config"]


def test_what_is_missing_is_missing_where_it_is_offered(make_registry: MakeRegistry) -> None:
    registry = make(make_registry, on=True)
    with pytest.raises(NotFound):
        below_repository(registry.client(), PULLS.replace("v1", "v9"))
