# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What of a configuration is secret, and how it is shown without. Pure.

A secret is found by the name of its key, or as the password in a URL. Whatever else the user hands over
as a secret is hidden as well. A place in a configuration is a ``Path``: the keys and list indices that
lead to it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Union
from urllib.parse import quote, unquote

MASK = "********"
CHANGED = f"{MASK} (changed)"

Path = tuple[Union[str, int], ...]

# What the names of secrets end with, small letters only.
_ENDINGS = re.compile(
    r"(password|passwd|passphrase|pwd|secret|token|psk|dsn)s?$"
    r"|(secret|access|account|api|private|psk|url|token|shared|signing|encryption)key$"
)
# Names that end like a secret and are none: the name of an object of Kubernetes, an address for browsers.
_NOT_SECRET = {"programmatictokenk8ssecret", "sentrypublicdsn"}
# Parameters of storage engines that may be seen although they stand beside secrets.
_PUBLIC_PARAMETERS = {
    "auth_url",
    "auth_version",
    "azure_account_name",
    "azure_container",
    "bucket_name",
    "ca_cert_path",
    "endpoint_url",
    "host",
    "hostname",
    "is_secure",
    "port",
    "region_name",
    "s3_bucket",
    "s3_region",
    "signature_version",
    "storage_path",
    "swift_container",
    "swift_user",
}
_URI = "DB_URI"
# Up to the last @, because a password that was not encoded may hold one.
_URL_PASSWORD = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://[^\s:/?#@]*:)(\S+)(@)")
_URL_PARAMETER = re.compile(r"([?&](?:ssl)?password=)([^&\s]+)()")
_URL_WITHOUT_PASSWORD = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^\s:/?#@]*@)?[^\s@]*")
_IN_TEXT = re.compile(r"(://[^\s:/?#@]*:)([^\s/@]+)(@)")
# Shorter than this, a value would be found inside of ordinary words.
_SHORT = 8


def is_sensitive(name: object) -> bool:
    """Tell by its name whether a key holds a secret."""
    plain = re.sub(r"[^a-z0-9]", "", str(name).lower())
    if plain.startswith("feature") or plain in _NOT_SECRET:
        return False
    return _ENDINGS.search(plain) is not None


def has_url_password(value: object) -> bool:
    """Tell whether a value is a URL with a password in it."""
    return isinstance(value, str) and bool(_URL_PASSWORD.match(value) or _URL_PARAMETER.search(value))


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with ``over`` laid on top: mappings key by key, anything else as a whole."""
    result = dict(base)
    for key, value in over.items():
        present = result.get(key)
        if isinstance(present, Mapping) and isinstance(value, Mapping):
            result[key] = merged(present, value)
        else:
            result[key] = value
    return result


# Where the secrets are


def sensitive_paths(config: Any) -> set[Path]:
    """Return the places of the secrets that names and URLs tell."""
    return {path for path, value in _leaves(config) if _is_secret(path, value)}


def given_paths(secrets: Mapping[str, Any]) -> set[Path]:
    """Return the places of all that is secret because the user handed it over as such.

    Lists are handed over as a whole, so of the parameters of a storage engine those that are known to be
    harmless may be seen.
    """
    return {path for path, value in _leaves(secrets) if not _is_public(path, value)}


def unknown_paths(config: Mapping[str, Any], known: Collection[str]) -> set[Path]:
    """Return all places below the keys that are not among the known ones."""
    return {path for path, _value in _leaves(config) if path[0] not in known}


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the place and value of each text or number that is not empty."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from _leaves(below, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        for index, below in enumerate(value):
            yield from _leaves(below, (*path, index))
    elif value not in (None, "") and not isinstance(value, bool):
        yield path, value


def _is_secret(path: Path, value: Any) -> bool:
    return any(is_sensitive(part) for part in path if isinstance(part, str)) or has_url_password(value)


def _is_public(path: Path, value: Any) -> bool:
    """Tell whether a value in a list of secrets is the name of an engine or a harmless parameter."""
    depth = [index for index, part in enumerate(path) if isinstance(part, int)]
    if not depth or _is_secret(path, value):
        return False
    if depth[0] == len(path) - 1:
        return path[-1] == 0 and path[0] == "DISTRIBUTED_STORAGE_CONFIG"
    return path[-1] in _PUBLIC_PARAMETERS


# How they are hidden


def masked(config: Any, paths: Collection[Path]) -> Any:
    """Return a copy in which a mask stands at the places ``paths``; of a URL only its password is hidden."""
    return _masked(config, paths, frozenset(), ())


def masked_pair(before: Any, after: Any, paths: Collection[Path]) -> tuple[Any, Any]:
    """Return both without secrets; where a secret has changed, the second says so."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    changed = {path for path in paths if path in old and path in new and old[path] != new[path]}
    return _masked(before, paths, frozenset(), ()), _masked(after, paths, changed, ())


def _masked(value: Any, paths: Collection[Path], changed: Collection[Path], path: Path) -> Any:
    if isinstance(value, Mapping):
        return {key: _masked(below, paths, changed, (*path, str(key))) for key, below in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(below, paths, changed, (*path, index)) for index, below in enumerate(value)]
    if path == (_URI,) and isinstance(value, str):
        return _masked_uri(value, CHANGED if path in changed else MASK)
    if path not in paths or value in (None, "") or isinstance(value, bool):
        return value
    mask = CHANGED if path in changed else MASK
    named = any(is_sensitive(part) for part in path if isinstance(part, str))
    return _masked_uri(value, mask) if has_url_password(value) and not named else mask


def _masked_uri(value: str, mask: str) -> str:
    """Return a URL without its password; only a mask if it cannot be told where the password is."""
    if has_url_password(value):
        for pattern in (_URL_PASSWORD, _URL_PARAMETER):
            value = pattern.sub(lambda match: f"{match.group(1)}{mask}{match.group(3)}", value)
        return value
    return value if _URL_WITHOUT_PASSWORD.fullmatch(value) or not value else mask


def secret_values(config: Any, paths: Collection[Path]) -> set[str]:
    """Return the texts that must not appear anywhere: the secrets at ``paths``, and passwords of URLs.

    What a URL encodes is in the set both ways, and so is each line of a text of several.
    """
    found: set[str] = set()
    for path, value in _leaves(config):
        if has_url_password(value):
            raw = [match.group(2) for match in _URL_PASSWORD.finditer(value)]
            raw += [match.group(2) for match in _URL_PARAMETER.finditer(value)]
            found.update(raw, [unquote(one) for one in raw])
        elif path in paths:
            text = str(value)
            found.update([text, quote(text, safe="")], text.splitlines())
    return {one for one in found if one.strip()}


def long_enough(values: Collection[str]) -> set[str]:
    """Return the values that can be looked for inside of words."""
    return {value for value in values if len(value) >= _SHORT}


def redacted(text: str, values: Collection[str]) -> str:
    """Return a text of any origin without the values and without passwords in URLs.

    A short value is replaced only where it stands as a word of its own.
    """
    for value in sorted(values, key=len, reverse=True):
        if len(value) >= _SHORT:
            text = text.replace(value, MASK)
        else:
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", MASK, text)
    return _IN_TEXT.sub(rf"\g<1>{MASK}\g<3>", text)


# Two halves


def split(
    config: Mapping[str, Any], more: Collection[Path] = frozenset()
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what may be seen and what is secret of a configuration; ``more`` are places of other secrets.

    A list that holds a secret is secret as a whole, since lists are not merged. The second laid over the
    first (``merged``) gives the whole again.
    """
    return _split(config, more, ())


def _split(
    config: Mapping[str, Any], more: Collection[Path], path: Path
) -> tuple[dict[str, Any], dict[str, Any]]:
    shown: dict[str, Any] = {}
    secret: dict[str, Any] = {}
    for key, value in config.items():
        place = (*path, str(key))
        if isinstance(value, Mapping):
            one, other = _split(value, more, place)
            if one or not other:
                shown[key] = one
            if other:
                secret[key] = other
        elif _has_secret(place, value, more):
            secret[key] = value
        else:
            shown[key] = value
    return shown, secret


def _has_secret(path: Path, value: Any, more: Collection[Path]) -> bool:
    found = any(place in more or _is_secret(place, leaf) for place, leaf in _leaves(value, path))
    return found or (path == (_URI,) and isinstance(value, str) and value != "")
