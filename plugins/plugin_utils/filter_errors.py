# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is wrong with the input of a filter, told as Ansible tells it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Callable

from ansible.errors import AnsibleFilterError

Filter = Callable[..., Any]


def told(filters: Mapping[str, Filter]) -> dict[str, Filter]:
    """Return the filters, by name, with each ValueError told as a filter's error, without a traceback."""
    return {name: _told(function) for name, function in filters.items()}


def _told(function: Filter) -> Filter:
    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except ValueError as error:
            raise AnsibleFilterError(str(error)) from None

    return wrapped
