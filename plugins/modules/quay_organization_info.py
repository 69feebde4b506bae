#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_organization_info
short_description: Read organizations of a Quay registry in the form in which they are declared
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Reads one organization, or all that the caller can see, with what is inside, in exactly the form that
    O(quayops.quay.quay_organizations#module:organizations) takes. Handing it back changes nothing, which is how an
    existing registry is adopted.
  - A superuser sees all organizations; everybody else those of which they are a member.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
attributes:
  diff_mode:
    support: none
    details: Changes nothing.
options:
  name:
    description: Name of the organization. All, if left out.
    type: str
  include:
    description:
      - What is read besides the settings. V(permissions) come with the repositories, and cost a request for each team and
        robot that has any, and for each repository on which a user has one.
      - V(notifications), V(repository_auto_prune) and V(repository_immutability) also come with the repositories, and cost a
        request for each of them; so they are read only where they are asked for. URLs and tokens of notifications are secret,
        and left out.
      - V(repository_mirror) comes with the repositories that are mirrors, and costs a request for each of these. Passwords, which
        Quay does not tell, and the date of the next synchronization are left out.
      - What the registry does not offer (V(auto_prune) without C(FEATURE_AUTO_PRUNE), V(immutability) without
        C(FEATURE_IMMUTABLE_TAGS), V(mirror) without C(FEATURE_ORG_MIRROR)) is left out.
    type: list
    elements: str
    choices: [robots, teams, prototypes, repositories, permissions, notifications, applications, auto_prune,
      repository_auto_prune, immutability, repository_immutability, quota, proxy_cache, repository_mirror, mirror]
    default: [robots, teams, prototypes, repositories, permissions, applications, auto_prune, immutability, quota,
      proxy_cache, mirror]
notes:
  - A token needs the scope C(org:admin), C(repo:read) for private repositories, C(repo:admin) for permissions on them,
    C(user:read) to find all organizations. Robots' permissions need C(user:admin) or are read from the repositories.
  - Stars, tokens, client secrets, and username and password of a proxy cache are not part of the result. Permissions that a prototype gave robots of other
    organizations on a repository cannot be declared; they are left out with a warning.
seealso:
  - module: quayops.quay.quay_organizations
"""

EXAMPLES = r"""
- name: Read everything
  quayops.quay.quay_organization_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
  register: registry

- name: Write it down, to be kept as code from now on
  ansible.builtin.copy:
    content: "{{ {'organizations': registry.organizations} | ansible.builtin.to_nice_yaml }}"
    dest: organizations.yml
    mode: "0644"
  delegate_to: localhost
"""

RETURN = r"""
organizations:
  description:
    - The organizations, in the form of O(quayops.quay.quay_organizations#module:organizations). Empty if O(name) does not
      exist.
  type: list
  elements: dict
  returned: success
  sample: [{"name": "production", "email": "", "robots": [{"name": "ci", "description": ""}]}]
not_administered:
  description: Names of the organizations that the caller sees but does not administer, and that could not be read.
  type: list
  elements: str
  returned: success
  sample: []
"""

from ..module_utils.ansible.organizations import run_info
from ..module_utils.operations.adoption import KINDS_TO_READ, READ_BY_DEFAULT


def main():
    run_info(
        {
            "name": {"type": "str"},
            "include": {
                "type": "list",
                "elements": "str",
                "choices": list(KINDS_TO_READ),
                "default": list(READ_BY_DEFAULT),
            },
        }
    )


if __name__ == "__main__":
    main()
