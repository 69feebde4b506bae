# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""One user against the simulator, as quay_user declares it, and what there is to see of one."""

from __future__ import annotations

from typing import Any, Callable

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, change_views
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Password
from ansible_collections.quayops.quay.plugins.module_utils.kinds.user import desired_user
from tests.unit.module_utils.conftest import Registry

Make = Callable[..., Registry]

SECRET = "correct-horse-battery"
OTHER = "staple-battery-horse"


def user(registry: Registry, name: str, check_mode: bool = False, **entry: Any) -> Report:
    """Reconcile one user as the superuser, or as whoever ``client`` is."""
    client = entry.pop("client", None) or registry.client()
    registry.simulator.requests.clear()
    (report,) = reconcile(client, [desired_user({"username": name, **entry})], check_mode)
    return report


def done(registry: Registry, name: str, **entry: Any) -> Report:
    """As ``user``, for what must not fail."""
    report = user(registry, name, **entry)
    assert report.error is None, report.error
    return report


def actions(report: Report) -> list[tuple[str, str, list[str]]]:
    """Return action, name and fields of each change."""
    return [(view["action"], view["name"], view["fields"]) for view in change_views(report)]


def signs_in(registry: Registry, name: str, password: str) -> bool:
    """Tell whether that is the password of the user."""
    # A wrong password makes Quay wait, which is not what these tests are about.
    registry.simulator.settings.login_backoff = False
    client = Client(
        registry.client(Password(name, password)).connection,
        adapter=registry.simulator.adapter,
        sleep=registry.waits.append,
    )
    try:
        client.sign_in()
    except Exception:
        return False
    return True


def view(registry: Registry, name: str) -> Any:
    """Return what Quay shows of the user to a superuser, None where there is none."""
    return registry.client().find(f"superuser/users/{name}")
