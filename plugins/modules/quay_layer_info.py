#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_layer_info
short_description: Read the layers of an image in a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Returns the layers of which an image consists, with the command that built each, and their sizes.
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
      - An image that does not exist has no layers. An account without rights in its repository cannot be told whether
        it exists, which is a failure.
    type: str
    required: true
notes:
  - A token needs the scope C(repo:read), unless the repository is public; C(user:read) for your own namespace.
  - A list of images for several architectures takes one more request for each image in it.
seealso:
  - module: quayops.quay.quay_tag_info
  - module: quayops.quay.quay_vulnerability_info
"""

EXAMPLES = r"""
- name: How was the image built?
  quayops.quay.quay_layer_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    image: production/app:v1.0.0
  register: image

- name: Show the commands, the first one first
  ansible.builtin.debug:
    msg: "{{ image.layers | reverse | map(attribute='command') }}"
"""

RETURN = r"""
layers:
  description:
    - The layers, the top one first. A list of images for several architectures has none itself, see RV(platforms).
  type: list
  elements: dict
  returned: always
  contains:
    index:
      description: Place of the layer, 0 for the lowest.
      type: int
      returned: always
      sample: 4
    command:
      description: The command that built the layer.
      type: list
      elements: str
      returned: always; null where the image does not say
      sample: ["/bin/sh", "-c", "dnf install -y httpd"]
    comment:
      description: What the builder noted.
      type: str
      returned: always; null where the image does not say
      sample: FROM 4c53829576f3
    author:
      description: Author of the layer.
      type: str
      returned: always; null where the image does not say
      sample: Jane Doe
    created_datetime:
      description: When the layer was built.
      type: str
      returned: always
      sample: Thu, 01 Jan 2026 00:00:00 -0000
    blob_digest:
      description: Digest of what is stored.
      type: str
      returned: always
      sample: sha256:c6088f60
    compressed_size:
      description: Size of what is stored, in bytes.
      type: int
      returned: always; null where Quay does not know it
      sample: 802700
    is_remote:
      description: Whether it is stored elsewhere.
      type: bool
      returned: always
    urls:
      description: Where else it is stored.
      type: list
      elements: str
      returned: always; null where nowhere
digest:
  description: Digest of the image.
  type: str
  returned: always; null where there is no such image
  sample: sha256:2c02d094
size:
  description: Size of all layers, compressed, in bytes.
  type: int
  returned: always; null for a list of images
  sample: 80270012
platforms:
  description: The images of a list for several architectures, in its order; empty for an image.
  type: list
  elements: dict
  returned: always
  contains:
    platform:
      description: Operating system and architecture, with the variant where there is one.
      type: str
      returned: always
      sample: linux/arm64/v8
    digest:
      description: Digest of the image.
      type: str
      returned: always
      sample: sha256:826a08f4
    size:
      description: Size of all layers, compressed, in bytes.
      type: int
      returned: always; null where the registry does not hold the image
      sample: 80270012
    layers:
      description: As RV(layers); empty where the registry does not hold the image.
      type: list
      elements: dict
      returned: always
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.images import layer_info_options, layers


def main():
    run_operation(layer_info_options(), layers)


if __name__ == "__main__":
    main()
