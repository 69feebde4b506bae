# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The command quay-pruner, installed by quay_command and run as a process."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .support.playbook import Playbook, task
from .support.registry import Registry

TIMEOUT = 120.0  # seconds


@dataclass
class Installed:
    """The command with its files, all below one directory."""

    root: Path
    command: Path

    def configure(self, registry: Registry, *jobs: dict[str, Any]) -> None:
        """Write a configuration in which every job uses the administrator's token."""
        quay: dict[str, Any] = {"host": registry.url}
        if os.environ.get("QUAY_CA_PATH"):
            quay["ca_path"] = os.environ["QUAY_CA_PATH"]
        if os.environ.get("QUAY_VERIFY_SSL", "").lower() in ("false", "no", "0", "off"):
            quay["validate_certs"] = False
        document = {
            "quay": quay,
            "credentials_directory": str(self.root / "credentials"),
            "report_directory": str(self.root / "reports"),
            "report_tags": "all",
            "jobs": [{**job, "credential": "admin"} for job in jobs],
        }
        (self.root / "config.json").write_text(json.dumps(document))
        credential = self.root / "credentials" / "admin"
        credential.write_text(registry.token)
        credential.chmod(0o600)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.command), "--config", str(self.root / "config.json"), *arguments],
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
        )

    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.root / "reports" / "latest.json").read_text())
        return found


@pytest.fixture
def pruner(play: Playbook, tmp_path: Path) -> Installed:
    """The command, for which there is a token, and no policy yet."""
    root = tmp_path / "host"
    for name in ("credentials", "reports"):
        (root / name).mkdir(parents=True)
    command = root / "bin" / "quay-pruner"
    command.parent.mkdir()
    options = {"name": "quay-pruner", "directory": str(root / "lib"), "path": str(command)}
    run = play(
        {
            "check": task("quay_command", check=True, **options),
            "install": task("quay_command", **options),
            "again": task("quay_command", **options),
        }
    )
    assert [run[name]["changed"] for name in ("check", "install", "again")] == [True, True, False]
    return Installed(root, command)


def test_policies_are_carried_out(pruner: Installed, registry: Registry) -> None:
    organizations = [registry.new_org(), registry.new_org()]
    for organization in organizations:
        registry.new_repository(organization, "app")
        for tag in ("v1", "v2", "v3", "stable"):
            registry.push(f"{organization}/app", tag)
    options = {"keep_newest": 1, "include": "v[0-9]+", "keep_names": ["stable"]}
    pruner.configure(registry, *({"organization": name, "options": options} for name in organizations))

    dry = pruner.run("--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert pruner.report()["dry_run"] and pruner.report()["expired"] == 4
    assert all("expiration" not in tag for tag in registry.tags(f"{organizations[0]}/app").values())

    done = pruner.run()
    assert done.returncode == 0, done.stderr
    for organization in organizations:
        ending = {name for name, tag in registry.tags(f"{organization}/app").items() if "expiration" in tag}
        assert len(ending) == 2 and "stable" not in ending
        assert f"{organization}/app: 2 expire, 2 keep, 0 leave" in done.stdout
    assert pruner.report()["expired"] == 4
    assert registry.token not in done.stdout + done.stderr + json.dumps(pruner.report())

    again = pruner.run()
    assert again.returncode == 0, again.stderr
    assert pruner.report()["expired"] == 0


def test_a_source_that_fails_leaves_every_tag(pruner: Installed, registry: Registry) -> None:
    organization = registry.new_org()
    registry.new_repository(organization, "app")
    for tag in ("v1", "v2"):
        registry.push(f"{organization}/app", tag)
    options = {"keep_newest": 1, "keep_files": [str(pruner.root / "missing")]}
    pruner.configure(
        registry,
        {"organization": organization, "options": {"keep_newest": 1, "allow_empty_keeplist": True}},
        {"organization": organization, "options": options},
    )
    done = pruner.run()
    assert done.returncode == 1
    assert "missing cannot be read" in done.stderr
    assert pruner.report()["failed"] is True
    assert all("expiration" not in tag for tag in registry.tags(f"{organization}/app").values())


def test_wrong_use(pruner: Installed, registry: Registry) -> None:
    pruner.configure(registry, {"organization": "acme", "options": {"older": 7}})
    wrong = pruner.run()
    assert wrong.returncode == 2
    assert "no option 'older'" in wrong.stderr
    assert pruner.run("--nonsense").returncode == 2
    assert "quay-pruner" in pruner.run("--help").stdout
