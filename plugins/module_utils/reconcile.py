# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Makes what is current what is desired: reads, plans, applies; for many organizations at once.

Each organization is a lane of its own (see lanes.py): it reads in parallel, plans, and applies rank
by rank. A failure ends its own lane only. A change whose outcome is open is never sent again blindly:
the organization is read and planned again, and what the new plan does not contain was done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import Any

from .client import Client
from .errors import Conflict, InvalidDeclaration, NotFound, QuayError, Unconfirmed
from .expansion import expanded
from .lanes import Batch, run
from .plan import plan
from .reading import Reading, one, read
from .report import Report
from .resources.base import Place
from .resources.registry import ORGANIZATIONS, RESOURCES
from .state import ORGANIZATION, USER, Change, Current, Desired

# How often one change is tried in all before its organization fails: for failures that pass
# (time-outs, resets, 502 to 504), and for those that are likely to stay (500, a name that is taken).
PASSING_TRIES = 8
LASTING_TRIES = 2


@dataclass(frozen=True)
class _Attempt:
    """How far one change came: Quay's answer to each step that is done, the fields, what stopped it."""

    change: Change
    answers: tuple[Any, ...] = ()
    done: tuple[str, ...] = ()
    error: QuayError | None = None


class _Stopped(QuayError):
    """Carries an attempt that failed for good out of its thread."""

    def __init__(self, attempt: _Attempt) -> None:
        super().__init__(str(attempt.error))
        self.attempt = attempt


def reconcile(client: Client, desired: Iterable[Desired], check_mode: bool = False) -> Iterator[Report]:
    """Make each namespace as desired and yield its report, in the given order.

    An error ends up in the report of its own namespace.
    """
    context = _Run(client, check_mode)
    return run((_lane(context, one_of) for one_of in desired), client.connection.parallel, client.observer)


@dataclass
class _Run:
    """What all lanes of a run share: ``users`` remembers who exists, ``known`` that Quay knows the caller."""

    client: Client
    check_mode: bool
    users: dict[str, bool] = field(default_factory=dict)
    known: bool = False


def _lane(context: _Run, desired: Desired) -> Batch[Report]:
    report = Report(desired.new_name or desired.namespace, check_mode=context.check_mode, part=desired.part)
    try:
        desired = yield from _rename(context, desired, report)
        yield from _converge(context, desired, report)
    except QuayError as error:
        report.error = _plain(error)
    return report


def _plain(error: QuayError) -> QuayError:
    """Return the error without what this file and the client wrapped around it."""
    if isinstance(error, _Stopped) and error.attempt.error is not None:
        return _plain(error.attempt.error)
    return error.cause if isinstance(error, Unconfirmed) else error


def _converge(context: _Run, desired: Desired, report: Report) -> Reading:
    client = context.client
    tries: dict[tuple[str, str, tuple[str, ...]], int] = defaultdict(int)
    looked_again = False
    while True:
        current = yield from read(client, desired, context.users, context.check_mode)
        report.current = report.current or current
        planned = plan(expanded(desired, current), current, context.check_mode)
        report.warnings += [text for text in planned.warnings if text not in report.warnings]
        _settle(planned.changes, report)
        if context.check_mode:
            yield from _check_caller(context, desired, current)
            report.changes += planned.changes
            return
        place = Place(desired.namespace, current.personal)
        failed = yield from _apply(client, place, planned.changes, report)
        if failed:
            yield from _pause_or_give_up(client, failed, tries)
        elif planned.look_again and not looked_again:
            looked_again = True
        else:
            return


def _check_caller(context: _Run, desired: Desired, current: Current) -> Reading:
    """Make sure of the caller where nothing that was read does.

    That an organization is missing, Quay tells anybody; only the writes would show that a token is not
    valid, and check mode sends none.
    """
    # Users are looked up where only superusers may.
    if not (current.exists or context.known or desired.mentions(USER)):
        yield from one(lambda: context.client.get("user/"))
        context.known = True


def _settle(planned: Sequence[Change], report: Report) -> None:
    """Count as done what was open and is not planned any more: it was carried out after all."""
    again = {_label(change): change for change in planned}
    for change in report.open_changes:
        if _label(change) in again:
            continue
        rest = again.get(("update", *_label(change)[1:]))
        report.done(_part(change, set(change.after or {}) - set(rest.fields)) if rest else change)
    report.open_changes = []


def _pause_or_give_up(client: Client, failed: list[_Attempt], tries: dict[Any, int]) -> Reading:
    for attempt in failed:
        label, error = _label(attempt.change), attempt.error
        tries[label] += 1
        lasting = not isinstance(error, Unconfirmed) or error.lasting
        if error is not None and tries[label] >= (LASTING_TRIES if lasting else PASSING_TRIES):
            raise error
    most = max(tries.values())
    yield from one(lambda: client.pause(most))


def _label(change: Change) -> tuple[str, str, tuple[str, ...]]:
    return change.action, change.kind, (*change.key, change.ident)


# Applying


def _apply(client: Client, place: Place, changes: Iterable[Change], report: Report) -> Reading:
    """Carry out the changes, rank by rank; return the attempts after which to read again.

    Raises the first error that ends the lane, after everything that was done is in the report.
    """
    for group in _ranks(changes):
        outcomes = yield [partial(_carry_out, client, place, change) for change in group]
        stopped = [outcome.error for outcome in outcomes if outcome.error is not None]
        attempts = [error.attempt for error in stopped if isinstance(error, _Stopped)]
        attempts += [outcome.value for outcome in outcomes if outcome.value is not None]
        for attempt in attempts:
            _record(attempt, report)
        if stopped:
            raise stopped[0]
        failed = [attempt for attempt in attempts if attempt.error is not None]
        if failed:
            return failed
    return []


def _ranks(changes: Iterable[Change]) -> Iterator[list[Change]]:
    """Yield the runs of changes that may be made at the same time."""
    for _rank, group in groupby(changes, key=lambda change: (change.action == "delete", change.rank)):
        yield list(group)


def _carry_out(client: Client, place: Place, change: Change) -> _Attempt:
    """Send the requests of one change. Runs in a thread.

    Returns the attempt, with an error that calls for reading again; raises _Stopped for any other.
    """
    resource = RESOURCES[change.kind]
    make = {"create": resource.create, "update": resource.update, "delete": resource.delete}[change.action]
    attempt = _Attempt(change)
    for step in make(client, place, change):
        try:
            answer = step.call()
        except NotFound as error:
            if change.action != "delete":
                raise _Stopped(replace(attempt, error=error)) from error
            answer = None
        except (Unconfirmed, Conflict) as error:
            return replace(attempt, error=error)
        except QuayError as error:
            raise _Stopped(replace(attempt, error=error)) from error
        attempt = replace(attempt, answers=(*attempt.answers, answer), done=attempt.done + step.fields)
    return attempt


def _record(attempt: _Attempt, report: Report) -> None:
    """Put into the report what of an attempt was done, and what nobody knows of."""
    change = attempt.change
    rest = change
    if attempt.error is None:
        report.done(change, attempt.answers)
        return
    if attempt.answers and change.action != "delete":
        report.done(_part(change, set(attempt.done)), attempt.answers)
        rest = replace(_part(change, set(change.fields) - set(attempt.done)), action="update")
    if isinstance(attempt.error, Unconfirmed):
        report.open_changes.append(rest)


def _part(change: Change, names: set[str]) -> Change:
    """Return the change as far as the named fields go."""
    before, after = (
        None if side is None else {name: value for name, value in side.items() if name in names}
        for side in (change.before, change.after)
    )
    fields = tuple(name for name in change.fields if name in names)
    return replace(change, before=before, after=after, fields=fields)


# Renaming


def _rename(context: _Run, desired: Desired, report: Report) -> Reading:
    """Give the organization its new name if it still has the old one; return what is left to do."""
    client, new_name = context.client, desired.new_name
    if new_name is None:
        return desired
    desired = replace(desired, new_name=None)
    change = Change(
        "update",
        ORGANIZATION.name,
        (),
        before={"name": desired.namespace},
        after={"name": new_name},
        fields=("name",),
    )
    tries = 0
    while True:
        old = yield from one(lambda: ORGANIZATIONS.find(client, desired.namespace))
        new = yield from one(lambda: ORGANIZATIONS.find(client, new_name))
        if old is not None and new is not None:
            raise InvalidDeclaration(
                f"Organizations {desired.namespace!r} and {new_name!r} both exist, so the one cannot be "
                "renamed to the other."
            )
        if old is None:
            if tries:
                report.done(change)
            return replace(desired, namespace=new_name)
        if context.check_mode:
            report.done(change)
            return desired
        tries += 1
        attempt = yield from one(partial(_carry_out, client, Place(desired.namespace), change))
        if attempt.error is None:
            report.done(change)
            return replace(desired, namespace=new_name)
        if tries >= LASTING_TRIES:
            raise attempt.error
