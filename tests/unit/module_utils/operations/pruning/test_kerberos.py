# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A Kerberos ticket, got by a stand-in for kinit that writes down how it was called, and what signs with it.

The library is a stand-in, too; molecule's scenario ``pruner`` has the real one, and a realm.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import KeepListFailed
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning import kerberos
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning.kerberos import (
    signed_in,
    ticket,
)

PASSWORD = "a pass'word"


@pytest.fixture
def kinit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a kinit first on PATH that takes one password; returns the file that it writes."""
    called = tmp_path / "called"
    program = tmp_path / "bin" / "kinit"
    program.parent.mkdir()
    program.write_text(
        "#!/bin/sh\n"
        "IFS= read -r password\n"
        f'printf "%s|%s" "$*" "$password" > {called}\n'
        f'[ "$password" = "{PASSWORD}" ] || '
        '{ echo "Password for $1: "; echo "kinit: Password incorrect $password" >&2; exit 1; }\n'
        'echo ticket > "${KRB5CCNAME#FILE:}"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return called


@pytest.mark.parametrize("before", [None, "FILE:/tmp/mine"])
def test_a_ticket_in_a_cache_of_its_own(kinit: Path, before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KRB5CCNAME", raising=False)
    if before is not None:
        monkeypatch.setenv("KRB5CCNAME", before)
    with ticket("pruner@EXAMPLE.COM", PASSWORD):
        cache = Path(os.environ["KRB5CCNAME"][len("FILE:") :])
        assert cache.read_text(encoding="utf-8") == "ticket\n"
        assert cache.parent.stat().st_mode & 0o777 == 0o700
    assert not cache.parent.exists()
    assert os.environ.get("KRB5CCNAME") == before
    # The password came in on standard input; the arguments are what everybody may see.
    assert kinit.read_text(encoding="utf-8") == f"pruner@EXAMPLE.COM|{PASSWORD}"


@pytest.mark.usefixtures("kinit")
def test_a_wrong_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KRB5CCNAME", raising=False)
    wanted = pytest.raises(KeepListFailed, match="got no Kerberos ticket: kinit: Password incorrect")
    with wanted as caught, ticket("pruner", "wrong-one"):
        pytest.fail("there is no ticket")
    assert "wrong-one" not in str(caught.value)
    assert "KRB5CCNAME" not in os.environ


def test_without_kinit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    wanted = pytest.raises(KeepListFailed, match="kinit cannot be started: No such file")
    with wanted, ticket("pruner", PASSWORD):
        pytest.fail("there is no ticket")


def test_a_kinit_that_does_not_end(kinit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = kinit.parent / "bin" / "kinit"
    program.write_text("#!/bin/sh\nexec sleep 20\n", encoding="utf-8")
    monkeypatch.setattr(kerberos, "_KINIT_TIMEOUT", 0.1)
    wanted = pytest.raises(KeepListFailed, match=r"did not end within 0\.1 seconds")
    with wanted as caught, ticket("pruner", PASSWORD):
        pytest.fail("there is no ticket")
    assert PASSWORD not in str(caught.value)


# --- what signs -----------------------------------------------------------------------------------


class GSSError(Exception):
    """Reads as the library's."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"Major (851968): Unspecified GSS failure.  More in the minor, Minor (1): {text}\x00"
        )


@dataclass
class Library:
    """As much of ``gssapi`` as is used. Each of ``missing`` fails: credentials, or the name of a service."""

    missing: tuple[str, ...] = ()
    contexts: list[dict[str, Any]] = field(default_factory=list)
    caches: list[str | None] = field(default_factory=list)

    exceptions = SimpleNamespace(GSSError=GSSError)
    MechType = SimpleNamespace(kerberos="krb5")
    NameType = SimpleNamespace(kerberos_principal="principal", hostbased_service="host")
    RequirementFlag = SimpleNamespace(out_of_sequence_detection="sequence")
    OID = SimpleNamespace(from_int_seq=lambda text: text)

    def Credentials(self, usage: str, mechs: list[str]) -> str:
        assert (usage, mechs) == ("initiate", ["krb5"])
        self.caches.append(os.environ.get("KRB5CCNAME"))
        if "credentials" in self.missing:
            raise GSSError("No Kerberos credentials available (default cache: FILE:/tmp/krb5cc_0)")
        return "credentials"

    def Name(self, text: str, kind: str) -> Any:
        def canonicalize(mech: str) -> None:
            if text.count("@") > 1:
                raise GSSError("Malformed representation of principal")

        return SimpleNamespace(text=text, kind=kind, canonicalize=canonicalize)

    def SecurityContext(self, **given: Any) -> Any:
        def step() -> bytes:
            if given["name"].text in self.missing:
                raise GSSError(f"Server {given['name'].text} not found in Kerberos database")
            self.contexts.append(given)
            return b"ticket"

        return SimpleNamespace(step=step)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.delenv("KRB5CCNAME", raising=False)
    stand_in = Library()
    monkeypatch.setitem(sys.modules, "gssapi", stand_in)
    return stand_in


def request() -> Any:
    return SimpleNamespace(url="https://trunk.example.com:8443/a/api/promotions?limit=1", headers={})


SERVICE = "HTTP/trunk.example.com@EXAMPLE.COM"


@pytest.mark.parametrize(
    ("principal", "target"),
    [(SERVICE, (SERVICE, "principal")), (None, ("HTTP@trunk.example.com", "host"))],
)
def test_a_request_is_signed(library: Library, principal: str | None, target: tuple[str, str]) -> None:
    with signed_in(principal, None, None) as sign:
        signed = [sign(request()), sign(request())]
    # "ticket" in base64.
    assert [one.headers for one in signed] == [{"Authorization": "Negotiate dGlja2V0"}] * 2
    assert [(one["name"].text, one["name"].kind) for one in library.contexts] == [target] * 2
    # SPNEGO, and nothing for which the server's answer would have to be waited for. Signed in once.
    assert (library.contexts[0]["mech"], library.contexts[0]["flags"]) == ("1.3.6.1.5.5.2", ["sequence"])
    assert library.contexts[0]["creds"] == "credentials"
    assert library.caches == [None]


@pytest.mark.usefixtures("kinit")
def test_the_ticket_is_the_users(library: Library) -> None:
    with signed_in(SERVICE, "pruner", PASSWORD):
        assert library.caches == [os.environ["KRB5CCNAME"]]
    assert "KRB5CCNAME" not in os.environ


def test_without_a_ticket(library: Library) -> None:
    library.missing = ("credentials",)
    text = r"no sso_username to get one for: No Kerberos credentials available .*\. Nothing was changed\."
    with pytest.raises(KeepListFailed, match=text) as caught, signed_in(None, None, None):
        pytest.fail("there is no ticket")
    assert "Major" not in str(caught.value) and "\0" not in str(caught.value)


@pytest.mark.parametrize(("principal", "named"), [(SERVICE, SERVICE), (None, "HTTP at trunk.example.com")])
def test_a_service_that_the_realm_does_not_know(library: Library, principal: str | None, named: str) -> None:
    library.missing = (SERVICE, "HTTP@trunk.example.com")
    wanted = pytest.raises(KeepListFailed, match=f"no Kerberos ticket for {named}: Server .* not found")
    with signed_in(principal, None, None) as sign, wanted as caught:
        sign(request())
    assert str(caught.value).endswith("not found in Kerberos database.")


def test_a_principal_that_is_none(library: Library, kinit: Path) -> None:
    wanted = pytest.raises(KeepListFailed, match="server_principal 'HTTP@a@b': Malformed representation")
    with wanted, signed_in("HTTP@a@b", "pruner", PASSWORD):
        pytest.fail("it is malformed")
    assert library.caches == [] and not kinit.exists()


def test_without_the_library_no_ticket_is_got(kinit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gssapi", None)
    wanted = pytest.raises(KeepListFailed, match=r"needs the Python library gssapi .*python3-gssapi")
    with wanted, signed_in(None, "pruner", PASSWORD):
        pytest.fail("there is no library")
    assert not kinit.exists()
