# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What all modules support."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: Can run in check mode and return what would change, without changing anything. Sends GET requests only.
  diff_mode:
    support: full
    description: Returns what has changed, or would change in check mode, one entry for each object, without secrets.
  idempotent:
    support: full
    description: A second run with the same options changes nothing.
  action_group:
    support: full
    description: Use C(group/quayops.quay.quay) in C(module_defaults) to set the options of the connection once.
    membership:
      - quayops.quay.quay
"""
