# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Credentials that are files: those that systemd hands to a service, or those of a directory of root's."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping

from ..errors import FileTrouble

# Where systemd says that it has put what LoadCredential= names.
VARIABLE = "CREDENTIALS_DIRECTORY"
# systemd's own files have an access list for the service's user, whose mask shows as rights of the group.
_FORBIDDEN_TO_SYSTEMD = stat.S_IRWXO
_FORBIDDEN = stat.S_IRWXG | stat.S_IRWXO


def read_credential(name: str, directory: str, environment: Mapping[str, str]) -> str:
    """Return the credential of that name, without white space around it.

    systemd's are looked for first, then those of ``directory``. Raises FileTrouble where there is none,
    where it is empty, and where others than its owner may read it.
    """
    given = environment.get(VARIABLE)
    forbidden = _FORBIDDEN_TO_SYSTEMD if given else _FORBIDDEN
    if not (given or directory):
        raise FileTrouble(f"Credential {name}: there is neither {VARIABLE} nor a credentials_directory.")
    if given and not os.path.isdir(given):
        raise FileTrouble(
            f"Credential {name}: systemd has not made {given}. In a container that happens where mounts are "
            "private (mount --make-rshared /)."
        )
    path = os.path.join(given or directory, name)
    try:
        with open(path, encoding="utf-8") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            text = stream.read().strip()
    except OSError as error:
        raise FileTrouble(f"Credential {name}: {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise FileTrouble(f"Credential {name}: {path} is not text.") from error
    if mode & forbidden:
        raise FileTrouble(
            f"Credential {name}: others than its owner may use {path} (mode {mode:04o}). Give it the mode "
            "0600, and have the credential replaced if somebody can have read it."
        )
    if not text:
        raise FileTrouble(f"Credential {name}: {path} is empty.")
    return text
