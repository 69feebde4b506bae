#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_config_info
short_description: Read Quay's config.yaml and say what is wrong with it
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Reads C(config.yaml) of a directory, without its secrets, and checks it as M(quayops.quay.quay_config) does.
  - A command can print the effective configuration, with the defaults of Quay, such as C(config-tool print) in a
    container. Its structures are understood, and so are YAML and JSON.
extends_documentation_fragment:
  - quayops.quay.attributes
attributes:
  check_mode:
    description: Changes nothing. O(print) runs in check mode too.
  diff_mode:
    support: none
    details: Changes nothing.
  action_group:
    support: none
    description: Does not speak to Quay, so that no option of the connection applies.
    membership: []
options:
  path:
    description: Directory of the file, which is Quay's C(/conf/stack).
    type: path
    required: true
  print:
    description:
      - A command that prints the effective configuration, as a list of program and arguments. C(%s) in any of them is
        replaced by O(path). There is no shell.
    type: list
    elements: str
    default: []
  print_absent_codes:
    description: Exit codes of O(print) which mean that there is no such command. RV(tool_absent) is then V(true).
    type: list
    elements: int
    default: [126, 127]
  print_timeout:
    description: Seconds after which O(print) is stopped, and the module fails.
    type: int
    default: 60
  certificate_pending:
    description: Whether C(ssl.cert) and C(ssl.key) are not looked at.
    type: bool
    default: false
notes:
  - Needs PyYAML on the host, and C(cryptography) 3.1 or newer where there is a certificate to be checked.
  - A secret is known by the name of its key, or as the password in a URL. Below a key that Quay is not known to have
    everything is hidden, since it may have been handed over as a secret when the file was written.
seealso:
  - module: quayops.quay.quay_config
"""

EXAMPLES = r"""
- name: Look at the configuration, and at what Quay makes of it
  quayops.quay.quay_config_info:
    path: /var/data/quay/config
    print:
      - podman
      - run
      - --rm
      - --volume=%s:/conf/stack:ro,Z
      - quay.io/projectquay/quay:3.17.1
      - config-tool
      - print
      - --configDir=/conf/stack
  register: configuration

- name: Show it
  ansible.builtin.debug:
    var: configuration.effective
"""

RETURN = r"""
exists:
  description: Whether there is a C(config.yaml).
  type: bool
  returned: success
  sample: true
readable:
  description: Whether it is a mapping in YAML.
  type: bool
  returned: success
  sample: true
config:
  description: What it holds, without secrets; V(null) if it is not readable.
  type: dict
  returned: success
  sample: {"SERVER_HOSTNAME": "registry.example.com", "SECRET_KEY": "********"}
checksum:
  description: As RV(quayops.quay.quay_config#module:checksum); V(null) if it is not readable.
  type: str
  returned: success
  sample: 0d3b0f7f8a2c7f0f1a4f6d1b8f8f4d6f5d8b2f3e6c1a9b7d5e3f1a2b4c6d8e0f
unknown_keys:
  description: The keys that Quay is not known to have, each with the key that it resembles, or V(null).
  type: dict
  returned: success
  sample: {}
problems:
  description: What is wrong, one text for each key. Empty if nothing is.
  type: list
  elements: str
  returned: success
  sample: []
effective:
  description: The effective keys and values without secrets; V(null) without O(print), or if its output is of no known form.
  type: dict
  returned: success
  sample: {"FEATURE_AUTO_PRUNE": false}
effective_text:
  description: What O(print) has printed, without secrets.
  type: str
  returned: success
  sample: ""
tool_absent:
  description: Whether O(print) ended with one of O(print_absent_codes).
  type: bool
  returned: success
  sample: false
"""

from ..module_utils.ansible.deployment import run_config_info


def main():
    run_config_info()


if __name__ == "__main__":
    main()
