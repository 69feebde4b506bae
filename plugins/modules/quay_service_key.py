#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_service_key
short_description: Manage service keys of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Makes, approves, changes and deletes the keys by which services, such as those that build images, prove to a registry who
    they are.
  - Quay keeps the public part of a key only. The private one is returned by the task that makes the key, and can never be
    read again.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  name:
    description:
      - Name of the key. With O(service) it says which key is meant; with O(kid) it is the name that the key shall have.
      - Quay lets several keys have the same name. Which is meant can then be said with O(kid) only.
    type: str
  service:
    description: Name of the service, in lower-case letters, digits and V(_).
    type: str
  kid:
    description: Quay's identifier of the key, for one that is there already, such as one that a service has made for itself.
    type: str
  expiration:
    description:
      - When the key expires, in ISO 8601, and in UTC unless it says otherwise. V(never) lifts an expiration.
      - A new key does not expire unless it is given.
    type: str
  approved:
    description:
      - V(true) approves a key that a service has made for itself. Those that are made here are approved. An approval cannot
        be taken back.
    type: bool
  notes:
    description: What is noted along with the approval of a key. It cannot be changed later.
    type: str
  metadata:
    description: What else is noted of the key. It is added to what is there.
    type: dict
  state:
    description: Whether the key shall exist.
    type: str
    choices: [present, absent]
    default: present
notes:
  - The user must be a superuser. A token needs the scope C(super:user). Needs C(FEATURE_SUPER_USERS), which is on by default.
  - A result that holds a private key is hidden from the output of Ansible, as C(no_log) does, but can be registered.
"""

EXAMPLES = r"""
- name: A key for the builders
  quayops.quay.quay_service_key:
    quay_host: https://registry.example.com
    quay_token: "{{ superuser_token }}"
    name: builders
    service: build_manager
    expiration: "2027-12-31"
  register: key

- name: Keep its private part
  ansible.builtin.copy:
    content: "{{ key.private_key }}"
    dest: /etc/builders/quay.pem
    mode: "0600"
  when: key.private_key is defined

- name: Approve a key that a service has made for itself
  quayops.quay.quay_service_key:
    quay_host: https://registry.example.com
    quay_token: "{{ superuser_token }}"
    kid: fP2icWmvBIpM7yunU-X5nnA1zjVPAEizuhk9kRRtJG8
    approved: true
    notes: Seen by the platform team
"""

RETURN = r"""
kid:
  description: Quay's identifier of the key.
  type: str
  returned: with O(state=present), unless check mode would make it
  sample: fP2icWmvBIpM7yunU-X5nnA1zjVPAEizuhk9kRRtJG8
name:
  description: Name of the key.
  type: str
  returned: with O(state=present)
  sample: builders
service:
  description: Name of the service.
  type: str
  returned: with O(state=present)
  sample: build_manager
private_key:
  description:
    - The private key, in PEM. Nobody can read it again.
    - It lacks where Quay made the key and its answer was lost. Then delete the key, and make another.
  type: str
  returned: when the key was made
public_key:
  description: The public key, in PEM.
  type: str
  returned: when the key was made
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample: [{"action": "create", "kind": "service_key", "name": "builders", "fields": ["expiration"]}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.service_key import SERVICE_KEY
from ..module_utils.kinds.single import single


def main():
    run_single(*single(SERVICE_KEY))


if __name__ == "__main__":
    main()
