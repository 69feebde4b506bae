# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What mirrors of repositories and of whole organizations have in common (facts A18 and A19).

Quay does not tell the password for the other registry, and moves the date of the next synchronization on by
the interval. Both are compared only as far as that goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Any

from ..engine.declaration import Notes
from ..engine.values import Field, Secret
from ..engine.words import Entry, Spec
from ..errors import InvalidDeclaration
from .names import own_robot
from .spans import parse_span

_DATE = "%Y-%m-%dT%H:%M:%SZ"
# Seconds by which a date may be off: Quay adds the interval to the time at which it is done.
_SLACK = 60
_PROXIES = ("http_proxy", "https_proxy", "no_proxy")
# What Quay has in a mapping of its own.
_CONFIG = ("verify_tls", "unsigned_images")
AT_WORK = ("SYNCING", "SYNC_NOW")
# What is done with a mirror, rather than what it is like.
ACTIONS = frozenset(("sync", "cancel"))

# What is new is made with these.
FIELDS = (
    Field("is_enabled", False),
    Field("robot_username"),
    Field("external_registry_username", ""),
    Field("external_registry_password"),
    Field("verify_tls", True),
    *(Field(name, "") for name in _PROXIES),
    Field("sync_interval", 86400),
    Field("sync_start_date"),
    Field("skopeo_timeout", 300),
    Field("sync", on_request=True),
    Field("cancel", on_request=True),
)

# What the user writes


def common_options() -> Spec:
    """Return the options that both have."""
    return {
        "is_enabled": {"type": "bool"},
        "robot_username": {"type": "str"},
        "external_registry_username": {"type": "str"},
        "external_registry_password": {"type": "str", "no_log": True},
        "verify_tls": {"type": "bool"},
        **{name: {"type": "str"} for name in _PROXIES},
        "sync_interval": {"type": "str"},
        "sync_start_date": {"type": "str"},
        "skopeo_timeout": {"type": "str", "aliases": ["skopeo_timeout_interval"]},
        "force_sync": {"type": "bool", "default": False},
        "cancel_sync": {"type": "bool", "default": False},
        "force": {"type": "bool", "default": False},
    }


def common_fields(entry: Entry, notes: Notes, what: str) -> dict[str, Any]:
    """Return the fields that an entry declares of what both have; note what is wrong with them."""
    password = entry.get("external_registry_password")
    if password and not entry.get("external_registry_username"):
        notes.wrong.append(f"{what}: external_registry_password needs external_registry_username")
    if entry.get("force_sync") and entry.get("cancel_sync"):
        notes.wrong.append(f"{what}: force_sync and cancel_sync contradict each other")
    fields = {name: entry.get(name) for name in ("is_enabled", "verify_tls", *_PROXIES)}
    fields.update(
        robot_username=_robot(entry, notes, what),
        external_registry_username=entry.get("external_registry_username"),
        external_registry_password=Secret(str(password), bool(entry.get("force"))) if password else None,
        sync_interval=span_between(entry, "sync_interval", notes, what),
        sync_start_date=_start_date(entry, notes, what),
        skopeo_timeout=span_between(entry, "skopeo_timeout", notes, what),
        sync=entry.get("force_sync") or None,
        cancel=entry.get("cancel_sync") or None,
    )
    return fields


def span_between(entry: Entry, option: str, notes: Notes, what: str) -> int | None:
    """Return a time span in seconds."""
    if entry.get(option) is None:
        return None
    try:
        return parse_span(option, str(entry[option]))
    except InvalidDeclaration as error:
        notes.wrong.append(f"{what}: {error.message.rstrip('.')}")
        return None


def check_span(fields: Mapping[str, Any], name: str, least: int, most: int, notes: Notes, what: str) -> None:
    """Note where a time span is not among what Quay takes, both in seconds."""
    value = fields.get(name)
    if value is not None and not least <= value <= most:
        notes.wrong.append(f"{what}: {name} of {value} seconds is not between {least} and {most}")


def _robot(entry: Entry, notes: Notes, what: str) -> str | None:
    """Return the full name of the robot, which may be given without its organization."""
    if not entry.get("robot_username"):
        return None
    return f"{notes.namespace}+{own_robot(notes, str(entry['robot_username']), what)}"


def _start_date(entry: Entry, notes: Notes, what: str) -> str | None:
    written = entry.get("sync_start_date")
    if written is None:
        return None
    if _moment(str(written)) is None:
        notes.wrong.append(
            f"{what}: sync_start_date {written!r} is not a date in UTC such as 2026-12-02T21:06:00Z"
        )
    return str(written)


def _moment(text: str) -> datetime | None:
    # Quay adds a fraction where it has worked the date out itself.
    whole, _dot, _fraction = text.rstrip("Z").partition(".")
    try:
        return datetime.strptime(f"{whole}Z", _DATE).replace(tzinfo=timezone.utc)
    except ValueError:
        return None


# What is there


def common_values(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields out of what Quay shows; both call the timeout otherwise."""
    config = view.get("external_registry_config") or {}
    proxy = config.get("proxy") or {}
    status = view.get("sync_status")
    return {
        "is_enabled": bool(view.get("is_enabled")),
        "robot_username": view.get("robot_username"),
        "external_registry_username": view.get("external_registry_username") or "",
        "verify_tls": config.get("verify_tls") is not False,
        **{name: proxy.get(name) or "" for name in _PROXIES},
        "sync_interval": view.get("sync_interval"),
        "sync_start_date": view.get("sync_start_date"),
        "sync": status in AT_WORK,
        "cancel": status not in AT_WORK,
    }


def as_wanted(values: dict[str, Any], wanted: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return what is there, in the words of what is ``wanted`` where nothing tells them apart."""
    found = dict(values)
    if "external_registry_password" in wanted:
        password = wanted["external_registry_password"]
        found["external_registry_password"] = Secret("") if password.compared else password
    declared = wanted.get("sync_start_date")
    if declared is not None and in_step(declared, values["sync_start_date"], values["sync_interval"], now):
        found["sync_start_date"] = declared
    return found


def in_step(declared: str, present: str | None, interval: int | None, now: datetime) -> bool:
    """Tell whether Quay synchronizes at the declared time of the interval, and not before the first one."""
    first, following = _moment(declared), _moment(present or "")
    if first is None or following is None:
        return False
    apart = (following - first).total_seconds()
    if not interval or (first > now and apart < -_SLACK):
        return abs(apart) <= _SLACK
    rest = apart % interval
    return min(rest, interval - rest) <= _SLACK


# What is sent


def common_body(names: Iterable[str], values: Mapping[str, Any], timeout: str) -> dict[str, Any]:
    """Return the named fields as Quay takes them; ``timeout`` is what it calls the timeout."""
    names = frozenset(names)
    plain = names & {"is_enabled", "robot_username", "sync_interval", "sync_start_date"}
    body: dict[str, Any] = {name: values[name] for name in sorted(plain)}
    if "skopeo_timeout" in names:
        body[timeout] = values["skopeo_timeout"]
    if names & {"external_registry_username", "external_registry_password"}:
        body.update(_credentials(values))
    return body


def _credentials(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return both, for Quay takes a password only with its user, and keeps one without."""
    username = values.get("external_registry_username") or None
    password = values.get("external_registry_password")
    if username is None:
        return {"external_registry_username": None, "external_registry_password": None}
    if password is None:
        return {"external_registry_username": username}
    return {"external_registry_username": username, "external_registry_password": password.value}


def config_body(names: Iterable[str], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the named fields of how the other registry is reached."""
    names = frozenset(names)
    config: dict[str, Any] = {name: values[name] for name in _CONFIG if name in names}
    proxies = {name: values[name] or None for name in _PROXIES if name in names}
    return {**config, "proxy": proxies} if proxies else config


def first_date(values: Mapping[str, Any], now: datetime) -> str:
    """Return when a new mirror is synchronized first: at once, if it is not declared."""
    return str(values.get("sync_start_date") or now.strftime(_DATE))
