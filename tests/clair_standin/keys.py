# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The keys of Clair's configuration, and the types of their values. A key that is not here is refused."""

from __future__ import annotations

from typing import Any

# A type is a word of decode.py, a mapping of keys to types, or a list with the type of its elements.
_TLS = {"root_ca": "string", "cert": "string", "key": "string"}
_JAEGER = {
    "tags": "strings by name",
    "agent": {"endpoint": "string"},
    "collector": {"username": "string", "password": "string", "endpoint": "string"},
    "service_name": "string",
    "buffer_max": "int",
}
_OTLP_HTTP = {
    "compression": "string",
    "endpoint": "string",
    "headers": "strings by name",
    "insecure": "bool",
    "timeout": "duration",
    "client_tls": _TLS,
    "url_path": "string",
}
_OTLP_GRPC = {
    "compression": "string",
    "endpoint": "string",
    "headers": "strings by name",
    "insecure": "bool",
    "timeout": "duration",
    "client_tls": _TLS,
    "reconnect": "duration",
    "service_config": "string",
}
_QUEUE = {
    "tls": _TLS,
    "callback": "string",
    "uris": ["string"],
    "rollup": "int",
    "direct": "bool",
}
_EXCHANGE = {"name": "string", "type": "string", "durability": "bool", "auto_delete": "bool"}

_KEYS: dict[str, Any] = {
    "tls": _TLS,
    "http_listen_addr": "string",
    "introspection_addr": "string",
    "log_level": "log level",
    "indexer": {
        "scanner": {"package": "anything by name", "dist": "anything by name", "repo": "anything by name"},
        "connstring": "string",
        "scanlock_retry": "int",
        "layer_scan_concurrency": "int",
        "index_report_request_concurrency": "int",
        "migrations": "bool",
        "airgap": "bool",
    },
    "matcher": {
        "connstring": "string",
        "indexer_addr": "string",
        "period": "duration",
        "update_retention": "int",
        "max_conn_pool": "int",
        "cache_age": "duration",
        "migrations": "bool",
        "disable_updaters": "bool",
    },
    "matchers": {"config": "anything by name", "names": ["string"]},
    "updaters": {"filter": "string", "config": "anything by name", "sets": ["string"]},
    "notifier": {
        "webhook": {
            "headers": "lists of strings by name",
            "target": "string",
            "callback": "string",
            "signed": "bool",
        },
        "amqp": {**_QUEUE, "exchange": _EXCHANGE, "routing_key": "string"},
        "stomp": {
            **_QUEUE,
            "user": {"login": "string", "passcode": "string"},
            "destination": "string",
        },
        "connstring": "string",
        "indexer_addr": "string",
        "matcher_addr": "string",
        "poll_interval": "duration",
        "delivery_interval": "duration",
        "disable_summary": "bool",
        "migrations": "bool",
    },
    "auth": {
        "psk": {"key": "base64", "iss": ["string"]},
        "keyserver": {"api": "string", "intraservice": "base64"},
    },
    "trace": {"name": "string", "probability": "number", "jaeger": _JAEGER},
    "metrics": {"prometheus": {"endpoint": "string"}, "name": "string"},
}


def keys(version: tuple[int, int]) -> dict[str, Any]:
    """The keys that a version such as (4, 7) knows."""
    found = dict(_KEYS)
    if version >= (4, 8):
        found["trace"] = {
            **_KEYS["trace"],
            "otlp": {"http": _OTLP_HTTP, "grpc": _OTLP_GRPC},
            "sentry": {"dsn": "string", "environment": "string"},
        }
        found["metrics"] = {**_KEYS["metrics"], "otlp": {"http": _OTLP_HTTP, "grpc": _OTLP_GRPC}}
    if version >= (4, 9):
        found["matcher"] = {**_KEYS["matcher"], "disable_enrichment": "bool"}
    return found
