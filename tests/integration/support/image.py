# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The smallest image there can be, and how it is pushed to a real registry."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import secrets
import shutil
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_INDEX = "application/vnd.oci.image.index.v1+json"
_CREATED = "2026-01-01T00:00:00Z"
_PUSH_TIMEOUT = 120.0  # seconds


def write_image(
    directory: Path, labels: Mapping[str, str] | None = None, platforms: Sequence[str] = ()
) -> str:
    """Write an image of one random file as an OCI layout, and return its digest.

    ``labels`` are those that an image brings along itself. With ``platforms``, such as "linux/arm64", it is a
    list of one image for each.
    """
    blobs = directory / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    if platforms:
        images = [
            {**_image(blobs, labels or {}, platform), "platform": _platform(platform)}
            for platform in platforms
        ]
        written = _json_blob(blobs, _INDEX, {"schemaVersion": 2, "mediaType": _INDEX, "manifests": images})
    else:
        written = _image(blobs, labels or {}, "linux/amd64")
    index = {"schemaVersion": 2, "manifests": [written]}
    (directory / "index.json").write_text(json.dumps(index), encoding="ascii")
    (directory / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}', encoding="ascii")
    return str(written["digest"])


def _image(blobs: Path, labels: Mapping[str, str], platform: str) -> dict[str, Any]:
    layer = _archive("content", secrets.token_bytes(16))
    config = {
        **_platform(platform),
        "created": _CREATED,
        "config": {"Labels": dict(labels)},
        "rootfs": {"type": "layers", "diff_ids": [_digest(layer)]},
        "history": [{"created": _CREATED, "created_by": "COPY content /"}],
    }
    return _json_blob(
        blobs,
        _MANIFEST,
        {
            "schemaVersion": 2,
            "mediaType": _MANIFEST,
            "config": _json_blob(blobs, _CONFIG, config),
            "layers": [_blob(blobs, _LAYER, gzip.compress(layer, mtime=0))],
        },
    )


def _platform(text: str) -> dict[str, str]:
    system, _slash, architecture = text.partition("/")
    return {"os": system, "architecture": architecture}


def push(
    layout: Path, url: str, repository: str, tag: str, user: str, password: str, verify: bool | str
) -> None:
    """Push an image with skopeo; the password is in a file, so that no list of processes shows it."""
    assert shutil.which("skopeo"), "to push to a real Quay the tests need skopeo"
    address = urlsplit(url)
    entry = {"auth": base64.b64encode(f"{user}:{password}".encode()).decode("ascii")}
    authfile = layout.parent / f"{layout.name}-auth.json"
    authfile.touch(mode=0o600)
    authfile.write_text(json.dumps({"auths": {address.netloc: entry}}), encoding="ascii")
    checked = "true" if verify and address.scheme == "https" else "false"
    command = [
        "skopeo",
        "copy",
        "--all",
        "--quiet",
        f"--dest-tls-verify={checked}",
        f"--dest-authfile={authfile}",
    ]
    if isinstance(verify, str):
        command.append(f"--dest-cert-dir={_certificates(layout.parent, verify)}")
    command += [f"oci:{layout}", f"docker://{address.netloc}/{repository}:{tag}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_PUSH_TIMEOUT)
    assert done.returncode == 0, done.stderr


def _certificates(directory: Path, authority: str) -> Path:
    """Return a directory as skopeo wants it: every authority in a file that ends in .crt."""
    found = directory / "certs"
    found.mkdir(exist_ok=True)
    shutil.copy(authority, found / "ca.crt")
    return found


def _archive(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def _blob(blobs: Path, media_type: str, content: bytes) -> dict[str, Any]:
    digest = _digest(content)
    (blobs / digest.partition(":")[2]).write_bytes(content)
    return {"mediaType": media_type, "digest": digest, "size": len(content)}


def _json_blob(blobs: Path, media_type: str, content: Any) -> dict[str, Any]:
    return _blob(blobs, media_type, json.dumps(content).encode("ascii"))


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()
