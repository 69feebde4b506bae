#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_team_oidc
short_description: Let a team of a Quay registry follow a group of its OIDC provider
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Says which group of the OIDC provider a team follows, or that it follows none.
  - When a team begins to follow a group, Quay takes all users out of it at once. They come in when they sign in and their token
    names the group, and leave when it does not any more.
  - Robots are not the group's; M(quayops.quay.quay_team) adds and removes them in such a team too.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  name:
    description: Name of the team, which must exist. M(quayops.quay.quay_team) makes it.
    type: str
    required: true
  organization:
    description: Name of the organization, which must exist.
    type: str
    required: true
  sync:
    description:
      - Whether the team follows O(group_name) (V(true)), or no group (V(false)). The users who are in the team stay in it with
        V(false).
      - If the team or the organization is missing, V(false) has nothing to do.
    type: bool
    default: true
  group_name:
    description:
      - Name of the group as it is in the tokens of the provider. Quay cannot look whether there is such a group.
      - Required if O(sync=true).
    type: str
notes:
  - Needs Quay 3.11, and C(FEATURE_TEAM_SYNCING) and C(AUTHENTICATION_TYPE=OIDC) in its config.yaml. The module looks before it
    changes anything.
  - Only superusers may do this, unless C(FEATURE_NONSUPERUSER_TEAM_SYNCING_SETUP) is on; then whoever administers the organization
    may. A token needs the scopes C(org:admin) and C(super:user).
seealso:
  - module: quayops.quay.quay_team
    description: Says the same with O(quayops.quay.quay_team#module:sync), and declares the rest of the team.
  - module: quayops.quay.quay_team_ldap
"""

EXAMPLES = r"""
- name: Who is in the group developers of the provider is in the team
  quayops.quay.quay_team_oidc:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    name: developers
    group_name: developers

- name: The team follows no group
  quayops.quay.quay_team_oidc:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    name: developers
    sync: false
"""

RETURN = r"""
name:
  description: Name of the team.
  type: str
  returned: success
  sample: developers
organization:
  description: Name of the organization.
  type: str
  returned: success
  sample: production
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample: [{"organization": "production", "action": "create", "kind": "team_sync", "name": "developers",
            "fields": ["group_name"]}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.single import single
from ..module_utils.kinds.team_sync import OIDC, TEAM_SYNC


def main():
    run_single(*single(TEAM_SYNC, OIDC), required_if=[("sync", True, ["group_name"])])


if __name__ == "__main__":
    main()
