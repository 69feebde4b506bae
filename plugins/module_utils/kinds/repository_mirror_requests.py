# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""How the mirror of a repository is made, changed and ended.

Quay's worker and its API keep each other out by a number that every change replaces. So a change while a
synchronization is going on has Quay lose track of that (it counts as going on for twelve hours), and one that
comes at the same moment as the worker's is dropped, though Quay answers that it was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ..engine.values import Place, Step
from ..engine.words import Change
from ..errors import Conflict, FeatureOff
from ..http.client import Client
from ..http.connection import repository_path
from .dates import iso_date, now_text, utc_text
from .mirror_settings import (
    IDLE,
    PASSWORD,
    RUNNING,
    START,
    SYNC,
    USERNAME,
    cancelled,
    common_body,
    is_syncing,
    started,
    value_of,
)
from .offered import known_keys

# What Quay's description of its API calls a new one.
SCHEMA = "CreateMirrorConfig"
_TIMEOUT, _ARCHITECTURES = "skopeo_timeout_interval", "architecture_filter"
_SPOILT = (
    " What Quay changes are the tags of an earlier attempt to make the mirror, which failed and left them "
    "behind; only for a new repository does it take other ones."
)


def mirror_path(place: Place, repository: str) -> str:
    """Return the path of the mirror of a repository."""
    return f"{repository_path(place.name, repository)}/mirror"


def unknown_to(keys: frozenset[str] | None, fields: Mapping[str, Any]) -> list[str]:
    """Return what of the fields a Quay that knows only these keys would not do; None: it knows all."""
    if keys is None:
        return []
    found = []
    if fields.get("skopeo_timeout", 300) != 300 and _TIMEOUT not in keys:
        found.append("this Quay has no skopeo_timeout, which came with 3.15 (and 3.9.25, 3.10.25, 3.14.7)")
    if fields.get(_ARCHITECTURES) and _ARCHITECTURES not in keys:
        found.append("this Quay has no architecture_filter, which came with 3.17 (and 3.16.4)")
    return found


# Making one


def create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    """Yield the steps that make a repository a mirror, by which Quay gives it the state MIRROR."""
    path = mirror_path(place, change.key[0])
    names = tuple(name for name in change.fields if name != SYNC)
    yield Step(names, partial(_made, client, path, change))
    if change.value(SYNC) == RUNNING:
        yield started(client, path, change)


def _made(client: Client, path: str, change: Change) -> Any:
    """Make a mirror with the keys that this Quay knows: with any other one it fails, and leaves something."""
    keys = known_keys(client, SCHEMA)
    unknown = unknown_to(keys, change.after or {})
    if unknown:
        raise FeatureOff(f"{'; '.join(unknown)}. The mirror was not made.")
    every = [name for name in (change.after or {}) if name != PASSWORD]
    body = {START: now_text(), **_body(change, every)}
    if not body[_ARCHITECTURES]:
        del body[_ARCHITECTURES]
    return client.send(
        "POST", path, {name: value for name, value in body.items() if keys is None or name in keys}
    )


def _body(change: Change, names: list[str]) -> dict[str, Any]:
    body = common_body(change, names, _TIMEOUT)
    if "external_reference" in names:
        body["external_reference"] = change.value("external_reference")
    if "image_tags" in names:
        body["root_rule"] = {"rule_kind": "tag_glob_csv", "rule_value": list(change.value("image_tags"))}
    if _ARCHITECTURES in names:
        body[_ARCHITECTURES] = list(change.value(_ARCHITECTURES))
    return body


# Changing and ending one


def update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    """Yield the steps that change a mirror, in an order in which none hinders the next."""
    path = mirror_path(place, change.key[0])
    if change.value(SYNC) == IDLE:
        yield cancelled(client, path, change)
    names = tuple(name for name in change.fields if name not in (SYNC, "repo_state"))
    if names:
        yield Step(names, partial(_changed, client, path, change, list(names)))
    if "repo_state" in change.fields:
        yield _in_state(client, place, change, change.value("repo_state"))
    if change.value(SYNC) == RUNNING:
        yield started(client, path, change)


def delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    """Yield the step by which a repository is a mirror no more, and takes pushes again."""
    yield _in_state(client, place, change, "NORMAL")


def _in_state(client: Client, place: Place, change: Change, state: str) -> Step:
    path = f"{repository_path(place.name, change.key[0])}/changestate"
    return Step(("repo_state",), partial(client.send, "PUT", path, {"state": state}))


def _changed(client: Client, path: str, change: Change, names: list[str]) -> Any:
    """Change settings, and make sure that Quay has done so."""
    if is_syncing(change) and change.value(SYNC) != IDLE:
        raise Conflict(
            f"{path}: a synchronization is going on, and Quay would lose track of it if the settings "
            "changed. Run again when it is over, or end it with cancel_sync."
        )
    body = _body(change, names)
    if _loses_a_proxy(change, body):
        client.send("PUT", path, {"external_registry_config": {"proxy": {"http_proxy": None}}})
    answer = client.send("PUT", path, body)
    left = sorted(_left(body, client.get(path)))
    if left:
        hint = _SPOILT if left == ["root_rule"] else ""
        raise Conflict(
            f"PUT {path}: Quay answered as if it had changed {', '.join(left)}, but has not.{hint}"
        )
    return answer


def _loses_a_proxy(change: Change, body: Mapping[str, Any]) -> bool:
    """Tell whether Quay would drop the first proxy, as it does where it has none yet (facts A18)."""
    config = body.get("external_registry_config") or {}
    return not change.facts.get("has_proxies") and bool(value_of(change, "http_proxy")) and bool(config)


def _left(body: Mapping[str, Any], view: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of a body whose values Quay does not show."""
    for name, value in body.items():
        shown: Any = view.get(name)
        if name == PASSWORD:
            continue
        if name == START:
            same = bool(shown) and utc_text(iso_date(shown)) == value
        elif name == "external_registry_config":
            same = all(_plain(shown or {}, key) == _plain(value, key) for key in value)
        elif name == USERNAME:
            same = (shown or None) == value
        else:
            same = shown == value
        if not same:
            yield name


def _plain(config: Mapping[str, Any], key: str) -> Any:
    """Return a setting of the connection without what has no value."""
    found = config.get(key)
    return {name: one for name, one in found.items() if one} if isinstance(found, Mapping) else found
