# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""How a command gets onto a host: which files it is made of, and what becomes of the directory."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.command import installation, sources
from ansible_collections.quayops.quay.plugins.module_utils.command.installation import (
    PACKAGE,
    Difference,
    Wanted,
    install,
    to_install,
    to_remove,
    uninstall,
)
from ansible_collections.quayops.quay.plugins.module_utils.command.sources import Incomplete, files_of
from ansible_collections.quayops.quay.plugins.module_utils.errors import FileTrouble, InvalidDeclaration

HELLO = {
    "__init__.py": "",
    "words.py": 'WORD = "hello"\n',
    "command/__init__.py": "",
    "command/hello.py": "from ..words import WORD\n\n\ndef main():\n    print(WORD)\n    return 3\n",
}
Make = Callable[..., Wanted]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return a maker of commands that say a word and end with 3."""

    def one(**given: Any) -> Wanted:
        options: dict[str, Any] = {
            "name": "hello",
            "module": "command.hello",
            "function": "main",
            "files": HELLO,
            "directory": str(tmp_path / "lib" / "quayops"),
            "path": str(tmp_path / "bin" / "hello"),
            "mode": 0o755,
            "interpreter": sys.executable,
        }
        return Wanted(**{**options, **given})

    return one


def run(wanted: Wanted) -> tuple[int, str]:
    done = subprocess.run([wanted.path], capture_output=True, text=True, cwd="/", env={})
    return done.returncode, done.stdout + done.stderr


def apply(wanted: Wanted) -> Difference:
    """Install, and make sure that then nothing is left to do."""
    difference = to_install(wanted)
    install(wanted, difference)
    after = to_install(wanted)
    assert (after.written, after.removed) == ((), ())
    return difference


def mode(path: str | Path) -> int:
    return stat.S_IMODE(os.lstat(path).st_mode)


# --- what a command is made of ----------------------------------------------------------------------


@pytest.mark.parametrize("module", ["command.quaytool", "command.pruner"])
def test_a_command_gets_what_it_imports_and_nothing_of_ansible(module: str) -> None:
    files = files_of(module)
    assert f"{module.replace('.', '/')}.py" in files
    assert {"__init__.py", "command/__init__.py", "kinds/__init__.py", "http/transport.py"} <= set(files)
    assert not any(path.startswith("ansible/") for path in files)
    assert not any(path.startswith("deployment/") for path in files)
    for path, text in files.items():
        assert not re.search(r"^\s*(?:from|import) ansible", text, re.MULTILINE), path


def library(**files: str) -> Callable[[str], str | None]:
    return {f"{name.replace('__', '/')}.py": text for name, text in files.items()}.get


def test_imports_of_every_form_are_followed() -> None:
    read = library(
        pkg__main="from .. import one\nfrom ..two import a, b\nfrom . import near\nfrom ..sub import three\n",
        one="import os\n",
        two="def f():\n    from .late import thing\n",
        late="import re as late\n",
        pkg__near="from ..one import x\n",
        sub__three="from ..pkg.near import y\n",
        other="raise ValueError\n",
    )
    assert sorted(files_of("pkg.main", read)) == [
        "__init__.py",
        "late.py",
        "one.py",
        "pkg/__init__.py",
        "pkg/main.py",
        "pkg/near.py",
        "sub/__init__.py",
        "sub/three.py",
        "two.py",
    ]


def test_what_is_missing_or_outside_is_an_error() -> None:
    with pytest.raises(Incomplete, match="no file gone"):
        files_of("main", library(main="from .gone import x\n"))
    with pytest.raises(Incomplete, match=r"main\.py imports what is not in the library"):
        files_of("main", library(main="from ..plugin_utils.x import y\n"))


def test_files_are_read_by_their_paths() -> None:
    assert "class QuayError" in str(sources.read("errors.py"))
    assert sources.read("no/such.py") is None


# --- installing -------------------------------------------------------------------------------------


def test_an_installed_command_runs(make: Make) -> None:
    wanted = make()
    difference = apply(wanted)
    assert difference.before is None
    assert set(difference.written) == {wanted.path, *(f"{wanted.root}/{PACKAGE}/{path}" for path in HELLO)}
    assert run(wanted) == (3, "hello\n")
    assert (mode(wanted.path), mode(wanted.root)) == (0o755, 0o755)
    assert mode(f"{wanted.root}/{PACKAGE}/words.py") == 0o644
    # Compiled, for users who may not write there.
    assert list(Path(wanted.root, PACKAGE, "__pycache__").glob("words.*.pyc"))


def test_whatever_the_umask_is(make: Make) -> None:
    before = os.umask(0o077)
    try:
        wanted = make()
        apply(wanted)
    finally:
        os.umask(before)
    assert mode(os.path.dirname(wanted.path)) == mode(f"{wanted.root}/{PACKAGE}/command") == 0o755
    assert (mode(wanted.path), mode(f"{wanted.root}/{PACKAGE}/words.py")) == (0o755, 0o644)


def test_looking_changes_nothing(make: Make, tmp_path: Path) -> None:
    to_install(make())
    assert list(tmp_path.iterdir()) == []


def test_a_new_version_takes_the_place_of_the_old_one(make: Make) -> None:
    old = make()
    apply(old)
    new = make(files={**HELLO, "words.py": 'WORD = "good day"\n'})
    assert new.root != old.root
    difference = apply(new)
    assert difference.removed == (old.root,)
    assert not os.path.exists(old.root)
    assert run(new) == (3, "good day\n")


def test_other_commands_in_the_directory_stay(make: Make, tmp_path: Path) -> None:
    wanted = make()
    other = make(name="hello-world", path=str(tmp_path / "bin" / "hello-world"))
    apply(other)
    apply(wanted)
    apply(make(files={**HELLO, "more.py": ""}))
    assert run(other) == (3, "hello\n")
    uninstall(wanted, to_remove(wanted))
    assert run(other) == (3, "hello\n")


SPOILED: dict[str, Callable[[str], Any]] = {
    "changed": lambda path: Path(path).write_text("WORD = 'bad'\n", encoding="utf-8"),
    "removed": os.unlink,
    "unreadable": lambda path: os.chmod(path, 0o600),
    "writable": lambda path: os.chmod(path, 0o666),
    "a link": lambda path: (os.rename(path, f"{path}.away"), os.symlink(f"{path}.away", path)),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_what_was_spoiled_is_mended(make: Make, spoil: Callable[[str], Any]) -> None:
    wanted = make()
    apply(wanted)
    words = f"{wanted.root}/{PACKAGE}/words.py"
    spoil(words)
    assert apply(wanted).written == (words,)
    assert run(wanted) == (3, "hello\n")
    assert not os.path.islink(words)


def test_files_that_are_no_part_of_it_go(make: Make) -> None:
    wanted = make()
    apply(wanted)
    strange = Path(wanted.root, PACKAGE, "json.py")
    strange.write_text("raise ValueError\n", encoding="utf-8")
    assert apply(wanted).removed == (str(strange),)
    assert not strange.exists()


def test_the_mode_of_the_executable(make: Make) -> None:
    apply(make())
    wanted = make(mode=0o750)
    assert apply(wanted).written == (wanted.path,)
    assert mode(wanted.path) == 0o750


def test_a_file_of_somebody_else_is_replaced_and_shown(make: Make) -> None:
    wanted = make()
    os.makedirs(os.path.dirname(wanted.path))
    Path(wanted.path).write_text("#!/bin/sh\n", encoding="utf-8")
    assert apply(wanted).before == "#!/bin/sh\n"
    assert run(wanted) == (3, "hello\n")


def test_neither_the_environment_nor_the_directory_decides_what_is_loaded(make: Make, tmp_path: Path) -> None:
    wanted = make()
    apply(wanted)
    (tmp_path / PACKAGE).mkdir()
    (tmp_path / PACKAGE / "__init__.py").write_text("raise ValueError\n", encoding="utf-8")
    done = subprocess.run(
        [wanted.path], capture_output=True, text=True, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}
    )
    assert (done.returncode, done.stdout) == (3, "hello\n")


def test_a_file_that_cannot_be_written_stays_as_it_was(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    old = make()
    apply(old)
    new = make(files={**HELLO, "words.py": 'WORD = "good day"\n'})

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device", "words.py")

    monkeypatch.setattr(installation.os, "fsync", full)
    with pytest.raises(FileTrouble, match="No space left on device"):
        install(new, to_install(new))
    monkeypatch.undo()
    # The old version is whole, and the next run finishes what was begun.
    assert run(old) == (3, "hello\n")
    apply(new)
    assert run(new) == (3, "good day\n")


# --- removing ---------------------------------------------------------------------------------------


def test_removing(make: Make, tmp_path: Path) -> None:
    wanted = make()
    apply(wanted)
    difference = to_remove(make(files={}))
    assert difference.removed == (wanted.path, wanted.root)
    uninstall(wanted, difference)
    assert not os.path.exists(wanted.directory)
    assert os.listdir(tmp_path / "bin") == []
    assert to_remove(wanted).removed == ()


def test_what_somebody_else_made_stays(make: Make) -> None:
    wanted = make()
    apply(wanted)
    Path(wanted.path).write_text("#!/bin/sh\n", encoding="utf-8")
    own = Path(wanted.directory, "notes")
    own.write_text("", encoding="utf-8")
    uninstall(wanted, to_remove(wanted))
    assert os.listdir(wanted.directory) == ["notes"]
    assert os.path.exists(wanted.path)


@pytest.mark.parametrize("option", ["directory", "path", "interpreter"])
def test_paths_are_absolute(make: Make, option: str) -> None:
    with pytest.raises(InvalidDeclaration, match=f"{option} 'a/b' is not an absolute path"):
        make(**{option: "a/b"})


def test_an_interpreter_that_no_first_line_can_name(make: Make) -> None:
    with pytest.raises(InvalidDeclaration, match="must have no blank"):
        make(interpreter="/opt/my python")


def test_a_directory_in_the_place_of_the_executable(make: Make) -> None:
    wanted = make()
    os.makedirs(wanted.path)
    with pytest.raises(FileTrouble, match="directory"):
        to_install(wanted)
