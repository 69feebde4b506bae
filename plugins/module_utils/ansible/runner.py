# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The one file that knows Ansible: builds the module, runs the library, and is the only exit.

Threads never see the module; all of them have ended when a result or a failure is printed. The one exception
is the log: what is waited for is said there while it is.
"""

from __future__ import annotations

import logging
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible.module_utils.basic import AnsibleModule, env_fallback, missing_required_lib

from ..engine.reconcile import reconcile
from ..engine.report import Report, change_views, diffs, failure
from ..engine.words import Desired, Spec
from ..errors import InvalidDeclaration, QuayError
from ..http.client import FIRST_CONTACT_TRIES, TRIES, Client
from ..http.connection import Connection
from ..http.sessions import Credentials, Password, Token
from ..http.transport import REQUESTS_IMPORT_ERROR
from ..http.waits import LOGGER, Waits
from ..kinds.organization import organization_names
from ..operations import first_user
from ..operations.adoption import adopt
from ..operations.operation import Operation
from ..operations.tokens.order import Order
from ..operations.tokens.provide import provide
from ..visible import visible, visible_lines
from . import abandonment
from .options import connection_spec

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


def run_operation(
    options: Spec, operate: Callable[[Params, Client, bool], Operation], **constraints: Any
) -> None:
    """Run a module whose work is a function of its parameters, a client, and whether it is only to look."""
    module = _module(options, **constraints)
    try:
        outcome = operate(module.params, _client(module), module.check_mode)
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
        lines = "\n".join(f"{visible(one.name)}: {one.error}" for one in failed)
        module.fail_json(msg=f"{len(failed)} of {len(found)} organizations could not be read:\n{lines}")
    module.exit_json(
        changed=False, organizations=entries, not_administered=sorted(one.name for one in failed)
    )


def run_first_user(options: Spec) -> None:
    """Run the module that makes the first user. Nobody is there yet who could ask."""
    module = _module(options, alone=False)
    params = module.params
    try:
        wanted = first_user.FirstUser(
            params["username"], params["password"], params["email"], params["create_token"]
        )
        # The registry may have been started a moment ago.
        outcome = first_user.provide(wanted, _opener(module, TRIES), module.check_mode)
    except QuayError as error:
        module.fail_json(msg=str(error))
    for text in outcome.warnings:
        module.warn(text)
    result: dict[str, Any] = {"changed": outcome.changed, "username": params["username"]}
    result["email"] = params["email"]
    after = {"state": "present", "password": "(the given one)"}
    result.update(_one_diff(module, outcome.changed, f"user {params['username']}", {}, after))
    made = {name: outcome.answer.get(name) for name in ("encrypted_password", "access_token")}
    module.exit_json(**result, **{name: value for name, value in made.items() if value})


def run_token(options: Spec) -> None:
    """Run the module that makes tokens."""
    module = _module(options, alone=False, required_by={"token": ["path"], "user_password": ["for_user"]})
    try:
        order = _order(module)
        outcome = provide(order, _opener(module), module.check_mode, module.no_log_values.add)
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
    header = order.path or f"token of {order.user}"
    result.update(_one_diff(module, outcome.changed, header, outcome.before, outcome.after))
    module.exit_json(**result)


def _not_ours(error: QuayError | None) -> bool:
    return error is not None and error.status == 403


def _module(options: Spec, alone: bool = True, **constraints: Any) -> Any:
    """Return the module; ``alone``: a token and a user cannot both be named."""
    abandonment.watch()
    spec = {**connection_spec(env_fallback), **options}
    exclusive = [("quay_token", "quay_username"), ("quay_token", "quay_password")] if alone else []
    return _Module(
        argument_spec=spec,
        supports_check_mode=True,
        mutually_exclusive=[*exclusive, *constraints.pop("mutually_exclusive", [])],
        **constraints,
    )


class _Module(AnsibleModule):  # type: ignore[misc]
    """A module whose messages hold nothing that steers a terminal, and that says what it waited for."""

    def __init__(self, **options: Any) -> None:
        self.waits = Waits()
        super().__init__(**options)
        logger = logging.getLogger(LOGGER)
        logger.setLevel(logging.INFO)
        logger.handlers = [_ToLog(self)]
        logger.propagate = False

    def exit_json(self, **values: Any) -> None:
        self._warn_of_waits()
        super().exit_json(**values)

    def fail_json(self, msg: str, **values: Any) -> None:
        self._warn_of_waits()
        super().fail_json(msg=visible_lines(msg), **values)

    def warn(self, warning: str, **options: Any) -> None:
        super().warn(visible_lines(warning), **options)

    def _warn_of_waits(self) -> None:
        text = self.waits.warning()
        if text is not None:
            self.warn(text)


class _ToLog(logging.Handler):
    """Hands what the library says to Ansible's log on the host, which leaves secrets and no_log out."""

    def __init__(self, module: Any) -> None:
        super().__init__()
        self._module = module

    def emit(self, record: logging.LogRecord) -> None:
        self._module.log(visible(record.getMessage()))


def _client(module: Any) -> Client:
    return _opener(module)(_credentials(module))


def _opener(module: Any, first_contact_tries: int = FIRST_CONTACT_TRIES) -> Callable[[Credentials], Client]:
    """Return what makes a client of the registry that the task names, for whoever asks."""
    if REQUESTS_IMPORT_ERROR is not None:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    params = module.params
    ca_path = params["ca_path"]
    if ca_path is not None and not os.path.exists(ca_path):
        raise InvalidDeclaration(f"ca_path {ca_path!r} does not exist on the host that runs the module.")
    connection = Connection(
        host=params["quay_host"],
        validate_certs=params["validate_certs"],
        ca_path=ca_path,
        timeout=params["timeout"],
        parallel=params["parallel"],
        unix_socket=params["unix_socket"],
    )

    def open_client(credentials: Credentials) -> Client:
        asking = replace(connection, credentials=credentials)
        return Client(asking, first_contact_tries=first_contact_tries, waits=module.waits)

    return open_client


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


def _order(module: Any) -> Order:
    """Return whose token is wanted, and who can help to make it."""
    params = module.params
    caller = params["quay_username"] or _from_environment(module, "quay_username")
    password = params["quay_password"] or _from_environment(module, "quay_password")
    user, path = params["for_user"] or caller, params["path"]
    if not user:
        raise InvalidDeclaration("Whose token is wanted must be said: give quay_username, or for_user.")
    own = user == caller
    return Order(
        user=user,
        rights=tuple(params["rights"]),
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


def _one_diff(
    module: Any, changed: bool, header: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the part of a result that shows one change, nothing unless it was asked for."""
    if not module._diff:
        return {}
    entry = {"before_header": header, "after_header": header, "before": before, "after": after}
    return {"diff": [entry] if changed else []}


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
