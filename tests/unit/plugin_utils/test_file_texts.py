# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The texts of several files from the lines of one command."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ansible_collections.quayops.quay.plugins.plugin_utils.file_texts import texts


def test_lines_come_back_to_their_files():
    lines = ["/d/a:one", "/d/a:", "/d/a:two: three", "/d/a_b:four"]
    assert texts(lines, ["/d/a", "/d/a_b", "/d/c"]) == {
        "/d/a": "one\n\ntwo: three\n",
        "/d/a_b": "four\n",
        "/d/c": "",
    }


def test_a_name_that_begins_another():
    assert texts(["/d/a:b:x", "/d/a:y"], ["/d/a", "/d/a:b"]) == {"/d/a": "y\n", "/d/a:b": "x\n"}


def test_what_grep_prints(tmp_path: Path):
    files = {"one": "a\nb: c\n", "two": "export ADMIN_TOKEN='x y'\n", "empty": ""}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    paths = [str(tmp_path / name) for name in files]
    done = subprocess.run(
        ["grep", "--with-filename", "", "--", *paths], capture_output=True, text=True, check=True
    )
    assert texts(done.stdout.splitlines(), paths) == dict(zip(paths, files.values()))
