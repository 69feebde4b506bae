# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Fetches layers from the registry, trusting the certificates that Clair trusts."""

from __future__ import annotations

import os
import ssl
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_TIMEOUT = 30.0  # seconds


class FetchError(Exception):
    """A layer could not be fetched."""


def trust(environment: Mapping[str, str]) -> ssl.SSLContext:
    """The certificates in the files of the directories of SSL_CERT_DIR, or what the system trusts."""
    context = ssl.create_default_context(cafile=environment.get("SSL_CERT_FILE"))
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # Go does not ask for that much
    for directory in environment.get("SSL_CERT_DIR", "").split(":"):
        for path in sorted(Path(directory).glob("*")) if directory else []:
            try:
                context.load_verify_locations(cafile=os.fspath(path))
            except OSError:
                continue  # not a certificate
    return context


def fetch(layer: Mapping[str, Any], context: ssl.SSLContext) -> int:
    """The size of a layer in bytes, which is put into a temporary file. Raises FetchError."""
    headers = {name: ", ".join(values) for name, values in (layer.get("headers") or {}).items()}
    try:
        request = urllib.request.Request(str(layer["uri"]), headers=headers)
        answer = urllib.request.urlopen(request, timeout=_TIMEOUT, context=context)
        # Clair keeps layers in its temporary directory, which therefore has to be writable.
        with answer, tempfile.TemporaryFile() as target:
            return target.write(answer.read())
    except urllib.error.HTTPError as error:
        raise FetchError(f"unexpected status code: {error.code}") from None
    except urllib.error.URLError as error:
        raise FetchError(str(error.reason)) from None
    except (OSError, ValueError, KeyError) as error:
        raise FetchError(str(error)) from None
