# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Manifests: their layers, labels, scan results and pull statistics."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ..call import Call, Topic, repo_read, repo_write
from ..errors import DownstreamIssue, ModelError, NotFound, PlainAbort
from ..model import manifests
from ..names import LABEL_KEY, label_key_ok, label_key_reserved
from ..store import Row
from ..views import rfc2822
from .repositories import find_or_404
from .tags import TAG, current_or_404, manifest_or_404, writable

topic = Topic("manifests")

_CVE = re.compile(r"CVE-\d{4}-\d{4,7}")
MANIFEST = "/repository/<repopath:repository>/manifest/<digest:digest>"


@topic.get(MANIFEST, right=repo_read)
def read_manifest(call: Call, namespace: str, name: str, digest: str) -> Any:
    """One manifest."""
    manifest = manifest_or_404(call, find_or_404(call, namespace, name), digest)
    config = json.loads(manifest.data).get("config", {})
    return {
        "digest": digest,
        "is_manifest_list": manifest.is_list,
        "manifest_data": manifest.data,
        "config_media_type": config.get("mediaType"),
        "layers_compressed_size": manifest.size or 0,
        "layers": None if manifest.is_list else _layers(manifest),
    }


def _layers(manifest: Row) -> list[dict[str, Any]]:
    return [
        {
            "index": index,
            "compressed_size": layer["size"],
            "is_remote": False,
            "urls": None,
            "command": [layer["command"]],
            "comment": None,
            "author": None,
            "blob_digest": layer["digest"],
            "created_datetime": rfc2822(layer["created"]),
        }
        for index, layer in enumerate(manifest.layers)
    ]


# Labels


def _label_view(row: Row) -> dict[str, Any]:
    return {
        "id": row.uuid,
        "key": row.key,
        "value": row.value,
        "source_type": row.source_type,
        "media_type": row.media_type,
    }


@topic.get(MANIFEST + "/labels", right=repo_read)
def list_labels(call: Call, namespace: str, name: str, digest: str) -> Any:
    """The labels of a manifest."""
    manifest = manifest_or_404(call, find_or_404(call, namespace, name), digest)
    prefix = call.text("filter") or ""
    rows = [row for row in call.store.labels.find(manifest=manifest.id) if row.key.startswith(prefix)]
    return {"labels": [_label_view(row) for row in rows]}


@topic.post(MANIFEST + "/labels", right=repo_write)
def create_label(call: Call, namespace: str, name: str, digest: str) -> Any:
    """A new label, even when one of the same key is there already."""
    writable(call, namespace, name)
    body = call.check("AddLabel")
    if label_key_reserved(body["key"]):
        raise PlainAbort(400, "Label has a reserved prefix")
    manifest = manifest_or_404(call, find_or_404(call, namespace, name), digest)
    if not label_key_ok(body["key"]):
        text = f"Label is of an invalid format or missing please use {LABEL_KEY} format for labels"
        raise PlainAbort(400, text)
    media_type = body["media_type"] or manifests.guessed_media_type(body["value"])
    row = manifests.add_label(call.store, manifest, body["key"], body["value"], media_type, "api")
    location = f"/api/v1/repository/{namespace}/{name}/manifest/{digest}/labels/{row.uuid}"
    return {"label": _label_view(row)}, 201, {"Location": location}


def _label_or_404(call: Call, manifest: Row, labelid: str) -> Row:
    row = call.store.labels.first(manifest=manifest.id, uuid=labelid)
    if row is None:
        raise NotFound()
    return row


@topic.get(MANIFEST + "/labels/<labelid>", right=repo_read)
def read_label(call: Call, namespace: str, name: str, digest: str, labelid: str) -> Any:
    """One label."""
    manifest = manifest_or_404(call, find_or_404(call, namespace, name), digest)
    return _label_view(_label_or_404(call, manifest, labelid))


@topic.delete(MANIFEST + "/labels/<labelid>", right=repo_write)
def delete_label(call: Call, namespace: str, name: str, digest: str, labelid: str) -> Any:
    """Deletes a label, unless it came with the image."""
    writable(call, namespace, name)
    manifest = manifest_or_404(call, find_or_404(call, namespace, name), digest)
    row = _label_or_404(call, manifest, labelid)
    if row.source_type == "manifest":
        raise ModelError("Cannot delete immutable label")
    call.store.labels.delete(row)
    return "", 204


# What the scanner says


@topic.get(MANIFEST + "/security", feature="SECURITY_SCANNER", right=repo_read)
def security(call: Call, namespace: str, name: str, digest: str) -> Any:
    """The result of a scan; of an image to which no tag leads any more, too."""
    manifest = manifest_or_404(call, find_or_404(call, namespace, name), digest, even_dead=True)
    status = manifest.get("scan", "queued")
    if status == "unreachable":
        raise DownstreamIssue("Security scanner endpoint is unreachable")
    layer = {"Name": digest, "ParentName": "", "NamespaceName": "", "IndexedByVersion": 4}
    features = [_feature_view(feature) for feature in manifest.get("features", [])]
    return {
        "status": status,
        "data": {"Layer": {**layer, "Features": features}} if status == "scanned" else None,
    }


def _feature_view(feature: Mapping[str, Any]) -> dict[str, Any]:
    found = [_vulnerability_view(one) for one in feature.get("Vulnerabilities", [])]
    scores = [one["Metadata"]["NVD"]["CVSSv3"]["Score"] for one in found]
    return {
        "Name": feature["Name"],
        "VersionFormat": "",
        "NamespaceName": "",
        "AddedBy": "sha256:" + "0" * 64,
        "Version": feature.get("Version", "1"),
        "BaseScores": [score for score in scores if score],
        "CVEIds": sorted({cve for one in found for cve in _CVE.findall(one["Link"])}),
        "Vulnerabilities": found,
    }


def _vulnerability_view(given: Mapping[str, Any]) -> dict[str, Any]:
    name = given["Name"]
    # Without what enriches a report Clair knows no scores, and without a distribution none is told.
    unknown = dict.fromkeys(("RepoName", "RepoLink", "DistroName", "DistroVersion"))
    score = {"Vectors": "", "Score": given.get("Score", "")}
    return {
        "Severity": given.get("Severity", "Unknown"),
        "NamespaceName": "rhel-vex",
        "Link": f"https://access.redhat.com/security/cve/{name}",
        "FixedBy": given.get("FixedBy", ""),
        "Description": f"What {name} is.",
        "Name": name,
        "Metadata": {"UpdatedBy": "rhel-vex", **unknown, "NVD": {"CVSSv3": score}},
    }


# Pulls


@topic.get(TAG + "/pull_statistics", feature="IMAGE_PULL_STATS", right=repo_read)
def pulls_of_tag(call: Call, namespace: str, name: str, tag: str) -> Any:
    """How often a tag was pulled, and the image that is there now by whatever name."""
    repository = find_or_404(call, namespace, name)
    row = current_or_404(call, repository, tag)
    pulled = call.store.tag_pulls.first(repository=repository.id, name=tag) or {}
    return {
        "tag_name": tag,
        "tag_pull_count": pulled.get("count", 0),
        "last_tag_pull_date": _date(pulled.get("last_pull")),
        "current_manifest_digest": pulled.get("digest", row.digest),
        **_pulls(call.store.manifests.get(row.manifest)),
    }


@topic.get(MANIFEST + "/pull_statistics", feature="IMAGE_PULL_STATS", right=repo_read)
def pulls_of_manifest(call: Call, namespace: str, name: str, digest: str) -> Any:
    """How often an image was pulled, by whatever name."""
    manifest = manifest_or_404(call, find_or_404(call, namespace, name), digest)
    return {"manifest_digest": digest, **_pulls(manifest)}


def _pulls(manifest: Row) -> dict[str, Any]:
    return {
        "manifest_pull_count": manifest.get("pulls", 0),
        "last_manifest_pull_date": _date(manifest.get("last_pull")),
    }


def _date(moment: float | None) -> str | None:
    return None if moment is None else rfc2822(moment)
