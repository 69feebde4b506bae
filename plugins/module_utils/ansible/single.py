# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs a module for one object."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..engine.placeholder import marked
from ..engine.reconcile import reconcile
from ..engine.report import Report, change_views, diffs, failure
from ..engine.words import Desired, Spec
from ..errors import QuayError
from ..http.client import Client
from .module import build_module, client_of

Params = Mapping[str, Any]


def run_single(
    options: Spec,
    declare: Callable[[Params, Client], Desired],
    describe: Callable[[Params, Report], dict[str, Any]],
    **constraints: Any,
) -> None:
    """Run a module for one object.

    ``declare`` turns the parameters into what is desired; ``describe`` says what is returned besides
    ``changed`` and ``changes``. ``constraints`` are AnsibleModule's own (required_if and the like).
    """
    module = build_module(options, **constraints)
    try:
        client = client_of(module)
        (report,) = reconcile(client, [declare(module.params, client)], module.check_mode)
    except QuayError as error:
        module.fail_json(msg=str(error))
    result = _result([report], module)
    result["changes"] = change_views(report)
    if report.error is not None:
        module.fail_json(msg=failure(report), **result)
    result.update(describe(module.params, report))
    module.exit_json(**marked(result))


def _result(reports: Sequence[Report], module: Any) -> dict[str, Any]:
    """Return what all results have in common, after handing the warnings to Ansible."""
    for report in reports:
        for text in report.warnings:
            module.warn(f"{report.namespace}: {text}")
    result: dict[str, Any] = {"changed": any(report.changes for report in reports)}
    if module._diff:  # AnsibleModule has no public name for it
        result["diff"] = [entry for report in reports for entry in diffs(report)]
    return result
