# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The routes, one file for each subject."""

from __future__ import annotations

from . import (
    applications,
    logs,
    members,
    misc,
    notifications,
    oauth,
    organizations,
    orgmirror,
    permissions,
    policies,
    prototypes,
    proxycache,
    quota,
    repositories,
    repositorymirror,
    robots,
    servicekeys,
    signin,
    superuser,
    tags,
    teams,
    tokens,
    users,
)

TOPICS = (
    signin.topic,
    users.topic,
    organizations.topic,
    members.topic,
    robots.topic,
    servicekeys.topic,
    teams.topic,
    prototypes.topic,
    repositories.topic,
    permissions.topic,
    applications.topic,
    tokens.topic,
    oauth.topic,
    superuser.topic,
    tags.topic,
    quota.topic,
    policies.topic,
    proxycache.topic,
    repositorymirror.topic,
    orgmirror.topic,
    notifications.topic,
    logs.topic,
    misc.topic,
    misc.web,
)
