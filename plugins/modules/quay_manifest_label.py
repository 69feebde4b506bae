#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_manifest_label
short_description: Manage a label of an image in a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Sets, changes and removes labels that Quay keeps with an image. The image itself stays as it is, and so does its
    digest.
  - A label belongs to the image, not to the tag. Where the tag moves, the labels stay behind.
  - Labels that an image brought along, from C(LABEL) in its Containerfile, can be neither changed nor removed. One that
    is as declared counts as the label that is asked for.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  image:
    description:
      - The image, as C(organization/repository:tag) or C(organization/repository@digest). Without an organization the
        repository is one of your own namespace; without tag and digest the tag is C(latest).
      - The label of a list of images for several architectures is that of the list. Each image in it has labels of its
        own, by its digest.
    type: str
    required: true
  key:
    description:
      - Key of the label, of lower-case letters and digits with single dots or hyphens between them.
      - Quay keeps some to images themselves, among them all that begin with C(org.opencontainers.), C(io.k8s.) or
        C(quay). So C(quay.expires-after) cannot be set here; M(quayops.quay.quay_tag) lets a tag expire.
    type: str
    required: true
  value:
    description:
      - Value of the label. Required with O(state=present); it may be empty.
      - With O(state=absent), only labels with that value are removed; without it, all with that key.
    type: str
  media_type:
    description:
      - What the value is. Without it a new label is made with V(text/plain), and that of one that is there is left
        alone.
    type: str
    choices: [text/plain, application/json]
  replace:
    description:
      - With O(state=present), whether the label takes the place of all others with that key, or is one more beside
        them.
      - The same label twice is made one.
    type: bool
    default: true
  state:
    description: Whether the image shall have the label. An image that does not exist has none.
    type: str
    choices: [present, absent]
    default: present
notes:
  - A token needs the scope C(repo:write); C(user:read) too for your own namespace.
  - Repositories that are read-only or mirrors take no changes of labels.
  - To find out that nothing has to change takes two requests, one where the image is named by its digest.
seealso:
  - module: quayops.quay.quay_manifest_label_info
  - module: quayops.quay.quay_tag
"""

EXAMPLES = r"""
- name: The image was tested
  quayops.quay.quay_manifest_label:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    image: production/app:v1.0.0
    key: stage
    value: tested

- name: It may run in one more place
  quayops.quay.quay_manifest_label:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    image: production/app:v1.0.0
    key: site
    value: berlin
    replace: false

- name: It may run nowhere any more
  quayops.quay.quay_manifest_label:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    image: production/app:v1.0.0
    key: site
    state: absent
"""

RETURN = r"""
id:
  description: Quay's own identifier of the label.
  type: str
  returned: with O(state=present)
  sample: 155f20b3-7ebf-4796-9d18-eb5c54bf7364
key:
  description: Key of the label.
  type: str
  returned: with O(state=present)
  sample: stage
value:
  description: Value of the label.
  type: str
  returned: with O(state=present)
  sample: tested
source_type:
  description: Where the label comes from, V(api), or V(manifest) where the image brought it along.
  type: str
  returned: with O(state=present)
  sample: api
media_type:
  description: What the value is, V(text/plain) or V(application/json).
  type: str
  returned: with O(state=present)
  sample: text/plain
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample: [{"organization": "production", "action": "create", "kind": "label", "name": "app:v1.0.0 stage",
            "fields": ["value"]}]
placeholders:
  description: Which of the other values only stand for those that Quay would make up outside check mode.
  type: list
  elements: str
  returned: when check mode foresees that they are made
  sample: [id]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.manifest_label import describe_label, desired_label, label_options


def main():
    run_single(
        label_options(),
        desired_label,
        describe_label,
        required_if=[("state", "present", ["value"])],
    )


if __name__ == "__main__":
    main()
