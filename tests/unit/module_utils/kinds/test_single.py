# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""One object by a module of its own: where it belongs, and that nothing else is declared."""

from __future__ import annotations

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Kind
from ansible_collections.quayops.quay.plugins.module_utils.kinds.catalog import CATALOG
from ansible_collections.quayops.quay.plugins.module_utils.kinds.member import MEMBER
from ansible_collections.quayops.quay.plugins.module_utils.kinds.organization import ORGANIZATION
from ansible_collections.quayops.quay.plugins.module_utils.kinds.single import single
from ansible_collections.quayops.quay.plugins.module_utils.kinds.team import TEAM
from tests.unit.module_utils.conftest import Registry


def test_the_organization_of_an_object_is_not_declared_along_with_it(registry: Registry) -> None:
    _options, declare, _describe = single(TEAM)
    params = {"organization": "acme", "name": "devs", "role": "creator", "members": ["bob"], "append": True}
    desired = declare(params, registry.client())
    assert (desired.namespace, desired.home) == ("acme", ORGANIZATION)
    assert [(item.kind, item.key) for item in desired.present] == [
        (TEAM, ("devs",)),
        (MEMBER, ("devs", "bob")),
    ]
    assert registry.requests() == []


def test_an_organization_is_declared_itself_and_nothing_in_it(registry: Registry) -> None:
    _options, declare, _describe = single(ORGANIZATION)
    desired = declare({"name": "acme", "new_name": "beta"}, registry.client())
    assert (desired.namespace, desired.new_name) == ("acme", "beta")
    assert [(item.kind, item.key) for item in desired.present] == [(ORGANIZATION, ())]


@pytest.mark.parametrize("kind", [kind for kind in CATALOG if kind.flat is None], ids=lambda kind: kind.name)
def test_a_kind_without_a_module_of_its_own(kind: Kind) -> None:
    with pytest.raises(TypeError, match=f"{kind.name}.* has no module of its own"):
        single(kind)
