#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_user_info
short_description: Read the users of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Returns one user, or all of the registry, as its superusers see them. Organizations and robots are no users.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
attributes:
  diff_mode:
    support: none
    details: Changes nothing.
options:
  username:
    description: Only this user. The result is empty if there is none.
    type: str
  enabled:
    description: Only users who may sign in (V(true)), or only those who are disabled (V(false)). All, if left out.
    type: bool
  robots:
    description:
      - Whether to read the robots of each user, with when they were last used. That costs a request for each user.
      - Needs C(FEATURE_SUPERUSERS_FULL_ACCESS) in Quay's config.yaml.
    type: bool
    default: false
notes:
  - The user who asks must be a superuser. A token needs the scope C(super:user), and C(org:admin) for O(robots).
  - It costs a request for each 100 users. When a user was last there Quay does not tell; it does so of robots.
seealso:
  - module: quayops.quay.quay_user
  - module: quayops.quay.quay_robot_info
"""

EXAMPLES = r"""
- name: Who is disabled
  quayops.quay.quay_user_info:
    quay_host: https://registry.example.com
    quay_token: "{{ superuser_token }}"
    enabled: false
  register: found

- name: Name them
  ansible.builtin.debug:
    msg: "{{ found.users | map(attribute='username') }}"

- name: Robots of users that nobody has used
  quayops.quay.quay_user_info:
    quay_host: https://registry.example.com
    quay_token: "{{ superuser_token }}"
    robots: true
  register: found

- name: Name these
  ansible.builtin.debug:
    msg: "{{ found.users | map(attribute='robots') | flatten | rejectattr('last_accessed') | map(attribute='name') }}"
"""

RETURN = r"""
users:
  description: The users, sorted by name.
  type: list
  elements: dict
  returned: always
  contains:
    username:
      description: Name.
      type: str
      returned: always
      sample: alice
    email:
      description: E-mail address, empty if there is none.
      type: str
      returned: always
      sample: alice@example.com
    verified:
      description: Whether the address is verified. Before that, nobody can sign in where C(FEATURE_MAILING) is on.
      type: bool
      returned: always
      sample: true
    enabled:
      description: Whether the user may sign in.
      type: bool
      returned: always
      sample: true
    superuser:
      description: Whether the user is a superuser (C(SUPER_USERS)).
      type: bool
      returned: always
      sample: false
    readonly_superuser:
      description: Whether the user may read everything (C(GLOBAL_READONLY_SUPER_USERS)).
      type: bool
      returned: always
      sample: false
    size:
      description: Size in bytes of what is in the user's repositories, null where C(FEATURE_QUOTA_MANAGEMENT) is off.
      type: int
      returned: always
      sample: 10485760
    robots:
      description: The user's robots, each with C(name), C(description), C(created), and C(last_accessed), which is null if never.
      type: list
      elements: dict
      returned: with O(robots)
      sample: [{"name": "alice+laptop", "description": "", "created": "Thu, 31 Dec 2026 12:00:00 -0000", "last_accessed": null}]
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.users import user_info_options, users


def main():
    run_operation(user_info_options(), users)


if __name__ == "__main__":
    main()
