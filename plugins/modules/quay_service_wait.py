#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_service_wait
short_description: Wait until a service of a Quay registry is ready, or say why it is not
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Waits for the answer 200 of an address of a container that systemd runs. The wait ends early where the service has ended,
    or ends again and again.
  - A failure tells the cause first, then the last lines of the journal that show it, without what podman and systemd say
    of each start and end.
  - A service that ends by itself again and again is stopped, since starting it once more does not help. One that runs
    but does not answer is left as it is.
  - Must run as root.
extends_documentation_fragment:
  - quayops.quay.attributes
attributes:
  check_mode:
    support: none
    description: Check mode changes nothing that could be waited for. Leave the task out there.
  diff_mode:
    support: none
    details: There is nothing to compare.
  action_group:
    support: none
    description: Does not speak to Quay's API, so that no option of the connection applies.
    membership: []
  idempotent:
    support: full
    description: A service that is ready is left alone.
options:
  unit:
    description: Name of the service, without C(.service).
    type: str
    required: true
  url:
    description:
      - Address to be asked. Its certificate is not checked, and no proxy is used.
      - Required unless O(has_failed=true).
    type: str
  host_header:
    description: Host name to ask for, if it is not that of O(url).
    type: str
  timeout:
    description: Seconds to wait at most.
    type: int
    default: 900
  restarts:
    description: How many times systemd may have to start the service again meanwhile.
    type: int
    default: 3
  has_failed:
    description: That the service does not start is known already. Do not wait, and fail with the reason.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Wait until the registry is healthy
  quayops.quay.quay_service_wait:
    unit: quay
    url: https://127.0.0.1/health/instance
    host_header: registry.example.com
  become: true

- name: Say why PostgreSQL does not start
  quayops.quay.quay_service_wait:
    unit: quay-postgresql
    has_failed: true
  become: true
"""

RETURN = r"""
seconds:
  description: How long it took.
  type: float
  returned: success
  sample: 12.3
state:
  description: What systemd says of the service.
  type: dict
  returned: always
  sample: {"active": "activating", "sub": "auto-restart", "result": "exit-code", "restarts": 3, "status": 1}
lines:
  description: The lines of the journal that show the cause.
  type: list
  elements: str
  returned: failure
"""

from ..module_utils.ansible.deployment import run_service_wait


def main():
    run_service_wait()


if __name__ == "__main__":
    main()
