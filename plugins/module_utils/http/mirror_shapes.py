# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What Quay answers about mirrors: as much of it as the library relies on.

Source: endpoints/api/mirror.py, org_mirror.py and mirrorhealth.py of Quay.
"""

from __future__ import annotations

from .shapes import Shape, anything, by_name, flag, items, maybe, number, text, view

_OPTIONAL_TEXT = maybe(text)
_SETTINGS: dict[str, Shape] = {
    "is_enabled": flag,
    "external_registry_username?": _OPTIONAL_TEXT,
    "external_registry_config?": maybe(by_name(anything)),
    "robot_username?": _OPTIONAL_TEXT,
    "sync_interval": number,
    "sync_start_date?": _OPTIONAL_TEXT,
    "sync_status": text,
}
# What Quay counts of repositories, by what became of them.
_COUNTS: dict[str, Shape] = {
    "total": number,
    "syncing": number,
    "completed": number,
    "failed": number,
    "never_run": number,
}

REPOSITORY_MIRROR = view(
    {
        **_SETTINGS,
        "external_reference": text,
        "root_rule": view({"rule_value": items(text)}),
        # Quay before 3.15 and 3.17 has not got these.
        "skopeo_timeout_interval?": number,
        "architecture_filter?": maybe(items(text)),
    }
)
ORGANIZATION_MIRROR = view(
    {
        **_SETTINGS,
        "external_registry_type": text,
        "external_registry_url": text,
        "external_namespace": text,
        "has_external_registry_password": flag,
        "repository_filters": items(text),
        "visibility": text,
        "skopeo_timeout": number,
    }
)
DISCOVERED = view(
    {
        "repositories": items(
            view(
                {
                    "name": text,
                    "sync_status": text,
                    "discovery_date?": _OPTIONAL_TEXT,
                    "last_sync_date?": _OPTIONAL_TEXT,
                    "status_message?": _OPTIONAL_TEXT,
                    "quay_repository?": _OPTIONAL_TEXT,
                }
            )
        ),
        "page": number,
        "has_next": flag,
    }
)
MIRROR_HEALTH = view(
    {
        "healthy": flag,
        "workers": view({"active": number, "configured?": maybe(number), "status": text}),
        "repositories": view(
            {
                **_COUNTS,
                "details?": items(view({"namespace": text, "repository": text, "sync_status": text})),
                "pagination?": view({"has_more": flag}),
            }
        ),
        "tags_pending": number,
        "issues": items(view({"severity": text, "message": text})),
    }
)
