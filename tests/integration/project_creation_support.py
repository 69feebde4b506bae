# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs the role quay_project_creation by a real ansible-playbook, as a play on a host named "registry"."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .support.playbook import run_ansible
from .support.registry import Registry

HOST = "registry"
ROLE = "quayops.quay.quay_project_creation"
INVENTORY = (
    f"{HOST} ansible_connection=local ansible_python_interpreter='{{{{ ansible_playbook_python }}}}'\n"
)


@dataclass(frozen=True)
class Run:
    """One run: exit code, output, and the results by the names of the tasks (without the role's name)."""

    code: int
    output: str
    results: Mapping[str, Any]

    def recap(self, word: str) -> int:
        """Return a figure of the PLAY RECAP, such as that of "changed"."""
        found = re.search(rf"^{HOST} +:.*\b{word}=(\d+)", self.output, re.MULTILINE)
        assert found, self.output
        return int(found.group(1))

    def of(self, user: str) -> Any:
        """Return the result of the bulk module for a user."""
        name = f"Ensure the organizations of {user}"
        assert name in self.results, f"nothing was done for {user}:\n{self.output}"
        return self.results[name]

    def message(self) -> str:
        """Return the message with which the role failed in the end."""
        assert self.code != 0, self.output
        return str(self.results["Fail with what failed for each user"]["msg"])

    def ensured(self) -> Run:
        """Return itself, after asserting that nothing failed."""
        assert self.code == 0, self.output
        return self


class Role:
    """Runs the role with the established variables; the directory with the users' files is ``data``."""

    def __init__(self, registry: Registry, directory: Path) -> None:
        self._registry = registry
        self._directory = directory
        self._runs = 0
        self.data = directory / "data"
        self.data.mkdir()

    def write_file(self, user: str, *lines: str) -> str:
        """Write a user's file and return its text."""
        text = "".join(f"{line}\n" for line in lines)
        path = self.data / f"{user}_token"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return text

    def __call__(
        self,
        organizations: Any,
        users: Any = None,
        *arguments: str,
        variables: Mapping[str, Any] | None = None,
        address: bool = True,
    ) -> Run:
        """Run the role. ``address``: give it the registry's."""
        given: dict[str, Any] = {
            "quay_data_dir": str(self.data),
            "quay_organizations": organizations,
            "quay_users": users or {},
            **({"quay_api_url": f"{self._registry.url}/api/v1"} if address else {}),
            **(variables or {}),
        }
        self._runs += 1
        directory = self._directory / f"role{self._runs}"
        directory.mkdir()
        (directory / "hosts").write_text(INVENTORY, encoding="utf-8")
        play = {"hosts": HOST, "gather_facts": False, "vars": given, "roles": [ROLE]}
        # JSON is YAML.
        (directory / "play.yml").write_text(json.dumps([play]), encoding="utf-8")
        code, output, lines = run_ansible(directory, ["-i", "hosts", "play.yml", *arguments])
        assert "Traceback" not in output, output
        results = {
            line["task"].rpartition(" : ")[2]: {**line["result"], "failed": line["failed"]} for line in lines
        }
        return Run(code, output, results)
