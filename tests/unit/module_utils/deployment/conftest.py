# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Modules that run in the same process, and a directory with a certificate."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.certificates import Authority

from .running import Runner


@pytest.fixture(name="run")
def fixture_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(monkeypatch, capsys)


@pytest.fixture(name="stack")
def fixture_stack(tmp_path: Path) -> Path:
    """An empty directory, with a parent of its own."""
    stack = tmp_path / "data" / "stack"
    stack.mkdir(parents=True)
    return stack


@pytest.fixture(name="certified")
def fixture_certified(tmp_path: Path, stack: Path) -> Path:
    """The directory with a certificate for registry.example.com."""
    leaf = Authority(tmp_path).leaf("registry", "registry.example.com", valid_days=20)
    shutil.copy(leaf.certificate, stack / "ssl.cert")
    shutil.copy(leaf.key, stack / "ssl.key")
    return stack
