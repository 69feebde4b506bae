# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A Kerberos ticket, got by a stand-in for kinit that writes down how it was called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import KeepListFailed
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning import kerberos
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning.kerberos import ticket

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
