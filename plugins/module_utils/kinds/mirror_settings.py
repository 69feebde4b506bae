# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the mirrors of one repository and of an organization have in common (facts A18, A19).

Both copy from another registry at set times, as a robot, and tell no password. A field without a value, such
as no proxy, is an empty text here and null in Quay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.options import state_option
from ..engine.values import Field, Secret, Step
from ..engine.words import Change, Entry, Spec
from ..errors import InvalidDeclaration
from ..http.client import Client
from .dates import iso_date, utc_text
from .names import own_robot
from .spans import parse_span, span_text

USERNAME, PASSWORD, START, ROBOT_NAME = (
    "external_registry_username",
    "external_registry_password",
    "sync_start_date",
    "robot_username",
)
# What is asked of a synchronization, and what there is of one.
SYNC, RUNNING, IDLE = "sync", "running", "not running"
SYNCING = "SYNCING"

_PROXIES = ("http_proxy", "https_proxy", "no_proxy")
_CONFIG = ("verify_tls", "unsigned_images", *_PROXIES)
_STATUS, _GIVEN = "status", "given_password"
_UNDER_WAY = (SYNCING, "SYNC_NOW")
_DAY = 86400  # seconds
_LONGEST = 2**31 - 1  # seconds: Quay's database holds a number of 32 bits
_TEXTS = (USERNAME, *_PROXIES)

# In the order of the documentation; a mirror of each sort adds its own.
FIELDS = (
    Field(ROBOT_NAME),
    Field(USERNAME, ""),
    Field(PASSWORD),
    Field("sync_interval", _DAY),
    Field(START),
    Field("skopeo_timeout", 300),
    Field("verify_tls", True),
    *(Field(name, "") for name in _PROXIES),
    Field(SYNC),
)

# What the user writes


def common_options() -> Spec:
    """Return the options that both sorts of mirrors have."""
    return {
        "is_enabled": {"type": "bool"},
        USERNAME: {"type": "str"},
        PASSWORD: {"type": "str", "no_log": True},
        ROBOT_NAME: {"type": "str"},
        "sync_interval": {"type": "str"},
        START: {"type": "str"},
        "skopeo_timeout": {"type": "str", "aliases": ["skopeo_timeout_interval"]},
        "verify_tls": {"type": "bool"},
        **{name: {"type": "str"} for name in _PROXIES},
        "force_sync": {"type": "bool", "default": False},
        "cancel_sync": {"type": "bool", "default": False},
        "force": {"type": "bool", "default": False},
        **state_option(),
    }


def common_fields(
    entry: Entry, notes: Notes, what: str, shortest: int, timeouts: tuple[int, int]
) -> dict[str, Any]:
    """Return the declared fields; note what is wrong with them, each as of ``what``.

    ``shortest`` is the least time between two synchronizations, ``timeouts`` the least and the most that one
    may take, in seconds.
    """
    password = entry.get(PASSWORD) or None
    if password is not None and not entry.get(USERNAME):
        notes.wrong.append(f"{what}: Quay takes {PASSWORD} only together with {USERNAME}")
    robot = entry.get(ROBOT_NAME)
    return {
        "is_enabled": entry.get("is_enabled"),
        "verify_tls": entry.get("verify_tls"),
        **{name: entry.get(name) for name in _TEXTS},
        PASSWORD: None if password is None else Secret(str(password), bool(entry.get("force"))),
        ROBOT_NAME: None if robot is None else f"{notes.namespace}+{own_robot(notes, str(robot), what)}",
        "sync_interval": _span("sync_interval", entry, notes, what, (shortest, _LONGEST)),
        "skopeo_timeout": _span("skopeo_timeout", entry, notes, what, timeouts),
        START: _start(entry, notes, what),
        SYNC: _sync(entry, notes, what),
    }


def _span(option: str, entry: Entry, notes: Notes, what: str, allowed: tuple[int, int]) -> int | None:
    if entry.get(option) is None:
        return None
    try:
        span = parse_span(option, str(entry[option]))
    except InvalidDeclaration as error:
        notes.wrong.append(f"{what}: {error.message.rstrip('.')}")
        return None
    least, most = allowed
    if not least <= span <= most:
        notes.wrong.append(f"{what}: {option} {entry[option]!r} is not between {least} and {most} seconds")
    return span


def _start(entry: Entry, notes: Notes, what: str) -> str | None:
    text = entry.get(START)
    if not text:
        return None
    try:
        return utc_text(iso_date(str(text)))
    except (ValueError, OverflowError):
        notes.wrong.append(
            f"{what}: {START} {text!r} is not a date of ISO 8601, such as 2027-01-31T03:00:00Z"
        )
        return None


def _sync(entry: Entry, notes: Notes, what: str) -> str | None:
    if entry.get("force_sync") and entry.get("cancel_sync"):
        notes.wrong.append(f"{what}: force_sync and cancel_sync are both true")
    if entry.get("force_sync"):
        return RUNNING
    return IDLE if entry.get("cancel_sync") else None


# What is there


def common_view(view: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return fields and facts of Quay's view of a mirror, in which ``wanted`` are the declared fields.

    Nobody can tell if the password is the declared one. It counts as such, unless it is to be sent in any
    case.
    """
    config = view.get("external_registry_config") or {}
    proxies = config.get("proxy") or {}
    fields: dict[str, Any] = {
        "is_enabled": view["is_enabled"],
        USERNAME: view.get(USERNAME) or "",
        ROBOT_NAME: view.get(ROBOT_NAME),
        "sync_interval": view["sync_interval"],
        START: _present_start(view, wanted.get(START)),
        "verify_tls": config.get("verify_tls", True),
        **{name: proxies.get(name) or "" for name in _PROXIES},
        SYNC: RUNNING if view["sync_status"] in _UNDER_WAY else IDLE,
    }
    if PASSWORD in wanted:
        known = not wanted[PASSWORD].compared and view.get("has_external_registry_password", True)
        fields[PASSWORD] = wanted[PASSWORD] if known else Secret("")
    return fields, {_STATUS: view["sync_status"], "has_proxies": "proxy" in config}


def _present_start(view: Mapping[str, Any], wanted: str | None) -> str | None:
    """Return when the next synchronization is due: the ``wanted`` first one, where Quay has moved that on."""
    if not view.get(START):
        # After it was cancelled there is none.
        return None
    there = utc_text(iso_date(view[START]))
    moved = wanted is not None and view["sync_status"] != "NEVER_RUN" and there > wanted
    return wanted if moved else there


def is_syncing(change: Change) -> bool:
    """Tell whether a synchronization was going on when the mirror was read."""
    return change.facts.get(_STATUS) == SYNCING


# What changes


def given_password(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return as facts of a change the declared password, which goes along with whatever is sent."""
    return {_GIVEN: fields.get(PASSWORD)}


def value_of(change: Change, name: str) -> Any:
    """Return what a field is to be, or is and stays."""
    return (change.after or {}).get(name, change.facts.get(name))


def common_body(change: Change, names: Iterable[str], timeout: str) -> dict[str, Any]:
    """Return what is sent of the named fields, ``timeout`` being Quay's name of that.

    The settings of the connection go together: of an organization's mirror Quay replaces them as a whole.
    """
    keys = {name: name for name in ("is_enabled", ROBOT_NAME, "sync_interval", START)}
    keys["skopeo_timeout"] = timeout
    names = tuple(names)
    body = {keys[name]: change.value(name) for name in names if name in keys}
    if any(name in _CONFIG for name in names):
        body["external_registry_config"] = _config(change)
    password = change.facts.get(_GIVEN)
    if password is not None or USERNAME in names:
        body[USERNAME] = value_of(change, USERNAME) or None
    if password is not None:
        body[PASSWORD] = password.value
    elif USERNAME in names and not body[USERNAME]:
        body[PASSWORD] = None
    return body


def _config(change: Change) -> dict[str, Any]:
    values = {name: value_of(change, name) for name in _CONFIG if name not in _PROXIES}
    return {
        **{name: value for name, value in values.items() if value is not None},
        "proxy": {name: value_of(change, name) or None for name in _PROXIES},
    }


def cancelled(client: Client, path: str, change: Change) -> Step:
    """Return the step that ends a synchronization."""
    return Step((SYNC,), partial(client.send, "POST", f"{path}/sync-cancel"))


def started(client: Client, path: str, change: Change) -> Step:
    """Return the step that asks for a synchronization."""
    return Step((SYNC,), partial(client.send, "POST", f"{path}/sync-now"))


# How it is shown, and written down


def shown_mirror(values: dict[str, Any]) -> dict[str, Any]:
    """Return the fields as a diff shows them."""
    for name in ("sync_interval", "skopeo_timeout"):
        if name in values:
            values[name] = span_text(values[name])
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def written_mirror(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields as they are declared: without the password, and without what Quay moves on."""
    entry: dict[str, Any] = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in fields.items()
        if name not in (START, SYNC) and value is not None
    }
    return {**entry, **{name: span_text(entry[name]) for name in ("sync_interval", "skopeo_timeout")}}
