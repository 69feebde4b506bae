# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Which tags expire, and why: every reason, every boundary."""

from __future__ import annotations

import re
from typing import Any, Optional

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration, PurgeRefused
from ansible_collections.quayops.quay.plugins.module_utils.kinds.tag_history import Tag
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning import retention
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning.retention import (
    EXPIRE,
    KEEP,
    LEAVE,
    REASONS,
    Policy,
    Tally,
    check_limits,
    decide,
    left_alone,
    must_renew,
    parse_age,
)

NOW = 1_900_000_000
HOUR, DAY, WEEK = 3600, 86400, 7 * 86400
HEX = {letter: letter * 64 for letter in "abcdef"}
OLD = Policy(older_than=7 * DAY)


def tag(name: str, days: float = 30, digest: str = "a", **fields: Any) -> Tag:
    """Return a tag that began so many days ago and points to the image of that letter."""
    return Tag(name, f"sha256:{HEX[digest]}", NOW - int(days * DAY), **fields)


def reasons(tags: list[Tag], policy: Policy) -> dict[str, tuple[str, str]]:
    return {one.tag.name: (one.action, one.reason) for one in decide(tags, policy, NOW)}


def reason(one: Tag, policy: Policy) -> tuple[str, str]:
    return reasons([one], policy)[one.name]


# --- age ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (7 * DAY - 1, (KEEP, "too_young")),
        (7 * DAY, (KEEP, "too_young")),  # exactly as old is not older
        (7 * DAY + 1, (EXPIRE, "too_old")),
        (-5, (KEEP, "too_young")),  # the registry's clock is ahead
    ],
)
def test_the_boundary_of_the_age(age: int, expected: tuple[str, str]) -> None:
    assert reason(Tag("v1", "sha256:1", NOW - age), OLD) == expected


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7d", 7 * DAY),
        ("12h", 12 * HOUR),
        ("2w", 2 * WEEK),
        ("90m", 90 * 60),
        ("30s", 30),
        ("7", 7 * DAY),
        (" 7d ", 7 * DAY),
    ],
)
def test_ages_as_users_write_them(text: str, seconds: int) -> None:
    assert parse_age("older_than", text) == seconds


@pytest.mark.parametrize(
    "text", ["", "d", "-7d", "7 d", "1.5d", "7y", "1d12h", "7D", "seven", "\u0667d", "1" * 10]
)
def test_what_is_no_age(text: str) -> None:
    with pytest.raises(InvalidDeclaration, match=f"older_than {re.escape(repr(text))} is not an age"):
        parse_age("older_than", text)


# --- keep-lists ---------------------------------------------------------------------------------

ON_LISTS = [
    (tag("latest"), {"keep_names": frozenset({"latest"})}, (KEEP, "kept_by_name")),
    (tag("latest2"), {"keep_names": frozenset({"latest"})}, (EXPIRE, "too_old")),
    (tag("v1.2"), {"keep_patterns": (r"v\d+\.\d+",)}, (KEEP, "kept_by_pattern")),
    (tag("v1.2-rc1"), {"keep_patterns": (r"v\d+\.\d+",)}, (EXPIRE, "too_old")),  # the whole name
    (tag("x", digest="b"), {"keep_digests": frozenset({f"sha256:{HEX['b']}"})}, (KEEP, "kept_by_digest")),
    (tag("x", digest="c"), {"keep_digests": frozenset({f"sha256:{HEX['b']}"})}, (EXPIRE, "too_old")),
    (tag("dev-1"), {"include": "dev-.*"}, (EXPIRE, "too_old")),
    (tag("my-dev-1"), {"include": "dev-.*"}, (KEEP, "not_included")),
    (tag("dev-1-rc"), {"include": "dev-[0-9]"}, (KEEP, "not_included")),
    (tag("dev-1", days=1), {"include": "dev-.*"}, (KEEP, "too_young")),
    # What is left alone, whatever the lists say.
    (tag("latest", end=NOW + 5), {"keep_names": frozenset({"latest"})}, (LEAVE, "already_expiring")),
    (tag("latest", immutable=True), {"keep_names": frozenset({"latest"})}, (LEAVE, "immutable")),
    (tag("dev-1", end=NOW + 5), {}, (LEAVE, "already_expiring")),
    (tag("dev-1", immutable=True), {}, (LEAVE, "immutable")),
]


@pytest.mark.parametrize(("one", "options", "expected"), ON_LISTS)
def test_keep_lists(one: Tag, options: dict[str, Any], expected: tuple[str, str]) -> None:
    assert reason(one, Policy(older_than=7 * DAY, **options)) == expected


@pytest.mark.parametrize(
    "options",
    [
        {"keep_names": frozenset({"current"})},
        {"keep_patterns": ("curr.*",)},
        {"keep_digests": frozenset({f"sha256:{HEX['a']}"}), "keep_names": frozenset({"current"})},
    ],
)
@pytest.mark.parametrize("fields", [{}, {"end": NOW + 5}, {"immutable": True}])
def test_a_tag_with_the_image_of_a_kept_one_stays(options: dict[str, Any], fields: dict[str, Any]) -> None:
    tags = [tag("current", digest="a", **fields), tag("9f8e", digest="a"), tag("other", digest="b")]
    found = reasons(tags, Policy(older_than=7 * DAY, **options))
    expected = "kept_by_digest" if "keep_digests" in options else "same_image_as_kept"
    assert found["9f8e"] == (KEEP, expected)
    assert found["other"] == (EXPIRE, "too_old")


# --- the newest ---------------------------------------------------------------------------------


def test_the_newest_stay_and_of_equally_old_ones_the_first_by_name() -> None:
    tags = [tag("c", 3), tag("b", 3), tag("a", 9), tag("d", 1)]
    assert reasons(tags, Policy(keep_newest=2)) == {
        "a": (EXPIRE, "beyond_newest"),
        "b": (KEEP, "among_newest"),
        "c": (EXPIRE, "beyond_newest"),
        "d": (KEEP, "among_newest"),
    }


def test_age_and_number_must_both_allow_it() -> None:
    tags = [tag("a", 1), tag("b", 20), tag("c", 30), tag("d", 2)]
    assert reasons(tags, Policy(older_than=7 * DAY, keep_newest=3)) == {
        "a": (KEEP, "too_young"),
        "b": (KEEP, "among_newest"),
        "c": (EXPIRE, "too_old_and_beyond_newest"),
        "d": (KEEP, "too_young"),
    }


def test_only_what_could_expire_counts_for_the_newest() -> None:
    tags = [
        tag("latest", 0),
        tag("locked", 1, immutable=True),
        tag("ends", 2, end=NOW + 5),
        tag("alias", 2, digest="b"),
        tag("current", 3, digest="b"),
        tag("other", 3, digest="c"),
        tag(f"sha256-{HEX['c']}.sig", 1, digest="f"),
        tag("dev-1", 4, digest="d"),
        tag("dev-2", 5, digest="d"),
    ]
    policy = Policy(
        keep_newest=1,
        include="dev-.*",
        keep_names=frozenset({"latest", "current"}),
        keep_patterns=("rel-.*",),
    )
    found = reasons(tags, policy)
    assert found["dev-1"] == (KEEP, "among_newest")
    assert found["dev-2"] == (EXPIRE, "beyond_newest")
    assert found["alias"] == (KEEP, "same_image_as_kept")


@pytest.mark.parametrize(
    ("pattern", "kept"),
    [
        (None, {"main-3"}),
        (r"^[a-z]+", {"main-3", "dev-2", "7"}),  # the whole match; 7 and 8 have none and are a group
        (r"^(.)[a-z]+-\d", {"main-3", "dev-2", "7"}),
        (r"-(\d)", {"main-3", "dev-2", "main-1", "7"}),  # by number; main-2 has that of dev-2
        (r"^main(x)?", {"main-3", "dev-2"}),  # a group that takes no part
    ],
)
def test_groups_of_names(pattern: Optional[str], kept: set[str]) -> None:
    ages = {"main-3": 1, "dev-2": 2, "main-2": 3, "main-1": 4, "dev-1": 5, "7": 6, "8": 7}
    tags = [tag(name, days) for name, days in ages.items()]
    found = reasons(tags, Policy(keep_newest=1, group_by=pattern))
    assert {name for name, verdict in found.items() if verdict == (KEEP, "among_newest")} == kept


# --- what belongs to an image -------------------------------------------------------------------

COMPANIONS = [f"sha256-{HEX['a']}{suffix}" for suffix in (".sig", ".att", ".sbom", "")]


@pytest.mark.parametrize("name", COMPANIONS)
def test_what_belongs_to_an_image_follows_it(name: str) -> None:
    companion = tag(name, days=1, digest="f")  # its own age does not matter
    gone, stays = tag("v1", 30), tag("v2", 1)
    assert reasons([gone, companion], OLD)[name] == (EXPIRE, "follows_subject")
    assert reasons([gone, stays, companion], OLD)[name] == (KEEP, "follows_subject")
    for left in (tag("v2", end=NOW + 9), tag("v2", immutable=True)):
        assert reasons([gone, left, companion], OLD)[name] == (KEEP, "follows_subject")
    elsewhere = tag("v3", digest="b")
    assert reasons([elsewhere, companion], OLD)[name] == (KEEP, "subject_unknown")
    # Neither include nor keep_newest is about it.
    policy = Policy(keep_newest=1, include="v.*")
    assert reasons([gone, tag("v9", 1, digest="b"), companion], policy)[name] == (EXPIRE, "follows_subject")


@pytest.mark.parametrize(
    ("fields", "options", "expected"),
    [
        ({"end": NOW + 5}, {}, (LEAVE, "already_expiring")),
        ({"immutable": True}, {}, (LEAVE, "immutable")),
        ({}, {"keep_patterns": (r"sha256-.*",)}, (KEEP, "kept_by_pattern")),
        ({}, {"keep_names": frozenset({COMPANIONS[0]})}, (KEEP, "kept_by_name")),
    ],
)
def test_a_companion_can_be_kept_for_itself(
    fields: dict[str, Any], options: dict[str, Any], expected: tuple[str, str]
) -> None:
    tags = [tag("v1"), tag(COMPANIONS[0], digest="f", **fields)]
    assert reasons(tags, Policy(older_than=7 * DAY, **options))[COMPANIONS[0]] == expected


def test_a_signature_of_an_attestation_follows_in_turn() -> None:
    attestation = tag(f"sha256-{HEX['a']}.att", digest="b")
    signature = tag(f"sha256-{HEX['b']}.sig", digest="c")
    found = reasons([signature, attestation, tag("v1")], OLD)
    assert found[signature.name] == found[attestation.name] == (EXPIRE, "follows_subject")
    found = reasons([signature, attestation, tag("v1", 1)], OLD)
    assert found[signature.name] == found[attestation.name] == (KEEP, "follows_subject")


def test_a_circle_of_companions_is_kept() -> None:
    tags = [tag(f"sha256-{HEX['b']}", digest="a"), tag(f"sha256-{HEX['a']}", digest="b"), tag("v1")]
    found = reasons(tags, OLD)
    assert found[tags[0].name] == found[tags[1].name] == (KEEP, "follows_subject")
    assert found["v1"] == (EXPIRE, "too_old")


@pytest.mark.parametrize("name", [f"sha256-{'a' * 63}.sig", f"sha256-{'A' * 64}", f"sha256-{'a' * 64}.sign"])
def test_what_only_looks_like_a_companion(name: str) -> None:
    assert reason(tag(name), OLD) == (EXPIRE, "too_old")


# --- the moment ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "grace", "expiration", "renew"),
    [
        (30 * DAY, DAY, NOW + DAY, False),
        # 104 weeks are all that Quay gives a tag; what is older must begin anew to have its grace.
        (104 * WEEK - DAY, DAY, NOW + DAY, False),
        (104 * WEEK - DAY + 1, DAY, NOW + DAY, True),
        (300 * WEEK, DAY, NOW + DAY, True),
        (300 * WEEK, 60, NOW + HOUR, True),  # a new row lives for an hour at least
        (30, 60, NOW - 30 + HOUR, False),  # so does a young tag
        (2 * HOUR, 60, NOW + 60, False),
        (30 * DAY, 104 * WEEK, NOW + 104 * WEEK, True),
    ],
)
def test_when_it_ends(age: int, grace: int, expiration: int, renew: bool) -> None:
    policy = Policy(keep_newest=1, grace=grace)
    decisions = decide([Tag("v0", "sha256:0", NOW), Tag("v1", "sha256:1", NOW - age)], policy, NOW)
    assert (decisions[1].action, decisions[1].expiration, decisions[1].renew) == (EXPIRE, expiration, renew)
    assert (decisions[0].expiration, decisions[0].renew) == (None, False)
    assert must_renew(NOW - age, NOW + grace) is renew


# --- policies that make no sense ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "give older_than, keep_newest, or both"),
        ({"keep_names": frozenset({"x"})}, "give older_than, keep_newest, or both"),
        ({"older_than": 0}, "older_than is 0; it must be more than 0"),
        ({"older_than": -7}, "older_than is -7"),
        ({"keep_newest": 0}, "keep_newest is 0"),
        ({"older_than": 1, "grace": 0}, "grace is 0"),
        ({"older_than": 1, "grace": 104 * WEEK + 1}, "Quay takes at most 104 weeks"),
        ({"older_than": 1, "include": "("}, r"include '\(' is not a regular expression"),
        ({"older_than": 1, "keep_patterns": ("a", "[")}, r"keep_patterns '\[' is not a regular expression"),
        ({"keep_newest": 1, "group_by": "*"}, r"group_by '\*' is not a regular expression"),
        ({"older_than": 1, "group_by": "a"}, "group_by is about keep_newest, which is not given"),
    ],
)
def test_policies_that_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidDeclaration, match=message):
        Policy(**options)


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(InvalidDeclaration, match=r"older_than.*include"):
        Policy(older_than=0, include="(")


def test_what_keeps_nothing() -> None:
    assert OLD.keeps_nothing
    for options in (
        {"keep_names": frozenset({"x"})},
        {"keep_patterns": ("x",)},
        {"keep_digests": frozenset("x")},
    ):
        assert not Policy(older_than=1, **options).keeps_nothing


# --- repositories as a whole --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "proxied", "expected"),
    [
        ("NORMAL", False, None),
        ("MIRROR", False, "mirror"),
        ("READ_ONLY", False, "read_only"),
        ("ORG_MIRROR", False, "organization_mirror"),
        ("SOMETHING_NEW", False, "not_normal"),
        ("NORMAL", True, "proxy_cache"),
        ("MIRROR", True, "proxy_cache"),
    ],
)
def test_repositories_that_are_left_alone(state: str, proxied: bool, expected: Optional[str]) -> None:
    assert left_alone(state, proxied) == expected


def test_a_name_that_comes_twice_is_decided_once_by_its_newest_row() -> None:
    (decision,) = decide([tag("v1", 1, digest="b"), tag("v1", 30)], OLD, NOW)
    assert (decision.action, decision.tag.digest) == (KEEP, f"sha256:{HEX['b']}")


def test_nothing_in_nothing_out() -> None:
    assert decide([], OLD, NOW) == []


# --- limits -------------------------------------------------------------------------------------

TALLIES = [Tally("acme/app", 10, 5), Tally("acme/web", 100, 1), Tally("beta/x", 0, 0)]


@pytest.mark.parametrize(
    "limits",
    [
        {},
        {"max_expire": 6},
        {"max_expire_percent": 50},
        {"max_expire": 6, "max_expire_percent": 50.0},
    ],
)
def test_within_the_limits(limits: dict[str, Any]) -> None:
    check_limits(TALLIES, **limits)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (
            {"max_expire": 5},
            r"6 tags would expire, more than max_expire \(5\): 5 of 10 \(50.0 %\) in acme/app",
        ),
        ({"max_expire": 0}, r"more than max_expire \(0\)"),
        (
            {"max_expire_percent": 49.9},
            r"more than max_expire_percent \(49.9\) would expire: 5 of 10 \(50.0 %\) in acme/app. Nothing",
        ),
        ({"max_expire_percent": 5}, r"6 of 110 \(5.5 %\) in all repositories"),
        ({"max_expire": 1, "max_expire_percent": 1}, "max_expire .*; more than max_expire_percent"),
    ],
)
def test_beyond_the_limits(limits: dict[str, Any], message: str) -> None:
    with pytest.raises(PurgeRefused, match=message):
        check_limits(TALLIES, **limits)


def test_only_the_worst_are_named() -> None:
    tallies = [Tally(f"acme/r{number}", 10, number) for number in range(9)]
    with pytest.raises(PurgeRefused) as caught:
        check_limits(tallies, max_expire=3)
    text = str(caught.value)
    assert text.index("acme/r8") < text.index("acme/r4")
    assert "acme/r3" not in text
    assert "and 4 more" in text


def test_every_reason_is_a_stable_code_with_an_explanation() -> None:
    assert all(re.fullmatch("[a-z]+(_[a-z]+)*", code) and text for code, text in REASONS.items())
    assert set(retention._LEFT_ALONE.values()) <= set(REASONS)
