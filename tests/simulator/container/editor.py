# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The configuration editor that Quay had before 3.17: a page, and an API behind basic authentication.

As the original, it listens on port 8080 only, without TLS unless CONFIG_TOOL_PUBLIC_KEY and
CONFIG_TOOL_PRIVATE_KEY name files; those of the bundle are not for it. It needs no valid configuration.
"""

from __future__ import annotations

import base64
import hmac
import io
import ssl
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from flask import Flask, Response, jsonify, request

from . import bundle, paths, probes
from .validation import Context, WrongType, check_types, validate
from .versions import Version

USER = "quayconfig"
_PAGE = """<!doctype html>
<html lang=en>
<title>Quay configuration editor (stand-in)</title>
<h1>Quay configuration editor</h1>
<p>Sign in as quayconfig to <a href="/api/v1/config">read the configuration</a>.
"""


class Editor:
    """The editor of one directory."""

    def __init__(self, stack: Path, password: str, version: Version) -> None:
        self._stack = stack
        self._password = password
        self._version = version
        app = Flask("editor", static_folder=None)
        app.add_url_rule("/", view_func=self.page, methods=["GET"])
        for name, view, method in (
            ("", self.read, "GET"),
            ("/validate", self.validate, "POST"),
            ("/download", self.download, "POST"),
        ):
            rule, guarded = "/api/v1/config" + name, self._guarded(view)
            app.add_url_rule(rule, "config" + name, guarded, methods=[method])
        self.application: Any = app

    def tls(self, environment: Mapping[str, str]) -> ssl.SSLContext | None:
        """TLS with the files that the environment names; none when they cannot be used."""
        try:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(
                environment["CONFIG_TOOL_PUBLIC_KEY"], environment["CONFIG_TOOL_PRIVATE_KEY"]
            )
        except (KeyError, OSError):
            return None
        return context

    def page(self) -> Response:
        """The page, for which nobody has to sign in."""
        return Response(_PAGE, content_type="text/html; charset=utf-8")

    def _guarded(self, view: Callable[[], Any]) -> Callable[[], Any]:
        def guarded() -> Any:
            given = request.authorization
            presented = (given.password or "") if given is not None and given.type == "basic" else ""
            known = hmac.compare_digest(presented.encode("utf-8"), self._password.encode("utf-8"))
            if given is None or given.username != USER or not known:
                headers = {"WWW-Authenticate": 'Basic realm="quayconfig"'}
                return Response("401 Unauthorized\n", 401, headers=headers)
            return view()

        return guarded

    def read(self) -> Any:
        """The configuration and the certificates; 202 when there is none yet."""
        try:
            config, status = bundle.read_config(self._stack), 200
        except bundle.BundleError:
            config, status = {}, 202
        files = bundle.read_files(self._stack)
        certificates = {name: base64.b64encode(data).decode("ascii") for name, data in files.items()}
        return jsonify({"config.yaml": config, "certs": certificates}), status

    @staticmethod
    def _given() -> tuple[dict[str, Any], dict[str, bytes]]:
        body = request.get_json(force=True)
        files = {name: base64.b64decode(data) for name, data in (body.get("certs") or {}).items()}
        return body.get("config.yaml") or {}, files

    def validate(self) -> Any:
        """What is wrong with a configuration."""
        config, files = self._given()
        config = bundle.without_nulls(config)
        try:
            check_types(config)
        except WrongType as error:
            return Response(str(error), 500)
        world = probes.real(self._version, paths.Paths.home)
        findings = validate(Context(config, files, "online", self._version, world))
        return jsonify([{"FieldGroup": item.group, "Message": item.message} for item in findings])

    def download(self) -> Any:
        """A configuration as an archive, quay-config.tar.gz."""
        config, files = self._given()
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w:gz") as archive:
            content = {"config.yaml": yaml.safe_dump(config).encode("utf-8"), **files}
            for name, data in content.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
        headers = {"Content-Disposition": "attachment; filename=quay-config.tar.gz"}
        return Response(stream.getvalue(), headers=headers, content_type="application/zip")
