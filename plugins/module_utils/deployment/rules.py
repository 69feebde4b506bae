# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is known to break Quay, found before it is restarted. Pure; ``certificates`` looks at the files.

Each rule names the key, what is wrong with it, and what to write instead. No text holds the value of a
secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from .keys import (
    ANYTHING,
    BOOLEAN,
    CHOICES,
    DURATION,
    LIST,
    MAPPING,
    NULLABLE,
    NUMBER,
    STRING,
    STRINGS,
    is_known,
    kind_of,
    nearest,
)
from .rules_keys import DURATION_FORM, KEY_ODDITIES, KEY_RULES, did_you_mean, is_duration, is_missing
from .rules_services import SERVICE_ODDITIES, SERVICE_RULES

Config = Mapping[str, Any]
Rule = Callable[[Config], Iterator[tuple[str, str]]]


class Findings(NamedTuple):
    """What the rules found: pairs of key and text. Problems stop Quay, warnings do not."""

    problems: list[tuple[str, str]]
    warnings: list[tuple[str, str]]


_KEY = re.compile(r"[A-Z][A-Z0-9_]*")
_REQUIRED = {
    "AUTHENTICATION_TYPE": "how users sign in, such as Database",
    "BUILDLOGS_REDIS": "host, port and password of Redis",
    "DATABASE_SECRET_KEY": "the key of tokens in the database, at least 32 characters; never change it",
    "DB_URI": "postgresql://user:password@host:5432/quay",
    "DEFAULT_TAG_EXPIRATION": "how long deleted tags are kept, such as 2w",
    "DISTRIBUTED_STORAGE_CONFIG": "where images are, such as default: [LocalStorage, {storage_path: ...}]",
    "DISTRIBUTED_STORAGE_PREFERENCE": "the names of storage locations in order, such as [default]",
    "PREFERRED_URL_SCHEME": "https or http",
    "SECRET_KEY": "the key that signs sessions, at least 32 characters, the same in all containers",
    "SERVER_HOSTNAME": "the name under which users reach the registry, such as registry.example.com",
    "TAG_EXPIRATION_OPTIONS": "the choices for DEFAULT_TAG_EXPIRATION, such as [0s, 1d, 1w, 2w, 4w]",
    "USER_EVENTS_REDIS": "host, port and password of Redis",
}


def check(config: Config) -> Findings:
    """Return what is wrong with a whole configuration, and what is only odd."""
    problems: list[tuple[str, str]] = []
    warnings: list[tuple[str, str]] = []
    for rule in _RULES:
        problems.extend(rule(config))
    for odd in _ODDITIES:
        warnings.extend(odd(config))
    return Findings(_once(problems), _once(warnings))


def normalized(config: Config) -> dict[str, Any]:
    """Return a configuration in the form that Quay wants.

    Digits in quotes become a number where there must be one: templates of ansible-core before 2.19 make
    texts of numbers. A known key that is null, and for which null has no meaning, is left out.
    """
    kept = {key: value for key, value in config.items() if value is not None or not _has_default(key)}
    return {key: _normalized(key, value) for key, value in kept.items()}


def _has_default(key: str) -> bool:
    return kind_of(key) is not None and key not in NULLABLE


def _normalized(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _normalized(str(name), below) for name, below in value.items()}
    if isinstance(value, (list, tuple)):
        return [_normalized("", below) for below in value]
    is_number = kind_of(key) == NUMBER or key in ("port", "max_connections", "stale_timeout")
    if is_number and isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    return value


def unknown_keys(config: Config) -> dict[str, str | None]:
    """Return the keys that Quay is not known to have, each with the known one that it resembles."""
    return {key: nearest(key) for key in sorted(config) if _KEY.fullmatch(key) and not is_known(key)}


def _once(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return list(dict.fromkeys(found))


# Keys and kinds


def _names(config: Config) -> Iterator[tuple[str, str]]:
    for key in config:
        if not _KEY.fullmatch(str(key)):
            clean = re.sub(r"\W+", "_", str(key)).strip("_").upper()
            hint = clean if is_known(clean) else nearest(clean)
            instead = f" Write {hint}." if hint else ""
            yield (
                str(key),
                f"is no key of Quay, whose keys are of capital letters, digits and '_'.{instead}",
            )


def _required(config: Config) -> Iterator[tuple[str, str]]:
    for key, meaning in _REQUIRED.items():
        if is_missing(config.get(key)):
            yield key, f"is missing or empty. Write {meaning}."
    if config.get("SETUP_COMPLETE") is not True:
        yield "SETUP_COMPLETE", "must be true, or Quay does not start. Write SETUP_COMPLETE: true."
    if config.get("TESTING") is not False:
        yield (
            "TESTING",
            "must be false; Quay takes true where it is left out, and is then not a registry for use. "
            "Write TESTING: false.",
        )


def _kinds(config: Config) -> Iterator[tuple[str, str]]:
    for key, value in config.items():
        kind = kind_of(str(key))
        if value is None and (kind != BOOLEAN or key in NULLABLE):
            continue
        if kind == BOOLEAN:
            if not isinstance(value, bool):
                yield key, f"must be true or false, without quotes, not {_what(value)}."
        elif kind is not None and not _fits(kind, value):
            # A duration is no secret, and that it is a text says nothing.
            found = repr(value) if kind == DURATION and isinstance(value, str) else _what(value)
            yield key, f"must be {_KINDS[kind]}, not {found}."
        elif key in CHOICES and not is_missing(value) and value not in CHOICES[key]:
            near = nearest(str(value), CHOICES[key])
            yield key, f"must be one of {', '.join(CHOICES[key])}, not {value!r}.{did_you_mean(near)}"


_KINDS = {
    NUMBER: "a number, without quotes",
    STRING: "a text; put it in quotes",
    DURATION: DURATION_FORM,
    LIST: "a list",
    STRINGS: "a list of texts",
    MAPPING: "a mapping",
}


def _fits(kind: str, value: Any) -> bool:
    if kind == ANYTHING:
        return True
    if kind == NUMBER:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == DURATION:
        return is_duration(value)
    if kind == STRING:
        return isinstance(value, str)
    if kind == MAPPING:
        return isinstance(value, Mapping)
    is_list = isinstance(value, (list, tuple))
    return is_list and (kind == LIST or all(isinstance(one, str) for one in value))


def _what(value: Any) -> str:
    """Return what a value is, without the value, which may be a secret."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list with something else in it" if value else "a list"
    if value is None:
        return "null"
    return "a text" if isinstance(value, str) else "a number"


def _unknown(config: Config) -> Iterator[tuple[str, str]]:
    for key, near in unknown_keys(config).items():
        yield key, f"is not a key that Quay is known to have.{did_you_mean(near)}"


_RULES: tuple[Rule, ...] = (_names, _required, _kinds, *KEY_RULES, *SERVICE_RULES)
_ODDITIES: tuple[Rule, ...] = (_unknown, *KEY_ODDITIES, *SERVICE_ODDITIES)
