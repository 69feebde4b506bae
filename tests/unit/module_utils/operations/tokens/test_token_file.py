# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The file of a user's credentials: whole or not at all, for its owner alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import FileTrouble
from ansible_collections.quayops.quay.plugins.module_utils.operations.tokens import token_file
from ansible_collections.quayops.quay.plugins.module_utils.operations.tokens.token_file import Stored

TOKEN = "T" * 40


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def put(path: Path, text: str, mode: int = 0o600) -> Stored:
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    path.chmod(mode)
    return token_file.read(str(path))


def test_what_is_not_there_holds_nothing(tmp_path: Path) -> None:
    stored = token_file.read(str(tmp_path / "missing"))
    assert (stored.token, stored.password, stored.mode, stored.text) == (None, None, None, "")


def test_empty_values_count_as_none(tmp_path: Path) -> None:
    stored = put(tmp_path / "file", "export USER_PASSWORD=\nexport ADMIN_TOKEN=''\n")
    assert (stored.token, stored.password) == (None, None)


def test_secrets_do_not_show_themselves(tmp_path: Path) -> None:
    stored = put(tmp_path / "file", f"export ADMIN_TOKEN={TOKEN}\n")
    assert stored.token == TOKEN
    assert TOKEN not in repr(stored)


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "alice_token"
    old = os.umask(0)
    try:
        token_file.write(str(path), Stored(), token_file.TOKEN, TOKEN)
    finally:
        os.umask(old)
    assert path.read_text() == f"export ADMIN_TOKEN={TOKEN}\n"
    assert mode_of(path) == 0o600
    assert os.listdir(tmp_path) == ["alice_token"]


def test_a_line_is_added_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "alice_token"
    before = "# of alice\r\nexport USER_PASSWORD='pass word' # hers\n\udcff\udcfe binary\nno end"
    stored = put(path, before, 0o644)
    token_file.write(str(path), stored, token_file.TOKEN, TOKEN)
    written = path.read_bytes().decode("utf-8", "surrogateescape")
    assert written == f"{before}\nexport ADMIN_TOKEN={TOKEN}\n"
    assert mode_of(path) == 0o600


def test_a_token_is_replaced_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "alice_token"
    stored = put(path, "ADMIN_TOKEN=old # made by hand\nexport USER_PASSWORD=kept\n")
    token_file.write(str(path), stored, token_file.TOKEN, TOKEN)
    assert path.read_text() == f"ADMIN_TOKEN={TOKEN} # made by hand\nexport USER_PASSWORD=kept\n"


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "token", tmp_path / "link"
    stored = put(target, "export USER_PASSWORD=kept\n")
    link.symlink_to(target)
    token_file.write(str(link), stored, token_file.TOKEN, TOKEN)
    assert link.is_symlink()
    assert f"ADMIN_TOKEN={TOKEN}" in target.read_text()
    assert os.listdir(tmp_path / "real") == ["token"]


@pytest.mark.parametrize("broken", ["fsync", "rename", "fchmod"])
def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    path = tmp_path / "alice_token"
    stored = put(path, "export USER_PASSWORD=kept\n")

    def fail(*_arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, broken, fail)
    with pytest.raises(FileTrouble, match=r"alice_token cannot be written: No space left on device\."):
        token_file.write(str(path), stored, token_file.TOKEN, TOKEN)
    assert path.read_text() == "export USER_PASSWORD=kept\n"
    assert os.listdir(tmp_path) == ["alice_token"]


def test_nobody_sees_half_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file gets its name only after its content has reached the disk."""
    path = tmp_path / "alice_token"
    steps: list[str] = []
    real_fsync, real_rename = os.fsync, os.rename

    def fsync(descriptor: int) -> None:
        steps.append("fsync")
        real_fsync(descriptor)

    def rename(source: str, target: str) -> None:
        assert Path(source).read_text().endswith(f"{TOKEN}\n")
        assert Path(source).parent == path.parent
        assert mode_of(Path(source)) == 0o600
        steps.append("rename")
        real_rename(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", rename)
    token_file.write(str(path), Stored(), token_file.TOKEN, TOKEN)
    assert steps == ["fsync", "rename", "fsync"]


def test_what_cannot_work_is_said_before(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match="its directory does not exist"):
        token_file.check_writable(str(tmp_path / "missing" / "token"))
    with pytest.raises(FileTrouble, match="cannot be read: Is a directory"):
        token_file.read(str(tmp_path))
    token_file.check_writable(str(tmp_path / "token"))
    assert os.listdir(tmp_path) == []


def test_whose_right_is_missing_is_asked_for_become(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_arguments: Any, **_keywords: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "token"
    put(path, "")
    monkeypatch.setattr("tempfile.mkstemp", refuse)
    monkeypatch.setattr(os, "chmod", refuse)
    for act in (lambda: token_file.check_writable(str(path)), lambda: token_file.hide(str(path))):
        with pytest.raises(FileTrouble, match=r"Permission denied\. Is become needed\?"):
            act()


def test_others_lose_the_right_to_read(tmp_path: Path) -> None:
    path = tmp_path / "token"
    put(path, "", 0o644)
    token_file.hide(str(path))
    assert mode_of(path) == 0o600


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file to another user")
def test_the_owner_stays_the_owner(tmp_path: Path) -> None:
    path = tmp_path / "token"
    stored = put(path, "")
    os.chown(path, 12345, 23456)
    token_file.write(str(path), stored, token_file.TOKEN, TOKEN)
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 23456)
