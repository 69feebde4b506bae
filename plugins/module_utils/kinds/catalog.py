# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The one list of the kinds of objects. (Ansible ships only what is imported statically.)"""

from __future__ import annotations

from ..engine.words import Kind
from .application import APPLICATION
from .auto_prune import AUTO_PRUNE
from .member import MEMBER
from .organization import ORGANIZATION
from .permission import PERMISSION
from .prototype import PROTOTYPE
from .repository import REPOSITORY
from .robot import ROBOT
from .tag import TAG
from .team import TEAM
from .user import USER

# In the order of their ranks.
CATALOG: tuple[Kind, ...] = (
    ORGANIZATION,
    USER,
    ROBOT,
    TEAM,
    MEMBER,
    PROTOTYPE,
    REPOSITORY,
    PERMISSION,
    APPLICATION,
    TAG,
    AUTO_PRUNE,
)

# What an entry of quay_organizations may hold.
NESTED: tuple[Kind, ...] = tuple(kind for kind in CATALOG if kind.nested)
