#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_organization
short_description: Manage an organization of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Create, change, rename and delete an organization.
  - To manage many organizations, or what is inside them, M(quayops.quay.quay_organizations) needs far fewer requests.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  name:
    description: Name of the organization. Lower-case letters and digits, separated by single V(.), V(_) or V(-).
    type: str
    required: true
  new_name:
    description:
      - New name of the organization. If there is no organization O(name) but one with this name, it has been renamed
        already.
      - The names of its robots change along, so that their log-ins must be renewed.
      - Needs a superuser.
    type: str
  email:
    description:
      - E-mail address of the organization, V("") for none. It must differ from the addresses of all users.
      - Required when an organization is created while the registry sends e-mail (C(FEATURE_MAILING)).
    type: str
  time_machine_expiration:
    description:
      - How long deleted tags can be brought back, in seconds or with a unit (s, m, h, d, w), such as V(2w).
      - Must be one of the registry's C(TAG_EXPIRATION_OPTIONS), by default 0s, 1d, 1w, 2w and 4w.
    type: str
    aliases: [tag_expiration_s]
  state:
    description:
      - V(present) makes the organization and gives it the settings that are named here; settings that are left out
        are not touched.
      - V(absent) deletes it with everything in it. Quay keeps its name until a background job has removed the content.
    type: str
    choices: [present, absent]
    default: present
notes:
  - A token needs the scope C(user:admin) to create, C(org:admin) to change and delete, C(super:user) to rename.
seealso:
  - module: quayops.quay.quay_organizations
  - module: quayops.quay.quay_organization_info
"""

EXAMPLES = r"""
- name: An organization whose deleted tags can be restored for two weeks
  quayops.quay.quay_organization:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    name: production
    email: production@example.com
    time_machine_expiration: 2w

- name: Rename it
  quayops.quay.quay_organization:
    quay_host: https://registry.example.com
    quay_token: "{{ superuser_token }}"
    name: production
    new_name: platform

- name: Delete it
  quayops.quay.quay_organization:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    name: platform
    state: absent
"""

RETURN = r"""
name:
  description: Name of the organization after the task.
  type: str
  returned: success
  sample: production
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample: [{"action": "create", "kind": "organization", "name": "production", "fields": ["email"]}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.organization import ORGANIZATION
from ..module_utils.kinds.single import single


def main():
    run_single(*single(ORGANIZATION))


if __name__ == "__main__":
    main()
