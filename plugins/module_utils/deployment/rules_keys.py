# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Rules about single keys of config.yaml. Pure; ``rules`` says what a rule is.

What is no text although it should be one is left to the rule about kinds.
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

Config = Mapping[str, Any]

DURATION_FORM = "a number with w, d, h, m or s for weeks, days, hours, minutes or seconds, such as 2w"

_DURATION = re.compile(r"[0-9]+[wmdhs]")
# As Quay's own tool has it, which ends the start of the container if it does not match.
_HOSTNAME = re.compile(r"[A-Za-z0-9.-]+(:[0-9]+)?")
_LAYER_SIZE = re.compile(r"[0-9]+[GM]")
_URL = re.compile(r"https?://\S+")
_LONGEST_SECRET_KEY = 63
_USED_OF_SECRET_KEY = 32


def is_missing(value: Any) -> bool:
    """Tell whether a value is null or empty. False and 0 are not."""
    return value is None or value == "" or (isinstance(value, (Mapping, list)) and not value)


def is_duration(value: Any) -> bool:
    """Tell whether a value is a duration as Quay writes it, such as 2w."""
    return isinstance(value, str) and _DURATION.fullmatch(value) is not None


def did_you_mean(name: str | None) -> str:
    """Return the end of a message that names what was perhaps meant; empty for None."""
    return f" Do you mean {name}?" if name else ""


def _hostname(config: Config) -> Iterator[tuple[str, str]]:
    host = config.get("SERVER_HOSTNAME")
    if not isinstance(host, str) or not host:
        return
    if "://" in host or "/" in host:
        clean = host.split("://")[-1].split("/")[0]
        yield "SERVER_HOSTNAME", f"is a name, perhaps with a port, not an address. Write {clean}."
    elif not _HOSTNAME.fullmatch(host):
        yield (
            "SERVER_HOSTNAME",
            f"{host!r} is not a host name. Write letters, digits, '-' and '.', and the port if it is neither "
            "80 nor 443, such as registry.example.com:8443.",
        )
    if "quay.io" in host.lower():
        yield (
            "SERVER_HOSTNAME",
            "holds quay.io, which Quay takes for the hosted service of that name: it then refuses everything "
            "that superusers do. Choose another name.",
        )


def _tag_expiration(config: Config) -> Iterator[tuple[str, str]]:
    options, default = config.get("TAG_EXPIRATION_OPTIONS"), config.get("DEFAULT_TAG_EXPIRATION")
    if not isinstance(options, (list, tuple)):
        return
    for one in options:
        if not is_duration(one):
            yield "TAG_EXPIRATION_OPTIONS", f"{one!r} is not {DURATION_FORM}."
    if isinstance(default, str) and options and default not in options:
        yield (
            "DEFAULT_TAG_EXPIRATION",
            f"{default!r} is not among TAG_EXPIRATION_OPTIONS ({', '.join(map(str, options))}). Add it "
            "there, or write one of them.",
        )


def _secret_keys(config: Config) -> Iterator[tuple[str, str]]:
    key = config.get("DATABASE_SECRET_KEY")
    if isinstance(key, str) and key and any(ord(character) > 0xFF for character in key):
        yield (
            "DATABASE_SECRET_KEY",
            "holds characters from which Quay cannot make a key. Write ASCII letters and digits only.",
        )
    for name in ("DATABASE_SECRET_KEY", "SECRET_KEY"):
        value = config.get(name)
        if isinstance(value, str) and value and value != value.strip():
            yield name, "begins or ends with white space, which gets lost on the way. Remove it."


def _scanner(config: Config) -> Iterator[tuple[str, str]]:
    endpoint = config.get("SECURITY_SCANNER_V4_ENDPOINT")
    if config.get("FEATURE_SECURITY_SCANNER") is True and is_missing(endpoint):
        yield (
            "SECURITY_SCANNER_V4_ENDPOINT",
            "is missing, and FEATURE_SECURITY_SCANNER is true. Write the address of Clair, such as "
            "http://quay-clair:6060, or FEATURE_SECURITY_SCANNER: false.",
        )
    elif isinstance(endpoint, str) and endpoint and not _URL.fullmatch(endpoint):
        yield "SECURITY_SCANNER_V4_ENDPOINT", "must be an address that begins with http:// or https://."
    key = config.get("SECURITY_SCANNER_V4_PSK")
    if isinstance(key, str) and key:
        try:
            base64.b64decode(key, validate=True)
        except binascii.Error:
            yield "SECURITY_SCANNER_V4_PSK", "must be base64, the same text as auth.psk.key of Clair."


def _mailing(config: Config) -> Iterator[tuple[str, str]]:
    if config.get("FEATURE_MAILING", True) is True and is_missing(config.get("MAIL_SERVER")):
        yield (
            "FEATURE_MAILING",
            "is true, as it is where it is left out, and MAIL_SERVER is missing. Write FEATURE_MAILING: "
            "false, or MAIL_SERVER and the other MAIL_ keys.",
        )


def _sign_in(config: Config) -> Iterator[tuple[str, str]]:
    services = [key for key in config if str(key).endswith("_LOGIN_CONFIG") and config[key]]
    if config.get("AUTHENTICATION_TYPE") == "OIDC" and not services:
        yield "AUTHENTICATION_TYPE", "is OIDC, and there is no ..._LOGIN_CONFIG that describes the service."
    if config.get("FEATURE_DIRECT_LOGIN", True) is False and not services:
        yield (
            "FEATURE_DIRECT_LOGIN",
            "is false, and no other way to sign in is configured (..._LOGIN_CONFIG). Write "
            "FEATURE_DIRECT_LOGIN: true.",
        )


def _bootstrap(config: Config) -> Iterator[tuple[str, str]]:
    if config.get("FEATURE_PROGRAMMATIC_BOOTSTRAP") is not True:
        return
    owner = config.get("BOOTSTRAP_TOKEN_OWNER")
    if not owner:
        yield (
            "BOOTSTRAP_TOKEN_OWNER",
            "is missing, and FEATURE_PROGRAMMATIC_BOOTSTRAP is true. Write a user's name.",
        )
    elif owner not in (config.get("SUPER_USERS") or []):
        yield (
            "BOOTSTRAP_TOKEN_OWNER",
            f"{owner!r} is not among SUPER_USERS, without which Quay does not start. Add it there.",
        )


def _texts(config: Config) -> Iterator[tuple[str, str]]:
    size = config.get("MAXIMUM_LAYER_SIZE")
    if isinstance(size, str) and not _LAYER_SIZE.fullmatch(size):
        yield "MAXIMUM_LAYER_SIZE", f"{size!r} is no size. Write a number with G or M, such as 20G."
    links = config.get("FOOTER_LINKS")
    if isinstance(links, Mapping) and links and "TERMS_OF_SERVICE_URL" not in links:
        yield "FOOTER_LINKS", "has no TERMS_OF_SERVICE_URL, without which Quay does not start. Add it."


def _tls(config: Config) -> Iterator[tuple[str, str]]:
    if config.get("EXTERNAL_TLS_TERMINATION") is True and config.get("PREFERRED_URL_SCHEME") == "http":
        yield (
            "PREFERRED_URL_SCHEME",
            "is http although EXTERNAL_TLS_TERMINATION is true: links would begin with http.",
        )


def _odd_secret_key(config: Config) -> Iterator[tuple[str, str]]:
    key = config.get("DATABASE_SECRET_KEY")
    if not isinstance(key, str) or _is_uuid(key) or key.isdigit():
        return
    if 0 < len(key) < _USED_OF_SECRET_KEY:
        yield "DATABASE_SECRET_KEY", f"is shorter than the {_USED_OF_SECRET_KEY} characters that Quay uses."
    elif len(key) > _LONGEST_SECRET_KEY:
        yield (
            "DATABASE_SECRET_KEY",
            f"is longer than {_LONGEST_SECRET_KEY} characters; Quay uses the first {_USED_OF_SECRET_KEY}. "
            "Leave it as it is if the registry is in use.",
        )


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _single_label(config: Config) -> Iterator[tuple[str, str]]:
    host = str(config.get("SERVER_HOSTNAME") or "").partition(":")[0]
    if host and host != "localhost" and "." not in host:
        yield "SERVER_HOSTNAME", f"{host!r} has no domain; newer releases of Quay refuse such a name."


KEY_RULES = (
    _hostname,
    _tag_expiration,
    _secret_keys,
    _scanner,
    _mailing,
    _sign_in,
    _bootstrap,
    _texts,
)
KEY_ODDITIES = (_odd_secret_key, _single_label, _tls)
