# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Labels of images: which are meant, what is sent, what stays."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, change_views, diffs
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    Forbidden,
    InvalidDeclaration,
    InvalidRequest,
    NotFound,
    ReadOnly,
    TagMissing,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Password
from ansible_collections.quayops.quay.plugins.module_utils.kinds.label import label_key_ok
from ansible_collections.quayops.quay.plugins.module_utils.operations.labels import (
    described_label,
    desired_label,
    label_info_options,
    label_options,
    labels,
)
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry

IMAGE = "acme/app:v1"
OTHER = "sha256:" + "7" * 64


@pytest.fixture
def acme(registry: Registry) -> Registry:
    """A registry with an image that came with a label."""
    registry.one({"name": "acme", "repositories": [{"name": "app"}]})
    digest = registry.simulator.add_manifest("acme", "app", labels={"team": "builders"})
    registry.simulator.add_tag("acme", "app", "v1", digest)
    registry.simulator.requests.clear()
    return registry


def params(**given: Any) -> dict[str, Any]:
    options = {name: option.get("default") for name, option in label_options().items()}
    return {**options, "image": IMAGE, "key": "role", **given}


def run(registry: Registry, check_mode: bool = False, credentials: Any = None, **given: Any) -> Report:
    client = registry.client(credentials)
    (report,) = reconcile(client, [desired_label(params(**given), client)], check_mode)
    return report


def done(registry: Registry, **given: Any) -> list[str]:
    """Carry it out, and return the actions."""
    report = run(registry, **given)
    assert report.error is None, report.error
    return [change.action for change in report.changes]


def there(registry: Registry, image: str = IMAGE) -> list[tuple[str, str]]:
    """Return key and value of all labels."""
    asked = {**dict.fromkeys(label_info_options()), "image": image}
    found = labels(asked, registry.client(), False).values["labels"]
    registry.requests()
    return [(one["key"], one["value"]) for one in found]


CAME = ("team", "builders")


def test_it_is_made_once_and_read_with_two_requests(acme: Registry) -> None:
    assert [change.action for change in run(acme, check_mode=True, value="a").changes] == ["create"]
    assert done(acme, value="a") == ["create"]
    assert there(acme) == [("role", "a"), CAME]
    assert done(acme, value="a") == []
    (tag, found) = acme.requests()
    assert tag.startswith("GET repository/acme/app/tag/?") and found.endswith("/labels")


def test_an_image_of_a_digest_is_read_with_one_request(acme: Registry) -> None:
    (row,) = acme.client().get("repository/acme/app/tag/")["tags"]
    image = f"acme/app@{row['manifest_digest']}"
    assert done(acme, image=image, value="a") == ["create"]
    acme.requests()
    assert done(acme, image=image, value="a") == []
    assert len(acme.requests()) == 1


def test_one_takes_the_place_of_the_others(acme: Registry) -> None:
    for value in ("a", "b"):
        assert done(acme, value=value, replace=False) == ["create"]
    acme.requests()
    assert sorted(done(acme, value="c")) == ["delete", "update"]
    assert [one.partition(" ")[0] for one in acme.writes()] == ["POST", "DELETE", "DELETE"]
    assert there(acme) == [("role", "c"), CAME]
    assert done(acme, value="c") == []


def test_one_that_is_right_already_stays(acme: Registry) -> None:
    for value in ("a", "b"):
        done(acme, value=value, replace=False)
    acme.requests()
    assert done(acme, value="b") == ["delete"]
    assert there(acme) == [("role", "b"), CAME]


def test_the_same_several_times_becomes_one(acme: Registry) -> None:
    done(acme, value="a")
    path = next(one for one in acme.writes() if one.startswith("POST")).partition(" ")[2]
    acme.client().send("POST", path, {"key": "role", "value": "a", "media_type": "text/plain"})
    assert done(acme, value="a", replace=False) == ["delete"]
    assert there(acme) == [("role", "a"), CAME]


def test_what_came_with_the_image_stays(acme: Registry) -> None:
    assert done(acme, key="team", value="builders") == []
    assert done(acme, key="team", value="others") == ["create"]
    assert there(acme) == [CAME, ("team", "others")]
    # What is declared is there already, and the other one is in its way.
    assert done(acme, key="team", value="builders", media_type="application/json") == ["delete"]
    assert there(acme) == [CAME]
    report = run(acme, key="team", state="absent")
    assert (report.changes, report.error) == ([], None)
    assert report.warnings == ["label team=builders of app:v1: it came with the image, and stays"]


def test_removal_by_key_and_by_value(acme: Registry) -> None:
    for value in ("a", "b", "c"):
        done(acme, value=value, replace=False)
    assert done(acme, value="a", state="absent") == ["delete"]
    assert there(acme) == [("role", "b"), ("role", "c"), CAME]
    assert done(acme, state="absent") == ["delete", "delete"]
    assert there(acme) == [CAME]
    assert done(acme, state="absent") == []


def test_an_empty_value_is_one(acme: Registry) -> None:
    assert done(acme, value="") == ["create"]
    assert done(acme, value="a", replace=False) == ["create"]
    assert done(acme, value="", state="absent") == ["delete"]
    assert there(acme) == [("role", "a"), CAME]


def test_the_format_is_left_alone_unless_declared(acme: Registry) -> None:
    assert done(acme, value="[]", media_type="application/json") == ["create"]
    assert done(acme, value="[]") == []
    assert done(acme, value="[]", media_type="text/plain") == ["update"]
    assert done(acme, value="[]", media_type="text/plain") == []


def test_what_is_shown(acme: Registry) -> None:
    done(acme, value="a")
    report = run(acme, value="b")
    assert change_views(report) == [
        {
            "organization": "acme",
            "action": "update",
            "kind": "label",
            "name": "app:v1 role",
            "fields": ["value"],
        }
    ]
    (entry,) = diffs(report)
    assert entry["before_header"] == "acme: label role of app:v1"
    assert (entry["before"], entry["after"]) == ({"value": "a"}, {"value": "b"})


@pytest.mark.parametrize("given", [{"value": "a"}, {"key": "team", "value": "builders"}])
def test_the_label_is_returned(acme: Registry, given: dict[str, Any]) -> None:
    for _run in range(2):
        returned = described_label(params(**given), run(acme, **given))
        source = "manifest" if given.get("key") else "api"
        assert returned.pop("id")
        assert returned == {
            "key": given.get("key", "role"),
            "value": given["value"],
            "source_type": source,
            "media_type": "text/plain",
        }
    assert described_label(params(state="absent"), run(acme, state="absent")) == {}


def test_what_check_mode_would_make_has_no_id(acme: Registry) -> None:
    done(acme, value="a")
    returned = described_label(params(value="b"), run(acme, check_mode=True, value="b"))
    assert "id" not in returned and returned["value"] == "b"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"key": "Role", "value": "a"}, "key 'Role' is not one of a label"),
        ({"key": "a..b", "value": "a"}, "not one of a label"),
        ({"key": "k" * 256, "value": "a"}, "255 at most"),
        ({"image": "acme/app@sha256:short", "value": "a"}, "is not sha256: and 64 hexadecimal digits"),
        ({"image": "acme/app:-x", "value": "a"}, "tag '-x' is not the name of a tag"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_asked(
    acme: Registry, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidDeclaration) as raised:
        run(acme, **given)
    assert words in str(raised.value)
    assert acme.requests() == []


@pytest.mark.parametrize(
    ("key", "fits"), [("a", True), ("a.b-c", True), ("0", True), ("", False), ("a_b", False), ("a-", False)]
)
def test_keys(key: str, fits: bool) -> None:
    assert label_key_ok(key) is fits


@pytest.mark.parametrize(
    ("image", "error"),
    [("acme/app:v2", TagMissing), ("acme/none:v1", NotFound), (f"acme/app@{OTHER}", NotFound)],
)
def test_of_an_image_that_is_not_there(acme: Registry, image: str, error: type[Exception]) -> None:
    assert isinstance(run(acme, image=image, value="a").error, error)
    foreseen = run(acme, image=image, value="a", check_mode=True)
    assert [change.action for change in foreseen.changes] == ["create"]
    assert "Check mode takes it that an earlier task makes it." in foreseen.warnings[0]
    assert done(acme, image=image, state="absent") == []
    assert there(acme, image) == []
    assert acme.writes() == []


def test_a_reserved_key_is_explained(acme: Registry) -> None:
    report = run(acme, key="quay.expires-after", value="1d")
    assert isinstance(report.error, InvalidRequest)
    assert "LABEL_KEY_RESERVED_PREFIXES" in str(report.error)


def test_a_repository_that_takes_no_changes(acme: Registry) -> None:
    acme.one({"name": "acme", "repositories": [{"name": "app", "repo_state": "READ_ONLY"}]})
    report = run(acme, value="a")
    assert isinstance(report.error, ReadOnly)
    assert "NORMAL" in str(report.error)


def test_who_has_no_right(acme: Registry) -> None:
    report = run(acme, credentials=Password("alice", "alice-password"), value="a")
    assert isinstance(report.error, Forbidden)


def test_what_may_have_been_made_is_not_made_again(acme: Registry) -> None:
    acme.simulator.faults.add(Fault("reset_after", method="POST", path=r"/labels$", times=1))
    assert done(acme, value="a") == ["create"]
    assert there(acme) == [("role", "a"), CAME]
