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
        description: How long deleted tags can be brought back, in seconds or with units, such as V(2w) or V(1 day).
        type: str
        aliases: [tag_expiration_s]
      auto_prune_method:
        description:
          - The policy by which Quay itself removes tags, in short, without a tag pattern. V(none) removes all policies.
          - If the policy is there already, others beside it stay; else it takes the place of those without a tag pattern.
        type: str
        choices: [none, tags, date]
      auto_prune_value:
        description: A number of tags, or an age such as V(30d).
        type: str
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
          sync:
            description:
              - The group of the directory that the team follows (see M(quayops.quay.quay_team)). Only robots can be members beside it.
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
                description: Whether the team follows the group, or none.
                type: str
                choices: [present, absent]
                default: present
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
          notifications:
            description:
              - Notifications, told apart by their titles. Quay has no request to change one; one that differs is made anew before
                the old one is deleted.
              - See M(quayops.quay.quay_notification) for what each event and method takes.
            type: list
            elements: dict
            suboptions:
              title:
                description: Title. Where several have it, the one that is as declared is meant.
                type: str
                required: true
              event:
                description: What it is about. Needed for a new one.
                type: str
                choices:
                  - repo_push
                  - build_queued
                  - build_start
                  - build_success
                  - build_failure
                  - build_cancelled
                  - vulnerability_found
                  - repo_mirror_sync_started
                  - repo_mirror_sync_success
                  - repo_mirror_sync_failed
                  - repo_image_expiry
              method:
                description: How it is told. Needed for a new one.
                type: str
                choices: [email, flowdock, hipchat, quay_notification, slack, webhook]
              config:
                description: What the method needs. What is left out stays as it is.
                type: dict
                suboptions:
                  type:
                    description: What the name is, with method V(quay_notification).
                    type: str
                    choices: [user, team, org]
                    default: user
                  name:
                    description: User, team or (only the repository's own) organization that is told.
                    type: str
                  email:
                    description: Address, with method V(email). It must have been confirmed for the repository in Quay.
                    type: str
                  url:
                    description: URL to which is sent, with methods V(slack) and V(webhook). Taken for a secret.
                    type: str
                  template:
                    description: JSON that is sent in place of Quay's own, with method V(webhook).
                    type: jsonarg
                  room_id:
                    description: Room, with method V(hipchat).
                    type: str
                  notification_token:
                    description: Token of the room, with method V(hipchat).
                    type: str
                  flow_api_token:
                    description: Token, with method V(flowdock).
                    type: str
              vulnerability_level:
                description: Only vulnerabilities of this level and above, with event V(vulnerability_found).
                type: str
                choices: [critical, high, medium, low, negligible, unknown]
              image_expiry_days:
                description: How many days ahead, with event V(repo_image_expiry).
                type: int
                default: 7
              ref_regexp:
                description: Only builds of Git references that match this from their start.
                type: str
              reset_failcount:
                description: Whether failures are set back to zero. After three in a row Quay sends no more.
                type: bool
                default: false
              test:
                description: Whether a test is sent, each time anew; that counts as a change.
                type: bool
                default: false
              state:
                description: Whether the notification shall exist.
                type: str
                choices: [present, absent]
                default: present
          auto_prune:
            description:
              - Policies by which Quay itself removes tags; see M(quayops.quay.quay_repository_prune). Needs C(FEATURE_AUTO_PRUNE).
            type: list
            elements: dict
            suboptions:
              method:
                description: V(date) removes tags that are older than the value, V(tags) all but the newest ones.
                type: str
                choices: [date, tags]
                required: true
              value:
                description: A number of tags, or an age such as V(30d).
                type: str
                required: true
              tag_pattern:
                description: Regular expression that is searched for in the names of tags. Needs Quay 3.13.
                type: str
              tag_pattern_matches:
                description: Whether the policy is about the tags that match (V(true)) or about the others (V(false)).
                type: bool
                default: true
              append:
                description:
                  - Whether the policies of the list are added (V(true)) or are all there shall be (V(false), at any of them).
                type: bool
                default: true
              state:
                description: Whether there shall be such a policy.
                type: str
                choices: [present, absent]
                default: present
          immutability:
            description:
              - Policies by which Quay makes tags immutable; see M(quayops.quay.quay_repository_immutability).
              - Needs C(FEATURE_IMMUTABLE_TAGS).
            type: list
            elements: dict
            suboptions:
              tag_pattern:
                description: Regular expression that whole names of tags must match.
                type: str
                required: true
              behavior:
                description: Whether the tags that match are immutable, or the others. By default of a new policy, those that match.
                type: str
                choices: [matching_immutable, not_matching_immutable]
              append:
                description:
                  - Whether the policies of the list are added (V(true)) or are all there shall be (V(false), at any of them).
                type: bool
                default: true
              state:
                description: Whether there shall be such a policy. What is immutable already stays so.
                type: str
                choices: [present, absent]
                default: present
          auto_prune_method:
            description:
              - The policy by which Quay itself removes tags, in short, without a tag pattern. V(none) removes all policies.
              - If the policy is there already, others beside it stay; else it takes the place of those without a tag pattern.
            type: str
            choices: [none, tags, date]
          auto_prune_value:
            description: A number of tags, or an age such as V(30d).
            type: str
          append:
            description:
              - Whether permissions, notifications and policies are added (V(true)) or are all there shall be (V(false)).
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
      auto_prune:
        description:
          - Policies by which Quay itself removes tags; see M(quayops.quay.quay_organization_prune). Needs C(FEATURE_AUTO_PRUNE).
        type: list
        elements: dict
        suboptions:
          method:
            description: V(date) removes tags that are older than the value, V(tags) all but the newest ones.
            type: str
            choices: [date, tags]
            required: true
          value:
            description: A number of tags, or an age such as V(30d).
            type: str
            required: true
          tag_pattern:
            description: Regular expression that is searched for in the names of tags. Needs Quay 3.13.
            type: str
          tag_pattern_matches:
            description: Whether the policy is about the tags that match (V(true)) or about the others (V(false)).
            type: bool
            default: true
          append:
            description:
              - Whether the policies of the list are added (V(true)) or are all there shall be (V(false), at any of them).
            type: bool
            default: true
          state:
            description: Whether there shall be such a policy.
            type: str
            choices: [present, absent]
            default: present
      immutability:
        description:
          - Policies by which Quay makes tags immutable; see M(quayops.quay.quay_organization_immutability).
          - Needs C(FEATURE_IMMUTABLE_TAGS).
        type: list
        elements: dict
        suboptions:
          tag_pattern:
            description: Regular expression that whole names of tags must match.
            type: str
            required: true
          behavior:
            description: Whether the tags that match are immutable, or the others. By default of a new policy, those that match.
            type: str
            choices: [matching_immutable, not_matching_immutable]
          append:
            description:
              - Whether the policies of the list are added (V(true)) or are all there shall be (V(false), at any of them).
            type: bool
            default: true
          state:
            description: Whether there shall be such a policy. What is immutable already stays so.
            type: str
            choices: [present, absent]
            default: present
      quota:
        description:
          - How much storage the organization may use, see M(quayops.quay.quay_quota). Needs Quay 3.7 with
            C(FEATURE_QUOTA_MANAGEMENT), and a superuser.
        type: dict
        suboptions:
          quota:
            description:
              - The size, in bytes or with a unit, such as V(10GiB) (of 1024) or V(10 GB) (of 1000). A new quota with limits but
                no size is made with 8000000 TB.
            type: str
          warning_pct:
            description: The only C(Warning) limit, in percent of the quota; V(0) for none.
            type: int
          reject_pct:
            description: The only C(Reject) limit, in percent of the quota; V(0) for none.
            type: int
          limits:
            description: All limits that there shall be, where there shall be several of a type. Others are removed.
            type: list
            elements: dict
            suboptions:
              type:
                description: What happens at the limit.
                type: str
                choices: [Warning, Reject]
                required: true
              percent:
                description: The limit, in percent of the quota, V(1) to V(100).
                type: int
                required: true
                aliases: [threshold_percent, limit_percent]
          state:
            description: Whether there shall be a quota.
            type: str
            choices: [present, absent]
            default: present
      proxy_cache:
        description:
          - The registry of which the organization is a cache, see M(quayops.quay.quay_proxy_cache). Needs Quay 3.7 with
            C(FEATURE_PROXY_CACHE).
        type: dict
        suboptions:
          registry:
            description: The other registry, as host or C(host:port), if need be with a namespace behind it.
            type: str
            default: quay.io
          username:
            description: User at the other registry.
            type: str
          password:
            description:
              - Password of that user. Quay tells neither of them; they are sent when the proxy cache is made, when anything else
                of it differs, and with O(organizations[].proxy_cache.force).
            type: str
          insecure:
            description: Whether the other registry is asked by C(http://). A new proxy cache is made with V(false).
            type: bool
          expiration:
            description: How long an image stays, in seconds or with a unit (s, m, h, d, w). A new one is made with a day.
            type: str
          validate:
            description: Whether Quay has to be able to sign in at the other registry before anything is changed.
            type: bool
            default: true
          force:
            description: Whether username and password are sent although nothing else differs.
            type: bool
            default: false
          state:
            description: Whether the organization shall be a proxy cache.
            type: str
            choices: [present, absent]
            default: present
  purge:
    description:
      - Kinds of objects that are removed where they are not declared. A kind is purged only in organizations (for
      - Kinds of objects that are removed where they are not declared. A kind is purged only in organizations (for
        V(members), teams; for V(permissions), V(notifications), V(repository_auto_prune) and V(repository_immutability),
        repositories) that declare a list of that kind, if need be an empty one.
      - The team C(owners) and the rights of the user who runs the task are never purged, nor is what the declaration
        itself refers to.
      - Purging V(applications) revokes their tokens. Purging V(repositories) deletes their images.
    type: list
    elements: str
    choices: [robots, teams, members, prototypes, repositories, permissions, notifications, applications, auto_prune,
      repository_auto_prune, immutability, repository_immutability]
    default: []
  purge_limit:
    description:
      - How many objects of a kind may be purged in one organization (for V(members), in one team; for V(permissions),
        V(notifications), V(repository_auto_prune) and V(repository_immutability), in one repository). An organization
        that exceeds it fails with the list, before anything in it is changed.
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
