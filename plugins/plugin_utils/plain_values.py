# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What Ansible hands to a filter, as values of JSON's own types. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.quayops.quay.plugins.module_utils.deployment.masking import Path


def plain(value: Any, encrypted: set[Path] | None = None, path: Path = ()) -> Any:
    """Return a value of JSON's own types.

    Before ansible-core 2.19 what is encrypted in place is no text; where one is found is put into
    ``encrypted``.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(below, encrypted, (*path, str(key))) for key, below in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(below, encrypted, (*path, index)) for index, below in enumerate(value)]
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if encrypted is not None:
        encrypted.add(path)
    return str(value)
