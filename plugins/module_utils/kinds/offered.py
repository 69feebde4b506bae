# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What to do where a registry does not offer something: it is too old, or the feature is off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..engine.lanes import Call
from ..errors import FeatureOff, Forbidden, NotFound, QuayError
from ..http.client import Client
from ..http.endpoints import not_offered


def if_offered(call: Call) -> Any:
    """Return what a call returns, None where the registry does not offer it."""
    try:
        return call()
    except FeatureOff:
        return None


def get_offered(
    client: Client,
    path: str,
    look: Call,
    query: Mapping[str, str] | None = None,
    signs: tuple[type[QuayError], ...] = (NotFound, Forbidden),
) -> Any:
    """Return the answer to a GET about something in a repository, to which ``look`` leads.

    Where a feature is off Quay takes the path for the name of another repository, and answers that it is not
    there, or not shown (``signs``). Only then ``look`` is called, which raises what is wrong with the thing
    itself; it must need the same right. Raises FeatureOff.
    """
    try:
        return client.get(path, query)
    except signs as error:
        look()
        raise FeatureOff(not_offered("GET", path) or error.message, error.status) from error
