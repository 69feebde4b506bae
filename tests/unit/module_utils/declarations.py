# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is wrong with a declaration of organizations, and what is desired where nothing is."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_organizations

# Longer than any name or description may be.
LONG = "a" * 256


def entry(**options: Any) -> dict[str, Any]:
    return {"name": "acme", **options}


def wrong(*entries: dict[str, Any], **options: Any) -> str:
    with pytest.raises(InvalidDeclaration) as caught:
        desired_organizations(entries, **options)
    return str(caught.value)
