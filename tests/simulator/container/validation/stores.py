# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Rules about what Quay keeps things in: the database, Redis, storage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import fields
from .context import Context

_NEEDS = {
    "RHOCSStorage": ("access_key", "secret_key", "hostname", "bucket_name"),
    "RadosGWStorage": ("access_key", "secret_key", "hostname", "bucket_name"),
    "IBMCloudStorage": ("access_key", "secret_key", "hostname", "bucket_name"),
    "S3Storage": ("s3_bucket",),
    "STSS3Storage": ("s3_bucket",),
    "GoogleCloudStorage": ("access_key", "secret_key", "bucket_name"),
    "AzureStorage": ("azure_container", "azure_account_name"),
    "CloudFrontedS3Storage": (
        "s3_access_key",
        "s3_secret_key",
        "s3_bucket",
        "cloudfront_distribution_domain",
        "cloudfront_key_id",
    ),
    "SwiftStorage": ("auth_url", "swift_container", "swift_user", "swift_password"),
    "CloudFlareStorage": ("s3_access_key", "s3_secret_key", "s3_bucket", "cloudflare_domain"),
    "MultiCDNStorage": ("providers", "default_provider", "storage_config"),
    "LocalStorage": (),
}
# The engines whose bucket the validation looks for.
_ASKED = (
    "RHOCSStorage",
    "RadosGWStorage",
    "IBMCloudStorage",
    "S3Storage",
    "STSS3Storage",
    "GoogleCloudStorage",
    "CloudFrontedS3Storage",
    "AzureStorage",
    "SwiftStorage",
)


def database(context: Context) -> list[str]:
    """DB_URI: there, reachable, and with the extension that the search needs."""
    uri = context.text("DB_URI")
    if not uri:
        return ["DB_URI is required"]
    problem = context.probes.database(uri, _connection_arguments(context))
    return [] if problem is None else [f"could not connect to the database of DB_URI: {problem}"]


def _connection_arguments(context: Context) -> Mapping[str, Any]:
    """The validation verifies with database.pem of the bundle, unless sslrootcert names another file."""
    arguments = dict(context.block("DB_CONNECTION_ARGS") or {})
    if arguments.get("sslmode") in ("verify-ca", "verify-full") and not arguments.get("sslrootcert"):
        arguments["sslrootcert"] = "conf/stack/database.pem"
    return arguments


def redis(context: Context) -> list[str]:
    """Both blocks are required, and each Redis answers with the password that is given."""
    problems: list[str] = []
    for name in ("BUILDLOGS_REDIS", "USER_EVENTS_REDIS"):
        block = context.block(name)
        if block is None:
            return [*problems, f"{name} is required"]
        problems += fields.found(fields.required(block.get("host"), name + ".host"))
    for name in ("BUILDLOGS_REDIS", "USER_EVENTS_REDIS", "PULL_METRICS_REDIS"):
        problems += _ping(context, name)
    return problems


def _ping(context: Context, name: str) -> list[str]:
    block = context.block(name)
    if block is None or (name == "PULL_METRICS_REDIS" and context.mode == "testing"):
        return []
    options = dict(block)
    if name != "BUILDLOGS_REDIS" and options.get("port"):
        # Quay's validation takes the port of the first block for all of them.
        options["port"] = (context.block("BUILDLOGS_REDIS") or {}).get("port", 0)
    if not options.get("port"):
        problem: str | None = "the address has no port"
    else:
        problem = context.probes.redis(options)
    return [] if problem is None else [f"could not connect to the Redis of {name}: {problem}"]


def distributed_storage(context: Context) -> list[str]:
    """At least one location; each complete, and its bucket there."""
    storages = context.block("DISTRIBUTED_STORAGE_CONFIG")
    if not storages:
        return ["DISTRIBUTED_STORAGE_CONFIG must hold at least one location"]
    problems = []
    for name, (engine, options) in storages.items():
        if engine == "LocalStorage" and context.flag("FEATURE_STORAGE_REPLICATION"):
            problems.append("FEATURE_STORAGE_REPLICATION does not work with LocalStorage")
        problems += _storage(context, name, engine, options)
    return problems


def _storage(context: Context, name: str, engine: str, options: Mapping[str, Any]) -> list[str]:
    if engine not in _NEEDS:
        return [f"{engine} is not a kind of storage"]
    where = f"DISTRIBUTED_STORAGE_CONFIG.{name}."
    problems = fields.found(*(fields.required(options.get(key), where + key) for key in _NEEDS[engine]))
    if engine == "SwiftStorage" and str(options.get("auth_version", "")) not in ("1", "2", "3"):
        problems.append(where + "auth_version must be 1, 2 or 3")
    if problems or engine not in _ASKED:
        return problems
    problem = context.probes.bucket(engine, options)
    return [] if problem is None else [f"could not use the storage {name}: {problem}"]
