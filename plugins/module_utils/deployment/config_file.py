# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The directory with config.yaml on the host: reads it, tries a candidate beside it, replaces the file.

Whoever reads config.yaml finds either the old or the new one, also when the machine stops in between.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from .errors import DeploymentError, MissingLibrary

YAML_IMPORT_ERROR: str | None = None
try:
    import yaml
except ImportError:
    YAML_IMPORT_ERROR = traceback.format_exc()

NAME = "config.yaml"
# Sets owner, mode and what else the user asks for on a new file.
Prepare = Callable[[str], object]

_NEW = f".{NAME}.new-"
_LONGEST_CERTIFICATE = 1 << 20


class Installed(NamedTuple):
    """A config.yaml. ``data`` is None if there is none, or if it is no mapping in YAML."""

    text: str | None
    data: Mapping[str, Any] | None


def read(path: str, expected: tuple[str, Mapping[str, Any]] | None = None) -> Installed:
    """Return what the config.yaml in ``path`` holds.

    ``expected`` is a text with its data: where the file holds the text, it need not be parsed. Raises
    MissingLibrary if it must, and PyYAML is not there.
    """
    content = read_bytes(path, NAME)
    if content is None:
        return Installed(None, None)
    text = content.decode("utf-8", "replace")
    if expected is not None and text == expected[0]:
        return Installed(text, expected[1])
    data = parsed(text)
    return Installed(text, data if isinstance(data, Mapping) else None)


def parsed(text: str) -> Any:
    """Return the data of a YAML text; None if it is not YAML. Raises MissingLibrary."""
    if YAML_IMPORT_ERROR is not None:
        raise MissingLibrary("PyYAML", YAML_IMPORT_ERROR)
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None


def read_bytes(path: str, name: str) -> bytes | None:
    """Return the content of a file in ``path``; None if there is none. Raises DeploymentError."""
    try:
        with open(os.path.join(path, name), "rb") as stream:
            return stream.read(_LONGEST_CERTIFICATE * (16 if name == NAME else 1))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise DeploymentError(
            f"{os.path.join(path, name)} cannot be read: {error.strerror}. Is become needed?"
        ) from error


@contextlib.contextmanager
def locked(path: str) -> Iterator[None]:
    """Hold the directory for one run. Raises DeploymentError if it is missing, or held by another run."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        advice = "Create the directory first, for the user of the container."
        raise DeploymentError(f"{path} cannot be used: {error.strerror}. {advice}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DeploymentError(f"Another run is writing {path}/{NAME}. Wait for its end.") from error
        yield
    finally:
        os.close(descriptor)


def remove_leftovers(path: str) -> None:
    """Remove what a run that was killed has left: candidates beside the directory, new files in it."""
    parent, prefix = _beside(path)
    for name in os.listdir(parent):
        if name.startswith(prefix):
            shutil.rmtree(os.path.join(parent, name), ignore_errors=True)
    for name in os.listdir(path):
        if name.startswith(_NEW):
            os.unlink(os.path.join(path, name))


@contextlib.contextmanager
def candidate(path: str, text: str, prepare: Prepare) -> Iterator[str]:
    """Make a copy of the directory that holds the new config.yaml; it is removed in the end, always."""
    parent, prefix = _beside(path)
    directory = tempfile.mkdtemp(prefix=prefix, dir=parent)
    try:
        for name in os.listdir(path):
            if name != NAME and not name.startswith(_NEW):
                _copy(os.path.join(path, name), os.path.join(directory, name))
        os.rename(_written(directory, text, path, prepare), os.path.join(directory, NAME))
        # Readable for the user of a container only now that all is in it.
        _own_as(path, directory)
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def install(path: str, text: str, prepare: Prepare) -> None:
    """Put a new config.yaml into the directory, in one step."""
    new = _written(path, text, path, prepare)
    try:
        os.rename(new, os.path.join(path, NAME))
    except BaseException:
        os.unlink(new)
        raise
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _beside(path: str) -> tuple[str, str]:
    parent, name = os.path.split(os.path.abspath(path))
    return parent, f".{name}.candidate-"


def _written(directory: str, text: str, path: str, prepare: Prepare) -> str:
    """Write a new file into ``directory``, with the owner that config.yaml in ``path`` has or would have."""
    descriptor, new = tempfile.mkstemp(prefix=_NEW, dir=directory)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        model = os.path.join(path, NAME)
        about = os.stat(model if os.path.exists(model) else path)
        os.chown(new, about.st_uid, about.st_gid)
        prepare(new)
    except BaseException:
        os.unlink(new)
        raise
    return new


def _copy(source: str, target: str) -> None:
    """Copy a file, a link or a directory with what is in it, owners and modes included."""
    about = os.lstat(source)
    if stat.S_ISDIR(about.st_mode):
        os.mkdir(target, 0o700)
        for name in os.listdir(source):
            _copy(os.path.join(source, name), os.path.join(target, name))
        _own_as(source, target)
    elif stat.S_ISLNK(about.st_mode):
        os.symlink(os.readlink(source), target)
    elif stat.S_ISREG(about.st_mode):
        # Not readable for others for a moment, before it has its owner.
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        shutil.copyfile(source, target)
        _own_as(source, target)


def _own_as(model: str, target: str) -> None:
    about = os.stat(model)
    os.chown(target, about.st_uid, about.st_gid)
    os.chmod(target, stat.S_IMODE(about.st_mode))
