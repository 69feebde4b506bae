#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_prototype_info
short_description: Read the default permissions of an organization of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Returns the default permissions, that is who gets which permission on repositories that are made from now on.
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
    description: Only those for this user, robot (as C(organization+robot)) or team.
    type: str
  type:
    description: Only those for users and robots (V(user)), or for teams (V(team)).
    type: str
    choices: [user, team]
  creator:
    description: Only those that count when this user makes the repository; an empty string for those that always count.
    type: str
notes:
  - A token needs the scope C(org:admin).
seealso:
  - module: quayops.quay.quay_prototype
"""

EXAMPLES = r"""
- name: Who gets what
  quayops.quay.quay_prototype_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
  register: found
"""

RETURN = r"""
prototypes:
  description: The default permissions. Quay lets the same one be there several times.
  type: list
  elements: dict
  returned: always
  contains:
    id:
      description: Quay's own identifier.
      type: str
      returned: always
      sample: 0c0d1d3c-0f7e-4b1c-9f0f-0f0f5d6b2a11
    name:
      description: User, robot or team.
      type: str
      returned: always
      sample: production+ci
    type:
      description: V(user), also for robots, or V(team).
      type: str
      returned: always
      sample: user
    role:
      description: The permission.
      type: str
      returned: always
      sample: write
    creator:
      description: User for whose repositories it counts; empty for all.
      type: str
      returned: always
      sample: ""
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.inventory import prototype_info_options, prototypes


def main():
    run_operation(prototype_info_options(), prototypes)


if __name__ == "__main__":
    main()
