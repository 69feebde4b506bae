#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_quota
short_description: Manage how much storage an organization or a user of a Quay registry may use
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Creates, changes and deletes the quota of an organization or of a user, with its limits. A namespace has one quota at most.
  - Without a limit, a quota is only reported. A C(Warning) limit tells the administrators when so much of the quota is used, a
    C(Reject) limit makes Quay take no more pushes.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  organization:
    description: Name of the organization, which must exist. Either this or O(user) must be given.
    type: str
  user:
    description: Name of the user, who must exist.
    type: str
  quota:
    description:
      - The size, in bytes or with a unit, such as V(10GiB) or V(1.5 TB). C(KiB), C(MiB), C(GiB), C(TiB), C(PiB), C(EiB) are of
        1024, C(KB), C(MB), C(GB), C(TB), C(PB), C(EB) of 1000. The C(B), and upper case, may be left out. From 1 byte to just
        under 8 EiB.
      - Where there is no quota yet, and a limit is given but no size, the quota is made with 8000000 TB. Where neither is given,
        none is made, with a warning.
    type: str
  warning_pct:
    description: The only C(Warning) limit, in percent of the quota, V(1) to V(100); V(0) for none.
    type: int
  reject_pct:
    description: The only C(Reject) limit, in percent of the quota, V(1) to V(100); V(0) for none.
    type: int
  limits:
    description:
      - All limits that there shall be, in place of O(warning_pct) and O(reject_pct), where there shall be several of a type.
        Others are removed.
    type: list
    elements: dict
    suboptions:
      type:
        description: What happens at the limit.
        type: str
        choices: [Warning, Reject]
        required: true
      percent:
        description: The limit, in percent of the quota, V(1) to V(100).
        type: int
        required: true
        aliases: [threshold_percent, limit_percent]
  state:
    description: Whether there shall be a quota. V(absent) removes its limits, too.
    type: str
    choices: [present, absent]
    default: present
notes:
  - Needs Quay 3.7, with C(FEATURE_QUOTA_MANAGEMENT) in its config.yaml.
  - A token needs the scope C(super:user), and its user must be a superuser. Limits need C(FEATURE_SUPERUSERS_FULL_ACCESS), the
    size alone does not.
  - The default of the registry (C(DEFAULT_SYSTEM_REJECT_QUOTA_BYTES)) counts where there is no quota.
seealso:
  - module: quayops.quay.quay_organizations
"""

EXAMPLES = r"""
- name: The organization may use 1.5 TiB, and its administrators are told in time
  quayops.quay.quay_quota:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    quota: 1.5 TiB
    warning_pct: 80
    reject_pct: 95

- name: No warnings any more
  quayops.quay.quay_quota:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    warning_pct: 0

- name: Warn a user twice
  quayops.quay.quay_quota:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    user: alice
    quota: 20GiB
    limits:
      - {type: Warning, percent: 70}
      - {type: Warning, percent: 90}
      - {type: Reject, percent: 100}

- name: No quota
  quayops.quay.quay_quota:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    state: absent
"""

RETURN = r"""
organization:
  description: Name of the organization.
  type: str
  returned: unless O(user) was given
  sample: production
user:
  description: Name of the user.
  type: str
  returned: when O(user) was given
  sample: alice
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample: [{"organization": "production", "action": "create", "kind": "quota", "name": "production",
            "fields": ["quota", "reject_pct", "warning_pct"]}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.quota import QUOTA
from ..module_utils.kinds.single import single


def main():
    namespaces = [("organization", "user")]
    run_single(*single(QUOTA), required_one_of=namespaces, mutually_exclusive=namespaces)


if __name__ == "__main__":
    main()
