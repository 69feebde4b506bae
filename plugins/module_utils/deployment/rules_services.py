# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Rules about the services that Quay needs: database, Redis, storage. Pure; ``rules`` says what a rule is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from .keys import STORAGE_ENGINES, nearest
from .rules_keys import did_you_mean, is_missing

Config = Mapping[str, Any]

_POSTGRESQL = ("postgresql", "postgresql+psycopg2")
_DEPRECATED = ("mysql", "mysql+pymysql")
_SQLITE = "sqlite"
_EXAMPLE = "postgresql://user:password@host:5432/quay"
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_VERIFYING = ("verify-ca", "verify-full")
_REDIS = ("BUILDLOGS_REDIS", "USER_EVENTS_REDIS", "PULL_METRICS_REDIS")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")


# The database


def _database(config: Config) -> Iterator[tuple[str, str]]:
    uri = config.get("DB_URI")
    if not isinstance(uri, str) or not uri:
        return
    scheme = _scheme(uri)
    if scheme not in (*_POSTGRESQL, *_DEPRECATED, _SQLITE):
        yield "DB_URI", f"must begin with postgresql://. Write {_EXAMPLE}."
    elif scheme == _SQLITE:
        if not uri.startswith("sqlite:///"):
            yield (
                "DB_URI",
                "names no file. Write sqlite:////path/of/quay.db, or better a PostgreSQL database.",
            )
    else:
        yield from _address_of_database(uri)
        yield from _encryption_of_database(config, uri)


def _scheme(uri: str) -> str:
    found = _SCHEME.match(uri)
    return found.group() if found else ""


def _address_of_database(uri: str) -> Iterator[tuple[str, str]]:
    parts = _parts(uri)
    if parts is None or "@" in (parts.username or "") + (parts.password or "") or "@" in parts.path:
        yield (
            "DB_URI",
            f"cannot be taken apart. Encode the password (/ is %2F, @ is %40, : is %3A), as in {_EXAMPLE}.",
        )
        return
    if not parts.hostname and "host" not in parse_qs(parts.query):
        yield "DB_URI", f"names no host. Write {_EXAMPLE}."
    if not parts.path.strip("/"):
        yield "DB_URI", f"names no database. Write its name after the host, as in {_EXAMPLE}."


def _parts(uri: str) -> SplitResult | None:
    """Return the parts of a URL; None if the port is none, as where a password holds a slash."""
    try:
        parts = urlsplit(uri)
        _port = parts.port
    except ValueError:
        return None
    return parts


def _encryption_of_database(config: Config, uri: str) -> Iterator[tuple[str, str]]:
    arguments = config.get("DB_CONNECTION_ARGS")
    arguments = arguments if isinstance(arguments, Mapping) else {}
    query = {name: values[-1] for name, values in parse_qs(uri.partition("?")[2]).items()}
    mode = query.get("sslmode") or arguments.get("sslmode")
    place = "DB_URI" if query.get("sslmode") else "DB_CONNECTION_ARGS.sslmode"
    if mode and mode not in _SSL_MODES:
        yield place, f"sslmode must be one of {', '.join(_SSL_MODES)}."
    elif mode in _VERIFYING and not (query.get("sslrootcert") or arguments.get("sslrootcert")):
        yield (
            place,
            f"sslmode {mode} needs sslrootcert, the CA of the database, such as "
            f"?sslmode={mode}&sslrootcert=conf/stack/database.pem.",
        )


def _odd_database(config: Config) -> Iterator[tuple[str, str]]:
    uri = config.get("DB_URI")
    scheme = _scheme(uri) if isinstance(uri, str) else ""
    if scheme in _DEPRECATED:
        yield "DB_URI", "is a MySQL database, which Quay has given up supporting. Use PostgreSQL."
    elif scheme == _SQLITE:
        yield "DB_URI", "is an SQLite file, which serves a trial on one host. Use PostgreSQL."


# Redis


def _redis(config: Config) -> Iterator[tuple[str, str]]:
    for key in _REDIS:
        settings = config.get(key)
        if not isinstance(settings, Mapping) or not settings:
            continue
        host, port = settings.get("host"), settings.get("port")
        if not isinstance(host, str) or not host:
            yield f"{key}.host", "is missing. Write the name of the host on which Redis runs."
        elif ":" in host or "/" in host:
            yield f"{key}.host", f"{host!r} is not a host name. Write only the name, and the port as port."
        if port is not None and not _is_port(port):
            yield f"{key}.port", "must be a number between 1 and 65535, such as 6379."
        if not isinstance(settings.get("password", ""), (str, type(None))):
            yield f"{key}.password", "must be a text; put it in quotes."


def _is_port(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 65536


# Storage


def _storage(config: Config) -> Iterator[tuple[str, str]]:
    locations = config.get("DISTRIBUTED_STORAGE_CONFIG")
    if not isinstance(locations, Mapping):
        return
    for name, definition in locations.items():
        yield from _location(f"DISTRIBUTED_STORAGE_CONFIG.{name}", definition, config)
    for key in ("DISTRIBUTED_STORAGE_PREFERENCE", "DISTRIBUTED_STORAGE_DEFAULT_LOCATIONS"):
        listed = config.get(key)
        for name in listed if isinstance(listed, (list, tuple)) else ():
            if isinstance(name, str) and name not in locations:
                known = ", ".join(sorted(map(str, locations)))
                yield key, f"names {name!r}, which DISTRIBUTED_STORAGE_CONFIG does not have (it has {known})."


def _location(place: str, definition: Any, config: Config) -> Iterator[tuple[str, str]]:
    if not _is_pair(definition):
        yield (
            place,
            "must be a list of an engine and its parameters, such as [LocalStorage, {storage_path: ...}].",
        )
        return
    engine, parameters = definition
    if engine not in STORAGE_ENGINES:
        near = did_you_mean(nearest(engine, tuple(STORAGE_ENGINES)))
        yield place, f"{engine!r} is no storage engine of Quay ({', '.join(STORAGE_ENGINES)}).{near}"
        return
    missing = [name for name in STORAGE_ENGINES[engine] if is_missing(parameters.get(name))]
    if missing:
        yield place, f"{engine} needs {', '.join(missing)} too."
    if not isinstance(parameters.get("is_secure", True), bool):
        yield f"{place}.is_secure", "must be true or false, without quotes."
    if "port" in parameters and parameters["port"] is not None and not _is_port(parameters["port"]):
        yield f"{place}.port", "must be a number between 1 and 65535."
    if engine == "LocalStorage" and config.get("FEATURE_STORAGE_REPLICATION") is True:
        yield (
            "FEATURE_STORAGE_REPLICATION",
            f"cannot replicate the LocalStorage of {place}. Write false, or use an object storage.",
        )


def _is_pair(definition: Any) -> bool:
    return (
        isinstance(definition, (list, tuple))
        and len(definition) == 2
        and isinstance(definition[0], str)
        and isinstance(definition[1], Mapping)
    )


SERVICE_RULES = (_database, _redis, _storage)
SERVICE_ODDITIES = (_odd_database,)
