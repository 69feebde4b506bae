#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_pull_stat_info
short_description: Read how often an image in Quay was pulled
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Reads how often a tag and its image, or the image of a digest, were pulled, and when they were last.

extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
attributes:
  diff_mode:
    support: none
    details: Changes nothing.
options:
  repository:
    description: Repository as C(organization/repository). Without an organization it is one of your own namespace.
    type: str
    required: true
  tag:
    description: Tag that is looked at, by default C(latest).
    type: str
  digest:
    description: Digest of the image that is looked at instead of a tag.
    type: str
notes:
  - A token needs the scope C(repo:read), unless the repository is public.
  - Needs C(FEATURE_IMAGE_PULL_STATS) of Quay 3.16. Quay counts with some delay.
seealso:
  - module: quayops.quay.quay_tag_info
"""

EXAMPLES = r"""
- name: Is it still used
  quayops.quay.quay_pull_stat_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    repository: production/app
    tag: v1.2
  register: pulls
"""

RETURN = r"""
tag_name:
  description: Name of the tag.
  type: str
  returned: when no digest is given
  sample: v1.2
tag_pull_count:
  description: How often it was pulled by the tag.
  type: int
  returned: when no digest is given
  sample: 12
last_tag_pull_date:
  description: When it was last pulled by the tag.
  type: str
  returned: when no digest is given, and it was pulled
manifest_digest:
  description: Digest of the image.
  type: str
  returned: success
manifest_pull_count:
  description: How often the image was pulled, by any tag or by its digest.
  type: int
  returned: success
  sample: 15
last_manifest_pull_date:
  description: When the image was last pulled.
  type: str
  returned: when it was pulled
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.images import pull_options, pulls


def main():
    run_operation(pull_options(), pulls, mutually_exclusive=[("tag", "digest")])


if __name__ == "__main__":
    main()
