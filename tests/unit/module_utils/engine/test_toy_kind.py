# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A kind that Quay does not have, made in this file alone, all the way through.

It goes from options to requests and back into an export without any other file knowing of it. What is
needed for that is all that a new kind needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.declaration import Notes, declared
from ansible_collections.quayops.quay.plugins.module_utils.engine.lanes import Batch, Call, run
from ansible_collections.quayops.quay.plugins.module_utils.engine.options import state_option
from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, change_views, diffs
from ansible_collections.quayops.quay.plugins.module_utils.engine.values import Field, Place, Step
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import (
    Change,
    Current,
    Desired,
    Entry,
    Export,
    Exporting,
    Flat,
    Item,
    Kind,
    Question,
    Run,
    Spec,
)
from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration, PurgeRefused

# --- the kind ---------------------------------------------------------------------------------------


def _options() -> Spec:
    return {
        "name": {"type": "str", "required": True},
        "colour": {"type": "str", "choices": ["red", "blue"]},
        **state_option(),
    }


def _take(entry: Entry, notes: Notes) -> None:
    if not str(entry["name"]).isalpha():
        notes.wrong.append(f"flag name {entry['name']!r} is not allowed")
    notes.add(entry, FLAG, (str(entry["name"]),), {"colour": entry.get("colour")})


def _lists(client: Any, question: Question) -> list[Call]:
    return [partial(_all, client, question.current.place)]


def _all(client: Any, place: Place) -> list[Item]:
    return [Item(FLAG, (name,), {"colour": colour}) for name, colour in client.get("flags").items()]


def _put(client: Any, place: Place, change: Change) -> Iterator[Step]:
    yield Step(("colour",), partial(client.send, "PUT", f"flags/{change.key[0]}", change.value("colour")))


def _delete(client: Any, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(client.send, "DELETE", f"flags/{change.key[0]}"))


def _export_lists(client: Any, place: Place, wanted: frozenset[str]) -> dict[str, Call]:
    return {"flags": partial(_all, client, place)}


def _entries(exporting: Exporting) -> Batch[list[dict[str, Any]]]:
    yield from ()
    return [{"name": item.key[0], **item.fields} for item in exporting.parts["flags"]]


def _described(params: Entry, report: Report) -> dict[str, Any]:
    return {"name": params["name"], "ship": report.namespace}


FLAG = Kind(
    "flag",
    "flags",
    1,
    (Field("colour", "red"),),
    nested=True,
    options=_options,
    flat=Flat(lambda: {**_options(), "ship": {"type": "str", "required": True}}, _described),
    take=_take,
    lists=_lists,
    create=_put,
    update=_put,
    delete=_delete,
    export=Export(_export_lists, _entries),
)


# --- where it is, and who answers -------------------------------------------------------------------


def _open(run: Run, desired: Desired) -> Batch[Current]:
    yield from ()
    return Current(desired.namespace, exists=True)


SHIP = Kind("ship", "ships", 0, namespace=True, open=_open)


class Client:
    """Keeps flags, and notes what was asked."""

    parallel = 2
    observer = None

    def __init__(self, **flags: str) -> None:
        self.flags = flags
        self.asked: list[str] = []

    def caller(self) -> str:
        self.asked.append("GET user/")
        return "admin"

    def pause(self, tries: int, cause: Exception) -> None:
        raise AssertionError("nothing fails here")

    def get(self, path: str) -> dict[str, str]:
        self.asked.append(f"GET {path}")
        return dict(self.flags)

    def send(self, method: str, path: str, body: Any = None) -> str:
        self.asked.append(f"{method} {path}")
        name = path.rpartition("/")[2]
        if method == "DELETE":
            del self.flags[name]
        else:
            self.flags[name] = body
        return "done"


def desired(*flags: dict[str, Any], purge: tuple[str, ...] = (), limit: int = 10) -> Desired:
    return declared(SHIP, {"name": "argo", "flags": list(flags)}, [FLAG], purge, limit, with_home=False)


def made(client: Client, wanted: Desired, check_mode: bool = False) -> Report:
    (report,) = reconcile(client, [wanted], check_mode)
    return report


# --- what becomes of it -----------------------------------------------------------------------------


def test_its_options_are_those_of_an_entry_and_of_a_module_of_its_own() -> None:
    assert FLAG.flat is not None
    assert set(FLAG.flat.options()) - set(FLAG.options()) == {"ship"}


def test_what_is_wrong_is_said_before_anything_is_asked() -> None:
    with pytest.raises(
        InvalidDeclaration, match="flag name '1' is not allowed; flag 'a' is declared 2 times"
    ):
        desired({"name": "1"}, {"name": "a"}, {"name": "a"})


def test_it_is_read_planned_and_made() -> None:
    client = Client(old="red", bow="red")
    report = made(client, desired({"name": "bow", "colour": "blue"}, {"name": "aft"}))
    assert client.flags == {"old": "red", "bow": "blue", "aft": "red"}
    assert client.asked == ["GET flags", "PUT flags/aft", "PUT flags/bow"]
    assert [(one["action"], one["kind"], one["name"]) for one in change_views(report)] == [
        ("create", "flag", "aft"),
        ("update", "flag", "bow"),
    ]


def test_a_second_run_changes_nothing() -> None:
    client = Client(bow="blue")
    assert made(client, desired({"name": "bow", "colour": "blue"})).changes == []
    assert client.asked == ["GET flags"]


def test_the_diff_has_both_sides() -> None:
    report = made(Client(bow="red"), desired({"name": "bow", "colour": "blue"}), check_mode=True)
    assert diffs(report) == [
        {
            "before_header": "argo: flag bow",
            "after_header": "argo: flag bow",
            "before": {"colour": "red"},
            "after": {"colour": "blue"},
        }
    ]


def test_check_mode_sends_nothing() -> None:
    client = Client(bow="red")
    assert len(made(client, desired({"name": "bow", "state": "absent"}), check_mode=True).changes) == 1
    assert client.asked == ["GET flags"]


def test_what_is_not_declared_can_be_purged_within_a_limit() -> None:
    client = Client(bow="red", old="red", older="red")
    refused = made(client, desired({"name": "bow"}, purge=("flags",), limit=1))
    assert isinstance(refused.error, PurgeRefused)
    made(client, desired({"name": "bow"}, purge=("flags",)))
    assert client.flags == {"bow": "red"}


def test_it_is_written_down_as_it_is_declared() -> None:
    client = Client(bow="blue", aft="red")
    assert FLAG.export is not None and FLAG.export.entries is not None
    parts = {name: call() for name, call in FLAG.export.lists(client, Place("argo"), frozenset()).items()}
    exporting = Exporting(client, Place("argo"), (), parts, frozenset({"flags"}), [])
    (entries,) = run([FLAG.export.entries(exporting)], 1)
    assert entries == [{"name": "bow", "colour": "blue"}, {"name": "aft", "colour": "red"}]
    assert made(client, desired(*entries)).changes == []
