# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Which repositories of an organization are meant."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  repositories:
    description:
      - Names of repositories, each of which must exist in every organization that is named. All repositories, if neither
        this nor O(matching) is given. About one organization or more, not about a single repository that is named by
        another option.
    type: list
    elements: str
  matching:
    description:
      - A regular expression. Repositories whose whole name matches are taken, besides those of O(repositories).
    type: str
  skip:
    description: Names of repositories that are left out, whatever else says.
    type: list
    elements: str
    default: []
"""
