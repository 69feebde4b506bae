# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Decides which tags of a repository expire. Pure: no requests, no clock.

All times are seconds since the epoch, all spans seconds; no date of any time zone is involved.
``decide`` says of each tag what becomes of it and why; ``check_limits`` refuses a run that would
expire more than the user expects.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Callable, NamedTuple

from ...errors import InvalidDeclaration, PurgeRefused
from ...kinds.tag_history import LONGEST_LIFETIME, Tag, possible_end

DAY = 86400

EXPIRE = "expire"
KEEP = "keep"
LEAVE = "leave"

# Every reason that a decision can have, by its code. Codes are stable: reports are read by programs.
REASONS: Mapping[str, str] = {
    # expire
    "too_old": "older than older_than",
    "beyond_newest": "not among the newest of its group",
    "too_old_and_beyond_newest": "both, where both conditions are given",
    # expire or keep
    "follows_subject": "a signature, attestation or list of referrers; it stays as long as its image",
    # keep
    "kept_by_name": "its name is on a keep-list",
    "kept_by_pattern": "its name matches a pattern of a keep-list",
    "kept_by_digest": "its digest is on a keep-list",
    "same_image_as_kept": "a tag that a keep-list keeps has the same digest",
    "not_included": "its name does not match include",
    "too_young": "not older than older_than",
    "among_newest": "among the newest of its group",
    "subject_unknown": "a signature, attestation or list of referrers, of an image that has no tag here",
    # leave
    "already_expiring": "it has an expiration already",
    "immutable": "the tag is immutable",
    "mirror": "the repository is a mirror",
    "read_only": "the repository, or the registry, is read-only",
    "organization_mirror": "the repository is part of a mirrored organization",
    "proxy_cache": "the organization is a proxy cache",
    "not_normal": "the repository is in a state in which its tags cannot be changed",
    "vanished": "it was deleted between reading and writing",
    "changed_meanwhile": "it was moved between reading and writing",
    "write_failed": "the registry did not carry the change out",
}

_LEFT_ALONE = {"MIRROR": "mirror", "READ_ONLY": "read_only", "ORG_MIRROR": "organization_mirror"}
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": DAY, "w": 7 * DAY}
_AGE = re.compile(r"([0-9]{1,9})([smhdw]?)")
# What cosign attaches to an image, and the list of referrers of registries without an API for it.
_COMPANION = re.compile(r"sha256-([0-9a-f]{64})(?:\.(?:sig|att|sbom))?")
_WORST = 5


@dataclass(frozen=True)
class Policy:
    """What shall expire; a tag expires only if every condition that is given allows it.

    ``older_than`` and ``grace`` are seconds, the former since the tag was pushed or moved.
    ``keep_newest`` counts per group: tags for which the first match of ``group_by`` has the same text
    (that of its first group, if there is one) form a group, and those without a match form one, too.
    ``keep_patterns`` and ``include`` must match a whole name. Raises InvalidDeclaration where a value
    makes no sense, or where nothing says what is to expire.
    """

    older_than: int | None = None
    keep_newest: int | None = None
    group_by: str | None = None
    keep_names: frozenset[str] = frozenset()
    keep_patterns: tuple[str, ...] = ()
    include: str | None = None
    keep_digests: frozenset[str] = frozenset()
    grace: int = DAY

    def __post_init__(self) -> None:
        wrong = [*self._wrong_numbers(), *self._wrong_expressions()]
        if self.older_than is None and self.keep_newest is None:
            wrong.append("give older_than, keep_newest, or both: without them every tag would expire")
        if self.group_by is not None and self.keep_newest is None:
            wrong.append("group_by is about keep_newest, which is not given")
        if wrong:
            raise InvalidDeclaration("; ".join(wrong) + ".")

    def _wrong_numbers(self) -> list[str]:
        numbers = {"older_than": self.older_than, "keep_newest": self.keep_newest, "grace": self.grace}
        found = [
            f"{name} is {value}; it must be more than 0"
            for name, value in numbers.items()
            if value is not None and value <= 0
        ]
        if self.grace > LONGEST_LIFETIME:
            weeks = LONGEST_LIFETIME // _UNITS["w"]
            found.append(f"grace is {self.grace} seconds; Quay takes at most {weeks} weeks")
        return found

    def _wrong_expressions(self) -> list[str]:
        given = [("group_by", self.group_by), ("include", self.include)]
        given += [("keep_patterns", pattern) for pattern in self.keep_patterns]
        found = []
        for name, pattern in given:
            try:
                re.compile(pattern or "")
            except re.error as error:
                found.append(f"{name} {pattern!r} is not a regular expression: {error}")
        return found

    @property
    def keeps_nothing(self) -> bool:
        """Whether no keep-list names anything."""
        return not (self.keep_names or self.keep_patterns or self.keep_digests)


class Decision(NamedTuple):
    """What becomes of a tag: ``action`` is EXPIRE, KEEP or LEAVE, ``reason`` a key of REASONS.

    For one that expires, ``expiration`` says when. ``renew``: the tag must be pointed at its own image
    again before, see ``must_renew``.
    """

    tag: Tag
    action: str
    reason: str
    expiration: int | None = None
    renew: bool = False


class Tally(NamedTuple):
    """How many tags of a repository are in force, and how many of them expire."""

    repository: str
    tags: int
    expire: int


def parse_age(option: str, text: str) -> int:
    """Return an age as users write it in seconds: ``7d``, ``12h``, ``2w``, ``90m``, ``30s``; 7 is days.

    Raises InvalidDeclaration, which names ``option``.
    """
    match = _AGE.fullmatch(text.strip())
    if match is None:
        raise InvalidDeclaration(
            f"{option} {text!r} is not an age: write a number with s, m, h, d or w behind it, such as 12h; "
            "a number alone means days."
        )
    return int(match[1]) * _UNITS[match[2] or "d"]


def left_alone(state: str, proxied: bool) -> str | None:
    """Return why no tag of a repository may be changed; None where they may.

    ``state`` is Quay's word for the repository's state; ``proxied``: its organization is a proxy cache.
    """
    if proxied:
        return "proxy_cache"
    return None if state == "NORMAL" else _LEFT_ALONE.get(state, "not_normal")


def must_renew(start: int, moment: int) -> bool:
    """Tell whether a tag that began at ``start`` cannot be given an expiration at ``moment``.

    Quay cuts the life of a tag at 104 weeks without saying so. An older one would end at once, and in the
    past, perhaps further back than its organization's time machine reaches: its grace would be lost.
    Pointing it at its own image again makes it begin anew.
    """
    return start + LONGEST_LIFETIME < moment


def subject_of(decision: Decision) -> str | None:
    """Return the digest of the image that the tag belongs to, where it goes or stays for that."""
    match = _COMPANION.fullmatch(decision.tag.name) if decision.reason == "follows_subject" else None
    return None if match is None else f"sha256:{match[1]}"


def decide(tags: Iterable[Tag], policy: Policy, now: int) -> list[Decision]:
    """Return what becomes of each tag of one repository, sorted by name.

    ``tags`` are those in force at ``now``, in any order: each knows its position in Quay's listing, which
    tells apart what began in the same second. The newest row counts of a name that occurs twice.
    """
    there: dict[str, Tag] = {}
    for tag in sorted(tags, key=lambda one: (one.start, -one.position, one.digest)):
        there[tag.name] = tag
    verdicts = _without_conditions(there.values(), policy)
    companions = {
        name: match[1] for name in there if name not in verdicts and (match := _COMPANION.fullmatch(name))
    }
    candidates = [tag for name, tag in there.items() if name not in verdicts and name not in companions]
    verdicts.update(_by_conditions(candidates, policy, now))
    _follow(companions, there, verdicts)
    return [_decision(there[name], *verdicts[name], policy, now) for name in sorted(there)]


def check_limits(
    tallies: Sequence[Tally], max_expire: int | None = None, max_expire_percent: float | None = None
) -> None:
    """Raise PurgeRefused where more tags would expire than the limits allow.

    ``max_expire`` counts all of them, ``max_expire_percent`` those of all repositories together and of each.
    """
    total = Tally("all repositories", sum(one.tags for one in tallies), sum(one.expire for one in tallies))
    trouble = []
    if max_expire is not None and total.expire > max_expire:
        worst = _worst(tallies, lambda one: one.expire)
        trouble.append(f"{total.expire} tags would expire, more than max_expire ({max_expire}): {worst}")
    if max_expire_percent is not None:
        over = [one for one in (total, *tallies) if _percent(one) > max_expire_percent]
        if over:
            limit = f"max_expire_percent ({max_expire_percent:g})"
            trouble.append(f"more than {limit} would expire: {_worst(over, _percent)}")
    if trouble:
        raise PurgeRefused("; ".join(trouble) + ". Nothing was changed.")


# One tag


def _without_conditions(tags: Iterable[Tag], policy: Policy) -> dict[str, tuple[str, str]]:
    """Return action and reason, by name, of the tags that are left, and of those that a keep-list keeps."""
    patterns = [re.compile(pattern) for pattern in policy.keep_patterns]
    tags = list(tags)
    listed = {tag.name: why for tag in tags if (why := _listed(tag, policy, patterns))}
    images = {tag.digest for tag in tags if tag.name in listed}
    found: dict[str, tuple[str, str]] = {}
    for tag in tags:
        if tag.end is not None:
            found[tag.name] = (LEAVE, "already_expiring")
        elif tag.immutable:
            found[tag.name] = (LEAVE, "immutable")
        elif tag.name in listed:
            found[tag.name] = (KEEP, listed[tag.name])
        elif tag.digest in images:
            found[tag.name] = (KEEP, "same_image_as_kept")
    return found


def _listed(tag: Tag, policy: Policy, patterns: list[re.Pattern[str]]) -> str | None:
    if tag.name in policy.keep_names:
        return "kept_by_name"
    if any(pattern.fullmatch(tag.name) for pattern in patterns):
        return "kept_by_pattern"
    return "kept_by_digest" if tag.digest in policy.keep_digests else None


def _by_conditions(tags: list[Tag], policy: Policy, now: int) -> dict[str, tuple[str, str]]:
    """Return action and reason, by name, of the tags for which only the conditions speak."""
    include = None if policy.include is None else re.compile(policy.include)
    found: dict[str, tuple[str, str]] = {}
    included = []
    for tag in tags:
        if include is None or include.fullmatch(tag.name):
            included.append(tag)
        else:
            found[tag.name] = (KEEP, "not_included")
    newest = _newest(included, policy)
    for tag in included:
        if policy.older_than is not None and now - tag.start <= policy.older_than:
            found[tag.name] = (KEEP, "too_young")
        elif tag.name in newest:
            found[tag.name] = (KEEP, "among_newest")
        elif policy.older_than is None:
            found[tag.name] = (EXPIRE, "beyond_newest")
        else:
            both = policy.keep_newest is not None
            found[tag.name] = (EXPIRE, "too_old_and_beyond_newest" if both else "too_old")
    return found


def _newest(tags: list[Tag], policy: Policy) -> set[str]:
    """Return the names of the newest tags of each group; of one second those that Quay lists first."""
    if policy.keep_newest is None:
        return set()
    groups: dict[tuple[str, ...], list[Tag]] = defaultdict(list)
    pattern = re.compile(policy.group_by or "")
    for tag in tags:
        groups[_group(pattern, tag.name)].append(tag)
    found: set[str] = set()
    for members in groups.values():
        members.sort(key=lambda tag: (-tag.start, tag.position, tag.name))
        found.update(tag.name for tag in members[: policy.keep_newest])
    return found


def _group(pattern: re.Pattern[str], name: str) -> tuple[str, ...]:
    match = pattern.search(name)
    if match is None:
        return ()
    return ((match[1] if pattern.groups else match[0]) or "",)


def _decision(tag: Tag, action: str, reason: str, policy: Policy, now: int) -> Decision:
    if action != EXPIRE:
        return Decision(tag, action, reason)
    moment = now + policy.grace
    renew = must_renew(tag.start, moment)
    # Nor does Quay let a tag live for less than an hour.
    return Decision(tag, action, reason, possible_end(now if renew else tag.start, moment), renew)


# What belongs to an image


def _follow(companions: dict[str, str], there: dict[str, Tag], verdicts: dict[str, tuple[str, str]]) -> None:
    """Add the verdicts of companions (name -> hexadecimal digest of the image): they go with the last tag.

    An image without any tag may be a part of a list of images, so what belongs to it stays.
    """
    names: dict[str, list[str]] = defaultdict(list)
    for tag in there.values():
        names[tag.digest].append(tag.name)
    open_ones = dict(companions)
    while open_ones:
        # What belongs to a companion is decided after it.
        ready = {
            name: subject
            for name, subject in open_ones.items()
            if all(other in verdicts for other in names[f"sha256:{subject}"])
        }
        if not ready:
            break
        for name, subject in ready.items():
            verdicts[name] = _as_subject([verdicts[other] for other in names[f"sha256:{subject}"]])
            del open_ones[name]
    # Digests cannot really lead round in a circle; nothing depends on it.
    verdicts.update(dict.fromkeys(open_ones, (KEEP, "follows_subject")))


def _as_subject(verdicts: list[tuple[str, str]]) -> tuple[str, str]:
    if not verdicts:
        return KEEP, "subject_unknown"
    goes = all(action == EXPIRE for action, _reason in verdicts)
    return EXPIRE if goes else KEEP, "follows_subject"


# Limits


def _percent(tally: Tally) -> float:
    return 100.0 * tally.expire / tally.tags if tally.tags else 0.0


def _worst(tallies: Sequence[Tally], measure: Callable[[Tally], float]) -> str:
    """Name the repositories with most tags that would expire, with the numbers."""
    ranked = sorted(tallies, key=lambda one: (-measure(one), one.repository))
    shown = [f"{one.expire} of {one.tags} ({_percent(one):.1f} %) in {one.repository}" for one in ranked]
    rest = len(shown) - _WORST
    return ", ".join(shown[:_WORST]) + (f", and {rest} more" if rest > 0 else "")
