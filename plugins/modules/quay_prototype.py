#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_prototype
short_description: Manage a default permission of an organization of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Create, change and delete a prototype, which Quay's web interface calls a default permission. It is granted on
    repositories that are created afterwards.
  - Quay lets the same rule exist several times. The module makes one of it.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  organization:
    description: Name of the organization, which must exist.
    type: str
    required: true
  name:
    description: User, robot (as C(organization+robot)) or team that is granted the permission.
    type: str
    required: true
  type:
    description: Whether O(name) is a user or robot (V(user)), or a team (V(team)).
    type: str
    choices: [user, team]
    default: user
  role:
    description: The permission. A new prototype is made with V(read) if this is left out.
    type: str
    choices: [read, write, admin]
  creator:
    description: Grant it only on repositories that this user creates. If left out, whoever creates them.
    type: str
  state:
    description: Whether the prototype shall exist.
    type: str
    choices: [present, absent]
    default: present
notes:
  - A token needs the scope C(org:admin).
  - Permissions on repositories that exist are not changed; see O(quayops.quay.quay_repository#module:perms).
seealso:
  - module: quayops.quay.quay_organizations
  - module: quayops.quay.quay_repository
"""

EXAMPLES = r"""
- name: Let the robot write to all new repositories
  quayops.quay.quay_prototype:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    name: production+ci
    role: write

- name: Let the managers read what alice creates
  quayops.quay.quay_prototype:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    name: managers
    type: team
    role: read
    creator: alice
"""

RETURN = r"""
name:
  description: Who is granted the permission.
  type: str
  returned: success
  sample: production+ci
organization:
  description: Name of the organization.
  type: str
  returned: success
  sample: production
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample: [{"action": "create", "kind": "prototype", "name": "production+ci", "fields": ["role"]}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.prototype import PROTOTYPE
from ..module_utils.kinds.single import single


def main():
    run_single(*single(PROTOTYPE))


if __name__ == "__main__":
    main()
