# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What of a configuration is secret."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils.config_secrets import split_secrets


class Encrypted:
    """What is encrypted in place, before ansible-core 2.19: no string, but it turns into one."""

    def __str__(self) -> str:
        return "decrypted"


def test_splitting() -> None:
    config = {
        "SERVER_HOSTNAME": "registry.example.com",
        "DB_URI": "sqlite:////data/quay.db",
        "BUILDLOGS_REDIS": {"host": "h", "password": "p"},
        "DISTRIBUTED_STORAGE_CONFIG": {
            "local": ["LocalStorage", {"storage_path": "/x"}],
            "s3": ["S3Storage", {"s3_bucket": "b", "s3_secret_key": "k"}],
        },
        "FEATURE_APP_SPECIFIC_TOKENS": True,
        "MAIL_PASSWORD": "",
        "HTTP_PROXY": "http://me:pw@proxy:3128",
        "SOMETHING": Encrypted(),
    }
    assert split_secrets(config) == {
        "config": {
            "SERVER_HOSTNAME": "registry.example.com",
            "BUILDLOGS_REDIS": {"host": "h"},
            "DISTRIBUTED_STORAGE_CONFIG": {"local": ["LocalStorage", {"storage_path": "/x"}]},
            "FEATURE_APP_SPECIFIC_TOKENS": True,
            "MAIL_PASSWORD": "",
        },
        "secrets": {
            "DB_URI": "sqlite:////data/quay.db",
            "BUILDLOGS_REDIS": {"password": "p"},
            "DISTRIBUTED_STORAGE_CONFIG": {"s3": ["S3Storage", {"s3_bucket": "b", "s3_secret_key": "k"}]},
            "HTTP_PROXY": "http://me:pw@proxy:3128",
            "SOMETHING": "decrypted",
        },
    }
