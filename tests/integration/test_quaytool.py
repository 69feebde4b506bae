# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The command quaytool, as a process of its own, in the checkout and installed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .conftest import StartSimulator
from .support.playbook import Playbook, link_collection, run_ansible, task
from .support.registry import Registry
from .support.server import CHECKOUT

FROM_CHECKOUT = [sys.executable, "-m", "plugins.module_utils.command.quaytool"]
# Of the environment of whoever runs the tests, these say how to reach a real Quay.
KEPT = ("QUAY_CA_PATH", "QUAY_VERIFY_SSL")
HOUR = 3600
TIMEOUT = 120.0  # seconds


@dataclass(frozen=True)
class Said:
    """What a run of the command wrote, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """Action, kind and name of each change, of output in JSON."""
        return [(one["action"], one["kind"], one["name"]) for one in self.data["changes"]]


class Tool:
    """Runs the command against a registry, as its administrator unless the environment says otherwise."""

    def __init__(self, registry: Registry, command: list[str]) -> None:
        self.registry = registry
        self.command = command

    def environment(self, changed: Mapping[str, str | None] | None = None) -> dict[str, str]:
        mine = {name: value for name, value in os.environ.items() if not name.startswith(("QUAY_", "ADMIN_"))}
        mine.update({name: os.environ[name] for name in KEPT if name in os.environ})
        mine.update({"QUAY_HOST": self.registry.url, "ADMIN_TOKEN": self.registry.token})
        mine.update({name: value for name, value in (changed or {}).items() if value is not None})
        return {name: value for name, value in mine.items() if (changed or {}).get(name, value) is not None}

    def run(self, *words: str, environment: Mapping[str, str | None] | None = None) -> Said:
        done = subprocess.run(
            [*self.command, *words],
            cwd=CHECKOUT,
            env=self.environment(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert self.registry.token not in done.stdout + done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    def __call__(self, *words: str) -> Said:
        """Run the command, which must succeed, with output in JSON."""
        said = self.run(*words, "--output", "json")
        assert said.code == 0, said.err
        return said


@pytest.fixture
def tool(registry: Registry) -> Tool:
    return Tool(registry, FROM_CHECKOUT)


def twice(tool: Tool, *words: str) -> list[tuple[str, str, str]]:
    """Foresee, do and repeat; return the changes, which the dry run foretells and the second run has not."""
    foreseen, done, again = (tool(*words, *more) for more in (("--dry-run",), (), ()))
    assert foreseen.changes == done.changes
    assert foreseen.data["dry_run"] and not done.data["dry_run"]
    assert (again.data["changed"], again.changes) == (False, [])
    assert "nothing changed" in again.err
    return done.changes


# --- every established command ----------------------------------------------------------------------


def test_from_nothing_to_a_robot_that_may_push(tool: Tool, registry: Registry) -> None:
    org, user = registry.new_org_name(), registry.new_user().name
    where = ("--organization", org)
    robot = f"{org}+ci"
    assert twice(tool, "--create-organization", *where) == [("create", "organization", org)]
    assert twice(tool, "--create-robot", "ci", *where) == [("create", "robot", robot)]
    assert twice(tool, "--create-robot", *where, "--robot", "other") == [("create", "robot", f"{org}+other")]
    assert twice(tool, "--create-team", *where, "--team", "devs") == [("create", "team", "devs")]
    assert twice(tool, "--add-member", *where, "--team", "devs", "--robot", "ci") == [
        ("create", "member", f"devs/{robot}")
    ]
    assert twice(tool, "--create-prototype", *where, "--robot", "ci") == [("create", "prototype", robot)]
    assert twice(tool, "--create-prototype", *where, "--user", user) == [("create", "prototype", user)]
    assert twice(tool, "--create-repository", *where, "--repository", "app", "--repository", "web") == [
        ("create", "repository", "app"),
        ("create", "repository", "web"),
    ]
    assert registry.teams(org)["devs"]["role"] == "creator"
    assert registry.members(org, "devs") == [robot]
    assert registry.prototypes(org) == sorted([("", "user", robot, "write"), ("", "user", user, "write")])
    assert registry.repository(f"{org}/app")["is_public"] is True
    assert registry.permissions(f"{org}/web")[robot] == "write"

    assert {one["name"] for one in tool("--list-robots", *where).data} == {robot, f"{org}+other"}
    assert {one["name"] for one in tool("--list-prototypes", *where).data} == {robot, user}
    assert [one["name"] for one in tool("--list-repositories", *where).data] == [f"{org}/app", f"{org}/web"]
    teams = {one["name"]: one["members"] for one in tool("list-teams", *where).data}
    assert teams["devs"] == [robot]


def test_visibility(tool: Tool, registry: Registry) -> None:
    org = registry.new_org()
    for name in ("api", "web", "internal"):
        registry.new_repository(org, name)
    where = ("--organization", org)
    changes = twice(tool, "--set-visibility", *where, "--visibility", "public", "--skip-repo", "internal")
    assert changes == [("update", "repository", "api"), ("update", "repository", "web")]
    assert twice(tool, "set-visibility", "private", *where, "--matching", "w.*") == [
        ("update", "repository", "web")
    ]
    public = {name: registry.repository(f"{org}/{name}")["is_public"] for name in ("api", "web", "internal")}
    assert public == {"api": True, "web": False, "internal": False}
    listed = tool("--list-repositories", "--visibility", "public").data
    assert f"{org}/api" in {one["name"] for one in listed}
    assert f"{org}/web" not in {one["name"] for one in listed}
    seen = {one["name"] for one in tool("--list-repositories").data}
    assert {f"{org}/api", f"{org}/web", f"{org}/internal"} <= seen


def test_permissions(tool: Tool, registry: Registry) -> None:
    org, user = registry.new_org(), registry.new_user().name
    for name in ("api", "web"):
        registry.new_repository(org, name)
    where = ("--organization", org)
    tool("--create-robot", "ci", *where)
    tool("--create-team", "devs", *where)
    assert twice(tool, "--set-permissions", *where, "--user", user, "--skip", "web") == [
        ("create", "permission", f"api:{user}")
    ]
    assert len(twice(tool, "--set-permissions", *where, "--team", "devs")) == 2
    assert len(twice(tool, "--robot-privileges", "read", *where, "--robot", "ci")) == 2
    assert twice(
        tool, "robot-privileges", "admin", *where, "--robot", f"{org}+ci", "--repository", "api"
    ) == [("update", "permission", f"api:{org}+ci")]
    roles = registry.permissions(f"{org}/api")
    assert {name: roles[name] for name in (user, f"{org}+ci")} == {user: "write", f"{org}+ci": "admin"}
    assert registry.permissions(f"{org}/web")[f"{org}+ci"] == "read"
    assert registry.permissions(f"{org}/web", "team") == {"devs": "write"}


def test_tags(tool: Tool, registry: Registry) -> None:
    org = registry.new_org()
    for name in ("api", "web", "empty"):
        registry.new_repository(org, name)
    digests = {name: registry.push(f"{org}/{name}", "v1") for name in ("api", "web")}
    where = ("--organization", org, "--tag", "v1")
    both = [("update", "tag", "api:v1"), ("update", "tag", "web:v1")]

    _wait_for_room_in_the_hour()
    assert twice(tool, "--expire", "7", *where) == both
    for name in digests:
        end = registry.tags(f"{org}/{name}")["v1"]["end_ts"]
        assert end - time.time() + 60 >= 7 * 86400
        assert end - time.time() <= 7 * 86400 + HOUR
    assert twice(tool, "--expire", "never", *where) == both
    assert registry.tags(f"{org}/api")["v1"].get("end_ts") is None

    registry.send("DELETE", f"repository/{org}/api/tag/v1")
    done = tool("--restore-tag", *where, "--skip-repo", "empty", "--dry-run")
    assert (done.changes, done.data["without_tag"]) == ([("create", "tag", "api:v1")], [])
    assert registry.tags(f"{org}/api") == {}
    assert twice(tool, "--restore-tag", *where) == [("create", "tag", "api:v1")]

    images = tool("--list-images", "--organization", org, "--repository", "api").data
    assert [(one["name"], one["manifest_digest"]) for one in images] == [("v1", digests["api"])]
    tags = tool("list-tags", "--organization", org).data
    found = {one["repository"]: one["manifest_digest"] for one in tags}
    assert found == {f"{org}/{name}": digest for name, digest in digests.items()}


def _wait_for_room_in_the_hour() -> None:
    """--expire means the next full hour: the steps of a test should not lie on both sides of one."""
    left = HOUR - time.time() % HOUR
    if left < 20:
        time.sleep(left + 1)


def test_prune(tool: Tool, registry: Registry) -> None:
    org = registry.new_org()
    registry.new_repository(org, "app")
    for tag in ("v1", "v2", "stable"):
        registry.push(f"{org}/app", tag)
        # A tag's age is counted in whole seconds.
        time.sleep(1.1)
    words = ("prune", "--organization", org, "--keep-newest", "1", "--keep-name", "v2")
    foreseen, done, again = (tool(*words, *more).data for more in (("--dry-run",), (), ()))
    assert [tag["name"] for tag in foreseen["tags"]] == [tag["name"] for tag in done["tags"]] == ["v1"]
    assert (done["expired"], again["expired"], again["changed"]) == (1, 0, False)
    ends = {name: "end_ts" in tag for name, tag in registry.tags(f"{org}/app").items()}
    assert ends == {"v1": True, "v2": False, "stable": False}
    assert tool.run("prune", "--organization", org, "--keep-newest", "1").code == 2


def test_info(tool: Tool) -> None:
    said = tool.run("--info", "--output", "json", environment={"ADMIN_TOKEN": None})
    assert said.code == 0, said.err
    assert said.data["url"] == tool.registry.url
    assert said.data["version"]


# --- tokens and secrets -----------------------------------------------------------------------------


def test_a_robots_token_is_shown_by_what_makes_it(tool: Tool, registry: Registry) -> None:
    org = registry.new_org()
    where = ("--organization", org)
    (made,) = tool("--create-robot", "ci", *where).data["robots"]
    assert made == {"name": f"{org}+ci", "token": registry.robots(org)[f"{org}+ci"]["token"]}
    (new,) = tool("--regenerate-token", "ci", *where).data["robots"]
    assert new["token"] == registry.robots(org)[f"{org}+ci"]["token"] != made["token"]
    (newer,) = tool("--regenerate-token", *where, "--robot", "ci").data["robots"]
    for words in (("--list-robots",), ("--list-robots", "--debug"), ("--list-teams", "--debug")):
        said = tool(*words, *where)
        for token in (made["token"], new["token"], newer["token"]):
            assert token not in said.out + said.err


def test_credentials_from_everywhere(tool: Tool, registry: Registry, tmp_path: Path) -> None:
    org = registry.new_org()
    words = ("--list-teams", "--organization", org, "--debug")
    bare, lines, none = tmp_path / "bare", tmp_path / "lines", tmp_path / "none"
    bare.write_text(f"{registry.token}\n", encoding="utf-8")
    lines.write_text(f"export USER_PASSWORD=x\nexport ADMIN_TOKEN={registry.token}\n", encoding="utf-8")
    none.write_text("export USER_PASSWORD=x\n", encoding="utf-8")
    nobody: dict[str, str | None] = {"ADMIN_TOKEN": None}
    for path in (bare, lines):
        assert tool.run(*words, "--token-file", str(path), environment=nobody).code == 0
    assert tool.run(*words, "--token-file", str(none), environment=nobody).code == 2
    assert tool.run(*words, "--token", registry.token, environment=nobody).code == 0
    assert tool.run(*words, environment={**nobody, "QUAY_TOKEN": registry.token}).code == 0
    signed_in = {**nobody, "QUAY_USERNAME": registry.admin, "QUAY_PASSWORD": registry.admin_password}
    said = tool.run(*words, environment=signed_in)
    assert said.code == 0, said.err
    assert registry.admin_password not in said.out + said.err
    said = tool.run(*words, environment=nobody)
    assert (said.code, said.out) == (2, "")
    assert "Quay must know who asks" in said.err


def test_the_address_with_and_without_the_path_of_the_api(tool: Tool, registry: Registry) -> None:
    org = registry.new_org()
    for url in (registry.url, f"{registry.url}/", f"{registry.url}/api/v1", f"{registry.url}/api/v1/"):
        said = tool.run(
            "--api-url", url, "--list-teams", "--organization", org, environment={"QUAY_HOST": None}
        )
        assert said.code == 0, said.err


# --- many, and failing ------------------------------------------------------------------------------


def test_more_than_a_page_of_everything(tool: Tool, registry: Registry) -> None:
    org = registry.new_org()
    names = [f"r{number:03}" for number in range(103)]
    for name in names:
        registry.new_repository(org, name)
    where = ("--organization", org)
    assert [one["name"] for one in tool("--list-repositories", *where).data] == [f"{org}/{n}" for n in names]
    done = tool("--set-visibility", *where, "--visibility", "public", "--parallel", "16", "--skip", "r000")
    assert len(done.changes) == 102
    assert sum(one["visibility"] == "public" for one in tool("--list-repositories", *where).data) == 102
    digest = registry.push(f"{org}/r000", "t000")
    for number in range(1, 103):
        registry.push(f"{org}/r000", f"t{number:03}", digest)
    tags = tool("--list-images", *where, "--repository", "r000").data
    assert sorted(tag["name"] for tag in tags) == [f"t{number:03}" for number in range(103)]


def test_what_was_done_is_shown_where_something_failed(tool: Tool, registry: Registry) -> None:
    org, missing = registry.new_org(), registry.new_org_name()
    registry.new_repository(org, "app")
    words = ("--set-visibility", "--visibility", "public", "--organization", missing, "--organization", org)
    said = tool.run(*words)
    assert said.code == 1
    assert said.out.splitlines()[1].split() == [org, "update", "repository", "app", "visibility"]
    assert f"{missing}: Organization {missing!r} does not exist" in said.err
    assert registry.repository(f"{org}/app")["is_public"] is True


BAD: list[tuple[tuple[str, ...], int, str]] = [
    ((), 2, "say what to do"),
    (("list-robot",), 2, "Is list-robots meant?"),
    (("--list-robots",), 2, "it needs --organization"),
    (("--set-visibility", "--organization", "ORG"), 2, "it needs --visibility"),
    (("--create-robot", "CI", "--organization", "ORG"), 2, "robot name 'CI' is not allowed"),
    (("--create-robot", "ci", "--organization", "nobody-at-all"), 1, "'nobody-at-all' does not exist"),
    (("--regenerate-token", "ci", "--organization", "ORG"), 1, "There is no robot 'ci'"),
    (
        ("--add-member", "--team", "t1", "--user", "ADMIN", "--organization", "ORG"),
        1,
        "There is no team 't1'",
    ),
    (("--list-images", "--repository", "app", "--organization", "ORG"), 1, "there is no repository 'app'"),
    (("--expire", "1", "--tag", "v!", "--organization", "ORG"), 2, "is not the name of a tag"),
    (("--restore-tag", "--tag", "v1", "--organization", "ORG"), 1, "has no repositories that you can see"),
    (("--list-teams", "--organization", "ORG", "--token", "wrong"), 1, "set the token"),
    (("--list-teams", "--organization", "ORG", "--api-url", "http://127.0.0.1:1"), 1, "cannot be reached"),
    (
        ("--list-teams", "--organization", "ORG", "--api-url", "ftp://registry"),
        2,
        "is not the address of a registry",
    ),
    (("--list-teams", "--organization", "ORG", "--ca-file", "/nonexistent"), 2, "does not exist"),
]


@pytest.mark.parametrize(("words", "code", "message"), BAD)
def test_bad_input(tool: Tool, registry: Registry, words: tuple[str, ...], code: int, message: str) -> None:
    names = {"ORG": registry.new_org(), "ADMIN": registry.admin}
    said = tool.run(*(names.get(word, word) for word in words))
    assert (said.code, said.out) == (code, "")
    assert message in said.err


# --- output -----------------------------------------------------------------------------------------


def test_a_table_for_pipes(tool: Tool, registry: Registry) -> None:
    org = registry.new_org()
    long = "r" + "x" * 150
    registry.new_repository(org, long)
    said = tool.run("--list-repositories", "--organization", org)
    heading, line = said.out.splitlines()
    assert heading.split()[:2] == ["NAME", "VISIBILITY"]
    assert line.split()[:2] == [f"{org}/{long}", "private"]
    # Nobody watches: there is no bar.
    assert said.err == ""


def test_a_reader_that_has_seen_enough(tool: Tool, registry: Registry) -> None:
    org = registry.new_org()
    registry.new_repository(org, "app")
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*tool.command, "--list-repositories", "--organization", org],
        cwd=CHECKOUT,
        env=tool.environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        timeout=TIMEOUT,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.simulator_only
def test_an_interruption_ends_it_at_once(start_simulator: StartSimulator) -> None:
    registry = start_simulator()
    org = registry.new_org()
    registry.new_repository(org, "app")
    registry.control("POST", "faults", {"kind": "slow", "path": "/api/v1/repository", "delay": 15.0})
    tool = Tool(registry, FROM_CHECKOUT)
    process = subprocess.Popen(
        [*tool.command, "--set-visibility", "--visibility", "public", "--organization", org],
        cwd=CHECKOUT,
        env=tool.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that starts the tests in the background has everything ignore interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not registry.control("GET", "faults")[0]["fired"]:
        assert process.poll() is None
        time.sleep(0.05)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=15)
    assert time.monotonic() - begun < 5
    assert (process.returncode, out) == (130, "")
    assert "interrupted" in err
    assert "Traceback" not in err


# --- installed --------------------------------------------------------------------------------------

Install = Callable[..., dict[str, Any]]


@pytest.fixture
def install(play: Playbook, tmp_path: Path) -> Install:
    """Runs quay_command for quaytool in a directory of the test, and returns its result."""

    def run(
        name: str = "quaytool", check: bool = False, fails: bool = False, **options: Any
    ) -> dict[str, Any]:
        where = {"directory": str(tmp_path / "lib"), "path": str(tmp_path / "bin" / name)}
        given = {"name": name, **where, **options}
        step = task("quay_command", check=check, diff=True, fails=fails, **given)
        return dict(play({"install": step}, defaults={})["install"])

    return run


def test_an_installed_copy(install: Install, registry: Registry, tmp_path: Path) -> None:
    path = tmp_path / "bin" / "quaytool"
    foreseen = install(check=True)
    assert foreseen["changed"] and not path.exists()
    made = install()
    assert made["changed"]
    assert (made["written"], made["removed"]) == (foreseen["written"], [])
    assert made["diff"] == foreseen["diff"]
    assert made["diff"][0]["after"] == path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o755
    again = install()
    assert (again["changed"], again["diff"]) == (False, [])

    tool = Tool(registry, [str(path)])
    org = registry.new_org_name()
    assert tool.run("--version").out.startswith("quaytool ")
    assert twice(tool, "create-organization", org) == [("create", "organization", org)]
    assert [one["name"] for one in tool("list-teams", "--organization", org).data] == ["owners"]
    # It stands on its own.
    files = [file.name for file in Path(made["library"]).rglob("*.py")]
    assert "quaytool.py" in files and "module.py" not in files

    library = Path(made["library"], "quayops_quay")
    (library / "visible.py").write_text("raise ValueError\n", encoding="utf-8")
    (library / "old.py").write_text("", encoding="utf-8")
    mended = install()
    assert (mended["written"], mended["removed"]) == (
        [str(library / "visible.py")],
        [str(library / "old.py")],
    )
    assert tool.run("--version").code == 0

    assert install(state="absent", check=True)["changed"]
    gone = install(state="absent")
    assert gone["removed"] == [str(path), made["library"]]
    assert not path.exists() and not (tmp_path / "lib").exists()
    assert not install(state="absent")["changed"]


def test_both_commands_side_by_side(install: Install, tmp_path: Path) -> None:
    for name in ("quaytool", "quay-pruner"):
        install(name, mode="0700")
        path = tmp_path / "bin" / name
        assert path.stat().st_mode & 0o777 == 0o700
        done = subprocess.run([str(path), "--help"], capture_output=True, text=True, timeout=TIMEOUT)
        assert done.returncode == 0, done.stderr
    install("quay-pruner", state="absent")
    assert not install()["removed"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mode": "rwx"}, "mode 'rwx' is not a mode such as '0755'."),
        ({"interpreter": "/opt/my python"}, "must have no blank"),
        ({"path": "/proc/1/none/quaytool"}, "/proc/1/none"),
        ({"name": "podman"}, "value of name must be one of: quay-pruner, quaytool"),
    ],
)
def test_an_installation_that_cannot_be(install: Install, options: dict[str, Any], message: str) -> None:
    assert message in install(fails=True, **options)["msg"]


def test_the_role(tmp_path: Path) -> None:
    link_collection()
    play = {
        "hosts": "localhost",
        "connection": "local",
        "roles": [{"role": "quayops.quay.quay_tool"}],
        "vars": {
            "quay_tool_path": str(tmp_path / "quaytool"),
            "quay_tool_directory": str(tmp_path / "lib"),
            # The test must not change the machine.
            "quay_tool_manage_packages": False,
        },
    }
    (tmp_path / "play.yml").write_text(json.dumps([play]), encoding="utf-8")

    def changed(*arguments: str) -> bool:
        (tmp_path / "results.jsonl").unlink(missing_ok=True)
        code, output, lines = run_ansible(tmp_path, ["play.yml", *arguments])
        assert code == 0, output
        (line,) = [one for one in lines if one["task"].endswith("Install quaytool, or remove it")]
        return bool(line["result"]["changed"])

    absent = ("-e", "quay_tool_state=absent")
    assert [changed("--check"), changed(), changed("--check"), changed()] == [True, True, False, False]
    done = subprocess.run([str(tmp_path / "quaytool"), "--version"], capture_output=True, timeout=TIMEOUT)
    assert done.returncode == 0, done.stderr
    assert [changed(*absent), changed(*absent)] == [True, False]
    assert not (tmp_path / "quaytool").exists()
