# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Lines that a shell can source: read as it reads them, changed without touching the rest."""

from __future__ import annotations

import shutil
import subprocess
from typing import Optional

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ansible_collections.quayops.quay.plugins.module_utils.operations.tokens.exports import (
    exported,
    quoted,
    with_export,
)

NAME = "ADMIN_TOKEN"

FORMS: list[tuple[str, Optional[str]]] = [
    ("export ADMIN_TOKEN=abc\n", "abc"),
    ("ADMIN_TOKEN=abc", "abc"),
    ("  export   ADMIN_TOKEN=abc  \n", "abc"),
    ('ADMIN_TOKEN="a b"', "a b"),
    ("export ADMIN_TOKEN='it'\"'\"'s'  # a comment", "it's"),
    ("ADMIN_TOKEN=a\\ b", "a b"),
    ("ADMIN_TOKEN='$HOME `x` \\'", "$HOME `x` \\"),
    ('ADMIN_TOKEN="p\\$w\\"d\\x"', 'p$w"d\\x'),
    ("ADMIN_TOKEN=half'and half'\"and half\"", "halfand halfand half"),
    ("ADMIN_TOKEN=a#b", "a#b"),
    ("  export  ADMIN_TOKEN=abc  # the pipeline's\r\n", "abc"),
    ("export ADMIN_TOKEN=", ""),
    ("export MY_ADMIN_TOKEN=b\necho ADMIN_TOKEN=c", None),
    ("ADMIN_TOKEN=a=b", "a=b"),
    ("ADMIN_TOKEN= # nothing", ""),
    ("ADMIN_TOKEN=", ""),
    ("ADMIN_TOKEN=''", ""),
    ("ADMIN_TOKEN=x; export ADMIN_TOKEN", "x"),
    ("export ADMIN_TOKEN=x;", "x"),
    ("export OTHER=1 ADMIN_TOKEN=x", "x"),
    ("export OTHER ADMIN_TOKEN=x", "x"),
    ("declare -x ADMIN_TOKEN=x", "x"),
    ("readonly ADMIN_TOKEN=x", "x"),
    ("ADMIN_TOKEN=first\nADMIN_TOKEN=last\n", "last"),
    ("# ADMIN_TOKEN=x", None),
    ("echo ADMIN_TOKEN=x", None),
    ("MY_ADMIN_TOKEN=x", None),
    ("export ADMIN_TOKEN", None),
    ("", None),
]
# What a shell would not read so, or not at all, but people write.
LENIENT: list[tuple[str, str]] = [
    ("ADMIN_TOKEN=abc\r\n", "abc"),
    ("ADMIN_TOKEN=pa&ss|word(1)", "pa&ss|word(1)"),
    ("ADMIN_TOKEN=pa$word", "pa$word"),
    ("ADMIN_TOKEN=it's", "it's"),
    ('ADMIN_TOKEN=5"', '5"'),
]


def by_a_shell(text: str) -> Optional[str]:
    """Return what a real shell makes of the text, None for a variable that is not set."""
    script = f'unset {NAME}\neval "$1"\n[ -z "${{{NAME}+x}}" ] || printf \'%s.\' "${NAME}"'
    shell = shutil.which("bash")
    assert shell
    found = subprocess.run([shell, "-c", script, "sh", text], stdout=subprocess.PIPE, check=False)
    answer = found.stdout.decode()
    return answer[:-1] if answer.endswith(".") else None


@pytest.mark.parametrize(("text", "value"), [*FORMS, *LENIENT])
def test_every_usual_form_is_read(text: str, value: Optional[str]) -> None:
    assert exported(text, NAME) == value


@pytest.mark.parametrize(("text", "value"), [form for form in FORMS if not form[0].startswith("echo")])
def test_a_shell_reads_the_same(text: str, value: Optional[str]) -> None:
    assert by_a_shell(text) == value


@pytest.mark.parametrize("text", [text for text, _value in (*FORMS, *LENIENT)])
def test_what_is_set_is_read_back_and_the_rest_stays(text: str) -> None:
    value = "n'w $x"
    changed = with_export(text, NAME, value)
    assert exported(changed, NAME) == value
    if exported(text, NAME) is None:
        line_end = "" if text.endswith("\n") or not text else "\n"
        assert changed == f"{text}{line_end}export {NAME}={quoted(value)}\n"
    else:
        # Only the value was replaced, so that setting it again gives the same text.
        assert with_export(with_export(text, NAME, "other"), NAME, value) == changed


@pytest.mark.parametrize("value", ["abc", "W2YX0V838JZ5", "a-b_c.d/e:f@g%h+i=j,k"])
def test_quotes_are_set_only_where_they_are_needed(value: str) -> None:
    assert quoted(value) == value


VALUES = st.text(
    st.characters(min_codepoint=32, exclude_characters="\x7f", exclude_categories=["Cs", "Zl", "Zp", "Cc"]),
    min_size=1,
)


@given(VALUES)
@example('it\'s "$HOME" `x` \\ # ; & | end')
@example("'")
@example("\\")
@example(";")
@example("#")
@settings(max_examples=200)
def test_any_value_comes_back(value: str) -> None:
    text = with_export("export USER_PASSWORD=kept # this\n", NAME, value)
    assert exported(text, NAME) == value
    assert exported(text, "USER_PASSWORD") == "kept"


@given(VALUES)
@settings(max_examples=30, deadline=None)
def test_a_shell_gets_any_value(value: str) -> None:
    assert by_a_shell(with_export("", NAME, value)) == value
