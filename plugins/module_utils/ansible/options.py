# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The options of the connection. The fragment plugins/doc_fragments/connection.py says the same in words."""

from __future__ import annotations

from typing import Any, Callable

from ..engine.words import Spec

EnvFallback = Callable[..., Any]


def connection_spec(env_fallback: EnvFallback) -> Spec:
    """Return the options that say where Quay is and who asks; each falls back to the environment."""

    def option(variable: str, **kwargs: Any) -> dict[str, Any]:
        return {"fallback": (env_fallback, [variable]), **kwargs}

    return {
        "quay_host": option("QUAY_HOST", type="str", default="http://127.0.0.1"),
        # These fall back to the environment too, but not one by one: see module.py.
        "quay_token": {"type": "str", "no_log": True},
        "quay_username": {"type": "str"},
        "quay_password": {"type": "str", "no_log": True},
        "validate_certs": option("QUAY_VERIFY_SSL", type="bool", default=True, aliases=["verify_ssl"]),
        "ca_path": option("QUAY_CA_PATH", type="path"),
        "unix_socket": option("QUAY_UNIX_SOCKET", type="path"),
        "timeout": option("QUAY_TIMEOUT", type="float", default=30.0),
        "parallel": option("QUAY_PARALLEL", type="int", default=8),
    }
