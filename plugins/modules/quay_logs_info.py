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
  - Returns entries of the log that Quay keeps of who did what, or counts of them.
  - The log is that of an organization, of a repository, of the whole registry, or else of your own namespace.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
attributes:
  diff_mode:
    support: none
    details: Changes nothing.
options:
  organization:
    description: Organization of whose log it is.
    type: str
  repository:
    description:
      - Repository of whose log it is, as C(organization/repository). Without an organization, it is one of your own
        namespace.
    type: str
  registry:
    description: Whether it is about the whole registry. For superusers.
    type: bool
    default: false
  start:
    description:
      - Nothing that was done before, as a date or a moment in ISO 8601, in UTC unless it says otherwise. By default a day
        before O(end).
    type: str
  end:
    description: Nothing that was done after. A date without a time is the end of that day. By default now.
    type: str
  performer:
    description: Only what this user or robot did.
    type: str
  kinds:
    description: Only these kinds of actions, in Quay's words, such as V(push_repo), V(pull_repo) or V(delete_tag).
    type: list
    elements: str
  counts:
    description:
      - Whether to return how often each kind of action was on each day, instead of the entries. The registry does the
        counting, of whole days in UTC. Needs C(FEATURE_AGGREGATED_LOG_COUNT_RETRIEVAL), which is on by default.
      - With O(performer), for an organization and your own namespace only.
    type: bool
    default: false
  limit:
    description: At most so many entries are returned, the newest. Quay hands out 20 with each request.
    type: int
    default: 500
notes:
  - A token needs the scope C(org:admin) for an organization, C(repo:admin) for a repository, C(super:user) for the registry,
    and C(user:admin) for your own namespace.
  - How long Quay keeps its log, and whether it can be read at all, is up to C(LOGS_MODEL) and the rotation of logs.
seealso:
  - module: quayops.quay.quay_logs_export
  - module: quayops.quay.quay_pull_stat_info
"""

EXAMPLES = r"""
- name: Who deleted tags this week
  quayops.quay.quay_logs_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    start: "{{ '%Y-%m-%d' | strftime(now().timestamp() - 7 * 86400) }}"
    kinds: [delete_tag]
  register: log

- ansible.builtin.debug:
    msg: "{{ item.performer }} deleted {{ item.metadata.repo }}:{{ item.metadata.tag }} on {{ item.datetime }}"
  loop: "{{ log.logs }}"

- name: How often images were pulled in a year
  quayops.quay.quay_logs_info:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    repository: production/app
    start: "2026-01-01"
    end: "2026-12-31"
    kinds: [pull_repo]
    counts: true
  register: pulls

- ansible.builtin.debug:
    var: pulls.totals.pull_repo
"""

RETURN = r"""
logs:
  description: The entries, newest first.
  type: list
  elements: dict
  returned: without O(counts)
  contains:
    kind:
      description: What was done, in Quay's words.
      type: str
      returned: always
      sample: delete_tag
    datetime:
      description: When, to the second.
      type: str
      returned: always
      sample: Tue, 01 Dec 2026 04:20:46 -0000
    performer:
      description: Name of the user or robot who did it; null where Quay does not know.
      type: str
      returned: always
      sample: production+ci
    ip:
      description: Address from which it was done.
      type: str
      returned: always
      sample: 192.0.2.7
    metadata:
      description: What Quay noted about it; this depends on the kind.
      type: dict
      returned: always
      sample: {"repo": "app", "namespace": "production", "tag": "v0.9.0"}
    namespace:
      description: Name of the organization or user in whose namespace it was done.
      type: str
      returned: with O(registry)
      sample: production
more:
  description: Whether there are more entries than O(limit).
  type: bool
  returned: without O(counts)
counts:
  description: How often each kind of action was on each day on which it was.
  type: list
  elements: dict
  returned: with O(counts)
  sample: [{"kind": "pull_repo", "count": 42, "datetime": "Tue, 01 Dec 2026 00:00:00 -0000"}]
totals:
  description: How often each kind of action was in all.
  type: dict
  returned: with O(counts)
  sample: {"pull_repo": 1234}
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.logs import logs, logs_info_options


def main():
    run_operation(
        logs_info_options(),
        logs,
        mutually_exclusive=[
            ("organization", "repository"),
            ("organization", "registry"),
            ("repository", "registry"),
        ],
    )


if __name__ == "__main__":
    main()
