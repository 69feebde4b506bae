#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_pull_stat_info
short_description: Read how often an image of a Quay registry was pulled
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Returns how often an image was pulled, and when last, by a tag or altogether.
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
    description: The tag by which the image was pulled; C(latest) where neither O(tag) nor O(digest) is given.
    type: str
  digest:
    description: Digest of the image, instead of O(tag).
    type: str
notes:
  - A token needs the scope C(repo:read), unless the repository is public; C(user:read) for your own namespace.
  - Needs Quay 3.16 with C(FEATURE_IMAGE_PULL_STATS), which is off by default and needs C(PULL_METRICS_REDIS). Pulls
    before it was switched on are not counted. Where the registry does not offer it, the task fails.
  - Quay counts with a delay of some minutes.
  - Of an image that does not exist nothing is returned. An account without rights in its repository cannot be told
    whether it exists, which is a failure.
seealso:
  - module: quayops.quay.quay_tag_info
"""

EXAMPLES = r"""
- name: Does anybody still pull the release?
  quayops.quay.quay_pull_stat_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    repository: production/app
    tag: v0.9.0
  register: pulls

- name: Nobody does
  ansible.builtin.debug:
    msg: v0.9.0 was never pulled
  when: pulls.tag_pull_count == 0
"""

RETURN = r"""
tag_name:
  description: Name of the tag.
  type: str
  returned: unless O(digest) is given
  sample: v0.9.0
tag_pull_count:
  description: How often an image was pulled by the tag, wherever the tag pointed.
  type: int
  returned: unless O(digest) is given
  sample: 42
last_tag_pull_date:
  description: When an image was pulled by the tag last.
  type: str
  returned: unless O(digest) is given; null for never
  sample: Thu, 01 Jan 2026 00:00:00 -0000
manifest_digest:
  description:
    - Digest of the image. With a tag, of the one that was pulled last by it, which is another one than that of
      RV(manifest_pull_count) where the tag has moved and was not pulled since.
  type: str
  returned: where there is such an image
  sample: sha256:53b2a5c0
manifest_pull_count:
  description: How often the image was pulled that the tag or O(digest) leads to, by whatever tag or by its digest.
  type: int
  returned: where there is such an image
  sample: 57
last_manifest_pull_date:
  description: When that image was pulled last.
  type: str
  returned: where there is such an image; null for never
  sample: Thu, 01 Jan 2026 00:00:00 -0000
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.images import pull_stat_options, pulls


def main():
    run_operation(pull_stat_options(), pulls, mutually_exclusive=[("tag", "digest")])


if __name__ == "__main__":
    main()
