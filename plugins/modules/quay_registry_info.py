#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_registry_info
short_description: See at a glance what a Quay registry is, and how much it holds
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Returns version, features and capabilities of the registry, its size, how much each organization and user holds, and
    the build triggers of an organization.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
attributes:
  diff_mode:
    support: none
    details: Changes nothing.
options:
  include:
    description:
      - What to read besides version and features.
      - V(size) needs Quay 3.9 and a superuser; V(quotas) a superuser, and a request for each 100 organizations or users;
        V(capabilities) Quay 3.17, and is null before.
    type: list
    elements: str
    choices: [capabilities, size, quotas]
    default: [capabilities, size]
  triggers_of:
    description:
      - Organization, or user, of whose repositories the build triggers are read too. Costs a request for each repository.
        For administrators of the repositories.
    type: str
notes:
  - A token needs the scope C(super:user) for V(size) and V(quotas), C(repo:admin) for O(triggers_of).
seealso:
  - module: quayops.quay.quay_capabilities_info
  - module: quayops.quay.quay_config_info
  - module: quayops.quay.quay_quota
"""

EXAMPLES = r"""
- name: Which organizations are near their quota
  quayops.quay.quay_registry_info:
    quay_host: https://registry.example.com
    quay_token: "{{ superuser_token }}"
    include: [quotas]
  register: registry

- ansible.builtin.debug:
    msg: "{{ item.name }} holds {{ item.used_bytes | human_readable }} of {{ item.quota_bytes | human_readable }}"
  loop: "{{ registry.quotas | selectattr('quota_bytes') | list }}"
  when: item.used_bytes > 0.9 * item.quota_bytes
"""

RETURN = r"""
version:
  description: Version of Quay. That of an image that was built in between is older than what it is.
  type: str
  returned: always
  sample: 3.17.1
features:
  description: All features, without C(FEATURE_), and whether they are on.
  type: dict
  returned: always
  sample: {"AUTO_PRUNE": true, "SECURITY_SCANNER": false}
capabilities:
  description: What Quay says that it can do, as in M(quayops.quay.quay_capabilities_info).
  type: dict
  returned: with O(include=capabilities)
size:
  description:
    - How much the registry holds in C(bytes), when that was C(computed) in seconds since the epoch, null if never, and
      whether it is C(pending) to be computed. Quay computes it when a superuser asks for it in the web interface.
  type: dict
  returned: with O(include=size)
  sample: {"bytes": 81926470, "computed": 1796098733, "pending": false}
quotas:
  description:
    - What each organization and user holds, and may hold, sorted by name. C(quota_bytes) is null where there is no quota,
      both are null where C(FEATURE_QUOTA_MANAGEMENT) is off.
  type: list
  elements: dict
  returned: with O(include=quotas)
  sample: [{"kind": "organization", "name": "production", "used_bytes": 802700, "quota_bytes": 10737418240}]
triggers:
  description: The build triggers, without their configuration, which holds secrets.
  type: list
  elements: dict
  returned: with O(triggers_of)
  sample: [{"repository": "production/app", "id": "0b2a9d65", "service": "github", "enabled": true, "is_active": true,
            "build_source": "acme/app", "repository_url": "https://github.com/acme/app", "disabled_reason": null,
            "pull_robot": "production+ci"}]
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.registry import overview, registry_info_options


def main():
    run_operation(registry_info_options(), overview)


if __name__ == "__main__":
    main()
