#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_config_info
short_description: Read the configuration by which a Quay registry runs
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Asks the registry for its configuration, with the defaults of what its C(config.yaml) leaves out. To read the file itself
    on its host, without a registry that runs, there is M(quayops.quay.quay_config_file_info).
  - Needs Quay 3.15 with C(FEATURE_SUPERUSER_CONFIGDUMP), and the credentials of a superuser.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options: {}
attributes:
  diff_mode:
    support: none
    details: Changes nothing.
notes:
  - A token needs the scope C(super:user).
  - Quay itself hides the values of keys that it knows for secrets. What else may be one, in keys of your own, is shown.
    Its environment, which Quay shows whole, is not returned.
seealso:
  - module: quayops.quay.quay_config_file_info
  - module: quayops.quay.quay_capabilities_info
"""

EXAMPLES = r"""
- name: How long deleted tags can be brought back
  quayops.quay.quay_config_info:
    quay_host: https://registry.example.com
    quay_token: "{{ superuser_token }}"
  register: registry

- ansible.builtin.debug:
    var: registry.config.TAG_EXPIRATION_OPTIONS
"""

RETURN = r"""
config:
  description: The keys that Quay's schema knows, with their values; those of secrets are stars.
  type: dict
  returned: always
  sample:
    AUTHENTICATION_TYPE: Database
    TAG_EXPIRATION_OPTIONS: [0s, 1d, 1w, 2w, 4w]
unknown:
  description: Keys that Quay's schema does not know, its own internal ones among them.
  type: dict
  returned: always
  sample: {}
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.registry import configuration


def main():
    run_operation({}, configuration)


if __name__ == "__main__":
    main()
