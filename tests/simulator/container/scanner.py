# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The worker that talks to Clair: here, it only sees whether Clair answers and takes the pre-shared key."""

from __future__ import annotations

import base64
import binascii
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from tests.clair_standin import tokens

from .log import say
from .probes import trusting

_SOURCE = "securityworker"
_TIMEOUT = 10.0  # seconds
_TOKEN_LIFETIME = 300  # seconds


class ScannerWorker:
    """Asks Clair for its state from time to time; says something when the answer is another than before."""

    def __init__(self, config: Mapping[str, Any], stop: threading.Event) -> None:
        self._config = config
        self._stop = stop
        self.last: str | None = "never asked"  # None: Clair answers

    @property
    def enabled(self) -> bool:
        """Whether there is a scanner."""
        return bool(self._config.get("FEATURE_SECURITY_SCANNER")) and bool(self._endpoint)

    @property
    def _endpoint(self) -> str:
        return str(self._config.get("SECURITY_SCANNER_V4_ENDPOINT") or "")

    def _headers(self) -> dict[str, str]:
        secret = self._config.get("SECURITY_SCANNER_V4_PSK")
        if secret is None:
            return {}
        claims = {"iss": "quay", "exp": time.time() + _TOKEN_LIFETIME}
        return {"Authorization": "Bearer " + tokens.sign(base64.b64decode(str(secret)), claims)}

    def look(self) -> str | None:
        """One question; answers None, or what is wrong."""
        try:
            request = urllib.request.Request(
                self._endpoint.rstrip("/") + "/indexer/api/v1/index_state", headers=self._headers()
            )
            urllib.request.urlopen(request, timeout=_TIMEOUT, context=trusting()).close()
        except urllib.error.HTTPError as error:
            return f"Clair answers {error.code}" + (" to the pre-shared key" if error.code == 401 else "")
        except urllib.error.URLError as error:
            return f"Clair cannot be reached: {error.reason}"
        except binascii.Error:
            return "SECURITY_SCANNER_V4_PSK is not base64"
        except (OSError, ValueError, ssl.SSLError) as error:
            return f"Clair cannot be reached: {error}"
        return None

    def run(self) -> None:
        """Works until it is told to stop."""
        interval = float(self._config.get("SECURITY_SCANNER_INDEXING_INTERVAL") or 30)
        while self.enabled:
            found = self.look()
            if found != self.last:
                self.last = found
                say("%s", found or f"Clair answers at {self._endpoint}", source=_SOURCE)
            if self._stop.wait(interval):
                return

    def metrics(self) -> dict[str, float]:
        """For /metrics."""
        return {"quay_secscan_reachable": float(self.enabled and self.last is None)}
