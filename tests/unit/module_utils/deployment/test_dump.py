# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What Quay's configuration tool prints."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.module_utils.deployment import dump
from ansible_collections.quayops.quay.plugins.module_utils.deployment.masking import MASK

# Printed by the library that the tool uses, with the tool's settings.
PRINTED = """\
(config.Config) (len=4) {
\t(string) (len=8) "Database": (*database.DatabaseFieldGroup)({
\t\tDbConnectionArgs: (*database.DbConnectionArgsStruct)({
\t\t\tSsl: (*database.SslStruct)(<nil>),
\t\t\tThreadlocals: (bool) true,
\t\t\tKeepalives: (*int)(3),
\t\t\tSslCompression: (*int)(<nil>)
\t\t}),
\t\tDbUri: (string) (len=25) "postgresql://quay:pw12345678@h/db"
\t}),
\t(string) (len=18) "DistributedStorage": (*distributedstorage.DistributedStorageFieldGroup)({
\t\tDistributedStorageConfig: (map[string]*distributedstorage.DistributedStorageDefinition) (len=1) {
\t\t\t(string) (len=7) "default": (*distributedstorage.DistributedStorageDefinition)({
\t\t\t\tName: (string) (len=12) "S3Storage",
\t\t\t\tArgs: (*shared.DistributedStorageArgs)({
\t\t\t\t\tPort: (int) 443,
\t\t\t\t\tS3SecretKey: (string) (len=9) "plan\\"ted",
\t\t\t\t\tSwiftOsOptions: (map[string]interface {}) (len=2) {
\t\t\t\t\t\t(string) (len=6) "region": (string) (len=1) "x",
\t\t\t\t\t\t(string) (len=5) "token": (string) (len=7) "planted"
\t\t\t\t\t}
\t\t\t\t})
\t\t\t})
\t\t},
\t\tDistributedStoragePreference: ([]string) (len=1) {
\t\t\t(string) (len=7) "default"
\t\t},
\t\tDistributedStorageDefaultLocations: ([]string) {
\t\t}
\t}),
\t(string) (len=12) "HostSettings": (*hostsettings.HostSettingsFieldGroup)({
\t\tExternalTlsTermination: (bool) false,
\t\tPreferredUrlScheme: (string) (len=5) "https",
\t\tServerHostname: (string) (len=20) "registry.example.com"
\t}),
\t(string) (len=4) "LDAP": (*ldap.LDAPFieldGroup)({
\t\tLdapAdminPasswd: (string) (len=13) "planted-passwd",
\t\tLdapUserFilter: (string) "",
\t\tNoSuchKey: (float64) 1.5,
\t\tSuperUsers: ([]interface {}) (len=4) {
\t\t\t(string) (len=1) "x\\x01",
\t\t\t(int) 1,
\t\t\t(float64) 1.5,
\t\t\t(interface {}) <nil>
\t\t},
\t\tCorsOrigin: ([]string) <nil>
\t})
}
"""


# The image says something before it runs a command.
GREETING = """
   __   __
  /  \\ /  \\     ______   _    _     __   __   __
2026-11-24 08:21:33 [quay] running 'config-tool'
(not this) {
"""


def test_it_is_recognized() -> None:
    assert dump.is_dump(PRINTED)
    assert not dump.is_dump("SERVER_HOSTNAME: registry.example.com\n")
    assert not dump.is_dump("")
    assert dump.is_dump(GREETING + PRINTED)
    assert not dump.is_dump("open conf/stack/config.yaml: no such file or directory\n")


def test_keys_and_values() -> None:
    found = dump.effective(GREETING + PRINTED)
    assert found == dump.effective(PRINTED)
    assert found["SERVER_HOSTNAME"] == "registry.example.com"
    assert found["EXTERNAL_TLS_TERMINATION"] is False
    assert found["DISTRIBUTED_STORAGE_PREFERENCE"] == ["default"]
    assert found["DISTRIBUTED_STORAGE_DEFAULT_LOCATIONS"] == []
    assert found["DISTRIBUTED_STORAGE_CONFIG"]["default"]["Args"]["Port"] == 443
    assert found["DB_CONNECTION_ARGS"] == {
        "Ssl": None,
        "Threadlocals": True,
        "Keepalives": 3,
        "SslCompression": None,
    }
    assert found["SUPER_USERS"] == ["x\\x01", 1, 1.5, None]
    assert found["LDAP_USER_FILTER"] == ""
    assert found["CORS_ORIGIN"] == []
    assert not any("such" in key.lower() for key in found)


def test_secrets_are_hidden() -> None:
    text = dump.masked_text(PRINTED, {"pw12345678"})
    assert "plan" not in text
    assert "pw12345678" not in text
    assert f'S3SecretKey: (string) "{MASK}",' in text
    assert f'"token": (string) "{MASK}"\n' in text
    assert f"postgresql://quay:{MASK}@h/db" in text
    assert 'LdapUserFilter: (string) "",' in text
    assert text.count("\n") == PRINTED.rstrip().count("\n")


def test_a_text_that_ends_too_early_is_read_as_far_as_it_goes() -> None:
    assert dump.effective("\n".join(PRINTED.splitlines()[:40]))["PREFERRED_URL_SCHEME"] == "https"
    assert dump.effective("") == {}
