#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_repository_mirror
short_description: Manage the mirror of a repository in Quay
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Makes a repository the mirror of one in another registry, changes how it is mirrored, and has it synchronized.
  - The option C(mirror) of an entry in O(quayops.quay.quay_organizations#module:organizations[].repositories) does the same
    for many repositories at once.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  name:
    description:
      - Repository as C(namespace/name). Without the namespace it is in the user's own.
    type: str
    required: true
    aliases: [repository]
  external_reference:
    description:
      - Repository that is mirrored, with its host and without a tag, such as V(quay.io/projectquay/quay).
      - Needed for a new mirror.
    type: str
  image_tags:
    description:
      - Tags that are mirrored. They may have the wildcards V(*), V(?) and V([a-c]). Needed for a new mirror.
    type: list
    elements: str
  unsigned_images:
    description: Whether images without a signature are mirrored. A new mirror is made with V(false).
    type: bool
  architectures:
    description:
      - Architectures of which images are mirrored. An empty list means all. Needs Quay 3.16.4 with C(FEATURE_SPARSE_INDEX).
    type: list
    elements: str
    choices: [amd64, arm64, ppc64le, s390x]
    aliases: [architecture_filter]
  is_enabled:
    description: Whether the mirror is synchronized at its times. A new mirror is made with V(false).
    type: bool
  robot_username:
    description:
      - Robot that pushes what is mirrored, with or without its organization. Quay gives it the right to. Needed for a new
        mirror.
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
      - How long the mirroring of one image may take, between V(5m) and V(12h). A new mirror is made with five minutes. Needs Quay 3.15.
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
notes:
  - The user must administer the repository. A token needs the scope C(repo:admin). Needs C(FEATURE_REPO_MIRROR).
  - Quay cannot remove a mirror. O(is_enabled=false) switches it off; repositories get their pushes back with
    O(quayops.quay.quay_repository#module:repo_state=NORMAL); and a mirror goes with its repository.
  - Quay makes a repository that gets a mirror one with the state V(MIRROR), to which only the robot can push.
  - While Quay synchronizes a repository it passes changes of its mirror over. The module notices, tries again, and fails if
    that does not help.
seealso:
  - module: quayops.quay.quay_organization_mirror
  - module: quayops.quay.quay_repository
"""

EXAMPLES = r"""
- name: A mirror of the releases, every night
  quayops.quay.quay_repository_mirror:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    name: production/quay
    external_reference: quay.io/projectquay/quay
    image_tags: ["v3.*"]
    robot_username: production+mirror
    sync_interval: 1 day
    sync_start_date: "2026-12-02T02:00:00Z"
    is_enabled: true

- name: Synchronize it now
  quayops.quay.quay_repository_mirror:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    name: production/quay
    force_sync: true

- name: Another password at the other registry
  quayops.quay.quay_repository_mirror:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    name: production/quay
    external_registry_username: production+puller
    external_registry_password: "{{ vault_puller_password }}"
    force: true
"""

RETURN = r"""
name:
  description: Full name of the repository.
  type: str
  returned: success
  sample: production/quay
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample:
    - {"organization": "production", "action": "create", "kind": "repository_mirror", "name": "quay", "fields": ["image_tags"]}
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.repository_mirror import REPOSITORY_MIRROR
from ..module_utils.kinds.single import single


def main():
    run_single(*single(REPOSITORY_MIRROR))


if __name__ == "__main__":
    main()
