#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_manifest_label_info
short_description: Read the labels of an image in Quay
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Reads the labels of one image, those that came with it and those that were set by request.

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
      - Image as C(organization/repository:tag) or C(organization/repository@digest). Without tag and digest it is the one
        of the tag C(latest). Without an organization the repository is one of your own namespace.
    type: str
    required: true
  key:
    description: Only labels with this key.
    type: str
notes:
  - A token needs the scope C(repo:read), unless the repository is public.
seealso:
  - module: quayops.quay.quay_manifest_label
"""

EXAMPLES = r"""
- name: Who tested the image
  quayops.quay.quay_manifest_label_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    image: production/app:v1.2
    key: com.example.tested-by
  register: tested
"""

RETURN = r"""
labels:
  description: The labels. An image that does not exist has none.
  type: list
  elements: dict
  returned: always
  contains:
    id:
      description: Quay's UUID of the label.
      type: str
      returned: always
    key:
      description: Key of the label.
      type: str
      returned: always
    value:
      description: Value of the label.
      type: str
      returned: always
    source_type:
      description: Where the label comes from. V(manifest) is the image itself, V(api) a request.
      type: str
      returned: always
    media_type:
      description: Media type of the value.
      type: str
      returned: always
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.images import label_info_options, labels


def main():
    run_operation(label_info_options(), labels)


if __name__ == "__main__":
    main()
