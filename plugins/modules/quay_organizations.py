#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_organizations
short_description: Keep many organizations of a Quay registry as declared
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Reconciles a list of organizations, with everything that is declared inside them, in one process, with parallel
    requests, reading lists rather than objects. An organization that is as declared costs about four requests.
  - What is left out of the declaration is not managed. It is neither compared nor changed, unless O(purge) names it.
  - Everything that can be checked beforehand is checked before the first request, and everything that an organization
    refers to before the first change to it.
  - An organization that fails does not stop the others. The task then fails with a line for each that failed, and returns
    what was done.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  organizations:
    description: The organizations. None may be in the list twice.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the organization.
        type: str
        required: true
      email:
        description: E-mail address of the organization, V("") for none.
        type: str
      time_machine_expiration:
        description: How long deleted tags can be brought back, in seconds or with a unit (s, m, h, d, w).
        type: str
        aliases: [tag_expiration_s]
      state:
        description: Whether the organization shall exist. V(absent) deletes it with everything in it.
        type: str
        choices: [present, absent]
        default: present
      robots:
        description: Robot accounts.
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the robot, without or with the organization (C(robot) or C(organization+robot)).
            type: str
            required: true
          description:
            description: Description, up to 255 characters. Quay cannot change that of an existing robot.
            type: str
          federations:
            description: Identities of an OpenID Connect issuer that may act as the robot. Needs Quay 3.13.
            type: list
            elements: dict
            suboptions:
              issuer:
                description: URL of the issuer.
                type: str
                required: true
              subject:
                description: The subject, as the issuer writes it into its tokens.
                type: str
                required: true
          append:
            description: Whether the federations are added (V(true)) or are all there shall be (V(false)).
            type: bool
            default: true
          state:
            description: Whether the robot shall exist.
            type: str
            choices: [present, absent]
            default: present
      teams:
        description: Teams.
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the team.
            type: str
            required: true
          role:
            description: What the members may do in the organization. A new team is made with V(member).
            type: str
            choices: [member, creator, admin]
          description:
            description: Description, in Markdown.
            type: str
          members:
            description: Users, and robots (as C(organization+robot)), also of other organizations.
            type: list
            elements: str
          append:
            description: Whether the members are added (V(true)) or are all there shall be (V(false)).
            type: bool
            default: true
          state:
            description: Whether the team shall exist.
            type: str
            choices: [present, absent]
            default: present
      prototypes:
        description: Default permissions for new repositories.
        type: list
        elements: dict
        aliases: [default_perms]
        suboptions:
          name:
            description: User, robot (as C(organization+robot)) or team that is granted the permission.
            type: str
            required: true
          type:
            description: Whether the name is a user or robot (V(user)), or a team (V(team)).
            type: str
            choices: [user, team]
            default: user
          role:
            description: The permission. A new prototype is made with V(read).
            type: str
            choices: [read, write, admin]
          creator:
            description: Grant it only on repositories that this user creates.
            type: str
          state:
            description: Whether the prototype shall exist.
            type: str
            choices: [present, absent]
            default: present
      repositories:
        description: Repositories.
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the repository, without or with the organization.
            type: str
            required: true
          visibility:
            description: Who may pull. A new repository is made V(private).
            type: str
            choices: [public, private]
          description:
            description: Description, in Markdown.
            type: str
          perms:
            description: Permissions of users, robots and teams.
            type: list
            elements: dict
            suboptions:
              name:
                description: User, robot of this organization (as C(organization+robot)) or team.
                type: str
                required: true
              type:
                description: Whether the name is a user or robot (V(user)), or a team (V(team)).
                type: str
                choices: [user, team]
                default: user
              role:
                description: The permission.
                type: str
                choices: [read, write, admin]
                default: read
          append:
            description: Whether the permissions are added (V(true)) or are all there shall be (V(false)).
            type: bool
            default: true
          repo_state:
            description: Whether the repository takes pushes. Needs C(FEATURE_REPO_MIRROR).
            type: str
            choices: [NORMAL, READ_ONLY, MIRROR]
          star:
            description: Whether the user who runs the task has starred the repository.
            type: bool
          state:
            description: Whether the repository shall exist.
            type: str
            choices: [present, absent]
            default: present
      applications:
        description:
          - OAuth applications. Quay lets several have the same name; then the first is managed and the others are left
            alone, because deleting an application revokes its tokens.
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the application.
            type: str
            required: true
          description:
            description: Description.
            type: str
          application_uri:
            description: Address of the application.
            type: str
          redirect_uri:
            description: Address to which OAuth answers go.
            type: str
          state:
            description: Whether the application shall exist. Deleting it revokes its tokens.
            type: str
            choices: [present, absent]
            default: present
  purge:
    description:
      - Kinds of objects that are removed where they are not declared. A kind is purged only in organizations (for
        V(members), teams; for V(permissions), repositories) that declare a list of that kind, if need be an empty one.
      - The team C(owners) and the rights of the user who runs the task are never purged, nor is what the declaration
        itself refers to.
      - Purging V(applications) revokes their tokens. Purging V(repositories) deletes their images.
    type: list
    elements: str
    choices: [robots, teams, members, prototypes, repositories, permissions, applications]
    default: []
  purge_limit:
    description:
      - How many objects of a kind may be purged in one organization (for V(members), in one team; for V(permissions), on
        one repository). An organization that exceeds it fails with the list, before anything in it is changed.
      - Objects with O(organizations[].robots[].state=absent) and the like, and what C(append=false) removes, do not count.
    type: int
    default: 10
notes:
  - A token needs the scope C(org:admin); C(user:admin) to create organizations; C(repo:create) and C(repo:admin) for
    repositories. O(purge), C(append=false), and check mode for an organization that is missing, ask Quay who the caller
    is, which needs C(user:read).
  - In check mode, permissions that Quay itself adds to a new repository are not foreseen.
seealso:
  - module: quayops.quay.quay_organization_info
    description: Reads organizations in the form that O(organizations) takes.
"""

EXAMPLES = r"""
- name: Two organizations, the pipeline's robot may push to both
  quayops.quay.quay_organizations:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organizations:
      - name: production
        time_machine_expiration: 4w
        robots:
          - name: ci
            description: Pushes from the pipeline
        teams:
          - name: creators
            role: creator
            members: [production+ci, alice]
        prototypes:
          - name: production+ci
            role: write
        repositories:
          - name: app
            visibility: public
            description: The application
          - name: app/plugins
            perms:
              - {name: alice, role: admin}
      - name: staging
        robots:
          - name: ci

- name: Remove the robots that are not declared, at most three
  quayops.quay.quay_organizations:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organizations: "{{ organizations }}"
    purge: [robots]
    purge_limit: 3
"""

RETURN = r"""
organizations:
  description: What became of each organization, sorted by name.
  type: list
  elements: dict
  returned: always
  contains:
    name:
      description: Name of the organization.
      type: str
      returned: always
    changed:
      description: Whether anything in it was changed, or would be in check mode.
      type: bool
      returned: always
    failed:
      description: Whether it could not be made as declared.
      type: bool
      returned: always
    msg:
      description: Why not.
      type: str
      returned: when it failed
    changes:
      description: What was changed in it.
      type: list
      elements: dict
      returned: always
  sample: [{"name": "production", "changed": true, "failed": false, "changes": []}]
changes:
  description:
    - What was changed, or would be in check mode, also when some organization failed. Each entry has C(organization),
      C(action) (create, update, delete), C(kind), C(name) and C(fields).
  type: list
  elements: dict
  returned: always
  sample:
    - {"organization": "production", "action": "create", "kind": "robot", "name": "production+ci", "fields": []}
failed_organizations:
  description: Names of the organizations that failed.
  type: list
  elements: str
  returned: on failure
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.bulk import organizations, organizations_options


def main():
    run_operation(organizations_options(), organizations)


if __name__ == "__main__":
    main()
