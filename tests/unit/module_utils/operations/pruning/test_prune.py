# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Retention against the simulator: what is sent, what is left, what stops a run before it writes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    FileTrouble,
    InvalidDeclaration,
    KeepListFailed,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import Connection
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.operations.operation import Operation
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning.keep_lists import KeepList
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning.options import prune_options
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning.prune import (
    prune,
    read_keep_lists,
)
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning.retention import REASONS
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.servers import LocalServer, Reply, bare_environment

DAY = 86400
NO_OPTIONS = {name: option.get("default") for name, option in prune_options().items()}
DEFAULTS: dict[str, Any] = {
    **NO_OPTIONS,
    "organizations": ["acme"],
    "older_than": "7d",
    "keep_names": ["latest"],
}
A, B, C = (f"sha256:{letter * 64}" for letter in "abc")


@pytest.fixture
def acme(registry: Registry) -> Registry:
    """Two private repositories; app has tags of 1, 8, 30 and 800 days, and an old latest."""
    registry.one({"name": "acme", "repositories": [{"name": "app"}, {"name": "web"}]})
    for name, days in (("new", 1), ("old", 8), ("older", 30), ("ancient", 800), ("latest", 90)):
        add(registry, "app", name, days)
    add(registry, "web", "v1", 30)
    registry.requests()
    return registry


def add(registry: Registry, repository: str, name: str, days: float, digest: str | None = None) -> str:
    start = time.time() - days * DAY
    return registry.simulator.add_tag("acme", repository, name, digest, start_ts=start)


def run(registry: Registry, check_mode: bool = False, **options: Any) -> Operation:
    return prune({**DEFAULTS, **options}, registry.client(), check_mode)


def ends(registry: Registry, repository: str = "app", organization: str = "acme") -> dict[str, float]:
    """Return how many days from now the tags end that expire."""
    path = f"repository/{organization}/{repository}/tag/"
    rows = registry.client().listing(path, "tags", {"onlyActiveTags": "true", "limit": "100"})
    registry.requests()
    return {row["name"]: round((row["end_ts"] - time.time()) / DAY, 2) for row in rows if "end_ts" in row}


def verdicts(outcome: Operation, repository: str = "app") -> dict[str, tuple[str, str]]:
    return {
        one["name"]: (one["action"], one["reason"])
        for one in outcome.values["tags"]
        if one["repository"] == repository
    }


def test_tags_of_one_second_are_told_apart_by_quays_order_on_all_pages(registry: Registry) -> None:
    """Quay shows seconds and sorts by milliseconds; the names say the opposite of what is the newest."""
    registry.one({"name": "acme", "repositories": [{"name": "app"}]})
    second = int(time.time()) - DAY
    digest = None
    for number in range(150):
        start = second + number / 1000
        digest = registry.simulator.add_tag("acme", "app", f"v{number:03}", digest, start_ts=start)
    outcome = run(registry, older_than=None, keep_newest=120, keep_names=[], allow_empty_keeplist=True)
    gone = {name for name, (action, _reason) in verdicts(outcome).items() if action == "expire"}
    assert gone == {f"v{number:03}" for number in range(30)}


# --- what is done -------------------------------------------------------------------------------


def test_old_tags_expire_after_the_grace(acme: Registry) -> None:
    outcome = run(acme)
    assert (outcome.error, outcome.changed) == (None, True)
    assert sorted(acme.writes()) == [
        *["PUT repository/acme/app/tag/ancient"] * 2,
        "PUT repository/acme/app/tag/old",
        "PUT repository/acme/app/tag/older",
        "PUT repository/acme/web/tag/v1",
    ]
    assert ends(acme) == {"old": 1, "older": 1, "ancient": 1}
    assert outcome.values["expired"] == 4
    assert outcome.values["counts"] == {
        "expire": {"too_old": 4},
        "keep": {"kept_by_name": 1, "too_young": 1},
    }
    assert verdicts(outcome)["latest"] == ("keep", "kept_by_name")


def test_other_tags_of_an_image_stay_when_one_expires(acme: Registry) -> None:
    """What expires is a tag, never its image: that goes when no tag is left."""
    digest = add(acme, "app", "old-name", 30)
    add(acme, "app", "new-name", 1, digest)
    outcome = run(acme, repositories=["app"], keep_names=["latest", "older", "old", "ancient"])
    assert verdicts(outcome)["old-name"] == ("expire", "too_old")
    assert verdicts(outcome)["new-name"] == ("keep", "too_young")
    assert acme.writes() == ["PUT repository/acme/app/tag/old-name"]
    assert ends(acme) == {"old-name": 1}
    assert {row["name"] for row in rows(acme, "app") if row["manifest_digest"] == digest} == {
        "old-name",
        "new-name",
    }


def test_the_newest_are_counted_by_tag_where_several_share_an_image(acme: Registry) -> None:
    digest = add(acme, "web", "v4", 1)
    for name, days in (("v3", 2), ("v2", 3)):
        add(acme, "web", name, days, digest)
    outcome = run(acme, repositories=["web"], older_than=None, keep_newest=2)
    found = {name: action for name, (action, _reason) in verdicts(outcome, "web").items()}
    assert found == {"v4": "keep", "v3": "keep", "v2": "expire", "v1": "expire"}


def test_a_second_run_changes_nothing(acme: Registry) -> None:
    run(acme)
    acme.requests()
    outcome = run(acme)
    assert (outcome.error, outcome.changed, outcome.values["expired"]) == (None, False, 0)
    assert outcome.values["counts"]["leave"] == {"already_expiring": 4}
    assert acme.writes() == []


def test_check_mode_tells_the_same_and_sends_nothing_but_reads(acme: Registry) -> None:
    foreseen = run(acme, check_mode=True)
    assert acme.writes() == []
    done = run(acme)
    for name in ("counts", "expired", "repositories"):
        assert foreseen.values[name] == done.values[name]
    assert [one["before_header"] for one in foreseen.diff] == [one["before_header"] for one in done.diff]
    assert foreseen.diff[1]["before"] == {"v1": "never"}
    (when,) = foreseen.diff[1]["after"].values()
    assert when.startswith("20") and when.endswith("Z")


def test_a_tag_that_is_older_than_quay_lets_tags_be_gets_its_grace_all_the_same(acme: Registry) -> None:
    digest = {row["name"]: row["manifest_digest"] for row in rows(acme, "app")}["ancient"]
    run(acme, grace="2d")
    history = acme.client().get("repository/acme/app/tag/", {"specificTag": "ancient"})["tags"]
    assert [row["manifest_digest"] for row in history] == [digest, digest]
    assert ends(acme)["ancient"] == 2


def rows(registry: Registry, repository: str) -> list[dict[str, Any]]:
    path = f"repository/acme/{repository}/tag/"
    found: list[dict[str, Any]] = registry.client().get(path, {"onlyActiveTags": "true"})["tags"]
    registry.requests()
    return found


def test_all_options_of_a_policy_arrive(acme: Registry, tmp_path: Path) -> None:
    keep = tmp_path / "keep"
    keep.write_text("/o-kept-.*/\n", encoding="utf-8")
    names = {"b-1": 11, "b-2": 12, "b-3": 13, "c-1": 20, "x": 30, "o-kept-1": 40, "pinned": 50, "alias": 60}
    digests = {"pinned": A, "alias": B}
    for name, days in names.items():
        add(acme, "web", name, days, digests.get(name))
    add(acme, "web", "stable", 70, B)
    outcome = run(
        acme,
        repositories=["web"],
        keep_newest=1,
        group_by="^[a-z]-",
        include="[a-z]-.*|pinned|alias",
        keep_names=["stable"],
        keep_digests=[A],
        keep_files=[str(keep)],
        grace="12h",
    )
    assert verdicts(outcome, "web") == {
        "alias": ("keep", "same_image_as_kept"),
        "b-1": ("keep", "among_newest"),
        "b-2": ("expire", "too_old_and_beyond_newest"),
        "b-3": ("expire", "too_old_and_beyond_newest"),
        "c-1": ("keep", "among_newest"),
        "o-kept-1": ("keep", "kept_by_pattern"),
        "pinned": ("keep", "kept_by_digest"),
        "stable": ("keep", "kept_by_name"),
        "v1": ("keep", "not_included"),
        "x": ("keep", "not_included"),
    }
    assert ends(acme, "web") == {"b-2": 0.5, "b-3": 0.5}


def test_signatures_are_written_after_their_images(acme: Registry) -> None:
    digest = add(acme, "web", "signed", 30)
    signature = f"sha256-{digest[len('sha256:') :]}.sig"
    add(acme, "web", signature, 30)
    run(acme, repositories=["web"])
    assert acme.writes()[-1] == f"PUT repository/acme/web/tag/{signature}"


def test_an_image_that_stays_keeps_its_signature(acme: Registry) -> None:
    digest = add(acme, "web", "signed", 30)
    signature = f"sha256-{digest[len('sha256:') :]}.sig"
    own = add(acme, "web", signature, 30)
    second = f"sha256-{own[len('sha256:') :]}.att"
    add(acme, "web", second, 30)
    acme.simulator.faults.add(Fault("500", method="PUT", path="/tag/signed"))
    outcome = run(acme, repositories=["web"])
    assert verdicts(outcome, "web") == {
        "signed": ("leave", "write_failed"),
        signature: ("keep", "follows_subject"),
        second: ("keep", "follows_subject"),
        "v1": ("expire", "too_old"),
    }
    assert "acme/web: tag signed: PUT" in (outcome.error or "")
    assert set(ends(acme, "web")) == {"v1"}


# --- which repositories -------------------------------------------------------------------------


def test_private_repositories_of_all_pages_and_all_their_tags(registry: Registry) -> None:
    names = [f"r{number:03}" for number in range(130)]
    registry.one({"name": "acme", "repositories": [{"name": name} for name in names]})
    for number in range(230):
        add(registry, "r129", f"t{number:03}", 30)
    registry.requests()
    outcome = run(registry)
    assert outcome.values["expired"] == 230
    sent = registry.requests()
    assert len([one for one in sent if one.startswith("PUT")]) == 230
    # The listing has 2 pages, one repository 3, the other 129 one each; and is it a proxy cache?
    assert len([one for one in sent if one.startswith("GET")]) == 2 + 3 + 129 + 1
    assert "GET repository/acme/r129/tag/?limit=100&onlyActiveTags=true&page=3" in sent


def test_several_organizations_and_only_what_is_chosen(acme: Registry) -> None:
    acme.one({"name": "beta", "repositories": [{"name": "app"}, {"name": "other"}]})
    acme.simulator.add_tag("beta", "app", "v1", start_ts=time.time() - 30 * DAY)
    acme.simulator.add_tag("beta", "other", "v1", start_ts=time.time() - 30 * DAY)
    acme.requests()
    outcome = run(acme, organizations=["beta", "acme", "beta"], matching="a.*", skip=["beta/app"])
    assert [one["name"] for one in outcome.values["repositories"]] == ["acme/app"]
    outcome = run(acme, organizations=["beta", "acme"], repositories=["app"])
    assert [one["name"] for one in outcome.values["repositories"]] == ["beta/app", "acme/app"]
    assert (ends(acme, "other", "beta"), set(ends(acme, "app", "beta"))) == ({}, {"v1"})


def test_your_own_namespace(acme: Registry) -> None:
    body = {"repository": "mine", "visibility": "private", "description": ""}
    acme.client().send("POST", "repository", body)
    acme.simulator.add_tag("admin", "mine", "v1", start_ts=time.time() - 30 * DAY)
    assert run(acme, organizations=["admin"]).values["expired"] == 1


def test_mirrored_and_read_only_repositories_are_left_without_reading_their_tags(acme: Registry) -> None:
    for state, name in (("MIRROR", "app"), ("READ_ONLY", "web")):
        acme.client().send("PUT", f"repository/acme/{name}/changestate", {"state": state})
    acme.requests()
    outcome = run(acme)
    assert (outcome.error, outcome.changed) == (None, False)
    assert [(one["name"], one["left"]) for one in outcome.values["repositories"]] == [
        ("acme/app", "mirror"),
        ("acme/web", "read_only"),
    ]
    assert len(acme.requests()) == 2


def test_a_proxy_cache_is_left(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"PROXY_CACHE": True}, ssrf_allowed_hosts=["upstream.example.com"])
    registry.one({"name": "acme", "repositories": [{"name": "app"}]})
    add(registry, "app", "v1", 30)
    body = {"upstream_registry": "upstream.example.com"}
    registry.client().send("POST", "organization/acme/proxycache", body)
    registry.requests()
    outcome = run(registry)
    assert outcome.values["repositories"][0]["left"] == "proxy_cache"
    assert registry.writes() == []


def test_proxy_caches_switched_off_are_no_reason_to_stop(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"PROXY_CACHE": False})
    registry.one({"name": "acme", "repositories": [{"name": "app"}]})
    add(registry, "app", "v1", 30)
    assert run(registry).values["expired"] == 1


@pytest.mark.parametrize("off", [False, True])
def test_a_token_that_may_only_write_to_repositories_is_enough(
    make_registry: Callable[..., Registry], off: bool
) -> None:
    registry = make_registry(features={"PROXY_CACHE": not off})
    registry.one({"name": "acme", "repositories": [{"name": "app"}]})
    add(registry, "app", "v1", 30)
    token = Token(registry.simulator.token("admin", "repo:write"))
    outcome = prune(DEFAULTS, registry.client(token), False)
    assert (outcome.error, outcome.values["expired"]) == (None, 1)


@pytest.mark.parametrize("off", [False, True])
def test_a_token_that_is_not_valid_sees_public_repositories_and_fails(
    make_registry: Callable[..., Registry], off: bool
) -> None:
    registry = make_registry(features={"PROXY_CACHE": not off})
    registry.one({"name": "acme", "repositories": [{"name": "app", "visibility": "public"}]})
    outcome = prune(DEFAULTS, registry.client(Token("not-a-token")), False)
    assert "The token is invalid, expired or revoked" in (outcome.error or "")
    assert outcome.values["failed_organizations"] == ["acme"]


def test_an_organization_that_is_not_there(acme: Registry) -> None:
    outcome = run(acme, organizations=["acne", "acme"])
    assert "acne: Organization 'acne' does not exist" in (outcome.error or "")
    assert outcome.values["failed_organizations"] == ["acne"]
    assert outcome.values["expired"] == 4
    acme.one({"name": "empty"})
    assert run(acme, organizations=["empty"]).error is None


def test_a_repository_that_is_not_there_stops_everything(acme: Registry) -> None:
    with pytest.raises(InvalidDeclaration, match="acme: there is no repository 'none'"):
        run(acme, repositories=["app", "none"])
    assert acme.writes() == []


# --- what stops a run before it writes ----------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"max_expire": 3}, "4 tags would expire, more than max_expire (3): 3 of 5 (60.0 %) in acme/app"),
        ({"max_expire_percent": 70}, "1 of 1 (100.0 %) in acme/web"),
        ({"max_expire_percent": 60, "skip": ["app"]}, "1 of 1 (100.0 %) in acme/web"),
    ],
)
def test_limits(acme: Registry, limits: dict[str, Any], message: str) -> None:
    outcome = run(acme, **limits)
    assert message in (outcome.error or "")
    assert (outcome.changed, outcome.values["expired"], outcome.diff) == (False, 0, [])
    # What would have been is told all the same.
    assert outcome.values["counts"]["expire"]
    assert acme.writes() == []
    assert run(acme, check_mode=True, **limits).error == outcome.error


def test_limits_are_about_all_organizations_together(acme: Registry) -> None:
    acme.one({"name": "beta", "repositories": [{"name": "app"}]})
    acme.simulator.add_tag("beta", "app", "v1", start_ts=time.time() - 30 * DAY)
    acme.requests()
    outcome = run(acme, organizations=["acme", "beta"], max_expire=4)
    assert "5 tags would expire" in (outcome.error or "")
    assert acme.writes() == []
    assert run(acme, organizations=["acme", "beta"], max_expire=5).values["expired"] == 5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"older_than": None}, "give older_than, keep_newest, or both"),
        ({"older_than": "7x"}, "older_than '7x' is not an age"),
        ({"grace": "0"}, "grace is 0"),
        ({"grace": "soon"}, "grace 'soon' is not an age"),
        ({"include": "("}, r"include '\(' is not a regular expression"),
        ({"keep_patterns": ["("]}, r"keep_patterns '\(' is not a regular expression"),
        ({"keep_digests": ["abc"]}, "keep_digests: 'abc' is not sha256"),
        ({"keep_names": ["a b"]}, "keep_names: 'a b' cannot be"),
        ({"matching": "("}, r"matching '\(' is not a regular expression"),
        ({"max_expire": -1}, "max_expire is -1"),
        ({"max_expire_percent": 101.0}, "max_expire_percent is 101"),
        ({"keep_names": []}, "The keep-list is empty"),
        ({"dlrn_endpoints": ["a"]}, "dlrn_endpoints needs dlrn_host"),
    ],
)
def test_bad_input_is_refused_before_anything_is_asked(
    acme: Registry, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidDeclaration, match=message):
        run(acme, **options)
    assert acme.requests() == []


def test_an_empty_keep_list_can_be_meant(acme: Registry) -> None:
    assert run(acme, keep_names=None, allow_empty_keeplist=True).values["expired"] == 5


def test_a_keep_file_that_is_not_there(acme: Registry, tmp_path: Path) -> None:
    with pytest.raises(KeepListFailed, match="none cannot be read"):
        run(acme, keep_files=[str(tmp_path / "none")])
    assert acme.requests() == []


def test_what_dlrn_has_promoted_stays(acme: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    bare_environment(monkeypatch)
    promotion = {"promote_name": "current", "repo_hash": "older", "aggregate_hash": "ancient"}
    with LocalServer([Reply(200, [promotion])]) as server:
        options = {"dlrn_host": server.url, "dlrn_endpoints": ["centos9"], "promotions": ["current"]}
        assert run(acme, check_mode=True, keep_names=None, **options).values["expired"] == 3
    add(acme, "app", "current", 30)
    outcome = run(acme, keep_names=None, promotions=["current"])
    assert verdicts(outcome)["current"] == ("keep", "kept_by_name")


def test_a_dlrn_that_fails_stops_everything(acme: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    bare_environment(monkeypatch)
    with LocalServer([Reply(500, {"message": "broken"})]) as server, pytest.raises(KeepListFailed) as caught:
        run(acme, dlrn_host=server.url, dlrn_endpoints=["centos9"], promotions=["current"])
    assert "'current' at endpoint 'centos9'" in str(caught.value)
    assert acme.requests() == []


def test_keep_lists_can_be_read_before(acme: Registry) -> None:
    kept = read_keep_lists({**DEFAULTS, "keep_names": ["old"]}, Connection("https://registry.example.com"))
    assert kept == KeepList(frozenset({"old"}))
    outcome = prune({**DEFAULTS, "keep_files": ["/nonexistent"]}, acme.client(), False, kept)
    assert verdicts(outcome)["old"] == ("keep", "kept_by_name")


# --- faults -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["429", "503", "reset_before", "reset_after", "502", "504"])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_what_may_pass_is_tried_again(acme: Registry, kind: str, method: str) -> None:
    acme.simulator.faults.add(Fault(kind, method=method, path="/tag/", times=3))
    outcome = run(acme)
    acme.simulator.faults.clear()
    assert (outcome.error, outcome.values["expired"]) == (None, 4)
    assert ends(acme) == {"old": 1, "older": 1, "ancient": 1}
    assert set(ends(acme, "web")) == {"v1"}


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "500"])
def test_no_tag_is_renewed_twice_or_written_without_need(acme: Registry, kind: str) -> None:
    acme.simulator.faults.add(Fault(kind, method="PUT", path="ancient", times=1))
    run(acme)
    sent = [one for one in acme.writes() if one.endswith("/ancient")]
    assert len(sent) == (2 if kind == "reset_after" else 3)
    history = acme.client().get("repository/acme/app/tag/", {"specificTag": "ancient"})["tags"]
    assert len(history) == 2
    assert ends(acme)["ancient"] == 1


def test_a_repository_that_cannot_be_listed_is_left_and_the_others_are_done(acme: Registry) -> None:
    acme.simulator.faults.add(Fault("500", method="GET", path="repository/acme/app/tag"))
    outcome = run(acme)
    assert "1 of 2 repositories or organizations failed:\nacme/app: GET" in (outcome.error or "")
    assert outcome.values["failed_repositories"] == ["acme/app"]
    assert acme.writes() == ["PUT repository/acme/web/tag/v1"]


def test_a_listing_that_is_not_complete_is_a_failure(acme: Registry) -> None:
    acme.simulator.faults.add(Fault("500", method="GET", path="page=2"))
    for number in range(120):
        add(acme, "web", f"t{number}", 30)
    outcome = run(acme)
    assert outcome.values["failed_repositories"] == ["acme/web"]
    assert ends(acme, "web") == {} or "v1" not in ends(acme, "web")


def test_a_tag_that_cannot_be_written_does_not_stop_the_others(acme: Registry) -> None:
    acme.simulator.faults.add(Fault("500", method="PUT", path="/tag/old$"))
    outcome = run(acme)
    assert verdicts(outcome)["old"] == ("leave", "write_failed")
    assert "acme/app: tag old: PUT" in (outcome.error or "")
    assert (outcome.changed, outcome.values["expired"]) == (True, 3)
    assert outcome.values["failed_repositories"] == ["acme/app"]
    acme.simulator.faults.clear()
    assert set(ends(acme)) == {"older", "ancient"}


def test_a_right_that_is_missing_is_told_once(acme: Registry) -> None:
    token = Token(acme.simulator.token("admin", "repo:read"))
    outcome = prune(DEFAULTS, acme.client(token), False)
    assert outcome.values["expired"] == 0
    assert {one["reason"] for one in outcome.values["tags"] if one["action"] == "leave"} == {"write_failed"}
    assert (outcome.error or "").count("repo:write") == 2  # once for each repository


# --- what changes between reading and writing ---------------------------------------------------


def meanwhile(registry: Registry, happen: Callable[[], None], **options: Any) -> Operation:
    """Run, and let something happen when all is read and nothing written."""
    client = registry.client(parallel=1)
    listing, waiting = client.numbered_listing, {"acme/app", "acme/web"}

    def noticed(path: str, *arguments: Any) -> list[Any]:
        found = listing(path, *arguments)
        waiting.discard("/".join(path.split("/")[1:3]))
        if not waiting:
            waiting.add("done")
            happen()
        return found

    client.numbered_listing = noticed  # type: ignore[method-assign]
    return prune({**DEFAULTS, **options}, client, False)


def test_a_tag_that_was_deleted_meanwhile(acme: Registry) -> None:
    outcome = meanwhile(acme, lambda: acme.client().send("DELETE", "repository/acme/app/tag/old"))
    assert (outcome.error, verdicts(outcome)["old"]) == (None, ("leave", "vanished"))


def test_a_repository_that_was_deleted_meanwhile(acme: Registry) -> None:
    outcome = meanwhile(acme, lambda: acme.client().send("DELETE", "repository/acme/app"))
    assert outcome.error is None
    assert outcome.values["counts"]["leave"] == {"vanished": 3}


def test_a_repository_that_became_read_only_meanwhile(acme: Registry) -> None:
    def happen() -> None:
        acme.client().send("PUT", "repository/acme/app/changestate", {"state": "READ_ONLY"})

    outcome = meanwhile(acme, happen)
    assert outcome.error is None
    assert outcome.values["counts"]["leave"] == {"read_only": 3}


def test_an_old_tag_that_was_pushed_meanwhile_is_not_moved_back(acme: Registry) -> None:
    outcome = meanwhile(acme, lambda: add(acme, "app", "ancient", 0, C) and None)
    assert verdicts(outcome)["ancient"] == ("leave", "changed_meanwhile")
    assert {row["name"]: row["manifest_digest"] for row in rows(acme, "app")}["ancient"] == C


def test_an_old_tag_that_got_an_expiration_meanwhile_keeps_it(acme: Registry) -> None:
    def happen() -> None:
        end = {"expiration": int(time.time()) + 5}
        acme.client().send("PUT", "repository/acme/web/tag/v1", end)
        # Quay ends ancient at 104 weeks from its start, which is over.
        acme.client().send("PUT", "repository/acme/app/tag/ancient", end)

    outcome = meanwhile(acme, happen)
    assert verdicts(outcome)["ancient"] == ("leave", "vanished")
    assert (outcome.error, ends(acme, "web")) == (None, {"v1": 1})


def test_a_tag_that_is_pushed_while_its_change_is_open_is_left(acme: Registry) -> None:
    acme.simulator.faults.add(Fault("reset_before", method="PUT", path="/tag/old$", times=1))
    connection = Connection("http://localhost:8080", Token(acme.token))
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        acme.simulator.add_tag("acme", "app", "old", C)

    outcome = prune(DEFAULTS, Client(connection, acme.simulator.adapter, wait), False)
    assert len(waits) == 1
    assert (outcome.error, verdicts(outcome)["old"]) == (None, ("leave", "changed_meanwhile"))
    assert "old" not in ends(acme)


def test_a_repository_that_was_deleted_while_it_was_listed(acme: Registry) -> None:
    client = acme.client()
    listing = client.listing

    def noticed(*arguments: Any) -> list[Any]:
        found = listing(*arguments)
        acme.client().send("DELETE", "repository/acme/app")
        return found

    client.listing = noticed  # type: ignore[method-assign]
    outcome = prune(DEFAULTS, client, False)
    assert outcome.error is None
    assert [one.get("left") for one in outcome.values["repositories"]] == ["vanished", None]


def test_an_immutable_tag_is_noted(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"IMMUTABLE_TAGS": True})
    registry.one({"name": "acme", "repositories": [{"name": "app"}, {"name": "web"}]})
    for name in ("locked", "locked-later"):
        add(registry, "app", name, 30)
    lock = {"immutable": True}
    registry.client().send("PUT", "repository/acme/app/tag/locked", lock)
    outcome = meanwhile(
        registry, lambda: registry.client().send("PUT", "repository/acme/app/tag/locked-later", lock)
    )
    assert outcome.error is None
    assert verdicts(outcome) == {
        "locked": ("leave", "immutable"),
        "locked-later": ("leave", "immutable"),
    }


class Clock:
    """Tells the time, so many seconds ahead after the first look at a repository."""

    def __init__(self, ahead: float) -> None:
        self.ahead = ahead
        self.looks = 0

    def __call__(self) -> float:
        self.looks += 1
        # The first look is when the run begins, the next two are when the repositories are read.
        return time.time() + (self.ahead if self.looks > 3 else 0)


def test_what_was_read_long_ago_is_read_again_before_it_is_written(acme: Registry) -> None:
    def happen() -> None:
        acme.simulator.add_tag("acme", "app", "old", C)  # pushed anew
        add(acme, "app", "appeared", 50)

    acme.requests()
    client = acme.client(parallel=1)
    client_listing, seen = client.numbered_listing, []

    def noticed(path: str, *arguments: Any) -> list[Any]:
        seen.append(path)
        if len(seen) == 3:
            happen()
        return client_listing(path, *arguments)

    client.numbered_listing = noticed  # type: ignore[method-assign]
    outcome = prune(DEFAULTS, client, False, clock=Clock(301))
    found = verdicts(outcome)
    assert found["old"] == ("keep", "too_young")
    assert found["appeared"] == ("leave", "changed_meanwhile")  # the limits were not asked about it
    assert found["older"] == ("expire", "too_old")
    assert outcome.error is None
    assert set(ends(acme)) == {"older", "ancient"}


def test_a_grace_that_is_over_before_it_is_written_is_not_in_the_past(acme: Registry) -> None:
    outcome = prune({**DEFAULTS, "grace": "10s"}, acme.client(), False, clock=Clock(299))
    assert outcome.error is None
    tags = acme.client().get("repository/acme/app/tag/", {"specificTag": "old"})["tags"]
    assert abs(tags[0]["end_ts"] - (time.time() + 299 + 60)) < 10


def test_what_was_read_a_moment_ago_is_not_read_again(acme: Registry) -> None:
    prune(DEFAULTS, acme.client(), False, clock=Clock(299))
    listings = [one for one in acme.requests() if one.startswith("GET") and "specificTag" not in one]
    assert len([one for one in listings if "/tag/" in one]) == 2


# --- the result ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("asked", "names"), [("expired", {"old", "older", "ancient"}), ("none", None)])
def test_which_tags_are_returned(acme: Registry, asked: str, names: set[str] | None) -> None:
    outcome = run(acme, check_mode=True, return_tags=asked)
    assert ("tags" in outcome.values) is (names is not None)
    if names is not None:
        assert set(verdicts(outcome)) == names


def test_a_tag_is_returned_with_all_that_led_to_its_decision(acme: Registry) -> None:
    outcome = run(acme, repositories=["web"])
    (one,) = outcome.values["tags"]
    assert set(one) == {
        *("organization", "repository", "name", "digest", "started", "action", "reason", "expiration")
    }
    assert (one["organization"], one["repository"], one["name"]) == ("acme", "web", "v1")


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_report(acme: Registry, tmp_path: Path, check_mode: bool) -> None:
    path = tmp_path / "report.json"
    path.write_text("an old one", encoding="utf-8")
    outcome = run(acme, check_mode=check_mode, report_path=str(path), return_tags="none")
    assert outcome.values["report"] == str(path)
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [path]
    text = path.read_text(encoding="utf-8")
    assert acme.token not in text
    report = json.loads(text)
    assert (report["check_mode"], report["expired"], report["error"]) == (check_mode, 4, None)
    assert report["policy"]["older_than"] == 7 * DAY
    assert report["policy"]["keep_names"] == ["latest"]
    assert len(report["tags"]) == 6
    assert {one["reason"] for one in report["tags"]} <= set(REASONS)


def test_a_run_that_is_refused_leaves_a_report(acme: Registry, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    outcome = run(acme, report_path=str(path), max_expire=1)
    report = json.loads(path.read_text(encoding="utf-8"))
    assert report["error"] == outcome.error
    assert report["expired"] == 0


@pytest.mark.parametrize("name", ["none/report.json", ""])
def test_a_report_that_cannot_be_written_stops_the_run_before(
    acme: Registry, tmp_path: Path, name: str
) -> None:
    with pytest.raises(FileTrouble, match="cannot be written"):
        run(acme, report_path=str(tmp_path / name))
    assert acme.requests() == []


def test_the_documentation_explains_every_reason() -> None:
    module = Path(__file__).resolve().parents[5] / "plugins" / "modules" / "quay_tag_prune.py"
    text = module.read_text(encoding="utf-8")
    assert [code for code in REASONS if f"C({code})" not in text] == []


# --- the cost -----------------------------------------------------------------------------------


def test_the_number_of_requests(registry: Registry) -> None:
    repositories, tags, old = 20, 500, 3
    names = [f"r{number:02}" for number in range(repositories)]
    registry.one({"name": "acme", "repositories": [{"name": name} for name in names]})
    for name in names:
        for number in range(tags):
            add(registry, name, f"t{number:03}", 30 if number < old else 1)
    registry.requests()
    assert run(registry, return_tags="none").values["expired"] == repositories * old
    sent = registry.requests()
    assert len([one for one in sent if one.startswith("PUT")]) == repositories * old
    # 5 pages of tags each, the listing, and whether it is a proxy cache.
    assert len([one for one in sent if one.startswith("GET")]) == repositories * 5 + 2


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_the_time_zone_of_the_host_does_not_matter(
    acme: Registry, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        add(acme, "web", "almost", 7 - 0.01)
        outcome = run(acme)
        assert outcome.values["expired"] == 4
        assert verdicts(outcome, "web")["almost"] == ("keep", "too_young")
        assert ends(acme, "web") == {"v1": 1}
    finally:
        monkeypatch.undo()
        time.tzset()
