# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What holds of retention whatever the tags and whatever the policy."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.quayops.quay.plugins.module_utils.kinds.tag_history import LONGEST_LIFETIME, Tag
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning.retention import (
    EXPIRE,
    KEEP,
    LEAVE,
    REASONS,
    Decision,
    Policy,
    decide,
)

NOW = 1_900_000_000
YEAR = 365 * 86400
HEX = [letter * 64 for letter in "abcd"]
COMPANIONS = [f"sha256-{digest}{suffix}" for digest in HEX for suffix in (".sig", ".att", "")]
NAMES = st.one_of(
    st.sampled_from(["latest", "current", "v1", "v2", "dev-1", "dev-2", "rel-1", "rel-2", *COMPANIONS]),
    st.from_regex(r"[a-z]{1,3}(-[0-9])?", fullmatch=True),
)
DIGESTS = st.sampled_from([f"sha256:{digest}" for digest in HEX])
TAGS = st.lists(
    st.builds(
        Tag,
        NAMES,
        DIGESTS,
        st.integers(0, 3 * YEAR).map(lambda age: NOW - age),
        st.sampled_from([None, None, None, NOW + 100]),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=14,
    unique_by=lambda tag: tag.name,
)
PATTERNS = st.sampled_from(["v.*", "dev-.*", "rel-[0-9]", "l.*", "sha256-.*", ".*-1"])
CONDITIONS = st.one_of(
    st.tuples(st.integers(1, 3 * YEAR), st.none()),
    st.tuples(st.none(), st.integers(1, 4)),
    st.tuples(st.integers(1, 3 * YEAR), st.integers(1, 4)),
)


@st.composite
def policies(draw: Any) -> Policy:
    older_than, keep_newest = draw(CONDITIONS)
    group_by = draw(st.sampled_from([None, "^[a-z]+", "-([0-9])"])) if keep_newest else None
    return Policy(
        older_than=older_than,
        keep_newest=keep_newest,
        group_by=group_by,
        keep_names=draw(st.frozensets(NAMES, max_size=3)),
        keep_patterns=tuple(draw(st.lists(PATTERNS, max_size=2, unique=True))),
        include=draw(st.one_of(st.none(), PATTERNS)),
        keep_digests=draw(st.frozensets(DIGESTS, max_size=1)),
        grace=draw(st.integers(1, 2 * LONGEST_LIFETIME // 3)),
    )


POLICIES = policies()


# As Quay lists them: newest first, with few starts to be the same for many.
SAME_SECONDS = st.lists(
    st.builds(
        Tag,
        NAMES.filter(lambda name: name not in COMPANIONS),
        DIGESTS,
        st.integers(NOW - 2, NOW),
        # Hypothesis would draw what a Tag has by default, too: what is immutable or ends counts for nothing.
        end=st.none(),
        immutable=st.just(False),
    ),
    max_size=9,
    unique_by=lambda tag: tag.name,
).map(
    lambda tags: [
        tag._replace(position=number)
        for number, tag in enumerate(sorted(tags, key=lambda tag: tag.start, reverse=True))
    ]
)


def expired(decisions: list[Decision]) -> set[str]:
    return {one.tag.name for one in decisions if one.action == EXPIRE}


def listed(tag: Tag, policy: Policy) -> bool:
    patterns = any(re.fullmatch(pattern, tag.name) for pattern in policy.keep_patterns)
    return tag.name in policy.keep_names or patterns or tag.digest in policy.keep_digests


def carried_out(tags: list[Tag], decisions: list[Decision]) -> list[Tag]:
    """Return the tags after the decisions, as Quay carries them out."""
    ends = {one.tag.name: one.expiration for one in decisions if one.action == EXPIRE}
    return [tag._replace(end=ends.get(tag.name, tag.end)) for tag in tags]


@given(TAGS, POLICIES)
def test_each_tag_is_decided_once(tags: list[Tag], policy: Policy) -> None:
    decisions = decide(tags, policy, NOW)
    assert [one.tag for one in decisions] == sorted(tags, key=lambda tag: tag.name)
    assert {one.action for one in decisions} <= {EXPIRE, KEEP, LEAVE}
    assert {one.reason for one in decisions} <= set(REASONS)


@given(TAGS, POLICIES)
def test_nothing_that_a_rule_keeps_expires(tags: list[Tag], policy: Policy) -> None:
    gone = expired(decide(tags, policy, NOW))
    kept_images = {tag.digest for tag in tags if listed(tag, policy)}
    for tag in tags:
        if tag.name not in gone:
            continue
        assert tag.end is None and not tag.immutable
        assert not listed(tag, policy)
        assert tag.digest not in kept_images
        if tag.name not in COMPANIONS:
            assert policy.older_than is None or NOW - tag.start > policy.older_than
            assert policy.include is None or re.fullmatch(policy.include, tag.name)


@given(TAGS, POLICIES, st.integers(1, 4))
def test_as_many_of_the_newest_stay_as_were_asked_for(tags: list[Tag], policy: Policy, number: int) -> None:
    policy = replace(policy, keep_newest=number, group_by=None)
    images = [one for one in decide(tags, policy, NOW) if one.tag.name not in COMPANIONS]
    for gone in (one for one in images if one.action == EXPIRE):
        kept = [one for one in images if one.action == KEEP and one.tag.start >= gone.tag.start]
        assert len(kept) >= number


@given(TAGS, POLICIES)
def test_what_belongs_to_an_image_goes_with_its_last_tag(tags: list[Tag], policy: Policy) -> None:
    gone = expired(decide(tags, policy, NOW))
    for name in gone & set(COMPANIONS):
        image = "sha256:" + name[len("sha256-") :].split(".")[0]
        names = {tag.name for tag in tags if tag.digest == image}
        assert names and names <= gone


@given(TAGS, POLICIES, st.randoms())
def test_the_order_of_tags_and_rules_does_not_matter(tags: list[Tag], policy: Policy, random: Any) -> None:
    shuffled = list(tags)
    random.shuffle(shuffled)
    other = replace(policy, keep_patterns=tuple(reversed(policy.keep_patterns)))
    assert decide(shuffled, other, NOW) == decide(tags, policy, NOW)


@given(SAME_SECONDS, st.integers(1, 4), st.randoms())
def test_the_newest_are_those_that_quay_lists_first(tags: list[Tag], number: int, random: Any) -> None:
    shuffled = list(tags)
    random.shuffle(shuffled)
    assert expired(decide(shuffled, Policy(keep_newest=number), NOW)) == {tag.name for tag in tags[number:]}


@given(TAGS, POLICIES, st.integers(0, 90))
def test_a_second_run_expires_nothing_new(tags: list[Tag], policy: Policy, later: int) -> None:
    decisions = decide(tags, policy, NOW)
    again = expired(decide(carried_out(tags, decisions), policy, NOW + later))
    # Only what has reached the age meanwhile, and what belongs to it.
    aged = {
        tag.name
        for tag in tags
        if policy.older_than is not None and NOW - tag.start <= policy.older_than < NOW + later - tag.start
    }
    assert later or not again
    assert again <= aged | set(COMPANIONS)
    if not aged:
        assert not again


@given(TAGS, POLICIES, POLICIES)
def test_a_longer_keep_list_lets_nothing_more_expire(tags: list[Tag], policy: Policy, other: Policy) -> None:
    longer = replace(
        policy,
        keep_names=policy.keep_names | other.keep_names,
        keep_patterns=(*policy.keep_patterns, *other.keep_patterns),
        keep_digests=policy.keep_digests | other.keep_digests,
    )
    assert expired(decide(tags, longer, NOW)) <= expired(decide(tags, policy, NOW))


@given(TAGS, POLICIES)
def test_what_expires_has_its_grace(tags: list[Tag], policy: Policy) -> None:
    for one in decide(tags, policy, NOW):
        assert (one.expiration is not None) == (one.action == EXPIRE)
        if one.expiration is not None:
            start = NOW if one.renew else one.tag.start
            assert NOW + policy.grace <= one.expiration <= start + LONGEST_LIFETIME
