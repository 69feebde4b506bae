# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Every option of quaytool that is not an action: its flags, and how argparse reads it. Data only."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import Any

from ..kinds.moments import NEVER
from .catalog import VERSION

FORMATS = ("table", "json", "yaml")
# No expiration lies further away than that, and no date can be computed that does.
_MOST_DAYS = 36500

COMMON = frozenset(
    [
        *("api_url", "token", "token_file", "insecure", "ca_file", "timeout", "parallel"),
        *("output", "dry_run", "verbose", "debug", "version"),
    ]
)


def days(text: str) -> int:
    """Return a number of days, 0 for the word ``never``. Raises ArgumentTypeError, as argparse wants it."""
    if text.lower() == NEVER:
        return 0
    try:
        number = int(text)
    except ValueError:
        number = -1
    if not 0 <= number <= _MOST_DAYS:
        raise ArgumentTypeError(f"{text!r} is neither a number of days, up to {_MOST_DAYS}, nor {NEVER}")
    return number


def _text(metavar: str, help_: str) -> dict[str, Any]:
    return {"metavar": metavar, "help": help_}


def _list(metavar: str, help_: str) -> dict[str, Any]:
    return {"metavar": metavar, "action": "append", "help": f"{help_}; can be repeated"}


def _switch(help_: str) -> dict[str, Any]:
    return {"action": "store_true", "help": help_}


SPECS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    # what the actions are about
    "organization": (("--organization",), _list("NAME", "organization")),
    "visibility": (("--visibility",), _text("public|private", "visibility of repositories")),
    "user": (("--user",), _text("NAME", "user")),
    "robot": (("--robot",), _text("NAME", "robot account, with or without organization+ in front")),
    "team": (("--team",), _text("NAME", "team")),
    "role": (("--role",), _text("ROLE", "read, write or admin; of a team member, creator or admin")),
    "tag": (("--tag",), _text("NAME", "tag")),
    "days": (
        ("--days",),
        {**_text("DAYS", "how many days until the tag expires; 0 or never lifts it"), "type": days},
    ),
    "digest": (("--digest",), _text("DIGEST", "the image that the tag shall have again")),
    "email": (("--email",), _text("ADDRESS", "e-mail address of a new organization")),
    # which repositories
    "repository": (("--repository",), _list("NAME", "only this repository")),
    "skip": (("--skip-repo", "--skip"), _list("NAME", "not this repository")),
    "matching": (("--matching",), _text("REGEX", "only repositories whose whole name matches")),
    # what prune leaves and takes
    "older_than": (("--older-than",), _text("AGE", "only tags older than that, such as 30d, 12h or 2w")),
    "keep_newest": (("--keep-newest",), {**_text("N", "keep the newest N tags"), "type": int}),
    "group_by": (("--group-by",), _text("REGEX", "count the newest for each group of names by itself")),
    "include": (("--include",), _text("REGEX", "only tags whose whole name matches")),
    "keep_name": (("--keep-name",), _list("NAME", "keep tags of this name")),
    "keep_pattern": (("--keep-pattern",), _list("REGEX", "keep tags whose whole name matches")),
    "keep_digest": (("--keep-digest",), _list("DIGEST", "keep tags of this image")),
    "keep_file": (("--keep-file",), _list("FILE", "keep what stands in the file")),
    "allow_empty_keeplist": (("--allow-empty-keeplist",), _switch("go on although nothing is to be kept")),
    "grace": (("--grace",), _text("AGE", "how long a tag still is there (1d)")),
    "max_expire": (("--max-expire",), {**_text("N", "refuse to let more tags expire"), "type": int}),
    "max_expire_percent": (
        ("--max-expire-percent",),
        {**_text("N", "refuse to let a larger share expire, of a repository or of all"), "type": float},
    ),
    "report": (("--report",), _text("FILE", "write what became of every tag into this file, as JSON")),
    # connection and output
    "api_url": (("--api-url",), _text("URL", "address of the registry, with or without /api/v1 (QUAY_HOST)")),
    "token": (
        ("--token",),
        _text("TOKEN", "OAuth token; lists of processes show it, so better use ADMIN_TOKEN or --token-file"),
    ),
    "token_file": (
        ("--token-file",),
        _text("FILE", "file with the token, or with a line export ADMIN_TOKEN=..."),
    ),
    "insecure": (("--insecure",), _switch("do not check the registry's certificate")),
    "ca_file": (
        ("--ca-file",),
        _text("FILE", "certificate of the authority to trust instead of the system's (QUAY_CA_PATH)"),
    ),
    "timeout": (
        ("--timeout",),
        {**_text("SECONDS", "how long to wait for each part of an answer (30)"), "type": float},
    ),
    "parallel": (("--parallel",), {**_text("N", "requests under way at a time, 1 to 32 (8)"), "type": int}),
    "output": (
        ("--output",),
        {**_text("FORMAT", "table (the default), json or yaml"), "default": FORMATS[0]},
    ),
    "dry_run": (("--dry-run",), _switch("show what would be done, and do nothing")),
    "verbose": (("-v", "--verbose"), _switch("say on stderr what is waited for before it is tried again")),
    "debug": (("--debug",), _switch("log every request on stderr, without secrets")),
    "version": (
        ("--version",),
        {"action": "version", "version": f"quaytool {VERSION} (quayops.quay)", "help": "show the version"},
    ),
}


def flag_of(name: str) -> str:
    """Return how an option is written."""
    return SPECS[name][0][0]
