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
  - Returns all users, or one of them, with e-mail address, rights and how much they hold.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
attributes:
  diff_mode:
    support: none
    details: Changes nothing.
options:
  username:
    description: Name of one user. All users, if left out. Of a user who does not exist the list is empty.
    type: str
    aliases: [name]
  disabled:
    description: Only users who are disabled, or only those who are not.
    type: bool
  superusers:
    description: Only superusers, or only others.
    type: bool
  robots:
    description:
      - Whether to read the robots of each user too, with when they were used for the last time. Costs a request for each
        user, and needs C(FEATURE_SUPERUSERS_FULL_ACCESS) and the scope C(org:admin).
    type: bool
    default: false
notes:
  - The user must be a superuser, except to read oneself, for which a token needs the scope C(user:read). Else it needs
    C(super:user).
  - When a user was there for the last time Quay does not tell. M(quayops.quay.quay_logs_info) has what was done of late.
seealso:
  - module: quayops.quay.quay_user
  - module: quayops.quay.quay_logs_info
"""

EXAMPLES = r"""
- name: Who is a superuser
  quayops.quay.quay_user_info:
    quay_host: https://registry.example.com
    quay_token: "{{ superuser_token }}"
    superusers: true
  register: found

- ansible.builtin.debug:
    msg: "{{ found.users | map(attribute='username') | list }}"
"""

RETURN = r"""
users:
  description: The users, sorted by name.
  type: list
  elements: dict
  returned: always
  contains:
    username:
      description: Name of the user.
      type: str
      returned: always
      sample: alice
    email:
      description: E-mail address; empty if there is none.
      type: str
      returned: always
      sample: alice@example.com
    enabled:
      description: Whether the user can sign in.
      type: bool
      returned: always
    superuser:
      description: Whether the user is a superuser.
      type: bool
      returned: always
    verified:
      description: Whether the e-mail address is confirmed.
      type: bool
      returned: always
    used_bytes:
      description: How much the user's own repositories hold.
      type: int
      returned: where the registry has C(FEATURE_QUOTA_MANAGEMENT)
      sample: 802700
    quota_bytes:
      description: How much they may hold; null if there is no quota.
      type: int
      returned: as RV(users[].used_bytes)
      sample: 10737418240
    robots:
      description: The user's robots, with C(name), C(description), C(created) and C(last_accessed), null if never.
      type: list
      elements: dict
      returned: with O(robots)
      sample: [{"name": "alice+ci", "description": "", "created": "Tue, 01 Dec 2026 04:20:46 -0000",
                "last_accessed": null}]
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.users import user_info_options, users


def main():
    run_operation(user_info_options(), users)


if __name__ == "__main__":
    main()
