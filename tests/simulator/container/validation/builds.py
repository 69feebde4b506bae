# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Rules about what triggers builds."""

from __future__ import annotations

from . import fields
from .authentication import oauth_client
from .context import Context


def _on(context: Context, feature: str) -> bool:
    return context.flag("FEATURE_BUILD_SUPPORT") and context.flag(feature)


def bitbucket(context: Context) -> list[str]:
    """Builds by Bitbucket."""
    if not _on(context, "FEATURE_BITBUCKET_BUILD"):
        return []
    name = "BITBUCKET_TRIGGER_CONFIG"
    block = context.block(name)
    if block is None:
        return [f"{name} is required"]
    keys = ("CONSUMER_KEY", "CONSUMER_SECRET")
    missing = fields.found(*(fields.required(block.get(key), f"{name}.{key}") for key in keys))
    return missing or [f"{name}: the credentials cannot be verified here"]


def github(context: Context) -> list[str]:
    """Builds by GitHub."""
    if not _on(context, "FEATURE_GITHUB_BUILD"):
        return []
    return oauth_client(context, "GITHUB_TRIGGER_CONFIG", endpoint="GITHUB_ENDPOINT")


def gitlab(context: Context) -> list[str]:
    """Builds by GitLab."""
    if not _on(context, "FEATURE_GITLAB_BUILD"):
        return []
    return oauth_client(context, "GITLAB_TRIGGER_CONFIG", endpoint="GITLAB_ENDPOINT")
