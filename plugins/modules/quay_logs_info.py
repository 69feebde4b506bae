#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_logs_info
short_description: Read what was done in a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Returns entries of Quay's log of actions, newest first, or how often each kind of action was done on each day.
  - Without O(organization), O(repository) and O(registry) it is the log of your own namespace.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
attributes:
  diff_mode:
    support: none
    details: Changes nothing.
options:
  organization:
    description: What was done in this organization.
    type: str
  repository:
    description: What was done in this repository, as C(organization/repository); without an organization it is one of your own.
    type: str
  registry:
    description: What was done anywhere. For superusers.
    type: bool
    default: false
  start:
    description:
      - From when on, in ISO 8601, as a day (V(2026-12-31)) or a moment (V(2026-12-31T08:00:00Z)), in UTC unless it says otherwise.
      - By default the day before today, or before O(end).
    type: str
  end:
    description: Until when. A day is meant as a whole. By default until now.
    type: str
  performer:
    description:
      - Only what this user or robot (as C(organization+robot)) did. It must exist.
      - In a repository or the whole registry Quay does not look for that, so that all is read and the rest left out.
    type: str
  kinds:
    description:
      - Only these kinds of actions, in Quay's words, such as V(push_repo), V(delete_tag) and V(org_create_team). All is read, and
        the rest left out.
    type: list
    elements: str
  aggregated:
    description:
      - Whether to return how often each kind of action was done on each day (V(true)), in place of the entries. O(start) and O(end)
        then count as whole days, at most 31.
      - O(performer) then needs O(organization), or your own namespace. Needs C(FEATURE_AGGREGATED_LOG_COUNT_RETRIEVAL), which is on
        by default.
    type: bool
    default: false
  limit:
    description: The most entries to return; V(0) for all. Quay gives 20 a request.
    type: int
    default: 100
notes:
  - A token needs the scope C(org:admin) for an organization, C(repo:admin) for a repository, C(user:admin) for your own namespace,
    and C(super:user) for the registry.
  - Quay must keep its log where it can look into it (C(LOGS_MODEL) in its config.yaml), and keeps it as long as
    C(ACTION_LOG_ROTATION_THRESHOLD) says.
"""

EXAMPLES = r"""
- name: Who deleted tags since Monday
  quayops.quay.quay_logs_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    start: "2026-11-30"
    kinds: [delete_tag]
    limit: 0
  register: found

- name: Name them
  ansible.builtin.debug:
    msg: "{{ found.logs | map(attribute='performer') | unique }}"

- name: How much was pulled on each day of a month
  quayops.quay.quay_logs_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    repository: production/app
    start: "2026-10-01"
    end: "2026-10-31"
    kinds: [pull_repo]
    aggregated: true
"""

RETURN = r"""
logs:
  description: What was done, newest first.
  type: list
  elements: dict
  returned: without O(aggregated)
  contains:
    datetime:
      description: When, in UTC.
      type: str
      returned: always
      sample: "2026-12-01T08:15:30Z"
    kind:
      description: What was done, in Quay's words.
      type: str
      returned: always
      sample: delete_tag
    performer:
      description: Name of the user or robot who did it, null where Quay does not know.
      type: str
      returned: always
      sample: production+ci
    ip:
      description: Address from which it was asked for.
      type: str
      returned: always
      sample: 192.0.2.7
    metadata:
      description: What else Quay notes. It depends on the kind.
      type: dict
      returned: always
      sample: {"repo": "app", "namespace": "production", "tag": "v1"}
    namespace:
      description: Organization or user in whose namespace it was done.
      type: str
      returned: with O(registry), where it was done in one
      sample: production
complete:
  description: Whether that is all there is (V(true)), or O(limit) cut it off (V(false)).
  type: bool
  returned: without O(aggregated)
  sample: true
counts:
  description: How often each kind of action was done on each day.
  type: list
  elements: dict
  returned: with O(aggregated)
  sample: [{"date": "2026-12-01", "kind": "pull_repo", "count": 42}]
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.logs import log, log_options


def main():
    run_operation(log_options(), log, mutually_exclusive=[("organization", "repository", "registry")])


if __name__ == "__main__":
    main()
