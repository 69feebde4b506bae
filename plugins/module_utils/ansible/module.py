# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What all modules that ask Quay have in common: AnsibleModule with their options, and a client.

Threads never see the module; all of them have ended when a result or a failure is printed. The one exception
is the log: what is waited for is said there while it is.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ansible.module_utils.basic import AnsibleModule, env_fallback, missing_required_lib

from ..engine.placeholder import is_placeholder
from ..engine.words import Spec
from ..errors import InvalidDeclaration
from ..http.client import FIRST_CONTACT_TRIES, Client
from ..http.connection import Connection
from ..http.sessions import Credentials, Password, Token
from ..http.transport import REQUESTS_IMPORT_ERROR
from ..http.waits import LOGGER, Waits
from ..visible import visible, visible_lines
from . import abandonment
from .options import connection_spec

Params = Mapping[str, Any]
_WHO_ASKS = ("quay_token", "quay_username", "quay_password")


def build_module(options: Spec, alone: bool = True, **constraints: Any) -> Any:
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


def client_of(module: Any) -> Client:
    """Return a client of the registry that the task names, for whoever the task says that asks."""
    return opener(module)(credentials_of(module))


def opener(module: Any, first_contact_tries: int = FIRST_CONTACT_TRIES) -> Callable[[Credentials], Client]:
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


def credentials_of(module: Any) -> Credentials:
    """Return who asks: as the task says, else as the environment says.

    A task that names a user is not spoiled by a token in the environment, and the other way round.
    """
    token, username, password = (module.params[name] for name in _WHO_ASKS)
    if token is None and username is None and password is None:
        token = from_environment(module, "quay_token")
    if token is not None:
        if is_placeholder(token):
            raise InvalidDeclaration(
                "quay_token is a placeholder that an earlier task returned in check mode: nobody has it."
            )
        return Token(token)
    username = username or from_environment(module, "quay_username")
    password = password or from_environment(module, "quay_password")
    if username is not None or password is not None:
        return Password(username or "", password or "")
    raise InvalidDeclaration(
        "Quay must know who asks: give quay_token, or quay_username and quay_password (or the environment "
        "variables QUAY_TOKEN, or QUAY_USERNAME and QUAY_PASSWORD)."
    )


def from_environment(module: Any, option: str) -> str | None:
    """Return what the environment says instead of an option; it is hidden as the option is."""
    value = os.environ.get(option.upper())
    if value and option != "quay_username":
        # Ansible hides by itself only what was given as an option.
        module.no_log_values.add(value)
    return value


def one_diff(
    module: Any, changed: bool, header: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the part of a result that shows one change, nothing unless it was asked for."""
    if not module._diff:
        return {}
    entry = {"before_header": header, "after_header": header, "before": before, "after": after}
    return {"diff": [entry] if changed else []}
