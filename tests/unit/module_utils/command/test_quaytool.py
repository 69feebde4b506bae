# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The command as a whole: what it writes where, with which exit code, and what it never writes."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.quayops.quay.plugins.module_utils.command import output, quaytool
from ansible_collections.quayops.quay.plugins.module_utils.command.actions import RUN
from ansible_collections.quayops.quay.plugins.module_utils.command.credentials import connection_of
from ansible_collections.quayops.quay.plugins.module_utils.command.options import parse
from ansible_collections.quayops.quay.plugins.module_utils.errors import FileTrouble, InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import Connection
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Password, Token
from tests.unit.module_utils.conftest import HOST, Registry

ORG = ("--organization", "acme")
VARIABLES = (
    *("QUAY_HOST", "ADMIN_TOKEN", "QUAY_TOKEN", "QUAY_USERNAME", "QUAY_PASSWORD"),
    *("QUAY_VERIFY_SSL", "QUAY_CA_PATH", "QUAY_TIMEOUT", "QUAY_PARALLEL"),
)

Said = tuple[int, str, str]
Tool = Callable[..., Said]


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def acme(registry: Registry) -> Registry:
    """A registry with an organization that has a robot, a team and two repositories."""
    entry = {
        "name": "acme",
        "robots": [{"name": "ci", "description": "builds\n\x1b[31mred"}],
        "teams": [{"name": "devs", "role": "member"}],
        "repositories": [{"name": "api"}, {"name": "web"}],
    }
    registry.one(entry)
    registry.simulator.requests.clear()
    return registry


@pytest.fixture
def tool(acme: Registry, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tool:
    """Runs the command; returns its exit code, and what it wrote to stdout and stderr."""
    monkeypatch.setenv("QUAY_HOST", HOST)
    monkeypatch.setenv("ADMIN_TOKEN", acme.token)
    waits: list[float] = []

    def client(connection: Connection) -> Client:
        return Client(connection, adapter=acme.simulator.adapter, sleep=waits.append)

    monkeypatch.setattr(quaytool, "Client", client)

    def run(*words: str) -> Said:
        code = quaytool.main(words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


# --- what is shown ----------------------------------------------------------------------------------


def test_a_change_as_a_table(tool: Tool) -> None:
    assert tool("--set-visibility", "--visibility", "public", *ORG) == (
        0,
        "ORGANIZATION    ACTION    KIND        NAME    FIELDS\n"
        "acme            update    repository  api     visibility\n"
        "acme            update    repository  web     visibility\n",
        "quaytool: 2 changes made.\n",
    )
    assert tool("--set-visibility", "--visibility", "public", *ORG) == (0, "", "quaytool: nothing changed.\n")


def test_a_dry_run(tool: Tool, acme: Registry) -> None:
    code, out, err = tool("--create-repository", "--repository", "new", *ORG, "--dry-run")
    assert (code, err) == (0, "quaytool: 1 change would be made.\n")
    assert "create    repository  new" in out
    assert acme.writes() == []
    assert tool("--create-team", "devs", *ORG, "--dry-run")[2] == "quaytool: nothing would change.\n"


@pytest.mark.parametrize(("form", "read"), [("json", json.loads), ("yaml", yaml.safe_load)])
def test_a_change_as_data(tool: Tool, form: str, read: Callable[[str], Any]) -> None:
    code, out, _err = tool("--set-visibility", "--visibility", "public", *ORG, "--output", form)
    data = read(out)
    assert code == 0
    assert (data["changed"], data["dry_run"], data["error"], data["warnings"]) == (True, False, None, [])
    assert data["changes"][0] == {
        "organization": "acme",
        "action": "update",
        "kind": "repository",
        "name": "api",
        "fields": ["visibility"],
    }


@pytest.mark.parametrize(("form", "read"), [("json", json.loads), ("yaml", yaml.safe_load)])
def test_a_list_as_data_is_a_list(tool: Tool, form: str, read: Callable[[str], Any]) -> None:
    code, out, err = tool("--list-repositories", *ORG, "--output", form)
    assert (code, err) == (0, "")
    assert [entry["name"] for entry in read(out)] == ["acme/api", "acme/web"]


def test_a_table_neither_cuts_nor_wraps(tool: Tool, acme: Registry) -> None:
    long = "r" + "x" * 200
    acme.one({"name": "acme", "repositories": [{"name": long}]})
    _code, out, _err = tool("--list-repositories", *ORG)
    assert f"acme/{long} " in out
    assert len(out.splitlines()) == 4


def test_a_number_stays_as_it_is_written(tool: Tool, acme: Registry) -> None:
    for tag in ("1.10", "007", "1e5"):
        acme.simulator.add_tag("acme", "api", tag)
    _code, out, _err = tool("list-tags", *ORG)
    assert {line.split()[1] for line in out.splitlines()[1:]} == {"1.10", "007", "1e5"}


def test_times_are_in_utc(tool: Tool, acme: Registry) -> None:
    acme.simulator.add_tag("acme", "api", "v1", start_ts=1_700_000_000)
    _code, out, _err = tool("list-tags", *ORG)
    assert "2023-11-14T22:13:20Z" in out


def test_what_would_steer_the_terminal_is_escaped(tool: Tool) -> None:
    _code, out, _err = tool("--list-robots", *ORG)
    assert "builds\\n\\x1b[31mred" in out
    assert "\x1b" not in out
    assert len(out.splitlines()) == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        ("", "-"),
        ([], "-"),
        ({}, "-"),
        (0, "0"),
        (True, "yes"),
        (False, "no"),
        (["a", "b"], "a,b"),
        (("a", ""), "a,-"),
        ({"a": 1, "b": [2, 3]}, "a=1,b=2,3"),
        ("a\tb", "a\\tb"),
        ("é", "é"),
    ],
)
def test_cells(value: Any, text: str) -> None:
    assert output.cell(value) == text


# --- exit codes -------------------------------------------------------------------------------------


def test_what_was_done_is_shown_where_something_failed(tool: Tool) -> None:
    words = ("--set-visibility", "--visibility", "public", *ORG, "--organization", "missing")
    code, out, err = tool(*words)
    assert code == 1
    assert "acme            update    repository  api" in out
    assert "quaytool: error: 1 of 2 organizations failed:\nmissing: Organization 'missing'" in err
    assert "quaytool: 2 changes made." in err
    code, out, _err = tool(*words, "--output", "json")
    assert code == 1
    assert "1 of 2 organizations failed" in json.loads(out)["error"]


WRONG_USE = [
    ((), "say what to do"),
    (("--list-robots",), "needs --organization"),
    (("create-robot", "X", *ORG), "robot name 'X' is not allowed"),
    (("restore-tag", "v!", *ORG), "is not the name of a tag"),
    (("list-tags", "--matching", "(", *ORG), "is not a regular expression"),
    (
        ("prune", "--older-than", "1d", *ORG),
        "The keep-list is empty. If that is meant, set --allow-empty-keeplist",
    ),
    (("list-robots", *ORG, "--parallel", "0"), "parallel is 0"),
    (("list-robots", *ORG, "--api-url", "no where"), "--api-url 'no where' is not the address of a registry"),
    (("list-robots", *ORG, "--token", ""), "the token is empty"),
    (("list-robots", *ORG, "--token", "a b"), "the token contains a blank"),
    (("list-robots", *ORG, "--token", "a", "--token-file", "b"), "both name a token"),
    (("list-robots", *ORG, "--token-file", "/nonexistent/t"), "'/nonexistent/t' does not exist"),
    (("list-robots", *ORG, "--ca-file", "/nonexistent/ca"), "--ca-file '/nonexistent/ca' does not exist"),
]


@pytest.mark.parametrize(("words", "message"), WRONG_USE)
def test_wrong_use_ends_with_2_before_anything_is_asked(
    tool: Tool, acme: Registry, words: tuple[str, ...], message: str
) -> None:
    code, out, err = tool(*words)
    assert (code, out) == (2, "")
    assert message in err
    assert acme.requests() == []


def test_a_wrong_token_is_a_failure_and_no_wrong_use(tool: Tool) -> None:
    code, out, err = tool("list-robots", *ORG, "--token", "not-a-token")
    assert (code, out) == (1, "")
    assert "Make a new one and set the token." in err


def test_a_repository_that_is_not_there_is_a_failure(tool: Tool) -> None:
    code, _out, err = tool("list-images", "--repository", "nope", *ORG)
    assert code == 1
    assert "there is no repository 'nope'" in err


def test_interrupted(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(RUN, "list-robots", interrupt)
    code, out, err = tool("list-robots", *ORG)
    assert (code, out) == (130, "")
    assert "interrupted" in err


def test_help_and_version_end_with_0(tool: Tool) -> None:
    assert tool("--help")[0] == 0
    assert tool("list-robots", "--help")[0] == 0
    assert tool("--version") == (0, "quaytool 1.0.0 (quayops.quay)\n", "")


# --- libraries that may be missing ------------------------------------------------------------------


def test_without_tabulate_json_and_yaml_still_work(
    tool: Tool, acme: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "tabulate", None)
    code, out, err = tool("--set-visibility", "--visibility", "public", *ORG)
    assert (code, out) == (2, "")
    assert "--output table needs the Python library tabulate (package python3-tabulate)" in err
    assert acme.requests() == []
    for form in ("json", "yaml"):
        assert tool("--list-robots", *ORG, "--output", form)[0] == 0


def test_without_pyyaml(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "yaml", None)
    code, _out, err = tool("--list-robots", *ORG, "--output", "yaml")
    assert code == 2
    assert "PyYAML" in err
    assert tool("--list-robots", *ORG)[0] == 0


def test_without_requests(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quaytool.transport, "REQUESTS_IMPORT_ERROR", "a traceback")
    code, _out, err = tool("--list-robots", *ORG)
    assert code == 2
    assert "python3-requests" in err


# --- secrets ----------------------------------------------------------------------------------------


def test_robot_tokens_are_shown_by_what_makes_them_only(tool: Tool) -> None:
    token = tool("--create-robot", "ci", *ORG)[1].split()[-1]
    assert len(token) == 64
    for words in (
        ("--list-robots", *ORG),
        ("--list-robots", *ORG, "--output", "json"),
        ("--list-teams", *ORG),
        ("--list-prototypes", *ORG),
        ("--robot-privileges", "write", "--robot", "ci", *ORG, "--output", "yaml"),
        ("--create-prototype", "--robot", "ci", *ORG, "--output", "json"),
    ):
        code, out, err = tool(*words)
        assert code == 0
        assert token not in out + err, words


def test_debug_logs_requests_without_secrets(tool: Tool, acme: Registry) -> None:
    code, out, err = tool("--create-robot", "deploy", *ORG, "--debug")
    token = out.split()[-1]
    assert code == 0
    assert "PUT organization/acme/robots/deploy: 201 after " in err
    assert "GET organization/acme: 200 after " in err
    for secret in (token, acme.token):
        assert secret not in err


def test_debug_shows_no_password(
    tool: Tool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ADMIN_TOKEN")
    monkeypatch.setenv("QUAY_USERNAME", "alice")
    monkeypatch.setenv("QUAY_PASSWORD", "alice-password")
    _code, _out, err = tool("--create-organization", "hers", "--debug")
    assert "POST organization/: 201" in err
    assert "alice-password" not in err


def test_the_log_is_silent_again_afterwards(tool: Tool) -> None:
    tool("--list-robots", *ORG, "--debug")
    assert tool("--list-robots", *ORG)[2] == ""
    assert logging.getLogger("quayops.quay").handlers == []


# --- the bar ----------------------------------------------------------------------------------------


class Terminal:
    """Takes what is written to it and says that it is a terminal."""

    def __init__(self, is_terminal: bool = True) -> None:
        self.text = ""
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        """Everything is written at once."""


def watched(stream: Terminal, wanted: bool = True) -> str:
    with output.progress(stream, wanted) as observer:  # type: ignore[arg-type]
        if observer is not None:
            observer(200, 0)
            for _ in range(150):
                observer(0, 1)
            observer(100, 50)
    return stream.text


def test_long_work_has_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "_PATIENCE", 0.0)
    text = watched(Terminal())
    assert "/200" in text
    # It leaves nothing behind.
    assert text.rstrip(" ").endswith("\r")


def test_short_work_has_none() -> None:
    assert watched(Terminal()) == ""


@pytest.mark.parametrize(("is_terminal", "wanted"), [(False, True), (True, False)])
def test_there_is_no_bar_elsewhere(is_terminal: bool, wanted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "_PATIENCE", 0.0)
    assert watched(Terminal(is_terminal), wanted) == ""


def test_without_tqdm_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "_PATIENCE", 0.0)
    monkeypatch.setattr(output, "tqdm", None)
    assert watched(Terminal()) == ""


# --- who asks, and whom -----------------------------------------------------------------------------


def connected(*words: str, **environment: str) -> Connection:
    return connection_of(parse(["list-robots", *ORG, *words]).options, environment)


@pytest.mark.parametrize(
    ("words", "environment", "credentials"),
    [
        (("--token", "a"), {"ADMIN_TOKEN": "b", "QUAY_TOKEN": "c"}, Token("a")),
        ((), {"ADMIN_TOKEN": "b", "QUAY_TOKEN": "c"}, Token("b")),
        ((), {"ADMIN_TOKEN": "", "QUAY_TOKEN": "c"}, Token("c")),
        ((), {"QUAY_USERNAME": "u", "QUAY_PASSWORD": "p"}, Password("u", "p")),
        ((), {"QUAY_TOKEN": "c", "QUAY_USERNAME": "u", "QUAY_PASSWORD": "p"}, Token("c")),
    ],
)
def test_credentials(words: tuple[str, ...], environment: dict[str, str], credentials: Any) -> None:
    assert connected(*words, QUAY_HOST="https://q", **environment).credentials == credentials


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("abc\n", "abc"),
        ("export ADMIN_TOKEN=abc\n", "abc"),
        ("# of admin\nexport USER_PASSWORD='x y'\nexport ADMIN_TOKEN='abc'\n", "abc"),
        ("QUAY_TOKEN=abc", "abc"),
    ],
)
def test_a_file_with_a_token(text: str, token: str, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(text, encoding="utf-8")
    assert connected("--token-file", str(path), QUAY_HOST="https://q").credentials == Token(token)


@pytest.mark.parametrize("text", ["", "two words", "export USER_PASSWORD=secret-thing", "a=b"])
def test_a_file_without_a_token(text: str, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidDeclaration, match="holds neither a token alone nor a line") as caught:
        connected("--token-file", str(path), QUAY_HOST="https://q")
    assert "secret-thing" not in str(caught.value)


def test_a_directory_is_no_file_with_a_token(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match="cannot be read"):
        connected("--token-file", str(tmp_path), QUAY_HOST="https://q")


def test_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidDeclaration, match="Quay must know who asks"):
        connected(QUAY_HOST="https://q")
    with pytest.raises(InvalidDeclaration, match="Which registry is meant"):
        connected("--token", "a")


def test_the_connection(tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    ca_file.write_text("", encoding="utf-8")
    words = ("--api-url", "https://a/api/v1", "--timeout", "5", "--parallel", "3", "--ca-file", str(ca_file))
    environment = {"QUAY_HOST": "https://b", "QUAY_TIMEOUT": "7", "QUAY_PARALLEL": "9", "QUAY_TOKEN": "t"}
    given = connected(*words, **environment)
    assert (given.host, given.timeout, given.parallel, given.ca_path) == (
        "https://a/api/v1",
        5.0,
        3,
        str(ca_file),
    )
    found = connected(**environment)
    assert (found.host, found.timeout, found.parallel, found.ca_path) == ("https://b", 7.0, 9, None)
    assert found.validate_certs
    with pytest.raises(InvalidDeclaration, match="QUAY_TIMEOUT is 'x'"):
        connected(QUAY_HOST="https://b", QUAY_TOKEN="t", QUAY_TIMEOUT="x")


@pytest.mark.parametrize(
    ("words", "environment"),
    [(("--insecure",), {}), ((), {"QUAY_VERIFY_SSL": "False"}), ((), {"QUAY_VERIFY_SSL": "0"})],
)
def test_certificates_are_checked_unless_said(words: tuple[str, ...], environment: dict[str, str]) -> None:
    assert not connected(*words, QUAY_HOST="https://b", QUAY_TOKEN="t", **environment).validate_certs


def test_info_needs_no_credentials(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ADMIN_TOKEN")
    code, out, err = tool("--info")
    assert (code, err) == (0, "")
    assert "Quay v3" in out
