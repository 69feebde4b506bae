# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Retention over whole organizations: reads everything, decides, asks the limits, and only then writes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Callable

from ...engine.lanes import run
from ...errors import FileTrouble, InvalidDeclaration, PurgeRefused
from ...http.client import Client
from ...http.connection import Connection
from ...kinds.selection import selection_of
from ..operation import Operation
from .dlrn import Dlrn, promoted
from .keep_lists import KeepList, given, joined, read_file
from .reading import Task, read_namespace
from .report import Namespace, Pruned, document, moment, outcome
from .report_file import check_directory, write_report
from .retention import Policy, check_limits, parse_age
from .writing import write_repository

Params = Mapping[str, Any]


def prune(
    params: Params,
    client: Client,
    check_mode: bool,
    kept: KeepList | None = None,
    clock: Callable[[], float] = time.time,
) -> Operation:
    """Let tags expire as declared; ``params`` are the options of quay_tag_prune.

    ``kept`` is what read_keep_lists returned, where that was called before. Raises InvalidDeclaration,
    FileTrouble and KeepListFailed before anything is asked of the registry; where the limits refuse, the
    result has an error, and says all the same what would have expired.
    """
    policy = policy_of(params)
    _check_limits_given(params)
    report_path = params.get("report_path")
    if report_path:
        check_directory(report_path)
    if kept is None:
        kept = read_keep_lists(params, client.connection)
    task = Task(_with(policy, kept), int(clock()), clock)
    found = _read(params, client, task)
    refused = None
    try:
        limits = params["max_expire"], params["max_expire_percent"]
        check_limits([one.tally for space in found for one in space.repositories], *limits)
    except PurgeRefused as error:
        refused = str(error)
    if refused is None and not check_mode:
        _write(client, found, task)
    result = outcome(found, params["return_tags"], refused)
    if report_path:
        head = _head(client, task, check_mode)
        result = _reported(report_path, result, document(result, found, head))
    return result


def read_keep_lists(params: Params, connection: Connection) -> KeepList:
    """Return what the options, the files and DLRN say is kept.

    ``connection`` is how the registry is reached. Raises InvalidDeclaration and KeepListFailed, also where
    nothing at all is kept and allow_empty_keeplist does not say that this is meant.
    """
    policy_of(params)
    empty = params["allow_empty_keeplist"]
    found = [given(params["keep_names"] or (), params["keep_patterns"] or (), params["keep_digests"] or ())]
    found.append(KeepList(frozenset(params["promotions"] or ())))
    dlrn = _dlrn(params)
    found += [read_file(path, may_be_empty=empty) for path in params["keep_files"] or ()]
    if dlrn is not None:
        found.append(KeepList(promoted(dlrn, connection)))
    kept = joined(found)
    if kept.is_empty and not empty:
        raise InvalidDeclaration(
            "The keep-list is empty. If that is meant, set allow_empty_keeplist; else see keep_names, "
            "keep_patterns, keep_digests and keep_files. Nothing was changed."
        )
    return kept


# Options


def policy_of(params: Params) -> Policy:
    """Return the policy without the keep-lists that are elsewhere; raises what can be said already."""
    older_than = params["older_than"]
    return Policy(
        older_than=None if older_than is None else parse_age("older_than", str(older_than)),
        keep_newest=params["keep_newest"],
        group_by=params["group_by"],
        keep_patterns=tuple(params["keep_patterns"] or ()),
        include=params["include"],
        grace=parse_age("grace", str(params["grace"])),
    )


def _with(policy: Policy, kept: KeepList) -> Policy:
    return replace(policy, keep_names=kept.names, keep_patterns=kept.patterns, keep_digests=kept.digests)


def _dlrn(params: Params) -> Dlrn | None:
    endpoints = params["dlrn_endpoints"] or ()
    if not endpoints:
        return None
    auth = {name: value for name, value in (params.get("dlrn_auth") or {}).items() if value}
    return Dlrn(params["dlrn_host"] or "", endpoints, params["promotions"] or (), auth)


def _check_limits_given(params: Params) -> None:
    number, percent = params["max_expire"], params["max_expire_percent"]
    if number is not None and number < 0:
        raise InvalidDeclaration(f"max_expire is {number}; it must not be negative.")
    if percent is not None and not 0 <= percent <= 100:
        raise InvalidDeclaration(f"max_expire_percent is {percent:g}; it must be 0 to 100.")


# The run


def _read(params: Params, client: Client, task: Task) -> list[Namespace]:
    chosen = {
        name: selection_of(name, params["repositories"], params["matching"], params["skip"])
        for name in params["organizations"]
    }
    lanes = (read_namespace(client, name, selection, task) for name, selection in chosen.items())
    return list(run(lanes, client.connection.parallel, client.observer))


def _write(client: Client, found: Iterable[Namespace], task: Task) -> None:
    """Carry out what was decided, and put into ``found`` what became of it."""
    waiting = [(space, number) for space in found for number in _with_work(space.repositories)]
    lanes = (write_repository(client, space.repositories[number], task) for space, number in waiting)
    for (space, number), done in zip(waiting, run(lanes, client.connection.parallel, client.observer)):
        space.repositories[number] = done


def _with_work(repositories: list[Pruned]) -> list[int]:
    return [number for number, one in enumerate(repositories) if one.expiring]


def _head(client: Client, task: Task, check_mode: bool) -> dict[str, Any]:
    policy = task.policy
    return {
        "registry": client.connection.host,
        "started": moment(task.now),
        "ended": moment(task.clock()),
        "check_mode": check_mode,
        "policy": {
            "older_than": policy.older_than,
            "keep_newest": policy.keep_newest,
            "group_by": policy.group_by,
            "include": policy.include,
            "grace": policy.grace,
            "keep_names": sorted(policy.keep_names),
            "keep_patterns": list(policy.keep_patterns),
            "keep_digests": sorted(policy.keep_digests),
        },
    }


def _reported(path: str, result: Operation, report: Mapping[str, Any]) -> Operation:
    """Write the report, and return the result with its path; what was done is told even if that fails."""
    try:
        write_report(path, report)
    except FileTrouble as error:
        return replace(result, error="\n".join(filter(None, (result.error, str(error)))))
    return replace(result, values={**result.values, "report": path})
