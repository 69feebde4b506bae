# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Running other programs."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.deployment import commands
from ansible_collections.quayops.quay.plugins.module_utils.deployment.commands import run
from ansible_collections.quayops.quay.plugins.module_utils.deployment.errors import DeploymentError


def test_output_and_code() -> None:
    script = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    assert run([sys.executable, "-c", script], 30) == (3, "out\n", "err\n")


def test_no_shell_and_no_input() -> None:
    assert run(["echo", "$HOME; ls"], 30).output == "$HOME; ls\n"
    assert run(["cat"], 30) == (0, "", "")


def test_bytes_that_are_no_text() -> None:
    assert run(["printf", r"\377x"], 30).output == "\ufffdx"


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(DeploymentError, match=r"^/no/such/program cannot be started: No such file"):
        run(["/no/such/program"], 30)


def test_what_takes_too_long_is_stopped_with_all_that_it_started(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    # The child of the child would write, were it left alone.
    script = f"(sleep 2; touch {marker}) & sleep 60"
    started = time.monotonic()
    with pytest.raises(DeploymentError, match=r"sh did not end within 0.2 seconds"):
        run(["sh", "-c", script], 0.2)
    assert time.monotonic() - started < 20
    time.sleep(2.2)
    assert not marker.exists()


def test_one_that_ignores_the_request_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "_GRACE_SECONDS", 0.3)
    with pytest.raises(DeploymentError, match="did not end within"):
        run(["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"], 0.2)
