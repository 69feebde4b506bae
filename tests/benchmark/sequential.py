# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What one would write by hand: one request after the other, pages as long as the server makes them.

``python -m tests.benchmark.sequential visibility|prune ORGANIZATION DAYS``, with QUAY_HOST and QUAY_TOKEN.
It decides as the modules do, so that both send the same writes.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from typing import Any

import requests

_DAY = 86400


def main(arguments: list[str]) -> int:
    """Carry out one of the two."""
    what, organization, days = arguments
    names = list(repositories(organization))
    if what == "visibility":
        for repository in names:
            call("POST", f"repository/{repository}/changevisibility", json={"visibility": "public"})
        return 0
    now = int(time.time())
    for repository in names:
        for tag in tags(repository):
            if tag["start_ts"] < now - int(days) * _DAY and "end_ts" not in tag:
                call("PUT", f"repository/{repository}/tag/{tag['name']}", json={"expiration": now + _DAY})
    return 0


def call(method: str, path: str, **arguments: Any) -> Any:
    """Send one request, by a connection of its own."""
    headers = {"Authorization": f"Bearer {os.environ['QUAY_TOKEN']}"}
    url = f"{os.environ['QUAY_HOST']}/api/v1/{path}"
    answer = requests.request(method, url, headers=headers, timeout=60, **arguments)
    answer.raise_for_status()
    return answer.json() if answer.text else None


def repositories(organization: str) -> Iterator[str]:
    """Yield the full names of an organization's repositories."""
    query = {"namespace": organization}
    while True:
        answer = call("GET", "repository", params=query)
        yield from (f"{organization}/{entry['name']}" for entry in answer["repositories"])
        if "next_page" not in answer:
            return
        query["next_page"] = answer["next_page"]


def tags(repository: str) -> Iterator[dict[str, Any]]:
    """Yield the tags of a repository that are in force."""
    page, more = 1, True
    while more:
        query = {"onlyActiveTags": "true", "page": str(page)}
        answer = call("GET", f"repository/{repository}/tag/", params=query)
        yield from list(answer["tags"])
        page, more = page + 1, answer["has_additional"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
