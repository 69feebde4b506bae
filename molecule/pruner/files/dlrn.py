# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""As much of DLRN's API as the pruner asks: one promotion; PUT makes it fail, DELETE makes it work again.

  dlrn.py [--promoted HASH] [--keytab FILE]

With the keytab of its service it answers only to who shows a ticket, and writes down who did.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Handler(BaseHTTPRequestHandler):
    """Answers for /api-master/api/promotions; at other endpoints nothing was ever promoted."""

    broken = False
    promoted = ""
    keytab = ""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        name = parse_qs(address.query).get("promote_name", [""])[0]
        hashes = {"repo_hash": Handler.promoted, "aggregate_hash": None}
        found = [{"promote_name": name, **hashes}] if address.path.startswith("/api-master/") else []
        if Handler.broken:
            self._answer(500, {"message": "broken"})
        elif Handler.keytab and not self._is_signed():
            self._answer(401, {"message": "no ticket"}, {"WWW-Authenticate": "Negotiate"})
        else:
            self._answer(200, found)

    def do_PUT(self) -> None:
        Handler.broken = True
        self._answer(200, {})

    def do_DELETE(self) -> None:
        Handler.broken = False
        self._answer(200, {})

    def _is_signed(self) -> bool:
        # The stand-in without Kerberos runs where there is no such library.
        import gssapi

        scheme, _space, token = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Negotiate":
            return False
        try:
            credentials = gssapi.Credentials(usage="accept", store={"keytab": Handler.keytab})
            context = gssapi.SecurityContext(creds=credentials, usage="accept")
            context.step(base64.b64decode(token, validate=True))
        except (binascii.Error, gssapi.exceptions.GSSError) as error:
            self.log_message("refused: %s", error)
            return False
        if not context.complete:
            return False
        self.log_message("%s asks %s", context.initiator_name, context.target_name)
        return True

    def _answer(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--promoted", default="promoted-by-master")
    parser.add_argument("--keytab", default="")
    arguments = parser.parse_args()
    Handler.promoted, Handler.keytab = arguments.promoted, arguments.keytab
    ThreadingHTTPServer(("0.0.0.0", 8080), Handler).serve_forever()


if __name__ == "__main__":
    main()
