#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_team_ldap
short_description: Let a team of a Quay registry follow a group of its LDAP directory
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Says which group of the LDAP directory a team follows, or that it follows none. Quay puts the users of the group into the
    team, and takes all others out of it, within a minute, and again every 30 minutes (C(TEAM_RESYNC_STALE_TIME)).
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
      - Whether the team follows O(group_dn) (V(true)), or no group (V(false)).
      - If the team or the organization is missing, V(false) has nothing to do.
    type: bool
    default: true
  group_dn:
    description:
      - Distinguished name of the group, without C(LDAP_BASE_DN) at its end. With the base C(dc=example,dc=com), the group
        C(cn=developers,ou=groups,dc=example,dc=com) is V(cn=developers,ou=groups).
      - Quay takes only a group that has members. If it refuses the group that takes the place of another one, the team follows the
        old one again.
      - Required if O(sync=true).
    type: str
  keep_users:
    description:
      - With O(sync=false), whether the users that the group brought stay in the team (V(true)), or leave it (V(false)). Robots stay in
        any case, and so does the user who runs the task; a warning says so.
      - It has no effect on a team that follows no group any more.
    type: bool
    default: true
notes:
  - Needs C(FEATURE_TEAM_SYNCING) and C(AUTHENTICATION_TYPE=LDAP) in Quay's config.yaml. The module looks before it changes anything.
  - Only superusers may do this, unless C(FEATURE_NONSUPERUSER_TEAM_SYNCING_SETUP) is on; then whoever administers the organization
    may. A token needs the scopes C(org:admin) and C(super:user).
seealso:
  - module: quayops.quay.quay_team
    description: Says the same with O(quayops.quay.quay_team#module:sync), and declares the rest of the team.
  - module: quayops.quay.quay_team_oidc
"""

EXAMPLES = r"""
- name: The developers of the directory are the team
  quayops.quay.quay_team_ldap:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    name: developers
    group_dn: cn=developers,ou=groups

- name: The team follows no group, and has no users any more
  quayops.quay.quay_team_ldap:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    name: developers
    sync: false
    keep_users: false
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
            "fields": ["group_dn"]}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.single import single
from ..module_utils.kinds.team_sync import LDAP, TEAM_SYNC


def main():
    run_single(*single(TEAM_SYNC, LDAP), required_if=[("sync", True, ["group_dn"])])


if __name__ == "__main__":
    main()
