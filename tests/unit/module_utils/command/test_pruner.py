# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The command quay-pruner, against the simulator."""

from __future__ import annotations

import fcntl
import io
import json
import os
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.command import pruner
from ansible_collections.quayops.quay.plugins.module_utils.command.credential_files import read_credential
from ansible_collections.quayops.quay.plugins.module_utils.command.pruner import Surroundings, main
from ansible_collections.quayops.quay.plugins.module_utils.command.pruner_config import completed, settings_of
from ansible_collections.quayops.quay.plugins.module_utils.command.pruner_report import (
    remove_old_reports,
    write_report,
)
from ansible_collections.quayops.quay.plugins.module_utils.errors import FileTrouble, InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import Connection
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning.keep_lists import KeepList
from tests.simulator import Fault
from tests.unit.module_utils.conftest import HOST, Registry
from tests.unit.module_utils.servers import LocalServer, Reply, Seen, bare_environment

NOW = int(time.time())
DAY = 86400


@dataclass
class Host:
    """A machine with the command on it."""

    registry: Registry
    root: Path
    document: dict[str, Any]
    environment: dict[str, str] = field(default_factory=dict)
    out: str = ""
    err: str = ""

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    def credential(self, name: str, text: str, mode: int = 0o600) -> None:
        path = self.root / "credentials" / name
        path.write_text(text + "\n")
        path.chmod(mode)

    def run(self, *arguments: str, now: int = NOW) -> int:
        config = self.root / "config.json"
        config.write_text(json.dumps(self.document))
        out, err = io.StringIO(), io.StringIO()
        around = Surroundings(out, err, self.environment, lambda: float(now), self._client)
        try:
            return main(["--config", str(config), *arguments], around)
        finally:
            self.out, self.err = out.getvalue(), err.getvalue()

    def _client(self, connection: Connection) -> Client:
        return Client(connection, adapter=self.registry.simulator.adapter, sleep=self.registry.waits.append)

    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.reports / "latest.json").read_text())
        return found

    def expiring(self, repository: str) -> list[str]:
        """Return the tags that will end."""
        path = f"repository/{repository}/tag/"
        rows = self.registry.client().get(path, {"onlyActiveTags": "true"})["tags"]
        return sorted(row["name"] for row in rows if row.get("end_ts"))


def job(organization: str, **options: Any) -> dict[str, Any]:
    options = {"older_than": "7d", "keep_names": ["stable"], **options}
    return {"organization": organization, "credential": organization, "options": options}


@pytest.fixture
def host(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    """Two organizations with an old, a new and a kept tag in each repository; one is private."""
    bare_environment(monkeypatch)
    for name in ("acme", "beta"):
        registry.one({"name": name, "repositories": [{"name": "app", "visibility": "private"}]})
        for tag, days in (("old", 9), ("new", 1), ("stable", 400)):
            registry.simulator.add_tag(name, "app", tag, start_ts=NOW - days * DAY)
    for directory in ("reports", "credentials"):
        (tmp_path / directory).mkdir()
    document = {
        "quay": {"host": HOST, "parallel": 2},
        "credentials_directory": str(tmp_path / "credentials"),
        "report_directory": str(tmp_path / "reports"),
        "jobs": [job("acme"), job("beta")],
    }
    found = Host(registry, tmp_path, document)
    for name in ("acme", "beta"):
        found.credential(name, registry.token)
    registry.requests()
    return found


# --- a run ------------------------------------------------------------------------------------------


def test_what_is_old_expires(host: Host) -> None:
    assert host.run() == 0, host.err
    assert host.expiring("acme/app") == host.expiring("beta/app") == ["old"]
    assert "acme/app: 1 expire, 2 keep, 0 leave" in host.out
    assert "2 of 2 policies done, 2 tags expire." in host.out
    assert host.err == ""


def test_a_second_run_changes_nothing(host: Host) -> None:
    host.run()
    host.registry.requests()
    assert host.run(now=NOW + 60) == 0
    assert host.registry.writes() == []
    assert host.report()["expired"] == 0
    assert host.report()["counts"]["leave"] == {"already_expiring": 2}


def test_a_dry_run_says_the_same_and_changes_nothing(host: Host) -> None:
    assert host.run("--dry-run") == 0
    assert host.registry.writes() == []
    dry = host.report()
    assert (dry["dry_run"], dry["expired"]) == (True, 2)
    assert "2 tags would expire" in host.out
    host.run(now=NOW + 1)
    assert {**host.report(), **{key: dry[key] for key in ("dry_run", "started", "finished")}}[
        "counts"
    ] == dry["counts"]


def test_the_report(host: Host) -> None:
    host.run()
    name = time.strftime("report-%Y%m%dT%H%M%SZ.json", time.gmtime(NOW))
    path = host.reports / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert os.readlink(host.reports / "latest.json") == name
    report = host.report()
    assert report["failed"] is False and report["error"] is None
    assert report["counts"] == {"expire": {"too_old": 2}, "keep": {"kept_by_name": 2, "too_young": 2}}
    (tag,) = report["policies"][0]["tags"]
    assert (tag["organization"], tag["repository"], tag["name"], tag["reason"]) == (
        "acme",
        "app",
        "old",
        "too_old",
    )
    assert sorted(entry.name for entry in host.reports.iterdir()) == [".lock", "latest.json", name]


@pytest.mark.parametrize(("words", "count"), [("all", 3), ("expired", 1), ("none", 0)])
def test_how_many_tags_the_report_names(host: Host, words: str, count: int) -> None:
    host.document["report_tags"] = words
    host.run()
    assert len(host.report()["policies"][0].get("tags", [])) == count


def test_another_directory_for_the_report(host: Host, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    assert host.run("--report-directory", str(tmp_path / "elsewhere")) == 0
    assert (tmp_path / "elsewhere" / "latest.json").exists()
    assert list(host.reports.iterdir()) == []


# --- what must not expire ---------------------------------------------------------------------------


def test_a_source_that_fails_ends_the_run_before_anything_is_written(host: Host, tmp_path: Path) -> None:
    host.document["jobs"][1]["options"]["keep_files"] = [str(tmp_path / "missing")]
    assert host.run() == 1
    assert host.registry.requests() == []
    assert "missing cannot be read" in host.err
    assert host.report()["failed"] is True
    assert "missing" in host.report()["error"]


def test_an_empty_keep_list_is_refused(host: Host) -> None:
    host.document["jobs"][1]["options"]["keep_names"] = []
    assert host.run() != 0
    assert host.registry.requests() == []
    assert "allow_empty_keeplist" in host.err
    host.document["jobs"][1]["options"]["allow_empty_keeplist"] = True
    assert host.run() == 0
    assert host.expiring("beta/app") == ["old", "stable"]


def test_files_and_promotions_are_kept(host: Host, tmp_path: Path) -> None:
    (tmp_path / "keep").write_text("/ol./\n")

    def answer(seen: Seen) -> Reply:
        del seen
        return Reply(200, [{"promote_name": "stable", "repo_hash": "abc_def", "aggregate_hash": None}])

    registry = host.registry
    registry.simulator.add_tag("beta", "app", "abc_def", start_ts=NOW - 9 * DAY)
    with LocalServer(answer) as dlrn:
        promoted = {"dlrn_host": dlrn.url, "dlrn_endpoints": ["a", "b"], "promotions": ["stable"]}
        host.document["jobs"] = [
            job("acme", keep_files=[str(tmp_path / "keep")], keep_names=[]),
            job("beta", keep_names=[], **promoted),
            job("beta", keep_names=[], **promoted, grace="2d"),
        ]
        assert host.run() == 0, host.err
        # Each endpoint is asked once, however many policies need it.
        assert len(dlrn.seen) == 2
        assert all("authorization" not in {name.lower() for name in one.headers} for one in dlrn.seen)
    assert host.expiring("acme/app") == ["stable"]
    assert host.expiring("beta/app") == ["old"]


def test_a_dlrn_that_fails_ends_the_run(host: Host) -> None:
    with LocalServer(lambda _seen: Reply(500, {"message": "broken"})) as dlrn:
        options = {"dlrn_host": dlrn.url, "dlrn_endpoints": ["master"], "promotions": ["current"]}
        host.document["jobs"][1]["options"].update(options)
        assert host.run() == 1
    assert host.registry.requests() == []
    assert "'current' at endpoint 'master'" in host.err


# --- failures ---------------------------------------------------------------------------------------


def test_one_policy_that_fails_does_not_stop_the_others(host: Host) -> None:
    host.credential("acme", "x" * 40)
    assert host.run() == 1
    assert host.expiring("acme/app") == []
    assert host.expiring("beta/app") == ["old"]
    assert "acme: " in host.err
    assert "1 of 2 policies done" in host.out
    assert [bool(one["error"]) for one in host.report()["policies"]] == [True, False]


def test_limits_refuse(host: Host) -> None:
    host.document["jobs"][0]["options"]["max_expire"] = 0
    assert host.run() == 1
    assert host.expiring("acme/app") == []
    assert "max_expire" in host.err
    assert host.report()["expired"] == 1


def test_a_repository_that_cannot_be_read_fails_the_run(host: Host) -> None:
    host.registry.simulator.faults.add(Fault("500", method="GET", path="repository/acme/app/tag"))
    assert host.run() == 1
    assert host.expiring("beta/app") == ["old"]
    assert "acme/app" in host.err


def test_two_at_a_time_are_refused(host: Host) -> None:
    host.run("--dry-run")
    host.registry.requests()
    with (host.reports / ".lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert host.run() == 1
    assert "Another quay-pruner" in host.err
    assert host.registry.requests() == []
    assert host.run() == 0


def test_a_report_directory_that_is_not_there(host: Host) -> None:
    host.reports.rmdir()
    assert host.run() == 1
    assert host.registry.requests() == []
    assert "reports" in host.err


# --- secrets ----------------------------------------------------------------------------------------


def everything(host: Host) -> str:
    return (
        host.out + host.err + "".join(path.read_text() for path in host.reports.iterdir() if path.is_file())
    )


def test_no_token_is_told(host: Host) -> None:
    host.run()
    assert host.registry.token not in everything(host)
    host.credential("acme", "y" * 40)
    host.run(now=NOW + 1)
    assert "y" * 40 not in everything(host)


def test_the_password_for_dlrn_is_a_credential(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, Any]] = []

    def read(params: dict[str, Any], connection: Connection) -> KeepList:
        del connection
        seen.append(params["dlrn_auth"])
        return KeepList(frozenset({"stable"}))

    monkeypatch.setattr(pruner, "read_keep_lists", read)
    host.document["dlrn_auth"] = {"auth_method": "kerberosAuth", "sso_username": "u", "credential": "SSO"}
    assert host.run() == 0, "without endpoints nobody needs the password"
    host.document["jobs"][0]["options"].update(dlrn_endpoints=["a"], dlrn_host="h", promotions=["p"])
    assert host.run(now=NOW + 1) == 1
    assert "Credential SSO" in host.err
    host.credential("SSO", "planted-password")
    assert host.run(now=NOW + 2) == 0
    assert seen[-1]["sso_password"] == "planted-password" and "credential" not in seen[-1]
    assert "planted-password" not in everything(host)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_a_credential_that_others_can_read_is_refused(host: Host, mode: int) -> None:
    host.credential("acme", host.registry.token, mode)
    assert host.run() == 1
    assert host.expiring("acme/app") == []
    assert f"mode {mode:04o}" in host.err
    assert host.registry.token not in everything(host)


def test_credentials_of_systemd_come_first(host: Host, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    for name in ("acme", "beta"):
        (given / name).write_text(host.registry.token)
        # The mask of the access list with which systemd lets the service's user read.
        (given / name).chmod(0o440)
    host.document["credentials_directory"] = str(tmp_path / "nowhere")
    host.environment["CREDENTIALS_DIRECTORY"] = str(given)
    assert host.run() == 0, host.err
    (given / "acme").chmod(0o444)
    assert host.run(now=NOW + 1) == 1
    assert "others than its owner" in host.err


@pytest.mark.parametrize(("text", "words"), [(None, "cannot be read"), (" \n", "is empty"), ("ok", None)])
def test_reading_a_credential(tmp_path: Path, text: str | None, words: str | None) -> None:
    if text is not None:
        (tmp_path / "acme").write_text(text)
        (tmp_path / "acme").chmod(0o600)
    if words is None:
        assert read_credential("acme", str(tmp_path), {}) == "ok"
        return
    with pytest.raises(FileTrouble, match=words):
        read_credential("acme", str(tmp_path), {})


def test_a_directory_that_systemd_did_not_make(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match="systemd has not made"):
        read_credential("acme", "", {"CREDENTIALS_DIRECTORY": str(tmp_path / "missing")})


def test_nowhere_to_look_for_a_credential() -> None:
    with pytest.raises(FileTrouble, match="CREDENTIALS_DIRECTORY"):
        read_credential("acme", "", {})


# --- the configuration ------------------------------------------------------------------------------

GOOD: Mapping[str, Any] = {
    "quay": {"host": HOST},
    "report_directory": "/x",
    "jobs": [{"organization": "acme", "credential": "acme", "options": {"older_than": 7}}],
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quay": {}}, "quay.host is missing"),
        ({"quay": {"host": HOST, "tocken": "x"}}, "quay.tocken is not known"),
        ({"quay": {"host": HOST, "parallel": "4"}}, "quay.parallel is not of the right type"),
        ({"job": []}, "job is not known"),
        ({"jobs": {}}, "jobs is not of the right type"),
        ({"report_days": True}, "report_days is not of the right type"),
        ({"report_tags": "some"}, "report_tags is none of"),
        ({"dlrn_auth": {"sso_password": "x"}}, "dlrn_auth.sso_password is not known"),
        ({"jobs": ["acme"]}, r"jobs\[0\] is not a JSON object"),
        ({"jobs": [{"organization": "acme"}]}, r"jobs\[0\] has no credential"),
        ({"jobs": [{"organization": "a", "credential": "../x"}]}, "not the name of a file"),
        ({"jobs": [{"organization": "a", "credential": "a", "options": {"x": 1}}]}, "no option 'x'"),
        (
            {"jobs": [{"organization": "a", "credential": "a", "options": {"keep_newest": "x"}}]},
            "keep_newest",
        ),
        (
            {"jobs": [{"organization": "a", "credential": "a", "options": {"report_path": "/x"}}]},
            "no option 'report_path'",
        ),
    ],
)
def test_a_configuration_that_is_wrong(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidDeclaration, match=words):
        settings_of({**GOOD, **change})


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(InvalidDeclaration) as raised:
        settings_of({**GOOD, "quay": {}, "report_tags": "some", "jobs": ["x"]})
    assert raised.value.message.count(";") == 2


def test_wrong_use(host: Host, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    host.document["jobs"] = "all"
    assert host.run() == 2
    assert "jobs is not of the right type" in host.err
    (tmp_path / "text").write_text("not json")
    for path in (tmp_path / "text", tmp_path / "missing"):
        around = Surroundings(io.StringIO(), io.StringIO(), {})
        assert main(["--config", str(path)], around) == 2
    with pytest.raises(SystemExit) as left:
        main([])
    assert left.value.code == 2
    capsys.readouterr()


@pytest.mark.parametrize(
    ("given", "name", "found"),
    [
        ({"older_than": 7}, "older_than", "7"),
        ({"keep_newest": "5"}, "keep_newest", 5),
        ({"max_expire_percent": "2.5"}, "max_expire_percent", 2.5),
        ({"keep_names": "a, b"}, "keep_names", ["a", "b"]),
        ({"keep_names": ["a", 2027]}, "keep_names", ["a", "2027"]),
        ({"allow_empty_keeplist": "yes"}, "allow_empty_keeplist", True),
        ({"allow_empty_keeplist": "False"}, "allow_empty_keeplist", False),
        ({}, "skip", []),
        ({}, "grace", "1d"),
    ],
)
def test_options_are_typed_as_ansible_types_them(given: dict[str, Any], name: str, found: Any) -> None:
    assert completed("here", given)[name] == found


@pytest.mark.parametrize(
    "given",
    [
        {"older_than": True},
        {"older_than": ["7d"]},
        {"keep_newest": 1.5},
        {"keep_newest": True},
        {"keep_names": 5},
        {"allow_empty_keeplist": "maybe"},
        {"max_expire_percent": "ten"},
    ],
)
def test_options_of_another_type_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidDeclaration, match=f"here: {next(iter(given))} is not of type"):
        completed("here", given)


# --- old reports ------------------------------------------------------------------------------------


def test_old_reports_go_by_their_name(tmp_path: Path) -> None:
    for days in (0, 29, 30, 31, 400):
        write_report(str(tmp_path), {}, NOW - days * DAY)
    for name in ("report-99999999T999999Z.json", "notes.json", "report-20010101T000000Z.json.gz"):
        (tmp_path / name).write_text("")
    assert len(remove_old_reports(str(tmp_path), 30, NOW)) == 2
    assert len(list(tmp_path.glob("report-2*Z.json"))) == 3
    assert (tmp_path / "notes.json").exists()
    assert remove_old_reports(str(tmp_path), 0, NOW + 9000 * DAY) == []
