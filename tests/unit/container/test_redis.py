# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The protocol of Redis, against a small server of the test's own."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator

import pytest

from tests.simulator.container import redis
from tests.simulator.container.redis import Address, RedisError

PASSWORD = "planted secret"


class FakeRedis(socketserver.ThreadingTCPServer):
    """Answers as a Redis with a password does."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, password: str | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.password = password
        self.values: dict[str, str] = {}
        self.commands: list[list[str]] = []
        self.raw: bytes | None = None  # what every command is answered with instead


class _Handler(socketserver.StreamRequestHandler):
    server: FakeRedis

    def handle(self) -> None:
        trusted = self.server.password is None
        while line := self.rfile.readline():
            words = [self._word() for _number in range(int(line[1:]))]
            self.server.commands.append(words)
            if self.server.raw is not None:
                self.wfile.write(self.server.raw)
                return
            if words[0] == "AUTH":
                trusted = self._authenticate(words[1])
            elif not trusted:
                self.wfile.write(b"-NOAUTH Authentication required.\r\n")
            else:
                self._obey(words)

    def _word(self) -> str:
        length = int(self.rfile.readline()[1:])
        return self.rfile.read(length + 2)[:-2].decode()

    def _authenticate(self, password: str) -> bool:
        if self.server.password is None:
            self.wfile.write(b"-ERR AUTH <password> called without any password configured\r\n")
            return True
        right = password == self.server.password
        self.wfile.write(b"+OK\r\n" if right else b"-WRONGPASS invalid username-password pair\r\n")
        return right

    def _obey(self, words: list[str]) -> None:
        if words[0] == "PING":
            self.wfile.write(b"+PONG\r\n")
        elif words[0] == "SET":
            self.server.values[words[1]] = words[2]
            self.wfile.write(b"+OK\r\n")
        elif words[0] == "GET":
            value = self.server.values.get(words[1])
            self.wfile.write(b"$-1\r\n" if value is None else b"$%d\r\n%b\r\n" % (len(value), value.encode()))
        else:
            self.wfile.write(b"+OK\r\n")


@pytest.fixture()
def server(request: pytest.FixtureRequest) -> Iterator[FakeRedis]:
    """A Redis, with a password unless the test says none."""
    fake = FakeRedis(getattr(request, "param", PASSWORD))
    threading.Thread(target=fake.serve_forever, daemon=True).start()
    yield fake
    fake.shutdown()
    fake.server_close()


def address(server: FakeRedis, password: str = PASSWORD, database: int = 0) -> Address:
    """Where the server is."""
    return Address("127.0.0.1", server.server_address[1], password, database=database)


def test_ping_signs_in_first(server: FakeRedis) -> None:
    redis.ping(address(server, database=1))
    assert server.commands == [["AUTH", PASSWORD], ["SELECT", "1"], ["PING"]]


@pytest.mark.parametrize(("password", "message"), [("wrong", "WRONGPASS"), ("", "NOAUTH")])
def test_a_wrong_password_is_an_error_that_does_not_show_it(
    server: FakeRedis, password: str, message: str
) -> None:
    with pytest.raises(RedisError, match=message) as error:
        redis.ping(address(server, password))
    assert PASSWORD not in str(error.value)


@pytest.mark.parametrize("server", [None], indirect=True)
def test_a_password_for_a_redis_without_one_is_an_error(server: FakeRedis) -> None:
    with pytest.raises(RedisError, match="without any password"):
        redis.ping(address(server))
    redis.ping(address(server, ""))


def test_the_health_check_writes_and_reads(server: FakeRedis) -> None:
    redis.write_and_read(address(server), "_health")
    assert server.values == {"_health": "1"}
    assert server.commands[-1] == ["GET", "_health"]


@pytest.mark.parametrize("raw", [b"+NOPE\r\n", b"", b"+PO", b"$x\r\n", b"HTTP/1.0 400 Bad Request\r\n\r\n"])
def test_what_is_no_redis_is_an_error(server: FakeRedis, raw: bytes) -> None:
    server.raw = raw
    with pytest.raises(RedisError):
        redis.ping(address(server, ""))


def test_nobody_there(server: FakeRedis) -> None:
    where = address(server)
    server.shutdown()
    server.server_close()
    with pytest.raises(RedisError, match="refused"):
        redis.ping(where, timeout=2.0)


def test_the_address_of_a_block() -> None:
    assert redis.address({"host": "r", "password": "p"}) == Address("r", 6379, "p")
    assert redis.address({"host": "r", "port": 7000, "ssl": True, "db": 2}) == Address("r", 7000, "", True, 2)
    assert "secret" not in repr(redis.address({"host": "r", "password": "secret"}))
