#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_repository_immutability
short_description: Manage the policies by which a Quay registry makes tags of a repository immutable
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Creates, changes and deletes immutability policies of one repository.
  - A tag that is immutable can be neither moved nor deleted, nor does it expire (unless the registry has
    C(FEATURE_IMMUTABLE_TAGS_CAN_EXPIRE)).
  - Quay makes tags immutable that a policy names when they are pushed, and those that are there when the policy is made or
    changed. It never takes that back, also not when the policy is deleted; M(quayops.quay.quay_tag) can, for one tag.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  repository:
    description:
      - Name of the repository as C(organization/repository), which must exist. Without an organization, or with your own user
        name in its place, it is one of your own namespace.
    type: str
    required: true
  tag_pattern:
    description:
      - Regular expression that a whole name of a tag must match, up to 256 characters. Of one pattern there is one policy.
    type: str
    required: true
  new_tag_pattern:
    description:
      - Another pattern for the policy. If there is no policy O(tag_pattern) but one of this pattern, it has got it already; if
        there is neither, a policy of this pattern is made.
      - With O(state=absent) the policy is deleted under whichever of the two patterns it is there.
    type: str
  behavior:
    description:
      - Whether the tags are immutable that match (V(matching_immutable)), or all others (V(not_matching_immutable)).
      - If this is left out, a new policy is made with V(matching_immutable), and one that is there stays as it is.
    type: str
    choices: [matching_immutable, not_matching_immutable]
  append:
    description:
      - Whether the policy is added to those that are there (V(true)), or is the only one there shall be (V(false)). It has no
        effect with O(state=absent).
    type: bool
    default: true
  state:
    description: Whether there shall be such a policy.
    type: str
    choices: [present, absent]
    default: present
notes:
  - Needs C(FEATURE_IMMUTABLE_TAGS) in Quay's config.yaml, and Quay 3.17.
  - A token needs the scope C(repo:admin), and C(user:read) for O(append=false) and for your own namespace.
  - Policies of the organization apply as well, if any.
seealso:
  - module: quayops.quay.quay_organization_immutability
  - module: quayops.quay.quay_organizations
    description: Declares policies with everything else of a repository.
  - module: quayops.quay.quay_tag
"""

EXAMPLES = r"""
- name: Releases stay what they are
  quayops.quay.quay_repository_immutability:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    repository: production/app
    tag_pattern: v[0-9]+([.][0-9]+)*

- name: Everything but nightly builds stays what it is, and there is no other policy
  quayops.quay.quay_repository_immutability:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    repository: production/app
    tag_pattern: nightly-.*
    behavior: not_matching_immutable
    append: false
"""

RETURN = r"""
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample: [{"organization": "production", "action": "create", "kind": "repository_immutability_policy", "name": "app:v[0-9]+",
            "fields": []}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.repository_immutability import REPOSITORY_IMMUTABILITY
from ..module_utils.kinds.single import single


def main():
    run_single(*single(REPOSITORY_IMMUTABILITY))


if __name__ == "__main__":
    main()
