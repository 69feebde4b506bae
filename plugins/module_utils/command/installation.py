# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Puts a command on the host: the library's files in a directory of their own, and a small executable.

The directory is named after what it holds. So a new version is written beside the old one, and the
executable changes from one to the other in one step; a command that runs meanwhile finds its own files.
"""

from __future__ import annotations

import compileall
import hashlib
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import FileTrouble, InvalidDeclaration

PACKAGE = "quayops_quay"
_MARK = "# Made by the module quayops.quay.quay_command, which replaces it."
_DIRECTORY_MODE, _FILE_MODE = 0o755, 0o644
_CACHE = "__pycache__"


@dataclass(frozen=True)
class Wanted:
    """A command as it shall be on the host.

    ``module`` and ``function`` are its entry, such as "command.quaytool" and "run"; ``files`` path to text
    below the package. ``path`` is the executable, with ``mode``; ``directory`` holds all versions.
    """

    name: str
    module: str
    function: str
    files: Mapping[str, str] = field(repr=False)
    directory: str
    path: str
    mode: int
    interpreter: str

    def __post_init__(self) -> None:
        for option in ("directory", "path", "interpreter"):
            value = getattr(self, option)
            if not os.path.isabs(value):
                raise InvalidDeclaration(f"{option} {value!r} is not an absolute path.")
        if re.search(r"\s", self.interpreter):
            raise InvalidDeclaration(f"interpreter {self.interpreter!r} must have no blank in its path.")

    @property
    def root(self) -> str:
        """The directory of this version."""
        digest = hashlib.sha256()
        for path, text in sorted(self.files.items()):
            digest.update(f"{path}\0{len(text)}\0{text}".encode())
        return os.path.join(self.directory, f"{self.name}-{digest.hexdigest()[:12]}")

    @property
    def executable(self) -> str:
        """The text of the executable. Isolated (-I): nobody's environment changes what it loads."""
        return (
            f"#!{self.interpreter} -I\n{_MARK}\nimport sys\n\n"
            f"sys.path.insert(0, {self.root!r})\n\n"
            f"from {PACKAGE}.{self.module} import {self.function}\n\n"
            f"sys.exit({self.function}())\n"
        )


@dataclass(frozen=True)
class Difference:
    """What is to be done: files to be written and removed, and the executable as it is (None: missing)."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    before: str | None = None


def to_install(wanted: Wanted) -> Difference:
    """Return what has to be done so that the command is installed. Raises FileTrouble."""
    try:
        files = _library(wanted)
        written = [path for path, text in files.items() if not _is_right(path, text, _FILE_MODE)]
        there = set(_files_below(wanted.root))
        removed = sorted(there - set(files)) + _others(wanted)
        before = _executable(wanted.path)
        if not _is_right(wanted.path, wanted.executable, wanted.mode):
            written.append(wanted.path)
    except OSError as error:
        raise _trouble(error) from error
    return Difference(tuple(written), tuple(removed), before)


def install(wanted: Wanted, difference: Difference) -> None:
    """Do it: the files first, then the executable, last what is not needed any more. Raises FileTrouble."""
    files = _library(wanted)
    try:
        for path in difference.written:
            if path in files:
                _write(path, files[path], _FILE_MODE)
        if wanted.interpreter == sys.executable and os.path.isdir(wanted.root):
            # For users who may not write there. Made anew: what is there may be older than its source.
            _drop_caches(wanted.root)
            compileall.compile_dir(wanted.root, quiet=2)
        if wanted.path in difference.written:
            _write(wanted.path, wanted.executable, wanted.mode)
        _remove(difference.removed)
    except OSError as error:
        raise _trouble(error) from error


def to_remove(wanted: Wanted) -> Difference:
    """Return what has to be removed so that the command is gone. Raises FileTrouble.

    A file at its path that was not made here is somebody else's, and stays.
    """
    try:
        before = _executable(wanted.path)
        own = before is not None and _MARK in before
        removed = ([wanted.path] if own else []) + _versions(wanted)
    except OSError as error:
        raise _trouble(error) from error
    return Difference(removed=tuple(removed), before=before if own else None)


def uninstall(wanted: Wanted, difference: Difference) -> None:
    """Remove it, and its directory if nothing else is in it. Raises FileTrouble."""
    try:
        _remove(difference.removed)
        if difference.removed and os.path.isdir(wanted.directory) and not os.listdir(wanted.directory):
            os.rmdir(wanted.directory)
    except OSError as error:
        raise _trouble(error) from error


# Looking


def _library(wanted: Wanted) -> dict[str, str]:
    """Return absolute path to text of all files but the executable."""
    return {os.path.join(wanted.root, PACKAGE, path): text for path, text in wanted.files.items()}


def _is_right(path: str, text: str, mode: int) -> bool:
    try:
        about = os.lstat(path)
        if not stat.S_ISREG(about.st_mode) or stat.S_IMODE(about.st_mode) != mode:
            return False
        if about.st_uid != os.geteuid():
            return False
        with open(path, "rb") as stream:
            return stream.read() == text.encode()
    except FileNotFoundError:
        return False


def _executable(path: str) -> str | None:
    """Return what is at the path of the executable, None if nothing is."""
    try:
        with open(path, "rb") as stream:
            return stream.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return None


def _files_below(root: str) -> Iterator[str]:
    for directory, inner, names in os.walk(root):
        inner[:] = [name for name in inner if name != _CACHE]
        yield from (os.path.join(directory, name) for name in names)


def _versions(wanted: Wanted) -> list[str]:
    """Return the directories of all versions of this command that are there."""
    pattern = re.compile(re.escape(wanted.name) + r"-[0-9a-f]{12}")
    if not os.path.isdir(wanted.directory):
        return []
    names = sorted(name for name in os.listdir(wanted.directory) if pattern.fullmatch(name))
    return [os.path.join(wanted.directory, name) for name in names]


def _others(wanted: Wanted) -> list[str]:
    return [path for path in _versions(wanted) if path != wanted.root]


# Writing


def _write(path: str, text: str, mode: int) -> None:
    """Replace a file as a whole: who reads it finds the old one or the new one."""
    directory = os.path.dirname(path)
    _make_directory(directory)
    descriptor, new = tempfile.mkstemp(prefix=".quay-command-", dir=directory)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(text.encode())
            os.fchmod(stream.fileno(), mode)
            stream.flush()
            os.fsync(stream.fileno())
        os.rename(new, path)
    except BaseException:
        os.unlink(new)
        raise


def _make_directory(path: str) -> None:
    if os.path.isdir(path):
        return
    _make_directory(os.path.dirname(path))
    os.mkdir(path)
    # Whatever the umask is: commands are for everybody.
    os.chmod(path, _DIRECTORY_MODE)


def _remove(paths: Sequence[str]) -> None:
    for path in paths:
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.unlink(path)


def _drop_caches(root: str) -> None:
    for directory, inner, _names in os.walk(root):
        if _CACHE in inner:
            shutil.rmtree(os.path.join(directory, _CACHE))
            inner.remove(_CACHE)


def _trouble(error: OSError) -> FileTrouble:
    advice = " Is become needed?" if isinstance(error, PermissionError) else ""
    return FileTrouble(f"{error.filename}: {error.strerror}.{advice}")
