#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_proxy_cache
short_description: Manage the proxy cache of an organization of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Makes an organization a cache of another registry, changes that, or ends it. Such an organization takes no pushes.
  - Quay has no update, so a changed proxy cache takes the place of the one that is there. Quay tries the new one out first, and if
    it refuses, the old one stays. That takes another organization that you administer and that is no proxy cache. Without one,
    the old one is removed, the new one tried out, and if Quay refuses it the old one is put back, without username and password.
    The message of a failure says what is there then.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  organization:
    description: Name of the organization, which must exist.
    type: str
    required: true
  registry:
    description:
      - The other registry, as host or C(host:port), without C(https://). With a namespace behind it (C(quay.io/projectquay)) only
        the images there can be pulled.
      - Quay refuses addresses inside of its own network unless C(SSRF_ALLOWED_HOSTS) in its config.yaml lists them, and names that
        it cannot resolve.
    type: str
    default: quay.io
  username:
    description: User at the other registry. Left out, or empty, it is asked without one.
    type: str
  password:
    description:
      - Password of O(username). Both or neither must be given.
      - Quay tells neither of them. They are sent when the proxy cache is made, when anything else of it differs, and with O(force).
        Where they are left out when the proxy cache is replaced, the new one has none; a warning says so.
    type: str
  insecure:
    description: Whether the other registry is asked by C(http://). A new proxy cache is made with V(false).
    type: bool
  expiration:
    description:
      - How long an image stays in the cache, in seconds or with a unit (s, m, h, d, w), such as V(48h). A new proxy cache is made
        with V(86400), a day.
    type: str
  validate:
    description:
      - Whether Quay has to be able to sign in at the other registry before the proxy cache is made or replaced. Where it cannot
        reach that registry at present, V(false) makes the proxy cache all the same.
    type: bool
    default: true
  force:
    description:
      - Whether O(username) and O(password) are sent although nothing else differs, because they have changed. The proxy cache is
        then replaced in each run. Has no effect without them.
    type: bool
    default: false
  state:
    description: Whether the organization shall be a proxy cache.
    type: str
    choices: [present, absent]
    default: present
notes:
  - Needs Quay 3.7, with C(FEATURE_PROXY_CACHE) in its config.yaml.
  - A token needs the scope C(org:admin), and C(user:read) to find another organization in which Quay tries a changed one out.
  - Quay refuses a proxy cache where the organization is mirrored as a whole, or has immutable tags.
seealso:
  - module: quayops.quay.quay_organizations
"""

EXAMPLES = r"""
- name: Cache what the production pulls from quay.io
  quayops.quay.quay_proxy_cache:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: cache
    registry: quay.io/projectquay
    username: production+puller
    password: "{{ vault_puller_password }}"
    expiration: 48h

- name: The password has changed
  quayops.quay.quay_proxy_cache:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: cache
    registry: quay.io/projectquay
    username: production+puller
    password: "{{ vault_puller_password }}"
    force: true

- name: No cache any more
  quayops.quay.quay_proxy_cache:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: cache
    state: absent
"""

RETURN = r"""
organization:
  description: Name of the organization.
  type: str
  returned: success
  sample: cache
changes:
  description: What was changed, or would be in check mode, in order. What was replaced is an update.
  type: list
  elements: dict
  returned: always
  sample: [{"organization": "cache", "action": "update", "kind": "proxy_cache", "name": "cache", "fields": ["expiration"]}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.proxy_cache import PROXY_CACHE
from ..module_utils.kinds.single import single


def main():
    run_single(*single(PROXY_CACHE))


if __name__ == "__main__":
    main()
