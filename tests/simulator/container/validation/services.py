# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Rules about single features."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from . import fields
from .context import Context


def action_log_archiving(context: Context) -> list[str]:
    """Where old logs go."""
    if not context.flag("FEATURE_ACTION_LOG_ROTATION"):
        return []
    location = context.text("ACTION_LOG_ARCHIVE_LOCATION")
    storages = context.block("DISTRIBUTED_STORAGE_CONFIG")
    problems = fields.found(
        fields.required(context.text("ACTION_LOG_ARCHIVE_PATH"), "ACTION_LOG_ARCHIVE_PATH"),
        fields.required(location, "ACTION_LOG_ARCHIVE_LOCATION"),
        fields.required(storages, "DISTRIBUTED_STORAGE_CONFIG"),
    )
    if storages and location not in storages:
        problems.append("ACTION_LOG_ARCHIVE_LOCATION must be a location of DISTRIBUTED_STORAGE_CONFIG")
    return problems


def auto_prune(context: Context) -> list[str]:
    """The policy that all namespaces get."""
    name = "DEFAULT_NAMESPACE_AUTOPRUNE_POLICY"
    policy = context.block(name)
    if policy is None or not context.flag("FEATURE_AUTO_PRUNE"):
        return []
    method, value = policy.get("method"), policy.get("value")
    if value is None:
        return [f"{name} must have a value"]
    if method == "number_of_tags":
        number = isinstance(value, int) and not isinstance(value, bool) and value > 0
        return [] if number else [f"{name}: number_of_tags needs a number above 0"]
    if method == "creation_date":
        span = isinstance(value, str) and re.match(r"^[0-9]+[smdwy]$", value)
        return [] if span else [f"{name}: creation_date needs a time span such as 7d"]
    return [f"{name}: method must be number_of_tags or creation_date"]


def elasticsearch(context: Context) -> list[str]:
    """Logs in Elasticsearch."""
    if context.text("LOGS_MODEL") != "elasticsearch":
        return []
    config = (context.block("LOGS_MODEL_CONFIG") or {}).get("elasticsearch_config")
    if not isinstance(config, dict):
        return ["LOGS_MODEL_CONFIG.elasticsearch_config is required for Elasticsearch"]
    where = "LOGS_MODEL_CONFIG.elasticsearch_config."
    needed = ("host", "port", "access_key", "secret_key")
    problems = fields.found(*(fields.required(config.get(key), where + key) for key in needed))
    if problems or context.mode == "testing":
        return problems
    plain = context.version >= (3, 18, 0) and not config.get("use_ssl", True)
    address = "{}://{}:{}/".format("http" if plain else "https", config["host"], config["port"])
    problem = context.probes.http(address, 5.0)
    return [] if problem is None else [f"could not reach Elasticsearch: {problem}"]


def email(context: Context) -> list[str]:
    """The mail server. Unlike the running Quay, the validation takes FEATURE_MAILING as off by default."""
    if not context.flag("FEATURE_MAILING"):
        return []
    server = context.text("MAIL_SERVER")
    if not server:
        return ["MAIL_SERVER is required with FEATURE_MAILING"]
    if context.flag("FEATURE_FIPS") and not context.flag("MAIL_USE_TLS"):
        return ["MAIL_USE_TLS must be true with FEATURE_FIPS"]
    problem = context.probes.tcp(server, int(context.config.get("MAIL_PORT", 587)), 3.0)
    return [] if problem is None else [f"cannot reach the mail server {server}: {problem}"]


def documentation(context: Context) -> list[str]:
    """The address of the documentation."""
    root = context.text("DOCUMENTATION_ROOT")
    return fields.found(fields.url(root, "DOCUMENTATION_ROOT") if root else None)


def repository_mirror(context: Context) -> list[str]:
    """The name under which the mirror worker reaches the registry."""
    host = context.text("REPO_MIRROR_SERVER_HOSTNAME")
    if not context.flag("FEATURE_REPO_MIRROR") or not host:
        return []
    return fields.found(fields.host_name(host, "REPO_MIRROR_SERVER_HOSTNAME", context.version))


def security_scanner(context: Context) -> list[str]:
    """The address of Clair. Quay's validation looks at its form only, and does not ask Clair."""
    if not context.flag("FEATURE_SECURITY_SCANNER"):
        return []
    names = ("SECURITY_SCANNER_ENDPOINT", "SECURITY_SCANNER_V4_ENDPOINT")
    given = [name for name in names if context.text(name)]
    if not given:
        return ["at least one of {} is required with FEATURE_SECURITY_SCANNER".format(", ".join(names))]
    return fields.found(*(fields.url(context.text(name), name) for name in given))


def team_syncing(context: Context) -> list[str]:
    """How often teams are synchronised; looked at even when they are not."""
    return fields.found(
        fields.time_span(context.text("TEAM_RESYNC_STALE_TIME", "30m"), "TEAM_RESYNC_STALE_TIME")
    )


def time_machine(context: Context) -> list[str]:
    """How long deleted tags are kept."""
    options = [
        str(option) for option in context.config.get("TAG_EXPIRATION_OPTIONS", ("0s", "1d", "1w", "2w", "4w"))
    ]
    default = context.text("DEFAULT_TAG_EXPIRATION", "2w")
    return [] if default in options else ["DEFAULT_TAG_EXPIRATION must be one of TAG_EXPIRATION_OPTIONS"]


def host_and_port(address: str, default: int) -> tuple[str, int]:
    """The host and port of a URL."""
    parts = urlsplit(address)
    return parts.hostname or "", parts.port or default
