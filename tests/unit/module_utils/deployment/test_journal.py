# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Why a container ended, out of the journal of its service."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.deployment.journal import last_words

FIRST, SECOND = "a" * 64, "b" * 64
PODMAN = [
    {"MESSAGE": "2026-11-28 06:45:15.41 +0000 UTC m=+0.08 container create " + FIRST, "_COMM": "podman"},
    {"MESSAGE": "container died " + FIRST, "PODMAN_EVENT": "died", "CONTAINER_NAME": "quay"},
    {"MESSAGE": FIRST, "_COMM": "podman"},
    {"MESSAGE": "quay.service: Main process exited, code=exited, status=1/FAILURE", "_COMM": "systemd"},
    {"MESSAGE": "quay.service: Failed with result 'exit-code'.", "_COMM": "systemd"},
    {"MESSAGE": "Failed to start quay.service - Quay, the container registry.", "_COMM": "systemd"},
]


def said(*lines: str, container: str = FIRST) -> list[dict[str, Any]]:
    """Return the entries that conmon writes."""
    return [
        {"MESSAGE": line + "\n", "CONTAINER_NAME": "quay", "CONTAINER_ID_FULL": container} for line in lines
    ]


BANNER = said(
    "   __   __",
    "  /  \\ /  \\     ______   _    _     __   __   __",
    "  \\__/ \\__/      \\ \\__",
    "                  \\___\\ by Red Hat",
    " Build, Store, and Distribute your Containers",
    "Startup timestamp: ",
    "Sat Nov 28 06:45:16 UTC 2026",
    "Running all default registry services without migration",
    "Running init script '/quay-registry/conf/init/certs_install.sh'",
)
TABLE = said(
    "+------------------------+-------+--------+",
    "| Field Group            | Error | Status |",
    "| AccessSettings         | -     | 🟢      |",
    "| Redis | Could not connect to Redis with values provided in BUILDLOGS_REDIS. | 🔴 |",
    "+------------------------+-------+--------+",
)


@pytest.mark.parametrize(
    ("entries", "cause"),
    [
        (
            said("LOG: starting", "FATAL:  data directory has wrong ownership", "HINT: chown it"),
            "FATAL:  data dir",
        ),
        (
            said("error: POSTGRESQL_PASSWORD is bad", "You must either specify", "  A (regex: 'x')"),
            "error: POSTGR",
        ),
        (
            said("*** FATAL CONFIG FILE ERROR (Redis 7.0) ***", "Reading the configuration file"),
            "*** FATAL CONFIG",
        ),
        (TABLE, "| Redis | Could not connect"),
        (
            said(
                "Traceback (most recent call last):",
                '  File "app.py", line 1, in <module>',
                "    raise KeyError",
                "ImportError: libpq.so.5: cannot open shared object file",
                "exited: gunicorn-web (exit status 1; not expected)",
                "gave up: gunicorn-web entered FATAL state",
            ),
            "ImportError: libpq",
        ),
        (said("the disk is full, cannot go on", "bye"), "the disk is full"),
        (said("starting", "leaving"), "leaving"),
        (
            said(
                "OperationalError: could not connect to server",
                "[crit] 98#98: *203 connect() to unix:/tmp/gunicorn_web.sock failed (2: No such file)",
                'nginx stdout | 10.78.0.1 (-) "GET /health/instance HTTP/1.1" 502 446',
            ),
            "OperationalError: could not connect",
        ),
    ],
)
def test_the_line_that_tells(entries: list[dict[str, Any]], cause: str) -> None:
    words = last_words([*PODMAN, *BANNER, *entries, *PODMAN])
    assert words.cause.startswith(cause)
    assert words.cause not in words.lines


def test_neither_banner_nor_table_nor_life_cycle() -> None:
    words = last_words([*PODMAN, *BANNER, *TABLE, *said("fatal: no"), *PODMAN])
    assert words.cause == "fatal: no"
    assert words.lines == [
        "| Redis | Could not connect to Redis with values provided in BUILDLOGS_REDIS. | 🔴 |"
    ]


def test_no_line_twice_whenever_it_was_said() -> None:
    twice = [
        "2026-11-28 06:45:16 [quay] waiting",
        "2026-11-28 06:45:17 [quay] waiting",
        "2026-11-28 06:45:17.123 UTC [12] FATAL:  no",
        "2026-11-28 06:45:18.123 UTC [13] FATAL:  no",
    ]
    words = last_words(said(*twice, *twice))
    assert (words.cause, words.lines) == (twice[2], [twice[0]])


def test_an_attempt_that_has_just_begun_does_not_count_before_it_says_something() -> None:
    entries = [*said("fatal: first"), *PODMAN, *said("fatal: second", container=SECOND)]
    assert last_words(entries).cause == "fatal: second"
    assert (
        last_words([*entries, *[{**one, "CONTAINER_ID_FULL": "c" * 64} for one in BANNER]]).cause
        == "fatal: second"
    )


def test_only_where_no_container_spoke_podman_does() -> None:
    error = {
        "MESSAGE": "Error: rootport listen tcp 0.0.0.0:80: bind: address already in use",
        "_COMM": "podman",
    }
    assert last_words([*PODMAN, error, *PODMAN]).cause == error["MESSAGE"]
    assert last_words([*PODMAN, error, *said("fatal: no")]).cause == "fatal: no"


def test_few_lines() -> None:
    entries = said(*(f"step {i}" for i in range(100)), "fatal: no", *(f"after {i}" for i in range(100)))
    assert len(last_words(entries).lines) <= 10


def test_what_is_no_plain_text_is_fit_for_a_terminal() -> None:
    raw = {**said("")[0], "MESSAGE": list("\x1b[31mfatal\x1b[0m: \u202ebad\r\xe9".encode())}
    assert last_words([raw]).cause == "fatal: badé"
    assert last_words([{**raw, "MESSAGE": None}]) == ("", [])
    assert last_words([]) == ("", [])
