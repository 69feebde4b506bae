#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_repositories
short_description: Change many repositories of a Quay registry at once
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Gives visibility, description and permissions to many repositories that are there already, of one organization or of
    several.
  - The repositories are listed once; after that only what differs is sent, in parallel.
  - To create repositories, see M(quayops.quay.quay_repository) and M(quayops.quay.quay_organizations).
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.selection
  - quayops.quay.attributes
options:
  organizations:
    description: Names of the organizations. Your own user name stands for your own namespace.
    type: list
    elements: str
    required: true
    aliases: [organization]
  visibility:
    description: Who may pull.
    type: str
    choices: [public, private]
  description:
    description: Description of the repositories, in Markdown.
    type: str
  perms:
    description: Permissions of users, robots and teams.
    type: list
    elements: dict
    suboptions:
      name:
        description: User, robot of the same organization (as C(organization+robot)) or team.
        type: str
        required: true
      type:
        description: Whether O(perms[].name) is a user or robot (V(user)), or a team (V(team)).
        type: str
        choices: [user, team]
        default: user
      role:
        description: The permission.
        type: str
        choices: [read, write, admin]
        default: read
      state:
        description: Whether there shall be such a permission.
        type: str
        choices: [present, absent]
        default: present
  append:
    description:
      - Whether O(perms) are added to those that are there (V(true)), or are all there shall be (V(false)). The
        permission of the user who runs the task is never removed.
    type: bool
    default: true
notes:
  - A token needs the scope C(repo:admin); C(user:read) for O(append=false) and for your own namespace.
  - How many requests it takes to learn who has which permission depends on whose they are. A team's take one. A robot's
    take one, if the token also has C(org:admin) and C(user:admin). Users' take one for each repository on which they have
    a permission, and with C(org:admin) no more than that.
seealso:
  - module: quayops.quay.quay_repository
  - module: quayops.quay.quay_repository_info
"""

EXAMPLES = r"""
- name: Everything is public but one repository
  quayops.quay.quay_repositories:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    skip: [internal]
    visibility: public

- name: A robot may push to all that begins with app-, and a team lost its right
  quayops.quay.quay_repositories:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    matching: app-.*
    perms:
      - name: production+ci
        role: write
      - name: contractors
        type: team
        state: absent
"""

RETURN = r"""
organizations:
  description: What became of each organization, sorted by name.
  type: list
  elements: dict
  returned: always
  sample: [{"name": "production", "changed": true, "failed": false, "changes": []}]
changes:
  description: All changes, or what they would be in check mode.
  type: list
  elements: dict
  returned: always
  sample: [{"organization": "production", "action": "update", "kind": "repository", "name": "app",
            "fields": ["visibility"]}]
failed_organizations:
  description: Names of the organizations that failed.
  type: list
  elements: str
  returned: on failure
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.bulk import repositories, repositories_options


def main():
    run_operation(
        repositories_options(), repositories, required_one_of=[("visibility", "description", "perms")]
    )


if __name__ == "__main__":
    main()
