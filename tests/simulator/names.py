# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Which names, addresses and passwords Quay accepts, with the texts of its refusals."""

from __future__ import annotations

import re
import secrets
import string
import uuid

LABEL_KEY = r"^[a-z0-9](([a-z0-9]|[-.](?![.-]))*[a-z0-9])?$"
NAME_PATTERN = r"^([a-z0-9]+(?:[._-][a-z0-9]+)*)$"
PASSWORD_MESSAGE = "Invalid password, password must be at least 8 characters and contain no whitespace."

_NAME = re.compile(NAME_PATTERN)
_REPOSITORY = re.compile(r"^[a-z0-9][\.a-z0-9_-]{0,254}$")
_REPOSITORY_EXTENDED = re.compile(r"^(?=.{0,255}$)[a-z0-9][\.a-z0-9_-]*(?:\/[a-z0-9][\.a-z0-9_-]*)*$")
_TAG = re.compile(r"^[\w][\w.-]{0,127}$", re.ASCII)
_LABEL_KEY = re.compile(LABEL_KEY)
_RESERVED_LABEL_PREFIXES = (
    "com.docker.",
    "io.docker.",
    "org.dockerproject.",
    "org.opencontainers.",
    "io.cncf.",
    "io.kubernetes.",
    "io.k8s.",
    "io.quay",
    "com.coreos",
    "com.tectonic",
    "internal",
    "quay",
)
_UPPER_AND_DIGITS = string.ascii_uppercase + string.digits


def name_problem(name: str, noun: str = "Namespace") -> str | None:
    """Why Quay refuses a namespace, robot or team name; None when it accepts it."""
    if not _NAME.match(name):
        return "Namespace must match expression " + NAME_PATTERN
    if not 2 <= len(name) <= 255:
        return f"{noun} must be between 2 and 255 characters in length"
    return None


def repository_name_ok(name: str, extended: bool) -> bool:
    """Whether a repository may have this name; extended names may contain slashes."""
    return bool((_REPOSITORY_EXTENDED if extended else _REPOSITORY).match(name))


def tag_name_ok(name: str) -> bool:
    """Whether a tag may have this name."""
    return bool(_TAG.match(name))


def label_key_ok(key: str) -> bool:
    """Whether the key of a label is well-formed."""
    return len(key) <= 255 and bool(_LABEL_KEY.match(key))


def label_key_reserved(key: str) -> bool:
    """Whether the key of a label belongs to the registry or to a vendor."""
    return key.startswith(_RESERVED_LABEL_PREFIXES)


def email_ok(address: str | None) -> bool:
    """Quay's simple test of an e-mail address."""
    if not address or len(address) > 254 or address.count("@") != 1:
        return False
    local, domain = address.split("@")
    labels = domain.split(".")
    return bool(local) and len(labels) >= 2 and all(labels)


def password_ok(password: str) -> bool:
    """At least eight characters, no white space."""
    return len(password) > 7 and not re.search(r"\s", password)


def robot_name(namespace: str, short_name: str) -> str:
    """The full name of a robot."""
    return f"{namespace}+{short_name}"


def robot_namespace(full_name: str) -> str | None:
    """The namespace of a full robot name; None when the name is no robot's."""
    return full_name.split("+", 1)[0] if "+" in full_name else None


def random_upper(length: int) -> str:
    """Random upper-case letters and digits, the alphabet of Quay's robot tokens and client ids."""
    return "".join(secrets.choice(_UPPER_AND_DIGITS) for _ in range(length))


def random_token(length: int = 40) -> str:
    """A random OAuth token."""
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(length))


def new_uuid() -> str:
    """A random UUID as text."""
    return str(uuid.uuid4())
