# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a notification can be about and where it can go: from options to Quay's words and back (facts A20)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..engine.declaration import Notes
from ..engine.values import Secret
from ..engine.words import Entry, Spec
from .names import is_robot

_VULNERABILITY, _EXPIRY = "vulnerability_found", "repo_image_expiry"
_BUILDS = ("build_queued", "build_start", "build_success", "build_failure", "build_cancelled")
EVENTS = [
    "repo_push",
    *_BUILDS,
    _VULNERABILITY,
    "repo_mirror_sync_started",
    "repo_mirror_sync_success",
    "repo_mirror_sync_failed",
    _EXPIRY,
]
# What each method must have, and may have, of the fields.
_REQUIRED = {
    "email": ("email",),
    "flowdock": ("flow_api_token",),
    "hipchat": ("notification_token", "room_id"),
    "quay_notification": ("target",),
    "slack": ("url",),
    "webhook": ("url",),
}
_OPTIONAL = {"webhook": ("template",)}
METHODS = list(_REQUIRED)
# Quay keeps the place in this list.
LEVELS = ["critical", "high", "medium", "low", "negligible", "unknown"]
# When an event counts.
ABOUT = ("vulnerability_level", "image_expiry_days", "ref_regexp")
# Whoever has one of these may send to where it leads.
SECRETS = ("url", "notification_token", "flow_api_token")


def config_options() -> Spec:
    """Return the options of what a method needs."""
    return {
        "type": {"type": "str", "choices": ["user", "team", "org"], "default": "user"},
        "name": {"type": "str"},
        "email": {"type": "str"},
        "url": {"type": "str", "no_log": True},
        "template": {"type": "jsonarg"},
        "room_id": {"type": "str"},
        "notification_token": {"type": "str", "no_log": True},
        "flow_api_token": {"type": "str", "no_log": True},
    }


def config_fields(entry: Entry, notes: Notes, what: str) -> dict[str, Any]:
    """Return the declared configuration as fields; note what is wrong with it in ``what``."""
    config = entry.get("config") or {}
    fields = {name: _value(name, config) for name in ("target", "email", "room_id", "template", *SECRETS)}
    fields = {name: value for name, value in fields.items() if value is not None}
    method = entry.get("method")
    if method is not None:
        useless = sorted(set(fields) - {*_REQUIRED[method], *_OPTIONAL.get(method, ())})
        for name in useless:
            option = "name" if name == "target" else name
            notes.wrong.append(f"{what}: config.{option} has no use with method {method}")
    if "template" in fields and not _is_json(fields["template"]):
        notes.wrong.append(f"{what}: config.template is not JSON")
    _check_target(fields.get("target"), notes, what)
    return fields


def _value(name: str, config: Entry) -> Any:
    if name == "target":
        target = config.get("name")
        return None if not target else (config.get("type") or "user", str(target))
    value = config.get(name)
    if not value:
        return None
    if name in SECRETS:
        return Secret(str(value), compared=True)
    return canonical(value) if name == "template" else str(value)


def _check_target(target: tuple[str, str] | None, notes: Notes, what: str) -> None:
    if target is None:
        return
    kind, name = target
    if is_robot(name):
        notes.wrong.append(f"{what}: {name!r} is a robot; robots get no notifications")
    elif kind == "org" and name != notes.namespace:
        notes.wrong.append(f"{what}: organization {name!r} cannot be told, only the repository's own")


def event_fields(entry: Entry) -> dict[str, Any]:
    """Return what is declared about when the event counts; it is passed over with other events."""
    event = entry.get("event")
    fields: dict[str, Any] = {}
    if event == _VULNERABILITY:
        fields["vulnerability_level"] = entry.get("vulnerability_level")
    elif event == _EXPIRY:
        fields["image_expiry_days"] = entry.get("image_expiry_days")
    elif event in _BUILDS:
        fields["ref_regexp"] = entry.get("ref_regexp")
    return {name: value for name, value in fields.items() if value is not None}


def canonical(template: Any) -> str:
    """Return a template in one spelling, whatever the order of its keys; what is no JSON as it is."""
    text = template if isinstance(template, str) else json.dumps(template)
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except ValueError:
        return text


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


# Quay's words


def fields_of(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notification of Quay as fields, without what is secret."""
    config, event_config = view.get("config") or {}, view.get("event_config") or {}
    fields: dict[str, Any] = {"title": view.get("title") or "", "event": view["event"]}
    fields["method"] = view["method"]
    target = config.get("target") or {}
    if target.get("name"):
        fields["target"] = (target.get("kind") or "user", target["name"])
    fields.update({name: str(config[name]) for name in ("email", "room_id") if config.get(name)})
    if config.get("template"):
        fields["template"] = canonical(config["template"])
    level = str(event_config.get("level", ""))
    if level.isdigit() and int(level) < len(LEVELS):
        fields["vulnerability_level"] = LEVELS[int(level)]
    days = str(event_config.get("days", ""))
    if days.isdigit():
        fields["image_expiry_days"] = int(days)
    if event_config.get("ref-regex"):
        fields["ref_regexp"] = event_config["ref-regex"]
    fields["number_of_failures"] = view.get("number_of_failures") or 0
    return fields


def body_of(wanted: Mapping[str, Any], there: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notification as Quay takes it: what is wanted, else what is ``there`` (its view or {})."""
    event, method = wanted.get("event") or there["event"], wanted.get("method") or there["method"]
    config = dict(there.get("config") or {}) if method == there.get("method") else {}
    about = dict(there.get("event_config") or {}) if event == there.get("event") else {}
    for name in ("email", "room_id", "template"):
        if name in wanted:
            config[name] = wanted[name]
    config.update({name: wanted[name].value for name in SECRETS if name in wanted})
    if "target" in wanted:
        kind, name = wanted["target"]
        config["target"] = {"kind": kind, "name": name}
    if "vulnerability_level" in wanted:
        # As a text, which is how Quay's web interface sends it.
        about["level"] = str(LEVELS.index(wanted["vulnerability_level"]))
    if "image_expiry_days" in wanted:
        about["days"] = wanted["image_expiry_days"]
    if "ref_regexp" in wanted:
        about["ref-regex"] = wanted["ref_regexp"]
    title = wanted.get("title") or there.get("title") or ""
    return {"title": title, "event": event, "method": method, "config": config, "eventConfig": about}


def lacking(wanted: Mapping[str, Any], there: Mapping[str, Any]) -> list[str]:
    """Return the options that a notification would need and that nobody gave; ``there`` as in body_of."""
    lacks = [name for name in ("title", "event", "method") if not (wanted.get(name) or there.get(name))]
    method = wanted.get("method") or there.get("method")
    if method is None or method == there.get("method"):
        return lacks
    lacks += [
        f"config.{'name' if name == 'target' else name}" for name in _REQUIRED[method] if name not in wanted
    ]
    return lacks
