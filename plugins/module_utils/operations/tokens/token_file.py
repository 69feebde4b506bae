# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The file of a user's credentials on the host: lines that a shell can source, for its owner alone.

It is replaced as a whole: whoever reads it finds either what was there before or what is there now.
"""

from __future__ import annotations

import os
import stat
import tempfile
from dataclasses import dataclass, field

from ...errors import FileTrouble
from .exports import exported, with_export

PASSWORD = "USER_PASSWORD"
TOKEN = "ADMIN_TOKEN"
MODE = 0o600


@dataclass(frozen=True)
class Stored:
    """What a file holds; ``mode`` is None where there is no file. Empty values count as none."""

    text: str = field(default="", repr=False)
    mode: int | None = None

    @property
    def password(self) -> str | None:
        return exported(self.text, PASSWORD) or None

    @property
    def token(self) -> str | None:
        return exported(self.text, TOKEN) or None


def read(path: str) -> Stored:
    """Return what the file holds, nothing where it does not exist. Raises FileTrouble."""
    try:
        with open(path, "rb") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            # Whatever bytes there are come back when it is written.
            return Stored(stream.read().decode("utf-8", "surrogateescape"), mode)
    except FileNotFoundError:
        return Stored()
    except OSError as error:
        raise FileTrouble(f"{path} cannot be read: {error.strerror}.{_advice(error)}") from error


def check_writable(path: str) -> None:
    """Raise FileTrouble where the file could not be written. Asked before a token is made for it."""
    directory = os.path.dirname(_target(path)) or "."
    if not os.path.isdir(directory):
        raise FileTrouble(
            f"{path} cannot be written: its directory does not exist. Create it first, for its owner alone "
            "(ansible.builtin.file with state: directory and mode: '0700')."
        )
    try:
        descriptor, probe = tempfile.mkstemp(prefix=".token-", dir=directory)
        os.close(descriptor)
        os.unlink(probe)
    except OSError as error:
        raise FileTrouble(f"{path} cannot be written: {error.strerror}.{_advice(error)}") from error


def write(path: str, stored: Stored, name: str, value: str) -> None:
    """Put TOKEN or PASSWORD into the file, for its owner alone; all else stays. Raises FileTrouble."""
    text = with_export(stored.text, name, value)
    try:
        _replace(_target(path), text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise FileTrouble(f"{path} cannot be written: {error.strerror}.{_advice(error)}") from error


def hide(path: str) -> None:
    """Take from everybody but the owner the right to read the file. Raises FileTrouble."""
    try:
        os.chmod(path, MODE)
    except OSError as error:
        raise FileTrouble(
            f"The mode of {path} cannot be changed: {error.strerror}.{_advice(error)}"
        ) from error


def _target(path: str) -> str:
    """Return where a link leads: it stays, and what it leads to is replaced."""
    return os.path.realpath(path)


def _replace(target: str, content: bytes) -> None:
    descriptor, new = tempfile.mkstemp(prefix=".token-", dir=os.path.dirname(target))
    try:
        with os.fdopen(descriptor, "wb") as stream:
            os.fchmod(descriptor, MODE)
            _keep_owner(descriptor, target)
            stream.write(content)
            stream.flush()
            os.fsync(descriptor)
        os.rename(new, target)
    except BaseException:
        os.unlink(new)
        raise
    _settle(os.path.dirname(target))


def _keep_owner(descriptor: int, target: str) -> None:
    """Give the new file the owner of the old one."""
    try:
        there = os.stat(target)
    except FileNotFoundError:
        return
    made = os.fstat(descriptor)
    if (there.st_uid, there.st_gid) != (made.st_uid, made.st_gid):
        os.fchown(descriptor, there.st_uid, there.st_gid)


def _settle(directory: str) -> None:
    """Make the renaming outlast a power failure, where the file system can."""
    try:
        descriptor = os.open(directory, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)


def _advice(error: OSError) -> str:
    return " Is become needed?" if isinstance(error, PermissionError) else ""
