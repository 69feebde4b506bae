# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Tags, manifests and labels."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from ..call import Call, Topic, repo_read, repo_write
from ..errors import InvalidRequest, ModelError, NotFound, PlainAbort
from ..model import repositories, tags
from ..names import label_key_ok, label_key_reserved, tag_name_ok
from ..store import Row
from ..views import rfc2822
from .repositories import find_or_404

topic = Topic("tags")

_END_OF_DATES = 253402300800  # seconds since the epoch
LIST = "/repository/<repopath:repository>/tag/"
TAG = LIST + "<tag>"
MANIFEST = "/repository/<repopath:repository>/manifest/<digest>"
_STATES = ("NORMAL", "READ_ONLY", "MIRROR", "MARKED_FOR_DELETION", "ORG_MIRROR")
_TAG_ERROR = (
    'Invalid tag: must match [A-Za-z0-9_.-], NOT start with "." or "-", and can contain 1-128 characters'
)
_LABEL_ERROR = (
    "Label is of an invalid format or missing please use "
    "^[a-z0-9](([a-z0-9]|[-.](?![.-]))*[a-z0-9])?$ format for labels"
)
_FILTER_ERROR = (
    "Unsupported syntax for filter_tag_name. "
    "Expected <operation>:<tag_name> where <operation>can be 'like' or 'eq'."
)


def writable(call: Call, namespace: str, name: str) -> None:
    """Refuses to change tags and labels of a repository that is read-only or a mirror."""
    repository = repositories.find(call.store, namespace, name)
    if repository is not None and repository.state != "NORMAL":
        # Quay shows the number of the state, as new releases of Python do for such an enumeration.
        text = "Repository is in read only or mirror mode: %d" % _STATES.index(repository.state)
        raise PlainAbort(503, text)


def _view(call: Call, tag: Row) -> dict[str, Any]:
    manifest = call.store.manifests.get(tag.manifest)
    view: dict[str, Any] = {"name": tag.name, "reversion": tag.reversion}
    if call.feature("IMMUTABLE_TAGS"):
        view["immutable"] = tag.immutable
    view["start_ts"] = int(tag.start)
    if tag.end is not None:
        view["end_ts"] = int(tag.end)
    view["manifest_digest"] = tag.digest
    view["is_manifest_list"] = manifest.is_list
    view["size"] = manifest.size
    view["last_modified"] = rfc2822(int(tag.start))
    if tag.end is not None:
        view["expiration"] = rfc2822(int(tag.end))
    if manifest.is_list:
        count = len(manifest.children)
        view.update(is_sparse=False, child_manifest_count=count, present_child_count=count)
        view["child_manifests_presence"] = dict.fromkeys(manifest.children, True)
    return view


def _any_letters(text: str) -> str:
    return "".join({"_": ".", "%": ".*"}.get(letter, re.escape(letter)) for letter in text)


def _filtered(rows: list[Row], text: str | None) -> list[Row]:
    if not text:
        return rows
    operation, colon, value = text.partition(":")
    if not colon:
        raise PlainAbort(400, _FILTER_ERROR)
    if operation == "like":
        # Quay hands the text to ILIKE as it is, so that _ and % stand for any letter and any text.
        pattern = re.compile(_any_letters(value), re.IGNORECASE)
        return [row for row in rows if pattern.search(row.name)]
    return [row for row in rows if row.name == value] if operation == "eq" else rows


@topic.get(LIST, right=repo_read)
def list_tags(call: Call, namespace: str, name: str) -> Any:
    """The history of tags, newest first, or those that are alive."""
    page = max(1, call.number("page", 1) or 1)
    limit = min(100, max(1, call.number("limit", 50) or 0))
    repository = find_or_404(call, namespace, name)
    rows = tags.history(call.store, repository, call.text("specificTag") or None, call.flag("onlyActiveTags"))
    rows = _filtered(rows, call.text("filter_tag_name"))
    start = (page - 1) * limit
    shown = rows[start : start + limit]
    return {
        "tags": [_view(call, row) for row in shown],
        "page": page,
        "has_additional": len(rows) > start + limit,
    }


def _current_or_404(call: Call, repository: Row, tag: str) -> Row:
    row = tags.current(call.store, repository, tag)
    if row is None:
        raise NotFound()
    return row


def _manifest_or_404(call: Call, repository: Row, digest: str | None, even_dead: bool = False) -> Row:
    """The manifest, if a tag that is in force leads to it; only restoring finds others."""
    manifest = tags.find_manifest(call.store, repository, digest or "")
    if manifest is None or not (even_dead or tags.is_reachable(call.store, manifest)):
        raise NotFound()
    return manifest


@topic.put(TAG, right=repo_write)
def put(call: Call, namespace: str, name: str, tag: str) -> Any:
    """Expiration, then immutability, then the manifest; each part is stored by itself."""
    writable(call, namespace, name)
    body = call.check("ChangeTag")
    if not tag_name_ok(tag):
        raise PlainAbort(400, _TAG_ERROR)
    repository = find_or_404(call, namespace, name)
    if "expiration" in body:
        row = _current_or_404(call, repository, tag)
        moment = body["expiration"]
        # Python's dates end with the year 9999.
        if moment is not None and not time.time() < moment < _END_OF_DATES:
            raise PlainAbort(400)
        tags.set_expiration(call.store, call.settings, row, body["expiration"])
    if "immutable" in body and call.feature("IMMUTABLE_TAGS"):
        row = _current_or_404(call, repository, tag)
        if row.immutable and not body["immutable"]:
            call.need(call.rights.admin_repo(namespace, name))
        call.store.tags.update(row, immutable=body["immutable"])
    if "manifest_digest" in body:
        manifest = _manifest_or_404(call, repository, body["manifest_digest"])
        tags.point(call.store, call.settings, repository, tag, manifest)
    return "Updated", 201


@topic.delete(TAG, right=repo_write)
def delete(call: Call, namespace: str, name: str, tag: str) -> Any:
    """Ends a tag."""
    writable(call, namespace, name)
    tags.delete(call.store, _current_or_404(call, find_or_404(call, namespace, name), tag))
    return "", 204


@topic.post(TAG + "/restore", right=repo_write)
def restore(call: Call, namespace: str, name: str, tag: str) -> Any:
    """Lets a tag point to a manifest that it pointed to before."""
    writable(call, namespace, name)
    body = call.check("RestoreTag")
    repository = find_or_404(call, namespace, name)
    if not body.get("manifest_digest"):
        raise InvalidRequest("Missing manifest_digest")
    manifest = _manifest_or_404(call, repository, body["manifest_digest"], even_dead=True)
    tags.point(call.store, call.settings, repository, tag, manifest, reversion=True)
    return {}


@topic.post(TAG + "/expire", feature=lambda settings: settings.permanently_delete_tags, right=repo_write)
def expire(call: Call, namespace: str, name: str, tag: str) -> Any:
    """Takes a tag out of the time machine."""
    writable(call, namespace, name)
    repository = find_or_404(call, namespace, name)
    body = call.optional_body()
    rows = call.store.tags.find(repository=repository.id, name=tag)
    if body.get("is_alive"):
        rows = [row for row in rows if tags.alive(row)]
    else:
        rows = [row for row in rows if not tags.alive(row) and row.digest == body.get("manifest_digest")]
    if not rows:
        raise NotFound()
    for row in rows:
        call.store.tags.delete(row)
    return ""


@topic.get(TAG + "/pull_statistics", feature="IMAGE_PULL_STATS", right=repo_read)
def pull_statistics_of_tag(call: Call, namespace: str, name: str, tag: str) -> Any:
    """How often a tag was pulled: never, here."""
    row = _current_or_404(call, find_or_404(call, namespace, name), tag)
    return {
        "tag_name": tag,
        "tag_pull_count": 0,
        "last_tag_pull_date": None,
        "current_manifest_digest": row.digest,
        "manifest_pull_count": 0,
        "last_manifest_pull_date": None,
    }


@topic.get(MANIFEST + "/pull_statistics", feature="IMAGE_PULL_STATS", right=repo_read)
def pull_statistics_of_manifest(call: Call, namespace: str, name: str, digest: str) -> Any:
    """How often an image was pulled: never, here."""
    _manifest_or_404(call, find_or_404(call, namespace, name), digest)
    return {"manifest_digest": digest, "manifest_pull_count": 0, "last_manifest_pull_date": None}


@topic.get(MANIFEST, right=repo_read)
def read_manifest(call: Call, namespace: str, name: str, digest: str) -> Any:
    """One manifest."""
    manifest = _manifest_or_404(call, find_or_404(call, namespace, name), digest)
    layers = [
        {
            "index": index,
            "compressed_size": layer["compressed_size"],
            "is_remote": False,
            "urls": None,
            "command": layer["command"],
            "comment": layer.get("comment"),
            "author": layer.get("author"),
            "blob_digest": layer["blob_digest"],
            "created_datetime": rfc2822(layer.get("created", manifest.created)),
        }
        for index, layer in enumerate(manifest.layers)
    ]
    return {
        "digest": digest,
        "is_manifest_list": manifest.is_list,
        "manifest_data": manifest.data,
        "config_media_type": json.loads(manifest.data).get("config", {}).get("mediaType"),
        "layers_compressed_size": 0 if manifest.is_list else manifest.size,
        "layers": None if manifest.is_list else layers,
    }


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
    manifest = _manifest_or_404(call, find_or_404(call, namespace, name), digest)
    prefix = call.text("filter") or ""
    rows = [row for row in call.store.labels.find(manifest=manifest.id) if row.key.startswith(prefix)]
    return {"labels": [_label_view(row) for row in rows]}


@topic.post(MANIFEST + "/labels", right=repo_write)
def create_label(call: Call, namespace: str, name: str, digest: str) -> Any:
    """A new label, even when one of the same key is there already."""
    writable(call, namespace, name)
    body = call.check("AddLabel")
    manifest = _manifest_or_404(call, find_or_404(call, namespace, name), digest)
    if label_key_reserved(body["key"]):
        raise PlainAbort(400, "Label has a reserved prefix")
    if not label_key_ok(body["key"]):
        raise PlainAbort(400, _LABEL_ERROR)
    row = tags.add_label(call.store, manifest, body["key"], body["value"], body["media_type"], "api")
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
    manifest = _manifest_or_404(call, find_or_404(call, namespace, name), digest)
    return _label_view(_label_or_404(call, manifest, labelid))


@topic.delete(MANIFEST + "/labels/<labelid>", right=repo_write)
def delete_label(call: Call, namespace: str, name: str, digest: str, labelid: str) -> Any:
    """Deletes a label, unless it came with the image."""
    writable(call, namespace, name)
    manifest = _manifest_or_404(call, find_or_404(call, namespace, name), digest)
    row = _label_or_404(call, manifest, labelid)
    if row.source_type == "manifest":
        raise ModelError("Cannot delete immutable label")
    call.store.labels.delete(row)
    return "", 204
