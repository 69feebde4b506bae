# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the security scanner says of an image. Nothing is scanned here: an image brings its answer along.

Written by Quay's source (endpoints/api/secscan.py, data/secscan_model): the recorded one had no scanner.
"""

from __future__ import annotations

import re
from typing import Any

from ..call import Call, Topic, repo_read
from ..errors import ApiError, NotFound
from ..model import tags
from .repositories import find_or_404
from .tags import MANIFEST

topic = Topic("security")

_CVE = re.compile(r"CVE-\d{4}-\d{4,7}")


@topic.get(MANIFEST + "/security", feature="SECURITY_SCANNER", right=repo_read)
def security(call: Call, namespace: str, name: str, digest: str) -> Any:
    """The answer that the image brought along: {status, features}. Without one it waits to be scanned.

    The scanner takes no lists of images. Whether vulnerabilities are asked for makes no difference.
    """
    # Unlike elsewhere, one to which no tag leads any more is found, too.
    manifest = tags.find_manifest(call.store, find_or_404(call, namespace, name), digest)
    if manifest is None:
        raise NotFound()
    scan = manifest.scan or {"status": "unsupported" if manifest.is_list else "queued"}
    if scan["status"] == "unreachable":
        raise ApiError("downstream_issue", 520, "An exception occurred when calling the scanner")
    if scan["status"] != "scanned":
        return {"status": scan["status"], "data": None}
    layer = {"Name": digest, "ParentName": "", "NamespaceName": "", "IndexedByVersion": 4}
    features = [_feature(**feature) for feature in scan.get("features", [])]
    return {"status": "scanned", "data": {"Layer": {**layer, "Features": features}}}


def _feature(name: str, version: str, vulnerabilities: list[dict[str, Any]]) -> dict[str, Any]:
    found = [_vulnerability(**one) for one in vulnerabilities]
    scores = [one["Metadata"]["NVD"]["CVSSv3"]["Score"] for one in found]
    return {
        "Name": name,
        "VersionFormat": "",
        "NamespaceName": "",
        "AddedBy": "sha256:" + "0" * 64,
        "Version": version,
        "BaseScores": [score for score in scores if score],
        "CVEIds": sorted({cve for one in found for cve in _CVE.findall(one["Link"])}),
        "Vulnerabilities": found,
    }


def _vulnerability(name: str, severity: str, fixed_by: str = "", score: Any = "") -> dict[str, Any]:
    metadata = {
        "UpdatedBy": "rhel-vex",
        "RepoName": None,
        "RepoLink": None,
        "DistroName": "",
        "DistroVersion": "",
        "NVD": {"CVSSv3": {"Vectors": "", "Score": score}},
    }
    return {
        "Severity": severity,
        "NamespaceName": "rhel-vex",
        "Link": f"https://example.com/{name}",
        "FixedBy": fixed_by,
        "Description": f"What {name} is about.",
        "Name": name,
        "Metadata": metadata,
    }
