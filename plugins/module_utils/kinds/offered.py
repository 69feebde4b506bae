# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What to do where a registry does not offer something: it is too old, or the feature is off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..engine.lanes import Call
from ..errors import FeatureOff, NotFound
from ..http.answers import not_offered
from ..http.client import Client
from ..http.endpoints import need_of


def if_offered(call: Call) -> Any:
    """Return what a call returns, None where the registry does not offer it."""
    try:
        return call()
    except FeatureOff:
        return None


def below_repository(client: Client, path: str, query: Mapping[str, str] | None = None) -> Any:
    """Return the answer to a GET of something in a repository that not every registry offers.

    One that does not takes the whole path for the name of a repository, and says that there is none. Raises
    FeatureOff then, which takes a second request, and NotFound where it is truly not there.
    """
    try:
        return client.get(path, query)
    except NotFound as error:
        need = need_of("GET", path)
        if need is not None and need.flag is not None:
            features = client.settings().get("features") or {}
            if not features.get(need.flag.partition("FEATURE_")[2]):
                raise not_offered(f"GET {path}", need, error.status) from error
        raise
