#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_repository_info
short_description: Read the repositories of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Returns the repositories of an organization, of your own namespace, or all that are public. All pages, or a failure.
  - Of an organization that you do not administer, that is those on which you have a right, and the public ones.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.selection
  - quayops.quay.attributes
attributes:
  diff_mode:
    support: none
    details: Changes nothing.
options:
  organization:
    description: Name of the organization. Your own namespace, if left out.
    type: str
  name:
    description:
      - Name of one repository as C(organization/repository), instead of O(organization). Without an organization, it is one
        of your own namespace.
      - The result is empty if there is none of that name that you can see.
    type: str
  visibility:
    description: Only repositories of this visibility.
    type: str
    choices: [public, private]
  public:
    description: All public repositories of the registry, instead of those of one namespace. Stands alone.
    type: bool
    default: false
  permissions:
    description:
      - Whether to read who may do what on them. Administrators of an organization may anyhow, and are not named for it.
      - That costs two requests for each repository; where there are more than a few, and you administer the organization,
        one for each team and robot that has any right, and for each repository on which a user has one.
    type: bool
    default: false
notes:
  - A token needs the scope C(repo:read); C(repo:admin) for O(permissions), and C(org:admin) and C(user:admin) so that
    fewer requests do; C(user:read) for your own namespace.
seealso:
  - module: quayops.quay.quay_repository
  - module: quayops.quay.quay_repositories
"""

EXAMPLES = r"""
- name: What is public
  quayops.quay.quay_repository_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    visibility: public
  register: found

- name: One repository
  quayops.quay.quay_repository_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    name: production/app
  register: found

- name: Stop unless it is there, and private
  ansible.builtin.assert:
    that: found.repositories | map(attribute='visibility') | list == ['private']

- name: Who may do what
  quayops.quay.quay_repository_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    permissions: true
  register: found
"""

RETURN = r"""
repositories:
  description: The repositories, sorted by name.
  type: list
  elements: dict
  returned: always
  contains:
    name:
      description: Full name, as M(quayops.quay.quay_repository) takes it.
      type: str
      returned: always
      sample: production/app
    organization:
      description: The part before the first slash.
      type: str
      returned: always
      sample: production
    short_name:
      description: The rest of it.
      type: str
      returned: always
      sample: app
    visibility:
      description: V(public) or V(private).
      type: str
      returned: always
      sample: private
    description:
      description: Description, in Markdown.
      type: str
      returned: always
      sample: The application
    repo_state:
      description: V(NORMAL), V(READ_ONLY), V(MIRROR) or V(ORG_MIRROR).
      type: str
      returned: always
      sample: NORMAL
    star:
      description: Whether the caller has starred it.
      type: bool
      returned: always
    last_modified:
      description: When a tag was last changed, in seconds since the epoch; null if never.
      type: int
      returned: always
      sample: 1798718400
    size:
      description: Size in bytes, where the registry counts it (C(FEATURE_QUOTA_MANAGEMENT)), else null.
      type: int
      returned: always
      sample: 802700
    perms:
      description: The permissions, in the form that M(quayops.quay.quay_repository) takes.
      type: list
      elements: dict
      returned: with O(permissions)
      sample: [{"name": "production+ci", "type": "user", "role": "write"}]
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.repository_inventory import repositories, repository_info_options


def main():
    run_operation(
        repository_info_options(),
        repositories,
        mutually_exclusive=[
            ("name", "organization"),
            ("name", "repositories"),
            ("name", "matching"),
            ("name", "skip"),
        ],
    )


if __name__ == "__main__":
    main()
