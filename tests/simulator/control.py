# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Routes for tests that run the simulator as a server. They ask for no rights: for loopback only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from .errors import ModelError, json_response
from .faults import Fault
from .wsgi import CONTROL_PREFIX

if TYPE_CHECKING:
    from .simulator import Simulator


class Control:
    """The views of the control routes."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def faults(self) -> Any:
        """Switches faults on (a list of them, or one) and off."""
        faults = self._simulator.faults
        if request.method == "DELETE":
            faults.clear()
        elif request.method == "POST":
            body = request.get_json()
            faults.add(*[Fault(**item) for item in (body if isinstance(body, list) else [body])])
        return [_fault_view(fault) for fault in faults]

    def requests(self) -> Any:
        """The log, which DELETE empties."""
        if request.method == "DELETE":
            self._simulator.requests.clear()
        return [asdict(record) for record in list(self._simulator.requests)]

    def gc(self) -> Any:
        """Collects the garbage."""
        return self._simulator.collect_garbage()

    def users(self) -> Any:
        """Makes a user."""
        return self._simulator.add_user(**request.get_json())

    def tokens(self) -> Any:
        """Makes a token."""
        return {"token": self._simulator.token(**request.get_json())}

    def tags(self) -> Any:
        """Puts a tag, and its image, into a repository; or each of a list."""
        body = request.get_json()
        if isinstance(body, list):
            return {"digests": [self._simulator.add_tag(**entry) for entry in body]}
        return {"digest": self._simulator.add_tag(**body)}

    def syncs(self) -> Any:
        """Lets a team follow a group."""
        return self._simulator.sync_team(**request.get_json())

    def service_keys(self) -> Any:
        """Hands in a service key."""
        return {"kid": self._simulator.add_service_key(**request.get_json())}

    def logs(self) -> Any:
        """Notes an action."""
        return self._simulator.add_log(**request.get_json())

    def state(self) -> Any:
        """All organizations with what belongs to them."""
        return self._simulator.state()

    def reset(self) -> Any:
        """Empties the registry."""
        return self._simulator.reset()


_METHODS = {
    "faults": ["GET", "POST", "DELETE"],
    "requests": ["GET", "DELETE"],
    "gc": ["POST"],
    "users": ["POST"],
    "tokens": ["POST"],
    "tags": ["POST"],
    "syncs": ["POST"],
    "service_keys": ["POST"],
    "logs": ["POST"],
    "state": ["GET"],
    "reset": ["POST"],
}


def register_control(simulator: Simulator, app: Flask) -> None:
    """Adds the routes under /_simulator/."""
    control = Control(simulator)
    for name, methods in _METHODS.items():
        view = _guarded(getattr(control, name))
        app.add_url_rule(CONTROL_PREFIX + name, "control." + name, view, methods=methods)


def _guarded(view: Callable[[], Any]) -> Callable[[], Response]:
    """Answers in JSON, and 400 to a body that does not fit."""

    def guarded() -> Response:
        try:
            body = view()
        except (KeyError, TypeError, ValueError, ModelError) as error:
            return json_response({"message": "%s: %s" % (type(error).__name__, error)}, 400)
        return json_response(body, 201 if request.method == "POST" and body is not None else 200)

    return guarded


def _fault_view(fault: Fault) -> dict[str, Any]:
    return {name: value for name, value in vars(fault).items() if not name.startswith("_")}
