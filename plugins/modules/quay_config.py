#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_config
short_description: Write Quay's config.yaml after checking it
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Checks a configuration, and writes it as C(config.yaml) into a directory of the host if it differs from what is there.
    A configuration that is wrong leaves the file as it was; the message names each wrong key, and what to write instead.
  - The checks of this module know what is required, the type of each key, and what is known to break Quay, such as a host
    name that holds C(quay.io), a certificate for another name, or a tag expiration that is not among the options.
    Then a command can look at it as well, such as Quay's own C(config-tool validate) in a container. It is shown a
    copy of the directory with the new file in it.
  - The file is replaced in one step. A key that Quay is not known to have is written, and causes a warning.
  - Restarting Quay is not done here; RV(config_changed) tells when it is needed.
extends_documentation_fragment:
  - quayops.quay.attributes
  - ansible.builtin.files
attributes:
  check_mode:
    description: Makes the checks of the module and returns what would change. Writes nothing, and does not run O(validate).
  diff_mode:
    description: Returns the configuration before and after, with C(********) in place of secrets.
  action_group:
    support: none
    description: Does not speak to Quay, so that no option of the connection applies.
    membership: []
options:
  path:
    description:
      - Directory of the file, which is Quay's C(/conf/stack). It must exist, but not in check mode.
      - If PREFERRED_URL_SCHEME is C(https) and EXTERNAL_TLS_TERMINATION is not V(true), it must also hold C(ssl.cert) and
        C(ssl.key), which are checked.
    type: path
    required: true
  config:
    description:
      - Keys and values without secrets. It is logged as any option is.
      - Digits in quotes become a number where Quay wants one. A key that is V(null) is left out, unless Quay knows what
        that means, as for C(EXPIRED_APP_SPECIFIC_TOKEN_GC).
    type: dict
    required: true
  secrets:
    description:
      - Keys and values that are laid over O(config), and that are never shown. Mappings are merged key by key, lists and
        single values are replaced.
      - The filter P(quayops.quay.quay_split_secrets#filter) makes both options of one configuration.
    type: dict
    default: {}
  mode:
    description: The file's mode.
    type: raw
    default: "0640"
  owner:
    description: The file's owner. If left out, a new file belongs to the owner of the directory.
    type: str
  group:
    description: The file's group. If left out, a new file belongs to the group of the directory.
    type: str
  validate:
    description:
      - A command that ends with 0 if the configuration is good, as a list of program and arguments. C(%s) in any of them is
        replaced by a directory that is like O(path), with the new file in it.
      - It runs only when something differs, or when O(revalidate) is V(true).
      - There is no shell. What it prints is shown without secrets when it refuses.
    type: list
    elements: str
    default: []
  validate_absent_codes:
    description:
      - Exit codes of O(validate) which mean that there is no such command, as in an image of Quay that has no
        C(config-tool). The checks of the module are then enough, and RV(tool_absent) is V(true).
    type: list
    elements: int
    default: [126, 127]
  validate_timeout:
    description: Seconds after which O(validate) is stopped, and counts as failed.
    type: int
    default: 120
  revalidate:
    description: Whether O(validate) also runs when nothing differs.
    type: bool
    default: false
  certificate_pending:
    description: Whether the certificate is made later, and so is not looked at. For check mode on a host that has none yet.
    type: bool
    default: false
notes:
  - If the file is to be compared with one that is written differently, PyYAML is needed on the host; to check a certificate,
    C(cryptography) 3.1 or newer.
  - A host that was switched off while the module ran may have a directory C(.NAME.candidate-...) beside O(path), which holds
    secrets. The next run removes it.
seealso:
  - module: quayops.quay.quay_config_info
  - plugin: quayops.quay.quay_split_secrets
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Write the configuration, after Quay's own tool has looked at it
  quayops.quay.quay_config:
    path: /var/data/quay/config
    owner: "1001"
    group: "0"
    config: "{{ halves.config }}"
    secrets: "{{ halves.secrets }}"
    validate:
      - podman
      - run
      - --rm
      - --timeout=100
      - --volume=%s:/conf/stack:ro,Z
      - quay.io/projectquay/quay:3.17.1
      - config-tool
      - validate
      - --configDir=/conf/stack
      - --mode=offline
  vars:
    halves: "{{ configuration | quayops.quay.quay_split_secrets }}"
  register: written

- name: See whether a change would be accepted, without a connection to the services
  quayops.quay.quay_config:
    path: /var/data/quay/config
    config: "{{ configuration | ansible.builtin.combine({'FEATURE_AUTO_PRUNE': true}) }}"
  check_mode: true
"""

RETURN = r"""
config_changed:
  description: Whether the configuration differs from what was installed. Owner and mode do not count.
  type: bool
  returned: success
  sample: true
checksum:
  description:
    - SHA-256 of the sorted configuration, with secrets. The same configuration has the same checksum, however its file is
      written.
  type: str
  returned: success
  sample: 0d3b0f7f8a2c7f0f1a4f6d1b8f8f4d6f5d8b2f3e6c1a9b7d5e3f1a2b4c6d8e0f
validated:
  description:
    - V(tool) if O(validate) has accepted it, V(own) if only the module has checked it, V(unchanged) if there was no need
      to run O(validate).
  type: str
  returned: success
  sample: tool
tool_absent:
  description: Whether O(validate) ended with one of O(validate_absent_codes).
  type: bool
  returned: success
  sample: false
config:
  description: The configuration without secrets.
  type: dict
  returned: success
  sample: {"SERVER_HOSTNAME": "registry.example.com", "SECRET_KEY": "********"}
unknown_keys:
  description: The keys that Quay is not known to have, each with the key that it resembles, or V(null).
  type: dict
  returned: success
  sample: {"FEATURE_MAILLING": "FEATURE_MAILING"}
problems:
  description: What is wrong, one text for each key.
  type: list
  elements: str
  returned: if the configuration is wrong
  sample: ["TESTING: must be false; Quay takes true where it is left out."]
keys:
  description: The keys that are wrong.
  type: list
  elements: str
  returned: if the configuration is wrong
  sample: [TESTING]
tool_output:
  description: What O(validate) printed, without secrets.
  type: str
  returned: if it refused the configuration
  sample: ""
"""

from ..module_utils.ansible.deployment import run_config


def main():
    run_config()


if __name__ == "__main__":
    main()
