#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_repository_prune
short_description: Manage the policies by which a Quay registry itself removes tags of a repository
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Creates and deletes auto-prune policies of one repository. Quay deletes the tags by itself, about once an hour. Policies of
    the organization apply as well, if any.
  - A policy is what it says. One with another number is another policy, which is added unless O(append=false).
  - Such a policy has no keep-list, no grace and no dry run. M(quayops.quay.quay_tag_prune) has them.
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
  method:
    description:
      - V(date) removes tags that are older than O(value), V(tags) all but the newest O(value) tags.
      - Where there are policies of both kinds, a tag goes that one of them names.
    type: str
    choices: [date, tags]
    required: true
  value:
    description:
      - A number of tags, or an age as a number with C(s), C(m), C(h), C(d) or C(w) behind it, such as C(30d).
      - C(1w) and C(7d) are the same; Quay is given, and shows, days.
    type: str
    required: true
  tag_pattern:
    description:
      - Regular expression, of the kind that Quay's database has, that is searched for in the names of tags. Anchor it (C(^...$))
        to speak of whole names.
      - Needs Quay 3.13. An older one would prune all tags, so the module fails there.
    type: str
  tag_pattern_matches:
    description: Whether the policy is about the tags that match O(tag_pattern) (V(true)), or about the others (V(false)).
    type: bool
    default: true
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
  - Needs C(FEATURE_AUTO_PRUNE) in Quay's config.yaml, and Quay 3.11. Before Quay 3.13 a repository can have one policy.
  - A token needs the scope C(repo:admin), and C(user:read) for O(append=false) and for your own namespace.
  - Immutable tags, signatures of cosign, mirrored and read-only repositories are left alone by Quay.
seealso:
  - module: quayops.quay.quay_organization_prune
  - module: quayops.quay.quay_organizations
    description: Declares policies with everything else of a repository.
  - module: quayops.quay.quay_tag_prune
"""

EXAMPLES = r"""
- name: Quay removes what is older than 30 days
  quayops.quay.quay_repository_prune:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    repository: production/app
    method: date
    value: 30d

- name: Quay keeps the 5 newest nightly builds, and there is no other policy
  quayops.quay.quay_repository_prune:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    repository: production/app
    method: tags
    value: 5
    tag_pattern: ^nightly-
    append: false
"""

RETURN = r"""
id:
  description: Quay's identifier of the policy.
  type: str
  returned: when O(state=present)
  sample: 45b4cc8b-178b-4ad4-bd33-75e3cce5e889
placeholders:
  description: Which of the other values only stand for those that Quay would make up outside check mode.
  type: list
  elements: str
  returned: when check mode foresees that they are made
  sample: [id]
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample: [{"organization": "production", "action": "create", "kind": "repository_auto_prune_policy",
            "name": "app:creation_date 30d", "fields": ["method", "value"]}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.repository_auto_prune import REPOSITORY_AUTO_PRUNE
from ..module_utils.kinds.single import single


def main():
    run_single(*single(REPOSITORY_AUTO_PRUNE))


if __name__ == "__main__":
    main()
