# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Tags against the simulator: what is sent, what is there afterwards, what is refused."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration, TagMissing
from ansible_collections.quayops.quay.plugins.module_utils.operations.operation import Operation
from ansible_collections.quayops.quay.plugins.module_utils.operations.tagging import tags
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry

LAYOUT = "%Y%m%d%H%M.%S"
NO_OPTIONS: dict[str, Any] = {
    "image": None,
    "organization": None,
    "repositories": None,
    "matching": None,
    "skip": [],
    "tag": None,
    "source_tag": None,
    "digest": None,
    "expiration": None,
    "expiration_format": LAYOUT,
    "immutable": None,
    "state": "present",
}
A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64


@pytest.fixture
def acme(registry: Registry) -> Registry:
    """Two repositories; app has v1 (A) and v2 (B), web has v1."""
    registry.one({"name": "acme", "repositories": [{"name": "app"}, {"name": "web"}]})
    for repository, tag, digest in (("app", "v1", A), ("app", "v2", B), ("web", "v1", A)):
        registry.simulator.add_tag("acme", repository, tag, digest)
    registry.requests()
    return registry


def run(registry: Registry, check_mode: bool = False, **options: Any) -> Operation:
    return tags({**NO_OPTIONS, **options}, registry.client(), check_mode)


def rows(registry: Registry, repository: str, tag: str) -> list[dict[str, Any]]:
    """Return what Quay says of a tag's history, newest first."""
    path = f"repository/acme/{repository}/tag/"
    found: list[dict[str, Any]] = registry.client().get(path, {"specificTag": tag})["tags"]
    registry.requests()
    return found


def digest_of(registry: Registry, repository: str, tag: str) -> str | None:
    found = rows(registry, repository, tag)
    return found[0]["manifest_digest"] if found and found[0].get("end_ts") is None else None


class TestOneRepository:
    def test_points_to_the_image_of_another_tag(self, acme: Registry) -> None:
        outcome = run(acme, image="acme/app:v2", tag="latest")
        assert (outcome.error, outcome.changed) == (None, True)
        assert acme.writes() == ["PUT repository/acme/app/tag/latest"]
        assert digest_of(acme, "app", "latest") == B
        assert not run(acme, image="acme/app:v2", tag="latest").changed
        assert acme.writes() == []

    def test_one_request_for_each_tag_and_no_more(self, acme: Registry) -> None:
        run(acme, image="acme/app:v2", tag="v2")
        assert acme.requests() == [
            "GET repository/acme/app/tag/?limit=100&specificTag=v2&onlyActiveTags=true&page=1"
        ]

    def test_moves_a_tag_to_a_digest(self, acme: Registry) -> None:
        assert run(acme, image=f"acme/app@{B}", tag="v1").changed
        assert digest_of(acme, "app", "v1") == B

    def test_the_tag_may_be_the_one_of_the_image(self, acme: Registry) -> None:
        assert run(acme, image="acme/app:v1", state="absent").changed
        assert digest_of(acme, "app", "v1") is None
        assert not run(acme, image="acme/app:v1", state="absent").changed

    def test_a_missing_repository_has_no_tags(self, acme: Registry) -> None:
        assert not run(acme, image="acme/none:v1", state="absent").changed
        outcome = run(acme, image="acme/none:v1", tag="v2")
        assert outcome.error == "Repository 'acme/none' does not exist."

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"image": "acme/app:v9", "tag": "v1"}, "There is no tag 'v9' in acme/app."),
            ({"image": "acme/app:v9", "immutable": True}, "There is no tag 'v9' in acme/app."),
            ({"image": "acme/app:v9", "state": "restored"}, "Tag 'v9' of acme/app has no history"),
            ({"image": f"acme/app@sha256:{'c' * 64}", "tag": "v1"}, "There is no image sha256:ccc"),
            ({"image": f"acme/app@{B}", "tag": "v1", "state": "restored"}, "has not pointed to sha256:bbb"),
        ],
    )
    def test_what_is_not_there(self, acme: Registry, options: dict[str, Any], message: str) -> None:
        outcome = run(acme, **options)
        assert message in (outcome.error or "")
        assert acme.writes() == []

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"image": "acme/app:-x"}, "tag '-x' is not the name of a tag"),
            ({"image": "acme/app@sha256:1", "tag": "x"}, "digest 'sha256:1' is not sha256:"),
            ({"image": f"acme/app@{A}"}, "tag must say which tag"),
            ({"image": "acme/app:v1", "expiration": "soon"}, "nor in ISO 8601. The word never lifts it"),
            ({"image": "acme/app:v1", "expiration": "200001010000.00"}, "is in the past"),
            ({"image": "@", "tag": "x"}, "is not organization/repository:tag"),
            ({"organization": "acme"}, "tag must say which tag is meant"),
            ({"organization": "acme", "tag": "x", "matching": "("}, "is not a regular expression"),
            ({"organization": "nobody", "tag": "x"}, "has no repositories that you can see"),
        ],
    )
    def test_bad_input_is_refused_before_anything_is_written(
        self, acme: Registry, options: dict[str, Any], message: str
    ) -> None:
        with pytest.raises(InvalidDeclaration, match=message.replace("(", r"\(")):
            run(acme, **options)
        assert acme.writes() == []

    def test_in_check_mode_an_earlier_task_may_make_the_tag(self, acme: Registry) -> None:
        outcome = run(acme, check_mode=True, image="acme/app:v9", immutable=True)
        assert (outcome.error, outcome.changed) == (None, False)
        assert "Check mode takes it that an earlier task makes it" in outcome.warnings[0]

    def test_check_mode_sends_nothing_but_reads(self, acme: Registry) -> None:
        outcome = run(acme, check_mode=True, image="acme/app:v2", tag="v1")
        assert outcome.changed
        (entry,) = outcome.diff
        assert (entry["before"], entry["after"]) == ({"manifest_digest": A}, {"manifest_digest": B})
        assert acme.writes() == []

    def test_an_own_namespace_needs_no_name(self, acme: Registry) -> None:
        acme.client().send(
            "POST", "repository", {"repository": "mine", "visibility": "private", "description": ""}
        )
        acme.simulator.add_tag("admin", "mine", "latest", A)
        assert run(acme, image="mine", tag="v1").changed


class TestExpirationAndLock:
    def test_an_expiration_is_compared_as_quay_keeps_it(self, acme: Registry) -> None:
        far = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 200 * 7 * 86400))
        assert run(acme, image="acme/app:v1", expiration=far).changed
        assert not run(acme, image="acme/app:v1", expiration=far).changed
        assert rows(acme, "app", "v1")[0]["end_ts"] < time.time() + 105 * 7 * 86400

    @pytest.mark.parametrize("word", ["never", "Never", ""])
    def test_never_lifts_it_and_so_does_an_empty_expiration(self, acme: Registry, word: str) -> None:
        run(acme, image="acme/app:v1", expiration="2099-01-01")
        assert run(acme, image="acme/app:v1", expiration=word).changed
        assert rows(acme, "app", "v1")[0].get("end_ts") is None
        assert not run(acme, image="acme/app:v1", expiration=word).changed

    def test_a_tag_that_moves_keeps_what_is_declared(self, acme: Registry) -> None:
        # Quay forgets both when a tag moves.
        wanted = {"tag": "v1", "expiration": "2099-01-01", "immutable": False}
        run(acme, image="acme/app:v1", **wanted)
        acme.requests()
        outcome = run(acme, image="acme/app:v2", **wanted)
        assert outcome.error is None
        assert rows(acme, "app", "v1")[0]["end_ts"] > time.time() + 86400
        assert digest_of(acme, "app", "v1") is None  # it expires
        assert not run(acme, image="acme/app:v2", **wanted).changed

    def test_an_immutable_tag_is_unlocked_before_it_moves(self, make_registry: Any) -> None:
        registry = make_registry(features={"IMMUTABLE_TAGS": True})
        registry.one({"name": "acme", "repositories": [{"name": "app"}]})
        registry.simulator.add_tag("acme", "app", "v1", A)
        registry.simulator.add_tag("acme", "app", "v2", B)
        assert run(registry, image="acme/app:v1", immutable=True).changed
        assert not run(registry, image="acme/app:v1", immutable=True).changed
        refused = run(registry, image="acme/app:v2", tag="v1")
        assert "immutable" in (refused.error or "")
        assert run(registry, image="acme/app:v2", tag="v1", immutable=False).error is None
        assert digest_of(registry, "app", "v1") == B


class TestRestored:
    def test_a_deleted_tag_comes_back_with_its_last_image(self, acme: Registry) -> None:
        run(acme, image="acme/app:v2", tag="v1")
        run(acme, image="acme/app:v1", state="absent")
        acme.requests()
        assert run(acme, image="acme/app:v1", state="restored").changed
        assert acme.writes() == ["POST repository/acme/app/tag/v1/restore"]
        assert digest_of(acme, "app", "v1") == B
        assert not run(acme, image="acme/app:v1", state="restored").changed

    def test_or_with_one_of_its_history(self, acme: Registry) -> None:
        run(acme, image="acme/app:v2", tag="v1")
        assert run(acme, image=f"acme/app@{A}", tag="v1", state="restored").changed
        assert digest_of(acme, "app", "v1") == A

    def test_a_tag_that_expires_stays(self, acme: Registry) -> None:
        run(acme, image="acme/app:v1", expiration="2099-01-01")
        assert run(acme, image="acme/app:v1", state="restored").changed
        assert rows(acme, "app", "v1")[0].get("end_ts") is None


class TestManyRepositories:
    def test_all_that_have_the_tag(self, acme: Registry) -> None:
        outcome = run(acme, organization="acme", tag="v2", state="restored")
        assert outcome.error is None
        assert (outcome.changed, outcome.values["without_tag"]) == (False, ["web"])

    def test_only_what_is_chosen(self, acme: Registry) -> None:
        run(acme, organization="acme", tag="v1", state="absent", skip=["web"])
        assert (digest_of(acme, "app", "v1"), digest_of(acme, "web", "v1")) == (None, A)
        run(acme, organization="acme", matching="we.", tag="v1", state="absent")
        assert digest_of(acme, "web", "v1") is None

    def test_a_tag_points_to_another_everywhere(self, acme: Registry) -> None:
        outcome = run(acme, organization="acme", repositories=["app", "web"], tag="stable", source_tag="v1")
        assert [one["name"] for one in outcome.values["repositories"]] == ["acme/app", "acme/web"]
        assert digest_of(acme, "web", "stable") == A

    def test_a_list_of_repositories_needs_no_listing(self, acme: Registry) -> None:
        run(acme, organization="acme", repositories=["acme/app"], tag="v1", immutable=False)
        assert len(acme.requests()) == 1

    def test_a_repository_that_does_not_exist_fails_alone(self, acme: Registry) -> None:
        outcome = run(acme, organization="acme", repositories=["app", "none"], tag="new", source_tag="v1")
        assert outcome.values["failed_repositories"] == ["none"]
        assert "acme/none: Repository 'acme/none' does not exist." in (outcome.error or "")
        assert digest_of(acme, "app", "new") == A

    def test_a_tag_that_nobody_has_is_a_typing_error(self, acme: Registry) -> None:
        with pytest.raises(TagMissing, match="None of the 2 repositories of 'acme' has the tag"):
            run(acme, organization="acme", tag="v9", state="restored")


class TestFaults:
    @pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
    def test_an_open_write_is_read_before_it_is_sent_again(self, acme: Registry, kind: str) -> None:
        acme.simulator.faults.add(Fault(kind, method="PUT", times=1))
        assert run(acme, image="acme/app:v2", tag="latest").error is None
        sent = acme.writes()
        assert digest_of(acme, "app", "latest") == B
        assert len(sent) == (2 if kind == "reset_before" else 1)
        assert len(rows(acme, "app", "latest")) == 1
