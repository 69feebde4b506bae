# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Every module and command against a registry that answers nonsense, or nearly what Quay would.

Whatever comes back, the user is told in words of the collection, nothing counts as done that was not, and no
word of Python is shown.
"""

from __future__ import annotations

import copy
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any, Callable

import pytest
from ansible.module_utils.testing import patch_module_args
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse

from ansible_collections.quayops.quay.plugins.module_utils.ansible import abandonment
from ansible_collections.quayops.quay.plugins.module_utils.command import pruner, quaytool
from ansible_collections.quayops.quay.plugins.module_utils.http import client, transport
from tests.unit.module_utils.conftest import HOST, Registry

MODULES = "ansible_collections.quayops.quay.plugins.modules"
# What an exception of Python says, rather than somebody who thought of the case.
PYTHON = re.compile(
    r"Traceback|object has no attribute|Error:|KeyError|TypeError|indices must be|subscriptable|not iterable"
    r"|unhashable|NoneType|not supported between|out of range|codec can't|could not convert|unsupported"
)
ACME = {"name": "acme"}
DIGEST = "sha256:" + "a" * 64

# Module to the options of some tasks that between them send every request of it.
TASKS: dict[str, list[dict[str, Any]]] = {
    "quay_organization": [
        {"name": "acme", "email": "a@example.com", "time_machine_expiration": "1d"},
        {"name": "acme", "state": "absent"},
        {"name": "acme", "new_name": "acme2"},
    ],
    "quay_organizations": [
        {
            "organizations": [
                {
                    "name": "acme",
                    "robots": [{"name": "ci", "federations": [{"issuer": "https://i", "subject": "s"}]}],
                    "teams": [
                        {"name": "devs", "role": "creator", "members": ["alice", "acme+ci"], "append": False}
                    ],
                    "prototypes": [{"name": "devs", "type": "team", "role": "read"}],
                    "repositories": [
                        {"name": "app", "visibility": "public", "perms": [{"name": "alice", "role": "read"}]}
                    ],
                    "applications": [{"name": "portal"}],
                }
            ],
            "purge": ["robots", "teams", "prototypes", "repositories", "permissions"],
        }
    ],
    "quay_robot": [
        {"name": "acme+ci", "regenerate": True},
        {"name": "acme+ci", "state": "absent"},
        {"name": "own"},
    ],
    "quay_team": [
        {"name": "devs", "organization": "acme", "members": ["bob"], "append": False},
        {"name": "devs", "organization": "acme", "state": "absent"},
    ],
    "quay_prototype": [{"organization": "acme", "name": "bob", "role": "write"}],
    "quay_repository": [
        {
            "name": "acme/app",
            "description": "new",
            "visibility": "public",
            "star": True,
            "repo_state": "READ_ONLY",
        },
        {"name": "acme/app", "state": "absent"},
        {"name": "own"},
    ],
    "quay_repositories": [{"organizations": ["acme"], "matching": ".*", "visibility": "public"}],
    "quay_application": [
        {"organization": "acme", "name": "portal", "description": "new"},
        {"organization": "acme", "name": "portal", "state": "absent"},
    ],
    "quay_tag": [
        {"image": "acme/app:v1", "expiration": "2090-01-01"},
        {"image": "acme/app:v1", "tag": "v2"},
        {"image": f"acme/app@{DIGEST}", "tag": "v3"},
        {"image": "acme/app:v1", "state": "absent"},
        {"organization": "acme", "matching": ".*", "tag": "v1", "state": "restored"},
    ],
    "quay_manifest_label": [
        {"image": "acme/app:v1", "key": "team", "value": "new"},
        {"image": f"acme/app@{DIGEST}", "key": "role", "value": "new", "replace": False},
        {"image": "acme/app:v1", "key": "team", "state": "absent"},
    ],
    "quay_manifest_label_info": [{"image": "acme/app:v1"}],
    "quay_user_info": [{"robots": True}, {"username": "alice"}],
    "quay_registry_info": [{"include": ["capabilities", "size", "quotas"], "triggers_of": "acme"}],
    "quay_service_key": [
        {"name": "builders", "service": "build", "expiration": "2090-01-01"},
        {"kid": "KID", "approved": True, "metadata": {"a": "b"}},
        {"kid": "KID", "state": "absent"},
    ],
    "quay_logs_info": [{"organization": "acme"}, {"registry": True, "counts": True}],
    "quay_logs_export": [{"organization": "acme", "email": "a@example.com"}],
    "quay_layer_info": [{"image": "acme/app:v1"}],
    "quay_pull_stat_info": [
        {"repository": "acme/app", "tag": "v1"},
        {"repository": "acme/app", "digest": DIGEST},
    ],
    "quay_vulnerability_info": [{"image": "acme/app:v1"}, {"organization": "acme"}],
    "quay_organization_prune": [
        {"namespace": "acme", "method": "date", "value": "30d", "tag_pattern": "x.*"},
        {"namespace": "acme", "method": "tags", "value": "5", "append": False},
    ],
    "quay_tag_prune": [{"organizations": ["acme"], "older_than": "1d", "keep_names": ["latest"]}],
    "quay_user": [
        {"username": "alice", "email": "alice2@example.com", "enabled": False},
        {"username": "dave", "password": "a-password-of-dave"},
        {"username": "alice", "state": "absent"},
    ],
    "quay_organization_info": [{}, {"name": "acme"}],
    "quay_repository_info": [
        {"organization": "acme", "permissions": True},
        {"public": True},
        {"name": "acme/app"},
    ],
    "quay_robot_info": [
        {"organization": "acme", "permissions": True, "federations": True, "include_token": True}
    ],
    "quay_team_info": [
        {"organization": "acme", "permissions": True},
        {"organization": "acme", "invited": True},
    ],
    "quay_capabilities_info": [{}],
    "quay_config_info": [{}],
    "quay_prototype_info": [{"organization": "acme"}],
    "quay_tag_info": [{"organization": "acme"}, {"repository": "acme/app"}],
    "quay_first_user": [{"username": "first", "password": "a-password-of-first", "create_token": True}],
    "quay_api_token": [
        {
            "quay_username": "alice",
            "quay_password": "alice-password",
            "organization": "acme",
            "application": "portal",
        }
    ],
}
WITHOUT_TOKEN = ("quay_first_user", "quay_api_token")
CASES = [(name, options) for name, tasks in TASKS.items() for options in tasks]
NAMES = [f"{name}-{number}" for name, tasks in TASKS.items() for number, _task in enumerate(tasks)]

COMMANDS = [
    ["info"],
    ["list-repositories"],
    ["list-repositories", "--organization", "acme"],
    ["list-tags", "--organization", "acme"],
    ["list-images", "--repository", "acme/app"],
    ["list-robots", "--organization", "acme", "--organization", "other"],
    ["list-teams", "--organization", "acme", "--output", "yaml"],
    ["list-prototypes", "--organization", "acme", "--output", "json"],
    ["create-organization", "acme2"],
    ["create-robot", "--organization", "acme", "ci2"],
    ["set-visibility", "--organization", "acme", "--visibility", "public"],
    ["expire", "--organization", "acme", "--tag", "v1", "7"],
    ["prune", "--organization", "acme", "--older-than", "1d", "--keep-name", "latest"],
]


class Scripted(BaseAdapter):
    """A transport adapter that answers with what ``answer`` makes of a request."""

    def __init__(self, answer: Callable[[PreparedRequest], Response]) -> None:
        super().__init__()
        self._answer = answer

    def send(self, request: PreparedRequest, *_args: Any, **_options: Any) -> Response:  # type: ignore[override]
        return self._answer(request)

    def close(self) -> None:
        """Nothing is open."""


def response(request: PreparedRequest, body: Any, status: int = 200) -> Response:
    """Return an answer with ``body`` as JSON."""
    raw = HTTPResponse(
        body=io.BytesIO(json.dumps(body).encode()),
        headers={"Content-Type": "application/json"},
        status=status,
        preload_content=False,
    )
    return HTTPAdapter().build_response(request, raw)


@contextmanager
def answering(answer: Callable[[PreparedRequest], Response]) -> Iterator[None]:
    """Let every session of the library be answered that way, without waiting between tries."""
    plain = transport.Transport.new_session

    def scripted(self: Any) -> Any:
        session = plain(self)
        for scheme in ("http://", "https://"):
            session.mount(scheme, Scripted(answer))
        return session

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transport.Transport, "new_session", scripted)
        patch.setattr(client, "_wait", lambda _tries, _after: 0.0)
        patch.setattr(abandonment, "watch", lambda: None)
        yield


def module(name: str, options: dict[str, Any], token: str = "t" * 40) -> dict[str, Any]:
    """Run a module in this process and return its result."""
    given_ = {"quay_host": HOST, **options}
    if name not in WITHOUT_TOKEN:
        given_["quay_token"] = token
    out = io.StringIO()
    with patch_module_args(given_), redirect_stdout(out), pytest.raises(SystemExit):
        import_module(f"{MODULES}.{name}").main()
    return dict(json.loads(out.getvalue()))


def command(words: list[str]) -> tuple[int, str]:
    """Run quaytool in this process; return its exit code and all that it says."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        code = quaytool.main([*words, "--api-url", HOST, "--token", "t" * 40])
    return code, out.getvalue()


def check_words(text: str) -> None:
    found = PYTHON.search(text)
    assert found is None, text


# --- the same nonsense to every request ---------------------------------------------------------

NONSENSE = [
    [],
    None,
    {},
    "Created",
    7,
    [None],
    {"": []},
    {"success": True},
    {"name": "acme", "username": "alice"},
]


@pytest.mark.parametrize(("name", "options"), CASES, ids=NAMES)
def test_a_module_that_is_answered_nonsense_fails_in_words_and_has_done_nothing(
    name: str, options: dict[str, Any]
) -> None:
    for nonsense in NONSENSE:
        with answering(lambda request, body=nonsense: response(request, body)):  # type: ignore[misc]
            result = module(name, options)
        check_words(result.get("msg", "") + json.dumps(result.get("warnings", [])))
        # The last one is what Quay might answer to a change of alice.
        assert not result.get("changed") or nonsense == NONSENSE[-1], (nonsense, result)
        if nonsense in ([], None, 7):
            assert result.get("failed"), (nonsense, result)
            assert "is not one of Quay's answers" in result["msg"]
            assert re.search(r"(GET|POST|PUT|DELETE) \S+: the answer \(200\)", result["msg"])


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_that_is_answered_nonsense_fails_in_words(words: list[str]) -> None:
    for nonsense in NONSENSE:
        with answering(lambda request, body=nonsense: response(request, body)):  # type: ignore[misc]
            code, said = command(words)
        check_words(said)
        if nonsense in ([], None, 7):
            assert code == 1
            assert "is not one of Quay's answers" in said
            assert "change made" not in said


def test_the_pruner_that_is_answered_nonsense_reports_it(tmp_path: Path) -> None:
    options = {"older_than": "1d", "keep_names": ["stable"]}
    document = {
        "quay": {"host": HOST},
        "credentials_directory": str(tmp_path),
        "report_directory": str(tmp_path),
        "jobs": [{"organization": "acme", "credential": "token", "options": options}],
    }
    (tmp_path / "config.json").write_text(json.dumps(document))
    (tmp_path / "token").write_text("t" * 40)
    (tmp_path / "token").chmod(0o600)
    for nonsense in NONSENSE:
        out, err = io.StringIO(), io.StringIO()
        around = pruner.Surroundings(out, err, {})
        with answering(lambda request, body=nonsense: response(request, body)):  # type: ignore[misc]
            code = pruner.main(["--config", str(tmp_path / "config.json")], around)
        check_words(out.getvalue() + err.getvalue())
        assert code == 1, (nonsense, out.getvalue(), err.getvalue())
        assert "is not one of Quay's answers" in err.getvalue()


# --- nearly what Quay answers -------------------------------------------------------------------

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
ODD = st.one_of(
    JSON, st.sampled_from([10**30, -1, "", "..", "\x1b[31m", "a\nb\r", "\u202e", "<html>", [None], {}])
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where in a value of JSON something can be put in the place of something else."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


def changed(value: Any, path: tuple[Any, ...], odd: Any, remove: bool) -> Any:
    """Return the value with something odd at a place, or without what is there."""
    if not path:
        return odd
    value = copy.deepcopy(value)
    parent = value
    for key in path[:-1]:
        parent = parent[key]
    if remove:
        del parent[path[-1]]
    else:
        parent[path[-1]] = odd
    return value


def a_registry(make_registry: Callable[..., Registry]) -> Registry:
    registry = make_registry()
    registry.one(
        {
            "name": "acme",
            "robots": [{"name": "ci", "federations": [{"issuer": "https://i", "subject": "s"}]}],
            "teams": [{"name": "devs", "role": "creator", "members": ["alice", "acme+ci"]}],
            "prototypes": [{"name": "devs", "type": "team", "role": "read"}],
            "repositories": [{"name": "app", "perms": [{"name": "alice", "role": "read"}]}, {"name": "web"}],
            "applications": [{"name": "portal"}],
        }
    )
    for tag in ("v1", "v2", "latest"):
        registry.simulator.add_tag("acme", "app", tag, DIGEST, start_ts=1_600_000_000.0)
    return registry


@settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    case=st.sampled_from(CASES),
    number=st.integers(0, 12),
    place=st.integers(0, 400),
    odd=ODD,
    remove=st.booleans(),
)
def test_one_odd_value_in_one_answer_gives_no_word_of_python(
    make_registry: Callable[..., Registry],
    case: tuple[str, dict[str, Any]],
    number: int,
    place: int,
    odd: Any,
    remove: bool,
) -> None:
    registry = a_registry(make_registry)
    adapter = registry.simulator.adapter()
    seen = iter(range(10_000))

    def answer(request: PreparedRequest) -> Response:
        true = adapter.send(request)
        if next(seen) < number or not 200 <= true.status_code < 300:
            return true
        body = true.json() if true.content.strip() else None
        where = list(places(body))
        return response(request, changed(body, where[place % len(where)], odd, remove), true.status_code)

    name, options = case
    with answering(answer):
        result = module(name, options, registry.token)
    check_words(result.get("msg", "") + json.dumps(result.get("warnings", [])))
    assert result.get("msg", "").replace("\n", "").isprintable()
    assert all(text.replace("\n", "").isprintable() for text in result.get("warnings", []))
