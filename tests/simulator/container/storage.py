# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Where blobs would be kept: local directories, and everything that speaks S3."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .versions import Version

S3_ENGINES = ("RHOCSStorage", "RadosGWStorage", "IBMCloudStorage")
AWS_ENGINES = ("S3Storage", "CloudFrontedS3Storage", "STSS3Storage")
_VERIFICATION = "_verify"  # the name of the file that Quay's own check writes


class StorageError(Exception):
    """The storage cannot be used. The text never holds a key."""


@dataclass(frozen=True)
class Bucket:
    """A bucket behind an address that speaks S3."""

    endpoint: str  # with its scheme
    name: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    prefix: str = ""
    region: str | None = None


def _address(host: str, port: Any, secure: bool) -> str:
    scheme = "https" if secure else "http"
    address = host if host.startswith(("http://", "https://")) else f"{scheme}://{host}"
    return f"{address}:{int(port)}" if port else address


def bucket(engine: str, options: Mapping[str, Any], version: Version) -> Bucket | None:
    """The bucket of a storage engine that speaks S3; None for any other engine."""
    prefix = str(options.get("storage_path") or "").strip("/")
    if engine in S3_ENGINES or engine == "GoogleCloudStorage":
        google = engine == "GoogleCloudStorage"
        secure = google or bool(options.get("is_secure", False))
        host = "storage.googleapis.com" if google else str(options.get("hostname") or "")
        return Bucket(
            _address(host, options.get("port"), secure),
            str(options.get("bucket_name") or ""),
            str(options.get("access_key") or ""),
            str(options.get("secret_key") or ""),
            prefix,
        )
    if engine not in AWS_ENGINES:
        return None
    # Since 3.18 an address without a scheme means https for S3Storage; before, is_secure decided.
    always = engine == "S3Storage" and version >= (3, 18, 0)
    secure = always or bool(options.get("is_secure", False))
    endpoint = str(options.get("endpoint_url") or "")
    if endpoint and not endpoint.startswith(("http://", "https://")):
        endpoint = _address(endpoint, None, secure)
    elif not endpoint and options.get("host"):
        endpoint = _address(str(options["host"]), options.get("port"), secure)
    return Bucket(
        endpoint or "https://s3.amazonaws.com",
        str(options.get("s3_bucket") or ""),
        str(options.get("s3_access_key") or options.get("sts_user_access_key") or ""),
        str(options.get("s3_secret_key") or options.get("sts_user_secret_key") or ""),
        prefix,
        options.get("s3_region"),
    )


def write_locally(path: Path) -> None:
    """Writes and reads the file with which Quay tries a directory. Raises StorageError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        target = path / _VERIFICATION
        target.write_bytes(b"testing 123")
        if not target.exists():
            raise StorageError("could not find the file that was written")
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from None


def _client(where: Bucket, timeout: float) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=where.endpoint,
        aws_access_key_id=where.access_key or None,
        aws_secret_access_key=where.secret_key or None,
        region_name=where.region or "us-east-1",
        verify=os.environ.get("REQUESTS_CA_BUNDLE") or None,
        config=Config(
            connect_timeout=timeout,
            read_timeout=timeout,
            retries={"max_attempts": 1},
            s3={"addressing_style": "path"},
        ),
    )


def find_bucket(where: Bucket, timeout: float = 3.0) -> None:
    """What the validation does: asks whether the bucket is there. Raises StorageError."""
    _ask(where, timeout, lambda client: client.head_bucket(Bucket=where.name))


def write_to_bucket(where: Bucket, timeout: float = 5.0) -> None:
    """What the health check does: writes a file, and looks for it. Raises StorageError."""
    key = "/".join(part for part in (where.prefix, _VERIFICATION) if part)

    def write(client: Any) -> None:
        client.put_object(Bucket=where.name, Key=key, Body=b"testing 123")
        client.head_object(Bucket=where.name, Key=key)

    _ask(where, timeout, write)


def _ask(where: Bucket, timeout: float, question: Any) -> None:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        question(_client(where, timeout))
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if status == 404:
            raise StorageError(f"there is no bucket {where.name} at {where.endpoint}") from None
        raise StorageError(f"{where.endpoint} answered {status} for the bucket {where.name}") from None
    except (BotoCoreError, ValueError) as error:
        raise StorageError(f"{where.endpoint}: {error}") from None


def write_test(engine: str, options: Mapping[str, Any], version: Version) -> None:
    """Writes to a storage, as /health/endtoend does. Engines that this stand-in cannot speak to pass.

    Raises StorageError.
    """
    if engine == "LocalStorage":
        write_locally(Path(str(options.get("storage_path") or "")))
        return
    where = bucket(engine, options, version)
    if where is not None:
        write_to_bucket(where)
