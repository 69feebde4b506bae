# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""One exchange with the host: a request goes out, an answer or a failure comes back.

The only file that imports ``requests``. It repeats nothing; ``Passing`` says what may be repeated.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from typing import Any, Callable, NamedTuple
from urllib.parse import urlsplit

from ..errors import AnswerTooLarge, CertificateRejected, QuayError, Unreachable
from .answers import Answer, decode
from .connection import Connection, base_url, has_scheme

REQUESTS_IMPORT_ERROR: str | None = None
try:
    import requests
    import urllib3
except ImportError:
    import traceback

    REQUESTS_IMPORT_ERROR = traceback.format_exc()

# Silent unless somebody listens. Paths hold names only; what is sent and answered is never in it.
_LOG = logging.getLogger("quayops.quay")

# Bytes, decompressed. The largest answers of Quay are the lists that have no pages: of 10,000 robots with
# their teams and repositories some 10 MB. An answer has to be held in memory, several times over.
LARGEST_ANSWER = 32 * 2**20
# Bytes of an answer that are decompressed at a time: at most a thousandfold comes out of them.
_PIECE = 16 * 2**10
# More digits than any length has; Python refuses to read some thousands of them.
_DIGITS = 30

# A browser-like GET without X-Requested-With is refused by Quay (BROWSER_API_CALLS_XHR_ONLY).
HEADERS = {
    "Accept": "application/json",
    "User-Agent": "quayops.quay",
    "X-Requested-With": "XMLHttpRequest",
}


class Passing(Exception):
    """A failure that may pass.

    ``refused`` is true where the request certainly was not carried out (429, or never sent), so that
    even a write may be sent again.
    """

    def __init__(self, cause: QuayError, refused: bool, retry_after: float | None = None) -> None:
        super().__init__(cause.message)
        self.cause = cause
        self.refused = refused
        self.retry_after = retry_after

    def given_up(self, tries: int) -> QuayError:
        """Return the cause, with the number of tries in its message."""
        return type(self.cause)(f"{self.cause.message} Tried {tries} times.", self.cause.status)


class Options(NamedTuple):
    """How messages name the options that say where the host is and whose certificates are trusted."""

    host: str = "quay_host"
    ca_path: str = "ca_path"


_OPTIONS = Options()


class Transport:
    """Sends single requests. ``adapter`` makes a ``requests`` transport adapter, for tests.

    ``options`` is for a host that is not the registry.
    """

    def __init__(
        self,
        connection: Connection,
        adapter: Callable[[], Any] | None = None,
        options: Options = _OPTIONS,
    ) -> None:
        self._connection = connection
        self._options = options
        self._base = base_url(connection.host)
        path = connection.unix_socket
        self._adapter = adapter or (None if path is None else lambda: _socket_adapter(path))
        self.plain = self._base.startswith("http://")
        self.reached = False
        if not connection.validate_certs:
            # That certificates are not checked was asked for; a warning with each request tells nothing new.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def new_session(self) -> Any:
        """Return a session without any credentials."""
        session = requests.Session()
        session.headers.update(HEADERS)
        # Without credentials of its own a session would send those of ~/.netrc.
        session.auth = lambda request: request
        if self._adapter is not None:
            adapter = self._adapter()
            session.mount("http://", adapter)
            session.mount("https://", adapter)
        return session

    def exchange(self, session: Any, method: str, asked: str, path: str, **kwargs: Any) -> Answer:
        """Send one request and return its answer, whatever its status.

        Raises Passing where no whole answer came, and CertificateRejected where none ever will.
        Raises AnswerTooLarge rather than taking in more than LARGEST_ANSWER bytes.
        """
        try:
            response = session.request(
                method,
                self._base + path,
                timeout=self._connection.timeout,
                # Given with each request: a session's own setting loses against REQUESTS_CA_BUNDLE.
                verify=self._verify(),
                allow_redirects=False,
                stream=True,
                **kwargs,
            )
            content = self._content(response, f"{method} {asked}")
        except requests.exceptions.SSLError as error:
            raise self._tls_failure(error) from error
        except requests.exceptions.RequestException as error:
            _LOG.debug("%s %s: no answer (%s)", method, asked, type(error).__name__)
            raise Passing(self._unreachable(error), refused=_never_sent(error)) from error
        except OSError as error:
            given = self._connection.ca_path
            where = self._options.ca_path if given else "REQUESTS_CA_BUNDLE in the environment"
            raise CertificateRejected(f"{self._base}: {error}. Check {where}.") from error
        self.reached = True
        took = response.elapsed.total_seconds()
        _LOG.debug("%s %s: %d after %.3f s", method, asked, response.status_code, took)
        body, is_json = decode(_text(response, content))
        if _cut_short(response, content, is_json):
            broken = Unreachable(f"{self._base} broke off its answer to {method} {asked}.")
            raise Passing(broken, refused=False)
        return Answer(
            method, asked, response.status_code, response.headers, body, is_json, is_empty=not content.strip()
        )

    def _content(self, response: Any, asked: str) -> bytes:
        """Return the body, decompressed; raise AnswerTooLarge as soon as it is known to be larger."""
        announced = response.headers.get("Content-Length", "")
        found = bytearray()
        try:
            if announced.isdecimal() and int(announced[:_DIGITS]) > LARGEST_ANSWER:
                raise self._too_large(asked)
            if "," in response.headers.get("Content-Encoding", ""):
                # What is compressed twice can grow a millionfold within one piece. Nobody does that.
                raise self._too_large(asked)
            for piece in response.iter_content(_PIECE):
                found += piece
                if len(found) > LARGEST_ANSWER:
                    raise self._too_large(asked)
        except AnswerTooLarge:
            self.reached = True
            response.close()
            raise
        return bytes(found)

    def _too_large(self, asked: str) -> AnswerTooLarge:
        return AnswerTooLarge(
            f"{asked}: the answer of {self._base} is larger than {LARGEST_ANSWER // 2**20} MiB, the limit. "
            f"That is far above what is ever answered there: check the host, the port and a path in "
            f"{self._options.host}, and whatever stands in front of it."
        )

    def _verify(self) -> Any:
        if not self._connection.validate_certs:
            return False
        return self._connection.ca_path or True

    def _tls_failure(self, error: Exception) -> Exception:
        """Return what a failure of TLS means: only some of them are about the certificate."""
        text = str(error)
        host, ca_path = self._options
        if "WRONG_VERSION_NUMBER" in text or "wrong version number" in text or "record layer failure" in text:
            return Unreachable(
                f"{self._base} does not speak TLS at that port: write http:// in {host}{self._in_full()}."
            )
        if "certificate has expired" in text:
            reason, advice = "has expired", "Renew it"
        elif "doesn't match" in text or "not valid for" in text or "match either of" in text:
            reason, advice = "is made for another name", f"Use the name that it is made for in {host}"
        elif "CERTIFICATE_VERIFY_FAILED" in text or "certificate verify failed" in text:
            reason, advice = "is not trusted", f"Set {ca_path} to the certificate of its authority"
        elif "NO_CERTIFICATE_OR_CRL_FOUND" in text:
            return CertificateRejected(f"{self._base}: there is no certificate in {ca_path}.")
        else:
            return Passing(Unreachable(f"{self._base}: TLS failed: {_innermost(error)}."), refused=False)
        return CertificateRejected(
            f"{self._base}: the certificate of the host {reason} ({_innermost(error)}). {advice}, "
            "or set validate_certs to false where that risk is accepted."
        )

    def _in_full(self) -> str:
        """Return how the address reads with http://, for whoever has written none at all."""
        if has_scheme(self._connection.host):
            return ""
        return f" (http://{self._base.partition('://')[2]})"

    def _unreachable(self, error: Exception) -> Unreachable:
        if isinstance(error, requests.exceptions.Timeout):
            seconds = f"{self._connection.timeout:g}"
            return Unreachable(f"{self._base} did not answer within {seconds} s (timeout).")
        names = {type(cause).__name__ for cause in _causes(error)}
        if "IncompleteRead" in names:
            return Unreachable(f"{self._base} broke off its answer.")
        if isinstance(error, requests.exceptions.ProxyError):
            return Unreachable(
                f"The proxy for {self._base} cannot be reached, or refuses: {_innermost(error)}. Check "
                "http_proxy, https_proxy and no_proxy in the environment of the module."
            )
        path = self._connection.unix_socket
        if path is not None:
            return Unreachable(f"Nothing answers at unix_socket {path!r}: {_innermost(error)}.")
        hint = ""
        if not self.reached and self.plain:
            hint = f" If the registry serves TLS, write https:// in {self._options.host}."
        elif not self.reached and not has_scheme(self._connection.host):
            option = self._options.host
            hint = (
                f" For plain HTTP write http:// in {option}{self._in_full()}; without it https:// is meant."
            )
        return Unreachable(f"{self._base} cannot be reached: {_innermost(error)}.{hint}")


def _socket_adapter(path: str) -> Any:
    """Return a transport adapter that sends to a Unix socket what is meant for the host of an address.

    It says of a request what the web server in front of Quay would: for which host, and that it came by TLS.
    """

    class SocketConnection(urllib3.connection.HTTPConnection):
        def connect(self) -> None:
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(self.timeout)
            self.sock.connect(path)

    class SocketPool(urllib3.HTTPConnectionPool):
        ConnectionCls = SocketConnection

    class SocketAdapter(requests.adapters.HTTPAdapter):
        # requests before 2.32 calls the first of the two.
        def get_connection(self, url: Any, proxies: Any = None) -> Any:
            return pool

        def get_connection_with_tls_context(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            return pool

        def cert_verify(self, *args: Any) -> None:
            """There is no certificate."""

        def request_url(self, request: Any, proxies: Any) -> Any:
            return request.path_url

        def add_headers(self, request: Any, **kwargs: Any) -> None:
            parts = urlsplit(request.url)
            request.headers["Host"] = parts.netloc
            request.headers["X-Forwarded-Proto"] = parts.scheme

    pool = SocketPool("localhost", maxsize=1)
    return SocketAdapter()


def _text(response: Any, content: bytes) -> str:
    """Return the body as text: in the character set that the answer names, else in that of JSON."""
    named = "charset" in response.headers.get("Content-Type", "").lower()
    try:
        return content.decode((named and response.encoding) or "utf-8", "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def _cut_short(response: Any, content: bytes, is_json: bool) -> bool:
    """Tell whether the connection ended before the answer did (urllib3 before 2 does not say so)."""
    length = response.headers.get("Content-Length", "")
    encoded = "Content-Encoding" in response.headers
    if length.isdecimal() and not encoded and len(content) < int(length[:_DIGITS]):
        return True
    return not is_json and "json" in response.headers.get("Content-Type", "")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield ``error`` and what is wrapped in it, outermost first."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        inner = getattr(current, "reason", None)
        if not isinstance(inner, BaseException):
            inner = next((arg for arg in current.args if isinstance(arg, BaseException)), None)
        current = inner or current.__cause__ or current.__context__


def _innermost(error: BaseException) -> str:
    """Return the text of the deepest cause: requests and urllib3 wrap what the system said."""
    last = list(_causes(error))[-1]
    strerror = getattr(last, "strerror", None)
    text = str(strerror or last) or type(last).__name__
    return text.split("(_ssl.c")[0].strip().rstrip(".")


def _never_sent(error: BaseException) -> bool:
    """Tell whether the connection was not even made, so that the request cannot have arrived."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    names = {type(cause).__name__ for cause in _causes(error)}
    never = {"NewConnectionError", "NameResolutionError", "ConnectionRefusedError", "gaierror"}
    # The last is of a Unix socket.
    return bool(names & {*never, "FileNotFoundError"})
