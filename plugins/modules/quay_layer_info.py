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
  - Returns of which layers an image is made, with the commands that made them.
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
      - An image that does not exist has no layers. An account without rights on the repository cannot be told whether it
        exists, which is a failure.
    type: str
    required: true
notes:
  - A token needs the scope C(repo:read), unless the repository is public; C(user:read) for your own namespace.
seealso:
  - module: quayops.quay.quay_tag_info
  - module: quayops.quay.quay_vulnerability_info
"""

EXAMPLES = r"""
- name: How the image was built
  quayops.quay.quay_layer_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    image: production/app:v1.0.0
  register: found

- ansible.builtin.debug:
    msg: "{{ found.layers | map(attribute='command') | list }}"
"""

RETURN = r"""
layers:
  description: The layers as Quay has them, the topmost first. A list of images has none.
  type: list
  elements: dict
  returned: always
  contains:
    index:
      description: Place of the layer, from V(0) for the lowest.
      type: int
      returned: always
      sample: 4
    command:
      description: The command that made the layer, as one text unless it was a list.
      type: list
      elements: str
      returned: always
      sample: ["/bin/sh -c #(nop) CMD [\"sh\"]"]
    created_datetime:
      description: When the layer was made.
      type: str
      returned: always
      sample: Fri, 02 Jan 2026 03:04:05 -0000
    blob_digest:
      description: Digest of what is stored. Layers that add nothing share one.
      type: str
      returned: always
      sample: sha256:66eb70252d8b
    compressed_size:
      description: Size in bytes as it is stored.
      type: int
      returned: always
      sample: 105
    comment:
      description: What the builder noted, if anything.
      type: str
      returned: always
    author:
      description: Who is named as author of the layer, if anybody.
      type: str
      returned: always
    is_remote:
      description: Whether the layer is not stored in the registry, but at RV(layers[].urls).
      type: bool
      returned: always
    urls:
      description: Where a layer is that is not stored in the registry.
      type: list
      elements: str
      returned: always
digest:
  description: Digest of the image.
  type: str
  returned: where there is such an image
  sample: sha256:940e3dbc50f7
size:
  description: Size of all layers in bytes, as they are stored.
  type: int
  returned: where there is such an image, and it is no list of images
  sample: 239
platforms:
  description: The images of a list of images; each can be asked for by its digest.
  type: list
  elements: dict
  returned: for a list of images for several platforms
  sample: [{"platform": "linux/arm64/v8", "digest": "sha256:8001ab317396"}]
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.images import layer_info_options, layers


def main():
    run_operation(layer_info_options(), layers)


if __name__ == "__main__":
    main()
