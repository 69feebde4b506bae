#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_robot_info
short_description: Read the robot accounts of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Returns the robots of an organization, or of your own namespace, with their teams and repositories.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
attributes:
  diff_mode:
    support: none
    details: Changes nothing.
options:
  organization:
    description: Name of the organization. Your own namespace, if left out and not part of O(name).
    type: str
  name:
    description: Only this robot, with or without C(organization+) in front. The result is empty if it does not exist.
    type: str
  permissions:
    description:
      - Whether to read which permission they have on which repository. That costs a request for each robot that has any, or
        for each repository on which one has any if the token lacks the scope C(user:admin).
    type: bool
    default: false
  federations:
    description: Whether to read who may act as them without a token. That costs a request for each robot.
    type: bool
    default: false
  include_token:
    description:
      - Whether the result holds their tokens. It is then hidden from the output of Ansible, as C(no_log) does, but can
        be registered. For that reason the task cannot run in the background (C(async)).
    type: bool
    default: false
notes:
  - A token needs the scope C(org:admin), for O(permissions) also C(user:admin) or C(repo:admin); for your own namespace
    C(user:admin) and nothing else.
  - Members who do not administer the organization are not shown what robots may do, nor their tokens. That is a failure.
seealso:
  - module: quayops.quay.quay_robot
"""

EXAMPLES = r"""
- name: Robots that nobody has used
  quayops.quay.quay_robot_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
  register: found

- name: Name them
  ansible.builtin.debug:
    msg: "{{ found.robots | rejectattr('last_accessed') | map(attribute='name') }}"
"""

RETURN = r"""
robots:
  description: The robots, sorted by name.
  type: list
  elements: dict
  returned: always
  contains:
    name:
      description: Full name, which is the user name for logging in.
      type: str
      returned: always
      sample: production+ci
    description:
      description: Description.
      type: str
      returned: always
      sample: Pushes from the pipeline
    created:
      description: When it was made.
      type: str
      returned: always
      sample: Thu, 31 Dec 2026 12:00:00 -0000
    last_accessed:
      description: When it was last used, null if never.
      type: str
      returned: always
    teams:
      description: Names of the teams that it is in.
      type: list
      elements: str
      returned: always
      sample: [creators]
    repositories:
      description: Names of the repositories on which it has a permission of its own, without the organization.
      type: list
      elements: str
      returned: always
      sample: [app]
    perms:
      description: Which permission that is.
      type: list
      elements: dict
      returned: with O(permissions)
      sample: [{"repository": "app", "role": "write"}]
    federations:
      description: Issuer and subject of those who may act as it. None before Quay 3.13.
      type: list
      elements: dict
      returned: with O(federations)
      sample: [{"issuer": "https://token.actions.example.com", "subject": "repo:example/app:ref:refs/heads/main"}]
    token:
      description: Its token, which is the password for logging in.
      type: str
      returned: with O(include_token)
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.inventory import robot_info_options, robots


def main():
    run_operation(robot_info_options(), robots)


if __name__ == "__main__":
    main()
