# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The literal list of resources. (Ansible ships only what is imported statically.)"""

from __future__ import annotations

from .applications import Applications
from .auto_prune import AutoPrunes
from .base import Resource
from .organizations import Organizations
from .permissions import Permissions
from .prototypes import Prototypes
from .repositories import Repositories
from .robots import Robots
from .tags import Tags
from .teams import Members, Teams
from .users import Users

ORGANIZATIONS = Organizations()
ROBOTS = Robots()
TEAMS = Teams()
MEMBERS = Members()
PROTOTYPES = Prototypes()
REPOSITORIES = Repositories()
PERMISSIONS = Permissions()
APPLICATIONS = Applications()
TAGS = Tags()
AUTO_PRUNES = AutoPrunes()
USERS = Users()

RESOURCES: dict[str, Resource] = {
    resource.kind.name: resource
    for resource in (
        ORGANIZATIONS,
        ROBOTS,
        TEAMS,
        MEMBERS,
        PROTOTYPES,
        REPOSITORIES,
        PERMISSIONS,
        APPLICATIONS,
        TAGS,
        AUTO_PRUNES,
        USERS,
    )
}
