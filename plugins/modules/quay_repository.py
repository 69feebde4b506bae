#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_repository
short_description: Manage a repository of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Create, change and delete a repository, and who may do what on it.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  name:
    description:
      - Name of the repository as C(organization/repository). Without an organization, or with your own user name in its
        place, the repository belongs to your own namespace.
      - The part after the organization may hold further slashes. A host, a tag or a digest does not belong here.
    type: str
    required: true
  visibility:
    description: Who may pull. A new repository is V(private) if this is left out.
    type: str
    choices: [public, private]
  description:
    description: Description of the repository, in Markdown.
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
  append:
    description:
      - Whether O(perms) are added to those that are there (V(true)), or are all there shall be (V(false)). The
        permission of the user who runs the task is never removed.
    type: bool
    default: true
  repo_state:
    description:
      - V(NORMAL) takes pushes, V(READ_ONLY) takes none, V(MIRROR) takes them from a mirror only.
      - Needs C(FEATURE_REPO_MIRROR).
    type: str
    choices: [NORMAL, READ_ONLY, MIRROR]
  star:
    description: Whether the user who runs the task has starred the repository. Needs the scope C(user:admin).
    type: bool
  state:
    description: Whether the repository shall exist. Deleting it deletes its images.
    type: str
    choices: [present, absent]
    default: present
notes:
  - A token needs the scope C(repo:admin), and C(repo:create) to create; C(user:read) for O(append=false) and for your own
    namespace; C(org:admin) unless the user only creates repositories in the organization.
seealso:
  - module: quayops.quay.quay_organizations
  - module: quayops.quay.quay_prototype
"""

EXAMPLES = r"""
- name: A public repository to which the robot may push
  quayops.quay.quay_repository:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    name: production/app
    visibility: public
    description: The application
    perms:
      - name: production+ci
        role: write
      - name: developers
        type: team
        role: read

- name: No more pushes
  quayops.quay.quay_repository:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    name: production/app
    repo_state: READ_ONLY
"""

RETURN = r"""
name:
  description: Full name of the repository.
  type: str
  returned: success
  sample: production/app
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample: [{"action": "update", "kind": "repository", "name": "app", "fields": ["visibility"]}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.repository import REPOSITORY
from ..module_utils.kinds.single import single


def main():
    run_single(*single(REPOSITORY))


if __name__ == "__main__":
    main()
