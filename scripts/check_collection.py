# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Check what no linter checks: that the parts of the collection agree with each other.

Prints one line per finding, and exits with 1 if there is any. Needs PyYAML.
Every check is a function that takes the list of the project's files and yields findings.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
COLLECTION = "quayops.quay"
ACTION_GROUP = "quay"
CONNECTION_FRAGMENT = "quayops.quay.connection"
REQUIRED_ATTRIBUTES = ("check_mode", "diff_mode")
SPDX = "SPDX-License-Identifier:"

# What must not be in a public file: paths of somebody's machine, and hosts that
# the project must not depend on by name.
FORBIDDEN = (
    re.compile(r"(?<![\w.])/(?:work|workspace)/\w"),
    re.compile(r"(?<![\w.])/root/\.\w"),
    re.compile(r"(?<![\w.])/home/(?!quay\b|\{|<|\$)\w+/"),
    re.compile(r"\b(?:pypi\.org|pythonhosted\.org|npmjs\.org|deb\.debian\.org)\b"),
)
# Recorded answers of a real server, the licence, and this list itself.
NOT_SEARCHED = ("tests/data/", "LICENSE", "scripts/check_collection.py")

MARKDOWN_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


class AnsibleLoader(yaml.SafeLoader):
    """Reads YAML with Ansible's own tags (!vault, !unsafe), whose values do not matter here."""


AnsibleLoader.add_multi_constructor("!", lambda loader, suffix, node: None)


def project_files() -> list[Path]:
    """Tracked and new files, relative to the root: what a commit of everything would hold."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    names = sorted(set(filter(None, listing.split("\0"))))
    return [Path(name) for name in names if (ROOT / name).is_file()]


def read_yaml(path: Path) -> Any:
    """The first document of a YAML file; {} for one that does not exist or is empty."""
    if not (ROOT / path).is_file():
        return {}
    return yaml.load((ROOT / path).read_text(encoding="utf-8"), Loader=AnsibleLoader) or {}


def string_constants(path: Path) -> dict[str, str]:
    """The strings that a Python file assigns to names, at the top or in a class."""
    found = {}
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                    found[target.id] = node.value.value
    return found


def modules(files: list[Path]) -> list[Path]:
    """The files of the modules."""
    return [path for path in files if path.match("plugins/modules/*.py") and path.name != "__init__.py"]


def roles(files: list[Path]) -> list[Path]:
    """The folders of the roles."""
    inside = [path for path in files if path.parts[0] == "roles" and len(path.parts) > 2]
    return sorted({Path(*path.parts[:2]) for path in inside})


def is_searched(path: Path) -> bool:
    """Whether a file's text is checked for what must not be in it."""
    return not str(path).startswith(NOT_SEARCHED)


def connects(path: Path) -> bool:
    """Whether a module takes the options by which the registry is reached."""
    documentation = yaml.safe_load(string_constants(path).get("DOCUMENTATION", "")) or {}
    return CONNECTION_FRAGMENT in (documentation.get("extends_documentation_fragment") or [])


# --- the checks -----------------------------------------------------------------


def check_action_group(files: list[Path]) -> Iterator[str]:
    """The modules that talk to the registry are in the action group, and nothing else; the list is sorted."""
    group = read_yaml(Path("meta/runtime.yml")).get("action_groups", {}).get(ACTION_GROUP, [])
    names = {path.stem for path in modules(files) if connects(path)}
    for name in sorted(names - set(group)):
        yield f"meta/runtime.yml: module {name} is not in the action group {ACTION_GROUP}"
    for name in sorted(set(group) - names):
        yield f"meta/runtime.yml: the action group {ACTION_GROUP} names {name}, which does not connect"
    if group != sorted(group):
        yield f"meta/runtime.yml: the action group {ACTION_GROUP} is not sorted"


def check_redirects(files: list[Path]) -> Iterator[str]:
    """A redirected module leads to a module that exists."""
    names = {f"{COLLECTION}.{path.stem}" for path in modules(files)}
    routing = read_yaml(Path("meta/runtime.yml")).get("plugin_routing", {}).get("modules", {})
    for name, entry in routing.items():
        target = entry.get("redirect")
        if target and target not in names:
            yield f"meta/runtime.yml: {name} is redirected to {target}, which is no module"


def check_module_documentation(files: list[Path]) -> Iterator[str]:
    """Every module extends a fragment of this collection, and states its attributes."""
    for path in modules(files):
        constants = string_constants(path)
        for name in ("DOCUMENTATION", "EXAMPLES", "RETURN"):
            if name not in constants:
                yield f"{path}: has no {name}"
        documentation = yaml.safe_load(constants.get("DOCUMENTATION", "")) or {}
        yield from (f"{path}: {problem}" for problem in documentation_problems(documentation))


def documentation_problems(documentation: dict[str, Any]) -> Iterator[str]:
    """What is missing in one module's documentation."""
    fragments = documentation.get("extends_documentation_fragment") or []
    fragments = [fragments] if isinstance(fragments, str) else fragments
    own = [name for name in fragments if name.startswith(f"{COLLECTION}.")]
    if not own:
        yield "extends no documentation fragment of this collection"
    attributes = dict(documentation.get("attributes") or {})
    for name in own:
        attributes.update(fragment_attributes(name))
    for name in REQUIRED_ATTRIBUTES:
        if "support" not in (attributes.get(name) or {}):
            yield f"does not state its support of {name}"


def fragment_attributes(name: str) -> dict[str, Any]:
    """The attributes in which a fragment, named NAMESPACE.COLLECTION.FILE[.PART], states a support."""
    file, _dot, part = name.removeprefix(f"{COLLECTION}.").partition(".")
    path = Path("plugins/doc_fragments", f"{file}.py")
    if not (ROOT / path).is_file():
        return {}
    text = string_constants(path).get((part or "documentation").upper(), "")
    return {
        key: value
        for key, value in ((yaml.safe_load(text) or {}).get("attributes") or {}).items()
        if "support" in value
    }


def check_role_arguments(files: list[Path]) -> Iterator[str]:
    """A role's defaults are the options of its entry points' argument_specs, with the same values."""
    for role in roles(files):
        specs = read_yaml(role / "meta/argument_specs.yml").get("argument_specs", {})
        if "main" not in specs:
            yield f"{role}: meta/argument_specs.yml has no entry point main"
            continue
        options: dict[str, Any] = {}
        for entry_point in specs.values():
            options.update(entry_point.get("options") or {})
        defaults = read_yaml(role / "defaults/main.yml")
        yield from (f"{role}: {problem}" for problem in argument_problems(options, defaults))


def argument_problems(options: dict[str, Any], defaults: dict[str, Any]) -> Iterator[str]:
    """Where a role's options and its defaults differ."""
    for name in sorted(set(defaults) - set(options)):
        yield f"{name} is in defaults/main.yml, not in meta/argument_specs.yml"
    for name, option in sorted(options.items()):
        if name not in defaults:
            # A required variable has no default, by its nature.
            if not option.get("required"):
                yield f"{name} is in meta/argument_specs.yml, not in defaults/main.yml"
        elif "default" in option and not is_same(option["default"], defaults[name]):
            yield f"{name} has the default {defaults[name]!r}, documented as {option['default']!r}"


def is_same(documented: Any, actual: Any) -> bool:
    """Equal in value and type. What a template makes is not known here."""
    if isinstance(actual, str) and "{{" in actual:
        return True
    return type(documented) is type(actual) and documented == actual


def check_role_names(files: list[Path]) -> Iterator[str]:
    """Every role explains itself, and its variables carry the prefix quay_."""
    for role in roles(files):
        if not (ROOT / role / "README.md").is_file():
            yield f"{role}: has no README.md"
        for name in read_yaml(role / "defaults/main.yml"):
            if not name.startswith("quay_"):
                yield f"{role}: the variable {name} does not begin with quay_"


def check_yaml(files: list[Path]) -> Iterator[str]:
    """Every YAML file can be read."""
    for path in files:
        if path.suffix in (".yml", ".yaml"):
            try:
                list(yaml.load_all((ROOT / path).read_text(encoding="utf-8"), Loader=AnsibleLoader))
            except yaml.YAMLError as error:
                yield f"{path}: {' '.join(str(error).split())}"


def check_headers(files: list[Path]) -> Iterator[str]:
    """Every Python and shell file names its licence in its first lines. Empty files need not."""
    for path in files:
        if path.suffix in (".py", ".sh"):
            lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
            if lines and not any(SPDX in line for line in lines[:6]):
                yield f"{path}: has no '{SPDX}' in its first lines"


def check_forbidden_words(files: list[Path]) -> Iterator[str]:
    """No file names a path of somebody's machine."""
    for path in filter(is_searched, files):
        text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            for pattern in FORBIDDEN:
                match = pattern.search(line)
                if match:
                    yield f"{path}:{number}: must not be in a public file: {match.group()}"


def check_links(files: list[Path]) -> Iterator[str]:
    """What a page links to is there."""
    for path in filter(is_searched, files):
        if path.suffix == ".md":
            for target in MARKDOWN_LINK.findall((ROOT / path).read_text(encoding="utf-8")):
                if not (ROOT / path.parent / target).exists():
                    yield f"{path}: links to {target}, which is not there"


def check_guides(files: list[Path]) -> Iterator[str]:
    """Every guide is in the index."""
    index = ROOT / "docs/README.md"
    text = index.read_text(encoding="utf-8") if index.is_file() else ""
    for path in files:
        if path.match("docs/*.md") and path.name != "README.md" and f"({path.name})" not in text:
            yield f"docs/README.md: does not list {path.name}"


CHECKS: tuple[Callable[[list[Path]], Iterator[str]], ...] = (
    check_yaml,
    check_action_group,
    check_redirects,
    check_module_documentation,
    check_role_arguments,
    check_role_names,
    check_headers,
    check_forbidden_words,
    check_links,
    check_guides,
)


def main() -> int:
    """Run every check; returns the exit code."""
    files = project_files()
    findings = [finding for check in CHECKS for finding in check(files)]
    for finding in findings:
        print(finding)
    if findings:
        print(f"{len(findings)} findings", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
