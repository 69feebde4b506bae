# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the role quay makes of its variables. No files; pure, but for the random numbers of new secrets.

Wrong input raises ValueError, whose text names the place and the rule, and never a secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets as randomness
import string
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from ansible_collections.quayops.quay.plugins.module_utils.deployment import masking
from ansible_collections.quayops.quay.plugins.module_utils.operations.tokens.exports import exported

FAMILIES = ("sclorg", "official")
# Below this name the images of the sclorg family are kept, and others that have their interface.
_SCLORG_HOSTS = (
    "registry.redhat.io",
    "registry.access.redhat.com",
    "registry.fedoraproject.org",
    "registry.centos.org",
)
_SCLORG_WORD = re.compile(r"sclorg|rhscl|fedora|rhel\d*|centos\d*|c\d+s|ubi\d*")
_VERSION = re.compile(r"v?(\d+(?:\.\d+)*)(?=$|[-_+])")
_BARE_VERSION = re.compile(r"v?\d+(?:\.\d+)+(?:[-_+][\w.+-]*)?")
_DIGEST = re.compile(r"[A-Za-z0-9]+:[0-9a-fA-F]{32,}")
_WHITE = re.compile(r"\s")

_ALPHANUMERIC = string.ascii_letters + string.digits
_PASSWORD_LENGTH = 32
_KEY_LENGTH = 48
_PSK_BYTES = 32
# What encrypts in the database; another one makes what is stored unreadable.
_PERMANENT = "database_secret_key"


# Images


def reference(entry: Any) -> str:
    """Return the full reference of an image: a string as it is, of a dictionary name with digest or tag.

    The digest wins. A tag or digest in the name is replaced.
    """
    if isinstance(entry, Mapping):
        name, tag, digest = (_field(entry, key) for key in ("name", "tag", "digest"))
        unknown = sorted(set(map(str, entry)) - {"name", "tag", "digest"})
        if unknown:
            raise ValueError(f"An image has name, tag and digest, not {', '.join(unknown)}.")
        if digest and not _DIGEST.fullmatch(digest):
            raise ValueError(f"The digest of an image must be like sha256:..., not {digest!r}.")
        if digest or tag:
            name = _name_and_tag(name)[0]
        text = f"{name}@{digest}" if digest else f"{name}:{tag}" if tag else name
    else:
        text = "" if entry is None else str(entry)
    if not text or text[0] in ":@" or _WHITE.search(text):
        raise ValueError(
            "An image must be a text such as quay.io/projectquay/quay:3.17.1, or a dictionary with name, tag "
            f"and digest, not {text!r}."
        )
    return text


def _field(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return "" if value is None else str(value)


def _name_and_tag(text: str) -> tuple[str, str]:
    """Return a reference's name and its tag. A colon in front of a slash is that of a port."""
    text = text.partition("@")[0]
    front, slash, last = text.rpartition("/")
    name, _colon, tag = last.partition(":")
    return f"{front}{slash}{name}", tag


def version(image: Any) -> str:
    """Return the version that an image's tag tells, such as 3.17.1; empty if it tells none."""
    if isinstance(image, Mapping):
        tag = _field(image, "tag") or _name_and_tag(_field(image, "name"))[1]
    else:
        text = "" if image is None else str(image)
        tag = text if _BARE_VERSION.fullmatch(text) else _name_and_tag(text)[1]
    found = _VERSION.match(tag)
    return found.group(1) if found else ""


def image_family(image: Any, override: str = "") -> str:
    """Return which interface an image of PostgreSQL or Redis has: ``override``, else what its name tells.

    "sclorg" is that of the images of Red Hat, Fedora and CentOS; whose name says nothing is "official".
    """
    if override:
        if override not in FAMILIES:
            raise ValueError(f"The family of an image is {' or '.join(FAMILIES)}, not {override!r}.")
        return override
    name = _name_and_tag(reference(image))[0].lower()
    host, slash, path = name.partition("/")
    if host in _SCLORG_HOSTS:
        return "sclorg"
    # The first part is a registry only if it looks like one.
    words = path if slash and ("." in host or ":" in host or host == "localhost") else name
    found = any(_SCLORG_WORD.fullmatch(word) for word in re.split(r"[^a-z0-9]+", words))
    return "sclorg" if found else "official"


# Texts


def quadlet(value: Any) -> str:
    """Return a value for the inside of double quotes in a section of Quadlet, as in Environment="K=value".

    Quadlet takes the quotes and backslashes away, and hands the rest to systemd, which expands % and $.
    """
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise ValueError("A value of a unit cannot hold a line break or another control character.")
    for character, escaped in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        text = text.replace(character, escaped)
    return text


def fingerprint(parts: Any, key: str) -> str:
    """Return 16 hexadecimal digits that change with the parts, and tell nothing of them without the key."""
    if not key:
        raise ValueError("A fingerprint needs a key that is not empty.")
    text = json.dumps(_plain(parts), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(key.encode("utf-8"), text.encode("ascii"), hashlib.sha256).hexdigest()[:16]


def database_uri(
    password: str,
    host: str,
    user: str,
    database: str,
    port: Any = 5432,
    options: Mapping[str, Any] | None = None,
) -> str:
    """Return the address of a PostgreSQL database, with user, password and database encoded completely."""
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    account = quote(str(user), safe="")
    if password:
        account += ":" + quote(str(password), safe="")
    query = f"?{urlencode(options, safe='/', quote_via=quote)}" if options else ""
    return f"postgresql://{account}@{host}:{int(port)}/{quote(str(database), safe='')}{query}"


def token_file(text: Any) -> dict[str, str]:
    """Return ADMIN_TOKEN and USER_PASSWORD of a user's file, as far as they are in it."""
    values = {name: exported(str(text or ""), name) for name in ("ADMIN_TOKEN", "USER_PASSWORD")}
    return {name: value for name, value in values.items() if value}


# Secrets


def split_secrets(config: Any) -> dict[str, dict[str, Any]]:
    """Return ``config`` and ``secrets`` of a configuration, as the module quay_config takes them."""
    if not isinstance(config, Mapping):
        raise ValueError("A configuration must be a dictionary.")
    encrypted: set[masking.Path] = set()
    plain = _plain(config, encrypted, ())
    shown, secret = masking.split(plain, encrypted)
    return {"config": shown, "secrets": secret}


def _plain(value: Any, encrypted: set[masking.Path] | None = None, path: masking.Path = ()) -> Any:
    """Return a value of JSON's own types.

    Before ansible-core 2.19 what is encrypted in place is no text; where one is found is put into
    ``encrypted``.
    """
    if isinstance(value, Mapping):
        return {str(key): _plain(below, encrypted, (*path, str(key))) for key, below in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(below, encrypted, (*path, index)) for index, below in enumerate(value)]
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if encrypted is not None:
        encrypted.add(path)
    return str(value)


def decide_secrets(
    stored: Any,
    given: Any,
    wanted: Sequence[str],
    force: Sequence[str] = (),
    never_new: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the secrets to use, which of them are new, and which differ from the stored ones.

    What is given wins over what is stored, and that over what is made. What is stored and not wanted now
    is kept. The key of the database cannot be replaced unless it is named in ``force``; a name in
    ``never_new`` is not made up, because something that exists needs the one that is lost.
    """
    old, own = _texts("stored", stored), _texts("given", given)
    values = dict(old)
    generated, changed, lost = [], [], []
    for name in wanted:
        if name in own:
            if name in old and old[name] != own[name]:
                _refuse_replacement(name, force)
                changed.append(name)
            values[name] = own[name]
        elif name not in old:
            if name in never_new:
                lost.append(name)
            else:
                generated.append(name)
                values[name] = generate(name)
    if lost:
        raise ValueError(
            f"There is data that needs {', '.join(lost)}, which is neither stored nor given. New ones would "
            "not fit. Restore the file of secrets from a backup, or set the variables to the former values."
        )
    return {"values": values, "generated": generated, "changed": changed}


def _texts(what: str, values: Any) -> dict[str, str]:
    """Return the secrets that are not empty, as texts."""
    if not isinstance(values, Mapping):
        raise ValueError(f"The {what} secrets must be a dictionary.")
    found = {}
    for name, value in values.items():
        if isinstance(value, (bool, Mapping, list, tuple)):
            raise ValueError(f"{name} must be a text; put it in quotes.")
        text = "" if value is None else str(value)
        if any(character in text for character in "\n\r\0"):
            raise ValueError(f"{name} must not hold a line break.")
        if text:
            found[str(name)] = text
    return found


def _refuse_replacement(name: str, force: Sequence[str]) -> None:
    if name.lower().endswith(_PERMANENT) and name not in force:
        raise ValueError(
            f"{name} is not the one with which this registry was set up. Another one makes the tokens of all "
            "robots and applications unreadable. Leave the variable out to keep the stored one. If the "
            "database is empty, or was restored from a registry with the given key, set "
            "quay_database_secret_key_force: true for one run."
        )


def generate(name: str) -> str:
    """Return a new secret, of the form that its name asks for.

    A pre-shared key is 32 random bytes in base64, a password 32 letters and digits, any other key 48
    characters that need no encoding, of which Quay uses the first 32.
    """
    plain = name.lower()
    if "psk" in plain:
        return base64.b64encode(randomness.token_bytes(_PSK_BYTES)).decode("ascii")
    if re.search(r"password|passwd|passphrase", plain):
        return "".join(randomness.choice(_ALPHANUMERIC) for _index in range(_PASSWORD_LENGTH))
    return randomness.token_urlsafe(_KEY_LENGTH)[:_KEY_LENGTH]
