# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What was done: the log of an organization, a repository, the caller, the registry (facts A21).

Quay looks for whole days in UTC, and for whoever did it only in a namespace; the rest is left out here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from ..engine.values import Place
from ..engine.words import Spec
from ..errors import FeatureOff, InvalidDeclaration, NotFound
from ..http.client import Client
from ..http.connection import repository_path, segment
from ..kinds.moments import answered_moment, instant, moment_text
from ..kinds.names import home_path, is_robot, robot_path, split_robot
from .namespaces import missing, place_of, split_repository
from .operation import Operation

Params = Mapping[str, Any]

_DAY = timedelta(days=1)
# As many days, first and last included, as Quay counts at once.
_MOST_DAYS = 31


@dataclass(frozen=True)
class _Span:
    """From ``start`` on and before ``end``, both in UTC."""

    start: datetime
    end: datetime

    @property
    def days(self) -> tuple[datetime, datetime]:
        """The first and the last day, which Quay counts as a whole."""
        last = self.end - timedelta(microseconds=1)
        return _midnight(self.start), _midnight(last)

    @property
    def query(self) -> dict[str, str]:
        first, last = self.days
        return {"starttime": first.strftime("%m/%d/%Y"), "endtime": last.strftime("%m/%d/%Y")}

    def holds(self, seconds: int | None) -> bool:
        """Tell whether a moment is in it; of one that nobody knows it is taken to be."""
        return seconds is None or self.start.timestamp() <= seconds < self.end.timestamp()


def log_options() -> Spec:
    """Return the options of quay_logs_info."""
    return {
        "organization": {"type": "str"},
        "repository": {"type": "str"},
        "registry": {"type": "bool", "default": False},
        "start": {"type": "str"},
        "end": {"type": "str"},
        "performer": {"type": "str"},
        "kinds": {"type": "list", "elements": "str"},
        "aggregated": {"type": "bool", "default": False},
        "limit": {"type": "int", "default": 100},
    }


def log(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return what was done, or how often; ``params`` are the options of quay_logs_info."""
    del check_mode
    if params["limit"] < 0:
        raise InvalidDeclaration(f"limit is {params['limit']}; it cannot be negative. 0 is no limit.")
    span = _span(params["start"], params["end"], datetime.now(timezone.utc))
    if params["aggregated"]:
        _check_countable(span, params)
    path, looks_for_performers = _path(client, params)
    query = dict(span.query)
    if params["performer"] is not None and looks_for_performers:
        _check_performer(client, params["performer"])
        query["performer"] = params["performer"]
    try:
        if params["aggregated"]:
            return _counts(client, f"{path}/aggregatelogs", query, params["kinds"])
        return _entries(client, f"{path}/logs", query, span, params)
    except NotFound as error:
        if params["organization"] is None:
            raise
        raise missing(Place(params["organization"])) from error


# When


def _span(start: str | None, end: str | None, now: datetime) -> _Span:
    """Return the span: by default from yesterday on, until now. A day that is the end belongs to it."""
    last = now + _DAY if end is None else _end(end)
    first = _midnight(min(now, last - _DAY) - _DAY) if start is None else instant("start", start)
    if first >= last:
        raise InvalidDeclaration(f"start {start!r} is not before end {end!r}.")
    return _Span(first, last)


def _end(text: str) -> datetime:
    moment = instant("end", text)
    return moment + _DAY if len(text.strip()) == len("2026-12-31") else moment


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _check_countable(span: _Span, params: Params) -> None:
    first, last = span.days
    if (last - first).days >= _MOST_DAYS:
        raise InvalidDeclaration(
            f"start and end are more than {_MOST_DAYS} days apart, which is what Quay counts at once."
        )
    if params["performer"] is not None and (params["repository"] is not None or params["registry"]):
        raise InvalidDeclaration(
            "performer cannot be counted in a repository or the whole registry: Quay counts what one account "
            "did only in an organization, or your own namespace."
        )


# Where


def _path(client: Client, params: Params) -> tuple[str, bool]:
    """Return the path above the log, and whether Quay looks for who did it there."""
    if params["registry"]:
        return "superuser", False
    if params["repository"] is not None:
        place, name = split_repository(client, params["repository"])
        return repository_path(place.name, name), False
    if params["organization"] is None:
        return "user", True
    return home_path(place_of(client, params["organization"])), True


def _check_performer(client: Client, name: str) -> None:
    """Raise NotFound for somebody who does not exist: Quay fails, or counts what anybody did."""
    if is_robot(name):
        owner, short = split_robot(name)
        # A user's robots are where those of an organization are.
        path = robot_path(Place(owner), short)
        if owner != "" and client.find(path) is None:
            raise NotFound(f"performer {name!r} does not exist.")
        return
    if client.find(f"users/{segment(name)}") is None:
        raise NotFound(f"performer {name!r} does not exist.")


# What was done


def _entries(client: Client, path: str, query: Mapping[str, str], span: _Span, params: Params) -> Operation:
    found: list[dict[str, Any]] = []
    for entry in _read(client, path, query):
        if not (span.holds(entry["seconds"]) and _is_wanted(entry, params)):
            continue
        if params["limit"] and len(found) == params["limit"]:
            return Operation(values={"logs": found, "complete": False})
        found.append({name: value for name, value in entry.items() if name != "seconds"})
    return Operation(values={"logs": found, "complete": True})


def _read(client: Client, path: str, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield what was done, newest first; 20 a request."""
    for page in client.pages(path, "logs", query, _check_searchable):
        yield from (_entry(view) for view in page)


def _check_searchable(answer: Mapping[str, Any]) -> None:
    if answer.get("search_unavailable"):
        raise FeatureOff(
            f"Quay cannot look into its own log: {answer.get('message') or 'it says no more'}. LOGS_MODEL in "
            "its config.yaml says where it goes."
        )


def _entry(view: Mapping[str, Any]) -> dict[str, Any]:
    seconds = answered_moment(view.get("datetime"))
    performer = view.get("performer") or {}
    entry = {
        "seconds": seconds,
        "datetime": view.get("datetime") if seconds is None else moment_text(seconds),
        "kind": view["kind"],
        "performer": performer.get("name"),
        "ip": view.get("ip"),
        "metadata": view.get("metadata") or {},
    }
    if "namespace" in view:
        entry["namespace"] = view["namespace"].get("name")
    return entry


def _is_wanted(entry: Mapping[str, Any], params: Params) -> bool:
    if params["kinds"] is not None and entry["kind"] not in params["kinds"]:
        return False
    return params["performer"] is None or entry["performer"] == params["performer"]


def _counts(client: Client, path: str, query: Mapping[str, str], kinds: list[str] | None) -> Operation:
    answer = client.get(path, query)
    _check_searchable(answer)
    found = [
        {"date": _day(view.get("datetime")), "kind": view["kind"], "count": view["count"]}
        for view in answer["aggregated"]
        if kinds is None or view["kind"] in kinds
    ]
    found.sort(key=lambda one: (one["date"] or "", one["kind"]))
    return Operation(values={"counts": found})


def _day(text: str | None) -> str | None:
    seconds = answered_moment(text)
    return None if seconds is None else moment_text(seconds)[:10]
