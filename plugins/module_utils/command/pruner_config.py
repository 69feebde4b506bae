# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The configuration of the command quay-pruner: what it says, and what is wrong with it. Pure.

It holds no secret: a job names the credential that it uses, which is a file elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import InvalidDeclaration
from ..operations.pruning.options import prune_options

REPORT_TAGS = ("all", "expired", "none")
# The command says these itself: it writes one report a run, and knows the credentials.
NOT_FOR_JOBS = ("organization", "organizations", "report_path", "return_tags", "dlrn_auth")

_KEYS = {
    "quay": dict,
    "credentials_directory": str,
    "report_directory": str,
    "report_days": int,
    "report_tags": str,
    "dlrn_auth": dict,
    "jobs": list,
}
_QUAY_KEYS = {"host": str, "validate_certs": bool, "ca_path": str, "timeout": (int, float), "parallel": int}
_DLRN_KEYS = {
    "auth_method": str,
    "server_principal": str,
    "sso_username": str,
    "credential": str,
    "ca_cert": str,
}
_JOB_KEYS = {"organization": str, "credential": str, "options": dict}
_WORDS = {
    "yes": True,
    "true": True,
    "on": True,
    "1": True,
    "no": False,
    "false": False,
    "off": False,
    "0": False,
}
# A credential is a file of that name.
_CREDENTIAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}")


@dataclass(frozen=True)
class Job:
    """One policy for one organization; ``options`` are those of quay_tag_prune, all of them."""

    organization: str
    credential: str
    options: Mapping[str, Any]


@dataclass(frozen=True)
class Settings:
    """``quay`` holds host, validate_certs, ca_path, timeout and parallel, as far as they are given.

    ``dlrn_auth`` holds what the option of that name takes, with ``credential`` in place of the password.
    Reports are kept for ``report_days`` days, 0 for ever.
    """

    quay: Mapping[str, Any]
    jobs: Sequence[Job]
    credentials_directory: str = ""
    report_directory: str = ""
    report_days: int = 30
    report_tags: str = "expired"
    dlrn_auth: Mapping[str, Any] = field(default_factory=dict)


def settings_of(document: object) -> Settings:
    """Return what a configuration (decoded JSON) says. Raises InvalidDeclaration with all that is wrong."""
    wrong = list(_wrong_keys("", document, _KEYS))
    if not isinstance(document, Mapping) or wrong:
        raise InvalidDeclaration("; ".join(wrong) + ".")
    quay, dlrn = document.get("quay", {}), document.get("dlrn_auth", {})
    wrong += [*_wrong_keys("quay.", quay, _QUAY_KEYS), *_wrong_keys("dlrn_auth.", dlrn, _DLRN_KEYS)]
    if not quay.get("host"):
        wrong.append("quay.host is missing")
    if document.get("report_tags", "expired") not in REPORT_TAGS:
        wrong.append(f"report_tags is none of {', '.join(REPORT_TAGS)}")
    jobs = []
    for index, entry in enumerate(document.get("jobs", [])):
        try:
            jobs.append(_job(f"jobs[{index}]", entry))
        except InvalidDeclaration as error:
            wrong.append(error.message.rstrip("."))
    if wrong:
        raise InvalidDeclaration("; ".join(wrong) + ".")
    given = {name: value for name, value in document.items() if name not in ("jobs",)}
    return Settings(**given, jobs=jobs)


def completed(place: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options of quay_tag_prune as Ansible gives them to a module: typed, with all defaults.

    Raises InvalidDeclaration with all that is wrong; ``place`` is how messages name the options.
    """
    spec = prune_options()
    unknown = sorted(set(options) - set(spec) | set(options) & set(NOT_FOR_JOBS))
    wrong = [f"{place}: there is no option {name!r} here" for name in unknown]
    found = {}
    for name, option in spec.items():
        value = options.get(name)
        found[name] = option.get("default")
        if value is None or name in NOT_FOR_JOBS:
            continue
        try:
            found[name] = _typed(value, option)
        except (KeyError, TypeError, ValueError):
            wrong.append(f"{place}: {name} is not of type {option['type']}")
    if wrong:
        raise InvalidDeclaration("; ".join(wrong) + ".")
    return found


def _job(place: str, entry: object) -> Job:
    wrong = list(_wrong_keys(f"{place}.", entry, _JOB_KEYS))
    if not isinstance(entry, Mapping) or wrong:
        raise InvalidDeclaration("; ".join(wrong) + ".")
    missing = [name for name in ("organization", "credential") if not entry.get(name)]
    if missing:
        raise InvalidDeclaration(f"{place} has no {' and no '.join(missing)}.")
    if not _CREDENTIAL.fullmatch(entry["credential"]):
        raise InvalidDeclaration(f"{place}.credential is not the name of a file.")
    options = completed(f"{place} ({entry['organization']})", entry.get("options", {}))
    return Job(entry["organization"], entry["credential"], options)


def _wrong_keys(prefix: str, found: object, keys: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(found, Mapping):
        yield f"{prefix.rstrip('.') or 'the configuration'} is not a JSON object"
        return
    for name, value in found.items():
        if name not in keys:
            yield f"{prefix}{name} is not known"
        elif not isinstance(value, keys[name]) or (isinstance(value, bool) and keys[name] is not bool):
            yield f"{prefix}{name} is not of the right type"


def _typed(value: Any, option: Mapping[str, Any]) -> Any:
    """Return a value as an option of its type takes it. Raises KeyError, TypeError or ValueError."""
    kind = option["type"]
    if kind == "list":
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, Sequence):
            raise TypeError
        found = [_scalar(one, option.get("elements", "str")) for one in parts]
        return [one.strip() if isinstance(one, str) and isinstance(value, str) else one for one in found]
    return _scalar(value, kind)


def _scalar(value: Any, kind: str) -> Any:
    if isinstance(value, (Mapping, list, tuple)) or (isinstance(value, bool) and kind != "bool"):
        raise TypeError
    if kind == "bool":
        return value if isinstance(value, bool) else _WORDS[str(value).strip().lower()]
    if kind == "int":
        return int(str(value))
    return float(value) if kind == "float" else str(value)
