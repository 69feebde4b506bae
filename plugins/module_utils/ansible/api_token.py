# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs the module that makes tokens."""

from __future__ import annotations

import platform
from typing import Any

from ..engine.placeholder import marked, placeholder
from ..engine.words import Spec
from ..errors import InvalidDeclaration, QuayError
from ..http.sessions import Password
from ..operations.tokens.order import Order, default_rights
from ..operations.tokens.provide import provide
from .module import build_module, from_environment, one_diff, opener


def run_token(options: Spec) -> None:
    """Run the module that makes tokens."""
    module = build_module(
        options, alone=False, required_by={"token": ["path"], "user_password": ["for_user"]}
    )
    try:
        order = _order(module)
        outcome = provide(order, opener(module), module.check_mode, module.no_log_values.add)
    except QuayError as error:
        module.fail_json(msg=str(error))
    for text in outcome.warnings:
        module.warn(text)
    result: dict[str, Any] = {"changed": outcome.changed, "user": order.user, "created": outcome.created}
    if order.path is not None:
        result["path"] = order.path
    if outcome.method is not None:
        result["method"] = outcome.method
    if outcome.token is not None:
        result["access_token"] = outcome.token
    elif module.check_mode and outcome.created and order.path is None:
        result["access_token"] = placeholder(40)
    header = order.path or f"token of {order.user}"
    result.update(one_diff(module, outcome.changed, header, outcome.before, outcome.after))
    module.exit_json(**marked(result))


def _order(module: Any) -> Order:
    """Return whose token is wanted, and who can help to make it."""
    params = module.params
    caller = params["quay_username"] or from_environment(module, "quay_username")
    password = params["quay_password"] or from_environment(module, "quay_password")
    user, path = params["for_user"] or caller, params["path"]
    if not user:
        raise InvalidDeclaration("Whose token is wanted must be said: give quay_username, or for_user.")
    own = user == caller
    return Order(
        user=user,
        rights=default_rights(path) if params["rights"] is None else tuple(params["rights"]),
        token_name=f"{platform.node()}:{path}" if path else "quayops.quay",
        password=(password if own else params["user_password"]) or None,
        password_option="quay_password" if own else "user_password",
        assigner=Password(caller, password) if caller and password and not own else None,
        client_id=params["client_id"] or None,
        organization=params["organization"] or None,
        application=params["application"] or None,
        token=params["token"] or None,
        path=path,
    )
