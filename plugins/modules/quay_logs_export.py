#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_logs_export
short_description: Have a Quay registry export its log
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Lets Quay write the log of an organization, of a repository, or else of your own namespace into a file. When that is done,
    which may take long, it sends the address of the file to O(url) or O(email).
  - Each run starts a new export.
  - Needs C(FEATURE_LOG_EXPORT), which is on by default.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
attributes:
  diff_mode:
    support: none
    details: There is nothing to compare.
  idempotent:
    support: none
    details: Each run starts an export.
options:
  organization:
    description: Organization of whose log it is.
    type: str
  repository:
    description:
      - Repository of whose log it is, as C(organization/repository). Without an organization, it is one of your own
        namespace.
    type: str
  start:
    description:
      - Nothing that was done before, as a date or a moment in ISO 8601, in UTC unless it says otherwise. By default a day
        before O(end).
    type: str
  end:
    description: Nothing that was done after. By default now. Quay exports whole days.
    type: str
  url:
    description:
      - Address to which Quay posts where the file is. Quay takes none inside of its own network, unless its
        C(SSRF_ALLOWED_HOSTS) lists it.
    type: str
  email:
    description: E-mail address to which Quay writes where the file is. Needs C(FEATURE_MAILING).
    type: str
notes:
  - A token needs the scope C(org:admin) for an organization, C(repo:admin) for a repository, and C(user:admin) for your own
    namespace.
seealso:
  - module: quayops.quay.quay_logs_info
"""

EXAMPLES = r"""
- name: Keep what was done last year
  quayops.quay.quay_logs_export:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    start: "2026-01-01"
    end: "2026-12-31"
    url: https://archive.example.com/quay
"""

RETURN = r"""
export_id:
  description: Quay's identifier of the export, which it sends along.
  type: str
  returned: unless in check mode
  sample: 55454a23-0038-4450-82ac-e7f6bf6ad65a
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.logs import export, logs_export_options


def main():
    run_operation(
        logs_export_options(),
        export,
        required_one_of=[("url", "email")],
        mutually_exclusive=[("organization", "repository")],
    )


if __name__ == "__main__":
    main()
