# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A configuration as a YAML text: sorted, in one form only, and without a library. Pure.

Written by ourselves because the first run in check mode finds a host on which PyYAML is not installed
yet, and because the text shall not depend on the release of a library.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

HEADER = """\
# This file is managed by Ansible (quayops.quay). A change that is made here is overwritten:
# set the key in quay_config instead.
"""

# A text that YAML 1.1 and 1.2 read as a text although no quotes stand around it.
_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*")
_RESERVED = {"y", "n", "yes", "no", "true", "false", "on", "off", "null", "none"}
# What JSON leaves as it is, and YAML does not take.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def rendered(config: Mapping[str, Any]) -> str:
    """Return a configuration as YAML, with sorted keys."""
    return "".join(f"{line}\n" for line in _block(config, "")) if config else "{}\n"


def checksum(config: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the YAML text without its header, in hexadecimal digits."""
    return hashlib.sha256(rendered(config).encode("utf-8")).hexdigest()


def _block(value: Any, indent: str) -> Iterator[str]:
    """Yield the lines of a mapping or list that is not empty."""
    if isinstance(value, Mapping):
        for key, below in sorted(((str(key), below) for key, below in value.items()), key=lambda one: one[0]):
            if not _has_lines(below):
                yield f"{indent}{_text(key)}: {_inline(below)}"
                continue
            yield f"{indent}{_text(key)}:"
            yield from _block(below, indent if isinstance(below, (list, tuple)) else f"{indent}  ")
        return
    for below in value:
        if not _has_lines(below):
            yield f"{indent}- {_inline(below)}"
            continue
        first, *rest = _block(below, f"{indent}  ")
        yield f"{indent}- {first[len(indent) + 2 :]}"
        yield from rest


def _has_lines(value: Any) -> bool:
    return isinstance(value, (Mapping, list, tuple)) and len(value) > 0


def _inline(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        return "{}"
    return "[]" if isinstance(value, (list, tuple)) else _text(str(value))


def _number(value: float) -> str:
    text = repr(value)
    if text in ("inf", "-inf", "nan"):
        return {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}[text]
    # YAML 1.1 takes 1e+20 for a text.
    return text if "." in text or "e" not in text else text.replace("e", ".0e")


def _text(value: str) -> str:
    if _PLAIN.fullmatch(value) and value.lower() not in _RESERVED:
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", quoted)
