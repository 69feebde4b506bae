# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What of an operation is shown, and in which words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ..operations.operation import Operation
from .options import Order

# For each action that reads, the name of the list that is shown, "" where it is no list, and the columns of
# its table.
_TAG_COLUMNS = ("repository", "name", "manifest_digest", "size", "start_ts", "end_ts")
VIEWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "info": ("", ("name", "value")),
    "list-repositories": ("repositories", ("name", "visibility", "repo_state", "size", "last_modified")),
    "list-images": ("tags", _TAG_COLUMNS),
    "list-tags": ("tags", _TAG_COLUMNS),
    "list-robots": ("robots", ("name", "description", "teams", "repositories", "last_accessed")),
    "list-teams": ("teams", ("organization", "name", "role", "members", "description")),
    "list-prototypes": ("prototypes", ("organization", "name", "type", "role", "creator")),
}
# Headings that are not the names that Quay uses.
_HEADINGS = {
    "manifest_digest": "digest",
    "start_ts": "since",
    "end_ts": "expires",
    "repo_state": "state",
    "last_modified": "modified",
}
_TIMES = frozenset(["start_ts", "end_ts", "last_modified"])
_CHANGES = ("organization", "action", "kind", "name", "fields")
_TOKENS = ("name", "token")
_EXPIRING = ("organization", "repository", "name", "started", "expiration", "reason")
# How the library names what quaytool calls otherwise: it speaks to users of the modules too.
_WORDS = {
    "set validate_certs to false": "use --insecure",
    "Create it first, with quay_organization or quay_organizations.": "Create it with create-organization.",
    "quay_host": "--api-url",
    "quay_token": "the token",
    "quay_username": "QUAY_USERNAME",
    "quay_password": "QUAY_PASSWORD",
    "ca_path": "--ca-file",
    "report_path": "--report",
    "older_than": "--older-than",
    "keep_newest": "--keep-newest",
    "group_by": "--group-by",
    "keep_names": "--keep-name",
    "keep_patterns": "--keep-pattern",
    "keep_digests": "--keep-digest",
    "keep_files": "--keep-file",
    "allow_empty_keeplist": "--allow-empty-keeplist",
    "max_expire": "--max-expire",
    "max_expire_percent": "--max-expire-percent",
}
_WORD = re.compile("|".join(rf"\b{re.escape(word)}(?!\w)" for word in sorted(_WORDS, key=len, reverse=True)))


def in_words(text: str) -> str:
    """Return a message of the library with the names of the options as quaytool has them."""
    return _WORD.sub(lambda match: _WORDS[match.group()], text)


def data_of(order: Order, done: Operation) -> Any:
    """Return what is shown as JSON and YAML: a list of what was asked for, or what became of a change."""
    values = dict(done.values)
    if not order.action.writes:
        key = VIEWS[order.action.name][0]
        return values.get(key, []) if key else values
    return {
        "changed": done.changed,
        "dry_run": bool(order.options["dry_run"]),
        **values,
        "warnings": list(done.warnings),
        "error": done.error,
    }


def table_of(order: Order, done: Operation) -> tuple[list[str], list[list[Any]]]:
    """Return headings and rows of what is shown as a table."""
    entries, columns = _entries(order, done)
    headings = [_HEADINGS.get(name, name) for name in columns]
    return headings, [[_shown(name, entry.get(name)) for name in columns] for entry in entries]


def _entries(order: Order, done: Operation) -> tuple[Sequence[Mapping[str, Any]], Sequence[str]]:
    name, values = order.action.name, done.values
    if not order.action.writes:
        key, columns = VIEWS[name]
        if key:
            return values.get(key, []), columns
        return [{"name": name, "value": value} for name, value in values.items()], columns
    if values.get("robots"):
        return values["robots"], _TOKENS
    if name == "prune":
        return values.get("tags", []), _EXPIRING
    return values.get("changes", []), _CHANGES


def _shown(column: str, value: Any) -> Any:
    """Return a value as tables have it: times in UTC, and of many repositories the number."""
    if column in _TIMES and isinstance(value, int):
        return datetime.fromtimestamp(value, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return len(value) if column == "repositories" and isinstance(value, list) else value


def summary(order: Order, done: Operation) -> str:
    """Return what is said of a change besides the table; "" where nothing was to be changed."""
    if not order.action.writes:
        return ""
    parts = [_pruned(order, done) if order.action.name == "prune" else _changed(order, done)]
    missing = done.values.get("without_tag")
    if missing:
        parts.append(f"Without the tag: {', '.join(missing)}.")
    return " ".join(parts)


def _changed(order: Order, done: Operation) -> str:
    number = len(done.values.get("changes", ()))
    if order.options["dry_run"]:
        return f"{_count(number, 'change')} would be made." if number else "nothing would change."
    return f"{_count(number, 'change')} made." if number else "nothing changed."


def _pruned(order: Order, done: Operation) -> str:
    number = done.values.get("expired", 0)
    verb = "would expire" if order.options["dry_run"] else "expire" if number != 1 else "expires"
    kept = [
        f"{reason} {count}"
        for action, reasons in done.values.get("counts", {}).items()
        if action != "expire"
        for reason, count in reasons.items()
    ]
    return f"{_count(number, 'tag')} {verb}." + (f" Kept: {', '.join(kept)}." if kept else "")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
