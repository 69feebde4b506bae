# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The list of the kinds: in order, and no name twice."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.module_utils.kinds.catalog import CATALOG, NESTED


def test_they_are_in_the_order_of_their_ranks() -> None:
    ranks = [kind.rank for kind in CATALOG]
    assert ranks == sorted(ranks)


def test_no_name_is_there_twice() -> None:
    names = [name for kind in CATALOG for name in {kind.name, kind.plural, *kind.aliases}]
    assert len(names) == len(set(names))


def test_what_an_entry_may_hold() -> None:
    plurals = ["robots", "teams", "prototypes", "repositories", "applications", "auto_prune", "immutability"]
    assert [kind.plural for kind in NESTED] == [*plurals, "quota", "proxy_cache", "mirror"]
    assert all(kind.flat is not None and kind.export is not None for kind in NESTED)


def test_what_lies_in_another_object_comes_after_it() -> None:
    for whole in CATALOG:
        assert all(part.rank > whole.rank for part in whole.parts)
