# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Tasks against a registry that is not well: what ends them, what is said, what stays on the host."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.module_utils.servers import LocalServer, Reply, Seen

from .support.playbook import Playbook, task
from .support.registry import Registry

pytestmark = pytest.mark.simulator_only
BAD_GATEWAY = Reply(502, "<html><title>502 Bad Gateway</title></html>")


def modules_at_work(directory: Path) -> list[int]:
    """Return the processes on this machine that run a module out of a directory for temporary files."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(directory).encode() in words and b"AnsiballZ" in words:
                found.append(int(entry.name))
    return found


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait until the function is true, at most so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def temporary(tmp_path: Path) -> Iterator[Path]:
    """A directory for what Ansible puts on the host, so that its processes can be told from others."""
    directory = tmp_path / "on-the-host"
    directory.mkdir()
    yield directory
    for process in modules_at_work(directory):
        os.kill(process, signal.SIGKILL)


def environment(temporary: Path) -> dict[str, str]:
    return {
        "ANSIBLE_REMOTE_TEMP": str(temporary),
        "ANSIBLE_LOCAL_TEMP": str(temporary),
        "TMPDIR": str(temporary),
    }


def test_the_timeout_of_a_task_ends_its_module_too(
    registry: Registry, tmp_path: Path, temporary: Path
) -> None:
    # Long enough for the first request on a busy machine; the module alone would go on for ten minutes.
    with LocalServer([replace(BAD_GATEWAY, headers={"Retry-After": "60"})]) as server:
        one = task("quay_organization", name="acme", quay_host=server.url, quay_token="t", fails=True)
        one["timeout"] = 20
        run = Playbook(registry, tmp_path)({"bounded": one}, environment=environment(temporary))
        assert "20 second" in run.message("bounded")
        assert server.lines() == ["GET /api/v1/organization/acme"]
        assert wait_until(lambda: not modules_at_work(temporary), 30)
    assert list(temporary.rglob("*payload*")) == []


def test_what_was_waited_for_is_said_in_the_end(registry: Registry, tmp_path: Path) -> None:
    organization = {"name": "acme", "is_admin": True, "is_member": True, "email": "", "teams": {}}

    def answer(seen: Seen) -> Reply:
        return BAD_GATEWAY if len(server.seen) <= 5 else Reply(body=organization)

    with LocalServer(answer) as server:
        one = task("quay_organization", name="acme", quay_host=server.url, quay_token="t")
        run = Playbook(registry, tmp_path)({"slow": one})
    assert not run["slow"]["changed"]
    (warning,) = run["slow"]["warnings"]
    assert "tried again 5 times" in str(warning)
    assert 'GET organization/acme: Quay answered 502 "Bad Gateway".' in str(warning)
