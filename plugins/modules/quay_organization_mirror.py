#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_organization_mirror
short_description: Manage an organization in Quay that mirrors a namespace of another registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Has Quay fill an organization with the repositories of an organization or project of another registry, changes how that
    is done, and has it synchronized.
  - The option C(mirror) of O(quayops.quay.quay_organizations#module:organizations) does the same for many organizations at
    once.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  organization:
    description: Organization that is filled. It must have no repositories, proxy cache and immutability policies.
    type: str
    required: true
  external_registry_type:
    description: What the other registry is. Needed for a new mirror, and cannot be changed.
    type: str
    choices: [quay, harbor]
  external_registry_url:
    description: Address of the other registry, with its scheme. Needed for a new mirror.
    type: str
  external_namespace:
    description: Organization or project of the other registry. Needed for a new mirror.
    type: str
  repository_filters:
    description: Names of repositories that are mirrored, with the wildcards V(*) and V(?). An empty list means all.
    type: list
    elements: str
  visibility:
    description: Visibility of the repositories that are made. A new mirror is made with V(private).
    type: str
    choices: [public, private]
  is_enabled:
    description: Whether the mirror is synchronized at its times. A new mirror is made with V(true).
    type: bool
  robot_username:
    description:
      - Robot of the organization that pushes what is mirrored, with or without the organization. Needed for a new mirror.
    type: str
  external_registry_username:
    description: User at the other registry. An empty one removes user and password.
    type: str
  external_registry_password:
    description:
      - Password of that user. Quay does not tell it. It is sent when the mirror is made, when anything else of it differs, and
        with O(force).
    type: str
  verify_tls:
    description: Whether the certificate of the other registry is checked. A new mirror is made with V(true).
    type: bool
  http_proxy:
    description: Proxy for C(http://). An empty one removes it.
    type: str
  https_proxy:
    description: Proxy for C(https://). An empty one removes it.
    type: str
  no_proxy:
    description: Hosts that are reached without the proxy, with commas between them. An empty text removes it.
    type: str
  sync_interval:
    description:
      - How often it is synchronized, in seconds or with a unit (V(8h), V(1 day)). A new mirror is made with a day.
    type: str
  sync_start_date:
    description:
      - When it is synchronized first, in UTC, such as V(2026-12-02T21:06:00Z). A new mirror is made with the present time.
      - Quay moves the date on by the interval. It counts as unchanged as long as it is the same time of the interval.
    type: str
  skopeo_timeout:
    description:
      - How long the mirroring of one image may take, between V(30s) and V(1h). A new mirror is made with five minutes.
    type: str
    aliases: [skopeo_timeout_interval]
  force_sync:
    description: Whether it is synchronized now. That is a change, unless it is being synchronized, or about to be.
    type: bool
    default: false
  cancel_sync:
    description:
      - Whether a synchronization that is under way, or about to begin, is ended. Quay does not begin another one by itself
        until O(sync_start_date) is set or O(force_sync) is used.
    type: bool
    default: false
  force:
    description: Whether the password is sent although nothing else differs. That is a change in each run.
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
    description: Whether the organization shall be a mirror. What was mirrored stays when it is no longer.
    type: str
    choices: [present, absent]
    default: present
notes:
  - A token needs the scope C(org:admin). Needs Quay 3.17 with C(FEATURE_ORG_MIRROR); that anything is mirrored needs
    C(FEATURE_REPO_MIRROR) as well.
  - While an organization is a mirror, nothing else can be made in it.
seealso:
  - module: quayops.quay.quay_repository_mirror
  - module: quayops.quay.quay_organization
"""

EXAMPLES = r"""
- name: All that is called operator
  quayops.quay.quay_organization_mirror:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: operators
    external_registry_type: quay
    external_registry_url: https://quay.io
    external_namespace: projectquay
    repository_filters: ["*-operator"]
    robot_username: operators+mirror
    sync_interval: 1 day

- name: No longer a mirror
  quayops.quay.quay_organization_mirror:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: operators
    state: absent
"""

RETURN = r"""
organization:
  description: Name of the organization.
  type: str
  returned: success
  sample: operators
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
    - {"organization": "operators", "action": "create", "kind": "organization_mirror", "name": "operators", "fields": []}
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.mirrors import organization_mirror, organization_mirror_options


def main():
    run_operation(organization_mirror_options(), organization_mirror)


if __name__ == "__main__":
    main()
