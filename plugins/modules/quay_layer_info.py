#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_layer_info
short_description: Read the layers of an image in Quay
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Reads of which layers an image consists, and by which command each was made.

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
notes:
  - A token needs the scope C(repo:read), unless the repository is public.
seealso:
  - module: quayops.quay.quay_tag_info
"""

EXAMPLES = r"""
- name: How the image was made
  quayops.quay.quay_layer_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    image: production/app:v1.2
  register: image
"""

RETURN = r"""
layers:
  description:
    - The layers, the newest first, with what else Quay says of them, such as C(compressed_size) and C(blob_digest).
    - An image that does not exist, or one for several platforms, has none.
  type: list
  elements: dict
  returned: always
  contains:
    index:
      description: Number of the layer, from 0 at the bottom.
      type: int
      returned: always
    command:
      description: Command that made the layer.
      type: list
      elements: str
      returned: always
    created_datetime:
      description: When it was made.
      type: str
      returned: always
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.images import image_options, layers


def main():
    run_operation(image_options(), layers)


if __name__ == "__main__":
    main()
