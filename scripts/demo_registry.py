# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Helper of scripts/demo.sh.

demo_registry.py prepare URL DIRECTORY VARIABLES  make the users, and the files with their tokens
demo_registry.py requests URL                     print how many requests there were, and forget them
demo_registry.py show URL DIRECTORY VARIABLES     print what exists, read by quay_organization_info
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

# How each user of the example signs in: one with a password, the others with a token.
SIGNS_IN = ("shop",)
COLUMNS = ("ORGANIZATION", "OWNER", "ROBOTS", "TEAMS", "NEW REPOSITORIES", "REPOSITORIES")


def call(url: str, method: str, route: str, body: Any = None) -> Any:
    """Call one of the simulator's own routes."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/_simulator/{route}", data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read().decode()
    return json.loads(text) if text.strip() else None


def users_of(variables: str) -> list[str]:
    """Return the users of the example."""
    return list(yaml.safe_load(Path(variables).read_text(encoding="utf-8"))["quay_users"])


def prepare(url: str, directory: str, variables: str) -> None:
    """Do what the role quay does on a real host: users, and a file with a token or password for each."""
    for user in users_of(variables):
        password = secrets.token_urlsafe(18)
        if user != "admin":
            call(url, "POST", "users", {"name": user, "password": password})
        if user in SIGNS_IN:
            line = f"export USER_PASSWORD='{password}'"
        else:
            line = f"export ADMIN_TOKEN='{call(url, 'POST', 'tokens', {'user': user})['token']}'"
        descriptor = os.open(Path(directory, f"{user}_token"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(f"{line}\n")
    call(url, "DELETE", "requests")


def requests(url: str) -> None:
    """Print the number of requests, and of those that changed something."""
    log = call(url, "GET", "requests")
    call(url, "DELETE", "requests")
    signing_in = ("/api/v1/signin", "/csrf_token")
    writes = [entry for entry in log if entry["method"] != "GET" and entry["path"] not in signing_in]
    print(f"{len(log)} requests, {len(writes)} of them changes")


def show(url: str, directory: str, variables: str) -> None:
    """Print a table of all organizations, as the superuser sees them."""
    declared = yaml.safe_load(Path(variables).read_text(encoding="utf-8"))["quay_organizations"]
    owners = {one["name"]: user for user, listed in declared.items() for one in listed}
    found = organizations(url, Path(directory, "admin_token"))
    rows = [row(owners.get(entry["name"], "-"), entry) for entry in found]
    for line in table([[[column] for column in COLUMNS], *rows]):
        print(f"  {line}")


def organizations(url: str, file: Path) -> list[dict[str, Any]]:
    """Return what the module quay_organization_info answers to the user of a file with a token."""
    token = file.read_text(encoding="utf-8").strip().partition("=")[2].strip("'")
    process = subprocess.run(
        ["ansible", "localhost", "-m", "quayops.quay.quay_organization_info"],
        env={
            **os.environ,
            "QUAY_HOST": url,
            "QUAY_TOKEN": token,
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_FORCE_COLOR": "0",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode != 0:
        sys.exit(f"quay_organization_info failed:\n{process.stdout}{process.stderr}")
    # The text begins with "localhost | SUCCESS => {".
    return list(json.loads(process.stdout[process.stdout.index("{") :])["organizations"])


def by_name(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries in the order of their names."""
    return sorted(entries, key=lambda entry: str(entry["name"]))


def row(owner: str, entry: dict[str, Any]) -> list[list[str]]:
    """Return the cells of an organization, each a list of lines."""
    org = entry["name"]

    def short(name: str) -> str:
        return name.removeprefix(org)  # a robot is shown as +robot

    teams = [team for team in by_name(entry["teams"]) if team["name"] != "owners"]
    return [
        [org],
        [owner],
        [f"+{robot['name']}" for robot in by_name(entry["robots"])],
        [f"{team['name']} ({team['role']}): {', '.join(map(short, team['members']))}" for team in teams],
        [f"{short(one['name'])}: {one['role']}" for one in by_name(entry["prototypes"])],
        [f"{one['name']} ({one['visibility']})" for one in by_name(entry["repositories"])],
    ]


def table(rows: Sequence[Sequence[Sequence[str]]]) -> Iterable[str]:
    """Return the lines of a table whose cells may have several lines."""
    widths = [
        max(len(line) for one in rows for line in (*one[column], "-")) for column in range(len(COLUMNS))
    ]
    for one in rows:
        for number in range(max(len(cell) for cell in one)):
            parts = [
                cell[number] if number < len(cell) else "" if cell else "-" * (number == 0) for cell in one
            ]
            yield "  ".join(part.ljust(width) for part, width in zip(parts, widths)).rstrip()


def main(arguments: Sequence[str]) -> None:
    """Run a command."""
    command, *rest = arguments
    {"prepare": prepare, "requests": requests, "show": show}[command](*rest)


if __name__ == "__main__":
    main(sys.argv[1:])
