# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The one file that knows Ansible: builds the module, runs the library, and is the only exit.

Threads never see the module; all of them have ended when a result or a failure is printed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.module_utils.basic import AnsibleModule, env_fallback, missing_required_lib

from .adoption import adopt, organization_names
from .arguments import Spec, connection_spec
from .client import Client
from .connection import Connection
from .declaration import desired_organizations
from .errors import InvalidDeclaration, QuayError
from .reconcile import reconcile
from .report import Report, change_views, diffs, failure, failures, summary
from .sessions import Credentials, Password, Token
from .state import ROBOT, Desired
from .transport import REQUESTS_IMPORT_ERROR

Params = Mapping[str, Any]
_WHO_ASKS = ("quay_token", "quay_username", "quay_password")


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
    module = _module(options, **constraints)
    try:
        client = _client(module)
        (report,) = reconcile(client, [declare(module.params, client)], module.check_mode)
    except QuayError as error:
        module.fail_json(msg=str(error))
    result = _result([report], module)
    result["changes"] = change_views(report)
    if report.error is not None:
        module.fail_json(msg=failure(report), **result)
    result.update(describe(module.params, report))
    module.exit_json(**result)


def run_bulk(options: Spec) -> None:
    """Run the module for many organizations."""
    module = _module(options)
    try:
        desired = desired_organizations(
            module.params["organizations"], module.params["purge"], module.params["purge_limit"]
        )
        reports = list(reconcile(_client(module), desired, module.check_mode))
    except QuayError as error:
        module.fail_json(msg=str(error))
    reports.sort(key=lambda report: report.namespace)
    result = _result(reports, module)
    result["organizations"] = [summary(report) for report in reports]
    result["changes"] = [view for report in reports for view in change_views(report)]
    failed = [report.namespace for report in reports if report.error is not None]
    if failed:
        head = f"{len(failed)} of {len(reports)} organizations failed:"
        module.fail_json(msg=f"{head}\n{failures(reports)}", failed_organizations=failed, **result)
    module.exit_json(**result)


def run_info(options: Spec) -> None:
    """Run the module that reads organizations."""
    module = _module(options)
    try:
        client = _client(module)
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
        lines = "\n".join(f"{one.name}: {one.error}" for one in failed)
        module.fail_json(msg=f"{len(failed)} of {len(found)} organizations could not be read:\n{lines}")
    module.exit_json(
        changed=False, organizations=entries, not_administered=sorted(one.name for one in failed)
    )


def robot_token(report: Report) -> str | None:
    """Return the token of the one robot that the report is about: the newest that Quay has answered.

    None where check mode foresees changes: the present token would not be the one after them, and a
    result without it can show its diff.
    """
    if report.check_mode and report.changes:
        return None
    answers = [answer for answer in report.answers if isinstance(answer, Mapping) and answer.get("token")]
    if answers:
        return str(answers[-1]["token"])
    robots = report.current.of(ROBOT) if report.current is not None else []
    return robots[0].facts.get("token") if robots else None


def own_namespace(client: Client) -> str:
    """Return the caller's user name, which is the namespace of what has no other."""
    return str(client.get("user/")["username"])


def _not_ours(error: QuayError | None) -> bool:
    return error is not None and error.status == 403


def _module(options: Spec, **constraints: Any) -> Any:
    spec = {**connection_spec(env_fallback), **options}
    return AnsibleModule(
        argument_spec=spec,
        supports_check_mode=True,
        mutually_exclusive=[
            ("quay_token", "quay_username"),
            ("quay_token", "quay_password"),
            *constraints.pop("mutually_exclusive", []),
        ],
        **constraints,
    )


def _client(module: Any) -> Client:
    if REQUESTS_IMPORT_ERROR is not None:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    params = module.params
    ca_path = params["ca_path"]
    if ca_path is not None and not os.path.exists(ca_path):
        raise InvalidDeclaration(f"ca_path {ca_path!r} does not exist on the host that runs the module.")
    return Client(
        Connection(
            host=params["quay_host"],
            credentials=_credentials(module),
            validate_certs=params["validate_certs"],
            ca_path=ca_path,
            timeout=params["timeout"],
            parallel=params["parallel"],
        )
    )


def _credentials(module: Any) -> Credentials:
    """Return who asks: as the task says, else as the environment says.

    A task that names a user is not spoiled by a token in the environment, and the other way round.
    """
    token, username, password = (module.params[name] for name in _WHO_ASKS)
    if token is None and username is None and password is None:
        token = _from_environment(module, "quay_token")
    if token is not None:
        return Token(token)
    username = username or _from_environment(module, "quay_username")
    password = password or _from_environment(module, "quay_password")
    if username is not None or password is not None:
        return Password(username or "", password or "")
    raise InvalidDeclaration(
        "Quay must know who asks: give quay_token, or quay_username and quay_password (or the environment "
        "variables QUAY_TOKEN, or QUAY_USERNAME and QUAY_PASSWORD)."
    )


def _from_environment(module: Any, option: str) -> str | None:
    value = os.environ.get(option.upper())
    if value and option != "quay_username":
        # Ansible hides by itself only what was given as an option.
        module.no_log_values.add(value)
    return value


def _result(reports: Sequence[Report], module: Any) -> dict[str, Any]:
    """Return what all results have in common, after handing the warnings to Ansible."""
    for report in reports:
        for text in report.warnings:
            module.warn(f"{report.namespace}: {text}")
    result: dict[str, Any] = {"changed": any(report.changes for report in reports)}
    if module._diff:  # AnsibleModule has no public name for it
        result["diff"] = [entry for report in reports for entry in diffs(report)]
    return result
