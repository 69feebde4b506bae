#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_tag
short_description: Manage a tag in one repository of a Quay registry, or in many
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Lets a tag point to an image, sets when it expires and whether it is immutable, deletes it, or brings it back.
  - O(image) names one repository. O(organization) is about the same tag in many, or all, of its repositories; those
    that do not have the tag are left alone and named in RV(without_tag).
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.selection
  - quayops.quay.attributes
options:
  image:
    description:
      - The image, as C(organization/repository:tag) or C(organization/repository@digest). Without an organization the
        repository is one of your own namespace; without tag and digest the tag is C(latest).
      - Where O(tag) is given too, the image is what it shall point to.
    type: str
  organization:
    description: Organization whose repositories it is about, instead of O(image).
    type: str
  tag:
    description: The tag. Required with O(organization), and where O(image) has a digest.
    type: str
  source_tag:
    description: With O(organization), the tag to whose image O(tag) shall point.
    type: str
  digest:
    description:
      - With O(state=restored), the image that O(tag) shall have again. Otherwise the image to which O(tag) shall point.
    type: str
  expiration:
    description:
      - When the tag expires, in the format of O(expiration_format), or in ISO 8601. V(never) lifts an expiration, and so
        does an empty string.
      - A date that does not name its time zone is in UTC, whatever the time zone of the host that runs the module.
      - Quay takes at least one hour and at most 104 weeks from when the tag was pushed or moved, and moves other dates
        into these bounds. What it makes of the date is what is compared.
    type: str
  expiration_format:
    description: Format of O(expiration), as that of Python's C(strptime).
    type: str
    default: "%Y%m%d%H%M.%S"
  immutable:
    description:
      - Whether the tag can be neither moved nor deleted. Needs Quay 3.17 with C(FEATURE_IMMUTABLE_TAGS).
    type: bool
  state:
    description:
      - V(present) makes the tag, or changes it. Moving a tag ends its expiration and its immutability, unless they are
        given.
      - V(absent) deletes it. The image stays until no tag leads to it any more, and the tag can be restored until the
        organization's time machine has forgotten it.
      - V(restored) brings a deleted tag back, with the image that it had last or with O(digest). If the tag is there
        with that image, only a pending expiration is lifted.
    type: str
    choices: [present, absent, restored]
    default: present
notes:
  - A token needs the scope C(repo:write); C(repo:admin) to make an immutable tag mutable; C(user:read) for your own
    namespace.
  - Repositories that are read-only or mirrors take no changes of tags.
seealso:
  - module: quayops.quay.quay_tag_info
  - module: quayops.quay.quay_tag_prune
"""

EXAMPLES = r"""
- name: The tag latest is the image of v1.0.0
  quayops.quay.quay_tag:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    image: production/app:v1.0.0
    tag: latest

- name: A tag expires
  quayops.quay.quay_tag:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    image: production/app:v0.9.0
    expiration: "2027-06-30T12:00:00Z"

- name: It does not expire after all
  quayops.quay.quay_tag:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    image: production/app:v0.9.0
    expiration: never

- name: Bring a deleted tag back, in all repositories that had it
  quayops.quay.quay_tag:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    skip: [scratch]
    tag: v1.0.0
    state: restored
"""

RETURN = r"""
repositories:
  description: What became of each repository, sorted.
  type: list
  elements: dict
  returned: always
  sample: [{"name": "production/app", "changed": true, "failed": false, "changes": []}]
without_tag:
  description: Repositories that have no such tag, and were left alone.
  type: list
  elements: str
  returned: with O(organization)
  sample: [web]
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample: [{"organization": "production", "action": "update", "kind": "tag", "name": "app:latest",
            "fields": ["manifest_digest"]}]
failed_repositories:
  description: Names of the repositories that failed.
  type: list
  elements: str
  returned: on failure, with O(organization)
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.tagging import tag_options, tags


def main():
    run_operation(
        tag_options(),
        tags,
        required_one_of=[("image", "organization")],
        mutually_exclusive=[
            ("image", "organization"),
            ("image", "repositories"),
            ("image", "matching"),
            ("image", "source_tag"),
            ("source_tag", "digest"),
        ],
        required_by={"source_tag": ["organization"]},
    )


if __name__ == "__main__":
    main()
