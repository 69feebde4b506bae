# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Rules about directories and other ways to sign in.

Where Quay's validation signs in to the other side, this one only sees whether it is there: it speaks neither
LDAP nor OAuth.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from . import fields
from .context import Context
from .services import host_and_port

_NOT_SPOKEN = "the credentials cannot be verified here"


def github(context: Context) -> list[str]:
    """Sign-in by GitHub."""
    if not context.flag("FEATURE_GITHUB_LOGIN"):
        return []
    return oauth_client(context, "GITHUB_LOGIN_CONFIG", endpoint="GITHUB_ENDPOINT")


def google(context: Context) -> list[str]:
    """Sign-in by Google."""
    if not context.flag("FEATURE_GOOGLE_LOGIN"):
        return []
    return oauth_client(context, "GOOGLE_LOGIN_CONFIG", endpoint=None)


def oauth_client(context: Context, name: str, endpoint: str | None) -> list[str]:
    """An OAuth client, whose secret only its own server can verify."""
    block = context.block(name)
    if block is None:
        return [f"{name} is required"]
    keys = ["CLIENT_ID", "CLIENT_SECRET"]
    problems = fields.found(*(fields.required(block.get(key), f"{name}.{key}") for key in keys))
    if endpoint is not None:
        problems += fields.found(fields.http_url(str(block.get(endpoint, "")), f"{name}.{endpoint}"))
    if block.get("ORG_RESTRICT") and not block.get("ALLOWED_ORGANIZATIONS"):
        problems.append(f"{name}.ALLOWED_ORGANIZATIONS is required with ORG_RESTRICT")
    return problems or [f"{name}: {_NOT_SPOKEN}"]


def jwt(context: Context) -> list[str]:
    """An external service that verifies users."""
    if context.text("AUTHENTICATION_TYPE") != "JWT":
        return []
    problems = fields.found(
        fields.required(context.text("JWT_VERIFY_ENDPOINT"), "JWT_VERIFY_ENDPOINT"),
        fields.http_url(context.text("JWT_VERIFY_ENDPOINT"), "JWT_VERIFY_ENDPOINT"),
        fields.required(context.text("JWT_AUTH_ISSUER"), "JWT_AUTH_ISSUER"),
    )
    for name in ("JWT_GETUSER_ENDPOINT", "JWT_QUERY_ENDPOINT"):
        value = context.text(name)
        problems += fields.found(fields.http_url(value, name) if value else None)
    return problems


def ldap(context: Context) -> list[str]:
    """A directory. Quay's validation signs in to it and looks for a user."""
    if context.text("AUTHENTICATION_TYPE") != "LDAP":
        return []
    problems = fields.found(
        fields.required(context.text("LDAP_ADMIN_DN"), "LDAP_ADMIN_DN"),
        fields.required(context.text("LDAP_ADMIN_PASSWD"), "LDAP_ADMIN_PASSWD"),
    )
    address = context.text("LDAP_URI", "ldap://localhost")
    scheme = urlsplit(address).scheme
    if scheme not in ("ldap", "ldaps"):
        return [*problems, "LDAP_URI must begin with ldap:// or ldaps://"]
    host, port = host_and_port(address, 636 if scheme == "ldaps" else 389)
    problem = context.probes.tcp(host, port, 5.0)
    return problems if problem is None else [*problems, f"could not connect to {address}: {problem}"]


def oidc(context: Context) -> list[str]:
    """OpenID Connect providers: any block named …_LOGIN_CONFIG."""
    problems: list[str] = []
    for name, block in context.config.items():
        known = ("GOOGLE_LOGIN_CONFIG", "GITHUB_LOGIN_CONFIG")
        if name.endswith("_LOGIN_CONFIG") and name not in known and isinstance(block, dict):
            problems += _provider(context, name, block)
    return problems


def _provider(context: Context, name: str, block: dict[str, object]) -> list[str]:
    keys = ("OIDC_SERVER", "CLIENT_ID", "CLIENT_SECRET", "SERVICE_NAME")
    problems = fields.found(*(fields.required(block.get(key), f"{name}.{key}") for key in keys))
    if problems:
        return problems
    server = str(block["OIDC_SERVER"])
    if not server.endswith("/"):
        return [f"{name}.OIDC_SERVER must end with a slash"]
    problem = context.probes.http(server + ".well-known/openid-configuration", 5.0)
    return [] if problem is None else [f"could not reach the server of {name}: {problem}"]
