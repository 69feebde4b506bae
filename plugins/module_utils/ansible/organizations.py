# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs the module that reads organizations."""

from __future__ import annotations

from ..engine.words import Spec
from ..errors import QuayError
from ..kinds.organization import organization_names
from ..operations.adoption import adopt
from ..visible import visible
from .module import build_module, client_of


def run_info(options: Spec) -> None:
    """Run the module that reads organizations."""
    module = build_module(options)
    try:
        client = client_of(module)
        name = module.params["name"]
        names = organization_names(client) if name is None else [name]
        found = list(adopt(client, names, module.params["include"]))
    except QuayError as error:
        module.fail_json(msg=str(error))
    for one in found:
        for text in one.warnings:
            module.warn(text)
    # Where all are asked for, those that the caller sees but does not administer are named apart.
    failed = [one for one in found if one.error is not None]
    entries = [one.entry for one in found if one.entry is not None]
    if failed and (name is not None or not all(_not_ours(one.error) for one in failed)):
        lines = "\n".join(f"{visible(one.name)}: {one.error}" for one in failed)
        module.fail_json(msg=f"{len(failed)} of {len(found)} organizations could not be read:\n{lines}")
    module.exit_json(
        changed=False, organizations=entries, not_administered=sorted(one.name for one in failed)
    )


def _not_ours(error: QuayError | None) -> bool:
    return error is not None and error.status == 403
