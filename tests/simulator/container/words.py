# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The first argument of the container: which steps it means, and what runs after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .versions import Version, config_mode

# The steps of Quay's conf/init, in their order.
CERTIFICATES = "certs_install"
CLIENT_CERTIFICATES = "client_certs"
FILES = "copy_config_files"
VALIDATION = "validate_config_bundle"
FRONT = "nginx_conf_create"
MIGRATION = "runmigration"
SERVICES = "supervisord_conf_create"
BOOT = "boot"
ALL_STEPS = (CERTIFICATES, CLIENT_CERTIFICATES, FILES, VALIDATION, FRONT, MIGRATION, SERVICES, BOOT)

# What runs after the steps.
REGISTRY = "registry"
MIRROR = "repomirror"
UPGRADE = "migrate"
EDITOR = "editor"
IDLE = "idle"
HELP = "help"
COMMAND = "command"

USAGE = """Usage: <registry|registry-nomigrate|repomirror|repomirror-nomigrate|migrate|config|shell|help>

Any other first argument is run as a command with the arguments after it.
"""


class UsageError(Exception):
    """An argument that the word needs is missing."""


@dataclass(frozen=True)
class Plan:
    """What a container does: steps, then one program."""

    then: str
    steps: tuple[str, ...] = ()
    command: tuple[str, ...] = ()  # of COMMAND
    revision: str = ""  # of UPGRADE
    password: str = ""  # of EDITOR

    def __repr__(self) -> str:
        # Never the password.
        return f"Plan({self.then}, steps={self.steps})"


def plan(arguments: Sequence[str], environment: Mapping[str, str], version: Version) -> Plan:
    """What the arguments and the environment ask for; UsageError when something is missing."""
    word = environment.get("QUAYENTRY") or (arguments[0] if arguments else "registry")
    rest = list(arguments[1:])
    if word == "help":
        return Plan(HELP)
    if word == "shell":
        return Plan(COMMAND, command=("/bin/bash",))
    if word in ("registry", "repomirror"):
        return Plan(REGISTRY if word == "registry" else MIRROR, ALL_STEPS)
    if word in ("registry-nomigrate", "repomirror-nomigrate"):
        steps = tuple(step for step in ALL_STEPS if step != MIGRATION)
        return Plan(REGISTRY if word.startswith("registry") else MIRROR, steps)
    if word == "migrate":
        revision = environment.get("MIGRATION_VERSION") or (rest[0] if rest else "")
        if not revision:
            raise UsageError("migrate needs a revision, as an argument or in MIGRATION_VERSION")
        return Plan(UPGRADE, (CERTIFICATES, CLIENT_CERTIFICATES), revision=revision)
    if word == "config" and config_mode(version) != "gone":
        return _config(rest, environment, version)
    return Plan(COMMAND, command=tuple(arguments) or (word,))


def _config(rest: list[str], environment: Mapping[str, str], version: Version) -> Plan:
    password = environment.get("CONFIG_APP_PASSWORD") or (rest[0] if rest else "")
    if not password:
        raise UsageError("config needs a password, as an argument or in CONFIG_APP_PASSWORD")
    then = EDITOR if config_mode(version) == "editor" else IDLE
    return Plan(then, (CERTIFICATES, CLIENT_CERTIFICATES, SERVICES), password=password)
