#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_service_key
short_description: Manage the service keys of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Creates, approves, changes and deletes service keys, by which the parts of an installation, such as a mirror worker or a
    scanner, prove to Quay who they are.
  - Quay makes up the identifier (C(kid)) of a key, and lets several keys of a service share a name. A key is found by O(service)
    and O(name), or by O(kid). Where several fit, nothing is changed, and the message lists them.
  - A part that makes a key of its own only hands in the public half, which waits for approval. Such a key is approved with
    O(approve=true).
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  service:
    description:
      - Name of the service that has the key, of lower-case letters, digits and V(_), such as V(clair4).
      - Required together with O(name).
    type: str
  name:
    description:
      - Name of the key, of letters, digits, blanks and any of V(-), V(_), V(:), V(/).
      - Either this or O(kid) is required.
    type: str
  kid:
    description: Identifier of a key that exists, in place of O(service) and O(name).
    type: str
  new_name:
    description: The name that the key shall have.
    type: str
  expiration:
    description:
      - When the key expires, in ISO 8601, in UTC unless it says otherwise. V(never) lets it live for ever, as does leaving it out for
        a new key.
      - Quay shows a key for a week after it has expired, and it can be given a later expiration meanwhile; then it forgets it.
    type: str
  metadata:
    description:
      - What shall be noted with the key. Quay adds C(created_by), C(creator) and C(ip) of its own.
      - What is not named here stays. Quay cannot take anything out.
    type: dict
  approve:
    description:
      - Whether a key that waits for approval is approved (V(true)), or left as it is (V(false)). An approval cannot be taken back.
      - What this module makes is approved by Quay.
    type: bool
    default: false
  notes:
    description: A note for the approval, of a new key or with O(approve=true). Quay cannot change it later.
    type: str
  state:
    description: Whether the key shall exist.
    type: str
    choices: [present, absent]
    default: present
notes:
  - The user must be a superuser. A token needs the scope C(super:user). Needs C(FEATURE_SUPER_USERS), which is on by default.
  - The keys of the service C(quay) that Quay approved by itself belong to its own processes, which make new ones every hour. Leave
    them alone.
  - The private half is returned once, when the key is made, and nobody can read it later. Set C(no_log=true) for the task, and store
    it in the next one.
"""

EXAMPLES = r"""
- name: A key for the scanner
  quayops.quay.quay_service_key:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    service: clair4
    name: scanner in Nuremberg
    expiration: "2030-01-01T00:00:00Z"
  register: key
  no_log: true

- name: Store it where the scanner reads it
  ansible.builtin.copy:
    content: "{{ key.private_key }}"
    dest: /etc/clair/quay.pem
    owner: clair
    mode: "0400"
  when: key.private_key is defined

- name: Approve a key that a part of the installation has handed in
  quayops.quay.quay_service_key:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    kid: Z0Dmxyv7nSqN4dE1NHV2WmfIWf3Xj7LqIyzP8cB0z5k
    approve: true
    notes: The mirror worker on host7

- name: A key goes
  quayops.quay.quay_service_key:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    service: clair4
    name: scanner in Nuremberg
    state: absent
"""

RETURN = r"""
kid:
  description: Identifier of the key.
  type: str
  returned: when O(state=present)
  sample: Z0Dmxyv7nSqN4dE1NHV2WmfIWf3Xj7LqIyzP8cB0z5k
public_key:
  description: Public half of the key, in PEM.
  type: str
  returned: when the key was made
  sample: "-----BEGIN PUBLIC KEY-----\n…"
private_key:
  description: Private half of the key, in PEM.
  type: str
  returned: when the key was made
  sample: "-----BEGIN RSA PRIVATE KEY-----\n…"
placeholders:
  description: Which of the other values only stand for those that Quay would make up outside check mode.
  type: list
  elements: str
  returned: when check mode foresees that they are made
  sample: [kid, private_key, public_key]
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample: [{"action": "create", "kind": "service_key", "name": "clair4/scanner in Nuremberg", "fields": ["expiration"]}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.service_key import SERVICE_KEY
from ..module_utils.kinds.single import single


def main():
    run_single(
        *single(SERVICE_KEY),
        required_one_of=[("kid", "name")],
        mutually_exclusive=[("kid", "name"), ("kid", "service")],
        required_by={"name": ["service"]},
    )


if __name__ == "__main__":
    main()
