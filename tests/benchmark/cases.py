# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is measured: declarations, playbooks, and the runs that belong together."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

from .measure import Declaration, Measurement, Playbook, Run, measure, scaled
from .registry import registry

ORGANIZATIONS = 100
MANY_ORGANIZATIONS = 1000
REPOSITORIES = 10
MANY_REPOSITORIES = 5000


@dataclass(frozen=True)
class Options:
    """``latency``: seconds per request. ``loop_organizations``: how many the loop is measured with."""

    latency: float
    loop_organizations: int


def organization(number: int, repositories: int = REPOSITORIES) -> dict[str, Any]:
    """Return one organization: a robot, a team holding it, a prototype for it, and repositories."""
    name = f"bench-{number:04d}"
    robot = f"{name}+ci"
    return {
        "name": name,
        "robots": [{"name": "ci", "description": "Pushes from the pipeline"}],
        "teams": [{"name": "creators", "role": "creator", "members": [robot]}],
        "prototypes": [{"name": robot, "role": "write"}],
        "repositories": [
            {"name": f"app-{index:04d}", "visibility": "private", "description": "An application"}
            for index in range(repositories)
        ],
    }


def organizations(count: int) -> Declaration:
    """Return so many organizations."""
    return [organization(number) for number in range(count)]


# Playbooks


def play(*tasks: dict[str, Any]) -> Playbook:
    """Return a playbook with these tasks."""
    return [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": list(tasks)}]


BULK = play(
    {"name": "Everything", "quayops.quay.quay_organizations": {"organizations": "{{ organizations }}"}}
)


def _nested(module: str, kind: str, arguments: dict[str, str]) -> dict[str, Any]:
    """Return a task for each object of a kind: item.0 is its organization, item.1 the object."""
    return {
        "name": kind,
        f"quayops.quay.{module}": arguments,
        "loop": "{{ organizations | subelements('%s') }}" % kind,
        "loop_control": {"label": "{{ item.0.name }} {{ item.1.name }}"},
    }


LOOP = play(
    {
        "name": "organizations",
        "quayops.quay.quay_organization": {"name": "{{ item.name }}"},
        "loop": "{{ organizations }}",
        "loop_control": {"label": "{{ item.name }}"},
    },
    _nested(
        "quay_robot",
        "robots",
        {"name": "{{ item.0.name }}+{{ item.1.name }}", "description": "{{ item.1.description }}"},
    ),
    _nested(
        "quay_team",
        "teams",
        {
            "organization": "{{ item.0.name }}",
            "name": "{{ item.1.name }}",
            "role": "{{ item.1.role }}",
            "members": "{{ item.1.members }}",
        },
    ),
    _nested(
        "quay_prototype",
        "prototypes",
        {"organization": "{{ item.0.name }}", "name": "{{ item.1.name }}", "role": "{{ item.1.role }}"},
    ),
    _nested(
        "quay_repository",
        "repositories",
        {
            "name": "{{ item.0.name }}/{{ item.1.name }}",
            "visibility": "{{ item.1.visibility }}",
            "description": "{{ item.1.description }}",
        },
    ),
)

# Cases: each begins with an empty registry


def hundred(options: Options) -> Iterator[Measurement]:
    """Measure the bulk module with 100 organizations."""
    declared = organizations(ORGANIZATIONS)
    yield from _runs(
        options,
        Run("bulk, create", BULK, declared, changes=True),
        Run("bulk, unchanged", BULK, declared, changes=False),
        Run("bulk, unchanged, signed in with a password", BULK, declared, changes=False, sign_in=True),
    )


def loop(options: Options) -> Iterator[Measurement]:
    """Measure a loop over the single modules with some organizations, and scale it to 100."""
    declared = organizations(options.loop_organizations)

    def run(title: str, some: Declaration, changes: bool) -> Run:
        return Run(title, LOOP, some, changes, probe_module=False)

    start_up, create, unchanged = _runs(
        options,
        run("loop over single modules, nothing to do", [], changes=False),
        run("loop over single modules, create", declared, changes=True),
        run("loop over single modules, unchanged", declared, changes=False),
    )
    yield start_up
    for part in (create, unchanged):
        if part.organizations != ORGANIZATIONS:
            part = scaled(part, start_up, ORGANIZATIONS)
        yield part


def thousand(options: Options) -> Iterator[Measurement]:
    """Measure the bulk module with 1,000 organizations."""
    declared = organizations(MANY_ORGANIZATIONS)
    yield from _runs(
        options,
        Run("bulk, 1,000 organizations, create", BULK, declared, changes=True),
        Run("bulk, 1,000 organizations, unchanged", BULK, declared, changes=False),
    )


def repositories(options: Options) -> Iterator[Measurement]:
    """Measure the bulk module with one organization that has 5,000 repositories."""
    declared = [organization(0, MANY_REPOSITORIES)]
    yield from _runs(
        options,
        Run("bulk, 5,000 repositories, create", BULK, declared, changes=True),
        Run("bulk, 5,000 repositories, unchanged", BULK, declared, changes=False),
    )


CASES: dict[str, Callable[[Options], Iterator[Measurement]]] = {
    "hundred": hundred,
    "loop": loop,
    "thousand": thousand,
    "repositories": repositories,
}


def _runs(options: Options, *runs: Run) -> Iterator[Measurement]:
    """Measure runs one after the other against one registry."""
    with tempfile.TemporaryDirectory(prefix="quayops-benchmark-") as name:
        directory = Path(name)
        with registry(directory, options.latency) as server:
            for run in runs:
                yield measure(server, directory, run)
