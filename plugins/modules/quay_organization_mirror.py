#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_organization_mirror
short_description: Manage the mirror of an organization of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Makes an organization a mirror of one in another registry, all repositories or some of them; changes that, ends it, and starts
    or cancels a synchronization.
  - While there is a mirror, Quay alone makes repositories in the organization, and changes their states.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  organization:
    description: Name of the organization, which must exist, and have no repositories when the mirror is made.
    type: str
    required: true
  external_registry_type:
    description: What the other registry is. Needed for a new mirror. Quay cannot change it; a difference is a warning.
    type: str
    choices: [quay, harbor]
  external_registry_url:
    description:
      - Address of the other registry, such as V(https://quay.io). Needed for a new mirror.
      - Quay refuses addresses inside of its own network unless C(SSRF_ALLOWED_HOSTS) in its config.yaml lists them, and names that
        it cannot resolve.
    type: str
  external_namespace:
    description: Organization or project in the other registry. Needed for a new mirror.
    type: str
  visibility:
    description: Who may pull from the repositories that Quay makes. A new mirror is made with V(public).
    type: str
    choices: [public, private]
  repository_filters:
    description:
      - Patterns of the repositories that are copied, such as V(clair*). All that there shall be; an empty list for all repositories,
        as a new mirror has it.
    type: list
    elements: str
  is_enabled:
    description: Whether it is synchronized at the set times. A new mirror is made with V(true).
    type: bool
  external_registry_username:
    description: User at the other registry; V("") for none, which removes the password too.
    type: str
  external_registry_password:
    description:
      - Password of O(external_registry_username), which must be given along.
      - Quay does not tell it. It is sent when the mirror is made, when any other setting of it differs, and with O(force).
    type: str
  robot_username:
    description:
      - Robot of the organization that writes what is copied, as C(organization+robot) or C(robot). Needed for a new mirror.
      - With the robot Quay removes the mirror, too.
    type: str
  sync_interval:
    description:
      - Time from one synchronization to the next, in seconds or with a unit (s, m, h, d, w), such as V(8h). A new mirror is made
        with V(1d). It must
        be a minute at least.
    type: str
  sync_start_date:
    description:
      - When the first synchronization is due, in ISO 8601, and in UTC unless it says otherwise, such as V(2027-01-31T03:00:00Z).
        That of a new mirror is due at once if nothing is said.
      - Quay moves the date on with each synchronization. So of a mirror that has been synchronized, an earlier date than the next
        one changes nothing.
    type: str
  skopeo_timeout:
    description: How long copying a repository may take, from 30 seconds to an hour. A new mirror is made with V(5m).
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
    description:
      - Whether a synchronization is started now, unless one is going on or has been asked for. That counts as a change each time.
    type: bool
    default: false
  cancel_sync:
    description: Whether a synchronization that is going on, or has been asked for, is cancelled. Later ones take place as planned.
    type: bool
    default: false
  force:
    description:
      - Whether O(external_registry_password) is sent although nothing else differs, because it has changed. That counts as a change
        each time. Has no effect without it.
    type: bool
    default: false
  verify:
    description:
      - Whether Quay tries to reach the other registry once all is as declared. If it cannot, the task fails, and what was changed
        stays. With O(is_enabled=false) that is tried before anything is copied. Not done in check mode.
    type: bool
    default: false
  return_repositories:
    description: Whether the repositories are returned that Quay has found in the other registry. It costs a request for each 500.
    type: bool
    default: false
  state:
    description: Whether the organization shall be mirrored. V(absent) removes the mirror; the repositories stay, with the state V(NORMAL).
    type: str
    choices: [present, absent]
    default: present
notes:
  - Needs Quay 3.17, with C(FEATURE_ORG_MIRROR) and C(FEATURE_REPO_MIRROR) in its config.yaml, and a container of Quay that runs its
    mirror worker.
  - A token needs the scope C(org:admin).
  - Quay refuses a mirror where there are repositories, immutability policies or a proxy cache, and refuses these where there is a
    mirror. Where they are declared along, that is found out before anything is changed.
  - Found as declared, it costs two requests.
seealso:
  - module: quayops.quay.quay_mirror_info
  - module: quayops.quay.quay_organizations
  - module: quayops.quay.quay_repository_mirror
"""

EXAMPLES = r"""
- name: Mirror what belongs to Clair, and see first whether quay.io can be reached
  quayops.quay.quay_organization_mirror:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: projectquay
    external_registry_type: quay
    external_registry_url: https://quay.io
    external_namespace: projectquay
    repository_filters: [clair*]
    robot_username: projectquay+mirror
    visibility: private
    sync_interval: 1d
    verify: true

- name: Synchronize it now
  quayops.quay.quay_organization_mirror:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: projectquay
    force_sync: true

- name: What became of each repository
  quayops.quay.quay_organization_mirror:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: projectquay
    return_repositories: true
  register: mirror

- name: End it, and keep what was copied
  quayops.quay.quay_organization_mirror:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: projectquay
    state: absent
"""

RETURN = r"""
organization:
  description: Name of the organization.
  type: str
  returned: success
  sample: projectquay
verified:
  description: Whether Quay could reach the other registry, and in its words why not.
  type: dict
  returned: with O(verify), not in check mode
  sample: {"success": true, "message": "Connection successful"}
repositories:
  description: What Quay has found in the other registry, sorted by name. C(quay_repository) is the repository here, if there is one.
  type: list
  elements: dict
  returned: with O(return_repositories)
  sample:
    - name: clair
      sync_status: SUCCESS
      discovery_date: "2027-01-31T03:00:01.123456Z"
      last_sync_date: "2027-01-31T03:04:05.123456Z"
      status_message: null
      quay_repository: projectquay/clair
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample:
    - organization: projectquay
      action: update
      kind: organization_mirror
      name: projectquay
      fields: [sync_interval]
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.mirrors import organization_mirror, organization_mirror_options


def main():
    run_operation(organization_mirror_options(), organization_mirror)


if __name__ == "__main__":
    main()
