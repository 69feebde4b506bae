#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_repository_mirror
short_description: Manage the mirror of a repository of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Makes a repository a mirror of one in another registry, changes that, stops it, and starts or cancels a synchronization.
  - A mirror is a repository whose state is V(MIRROR). This module sees to that, and Quay gives the robot the right to write. Nobody
    but that robot can push to a mirror.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  name:
    description:
      - Name of the repository, which must exist, as C(namespace/name). Without a namespace it is the caller's own.
    type: str
    required: true
    aliases: [repository]
  external_reference:
    description:
      - The repository in the other registry, as C(host/namespace/name), without C(https://) and without a tag. Needed for a new
        mirror.
      - Quay refuses addresses inside of its own network unless C(SSRF_ALLOWED_HOSTS) in its config.yaml lists them.
    type: str
  image_tags:
    description:
      - Patterns of the tags that are copied, such as V(latest) or V(v1.*). All that there shall be. Needed for a new mirror.
    type: list
    elements: str
  unsigned_images:
    description: Whether images without a signature are copied. A new mirror is made with V(false).
    type: bool
  architecture_filter:
    description:
      - Architectures that are copied of images for several; an empty list for all of them, as a new mirror has it.
      - Needs Quay 3.17 (or 3.16.4), with C(FEATURE_SPARSE_INDEX) in its config.yaml.
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
      - Password of O(external_registry_username), which must be given along.
      - Quay does not tell it. It is sent when the mirror is made, when any other setting of it differs, and with O(force).
    type: str
  robot_username:
    description:
      - Robot of the repository's namespace that writes what is copied, as C(namespace+robot) or C(robot). Needed for a new mirror.
    type: str
  sync_interval:
    description:
      - Time from one synchronization to the next, in seconds or with a unit (s, m, h, d, w), such as V(8h). A new mirror is made
        with V(1d).
    type: str
  sync_start_date:
    description:
      - When the first synchronization is due, in ISO 8601, and in UTC unless it says otherwise, such as V(2027-01-31T03:00:00Z).
        That of a new mirror is due at once if nothing is said.
      - Quay moves the date on with each synchronization. So of a mirror that has been synchronized, an earlier date than the next
        one changes nothing.
    type: str
  skopeo_timeout:
    description:
      - How long a synchronization may take, in seconds or with a unit, from 5 minutes to 12 hours. A new mirror is made with V(5m).
      - Needs Quay 3.15 (or 3.9.25, 3.10.25, 3.12.21 or 3.14.7).
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
    description:
      - Whether a synchronization that is going on, or has been asked for, is cancelled. Quay then plans no further one, until
        O(force_sync).
    type: bool
    default: false
  force:
    description:
      - Whether O(external_registry_password) is sent although nothing else differs, because it has changed. That counts as a change
        each time. Has no effect without it.
    type: bool
    default: false
  state:
    description:
      - Whether the repository shall be a mirror. V(absent) gives it the state V(NORMAL), in which it takes pushes and is not
        synchronized; its images stay.
      - Quay has no request to remove the settings of a mirror. They stay, and count again with V(present).
    type: str
    choices: [present, absent]
    default: present
notes:
  - Needs C(FEATURE_REPO_MIRROR) in Quay's config.yaml, and a container of Quay that runs its mirror worker.
  - A token needs the scope C(repo:admin), and C(user:read) for a repository of the caller's own that is named without its
    namespace.
  - While a synchronization is going on the settings are not changed, since Quay would lose track of it. The task fails then,
    before anything is sent, unless it cancels the synchronization.
  - Quay drops a change that comes at the same moment as one of its worker, without saying so. So each change is looked at
    afterwards.
  - In an organization that is mirrored as a whole, Quay refuses mirrors of single repositories.
seealso:
  - module: quayops.quay.quay_organizations
  - module: quayops.quay.quay_repository
"""

EXAMPLES = r"""
- name: Mirror an image of quay.io every night
  quayops.quay.quay_repository_mirror:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    name: production/clair
    external_reference: quay.io/projectquay/clair
    image_tags: [latest, 4.*]
    robot_username: production+mirror
    sync_interval: 1d
    sync_start_date: "2027-01-31T03:00:00Z"
    is_enabled: true

- name: Synchronize it now
  quayops.quay.quay_repository_mirror:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    name: production/clair
    force_sync: true

- name: The password at the other registry has changed
  quayops.quay.quay_repository_mirror:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    name: production/clair
    external_registry_username: production+puller
    external_registry_password: "{{ vault_puller_password }}"
    force: true

- name: Let people push to it again
  quayops.quay.quay_repository_mirror:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    name: production/clair
    state: absent
"""

RETURN = r"""
name:
  description: Full name of the repository.
  type: str
  returned: success
  sample: production/clair
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample:
    - {"organization": "production", "action": "update", "kind": "repository_mirror", "name": "clair", "fields": ["sync_interval"]}
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.repository_mirror import REPOSITORY_MIRROR
from ..module_utils.kinds.single import single


def main():
    run_single(*single(REPOSITORY_MIRROR))


if __name__ == "__main__":
    main()
