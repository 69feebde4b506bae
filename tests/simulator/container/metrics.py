# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A page of metrics on port 9091."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Response

from ..errors import page


class Metrics:
    """Numbers by name; the values are asked for at each request."""

    def __init__(self, *sources: Callable[[], Mapping[str, float]]) -> None:
        self._sources = sources

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/metrics":
            return page(404, "Not Found")(environ, start_response)
        values = [item for source in self._sources for item in source().items()]
        lines = [f"# TYPE {name} gauge\n{name} {value:g}\n" for name, value in values]
        answer = Response("".join(lines), content_type="text/plain; version=0.0.4; charset=utf-8")
        return answer(environ, start_response)
