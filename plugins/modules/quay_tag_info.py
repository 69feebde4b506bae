#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_tag_info
short_description: Read the tags of a repository of a Quay registry, or of many
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Returns the history of tags that Quay's time machine still has, or the tags that are there now. All pages, or a
    failure.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.selection
  - quayops.quay.attributes
attributes:
  diff_mode:
    support: none
    details: Changes nothing.
options:
  repository:
    description:
      - Name of one repository as C(organization/repository). Without an organization, it is one of your own namespace.
      - A repository that does not exist has no tags. An account without rights in its namespace cannot be told whether it
        exists, which is a failure.
    type: str
  organization:
    description: Organization whose repositories are read, instead of O(repository).
    type: str
  tag:
    description: Only the tag of this name.
    type: str
  digest:
    description: Only tags that point, or pointed, to the image of this digest.
    type: str
  name_contains:
    description: Only tags whose name contains this text, in small or capital letters. The registry does the searching.
    type: str
  only_active_tags:
    description:
      - Whether to leave out what was deleted, moved or has expired. Tags that expire in the future are there still.
    type: bool
    default: false
notes:
  - A token needs the scope C(repo:read), unless the repository is public; C(user:read) for your own namespace.
seealso:
  - module: quayops.quay.quay_tag
  - module: quayops.quay.quay_tag_prune
"""

EXAMPLES = r"""
- name: The tags that are there now
  quayops.quay.quay_tag_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    repository: production/app
    only_active_tags: true
  register: found

- name: Where a release candidate is, in all repositories
  quayops.quay.quay_tag_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    name_contains: -rc
    only_active_tags: true
  register: candidates
"""

RETURN = r"""
tags:
  description: The tags as Quay has them, newest first in each repository.
  type: list
  elements: dict
  returned: always
  contains:
    repository:
      description: Full name of the repository.
      type: str
      returned: with O(organization)
      sample: production/app
    name:
      description: Name of the tag.
      type: str
      returned: always
      sample: v1.0.0
    manifest_digest:
      description: Digest of the image.
      type: str
      returned: always
      sample: sha256:53b2a5c0
    start_ts:
      description: When it was pushed or moved there, in seconds since the epoch.
      type: int
      returned: always
      sample: 1798718400
    end_ts:
      description: When it ends, or ended, in seconds since the epoch.
      type: int
      returned: for tags that expire, or are gone
      sample: 1798804800
    last_modified:
      description: RV(tags[].start_ts) in words.
      type: str
      returned: always
      sample: Thu, 31 Dec 2026 12:00:00 -0000
    expiration:
      description: RV(tags[].end_ts) in words.
      type: str
      returned: as RV(tags[].end_ts)
      sample: Fri, 01 Jan 2027 12:00:00 -0000
    immutable:
      description: Whether the tag can be neither moved nor deleted.
      type: bool
      returned: where the registry has C(FEATURE_IMMUTABLE_TAGS), from Quay 3.17 on
    size:
      description: Size of the image in bytes. That of a list of images is not known to Quay.
      type: int
      returned: always
      sample: 802700
    is_manifest_list:
      description: Whether it is a list of images for several architectures.
      type: bool
      returned: always
    reversion:
      description: Whether it was restored.
      type: bool
      returned: always
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.repository_inventory import tag_info_options, tags


def main():
    run_operation(
        tag_info_options(),
        tags,
        required_one_of=[("repository", "organization")],
        mutually_exclusive=[
            ("repository", "organization"),
            ("repository", "repositories"),
            ("repository", "matching"),
            ("repository", "skip"),
            ("tag", "digest"),
            ("tag", "name_contains"),
        ],
    )


if __name__ == "__main__":
    main()
