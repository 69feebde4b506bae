#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_mirror_info
short_description: Find out how the mirrors of repositories of a Quay registry are doing
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Returns what Quay says about the repositories that are mirrors and enabled, in one namespace or in all. What mirrors a whole
    organization is not among them; M(quayops.quay.quay_organization_mirror) with C(return_repositories) tells about that.
  - That mirrors do badly is no failure of this module; look at RV(healthy).
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  namespace:
    description:
      - Organization or user. If left out it is about all namespaces, which only superusers may ask.
      - Without C(FEATURE_SUPERUSERS_FULL_ACCESS) a superuser is told numbers only; a warning says so.
    type: str
    aliases: [organization]
  return_repositories:
    description: Whether each repository is returned. It costs a request for each 1000.
    type: bool
    default: false
attributes:
  diff_mode:
    support: none
    details: Changes nothing.
notes:
  - Needs Quay 3.18, with C(FEATURE_REPO_MIRROR) in its config.yaml.
  - A token needs no scope for a namespace to which its user belongs, and C(super:user) for all.
seealso:
  - module: quayops.quay.quay_repository_mirror
"""

EXAMPLES = r"""
- name: How the mirrors of an organization are doing
  quayops.quay.quay_mirror_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    namespace: production
    return_repositories: true
  register: mirrors

- name: Stop here where they do badly
  ansible.builtin.assert:
    that: mirrors.healthy
    fail_msg: "{{ mirrors.issues | map(attribute='message') | join(', ') }}"
"""

RETURN = r"""
healthy:
  description: Whether Quay finds them healthy. They are not where more than a fifth of those that have run are failing.
  type: bool
  returned: success
  sample: true
counts:
  description: How many there are, and what became of the last synchronization of how many.
  type: dict
  returned: success
  sample: {"total": 3, "syncing": 1, "completed": 1, "failed": 0, "never_run": 1}
workers:
  description: Quay's mirror workers, as far as their metrics reach the container that answers.
  type: dict
  returned: success
  sample: {"active": 1, "configured": 1, "status": "healthy"}
tags_pending:
  description: How many tags wait to be copied.
  type: int
  returned: success
  sample: 0
issues:
  description: What Quay finds noteworthy, at most five of a kind.
  type: list
  elements: dict
  returned: success
  sample:
    - severity: warning
      message: Repository production/clair has never been synced
      timestamp: "2027-01-31T03:00:00Z"
repositories:
  description: Each repository, sorted by namespace and name.
  type: list
  elements: dict
  returned: with O(return_repositories)
  sample:
    - namespace: production
      repository: clair
      sync_status: SUCCESS
      is_enabled: true
      last_sync: "2027-01-31T03:00:00Z"
      retries_remaining: 3
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.mirrors import mirror_info, mirror_info_options


def main():
    run_operation(mirror_info_options(), mirror_info)


if __name__ == "__main__":
    main()
