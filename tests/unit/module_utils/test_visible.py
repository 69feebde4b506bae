# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What others wrote is shown escaped wherever it is shown, and one line stays one line."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.quayops.quay.plugins.module_utils.command import output, pruner
from ansible_collections.quayops.quay.plugins.module_utils.errors import QuayError
from ansible_collections.quayops.quay.plugins.module_utils.http.answers import error_text
from ansible_collections.quayops.quay.plugins.module_utils.visible import visible, visible_lines

from .conftest import HOST
from .http.test_expected_unwell import answering, command, module, response

# A colour, a title of the window, a line that overwrites itself, one that turns round, one of C1, and so on.
EVIL = "a\x1b[31mb\x1b]0;c\x07d\re\u202ef\x9bg\u200bh\u2028i\nj\x00k\ufeffl"
SHOWN = r"a\x1b[31mb\x1b]0;c\x07d\re\u202ef\x9bg\u200bh\u2028i\nj\x00k\ufeffl"


def is_clean(text: str) -> bool:
    return all(line.isprintable() for line in text.split("\n"))


def test_everything_that_is_not_seen_is_escaped() -> None:
    assert visible(EVIL) == SHOWN
    assert visible(visible(EVIL)) == SHOWN


@pytest.mark.parametrize(
    "text", ["", "plain", "Grüße 你好 🎉", "back\\slash", "quotes \"'", "{{ jinja }} $HOME %s"]
)
def test_what_is_seen_stays(text: str) -> None:
    assert visible(text) == text


@given(st.text(alphabet=st.characters(codec=None)))
def test_whatever_it_is_it_is_one_line_that_any_stream_takes(text: str) -> None:
    assert visible(text).isprintable()
    visible(text).encode()
    assert visible_lines(text).count("\n") == text.count("\n")


def test_the_message_of_an_error_is_one_line() -> None:
    assert str(QuayError(f"organization {EVIL}.")) == f"organization {SHOWN}."


@pytest.mark.parametrize(
    "body",
    [
        {"error_message": "no\x1b[2Jthing\r here"},
        {"detail": "no\x1b[2Jthing\r here"},
        "no\x1b[2Jthing\r here",
        "<html><title>no\x1b[2Jthing\u202e</title></html>",
    ],
)
def test_quays_own_words_are_quoted_escaped(body: Any) -> None:
    text = error_text(body)
    assert text.startswith(r"no\x1b[2Jthing")
    assert text.isprintable()


# --- everything that a registry can say ---------------------------------------------------------

ROBOT = {
    "name": f"acme+{EVIL}",
    "description": EVIL,
    "teams": [{"name": EVIL}],
    "repositories": [EVIL],
    "token": "t",
}
ANSWERS: dict[str, Any] = {
    "/api/v1/organization/acme/robots": {"robots": [ROBOT]},
    "/api/v1/organization/acme": {"name": "acme", "is_admin": True, "is_member": True, "teams": {}},
    "/api/v1/organization/acme/proxycache": {},
    "/api/v1/user/": {"username": "admin", "organizations": [{"name": EVIL}]},
    "/api/v1/repository": {
        "repositories": [{"namespace": "acme", "name": EVIL, "is_public": False, "state": "NORMAL"}]
    },
}


def registry(request: Any) -> Any:
    path = request.url.partition("?")[0][len(HOST) :]
    if path in ANSWERS:
        return response(request, ANSWERS[path])
    return response(request, {"error_message": f"broken {EVIL}", "detail": EVIL}, 500)


@pytest.mark.parametrize("form", ["table", "json", "yaml"])
def test_names_and_descriptions_in_each_form_of_output(form: str) -> None:
    with answering(registry):
        code, said = command(["list-robots", "--organization", "acme", "--output", form])
    assert code == 0
    assert is_clean(said)
    if form == "table":
        (_headings, line, end) = said.split("\n")
        assert SHOWN in line
        assert end == ""
    else:
        (found,) = json.loads(said) if form == "json" else yaml.safe_load(said)
        assert found["description"] == EVIL


def test_letters_stay_letters_in_yaml() -> None:
    stream = io.StringIO()
    output.write("yaml", [{"description": "Grüße 🎉"}], [], [], stream)
    assert stream.getvalue() == "- description: Grüße 🎉\n"


@pytest.mark.parametrize(
    "words",
    [
        ["list-repositories", "--debug"],
        ["list-tags", "--organization", "acme", "-v"],
        ["list-repositories", "--organization", EVIL],
        ["list-teams", "--organization", EVIL, "--organization", f"{EVIL}2"],
        ["prune", "--organization", "acme", "--older-than", "1d", "--keep-name", "latest"],
        ["set-visibility", "--organization", "acme", "--visibility", "public"],
    ],
    ids=["debug", "verbose", "name", "names", "prune", "change"],
)
def test_messages_and_logs_of_the_command(words: list[str]) -> None:
    with answering(registry):
        code, said = command(words)
    assert code == 1
    assert is_clean(said)
    assert r"\x1b[31m" in said


def test_messages_of_a_module() -> None:
    with answering(registry):
        one = module("quay_tag_info", {"organization": "acme"})
        all_of_them = module("quay_organization_info", {})
        change = module(
            "quay_repositories", {"organizations": ["acme"], "matching": "(?s).*", "visibility": "public"}
        )
    for result in (one, all_of_them, change):
        assert result["failed"]
        assert is_clean(result["msg"])
        assert r"\x1b[31m" in result["msg"]


def test_diff_headers_of_a_module() -> None:
    with answering(registry):
        options = {"organizations": ["acme"], "matching": "(?s).*", "visibility": "public"}
        result = module("quay_repositories", {**options, "_ansible_diff": True, "_ansible_check_mode": True})
    assert result["changed"], result
    assert [entry["before_header"] for entry in result["diff"]] == [f"acme: repository {SHOWN}"]


def test_lines_of_the_pruner(tmp_path: Path) -> None:
    options = {"older_than": "1d", "keep_names": ["stable"]}
    document = {
        "quay": {"host": HOST},
        "credentials_directory": str(tmp_path),
        "report_directory": str(tmp_path),
        "jobs": [{"organization": "acme", "credential": "token", "options": options}],
    }
    (tmp_path / "config.json").write_text(json.dumps(document))
    (tmp_path / "token").write_text("t" * 40)
    (tmp_path / "token").chmod(0o600)
    out, err = io.StringIO(), io.StringIO()
    with answering(registry):
        code = pruner.main(["--config", str(tmp_path / "config.json")], pruner.Surroundings(out, err, {}))
    assert code == 1
    assert is_clean(out.getvalue() + err.getvalue())
    assert f"acme/{SHOWN}: 0 expire, 0 keep, 0 leave\n" in out.getvalue()
    assert json.loads((tmp_path / "latest.json").read_text())["failed"]


# --- what is waited for -------------------------------------------------------------------------


def busy(request: Any) -> Any:
    return response(request, {"error_message": "Bad\x1b[31mGateway"}, 502)


def test_the_command_says_what_it_waits_for() -> None:
    with answering(busy):
        code, said = command(["list-robots", "--organization", "acme", "--verbose"])
        silent = command(["list-robots", "--organization", "acme"])[1]
    assert code == 1
    lines = [line for line in said.split("\n") if "Trying again in" in line]
    assert len(lines) == 9
    assert r'GET organization/acme/robots: Quay answered 502 "Bad\x1b[31mGateway"' in lines[0]
    assert "Tried 10 times" in said
    assert "Trying again" not in silent


def test_a_module_says_it_in_the_log_of_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible.module_utils.basic import AnsibleModule

    logged: list[str] = []
    monkeypatch.setattr(AnsibleModule, "log", lambda _self, msg, **_options: logged.append(msg))
    with answering(busy):
        result = module("quay_robot_info", {"organization": "acme"})
    assert "Tried 10 times" in result["msg"]
    assert len([line for line in logged if "Trying again in 0.0 s." in line]) == 9
    assert all(is_clean(line) for line in logged)
