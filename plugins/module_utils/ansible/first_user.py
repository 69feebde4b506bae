# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs the module that makes the first user."""

from __future__ import annotations

from typing import Any

from ..engine.placeholder import marked, placeholder
from ..engine.words import Spec
from ..errors import QuayError
from ..http.client import TRIES
from ..operations import first_user
from .module import build_module, one_diff, opener


def run_first_user(options: Spec) -> None:
    """Run the module that makes the first user. Nobody is there yet who could ask."""
    module = build_module(options, alone=False)
    params = module.params
    try:
        wanted = first_user.FirstUser(
            params["username"], params["password"], params["email"], params["create_token"]
        )
        # The registry may have been started a moment ago.
        outcome = first_user.provide(wanted, opener(module, TRIES), module.check_mode)
    except QuayError as error:
        module.fail_json(msg=str(error))
    for text in outcome.warnings:
        module.warn(text)
    result: dict[str, Any] = {"changed": outcome.changed, "username": params["username"]}
    result["email"] = params["email"]
    after = {"state": "present", "password": "(the given one)"}
    result.update(one_diff(module, outcome.changed, f"user {params['username']}", {}, after))
    made = {name: outcome.answer.get(name) for name in ("encrypted_password", "access_token")}
    if module.check_mode and outcome.changed:
        made = {"encrypted_password": placeholder(64)}
        made.update({"access_token": placeholder(40)} if params["create_token"] else {})
    module.exit_json(**marked({**result, **{name: value for name, value in made.items() if value}}))
