# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Quay's own policies for removing tags, of an organization or of the caller (facts A16)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..auto_prune import METHODS, TAGS, canonical, policy_item
from ..client import Client
from ..connection import segment
from ..errors import FeatureOff
from ..state import AUTO_PRUNE, Change, Item
from .base import Place, Step, value_of

_SCHEMA = "AutoPrunePolicyConfig"


class AutoPrunes:
    kind = AUTO_PRUNE

    def all(self, client: Client, place: Place, with_pattern: bool = False) -> list[Item]:
        """Return all policies of the namespace.

        ``with_pattern``: one with a pattern is declared. Raises FeatureOff where Quay would pass the
        pattern over in silence, so that the policy would be about all tags.
        """
        views = client.get(f"{place.path}/autoprunepolicy/")["policies"]
        if with_pattern and not any("tagPattern" in view for view in views):
            self._check_patterns(client)
        return sorted((self._item(view) for view in views), key=lambda item: (item.key, item.ident))

    def create(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        body = _body(change)
        yield Step(change.fields, lambda: client.send("POST", f"{place.path}/autoprunepolicy/", body))

    def update(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        """Yield nothing: a policy that says something else is another one."""
        del client, place, change
        yield from ()

    def delete(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        path = f"{place.path}/autoprunepolicy/{segment(change.ident)}"
        yield Step((), lambda: client.send("DELETE", path))

    def _check_patterns(self, client: Client) -> None:
        described = (client.get("discovery").get("definitions") or {}).get(_SCHEMA)
        if described is not None and "tagPattern" not in described.get("properties", {}):
            raise FeatureOff(
                "This Quay knows no tag_pattern (Quay 3.13 does) and would not say so: the policy would "
                "prune all tags of the organization. Nothing was changed."
            )

    def _item(self, view: Mapping[str, Any]) -> Item:
        word = next((word for word, name in METHODS.items() if name == view["method"]), view["method"])
        value = str(view["value"])
        return policy_item(
            word,
            value if word == TAGS else canonical(value),
            view.get("tagPattern") or "",
            view.get("tagPatternMatches") is not False,
            view["uuid"],
        )


def _body(change: Change) -> dict[str, Any]:
    """Return a policy as Quay takes it: a number of tags as a number, and no pattern rather than null."""
    method, value, pattern = (value_of(change, name) for name in ("method", "value", "tag_pattern"))
    body: dict[str, Any] = {
        "method": METHODS.get(method, method),
        "value": int(value) if method == TAGS else value,
    }
    if pattern:
        body.update(tagPattern=pattern, tagPatternMatches=value_of(change, "tag_pattern_matches"))
    return body
