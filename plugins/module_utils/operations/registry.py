# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the registry tells about itself: what it can do, and how it is configured (facts A18)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import Forbidden
from ..http.client import Client
from .operation import Operation

Params = Mapping[str, Any]


def capabilities(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return what this Quay says that it can do. One request, which needs no right. Since Quay 3.17."""
    del params, check_mode
    return Operation(values={"capabilities": client.get("registry/capabilities")})


def configuration(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return the configuration by which Quay runs, in which it hides secrets itself. One request.

    Its environment is left out: Quay shows that whole. Since Quay 3.15, with FEATURE_SUPERUSER_CONFIGDUMP.
    """
    del params, check_mode
    try:
        view = client.get("superuser/config")
    except Forbidden as error:
        # Quay says the same to a superuser where the feature is off.
        text = f"{error} Or FEATURE_SUPERUSER_CONFIGDUMP is off in the registry's config.yaml."
        raise Forbidden(text, error.status) from error
    return Operation(values={"config": view["config"], "unknown": view.get("warning") or {}})
