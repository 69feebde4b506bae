#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_manifest_label
short_description: Manage labels of an image in a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Adds labels to an image that is in the registry already, replaces and removes them.
  - A label belongs to the image, not to its tag; other tags that lead to the same image show it, too.
  - Quay lets an image have several labels with the same key, and even the same label several times, of which one stays.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  image:
    description:
      - The image, as C(organization/repository:tag) or C(organization/repository@digest). Without an organization the
        repository is one of your own namespace; without tag and digest the tag is C(latest).
      - Of an image for several platforms the labels are those of the list; an image of one platform is named by its digest.
    type: str
    required: true
  key:
    description:
      - Key of the label. Lower-case letters and digits, with single C(.) and C(-) in between.
      - Keys that the registry reserves, such as C(quay.expires-after), can only come with the image. To let a tag expire
        there is M(quayops.quay.quay_tag).
    type: str
    required: true
  value:
    description:
      - Value of the label. Required with O(state=present).
      - With O(state=absent) only a label with this value is removed; without it all that have the O(key).
    type: str
  media_type:
    description: What the value is. A new label is made with V(text/plain); that of an existing one stays if not given.
    type: str
    choices: [text/plain, application/json]
  replace:
    description:
      - Whether the label takes the place of all others with the same O(key). With V(false) it is added to them.
      - Labels that came with the image stay in any case.
    type: bool
    default: true
  state:
    description: Whether the label shall exist.
    type: str
    choices: [present, absent]
    default: present
notes:
  - A token needs the scope C(repo:write); C(user:read) for your own namespace.
  - Labels that came with the image, from its Containerfile, can be neither changed nor removed. With O(state=absent) a
    warning says so.
  - Repositories that are read-only or mirrored take no changes of labels.
seealso:
  - module: quayops.quay.quay_manifest_label_info
  - module: quayops.quay.quay_tag
"""

EXAMPLES = r"""
- name: Who is responsible for the image
  quayops.quay.quay_manifest_label:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    image: production/app:v1.0.0
    key: team
    value: storefront

- name: It runs in one more place
  quayops.quay.quay_manifest_label:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    image: production/app:v1.0.0
    key: deployed-to
    value: frankfurt
    replace: false

- name: And in none any more
  quayops.quay.quay_manifest_label:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    image: production/app:v1.0.0
    key: deployed-to
    state: absent
"""

RETURN = r"""
id:
  description: Quay's identifier of the label.
  type: str
  returned: with O(state=present), unless check mode would make it
  sample: 155f20b3-7ebf-4796-9d18-eb5c54bf7364
key:
  description: Key of the label.
  type: str
  returned: with O(state=present)
  sample: team
value:
  description: Value of the label.
  type: str
  returned: with O(state=present)
  sample: storefront
source_type:
  description: Where the label is from, V(manifest) for one that came with the image, V(api) for others.
  type: str
  returned: with O(state=present)
  sample: api
media_type:
  description: What the value is.
  type: str
  returned: with O(state=present)
  sample: text/plain
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample: [{"organization": "production", "action": "create", "kind": "label", "name": "app:v1.0.0 team",
            "fields": ["value"]}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.operations.labels import described_label, desired_label, label_options


def main():
    run_single(label_options(), desired_label, described_label, required_if=[("state", "present", ["value"])])


if __name__ == "__main__":
    main()
