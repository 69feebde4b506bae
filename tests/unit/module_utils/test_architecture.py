# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Imports point one way, what decides is pure, one file knows Ansible, and everything stays small."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Union

import pytest

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
LIBRARY = PLUGINS / "module_utils"
MODULES = PLUGINS / "modules"

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
LONGEST_MODULE_LOGIC = 40

# Each file of the library by the name that imports give it, such as "client" or "resources.robots".
FILES = {
    str(path.relative_to(LIBRARY))[: -len(".py")].replace("/", "."): path
    for path in sorted(LIBRARY.rglob("*.py"))
    if path.name != "__init__.py"
}
RESOURCES = [name for name in FILES if name.startswith("resources.")]

# What each file may import of the library. A new file, and a new arrow, has to be thought about here.
SPEAKS = {"client", "connection", "errors", "state"}
READS = {"client", "errors", "lanes", "reading", "resources.base", "resources.registry", "state"}
ON_THE_HOST = {
    *(f"deployment.{name}" for name in ("commands", "config_file", "errors")),
    *(f"deployment.{name}" for name in ("document", "keys", "masking", "rules")),
}
ALLOWED: dict[str, set[str]] = {
    # values and rules
    "errors": set(),
    "selection": {"errors"},
    "tag_history": set(),
    "retention": {"errors", "tag_history"},
    "state": {"selection", "tag_history"},
    "endpoints": set(),
    "operation": set(),
    "expansion": {"errors", "selection", "state", "tag_history"},
    "arguments": {"endpoints"},
    "answers": {"endpoints", "errors"},
    "account_rules": set(),
    "declaration": {"account_rules", "answers", "errors", "selection", "state"},
    "auto_prune": {"declaration", "errors", "retention", "state"},
    "plan": {"accounts", "errors", "matching", "state"},
    "accounts": {"errors", "state"},
    "matching": {"errors", "state"},
    "exports": set(),
    # HTTP
    "sessions": {"errors"},
    "connection": {"errors", "sessions"},
    "transport": {"answers", "connection", "errors"},
    "signin": {"answers", "connection", "errors", "sessions", "transport"},
    "client": {"answers", "connection", "errors", "sessions", "signin", "transport"},
    # one class for each kind of object
    "resources.base": SPEAKS,
    **{name: {*SPEAKS, "resources.base"} for name in RESOURCES if name != "resources.base"},
    "resources.teams": {*SPEAKS, "resources.base", "resources.robots"},
    "resources.auto_prune": {*SPEAKS, "auto_prune", "resources.base"},
    # signs in as a user who was just made
    "resources.users": {*SPEAKS, "resources.base", "sessions"},
    "resources.registry": set(RESOURCES),
    # reading and applying, in parallel
    "lanes": {"errors"},
    "access": {*READS, "resources.permissions"},
    "tag_reading": {*READS - {"reading"}, "expansion", "tag_history"},
    "reading": {*READS, "access", "connection", "expansion", "sessions", "tag_reading"},
    "adoption": READS,
    "reconcile": {*READS, "expansion", "plan", "report"},
    "report": {"errors", "operation", "plan", "state"},
    # what must not expire
    "pruning.keep_lists": {"errors"},
    "pruning.kerberos": {"errors"},
    "pruning.dlrn": {"answers", "connection", "errors", "pruning.kerberos", "lanes", "transport"},
    # retention
    "pruning.report": {"operation", "retention"},
    "pruning.report_file": {"errors"},
    "pruning.reading": {
        *READS - {"reading"},
        "connection",
        "pruning.report",
        "retention",
        "selection",
        "tag_history",
    },
    "pruning.writing": {
        *READS - {"reading", "state"},
        "pruning.reading",
        "pruning.report",
        "retention",
        "tag_history",
    },
    "pruning.prune": {
        *("client", "connection", "errors", "lanes", "operation", "selection"),
        *(f"pruning.{name}" for name in ("dlrn", "keep_lists", "reading")),
        *(f"pruning.{name}" for name in ("report", "report_file", "writing")),
        "retention",
    },
    # operations over many objects: what a module of that name does, and the command-line tool
    "namespaces": {"client", "errors", "resources.base"},
    "inventory": {*READS, "namespaces", "operation"},
    "repository_inventory": {
        *READS - {"state"},
        *("adoption", "connection", "namespaces", "operation", "selection"),
    },
    "bulk": {"client", "declaration", "operation", "reconcile", "report"},
    "tagging": {*READS - {"lanes", "reading"}, "operation", "reconcile", "report", "selection"},
    # the command quay-pruner
    "command.credential_files": {"errors"},
    "command.pruner_config": {"arguments", "errors"},
    "command.pruner_report": {"errors", "pruning.report_file"},
    "command.pruner": {
        *("client", "connection", "errors", "pruning.keep_lists", "operation", "pruning.prune", "sessions"),
        *("command.credential_files", "command.pruner_config", "command.pruner_report"),
    },
    # who signs in, and with what: not objects of an organization, and so not planned
    "token_file": {"errors", "exports"},
    "oauth": {"answers", "client", "connection", "errors"},
    "tokens": {"client", "connection", "endpoints", "errors", "oauth", "sessions", "token_file"},
    "first_user": {"client", "connection", "errors", "sessions"},
    # the deployment: does not speak to Quay; what decides
    "deployment.errors": set(),
    "deployment.keys": set(),
    "deployment.document": set(),
    "deployment.masking": set(),
    "deployment.host_parsing": {"deployment.masking"},
    "deployment.certificates": set(),
    "deployment.dump": {"deployment.keys", "deployment.masking"},
    "deployment.answers": {"deployment.keys"},
    "deployment.rules_keys": set(),
    "deployment.rules_services": {"deployment.keys", "deployment.rules_keys"},
    "deployment.rules": {"deployment.keys", "deployment.rules_keys", "deployment.rules_services"},
    # the deployment: what touches the host
    "deployment.commands": {"deployment.errors"},
    "deployment.config_file": {"deployment.errors"},
    "deployment.config_task": {
        *ON_THE_HOST,
        "deployment.answers",
        "deployment.certificates",
        "deployment.dump",
    },
    "deployment.host": {"deployment.commands", "deployment.errors", "deployment.host_parsing"},
    "deployment.journal": set(),
    "deployment.service": {"deployment.commands", "deployment.errors", "deployment.journal"},
    "deployment.module": {
        *ON_THE_HOST,
        *("deployment.config_task", "deployment.host", "deployment.service"),
    },
    # the commands: what they are made of, and how they get onto a host
    "command.catalog": set(),
    "command.option_table": {"command.catalog"},
    "command.options": {"command.catalog", "command.option_table"},
    "command.credentials": {"connection", "errors", "exports", "sessions", "token_file"},
    "command.many": {"errors", "operation"},
    "command.listings": {
        *("adoption", "arguments", "client", "connection", "errors", "inventory", "lanes", "operation"),
        "repository_inventory",
        "command.many",
    },
    "command.actions": {
        *(
            "arguments",
            "bulk",
            "client",
            "declaration",
            "errors",
            "operation",
            "pruning.prune",
            "reconcile",
            "report",
        ),
        *("state", "tagging", "command.listings", "command.many", "command.options"),
    },
    "command.views": {"operation", "command.options"},
    "command.output": {"errors"},
    "command.quaytool": {
        *("client", "errors", "operation", "transport"),
        *(f"command.{name}" for name in ("actions", "credentials", "options", "output", "views")),
    },
    "command.sources": {"errors"},
    "command.installation": {"errors"},
    # Ansible
    "command.module": {
        *("errors", "command.installation", "command.pruner", "command.quaytool", "command.sources"),
    },
    "module": {
        "adoption",
        "arguments",
        "client",
        "connection",
        "errors",
        "first_user",
        "operation",
        "reconcile",
        "report",
        "sessions",
        "state",
        "tokens",
        "transport",
    },
}
OPERATIONS = {"bulk", "inventory", "pruning.prune", "repository_inventory", "tagging"}
MODULES_MAY_IMPORT = {
    *("adoption", "arguments", "auto_prune", "command.module", "declaration", "deployment.module", "module"),
    *("report", "state"),
    *OPERATIONS,
}
# What decides: no way leads from here to HTTP, not even by way of others.
PURE = [
    "account_rules",
    "accounts",
    "answers",
    "arguments",
    "auto_prune",
    "command.catalog",
    "command.option_table",
    "command.options",
    "command.pruner_config",
    "command.views",
    "declaration",
    "endpoints",
    "errors",
    "expansion",
    "exports",
    "matching",
    "operation",
    "plan",
    "pruning.report",
    "report",
    "retention",
    "selection",
    "state",
    "tag_history",
]
PURE_OF_DEPLOYMENT = [
    "answers",
    "certificates",
    "document",
    "dump",
    "host_parsing",
    "journal",
    "keys",
    "masking",
    "rules",
]
TOUCHES_THE_HOST = {f"deployment.{name}" for name in ("commands", "config_file", "host", "module", "service")}
OUTSIDE = {
    "ansible": ["command.module", "deployment.module", "module"],
    "cryptography": ["deployment.certificates"],
    # only for who signs in to DLRN that way
    "gssapi": ["pruning.kerberos"],
    "requests_gssapi": ["pruning.kerberos"],
    "requests": ["transport"],
    "urllib3": ["transport"],
    # for the output of the command; it says what it needs where one of them is missing
    "tabulate": ["command.output"],
    "tqdm": ["command.output"],
    "yaml": ["command.output", "deployment.config_file"],
}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports_of(path: Path) -> Iterator[str]:
    """Yield what a file imports; of the library by the names of its files, "." in front of them."""
    package = path.parent.relative_to(PLUGINS).parts
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1]
            names = [node.module] if node.module else [alias.name for alias in node.names]
            yield from ("." + ".".join([*above[1:], name]) for name in names)


def of_library(path: Path) -> set[str]:
    """Return which files of the library a file imports."""
    found = {name[1:] for name in imports_of(path) if name.startswith(".")}
    return {name[len("module_utils.") :] if name.startswith("module_utils.") else name for name in found}


def reachable(name: str) -> set[str]:
    """Return what a file of the library imports, by way of others too."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for other in of_library(FILES[waiting.pop()]) - found:
            found.add(other)
            waiting.append(other)
    return found


def modules() -> list[Path]:
    return sorted(MODULES.glob("*.py"))


def all_files() -> list[Path]:
    return sorted(PLUGINS.rglob("*.py"))


def short(path: Path) -> str:
    return str(path.relative_to(PLUGINS))


def functions(node: ast.AST) -> Iterator[Function]:
    return (one for one in ast.walk(node) if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)))


def length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


# --- imports ------------------------------------------------------------------------------------


def test_every_file_has_its_place() -> None:
    assert sorted(ALLOWED) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
def test_imports_point_one_way(name: str) -> None:
    assert of_library(FILES[name]) - ALLOWED.get(name, set()) == set()


@pytest.mark.parametrize("name", FILES)
def test_no_file_imports_itself_in_the_end(name: str) -> None:
    assert name not in reachable(name)


@pytest.mark.parametrize("name", PURE)
def test_from_what_decides_no_way_leads_to_http(name: str) -> None:
    assert reachable(name) & {"client", "transport", "signin", "sessions", "connection"} == set()


@pytest.mark.parametrize("name", PURE_OF_DEPLOYMENT)
def test_from_what_decides_about_a_deployment_no_way_leads_to_the_host(name: str) -> None:
    assert reachable(f"deployment.{name}") & TOUCHES_THE_HOST == set()


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("deployment.")])
def test_the_deployment_does_not_speak_to_quay(name: str) -> None:
    assert {one for one in reachable(name) if not one.startswith("deployment.")} == set()


@pytest.mark.parametrize("name", FILES)
def test_few_files_import_anything_that_python_does_not_bring(name: str) -> None:
    standard = {*sys.stdlib_module_names, "__future__"} if sys.version_info >= (3, 10) else None
    tops = {one.split(".")[0] for one in imports_of(FILES[name]) if not one.startswith(".")}
    for package, users in OUTSIDE.items():
        assert (package in tops) is (name in users)
    if standard is not None:
        assert tops - standard - set(OUTSIDE) == set()


@pytest.mark.parametrize("path", modules(), ids=short)
def test_modules_import_only_the_outermost_parts(path: Path) -> None:
    assert of_library(path) - MODULES_MAY_IMPORT == set()
    assert [one for one in imports_of(path) if not one.startswith(".")] == ["__future__"]


@pytest.mark.parametrize("path", all_files(), ids=short)
def test_nothing_imports_a_module(path: Path) -> None:
    assert [one for one in imports_of(path) if one.startswith(".modules") or ".plugins.modules" in one] == []


@pytest.mark.parametrize("path", all_files(), ids=short)
def test_imports_can_be_found_without_running_anything(path: Path) -> None:
    # Ansible ships only what it finds by reading the files.
    assert "importlib" not in {one.split(".")[0] for one in imports_of(path)}
    called = {node.func.id for node in ast.walk(tree_of(path)) if _is_call_of_name(node)}
    assert called & {"__import__", "exec", "eval"} == set()


def _is_call_of_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


@pytest.mark.parametrize("path", sorted(PLUGINS.rglob("__init__.py")), ids=short)
def test_packages_export_nothing(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == ""


def test_the_packages_are_there() -> None:
    assert (LIBRARY / "resources" / "__init__.py").exists()


# --- what a file holds --------------------------------------------------------------------------


@pytest.mark.parametrize("path", all_files(), ids=short)
def test_nothing_relies_on_assert(path: Path) -> None:
    assert [node.lineno for node in ast.walk(tree_of(path)) if isinstance(node, ast.Assert)] == []


@pytest.mark.parametrize("path", all_files(), ids=short)
def test_nothing_is_printed(path: Path) -> None:
    # Ansible reads the module's output as JSON.
    called = {node.func.id for node in ast.walk(tree_of(path)) if _is_call_of_name(node)}
    assert "print" not in called


@pytest.mark.parametrize("path", [path for path in all_files() if path.name != "__init__.py"], ids=short)
def test_every_file_says_whose_it_is_and_defers_annotations(path: Path) -> None:
    head = path.read_text(encoding="utf-8").splitlines()[:4]
    assert "# SPDX-License-Identifier: GPL-3.0-or-later" in head
    assert any(line.startswith("# Copyright: ") for line in head)
    # Annotations such as "str | None" are only text on Python 3.9.
    assert "__future__" in set(imports_of(path))


@pytest.mark.parametrize("path", FILES.values(), ids=FILES.keys())
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", all_files(), ids=short)
def test_functions_are_short(path: Path) -> None:
    long = {node.name: length(node) for node in functions(tree_of(path)) if length(node) > LONGEST_FUNCTION}
    assert long == {}


@pytest.mark.parametrize("path", modules(), ids=short)
def test_modules_are_documentation_and_a_few_lines(path: Path) -> None:
    last_text = max(node.end_lineno or 0 for node in tree_of(path).body if isinstance(node, ast.Assign))
    code = path.read_text(encoding="utf-8").splitlines()[last_text:]
    assert len([line for line in code if line.strip()]) <= LONGEST_MODULE_LOGIC


@pytest.mark.parametrize("path", FILES.values(), ids=FILES.keys())
def test_everything_is_annotated(path: Path) -> None:
    bare = [node.name for node in functions(tree_of(path)) if not _is_annotated(node)]
    assert bare == []


def _is_annotated(node: Function) -> bool:
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    arguments += [one for one in (node.args.vararg, node.args.kwarg) if one is not None]
    named = [one for one in arguments if one.arg not in ("self", "cls")]
    return node.returns is not None and all(one.annotation is not None for one in named)


@pytest.mark.parametrize("path", FILES.values(), ids=FILES.keys())
def test_what_others_use_is_explained(path: Path) -> None:
    tree = tree_of(path)
    assert ast.get_docstring(tree)
    assert [node.name for node in tree.body if _is_public(node) and not _is_clear(node)] == []


def _is_public(node: ast.stmt) -> bool:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return isinstance(node, kinds) and not node.name.startswith("_")


# Functions and classes that their names and annotations explain.
CLEAR = {
    "append_option",
    "application_options",
    "auto_prune_options",
    "first_user_options",
    "is_robot",
    "organization_settings",
    "prototype_info_options",
    "prototype_options",
    "repository_info_options",
    "robot_info_options",
    "tag_info_options",
    "team_info_options",
    "prune_options",
    "repositories_options",
    "repository_options",
    "robot_options",
    "selection_options",
    "state_option",
    "tag_options",
    "team_options",
    "token_options",
    "user_options",
    # The files of these say what they are; each has nothing else.
    "Applications",
    "AutoPrunes",
    "Members",
    "Organizations",
    "Permissions",
    "Prototypes",
    "Repositories",
    "Robots",
    "Tags",
    "Teams",
    "Users",
}


def _is_clear(node: ast.stmt) -> bool:
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return False
    return node.name in CLEAR or ast.get_docstring(node) is not None
