#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_repository
short_description: Manage a repository of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Create, change and delete a repository, and who may do what on it.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  name:
    description:
      - Name of the repository as C(organization/repository). Without an organization, or with your own user name in its
        place, the repository belongs to your own namespace.
      - The part after the organization may hold further slashes. A host, a tag or a digest does not belong here.
    type: str
    required: true
  visibility:
    description: Who may pull. A new repository is V(private) if this is left out.
    type: str
    choices: [public, private]
  description:
    description: Description of the repository, in Markdown.
    type: str
  perms:
    description: Permissions of users, robots and teams.
    type: list
    elements: dict
    suboptions:
      name:
        description: User, robot of the same organization (as C(organization+robot)) or team.
        type: str
        required: true
      type:
        description: Whether O(perms[].name) is a user or robot (V(user)), or a team (V(team)).
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
            description: User, team or (only the repository's own) organization that is told, with V(quay_notification).
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
        description: Only builds of Git references that match this expression from their start, with events of builds.
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
  mirror:
    description:
      - What the repository is a mirror of, see M(quayops.quay.quay_repository_mirror). Needs C(FEATURE_REPO_MIRROR).
      - It gives the repository the state V(MIRROR), so that O(repo_state) can be left out.
    type: dict
    suboptions:
      external_reference:
        description: The repository in the other registry, as C(host/namespace/name). Needed for a new mirror.
        type: str
      image_tags:
        description: Patterns of all tags that are copied. Needed for a new mirror.
        type: list
        elements: str
      unsigned_images:
        description: Whether images without a signature are copied. A new mirror is made with V(false).
        type: bool
      architecture_filter:
        description:
          - Architectures that are copied, an empty list for all. Needs Quay 3.17 with C(FEATURE_SPARSE_INDEX).
        type: list
        elements: str
        choices: [amd64, arm64, ppc64le, s390x]
      is_enabled:
        description: Whether it is synchronized at the set times. A new mirror is made with V(false).
        type: bool
      external_registry_username:
        description: User at the other registry; V("") for none, which removes the password too.
        type: str
      external_registry_password:
        description:
          - Password of that user. Quay does not tell it; it is sent when the mirror is made, when any other setting of it
            differs, and with O(mirror.force).
        type: str
      robot_username:
        description: Robot of the organization that writes what is copied. Needed for a new mirror.
        type: str
      sync_interval:
        description: Time between two synchronizations, in seconds or with a unit. A new mirror is made with V(1d).
        type: str
      sync_start_date:
        description: When the first synchronization is due, in ISO 8601. Quay moves the date on with each.
        type: str
      skopeo_timeout:
        description: How long a synchronization may take, in seconds or with a unit. A new mirror is made with V(5m).
        type: str
        aliases: [skopeo_timeout_interval]
      verify_tls:
        description: Whether the certificate of the other registry must be valid. A new mirror is made with V(true).
        type: bool
      http_proxy:
        description: Proxy by which the other registry is reached with HTTP, V("") for none.
        type: str
      https_proxy:
        description: Proxy by which the other registry is reached with HTTPS, V("") for none.
        type: str
      no_proxy:
        description: Hosts that are reached without a proxy, separated by commas; V("") for none.
        type: str
      force_sync:
        description: Whether a synchronization is started now, unless one is under way.
        type: bool
        default: false
      cancel_sync:
        description: Whether a synchronization that is under way is cancelled.
        type: bool
        default: false
      force:
        description: Whether the password is sent although nothing else differs.
        type: bool
        default: false
      state:
        description: Whether the repository shall be a mirror. V(absent) gives it the state V(NORMAL).
        type: str
        choices: [present, absent]
        default: present
  auto_prune_method:
    description:
      - The policy by which Quay itself removes tags, in short; M(quayops.quay.quay_repository_prune) says more.
      - V(date) removes tags that are older than O(auto_prune_value), V(tags) all but the newest O(auto_prune_value) tags.
        V(none) removes all policies.
      - The policy has no tag pattern. If it is there already, others beside it stay; else it takes the place of those without a
        tag pattern.
      - Needs C(FEATURE_AUTO_PRUNE) and Quay 3.11.
    type: str
    choices: [none, tags, date]
  auto_prune_value:
    description:
      - A number of tags, or an age as a number with C(s), C(m), C(h), C(d) or C(w) behind it, such as V(30d). Required with
        O(auto_prune_method=tags) and O(auto_prune_method=date).
    type: str
  append:
    description:
      - Whether O(perms), O(notifications), O(auto_prune) and O(immutability) are added to what is there (V(true)), or are all there shall be
        (V(false)). The permission of the user who runs the task is never removed.
    type: bool
    default: true
  repo_state:
    description:
      - V(NORMAL) takes pushes, V(READ_ONLY) takes none, V(MIRROR) takes them from a mirror only.
      - Needs C(FEATURE_REPO_MIRROR).
    type: str
    choices: [NORMAL, READ_ONLY, MIRROR]
  star:
    description: Whether the user who runs the task has starred the repository. Needs the scope C(user:admin).
    type: bool
  state:
    description: Whether the repository shall exist. Deleting it deletes its images.
    type: str
    choices: [present, absent]
    default: present
notes:
  - A token needs the scope C(repo:admin), and C(repo:create) to create; C(user:read) for O(append=false) and for your own
    namespace; C(org:admin) unless the user only creates repositories in the organization.
seealso:
  - module: quayops.quay.quay_organizations
  - module: quayops.quay.quay_prototype
  - module: quayops.quay.quay_repository_prune
  - module: quayops.quay.quay_repository_immutability
"""

EXAMPLES = r"""
- name: A public repository to which the robot may push
  quayops.quay.quay_repository:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    name: production/app
    visibility: public
    description: The application
    perms:
      - name: production+ci
        role: write
      - name: developers
        type: team
        role: read

- name: No more pushes
  quayops.quay.quay_repository:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    name: production/app
    repo_state: READ_ONLY
"""

RETURN = r"""
name:
  description: Full name of the repository.
  type: str
  returned: success
  sample: production/app
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample: [{"action": "update", "kind": "repository", "name": "app", "fields": ["visibility"]}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.repository import REPOSITORY
from ..module_utils.kinds.single import single


def main():
    run_single(*single(REPOSITORY))


if __name__ == "__main__":
    main()
