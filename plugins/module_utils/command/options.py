# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The command line of quaytool: from words to an action and its options. Asks nobody anything.

An action is written as a command (``quaytool list-robots --organization acme``) or as an established
option (``quaytool --list-robots --organization acme``). Both take the same options and do the same.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NoReturn

from ..visible import visible_lines
from .catalog import ACTIONS, PRUNING, SELECTION, Action
from .option_table import COMMON, FORMATS, SPECS, flag_of

PROGRAM = "quaytool"
# What an action is when it is written as an option, and nothing stands behind it.
_BARE = True
# A list option: a second value adds to the first.
_LISTS = frozenset(name for name, (_flags, how) in SPECS.items() if how.get("action") == "append")
_EPILOG = """\
The address and the credentials come from the environment too: QUAY_HOST, and ADMIN_TOKEN or QUAY_TOKEN,
or QUAY_USERNAME and QUAY_PASSWORD. Exit codes: 0 done, or nothing to do; 1 something failed, and what was
done is shown; 2 wrong use; 130 interrupted.
"""


@dataclass(frozen=True)
class Order:
    """What is to be done: ``options`` holds a value for every option of option_table.py, None if not given.

    Options that may be repeated are lists without duplicates, [] if not given.
    """

    action: Action
    options: Mapping[str, Any]


def parse(arguments: Sequence[str]) -> Order:
    """Return what the arguments ask for.

    Raises SystemExit as argparse does: with 0 after printing help or the version, with 2 after saying on
    stderr what is wrong.
    """
    words = list(arguments)
    place = _place_of_command(words)
    if place is None:
        parser = _parser()
        found = vars(parser.parse_args(words))
        action = _flagged(parser, found)
        value = found[_key(action)]
    else:
        action = _command(words.pop(place))
        parser = _parser(action)
        found = vars(parser.parse_intermixed_args(words))
        value = found.get(_key(action))
        value = value if _is_given(value) else _BARE
    options = _options(found)
    _fill(parser, action, options, value)
    wrong = _problems(action, options)
    if wrong:
        parser.error(f"{action.name}: {'; '.join(wrong)}.")
    return Order(action, options)


# Which action


def _place_of_command(words: Sequence[str]) -> int | None:
    """Return where the first word is that neither is an option nor belongs to one."""
    with_value = _flags_with_values()
    place = 0
    while place < len(words):
        word = words[place]
        if not word.startswith("-"):
            return place
        following = words[place + 1] if place + 1 < len(words) else "-"
        place += 2 if word in with_value and not following.startswith("-") else 1
    return None


def _flags_with_values() -> set[str]:
    """Return the flags behind which a value stands, or may stand."""
    options = {flag for flags, how in SPECS.values() if not _is_switch(how) for flag in flags}
    return options | {action.flag for action in ACTIONS.values() if action.argument}


def _is_switch(how: Mapping[str, Any]) -> bool:
    return how.get("action") in ("store_true", "version", "help")


def _command(word: str) -> Action:
    if word in ACTIONS:
        return ACTIONS[word]
    alike = get_close_matches(word, ACTIONS, 1)
    hint = f" Is {alike[0]} meant?" if alike else f" All of them: {PROGRAM} --help."
    _parser().error(f"there is no command {word!r}.{hint}")


def _flagged(parser: argparse.ArgumentParser, found: Mapping[str, Any]) -> Action:
    chosen = [action for action in ACTIONS.values() if found[_key(action)] is not None]
    if len(chosen) == 1:
        return chosen[0]
    if chosen:
        parser.error(f"one action at a time, not {' and '.join(action.flag for action in chosen)}.")
    parser.error(f"say what to do. All commands: {PROGRAM} --help.")


def _key(action: Action) -> str:
    return f"action {action.name}"


# The parsers


class _Parser(argparse.ArgumentParser):
    """Says what is wrong without the long list of all options."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{PROGRAM}: error: {visible_lines(message)}\n")


def _parser(action: Action | None = None) -> argparse.ArgumentParser:
    """Return the parser of one command, or that of all actions as options."""
    if action is None:
        parser = _Parser(
            prog=PROGRAM,
            usage=f"{PROGRAM} COMMAND [options]\n       {PROGRAM} --COMMAND [options]",
            description="Works on a Quay registry.",
            epilog=_EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        _add_actions(parser)
        names: Iterable[str] = SPECS
    else:
        parser = _Parser(prog=f"{PROGRAM} {action.name}", description=action.summary, allow_abbrev=False)
        _add_argument(parser, action)
        names = [name for name in SPECS if name in action.options or name in COMMON]
    groups = {
        "": parser.add_argument_group("what it is about"),
        "selection": parser.add_argument_group("which repositories"),
        "pruning": parser.add_argument_group("what prune leaves and takes"),
        "common": parser.add_argument_group("connection and output"),
    }
    for name in names:
        flags, how = SPECS[name]
        groups[_group(name)].add_argument(*flags, dest=name, **how)
    return parser


def _group(name: str) -> str:
    if name in COMMON:
        return "common"
    return "selection" if name in SELECTION else "pruning" if name in PRUNING else ""


def _add_actions(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("commands, which may be written as options")
    for action in ACTIONS.values():
        how: dict[str, Any] = {"dest": _key(action), "help": action.summary}
        if action.argument:
            how.update(_value(action), nargs="?" if action.bare else None, const=_BARE)
            if not action.bare:
                del how["const"]
        else:
            how.update(action="store_const", const=_BARE)
        group.add_argument(action.flag, **how)


def _add_argument(parser: argparse.ArgumentParser, action: Action) -> None:
    if action.argument:
        nargs = "*" if action.argument in _LISTS else "?"
        parser.add_argument(
            _key(action), nargs=nargs, help=SPECS[action.argument][1]["help"], **_value(action)
        )


def _value(action: Action) -> dict[str, Any]:
    """Return how the value behind an action is read: as that of the option it stands for."""
    how = SPECS[action.argument][1]
    return {key: how[key] for key in ("type", "metavar") if key in how}


# What was given


def _options(found: Mapping[str, Any]) -> dict[str, Any]:
    options = {name: found.get(name) for name in SPECS}
    for name in _LISTS:
        options[name] = list(dict.fromkeys(options[name] or ()))
    return options


def _fill(parser: argparse.ArgumentParser, action: Action, options: dict[str, Any], value: Any) -> None:
    """Give the value that stands behind the action to the option that it means."""
    if value is _BARE:
        return
    name, values = action.argument, value if isinstance(value, list) else [value]
    if _is_given(options[name]) and options[name] not in (value, values):
        parser.error(f"{action.name}: {flag_of(name)} and {values[0]!r} both say which is meant.")
    options[name] = list(dict.fromkeys(values)) if name in _LISTS else value


def _problems(action: Action, options: Mapping[str, Any]) -> list[str]:
    found = []
    for group in action.needs:
        given = [name for name in group if _is_given(options[name])]
        flags = [flag_of(name) for name in group]
        if not given:
            found.append(f"it needs {' or '.join(flags)}")
        elif len(given) > 1:
            found.append(f"only one of {' and '.join(flag_of(name) for name in given)} is possible")
    for name, value in options.items():
        if _is_given(value) and name not in action.options and name not in COMMON:
            found.append(f"it does not use {flag_of(name)}")
    if options["role"] and options["role"] not in (action.roles or (options["role"],)):
        found.append(f"--role is one of {', '.join(action.roles)}")
    if options["visibility"] and options["visibility"] not in ("public", "private"):
        found.append("the visibility is public or private")
    if options["output"] not in FORMATS:
        found.append(f"--output is one of {', '.join(FORMATS)}")
    return found


def _is_given(value: Any) -> bool:
    return value is not None and value is not False and value != []
