#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_manifest_label_info
short_description: Read the labels of an image in a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Returns the labels of an image, those that it brought along itself and those that were given to it in Quay.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
attributes:
  diff_mode:
    support: none
    details: Changes nothing.
options:
  image:
    description:
      - The image, as C(organization/repository:tag) or C(organization/repository@digest). Without an organization the
        repository is one of your own namespace; without tag and digest the tag is C(latest).
      - An image that does not exist has no labels. An account without rights in its repository cannot be told whether
        it exists, which is a failure.
    type: str
    required: true
  key:
    description: Only labels with this key.
    type: str
notes:
  - A token needs the scope C(repo:read), unless the repository is public; C(user:read) for your own namespace.
seealso:
  - module: quayops.quay.quay_manifest_label
"""

EXAMPLES = r"""
- name: Where may the image run?
  quayops.quay.quay_manifest_label_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    image: production/app:v1.0.0
    key: site
  register: sites

- name: Show it
  ansible.builtin.debug:
    msg: "{{ sites.labels | map(attribute='value') }}"
"""

RETURN = r"""
labels:
  description: The labels, sorted by key and value. A key may be there more than once.
  type: list
  elements: dict
  returned: always
  contains:
    id:
      description: Quay's own identifier of the label.
      type: str
      returned: always
      sample: 155f20b3-7ebf-4796-9d18-eb5c54bf7364
    key:
      description: Key of the label.
      type: str
      returned: always
      sample: site
    value:
      description: Value of the label.
      type: str
      returned: always
      sample: berlin
    source_type:
      description: Where the label comes from, V(api), or V(manifest) where the image brought it along.
      type: str
      returned: always
      sample: api
    media_type:
      description: What the value is, V(text/plain) or V(application/json).
      type: str
      returned: always
      sample: text/plain
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.images import label_info_options, labels


def main():
    run_operation(label_info_options(), labels)


if __name__ == "__main__":
    main()
