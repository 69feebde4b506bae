# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs a real ansible-playbook and collects what became of each task."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .registry import Registry
from .server import CHECKOUT

Task = dict[str, Any]
Result = dict[str, Any]

COLLECTIONS = CHECKOUT / ".cache" / "collections"
CALLBACKS = Path(__file__).resolve().parents[1] / "callbacks"
PLAYBOOK_TIMEOUT = 300.0  # seconds
# A marker that the runner takes out of a task again.
_FAILS = "_fails"
# Of the environment of whoever runs the tests, these say how to reach a real Quay.
_KEPT = ("QUAY_CA_PATH", "QUAY_VERIFY_SSL")


def task(
    module: str, *, check: bool = False, diff: bool = False, fails: bool = False, **options: Any
) -> Task:
    """Return a task for a module of the collection; ``fails``: it is meant to fail."""
    found: Task = {f"quayops.quay.{module}": options, _FAILS: fails}
    if check:
        found["check_mode"] = True
    if diff:
        found["diff"] = True
    return found


def look(registry: Registry, path: str) -> Task:
    """Return a task that reads from the registry, between others, without the collection: see Run.seen."""
    headers = {"Authorization": f"Bearer {registry.token}"}
    call = f"lookup('ansible.builtin.url', {registry.url + '/api/v1/' + path!r}, headers={headers!r}"
    return {
        "ansible.builtin.debug": {
            "msg": "{{ " + call + ", split_lines=false, validate_certs=false, errors='ignore') }}"
        }
    }


@dataclass(frozen=True)
class Run:
    """One run of ansible-playbook: its output, and the results by the names of the tasks."""

    code: int
    output: str
    results: Mapping[str, Result]

    def __getitem__(self, name: str) -> Result:
        assert name in self.results, f"task {name!r} has not run:\n{self.output}"
        return self.results[name]

    def seen(self, name: str) -> Any:
        """Return what a ``look`` found, None if there was nothing."""
        text = self[name]["msg"]
        return json.loads(text) if isinstance(text, str) and text else text or None

    def changes(self, name: str) -> list[tuple[str, str, str]]:
        """Return action, kind and name of each change that a task reports."""
        return [(change["action"], change["kind"], change["name"]) for change in self[name]["changes"]]

    def message(self, name: str) -> str:
        """Return the message of a task that failed."""
        return str(self[name]["msg"])


class Playbook:
    """Runs tasks against a registry, on this machine."""

    def __init__(self, registry: Registry, directory: Path) -> None:
        self._registry = registry
        self._directory = directory
        self._runs = 0

    def __call__(
        self,
        tasks: Mapping[str, Task],
        *arguments: str,
        defaults: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> Run:
        """Run named tasks; every task must fare as it is meant to.

        ``arguments`` go to ansible-playbook. ``defaults`` are the options of the action group, in
        place of the registry's address and the administrator's token.
        """
        return self.start(
            tasks, *arguments, defaults=defaults, environment=environment, variables=variables
        )()

    def start(
        self,
        tasks: Mapping[str, Task],
        *arguments: str,
        defaults: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> Started:
        """Start what a call runs, without waiting for it."""
        self._runs += 1
        directory = self._directory / f"run{self._runs}"
        directory.mkdir()
        if defaults is None:
            defaults = {"quay_host": self._registry.url, "quay_token": self._registry.token}
        play = {
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "module_defaults": {"group/quayops.quay.quay": dict(defaults)},
            "vars": dict(variables or {}),
            "tasks": [_as_written(name, one) for name, one in tasks.items()],
        }
        playbook = directory / "playbook.yml"
        # JSON is YAML.
        playbook.write_text(json.dumps([play], indent=1), encoding="utf-8")
        return Started(start_ansible(directory, [str(playbook), *arguments], environment), tasks)


class Started:
    """Tasks at work."""

    def __init__(self, process: AnsibleProcess, tasks: Mapping[str, Task]) -> None:
        self._tasks = tasks
        self.process = process

    def __call__(self) -> Run:
        """Wait for the end; every task must fare as it is meant to."""
        run = self.ended()
        _check(run, self._tasks)
        return run

    def ended(self) -> Run:
        """Wait for the end, however it comes."""
        code, output, lines = self.process.wait()
        return Run(code, output, {line["task"]: _result(line) for line in lines})


class AnsibleProcess:
    """An ansible-playbook at work.

    Its output goes into a file: a pipe would be held open by what it started and left behind.
    """

    def __init__(self, directory: Path, arguments: list[str], environment: Mapping[str, str]) -> None:
        self._results = directory / "results.jsonl"
        self._results.touch()
        self._output = directory / "output"
        with self._output.open("w", encoding="utf-8") as stream:
            self._process = subprocess.Popen(
                [ansible_playbook(), *arguments],
                cwd=directory,
                env={**_environment(directory, self._results), **environment},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
            )

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def kill(self) -> None:
        """End it at once, but not what it has started."""
        self._process.kill()

    def wait(self) -> tuple[int, str, list[dict[str, Any]]]:
        """Wait for the end; return exit code, output and the result of each task."""
        try:
            code = self._process.wait(PLAYBOOK_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        lines = [json.loads(line) for line in self._results.read_text(encoding="utf-8").splitlines()]
        return code, self._output.read_text(encoding="utf-8"), lines


def run_ansible(
    directory: Path, arguments: list[str], environment: Mapping[str, str] | None = None
) -> tuple[int, str, list[dict[str, Any]]]:
    """Run ansible-playbook in a directory; return its exit code, its output and the result of each task."""
    return start_ansible(directory, arguments, environment).wait()


def start_ansible(
    directory: Path, arguments: list[str], environment: Mapping[str, str] | None = None
) -> AnsibleProcess:
    """Start ansible-playbook in a directory."""
    return AnsibleProcess(directory, arguments, environment or {})


def ansible_playbook() -> str:
    """Return the command that belongs to this Python, or else the one on PATH."""
    beside = Path(sys.executable).parent / "ansible-playbook"
    command = str(beside) if beside.exists() else shutil.which("ansible-playbook")
    assert command, "ansible-playbook is not installed"
    return command


def link_collection() -> None:
    """Make this checkout the collection that Ansible finds (scripts/setup.sh does the same)."""
    link = COLLECTIONS / "ansible_collections" / "quayops" / "quay"
    link.parent.mkdir(parents=True, exist_ok=True)
    try:
        link.symlink_to("../../../..", target_is_directory=True)
    except FileExistsError:
        # It is there, or another worker of pytest-xdist was first.
        pass


def _result(line: Mapping[str, Any]) -> Result:
    return {**line["result"], "failed": line["failed"]}


def _environment(directory: Path, results: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or not name.startswith(("QUAY_", "ANSIBLE_"))
    }
    return {
        **kept,
        "ANSIBLE_CALLBACKS_ENABLED": "task_results",
        "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_CONFIG": str(CHECKOUT / "scripts" / "ansible.cfg"),
        "ANSIBLE_HOME": str(directory / "home"),
        "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_REMOTE_TEMP": str(directory / "remote"),
        "LC_ALL": "C.UTF-8",
        "TASK_RESULTS_FILE": str(results),
    }


def _as_written(name: str, one: Task) -> Task:
    """Return the task with its name; a failure does not end the play, so that the next tasks run too."""
    rest = {key: value for key, value in one.items() if key != _FAILS}
    return {"name": name, **rest, "ignore_errors": True}


def _check(run: Run, tasks: Mapping[str, Task]) -> None:
    for name, one in tasks.items():
        result = run[name]
        wanted = one.get(_FAILS, False)
        assert result["failed"] == wanted, (
            f"task {name!r} should have {'failed' if wanted else 'succeeded'}: "
            f"{json.dumps(result, indent=1)}\n{run.output}"
        )
        assert "Traceback" not in json.dumps(result), f"task {name!r} has a traceback:\n{run.output}"
