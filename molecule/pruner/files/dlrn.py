# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""As much of DLRN's API as the pruner asks: one promotion; PUT makes it fail, DELETE makes it work again."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Handler(BaseHTTPRequestHandler):
    """Answers for /api-master/api/promotions; at other endpoints nothing was ever promoted."""

    broken = False

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        name = parse_qs(address.query).get("promote_name", [""])[0]
        hashes = {"repo_hash": "promoted-by-master", "aggregate_hash": None}
        found = [{"promote_name": name, **hashes}] if address.path.startswith("/api-master/") else []
        if Handler.broken:
            self._answer(500, {"message": "broken"})
        else:
            self._answer(200, found)

    def do_PUT(self) -> None:
        Handler.broken = True
        self._answer(200, {})

    def do_DELETE(self) -> None:
        Handler.broken = False
        self._answer(200, {})

    def _answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


if __name__ == "__main__":
    ThreadingHTTPServer(("0.0.0.0", 8080), Handler).serve_forever()
