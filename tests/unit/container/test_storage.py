# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Where storage engines keep blobs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.container import storage
from tests.simulator.container.storage import StorageError

V317, V318 = (3, 17, 1), (3, 18, 0)
RADOS = {"access_key": "a", "secret_key": "planted", "hostname": "s3", "bucket_name": "b"}
AWS = {"s3_access_key": "a", "s3_secret_key": "planted", "s3_bucket": "b"}


@pytest.mark.parametrize(
    ("engine", "options", "version", "endpoint"),
    [
        ("RadosGWStorage", RADOS, V317, "http://s3"),
        ("RadosGWStorage", {**RADOS, "is_secure": True, "port": "443"}, V317, "https://s3:443"),
        ("RHOCSStorage", {**RADOS, "port": 9000}, V317, "http://s3:9000"),
        ("GoogleCloudStorage", RADOS, V317, "https://storage.googleapis.com"),
        ("S3Storage", AWS, V317, "https://s3.amazonaws.com"),
        ("S3Storage", {**AWS, "host": "s3", "port": 9000}, V317, "http://s3:9000"),
        ("S3Storage", {**AWS, "host": "s3", "port": 9000}, V318, "https://s3:9000"),
        ("S3Storage", {**AWS, "endpoint_url": "http://s3:9000"}, V318, "http://s3:9000"),
        ("CloudFrontedS3Storage", {**AWS, "host": "s3"}, V318, "http://s3"),
    ],
)
def test_the_address_of_a_bucket(
    engine: str, options: dict[str, Any], version: tuple[int, int, int], endpoint: str
) -> None:
    found = storage.bucket(engine, options, version)
    assert found is not None
    assert (found.endpoint, found.name, found.access_key) == (endpoint, "b", "a")
    assert "planted" not in repr(found)


@pytest.mark.parametrize("engine", ["LocalStorage", "SwiftStorage", "AzureStorage"])
def test_other_engines_have_no_bucket(engine: str) -> None:
    assert storage.bucket(engine, {}, V318) is None


def test_local_storage_is_tried_by_writing(tmp_path: Path) -> None:
    storage.write_test("LocalStorage", {"storage_path": str(tmp_path / "a" / "b")}, V317)
    assert (tmp_path / "a" / "b" / "_verify").read_bytes() == b"testing 123"


def test_local_storage_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="file"):
        storage.write_locally(tmp_path / "file" / "below")
    if os.geteuid() != 0:  # root may write anywhere
        tmp_path.chmod(0o500)
        with pytest.raises(StorageError, match="Permission denied"):
            storage.write_locally(tmp_path / "new")
