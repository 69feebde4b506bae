#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_capabilities_info
short_description: Find out what a Quay registry can do
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Returns what the registry says about its capabilities, in its own words. Needs Quay 3.17.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options: {}
attributes:
  diff_mode:
    support: none
    details: Changes nothing.
seealso:
  - module: quayops.quay.quay_config_info
"""

EXAMPLES = r"""
- name: For which architectures this registry mirrors
  quayops.quay.quay_capabilities_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
  register: registry

- ansible.builtin.debug:
    var: registry.capabilities.mirror_architectures
"""

RETURN = r"""
capabilities:
  description: What Quay answers; which keys there are depends on its version.
  type: dict
  returned: always
  sample:
    mirror_architectures: [amd64, arm64, ppc64le, s390x]
    sparse_manifests:
      supported: true
      required_architectures: []
      optional_architectures_allowed: true
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.registry import capabilities


def main():
    run_operation({}, capabilities)


if __name__ == "__main__":
    main()
