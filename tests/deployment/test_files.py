# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Who may read what, on the host."""

from __future__ import annotations

import pytest

from tests.deployment import secrets
from tests.deployment.deployment import Deployment
from tests.deployment.host import Host

UNITS = "/etc/containers/systemd"
OTHERS = 0o007


class Entry:
    """A file, as find prints it."""

    def __init__(self, line: str) -> None:
        mode, self.user, self.group, self.kind, self.path = line.split(" ", 4)
        self.mode = int(mode, 8)


@pytest.fixture(scope="module")
def entries(deployment: Deployment, host: Host) -> dict[str, Entry]:
    lines = host.run("find", deployment.data_dir, "-printf", "%m %U %G %y %p\\0").split("\0")
    return {entry.path: entry for entry in map(Entry, filter(None, lines))}


def test_only_root_gets_in(deployment: Deployment, entries: dict[str, Entry]) -> None:
    top = entries[deployment.data_dir]
    assert (top.mode, top.user, top.group) == (0o700, "0", "0")


def test_keys_and_tokens_are_roots(deployment: Deployment, entries: dict[str, Entry]) -> None:
    names = ["secrets.yml", *("%s_token" % user for user in deployment.users)]
    wrong = {
        name: oct(entry.mode)
        for name in names
        if ((entry := entries["%s/%s" % (deployment.data_dir, name)]).mode, entry.user) != (0o600, "0")
    }
    assert wrong == {}


def test_configuration_is_quays(deployment: Deployment, entries: dict[str, Entry]) -> None:
    directory = deployment.data_dir + "/config"
    assert (entries[directory].user, entries[directory].mode & OTHERS) == ("1001", 0)
    for name in ("config.yaml", *(["ssl.key"] if deployment.tls != "external" else [])):
        entry = entries["%s/%s" % (directory, name)]
        assert entry.mode & (OTHERS | 0o020) == 0, "%s: %o" % (name, entry.mode)
        assert entry.user == "1001"


def test_nothing_can_be_written_by_others(entries: dict[str, Entry]) -> None:
    assert [entry.path for entry in entries.values() if entry.kind != "l" and entry.mode & 0o002] == []


def test_what_holds_a_secret_is_closed(
    deployment: Deployment, host: Host, entries: dict[str, Entry], known_secrets: secrets.Secrets
) -> None:
    """Also to those who would get through the directory above."""
    own = [
        entry.path
        for entry in entries.values()
        if entry.kind == "f" and entry.mode & OTHERS and "/postgresql/" not in entry.path
    ]
    contents = [(path, host.output("cat", path)) for path in own if "/storage/" not in path]
    found = secrets.places(known_secrets, contents)
    assert found == []


def test_units_are_roots(host: Host) -> None:
    lines = host.lines("find", UNITS, "-name", "quay*", "-printf", "%m %U %G %y %p\\n")
    assert lines
    assert [line for line in lines if not line.startswith("644 0 0 f ")] == []


def test_nothing_is_left_of_the_work(deployment: Deployment, host: Host) -> None:
    """Candidates of the configuration, archives of images."""
    left = host.lines("find", deployment.data_dir, "-maxdepth", "2", "-name", ".*.candidate-*")
    left += host.lines("find", deployment.data_dir, "-name", "*.tar")
    assert left == []
