# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Roles on repositories, and how Quay lists those of one robot or team."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ROLES = ["read", "write", "admin"]


def roles_by_repository(answer: Mapping[str, Any]) -> dict[str, str]:
    """Return repository name to role from the permissions of one robot or team."""
    return {entry["repository"]["name"]: entry["role"] for entry in answer["permissions"]}
