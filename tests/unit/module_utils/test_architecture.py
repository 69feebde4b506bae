# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Imports point one way, what decides is pure, one file knows Ansible, all is small and has its tests."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Callable, Union

import pytest

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
LIBRARY = PLUGINS / "module_utils"
MODULES = PLUGINS / "modules"
TESTS = Path(__file__).resolve().parent

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]

LONGEST_FILE = 400
LONGEST_KIND = 300
LONGEST_FUNCTION = 40
LONGEST_MODULE_LOGIC = 40

# Each file of the library by the name that imports give it, such as "errors" or "kinds.robot".
FILES = {
    str(path.relative_to(LIBRARY))[: -len(".py")].replace("/", "."): path
    for path in sorted(LIBRARY.rglob("*.py"))
    if path.name != "__init__.py"
}

# Folders are layers: what each may import of the others. A new folder has to be thought about here, a new
# file need not be.
GROUND = {name for name in FILES if "." not in name}
BELOW: dict[str, set[str]] = {
    **dict.fromkeys(GROUND, GROUND),
    "engine": GROUND,
    "http": GROUND,
    "kinds": {*GROUND, "engine", "http"},
    "operations": {*GROUND, "engine", "http", "kinds"},
    "command": {*GROUND, "engine", "http", "kinds", "operations"},
    "deployment": GROUND,
    "ansible": {*GROUND, "command", "deployment", "engine", "http", "kinds", "operations"},
}
# What decides: no way leads from here to HTTP, not even by way of others.
PURE = [
    *(name for name in FILES if name.startswith("engine.")),
    *("command.catalog", "command.option_table", "command.options", "command.pruner_config", "command.views"),
    *("errors", "http.answers", "http.endpoints", "http.expected", "http.shapes"),
    *("visible", "kinds.selection", "kinds.spans", "kinds.tag_history"),
    *("operations.operation", "operations.pruning.options", "operations.pruning.report"),
    *("operations.pruning.retention", "operations.tokens.exports"),
]
SPEAKS_HTTP = {f"http.{name}" for name in ("client", "connection", "sessions", "signin", "transport")}
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
TOUCHES_THE_HOST = {f"deployment.{name}" for name in ("commands", "config_file", "host")}
# Which files may import what Python does not bring.
OUTSIDE: dict[str, Callable[[str], bool]] = {
    "ansible": lambda name: folder(name) == "ansible",
    "cryptography": lambda name: name == "deployment.certificates",
    # only for who signs in to DLRN that way
    "gssapi": lambda name: name == "operations.pruning.kerberos",
    "requests": lambda name: folder(name) == "http",
    "urllib3": lambda name: folder(name) == "http",
    # for the output of the command; it says what it needs where one of them is missing
    "tabulate": lambda name: name == "command.output",
    "tqdm": lambda name: name == "command.output",
    "yaml": lambda name: name in ("command.output", "deployment.config_file"),
}


def folder(name: str) -> str:
    """Return the layer of a file of the library."""
    return name.split(".")[0]


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
            base = [*above[1:], *(node.module.split(".") if node.module else [])]
            base = base[1:] if base[:1] == ["module_utils"] else base
            is_file = ".".join(base) in FILES
            names = [base] if is_file else [[*base, alias.name] for alias in node.names]
            yield from ("." + ".".join(name) for name in names)


def of_library(path: Path) -> set[str]:
    """Return which files of the library a file imports."""
    return {name[1:] for name in imports_of(path) if name.startswith(".")}


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


def test_every_folder_has_its_place() -> None:
    assert {folder(name) for name in FILES} == set(BELOW)


@pytest.mark.parametrize("name", FILES)
def test_imports_point_downwards(name: str) -> None:
    here = folder(name)
    assert {folder(other) for other in of_library(FILES[name])} - {here} <= BELOW[here]


def test_folders_do_not_go_round_in_circles() -> None:
    for here, below in BELOW.items():
        assert here in GROUND or not [other for other in below if here in BELOW[other]]


@pytest.mark.parametrize("name", FILES)
def test_no_file_imports_itself_in_the_end(name: str) -> None:
    assert name not in reachable(name)


@pytest.mark.parametrize("name", PURE)
def test_from_what_decides_no_way_leads_to_http(name: str) -> None:
    assert reachable(name) & SPEAKS_HTTP == set()


@pytest.mark.parametrize("name", PURE_OF_DEPLOYMENT)
def test_from_what_decides_about_a_deployment_no_way_leads_to_the_host(name: str) -> None:
    assert reachable(f"deployment.{name}") & TOUCHES_THE_HOST == set()


@pytest.mark.parametrize("name", FILES)
def test_few_files_import_anything_that_python_does_not_bring(name: str) -> None:
    standard = {*sys.stdlib_module_names, "__future__"} if sys.version_info >= (3, 10) else None
    tops = {one.split(".")[0] for one in imports_of(FILES[name]) if not one.startswith(".")}
    assert [package for package in tops & set(OUTSIDE) if not OUTSIDE[package](name)] == []
    if standard is not None:
        assert tops - standard - set(OUTSIDE) == set()


@pytest.mark.parametrize("name", [name for name in FILES if folder(name) == "engine"])
def test_the_engine_names_no_kind_and_no_address(name: str) -> None:
    texts = _words_of_code(tree_of(FILES[name]))
    kinds = re.compile(
        r"robot|team|prototype|repositor|permission|application|auto_prune|api/v1", re.IGNORECASE
    )
    assert [text for text in texts if kinds.search(text)] == []


def _words_of_code(tree: ast.Module) -> Iterator[str]:
    """Yield the names and the texts of a file, but for what explains it."""
    explaining = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explaining:
            yield node.value
        elif isinstance(node, (ast.Name, ast.FunctionDef, ast.ClassDef)):
            yield node.id if isinstance(node, ast.Name) else node.name
        elif isinstance(node, ast.Attribute):
            yield node.attr


KINDS = [path for name, path in FILES.items() if folder(name) == "kinds"]


def test_every_kind_is_in_the_catalog() -> None:
    made = {name for path in KINDS for name in _kinds_made(tree_of(path))}
    catalog = tree_of(LIBRARY / "kinds" / "catalog.py")
    (listed,) = [
        node for node in catalog.body if isinstance(node, ast.AnnAssign) and _target(node) == "CATALOG"
    ]
    assert isinstance(listed.value, ast.Tuple)
    assert {one.id for one in listed.value.elts if isinstance(one, ast.Name)} == made


def _kinds_made(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        call = node.value if isinstance(node, ast.Assign) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Kind":
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _target(node: ast.AnnAssign) -> str:
    return node.target.id if isinstance(node.target, ast.Name) else ""


@pytest.mark.parametrize("path", KINDS, ids=short)
def test_kinds_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_KIND


@pytest.mark.parametrize("path", modules(), ids=short)
def test_modules_import_only_the_outermost_parts(path: Path) -> None:
    imported = of_library(path)
    assert {folder(name) for name in imported} <= {"ansible", "kinds", "operations"}
    assert [name for name in imported if folder(name) == "ansible"]
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
    assert (LIBRARY / "kinds" / "__init__.py").exists()


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


# Functions that their names and annotations explain.
CLEAR = {"append_option", "is_robot", "state_option"}


def _is_clear(node: ast.stmt) -> bool:
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return False
    return node.name in CLEAR or ast.get_docstring(node) is not None


# --- where its tests are ------------------------------------------------------------------------

# About the library as a whole, not about one of its files.
ABOUT_ALL = {"test_architecture.py", "engine/test_toy_kind.py"}
TEST_FILES = [
    name
    for name in (str(path.relative_to(TESTS)) for path in sorted(TESTS.rglob("test_*.py")))
    if name not in ABOUT_ALL
]


@pytest.mark.parametrize("name", TEST_FILES)
def test_tests_lie_as_the_library_does(name: str) -> None:
    """A file has the name of what it tests, or begins with it: test_robot.py, test_robot_requests.py."""
    subject = Path(name).stem[len("test_") :]
    there = {path.stem for path in (LIBRARY / name).parent.glob("*.py") if path.name != "__init__.py"}
    assert [one for one in there if subject == one or subject.startswith(f"{one}_")] != []


@pytest.mark.parametrize("path", [path for path in KINDS if list(_kinds_made(tree_of(path)))], ids=short)
def test_every_kind_has_tests_of_its_own(path: Path) -> None:
    assert f"kinds/test_{path.stem}.py" in TEST_FILES
