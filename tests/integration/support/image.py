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
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
_LIST = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_PUSH_TIMEOUT = 120.0  # seconds


def write_image(directory: Path, platforms: Sequence[str] = ()) -> str:
    """Write an image of one random file as an OCI layout, and return its digest.

    With ``platforms``, such as "linux/arm64", it is a list with an image for each of them.
    """
    blobs = directory / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    if platforms:
        entries = [{**_image(blobs, name), "platform": _platform(name)} for name in platforms]
        listed = {"schemaVersion": 2, "mediaType": _LIST, "manifests": entries}
        manifest = _blob(blobs, _LIST, json.dumps(listed).encode("ascii"))
    else:
        manifest = _image(blobs, "linux/amd64")
    index = {"schemaVersion": 2, "manifests": [manifest]}
    (directory / "index.json").write_text(json.dumps(index), encoding="ascii")
    (directory / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}', encoding="ascii")
    return str(manifest["digest"])


def _platform(name: str) -> dict[str, str]:
    return dict(zip(("os", "architecture"), name.split("/")))


def _image(blobs: Path, platform: str) -> dict[str, object]:
    layer = _archive("content", secrets.token_bytes(16))
    rootfs = {"type": "layers", "diff_ids": [_digest(layer)]}
    config = {**_platform(platform), "rootfs": rootfs}
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": _blob(blobs, _CONFIG, json.dumps(config).encode("ascii")),
        "layers": [_blob(blobs, _LAYER, gzip.compress(layer, mtime=0))],
    }
    return _blob(blobs, _MANIFEST, json.dumps(manifest).encode("ascii"))


def push(
    layout: Path, url: str, repository: str, tag: str, user: str, password: str, verify: bool | str
) -> None:
    """Push an image, or a list with all of its images, with skopeo.

    The password is in a file, so that no list of processes shows it.
    """
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


def _blob(blobs: Path, media_type: str, content: bytes) -> dict[str, object]:
    digest = _digest(content)
    (blobs / digest.partition(":")[2]).write_bytes(content)
    return {"mediaType": media_type, "digest": digest, "size": len(content)}


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()
