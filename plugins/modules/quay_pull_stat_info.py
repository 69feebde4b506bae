#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_pull_stat_info
short_description: Find out how often an image was pulled from a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Returns how often an image was pulled, by its tag and by its digest, and when for the last time.
  - Needs Quay 3.16 with C(FEATURE_IMAGE_PULL_STATS), which counts from when it is switched on.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
attributes:
  diff_mode:
    support: none
    details: Changes nothing.
options:
  repository:
    description:
      - Name of the repository as C(organization/repository). Without an organization, it is one of your own namespace.
    type: str
    required: true
  tag:
    description: The tag. V(latest), unless O(digest) is given. Mutually exclusive with O(digest).
    type: str
  digest:
    description: The digest of the image.
    type: str
notes:
  - A token needs the scope C(repo:read), unless the repository is public; C(user:read) for your own namespace.
  - Quay writes down what it has counted with a delay of some minutes.
seealso:
  - module: quayops.quay.quay_tag_info
  - module: quayops.quay.quay_logs_info
"""

EXAMPLES = r"""
- name: Whether anybody still uses the release
  quayops.quay.quay_pull_stat_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    repository: production/app
    tag: v0.9.0
  register: pulls

- ansible.builtin.debug:
    msg: "Pulled {{ pulls.tag_pull_count }} times, last on {{ pulls.last_tag_pull_date or 'no day' }}"
"""

RETURN = r"""
tag_name:
  description: Name of the tag.
  type: str
  returned: without O(digest)
  sample: v0.9.0
tag_pull_count:
  description: How often the image was pulled by this tag.
  type: int
  returned: without O(digest)
  sample: 42
last_tag_pull_date:
  description: When it was pulled so for the last time; null if it never was.
  type: str
  returned: without O(digest)
  sample: Mon, 29 Dec 2025 15:53:23 -0000
manifest_digest:
  description: Digest of the image.
  type: str
  returned: always
  sample: sha256:940e3dbc50f7
manifest_pull_count:
  description: How often the image was pulled by its digest.
  type: int
  returned: always
  sample: 7
last_manifest_pull_date:
  description: When it was pulled so for the last time; null if it never was.
  type: str
  returned: always
  sample: Mon, 29 Dec 2025 15:53:23 -0000
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.images import pull_stat_info_options, pulls


def main():
    run_operation(pull_stat_info_options(), pulls, mutually_exclusive=[("tag", "digest")])


if __name__ == "__main__":
    main()
