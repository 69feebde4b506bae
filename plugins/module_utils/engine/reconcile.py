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
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import Any

from ..errors import Conflict, Forbidden, InvalidDeclaration, NotFound, QuayError, Unconfirmed
from .expansion import expanded
from .lanes import Batch, one, run
from .plan import plan
from .reading import read
from .report import Report
from .values import Client, Place, Run
from .words import Change, Current, Desired, Kind

# How often one change is tried in all before its organization fails: for failures that pass
# (time-outs, resets, 502 to 504), and for those that are likely to stay (500, a name that is taken).
PASSING_TRIES = 8
LASTING_TRIES = 2

# What tells a change from the others of a lane: action, kind, and key with Quay's id.
Label = tuple[str, Kind, tuple[str, ...]]


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
    context = Run(client, check_mode)
    return run((_lane(context, one_of) for one_of in desired), client.parallel, client.observer)


def _lane(context: Run, desired: Desired) -> Batch[Report]:
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


def _converge(context: Run, desired: Desired, report: Report) -> Batch[None]:
    client = context.client
    tries: dict[Label, int] = defaultdict(int)
    looked_again = rivals = False
    while True:
        current = yield from read(context, desired)
        report.current = current
        planned = plan(expanded(desired, current), current, context.check_mode)
        report.warnings += [text for text in planned.warnings if text not in report.warnings]
        _settle(planned.changes, report)
        if context.check_mode:
            yield from _check_caller(context, current)
            report.changes += planned.changes
            return
        attempts = yield from _apply(client, current.place, planned.changes, report)
        failed = [attempt for attempt in attempts if attempt.error is not None]
        rivals = rivals or any(isinstance(attempt.error, Conflict) for attempt in failed)
        if failed:
            _forget_accounts(context, failed)
            yield from _pause_or_give_up(client, failed, tries)
        elif not looked_again and (planned.look_again or (rivals and _may_be_doubled(planned.changes))):
            looked_again = True
        else:
            return


def _forget_accounts(context: Run, failed: Iterable[_Attempt]) -> None:
    """Have it found out again who exists, where something that a change refers to was not there."""
    if any(isinstance(attempt.error, NotFound) for attempt in failed):
        for name in [name for name, exists in context.accounts.items() if exists]:
            del context.accounts[name]


def _may_be_doubled(made: Iterable[Change]) -> bool:
    """Tell whether something was made that Quay lets another caller make a second time."""
    return any(change.action == "create" and not change.kind.unique for change in made)


def _check_caller(context: Run, current: Current) -> Batch[None]:
    """Make sure of the caller where nothing that was read does.

    That a namespace is missing, Quay tells anybody; only the writes would show that a token is not
    valid, and check mode sends none.
    """
    if not (current.exists or context.known):
        yield from one(context.client.caller)
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


def _pause_or_give_up(client: Client, failed: list[_Attempt], tries: dict[Label, int]) -> Batch[None]:
    for attempt in failed:
        label, error = _label(attempt.change), attempt.error
        tries[label] += 1
        lasting = not isinstance(error, Unconfirmed) or error.lasting
        if error is not None and tries[label] >= (LASTING_TRIES if lasting else PASSING_TRIES):
            raise error
    most = max(tries.values())
    cause = next((attempt.error for attempt in failed if attempt.error is not None), None)
    yield from one(lambda: client.pause(most, cause or QuayError("A change was not carried out.")))


def _label(change: Change) -> Label:
    return change.action, change.kind, (*change.key, change.ident)


# Applying


def _apply(client: Client, place: Place, changes: Iterable[Change], report: Report) -> Batch[list[_Attempt]]:
    """Carry out the changes, rank by rank, up to the first after which to read again; return the attempts.

    Raises the first error that ends the lane, after everything that was done is in the report.
    """
    made: list[_Attempt] = []
    for group in _ranks(changes):
        outcomes = yield [partial(_carry_out, client, place, change) for change in group]
        stopped = [outcome.error for outcome in outcomes if outcome.error is not None]
        attempts = [error.attempt for error in stopped if isinstance(error, _Stopped)]
        attempts += [outcome.value for outcome in outcomes if outcome.value is not None]
        for attempt in attempts:
            _record(attempt, report)
        if stopped:
            raise stopped[0]
        made += attempts
        if any(attempt.error is not None for attempt in attempts):
            break
    return made


def _ranks(changes: Iterable[Change]) -> Iterator[list[Change]]:
    """Yield the runs of changes that may be made at the same time."""
    for _rank, group in groupby(changes, key=lambda change: (change.action == "delete", change.rank)):
        yield list(group)


def _carry_out(client: Client, place: Place, change: Change) -> _Attempt:
    """Send the requests of one change. Runs in a thread.

    Returns the attempt, with an error that calls for reading again; raises _Stopped for any other.
    """
    kind = change.kind
    make = {"create": kind.create, "update": kind.update, "delete": kind.delete}[change.action]
    attempt = _Attempt(change)
    for step in make(client, place, change):
        try:
            answer = step.call()
        except QuayError as error:
            if _calls_for_reading(error, change):
                return replace(attempt, error=error)
            if not (isinstance(error, NotFound) and change.action == "delete"):
                raise _Stopped(replace(attempt, error=error)) from error
            answer = None
        attempt = replace(attempt, answers=(*attempt.answers, answer), done=attempt.done + step.fields)
    return attempt


def _calls_for_reading(error: QuayError, change: Change) -> bool:
    """Tell whether to read again: the outcome is open, or another caller was first.

    What is to be deleted and is not there is done. To whoever is no superuser Quay says 403, too, about
    what is gone with its organization or its repository.
    """
    if change.action == "delete":
        return isinstance(error, (Unconfirmed, Conflict, Forbidden))
    return isinstance(error, (Unconfirmed, Conflict, NotFound))


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


def _rename(context: Run, desired: Desired, report: Report) -> Batch[Desired]:
    """Give the namespace its new name if it still has the old one; return what is left to do."""
    client, home, new_name = context.client, desired.home, desired.new_name
    if new_name is None:
        return desired
    desired = replace(desired, new_name=None)
    before, after = {"name": desired.namespace}, {"name": new_name}
    change = Change("update", home, (), before=before, after=after, fields=("name",))
    tries = 0
    while True:
        old = yield from one(partial(home.find, client, desired.namespace))
        new = yield from one(partial(home.find, client, new_name))
        if old is not None and new is not None:
            raise InvalidDeclaration(
                f"{home.plural.capitalize()} {desired.namespace!r} and {new_name!r} both exist, so the one "
                "cannot be renamed to the other."
            )
        if old is None:
            if tries and new is not None:
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
