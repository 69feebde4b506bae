# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""One measurement: a real ``ansible-playbook`` against the simulator, and what it cost."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .registry import PASSWORD, ROOT, USER, Registry

PROBE = Path(__file__).with_name("probe.py")
COLLECTIONS = ROOT / ".cache" / "collections"

Declaration = list[dict[str, Any]]
Playbook = list[dict[str, Any]]


@dataclass(frozen=True)
class Cost:
    """Seconds of wall time and of CPU time, and bytes of peak memory."""

    wall: float
    cpu: float
    peak: int


@dataclass(frozen=True)
class Measurement:
    """What one run cost.

    ``organizations``: how many were declared. ``playbook``: ansible-playbook with everything that it
    started. ``module``: the process of the module alone, None where it was not measured.
    ``server_cpu``: CPU seconds of the simulator. ``measured``: how many organizations were measured
    where the figures were scaled from them.
    """

    title: str
    organizations: int
    requests: int
    playbook: Cost
    module: Cost | None
    server_cpu: float
    measured: int | None = None


@dataclass(frozen=True)
class Run:
    """What is to be run. ``changes``: whether the run has to report changes, else none."""

    title: str
    playbook: Playbook
    organizations: Declaration
    changes: bool
    sign_in: bool = False
    probe_module: bool = True


def measure(registry: Registry, directory: Path, run: Run) -> Measurement:
    """Carry out a run. Raises RuntimeError where it does not do what it is measured for."""
    print(f"benchmark: {run.title} ...", file=sys.stderr, flush=True)
    command = _command(directory, run)
    reports = directory / "playbook.cost", directory / "module.cost"
    for report in reports:
        report.unlink(missing_ok=True)
    registry.forget_requests()
    before = registry.cpu()
    code, output = _execute(
        [sys.executable, "-IS", str(PROBE), str(reports[0]), *command],
        directory,
        _environment(registry, directory, run),
    )
    used = registry.cpu() - before
    _check(run, code, output)
    return Measurement(
        run.title,
        len(run.organizations),
        registry.requests(),
        playbook=_cost(reports[0]),
        module=_cost(reports[1]) if run.probe_module else None,
        server_cpu=used,
    )


def scaled(part: Measurement, start_up: Measurement, organizations: int) -> Measurement:
    """Return what ``organizations`` would cost, from a run with fewer: all but the start-up is multiplied.

    Memory stays as it was: a loop holds one module at a time.
    """
    factor = organizations / part.organizations

    def stretch(whole: float, fixed: float) -> float:
        return fixed + (whole - fixed) * factor

    return replace(
        part,
        organizations=organizations,
        measured=part.organizations,
        requests=round(part.requests * factor),
        playbook=Cost(
            stretch(part.playbook.wall, start_up.playbook.wall),
            stretch(part.playbook.cpu, start_up.playbook.cpu),
            part.playbook.peak,
        ),
        server_cpu=part.server_cpu * factor,
    )


def link_collection() -> None:
    """Make this checkout the collection that Ansible finds, as scripts/setup.sh does."""
    link = COLLECTIONS / "ansible_collections" / "quayops" / "quay"
    if not link.exists():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        # Relative, so that the checkout can be moved.
        link.symlink_to(Path(*[".."] * 4), target_is_directory=True)


def _command(directory: Path, run: Run) -> list[str]:
    playbook, variables = directory / "playbook.json", directory / "variables.json"
    playbook.write_text(json.dumps(run.playbook), encoding="utf-8")
    values: dict[str, Any] = {"organizations": run.organizations}
    if run.probe_module:
        values["ansible_python_interpreter"] = str(_interpreter(directory))
    variables.write_text(json.dumps(values), encoding="utf-8")
    # The implicit localhost runs modules with the Python of ansible-playbook.
    return [sys.executable, "-m", "ansible", "playbook", "--extra-vars", f"@{variables}", str(playbook)]


def _execute(command: list[str], directory: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Return exit code and output. Whatever ends this program ends the whole process group of the command."""
    process = subprocess.Popen(
        command,
        cwd=directory,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _nothing = process.communicate()
    except BaseException:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        raise
    return process.returncode, output


def _interpreter(directory: Path) -> Path:
    """Return a stand-in for Python that runs it below the probe: the module as Ansible runs it."""
    script = directory / "python"
    words = [sys.executable, "-IS", str(PROBE), str(directory / "module.cost"), sys.executable]
    quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
    script.write_text(f'#!/bin/sh\nexec {quoted} "$@"\n', encoding="utf-8")
    script.chmod(0o700)
    return script


def _environment(registry: Registry, directory: Path, run: Run) -> dict[str, str]:
    """Return the environment of a run: Ansible's defaults, and the credentials for every task."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "QUAY_"))}
    configuration = directory / "ansible.cfg"
    configuration.touch()
    kept.update(
        ANSIBLE_COLLECTIONS_PATH=str(COLLECTIONS),
        # An empty one, lest the user's be found.
        ANSIBLE_CONFIG=str(configuration),
        ANSIBLE_HOME=str(directory / "ansible"),
        ANSIBLE_LOCALHOST_WARNING="false",
        ANSIBLE_INVENTORY_UNPARSED_WARNING="false",
        ANSIBLE_NOCOLOR="1",
        LC_ALL="C.UTF-8",
        QUAY_HOST=registry.url,
        # A proxy of the environment would get the requests otherwise.
        NO_PROXY="127.0.0.1",
        no_proxy="127.0.0.1",
    )
    if run.sign_in:
        kept.update(QUAY_USERNAME=USER, QUAY_PASSWORD=PASSWORD)
    else:
        kept["QUAY_TOKEN"] = registry.token
    return kept


def _check(run: Run, code: int, output: str) -> None:
    """Raise where the run failed, or changed what it was not to change: its figures would mean nothing."""
    recap = re.search(r"changed=(\d+)", output)
    if code != 0 or recap is None:
        raise RuntimeError(f"{run.title}: ansible-playbook ended with {code}.\n{output[-4000:]}")
    if (int(recap.group(1)) > 0) != run.changes:
        raise RuntimeError(f"{run.title}: expected changes: {run.changes}.\n{output[-4000:]}")


def _cost(report: Path) -> Cost:
    """Return what the probe wrote down. Of several processes the largest counts."""
    lines = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    return max((Cost(line["wall"], line["cpu"], line["peak"]) for line in lines), key=lambda cost: cost.peak)
