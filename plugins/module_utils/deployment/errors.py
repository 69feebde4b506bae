# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What can go wrong on the host, and how it is told."""

from __future__ import annotations

from typing import Any


class DeploymentError(Exception):
    """Something that the user has to do something about. ``details`` go into the module's result."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.details = details


class MissingLibrary(DeploymentError):
    """A library of Python that is needed now is not installed; the message is its name.

    ``trace`` is the traceback of the import that failed.
    """

    def __init__(self, name: str, trace: str) -> None:
        super().__init__(name)
        self.trace = trace
