# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""``python -m tests.benchmark.operating``: visibility and retention over 200 repositories.

Each is done by its module, in a real ansible-playbook, and by a plain sequential script (sequential.py),
with registries that are filled alike. Exit code 1 where a bound on requests is missed or the two did not
send the same writes; times never fail.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from .cases import play
from .measure import Run, link_collection, measure
from .registry import ROOT, Registry, registry

OUTPUT = ROOT / "tests" / "output" / "benchmark-operating.md"
ORGANIZATION = "bench"
REPOSITORIES = 200
TAGS = 500
DAYS = 30
# Of every repository's tags, one a day old each, so many are older; the newest are kept.
OLD = 5
LATENCY = 0.03
_DAY = 86400
# Beside one request for each tag that expires.
MOST_READS = 1100

VISIBILITY = play({"quayops.quay.quay_repositories": {"organization": ORGANIZATION, "visibility": "public"}})
PRUNE = play(
    {
        "quayops.quay.quay_tag_prune": {
            "organization": ORGANIZATION,
            "older_than": f"{DAYS}d",
            "keep_names": ["latest"],
            "return_tags": "none",
        }
    }
)


@dataclass(frozen=True)
class Row:
    """One run: requests of all kinds, those that change something, seconds of wall time."""

    title: str
    requests: int
    writes: int
    seconds: float


def fill(server: Registry, tags: int) -> None:
    """Make the repositories, each with so many tags of which OLD are older than DAYS."""
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {server.token}"
        _post(session, server, "/api/v1/organization/", {"name": ORGANIZATION, "email": "b@example.com"})
        now = time.time()
        for number in range(REPOSITORIES):
            name = f"app-{number:04d}"
            body = {"namespace": ORGANIZATION, "repository": name, "visibility": "private", "description": ""}
            _post(session, server, "/api/v1/repository", body)
            rows = [
                {
                    "org": ORGANIZATION,
                    "repo": name,
                    "tag": f"v{index:04d}",
                    "start_ts": now - ((DAYS + 1) * _DAY if index < OLD else 60 * index),
                }
                for index in range(tags)
            ]
            if rows:
                _post(session, server, "/_simulator/tags", rows)


def _post(session: requests.Session, server: Registry, path: str, body: Any) -> None:
    # As the simulator waits for each request, filling takes some seconds; that is not measured.
    session.post(server.url + path, json=body, timeout=120).raise_for_status()


def by_module(server: Registry, directory: Path, title: str, playbook: Any, changes: bool) -> Row:
    """Run the playbook."""
    found = measure(server, directory, Run(title, playbook, [], changes))
    return Row(title, found.requests, server.writes(), found.playbook.wall)


def by_script(server: Registry, what: str, title: str) -> Row:
    """Run the sequential script."""
    print(f"benchmark: {title} ...", file=sys.stderr, flush=True)
    server.forget_requests()
    environment = {**os.environ, "QUAY_HOST": server.url, "QUAY_TOKEN": server.token, "NO_PROXY": "127.0.0.1"}
    started = time.monotonic()
    command = [sys.executable, "-m", "tests.benchmark.sequential", what, ORGANIZATION, str(DAYS)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return Row(title, server.requests(), server.writes(), time.monotonic() - started)


def compare(what: str, playbook: Any, tags: int) -> list[Row]:
    """Do the same thing by module, by module again, and by script."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="quayops-benchmark-") as name:
        directory = Path(name)
        with registry(directory, LATENCY) as server:
            fill(server, tags)
            rows.append(by_module(server, directory, f"{what}, module", playbook, changes=True))
            rows.append(by_module(server, directory, f"{what}, module, again", playbook, changes=False))
        with registry(directory, LATENCY) as server:
            fill(server, tags)
            rows.append(by_script(server, what, f"{what}, sequential script"))
    return rows


def missed(rows: Sequence[Row]) -> list[str]:
    """Return what is not as it must be."""
    found = {row.title: row for row in rows}
    prune, script = found["prune, module"], found["prune, sequential script"]
    again = found["prune, module, again"]
    seen, plain = found["visibility, module"], found["visibility, sequential script"]
    wrong = []
    if prune.requests > MOST_READS + prune.writes:
        wrong.append(f"prune: {prune.requests} requests for {prune.writes} expired tags")
    if (prune.writes, seen.writes) != (script.writes, plain.writes) or prune.writes != OLD * REPOSITORIES:
        wrong.append("the modules did not send the writes that the script sent")
    if again.writes:
        wrong.append(f"prune, again: {again.writes} writes")
    return wrong


def report(rows: Sequence[Row]) -> str:
    """Return the table."""
    lines = [
        f"{REPOSITORIES} repositories, to prune with {TAGS} tags each, of which {OLD} are too old; "
        f"{LATENCY * 1000:.0f} ms per request.",
        "",
        "| run | requests | of them writes | wall s |",
        "|---|---:|---:|---:|",
    ]
    lines += [f"| {row.title} | {row.requests} | {row.writes} | {row.seconds:.1f} |" for row in rows]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measure, print, compare."""
    link_collection()
    try:
        rows = [*compare("visibility", VISIBILITY, 0), *compare("prune", PRUNE, TAGS)]
    except RuntimeError as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 2
    text = report(rows)
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(text, encoding="utf-8")
    print(text, end="")
    wrong = missed(rows)
    for line in wrong:
        print(f"benchmark: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
