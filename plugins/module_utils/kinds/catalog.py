# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The one list of the kinds of objects. (Ansible ships only what is imported statically.)"""

from __future__ import annotations

from ..engine.words import Kind
from .application import APPLICATION
from .directory import DIRECTORY
from .member import MEMBER
from .message import MESSAGE
from .namespace_auto_prune import AUTO_PRUNE
from .namespace_immutability import IMMUTABILITY
from .notification import NOTIFICATION
from .organization import ORGANIZATION
from .permission import PERMISSION
from .prototype import PROTOTYPE
from .proxy_cache import PROXY_CACHE
from .quota import QUOTA
from .registry import REGISTRY
from .repository import REPOSITORY
from .repository_auto_prune import REPOSITORY_AUTO_PRUNE
from .repository_immutability import REPOSITORY_IMMUTABILITY
from .robot import ROBOT
from .service_key import SERVICE_KEY
from .tag import TAG
from .team import TEAM
from .team_sync import TEAM_SYNC
from .user import USER

# In the order of their ranks.
CATALOG: tuple[Kind, ...] = (
    ORGANIZATION,
    USER,
    DIRECTORY,
    REGISTRY,
    MESSAGE,
    SERVICE_KEY,
    ROBOT,
    TEAM,
    TEAM_SYNC,
    MEMBER,
    PROTOTYPE,
    REPOSITORY,
    PERMISSION,
    NOTIFICATION,
    APPLICATION,
    TAG,
    AUTO_PRUNE,
    REPOSITORY_AUTO_PRUNE,
    IMMUTABILITY,
    REPOSITORY_IMMUTABILITY,
    QUOTA,
    PROXY_CACHE,
)

# What an entry of quay_organizations may hold.
NESTED: tuple[Kind, ...] = tuple(kind for kind in CATALOG if kind.nested)
