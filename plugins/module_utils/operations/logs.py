# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The log of what was done (facts A21): entries, counts, and its export.

Quay is asked for whole days, and answers something else than what was asked for in two cases, for which this
file makes up: it counts what all did where it does not know the performer, and of more than a month it counts
nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

from ..engine.lanes import Batch, all_of, run
from ..engine.words import Spec
from ..errors import FeatureOff, InvalidDeclaration, NotFound, ServerFault
from ..http.client import Client
from ..http.connection import repository_path, segment
from ..kinds.dates import date_of, end_of, quays_date
from ..kinds.names import is_robot, split_robot
from ..kinds.offered import get_offered
from .namespaces import split_repository
from .operation import Operation

Params = Mapping[str, Any]

# Of so many days Quay tells counts without mistaking the month.
_LONGEST_COUNT = timedelta(days=28)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Log:
    """Whose log it is. ``by_performer``: Quay itself can choose what one account did."""

    path: str
    by_performer: bool


@dataclass(frozen=True)
class _Span:
    """From ``start`` to before ``end``, both in UTC; None: as Quay has it, from a day ago to now."""

    start: datetime | None
    end: datetime | None

    def query(self) -> dict[str, str]:
        """Return what asks for the days that the span is in."""
        found = {}
        if self.start is not None:
            found["starttime"] = _day(self.start)
        if self.end is not None:
            found["endtime"] = _day(self.end - timedelta(microseconds=1))
        return found

    def holds(self, text: str) -> bool:
        """Tell whether a date as Quay spells it is in the span."""
        moment = quays_date(text)
        if moment is None:
            return True
        return (self.start is None or self.start <= moment) and (self.end is None or moment < self.end)


def _day(moment: datetime) -> str:
    return moment.strftime("%m/%d/%Y")


def _whose_options() -> Spec:
    return {
        "organization": {"type": "str"},
        "repository": {"type": "str"},
        "start": {"type": "str"},
        "end": {"type": "str"},
    }


def logs_info_options() -> Spec:
    """Return the options of quay_logs_info."""
    return {
        **_whose_options(),
        "registry": {"type": "bool", "default": False},
        "performer": {"type": "str"},
        "kinds": {"type": "list", "elements": "str"},
        "counts": {"type": "bool", "default": False},
        "limit": {"type": "int", "default": 500},
    }


def logs(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return what was done: entries, the newest first, or how often each kind of action was on each day."""
    del check_mode
    if params["limit"] < 1:
        raise InvalidDeclaration(f"limit is {params['limit']}; it must be 1 at least.")
    span, log = _span(params), _log(params, client)
    if params["counts"]:
        return Operation(values=_counts(params, client, log, span))
    return Operation(values=_entries(params, client, log, span))


def _log(params: Params, client: Client) -> _Log:
    if params.get("registry"):
        return _Log("superuser", by_performer=False)
    if params["repository"] is not None:
        place, name = split_repository(client, params["repository"])
        return _Log(repository_path(place.name, name), by_performer=False)
    if params["organization"] is not None:
        if not params["organization"]:
            raise InvalidDeclaration("organization must not be empty.")
        return _Log(f"organization/{segment(params['organization'])}", by_performer=True)
    return _Log("user", by_performer=True)


def _span(params: Params) -> _Span:
    start = date_of("start", params["start"]) if params["start"] else None
    end = end_of("end", params["end"]) if params["end"] else None
    if end is not None and start is None:
        start = end - _DAY
    if start is not None and start >= (end or datetime.now(timezone.utc)):
        raise InvalidDeclaration(f"start {params['start']!r} is not before the end.")
    return _Span(start, end)


# Entries


def _entries(params: Params, client: Client, log: _Log, span: _Span) -> dict[str, Any]:
    found: list[dict[str, Any]] = []
    for entry in _all_entries(client, log, span, params["performer"]):
        if not _is_wanted(params, span, entry):
            continue
        if len(found) == params["limit"]:
            return {"logs": found, "more": True}
        found.append(_shown(entry))
    return {"logs": found, "more": False}


def _all_entries(
    client: Client, log: _Log, span: _Span, performer: str | None
) -> Iterator[Mapping[str, Any]]:
    """Yield the entries, the newest first, 20 a request. Raises what is wrong with the performer."""
    query = span.query()
    if performer and log.by_performer:
        query["performer"] = performer
    try:
        for answer in client.answers(f"{log.path}/logs", "logs", query, distinct=False):
            _check_search(answer)
            yield from answer["logs"]
    except ServerFault:
        # With a performer that it does not know Quay fails.
        if performer:
            _check_performer(client, performer)
        raise


def _check_search(answer: Mapping[str, Any]) -> None:
    if answer.get("search_unavailable"):
        raise FeatureOff(f"This registry's log cannot be read (LOGS_MODEL): {answer.get('message', '')}")


def _check_performer(client: Client, name: str) -> None:
    """Raise InvalidDeclaration where there is no such user or robot."""
    owner, short = split_robot(name)
    path = (
        f"organization/{segment(owner)}/robots/{segment(short)}"
        if is_robot(name)
        else f"users/{segment(name)}"
    )
    if client.find(path) is None:
        raise InvalidDeclaration(f"performer {name!r} does not exist.")


def _is_wanted(params: Params, span: _Span, entry: Mapping[str, Any]) -> bool:
    performer, kinds = params["performer"], params["kinds"]
    if performer and (entry.get("performer") or {}).get("name") != performer:
        return False
    return (kinds is None or entry["kind"] in kinds) and span.holds(entry["datetime"])


def _shown(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry with names in the place of avatars."""
    shown = {name: entry.get(name) for name in ("kind", "datetime", "ip", "metadata")}
    for name in ("performer", "namespace"):
        if name in entry:
            shown[name] = (entry[name] or {}).get("name")
    return {"performer": None, **shown}


# Counts


def _counts(params: Params, client: Client, log: _Log, span: _Span) -> dict[str, Any]:
    performer, kinds = params["performer"], params["kinds"]
    query = {}
    if performer:
        if not log.by_performer:
            raise InvalidDeclaration(
                "Quay counts what one performer did in an organization and in your own namespace only."
            )
        # Of one that it does not know it would count what all did.
        _check_performer(client, performer)
        query["performer"] = performer
    path = f"{log.path}/aggregatelogs"
    ask = partial(_ask_of_repository, client) if path.startswith("repository/") else client.get
    calls = [partial(ask, path, {**part.query(), **query}) for part in _parts(span)]
    (answers,) = run([_all(calls)], client.connection.parallel, client.observer)
    for answer in answers:
        _check_search(answer)
    rows = [row for answer in answers for row in answer["aggregated"]]
    rows = [row for row in rows if kinds is None or row["kind"] in kinds]
    totals: Counter[str] = Counter()
    for row in rows:
        totals[row["kind"]] += int(row["count"])
    return {"counts": sorted(rows, key=_by_day), "totals": dict(sorted(totals.items()))}


def _ask_of_repository(client: Client, path: str, query: Mapping[str, str]) -> Any:
    """Return the answer to a GET. To look at the repository takes less than to administer it."""
    look = partial(client.get, path.rpartition("/")[0])
    return get_offered(client, path, look, query, signs=(NotFound,))


def _all(calls: list[Any]) -> Batch[list[Any]]:
    return (yield from all_of(calls))


def _by_day(row: Mapping[str, Any]) -> tuple[float, str]:
    moment = quays_date(row["datetime"])
    return (0.0 if moment is None else moment.timestamp(), row["kind"])


def _parts(span: _Span) -> list[_Span]:
    """Return spans of whole days, none longer than what Quay counts."""
    if span.start is None:
        return [span]
    start = span.start.replace(hour=0, minute=0, second=0, microsecond=0)
    end = span.end or datetime.now(timezone.utc)
    found = []
    while start < end:
        found.append(_Span(start, min(start + _LONGEST_COUNT, end)))
        start += _LONGEST_COUNT
    return found


# Export


def logs_export_options() -> Spec:
    """Return the options of quay_logs_export."""
    return {**_whose_options(), "url": {"type": "str"}, "email": {"type": "str"}}


def export(params: Params, client: Client, check_mode: bool) -> Operation:
    """Have Quay export a log, of whole days, and say where it is when it is done. Each time a new one."""
    span, log = _span(params), _log(params, client)
    body = {f"callback_{name}": params[name] for name in ("url", "email") if params[name] is not None}
    if check_mode:
        return Operation(changed=True)
    answer = client.send("POST", f"{log.path}/exportlogs", body, query=span.query())
    return Operation(changed=True, values={"export_id": answer["export_id"]})
