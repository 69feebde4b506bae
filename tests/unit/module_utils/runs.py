# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs against the simulator, and what they did, as tests compare it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Desired, Kind
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import PURGEABLE
from ansible_collections.quayops.quay.plugins.module_utils.kinds.single import single
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import adopt
from tests.unit.module_utils.conftest import Registry

Sent = tuple[str, str, Any]


def done(report: Report) -> list[str]:
    """Return the changes as 'action kind key'."""
    return [" ".join((change.action, change.kind.name, *change.key)) for change in report.changes]


def reads(registry: Registry, entry: dict[str, Any], **options: Any) -> list[str]:
    """Reconcile one organization, which must not fail, and return what was read for that."""
    registry.requests()
    registry.one(entry, **options)
    return [text for text in registry.requests() if text.startswith("GET")]


def noting(client: Client) -> tuple[Client, list[Sent]]:
    """Return the client, and the list in which it notes method, path and body of all that it sends."""
    sent: list[Sent] = []
    real = client.send

    def send(method: str, path: str, body: Any = None) -> Any:
        sent.append((method, path, body))
        return real(method, path, body)

    client.send = send  # type: ignore[method-assign]
    return client, sent


def sends(registry: Registry, wanted: dict[str, Any] | Desired, **options: Any) -> list[Sent]:
    """Make one organization, or what else is desired, as declared, and return what was sent for that.

    It must not fail, what was sent must be all that was foreseen, and once it is done nothing is sent.
    """
    client, sent = noting(registry.client())
    report = _made(registry, wanted, client, **options)
    found = list(sent)
    assert bool(report.changes) == bool(found)
    assert _made(registry, wanted, client, **options).changes == []
    assert sent == found, "the second run sends nothing"
    return found


def _made(registry: Registry, wanted: dict[str, Any] | Desired, client: Client, **options: Any) -> Report:
    if not isinstance(wanted, Desired):
        return registry.one(wanted, client=client, **options)
    (report,) = reconcile(client, [wanted])
    assert report.error is None, report.error
    return report


def as_module(
    registry: Registry, kind: Kind, check_mode: bool = False, **params: Any
) -> tuple[Report, dict[str, Any]]:
    """Declare one object as its own module does; return the report, and what the module returns of it."""
    options, declare, describe = single(kind)
    given = {**{name: option.get("default") for name, option in options.items()}, **params}
    client = registry.client()
    (report,) = reconcile(client, [declare(given, client)], check_mode)
    return report, describe(given, report)


def written_down(registry: Registry, plurals: Iterable[str]) -> dict[str, Any]:
    """Return organization acme as it would be declared; declared, it must change and purge nothing."""
    (adopted,) = adopt(registry.client(), ["acme"], plurals)
    assert adopted.error is None, adopted.error
    assert adopted.entry is not None and adopted.warnings == []
    assert registry.one(adopted.entry, purge=PURGEABLE, purge_limit=0).changes == []
    return adopted.entry
