# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What each action does: from its options to an operation of the library, which modules use too.

Every action takes the options of option_table.py, a client, and whether it is only to look.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Callable

from ..engine.reconcile import reconcile
from ..engine.report import Report
from ..engine.words import Desired, Key, Kind, Spec
from ..errors import NotFound
from ..http.client import Client
from ..kinds.moments import NEVER, moment_text
from ..kinds.names import is_robot, split_robot
from ..kinds.nesting import desired_of
from ..kinds.repository import REPOSITORY
from ..kinds.robot import ROBOT, robot_token
from ..kinds.team import TEAM
from ..operations.bulk import desired_repositories, outcome, repositories_options
from ..operations.operation import Operation
from ..operations.pruning.options import prune_options
from ..operations.pruning.prune import prune
from ..operations.tagging import tag_options, tags
from .listings import LISTINGS
from .many import each
from .options import Order

Options = Mapping[str, Any]
Run = Callable[[Options, Client, bool], Operation]

_HOUR, _DAY = 3600, 86400


def perform(order: Order, client: Client) -> Operation:
    """Do what was asked for. Raises QuayError where nothing could be done at all."""
    return RUN[order.action.name](order.options, client, bool(order.options["dry_run"]))


# Repositories


def _set_visibility(options: Options, client: Client, check_mode: bool) -> Operation:
    return _on_repositories(options, client, check_mode, lambda _name: {"visibility": options["visibility"]})


def _set_permissions(options: Options, client: Client, check_mode: bool) -> Operation:
    def permission(organization: str) -> dict[str, Any]:
        kind, name = _grantee(options, organization)
        return {"perms": [{"name": name, "type": kind, "role": options["role"] or "write"}]}

    return _on_repositories(options, client, check_mode, permission)


def _on_repositories(
    options: Options, client: Client, check_mode: bool, wanted: Callable[[str], dict[str, Any]]
) -> Operation:
    chosen = {
        "repositories": options["repository"],
        "matching": options["matching"],
        "skip": options["skip"],
    }
    desired = [
        desired_repositories(name, {**_defaults(repositories_options()), **chosen, **wanted(name)})
        for name in options["organization"]
    ]
    return outcome(reconcile(client, desired, check_mode))


# Objects


def _create_organization(options: Options, client: Client, check_mode: bool) -> Operation:
    entries = [{"name": name, "email": options["email"]} for name in options["organization"]]
    return outcome(reconcile(client, [desired_of(entry) for entry in entries], check_mode))


def _create_repository(options: Options, client: Client, check_mode: bool) -> Operation:
    entries = [{"name": name, "visibility": options["visibility"]} for name in options["repository"]]
    desired = _inside(options, lambda _organization: {"repositories": entries})
    if options["visibility"] is None:
        # What is there already is not made public by asking for it again.
        desired = [_for_new(client, one, REPOSITORY, {"visibility": "public"}) for one in desired]
    return outcome(reconcile(client, desired, check_mode))


def _create_robot(options: Options, client: Client, check_mode: bool) -> Operation:
    desired = _inside(options, lambda _organization: {"robots": [{"name": options["robot"]}]})
    return _with_tokens(options, list(reconcile(client, desired, check_mode)))


def _regenerate_token(options: Options, client: Client, check_mode: bool) -> Operation:
    entry = {"name": options["robot"], "regenerate": True}
    desired = _inside(options, lambda _organization: {"robots": [entry]})
    desired, failed = _existing(client, desired, ROBOT, "Create it with create-robot.")
    return _with_tokens(options, [*failed, *reconcile(client, desired, check_mode)])


def _create_team(options: Options, client: Client, check_mode: bool) -> Operation:
    entry = {"name": options["team"], "role": options["role"]}
    desired = _inside(options, lambda _organization: {"teams": [entry]})
    if options["role"] is None:
        # A team that is there keeps its role: owners would lose theirs.
        desired = [_for_new(client, one, TEAM, {"role": "creator"}) for one in desired]
    return outcome(reconcile(client, desired, check_mode))


def _add_member(options: Options, client: Client, check_mode: bool) -> Operation:
    def team(organization: str) -> dict[str, Any]:
        member = options["user"] or _grantee(options, organization)[1]
        return {"teams": [{"name": options["team"], "members": [member]}]}

    desired, failed = _existing(client, _inside(options, team), TEAM, "Create it with create-team.")
    return outcome([*failed, *reconcile(client, desired, check_mode)])


def _create_prototype(options: Options, client: Client, check_mode: bool) -> Operation:
    def prototype(organization: str) -> dict[str, Any]:
        kind, name = _grantee(options, organization)
        return {"prototypes": [{"name": name, "type": kind, "role": options["role"] or "write"}]}

    return outcome(reconcile(client, _inside(options, prototype), check_mode))


def _inside(options: Options, content: Callable[[str], dict[str, Any]]) -> list[Desired]:
    """Return what is desired of objects in each organization, which itself must be there."""
    return [
        desired_of({"name": name, **content(name)}, declares_organization=False)
        for name in options["organization"]
    ]


def _grantee(options: Options, organization: str) -> tuple[str, str]:
    """Return kind and name of who is given something; a robot is one of the organization."""
    if options["robot"]:
        name = options["robot"]
        return "user", name if is_robot(name) else f"{organization}+{name}"
    return ("user", options["user"]) if options["user"] else ("team", options["team"])


def _planned(client: Client, desired: Desired, kind: Kind) -> tuple[Report, set[Key]]:
    """Return a report of what would be done, and the keys of the objects of a kind that would be made."""
    (report,) = reconcile(client, [desired], check_mode=True)
    created = {change.key for change in report.changes if change.kind is kind and change.action == "create"}
    return report, created


def _for_new(client: Client, desired: Desired, kind: Kind, fields: Mapping[str, Any]) -> Desired:
    """Return what is desired, with further fields for the objects that are not there yet."""
    _report, created = _planned(client, desired, kind)
    present = tuple(
        replace(item, fields={**item.fields, **fields}) if item.kind is kind and item.key in created else item
        for item in desired.present
    )
    return replace(desired, present=present)


def _existing(
    client: Client, desired: Iterable[Desired], kind: Kind, advice: str
) -> tuple[list[Desired], list[Report]]:
    """Tell the declarations whose objects of a kind are there from the reports of those that fail."""
    fine: list[Desired] = []
    failed: list[Report] = []
    for one in desired:
        report, created = _planned(client, one, kind)
        if created and report.error is None:
            (name,) = sorted(created)[0]
            report.error = NotFound(f"There is no {kind.name} {name!r} in {one.namespace!r}. {advice}")
        if report.error is None:
            fine.append(one)
        else:
            failed.append(replace(report, changes=[]))
    return fine, failed


def _with_tokens(options: Options, reports: Sequence[Report]) -> Operation:
    """Return the operation with name and token of the robot that each report is about."""
    done = outcome(reports)
    robots = []
    for report in reports:
        token = robot_token(report)
        if token is not None and report.error is None:
            name = f"{report.namespace}+{split_robot(options['robot'])[1]}"
            robots.append({"name": name, "token": token})
    return replace(done, values={"robots": robots, **done.values})


# Tags


def _restore_tag(options: Options, client: Client, check_mode: bool) -> Operation:
    wanted = {"state": "restored", "digest": options["digest"]}
    return _on_tags(options, client, check_mode, wanted)


def _expire(options: Options, client: Client, check_mode: bool) -> Operation:
    return _on_tags(options, client, check_mode, {"expiration": expiration(options["days"], time.time())})


def expiration(number: int, now: float) -> str:
    """Return the moment that lies so many days after ``now`` (seconds since the epoch); 0 days is never.

    It is the next full hour, so that the same command again, soon after, finds nothing to change.
    """
    if not number:
        return NEVER
    moment = math.ceil((now + number * _DAY) / _HOUR) * _HOUR
    return moment_text(moment)


def _on_tags(options: Options, client: Client, check_mode: bool, wanted: Mapping[str, Any]) -> Operation:
    params = {
        **_defaults(tag_options()),
        "tag": options["tag"],
        "repositories": options["repository"] or None,
        "matching": options["matching"],
        "skip": options["skip"],
        **wanted,
    }

    def one(organization: str) -> Operation:
        done = tags({**params, "organization": organization}, client, check_mode)
        # Of several organizations the short names would not say which repository is meant.
        missing = [f"{organization}/{name}" for name in done.values["without_tag"]]
        return replace(done, values={**done.values, "without_tag": missing})

    return each(options["organization"], one)


def _prune(options: Options, client: Client, check_mode: bool) -> Operation:
    params = {
        "organizations": options["organization"],
        "repositories": options["repository"] or None,
        "matching": options["matching"],
        "skip": options["skip"],
        "keep_names": options["keep_name"],
        "keep_patterns": options["keep_pattern"],
        "keep_digests": options["keep_digest"],
        "keep_files": options["keep_file"],
        "report_path": options["report"],
        "return_tags": "expired",
    }
    same = ("older_than", "keep_newest", "group_by", "include", "grace", "max_expire", "max_expire_percent")
    given = {name: options[name] for name in (*same, "allow_empty_keeplist") if options[name] is not None}
    return prune({**_defaults(prune_options()), **params, **given}, client, check_mode)


# Helpers


def _defaults(options: Spec) -> dict[str, Any]:
    """Return the options of a module as they are where a task does not name them."""
    return {name: how.get("default") for name, how in options.items()}


RUN: dict[str, Run] = {
    **LISTINGS,
    "set-visibility": _set_visibility,
    "set-permissions": _set_permissions,
    "robot-privileges": _set_permissions,
    "create-organization": _create_organization,
    "create-repository": _create_repository,
    "create-robot": _create_robot,
    "regenerate-token": _regenerate_token,
    "create-team": _create_team,
    "add-member": _add_member,
    "create-prototype": _create_prototype,
    "restore-tag": _restore_tag,
    "expire": _expire,
    "prune": _prune,
}
