#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_manifest_label
short_description: Manage labels of an image in Quay
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Gives an image a label that is not part of it, or takes such a label away.
  - An image may have several labels with the same key.

extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  image:
    description:
      - Image as C(organization/repository:tag) or C(organization/repository@digest). Without tag and digest it is the one
        of the tag C(latest). Without an organization the repository is one of your own namespace.
    type: str
    required: true
  key:
    description: Key of the label. Quay keeps some beginnings for itself, such as C(quay).
    type: str
    required: true
  value:
    description:
      - Value of the label. Required with O(state=present).
      - With O(state=absent), only labels with this value are removed; without it, all that have the key.
    type: str
  replace:
    description: Whether labels with the same key and another value are removed.
    type: bool
    default: true
  state:
    description: Whether the image shall have the label.
    type: str
    choices: [present, absent]
    default: present
notes:
  - A token needs the scope C(repo:write).
  - A label that came with the image cannot be removed; the task warns.
  - Repositories that are mirrors or read-only do not take labels.
seealso:
  - module: quayops.quay.quay_manifest_label_info
"""

EXAMPLES = r"""
- name: Note who tested the image
  quayops.quay.quay_manifest_label:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    image: production/app:v1.2
    key: com.example.tested-by
    value: integration

- name: Take it back
  quayops.quay.quay_manifest_label:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    image: production/app:v1.2
    key: com.example.tested-by
    state: absent
"""

RETURN = r"""
id:
  description: Quay's UUID of the label.
  type: str
  returned: when O(state=present), but not where check mode foresees that it is made
key:
  description: Key of the label.
  type: str
  returned: when O(state=present)
value:
  description: Value of the label.
  type: str
  returned: when O(state=present)
source_type:
  description: Where the label comes from. V(manifest) is the image itself, V(api) a request.
  type: str
  returned: when O(state=present)
media_type:
  description: Media type of the value.
  type: str
  returned: when O(state=present)
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.images import label, label_options


def main():
    run_operation(label_options(), label, required_if=[("state", "present", ("value",))])


if __name__ == "__main__":
    main()
