#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_team_info
short_description: Read the teams of an organization of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Returns the teams of an organization with their members.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
attributes:
  diff_mode:
    support: none
    details: Changes nothing.
options:
  organization:
    description: Name of the organization.
    type: str
    required: true
  name:
    description: Only this team.
    type: str
  permissions:
    description:
      - Whether to read which permission they have on which repository. That costs a request for each team that has any.
    type: bool
    default: false
  invited:
    description:
      - Whether to read who is invited and has not accepted yet. That costs a request for each team, instead of two for
        all of them.
    type: bool
    default: false
notes:
  - A token needs the scope C(org:admin).
seealso:
  - module: quayops.quay.quay_team
"""

EXAMPLES = r"""
- name: Who may make repositories
  quayops.quay.quay_team_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    name: creators
  register: found
"""

RETURN = r"""
teams:
  description: The teams, sorted by name. Empty if O(name) does not exist.
  type: list
  elements: dict
  returned: always
  contains:
    name:
      description: Name of the team.
      type: str
      returned: always
      sample: creators
    role:
      description: What its members may do in the organization.
      type: str
      returned: always
      sample: creator
    description:
      description: Description, in Markdown.
      type: str
      returned: always
      sample: ""
    synced:
      description: Whether its members follow a group of the identity provider.
      type: bool
      returned: always
    members:
      description: Names of all members, users and robots.
      type: list
      elements: str
      returned: always
      sample: [alice, production+ci]
    robots:
      description: Those of them that are robots.
      type: list
      elements: str
      returned: always
      sample: [production+ci]
    invited:
      description: Names or e-mail addresses of those who are invited.
      type: list
      elements: str
      returned: with O(invited)
      sample: [bob]
    perms:
      description: Permissions on repositories, which are named without the organization.
      type: list
      elements: dict
      returned: with O(permissions)
      sample: [{"repository": "app", "role": "read"}]
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.inventory import team_info_options, teams


def main():
    run_operation(team_info_options(), teams)


if __name__ == "__main__":
    main()
