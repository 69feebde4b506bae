# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Rules about the address of the registry, and about who is let in."""

from __future__ import annotations

from . import fields
from .certificate import check_pair
from .context import Context

_AUTHENTICATIONS = ("Database", "LDAP", "JWT", "Keystone", "OIDC", "AppToken")


def host_settings(context: Context) -> list[str]:
    """SERVER_HOSTNAME, PREFERRED_URL_SCHEME, and the certificate that they need."""
    host, scheme = context.text("SERVER_HOSTNAME"), context.text("PREFERRED_URL_SCHEME", "http")
    problems = fields.found(
        fields.required(host, "SERVER_HOSTNAME"),
        fields.host_name(host, "SERVER_HOSTNAME", context.version),
        fields.one_of(scheme, ("http", "https"), "PREFERRED_URL_SCHEME"),
    )
    if scheme == "https" and not context.flag("EXTERNAL_TLS_TERMINATION"):
        problems += _certificate(context, host)
    return problems


def _certificate(context: Context, host: str) -> list[str]:
    for name in ("ssl.cert", "ssl.key"):
        if name not in context.files:
            return [f"{name} is required with PREFERRED_URL_SCHEME https, unless TLS ends before Quay"]
    return fields.found(check_pair(context.files["ssl.cert"], context.files["ssl.key"], host))


def has_oidc(context: Context) -> bool:
    """Whether any OIDC provider is configured."""
    others = ("GOOGLE_LOGIN_CONFIG", "GITHUB_LOGIN_CONFIG")
    return any(
        name.endswith("_LOGIN_CONFIG") and name not in others and isinstance(value, dict)
        for name, value in context.config.items()
    )


def access_settings(context: Context) -> list[str]:
    """How users sign in."""
    problems = fields.found(
        fields.one_of(
            context.text("AUTHENTICATION_TYPE", "Database"), _AUTHENTICATIONS, "AUTHENTICATION_TYPE"
        )
    )
    ways = {"FEATURE_DIRECT_LOGIN": True, "FEATURE_GITHUB_LOGIN": False, "FEATURE_GOOGLE_LOGIN": False}
    if not has_oidc(context) and not any(context.flag(name, default) for name, default in ways.items()):
        problems.append("at least one of {} must be true".format(", ".join(ways)))
    spans = {"FRESH_LOGIN_TIMEOUT": "10m", "USER_RECOVERY_TOKEN_LIFETIME": "30m"}
    if context.version >= (3, 18, 0):
        spans["SESSION_TIMEOUT"] = "31d"
    for name, default in spans.items():
        value = context.text(name, default)
        problems += fields.found(fields.time_span(value, name) if value else None)
    if context.flag("FEATURE_INVITE_ONLY_USER_CREATION") and not context.flag("FEATURE_USER_CREATION", True):
        problems.append("FEATURE_INVITE_ONLY_USER_CREATION needs FEATURE_USER_CREATION")
    return problems


def app_tokens(context: Context) -> list[str]:
    """Sign-in by app-specific tokens only."""
    if context.text("AUTHENTICATION_TYPE", "Database") != "AppToken":
        return []
    problems = []
    if not context.flag("FEATURE_APP_SPECIFIC_TOKENS", True):
        problems.append("FEATURE_APP_SPECIFIC_TOKENS must be true with AUTHENTICATION_TYPE AppToken")
    if context.flag("FEATURE_DIRECT_LOGIN", True):
        problems.append("FEATURE_DIRECT_LOGIN must be false with AUTHENTICATION_TYPE AppToken")
    return problems
