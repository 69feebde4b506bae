# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""``python -m tests.benchmark.deployment``: how long playbooks/site.yml takes on a host, and how many tasks.

Two throw-away hosts (containers with systemd, see scripts/lab.sh): on one the images are there already, on
the other they are loaded from archives. Each is deployed to, and then deployed to again.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .registry import ROOT

HOST = "quayops-bench"
HOST_IMAGE = "localhost/quayops/host:trixie"
IMAGES = {
    "quay": "localhost/quayops/quay-simulator:3.17.1",
    "postgresql": "localhost/quayops/sclorg-postgresql:17",
    "redis": "localhost/quayops/redis:7",
}
SCRATCH = ROOT / ".cache" / "bench"
OUTPUT = ROOT / "tests" / "output" / "benchmark-deployment.md"
# The bounds of a second run.
SECONDS = 40
TASKS = 60
_RECAP = re.compile(r"^registry\s*:\s*ok=(\d+)\s+changed=(\d+)\s+unreachable=0\s+failed=0", re.M)


@dataclass(frozen=True)
class Run:
    """One run of the playbook: seconds of wall time, tasks executed, tasks that changed something."""

    name: str
    seconds: float
    executed: int
    changed: int


def lab(*command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command where podman works. Raises RuntimeError with its output where it fails."""
    done = subprocess.run(
        [str(ROOT / "scripts/lab.sh"), *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return done


def start_host(volumes: Sequence[str]) -> None:
    """Start an empty host, in place of one that may be there."""
    remove_host()
    mounts = [part for volume in volumes for part in ("--volume", volume)]
    options = ["--detach", "--name", HOST, "--hostname", "registry.example.com", "--privileged"]
    lab("podman", "run", *options, "--systemd=always", *mounts, HOST_IMAGE)
    lab("podman", "exec", HOST, "systemctl", "is-system-running", "--wait", check=False)


def remove_host() -> None:
    """Remove the host with everything in it."""
    lab("podman", "rm", "--force", "--time", "0", "--volumes", "--ignore", HOST)


def deploy(name: str, archives: Sequence[str]) -> Run:
    """Run the playbook once."""
    variables = {
        "container_images": IMAGES,
        "quay_image_pull": False,
        "quay_redis_image_family": "sclorg",
        "quay_image_archives": [{"src": archive, "remote_src": True} for archive in archives],
    }
    (SCRATCH / "variables.json").write_text(json.dumps(variables), encoding="utf-8")
    (SCRATCH / "inventory").write_text(
        f"registry ansible_connection=podman_exec ansible_host={HOST} ansible_user=root "
        "ansible_python_interpreter=/usr/bin/python3\n",
        encoding="utf-8",
    )
    files = ["-i", f"{SCRATCH}/inventory", "-e", "@playbooks/vars/site.yml"]
    files += ["-e", f"@{SCRATCH}/variables.json"]
    started = time.monotonic()
    done = lab("ansible-playbook", *files, "playbooks/site.yml")
    seconds = time.monotonic() - started
    recap = _RECAP.search(done.stdout)
    if recap is None:
        raise RuntimeError(f"no recap in the output:\n{done.stdout[-4000:]}")
    return Run(name, seconds, int(recap.group(1)), int(recap.group(2)))


def save_archives() -> list[str]:
    """Save the images once, and return the names of the archives as the host sees them."""
    directory = SCRATCH / "archives"
    directory.mkdir(parents=True, exist_ok=True)
    for component, image in IMAGES.items():
        (directory / f"{component}.tar").unlink(missing_ok=True)
        lab("podman", "save", "--quiet", "--output", str(directory / f"{component}.tar"), image)
    return [f"/archives/{component}.tar" for component in IMAGES]


def measure() -> list[Run]:
    """Deploy to both hosts, twice to the first."""
    store = lab("podman", "info", "--format", "{{.Store.GraphRoot}}").stdout.strip()
    runs = []
    try:
        start_host([f"{store}:/var/lib/shared-images:ro"])
        runs.append(deploy("first run, images there", []))
        runs.append(deploy("second run", []))
        archives = save_archives()
        start_host([f"{SCRATCH / 'archives'}:/archives:ro"])
        runs.append(deploy("first run, images loaded from archives", archives))
    finally:
        remove_host()
    return runs


def report(runs: Sequence[Run]) -> str:
    """The table, and how the second run compares with its bounds."""
    lines = ["| run | wall s | tasks executed | changed |", "|---|---|---|---|"]
    lines += [f"| {one.name} | {one.seconds:.1f} | {one.executed} | {one.changed} |" for one in runs]
    second = next(one for one in runs if one.name == "second run")
    lines += [
        "",
        f"Second run: {second.executed} of at most {TASKS} tasks, {second.changed} of 0 changes, "
        f"{second.seconds:.1f} s (at most {SECONDS} s wanted on two cores; a time never fails).",
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    """Return 1 where the second run executes too many tasks or changes something, 2 where a run fails."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    names = [Path(image.partition(":")[0]).name for image in (HOST_IMAGE, *IMAGES.values())]
    try:
        subprocess.run([str(ROOT / "scripts/images.sh"), *names], cwd=ROOT, check=True)
        runs = measure()
    except (RuntimeError, subprocess.CalledProcessError) as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 2
    text = report(runs)
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(text, encoding="utf-8")
    print(text, end="")
    second = next(one for one in runs if one.name == "second run")
    return 1 if second.executed > TASKS or second.changed else 0


if __name__ == "__main__":
    sys.exit(main())
