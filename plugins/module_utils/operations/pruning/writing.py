# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Lets tags expire as it was decided: one request for each, after which Quay ends them by itself.

What is not there any more, or cannot be changed any more, is noted and left. What belongs to an image
is written after the image's own tags, so that no image loses its signature to a run that breaks off.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Callable

from ...engine.lanes import Batch, Call, Outcome
from ...engine.values import Place
from ...errors import Conflict, InvalidRequest, NotFound, QuayError, ReadOnly, ServerFault, Unconfirmed
from ...http.client import Client
from ...kinds.tag import expire_tag, find_tag, point_tag
from ...kinds.tag_history import Tag, tag_of
from ...visible import visible
from .reading import Task, read_tags
from .report import Pruned
from .retention import EXPIRE, KEEP, LEAVE, Decision, subject_of

# How often a change is tried whose outcome is open: for failures that pass, and for those that stay.
PASSING_TRIES = 8
LASTING_TRIES = 2
# Seconds. Tags that were read longer ago are read again before anything is written.
FRESH = 300
# Seconds. Quay refuses an expiration in the past, and a run may take longer than a short grace.
_MARGIN = 60


class _Left(Exception):
    """A tag cannot be changed any more; ``reason`` is a key of retention.REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def write_repository(client: Client, one: Pruned, task: Task) -> Batch[Pruned]:
    """Carry out the decisions about one repository; return it with what became of them."""
    if task.clock() - one.read_at > FRESH:
        (outcome,) = yield [partial(read_tags, client, one, task)]
        one = _still(one, outcome.value)
    images = [each for each in one.expiring if subject_of(each) is None]
    companions = [each for each in one.expiring if subject_of(each) is not None]
    outcomes = yield _calls(client, one, images, task)
    _note(one, images, outcomes)
    followers = _followers(one, companions)
    outcomes = yield _calls(client, one, followers, task)
    _note(one, followers, outcomes)
    return one


def _still(before: Pruned, now: Pruned) -> Pruned:
    """Return what of the decisions still stands; nothing expires that the limits were not asked about."""
    if now.error is not None or now.left is not None:
        reason = now.left or "write_failed"
        given_up = [_left(each, reason) if each.action == EXPIRE else each for each in before.decisions]
        return Pruned(before.organization, before.repository, given_up, now.left, now.error)
    expected = {each.tag.row for each in before.expiring}
    now.decisions = [
        each if each.action != EXPIRE or each.tag.row in expected else _left(each, "changed_meanwhile")
        for each in now.decisions
    ]
    return now


def _calls(client: Client, one: Pruned, decisions: Iterable[Decision], task: Task) -> list[Call]:
    place = Place(one.organization)
    return [partial(_carried_out, client, place, one.repository, each, task) for each in decisions]


def _note(one: Pruned, decisions: list[Decision], outcomes: list[Outcome]) -> None:
    """Put into the repository what became of the decisions."""
    became: dict[str, Decision] = {}
    errors = []
    for decision, outcome in zip(decisions, outcomes):
        # Without a value it was not sent any more, or it is what stopped the others.
        done, trouble = outcome.value or (_left(decision, "write_failed"), outcome.error)
        became[decision.tag.name] = done
        if trouble is not None:
            errors.append(f"{visible(decision.tag.name)}: {trouble}")
    one.decisions = [became.get(each.tag.name, each) for each in one.decisions]
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        one.error = one.error or f"tag {errors[0]}{more}"


def _followers(one: Pruned, companions: list[Decision]) -> list[Decision]:
    """Return those of the companions whose image goes; note that the others stay."""
    staying = {each.tag.digest for each in one.decisions if each.action != EXPIRE}
    kept: dict[str, Decision] = {}
    while True:
        found = [each for each in companions if each.tag.name not in kept]
        stopped = [each for each in found if subject_of(each) in staying]
        if not stopped:
            one.decisions = [kept.get(each.tag.name, each) for each in one.decisions]
            return found
        # What belongs to a companion stays with it.
        staying |= {each.tag.digest for each in stopped}
        kept.update({each.tag.name: Decision(each.tag, KEEP, each.reason) for each in stopped})


def _left(decision: Decision, reason: str) -> Decision:
    return Decision(decision.tag, LEAVE, reason)


# One tag


def _carried_out(
    client: Client, place: Place, repository: str, decision: Decision, task: Task
) -> tuple[Decision, QuayError | None]:
    """Return the decision as it was carried out, and the error if it was not.

    Raises what will stop the repository's other tags as well.
    """
    try:
        return _expire(client, place, repository, decision, task), None
    except _Left as left:
        return _left(decision, left.reason), None
    except NotFound:
        return _left(decision, "vanished"), None
    except ReadOnly:
        return _left(decision, "read_only"), None
    except (Conflict, InvalidRequest) as error:
        if "immutable" in error.message.lower():
            return _left(decision, "immutable"), None
        if "has probably changed" in error.message:
            return _left(decision, "changed_meanwhile"), None
        return _left(decision, "write_failed"), error
    except ServerFault as error:
        return _left(decision, "write_failed"), error


def _expire(client: Client, place: Place, repository: str, decision: Decision, task: Task) -> Decision:
    tag = decision.tag
    find = partial(_find, client, place, repository, tag)
    if decision.renew:
        # Pointing it anywhere undoes whatever was pushed since it was read, so it is read once more.
        if find().start != tag.start:
            raise _Left("changed_meanwhile")
        point = partial(point_tag, client, place, repository, tag.name, tag.digest)
        _surely(client, point, lambda: find().start > tag.start)
    end = max(decision.expiration or 0, int(task.clock()) + _MARGIN)
    expire = partial(expire_tag, client, place, repository, tag.name, end)
    _surely(client, expire, lambda: _ends(client, place, repository, tag))
    return decision._replace(expiration=end)


def _surely(client: Client, send: Callable[[], object], is_done: Callable[[], bool]) -> None:
    """Send a change; where it is open whether it was carried out, look, and send it again if it was not."""
    tries = 0
    while True:
        try:
            send()
            return
        except Unconfirmed as error:
            tries += 1
            client.pause(tries, error.cause)
            if is_done():
                return
            if tries >= (LASTING_TRIES if error.lasting else PASSING_TRIES):
                raise error.cause from error


def _find(client: Client, place: Place, repository: str, tag: Tag) -> Tag:
    """Return the tag as it is now, which is one without an end and of the same image."""
    row = _row(client, place, repository, tag)
    if row.end is not None:
        raise _Left("already_expiring")
    return row


def _ends(client: Client, place: Place, repository: str, tag: Tag) -> bool:
    return _row(client, place, repository, tag).end is not None


def _row(client: Client, place: Place, repository: str, tag: Tag) -> Tag:
    view = find_tag(client, place, repository, tag.name)
    if view is None:
        raise _Left("vanished")
    row = tag_of(view)
    if row.digest != tag.digest:
        raise _Left("changed_meanwhile")
    return row
