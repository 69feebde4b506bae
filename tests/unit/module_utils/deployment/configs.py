# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A configuration that is right, to be made wrong in one place at a time."""

from __future__ import annotations

import copy
from typing import Any

PASSWORD = "planted-database-password"
REDIS = {"host": "quay-redis", "port": 6379, "password": "planted-redis-password"}
GOOD: dict[str, Any] = {
    "AUTHENTICATION_TYPE": "Database",
    "BUILDLOGS_REDIS": REDIS,
    "DATABASE_SECRET_KEY": "planted-database-secret-key-0123456789",
    "DB_URI": f"postgresql://quay:{PASSWORD}@quay-postgresql:5432/quay",
    "DEFAULT_TAG_EXPIRATION": "2w",
    "DISTRIBUTED_STORAGE_CONFIG": {"default": ["LocalStorage", {"storage_path": "/datastorage/registry"}]},
    "DISTRIBUTED_STORAGE_DEFAULT_LOCATIONS": ["default"],
    "DISTRIBUTED_STORAGE_PREFERENCE": ["default"],
    "EXTERNAL_TLS_TERMINATION": True,
    "FEATURE_MAILING": False,
    "PREFERRED_URL_SCHEME": "https",
    "SECRET_KEY": "planted-secret-key-0123456789-0123456789",
    "SERVER_HOSTNAME": "registry.example.com",
    "SETUP_COMPLETE": True,
    "SUPER_USERS": ["admin"],
    "TAG_EXPIRATION_OPTIONS": ["0s", "1d", "1w", "2w", "4w"],
    "TESTING": False,
    "USER_EVENTS_REDIS": REDIS,
}
MISSING = object()


def changed(**keys: Any) -> dict[str, Any]:
    """Return the good configuration with other values; MISSING leaves a key out."""
    config = {**copy.deepcopy(GOOD), **keys}
    return {key: value for key, value in config.items() if value is not MISSING}
