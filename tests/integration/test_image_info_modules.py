# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The modules that look at images: quay_layer_info, quay_vulnerability_info, quay_pull_stat_info."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from .conftest import StartSimulator
from .support.playbook import Playbook, task
from .support.registry import Registry

PLATFORMS = ("linux/amd64", "linux/arm64")


def new_images(registry: Registry) -> str:
    """Push an image and a list of images, and return the name of their repository."""
    org = registry.new_org()
    registry.new_repository(org, "app")
    registry.push(f"{org}/app", "v1")
    registry.push(f"{org}/app", "multi", platforms=PLATFORMS)
    return f"{org}/app"


def test_layers(play: Playbook, registry: Registry) -> None:
    app = new_images(registry)
    run = play(
        {
            "one": task("quay_layer_info", image=f"{app}:v1"),
            "list": task("quay_layer_info", image=f"{app}:multi", check=True),
            "none": task("quay_layer_info", image=f"{app}:none"),
        }
    )
    (layer,) = run["one"]["layers"]
    assert layer["index"] == 0 and layer["compressed_size"] == run["one"]["size"] > 0
    assert run["one"]["digest"] == registry.tags(app)["v1"]["manifest_digest"]
    assert [one["platform"] for one in run["list"]["platforms"]] == list(PLATFORMS)
    assert (run["list"]["layers"], run["none"]["layers"]) == ([], [])
    child = f"{app}@{run['list']['platforms'][1]['digest']}"
    again = play({"child": task("quay_layer_info", image=child)})
    assert len(again["child"]["layers"]) == 1


def test_what_is_off_is_named(play: Playbook, registry: Registry) -> None:
    features = requests.get(f"{registry.url}/config", timeout=60).json()["features"]
    app = new_images(registry)
    tasks = {
        "SECURITY_SCANNER": task("quay_vulnerability_info", image=f"{app}:v1", fails=True),
        "IMAGE_PULL_STATS": task("quay_pull_stat_info", repository=app, tag="v1", fails=True),
    }
    off = {flag: one for flag, one in tasks.items() if not features.get(flag)}
    if not off:
        pytest.skip("this registry has all of it on")
    run = play(off)
    for flag in off:
        assert f"FEATURE_{flag} is off in its config.yaml" in run[flag]["msg"]


@pytest.mark.simulator_only
def test_vulnerabilities_and_pulls(start_simulator: StartSimulator, tmp_path: Path) -> None:
    registry = start_simulator("--feature", "SECURITY_SCANNER=true")
    app = new_images(registry)
    found = {"name": "CVE-2026-1", "severity": "High", "fixed_by": "2"}
    features = [{"name": "bash", "version": "1", "vulnerabilities": [found]}]
    organization, _slash, name = app.partition("/")
    scan = {"status": "scanned", "features": features}
    registry.control("POST", "tags", {"org": organization, "repo": name, "tag": "bad", "scan": scan})
    run = Playbook(registry, tmp_path)(
        {
            "one": task("quay_vulnerability_info", image=f"{app}:bad"),
            "list": task("quay_vulnerability_info", image=f"{app}:multi"),
            "many": task("quay_vulnerability_info", organization=organization),
            "pulls": task("quay_pull_stat_info", repository=app, tag="v1"),
        }
    )
    assert (run["one"]["status"], run["one"]["severities"]["High"], run["one"]["fixable"]) == (
        "scanned",
        1,
        1,
    )
    assert [one["Name"] for one in run["one"]["vulnerabilities"]] == ["bash"]
    assert [one["platform"] for one in run["list"]["platforms"]] == list(PLATFORMS)
    assert (run["many"]["summary"]["images"], run["many"]["summary"]["unscanned"]) == (4, 3)
    assert run["pulls"]["tag_pull_count"] == 0
