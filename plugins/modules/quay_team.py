#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_team
short_description: Manage a team of an organization of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Create, change and delete a team, and its members.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  name:
    description: Name of the team. Lower-case letters and digits, separated by single V(.), V(_) or V(-).
    type: str
    required: true
  organization:
    description: Name of the organization, which must exist.
    type: str
    required: true
  role:
    description:
      - What the members may do in the organization. V(creator) may create repositories; V(admin) may do everything.
      - A new team is made with V(member) if this is left out.
    type: str
    choices: [member, creator, admin]
  description:
    description: Description of the team, in Markdown.
    type: str
  members:
    description:
      - Users, and robots (as C(organization+robot)).
      - Robots of other organizations can be members too, unless the registry has C(FEATURE_MAILING) and
        C(FEATURE_REQUIRE_TEAM_INVITE) on. Whether they exist is seen only when they are added.
      - Where the registry invites instead of adding (C(FEATURE_MAILING) and C(FEATURE_REQUIRE_TEAM_INVITE)), a user is
        invited once.
      - Users of a team that follows a group (O(sync)) cannot be changed here.
    type: list
    elements: str
  append:
    description:
      - Whether O(members) are added to those that are there (V(true)), or are all there shall be (V(false)). The user
        who runs the task is never removed; a warning says so where it is not declared.
    type: bool
    default: true
  sync:
    description:
      - The group of the directory that the team follows. Quay puts its users into the team and takes all others out, so O(members)
        can only be robots.
      - For users of LDAP, see M(quayops.quay.quay_team_ldap), for those of OIDC M(quayops.quay.quay_team_oidc). If it is left out,
        it stays as it is.
    type: dict
    suboptions:
      group_dn:
        description: LDAP. Distinguished name of the group, without C(LDAP_BASE_DN) at its end.
        type: str
      group_name:
        description: OIDC. Name of the group, as it is in the tokens of the provider.
        type: str
      group_id:
        description: Keystone. Identifier of the group.
        type: str
      state:
        description: Whether the team follows the group (V(present)), or none (V(absent)), which keeps the users that are in the team.
        type: str
        choices: [present, absent]
        default: present
  state:
    description: Whether the team shall exist. Deleting it takes away what it grants. The team V(owners) cannot be deleted.
    type: str
    choices: [present, absent]
    default: present
notes:
  - A token needs the scope C(org:admin), C(user:read) for O(append=false), and C(super:user) for O(sync).
  - O(sync) needs C(FEATURE_TEAM_SYNCING) and the right C(AUTHENTICATION_TYPE) in Quay's config.yaml.
seealso:
  - module: quayops.quay.quay_team_ldap
  - module: quayops.quay.quay_team_oidc
  - module: quayops.quay.quay_organizations
"""

EXAMPLES = r"""
- name: A team that may create repositories
  quayops.quay.quay_team:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    name: creators
    role: creator
    members:
      - alice
      - production+ci

- name: Exactly these members
  quayops.quay.quay_team:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    name: creators
    members:
      - bob
    append: false

- name: The users of a group of the directory, and a robot
  quayops.quay.quay_team:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    name: developers
    role: creator
    members:
      - production+ci
    sync:
      group_dn: cn=developers,ou=groups
"""

RETURN = r"""
name:
  description: Name of the team.
  type: str
  returned: success
  sample: creators
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
  sample: [{"action": "create", "kind": "member", "name": "creators/alice", "fields": []}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.single import single
from ..module_utils.kinds.team import TEAM


def main():
    run_single(*single(TEAM))


if __name__ == "__main__":
    main()
