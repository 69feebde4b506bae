# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs a module whose work is an operation (see operations/)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..engine.words import Spec
from ..errors import QuayError
from ..http.client import Client
from ..operations.operation import Operation
from .module import build_module, client_of

Params = Mapping[str, Any]


def run_operation(
    options: Spec, operate: Callable[[Params, Client, bool], Operation], **constraints: Any
) -> None:
    """Run a module whose work is a function of its parameters, a client, and whether it is only to look."""
    module = build_module(options, **constraints)
    try:
        outcome = operate(module.params, client_of(module), module.check_mode)
    except QuayError as error:
        module.fail_json(msg=str(error))
    for text in outcome.warnings:
        module.warn(text)
    result = {"changed": outcome.changed, **outcome.values}
    if module._diff:  # AnsibleModule has no public name for it
        result["diff"] = list(outcome.diff)
    if outcome.error is not None:
        module.fail_json(msg=outcome.error, **result)
    module.exit_json(**result)
