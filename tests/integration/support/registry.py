# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A registry as an outside observer sees it: raw requests that share no code with the collection.

Works alike with the simulator and with a real Quay. Everything that is made carries a prefix of its
own, by which ``clean_up`` finds and removes it.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from .image import push, write_image

ALL_SCOPES = "org:admin repo:admin repo:create repo:read repo:write super:user user:admin user:read"
PASSWORD = "correct-horse-battery"
_REDIRECT_URI = "http://localhost/quayops-tests"
_TIMEOUT = 60.0  # seconds


@dataclass(frozen=True)
class Person:
    """A user that the tests made."""

    name: str
    password: str


class Session:
    """A sign-in, as a browser does it."""

    def __init__(self, url: str, verify: bool | str, person: Person) -> None:
        self._url = url
        # Given with each request: a session's own setting loses against REQUESTS_CA_BUNDLE.
        self._verify = verify
        self._http = requests.Session()
        answer = self._http.get(f"{url}/csrf_token", verify=verify, timeout=_TIMEOUT)
        answer.raise_for_status()
        self._csrf = answer.json()["csrf_token"]
        self.send("POST", "signin", {"username": person.name, "password": person.password})

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request to the API and return the decoded answer."""
        return _decoded(self._request(method, f"/api/v1/{path}", json=body))

    def authorize(self, client_id: str, scopes: str) -> str:
        """Grant an application a token, as its page of consent does."""
        form = {
            "response_type": "token",
            "client_id": client_id,
            "redirect_uri": _REDIRECT_URI,
            "scope": scopes,
            "_csrf_token": self._csrf,
        }
        answer = self._request("POST", "/oauth/authorizeapp", data=form, allow_redirects=False)
        location = answer.headers.get("Location", "")
        granted = parse_qs(urlsplit(location).fragment).get("access_token")
        assert granted, f"no token was granted: {answer.status_code} {location} {answer.text[:200]}"
        return granted[0]

    def _request(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        kwargs.update(headers={"X-CSRF-Token": self._csrf}, verify=self._verify, timeout=_TIMEOUT)
        answer = self._http.request(method, self._url + path, **kwargs)
        self._csrf = answer.headers.get("X-Next-CSRF-Token", self._csrf)
        return answer


class Registry:
    """A registry, its administrator with a token of all scopes, and what the tests make in it."""

    def __init__(
        self, url: str, admin: str, password: str, verify: bool | str = True, simulated: bool = True
    ) -> None:
        self.url = url.rstrip("/")
        self.admin = admin
        self.admin_password = password
        self.simulated = simulated
        self._verify = verify
        self._prefix = f"it-{secrets.token_hex(3)}"
        self._numbers = 0
        # The organization with the application that grants the administrator's own token comes first.
        self._own = f"{self._prefix}-tokens1"
        self.token = self.new_token(Person(admin, password))

    # Names, users and tokens

    def new_name(self, what: str = "n") -> str:
        """Return a name that nothing has yet."""
        self._numbers += 1
        return f"{self._prefix}-{what}{self._numbers}"

    def new_org_name(self) -> str:
        """Return the name of an organization that does not exist yet."""
        return self.new_name("org")

    def new_org(self, **settings: Any) -> str:
        """Make an organization that the administrator owns, and return its name."""
        name = self.new_org_name()
        self.send("POST", "organization/", {"name": name, "email": f"{name}@example.com", **settings})
        return name

    def new_repository(self, organization: str, name: str, visibility: str = "private") -> None:
        """Make a repository."""
        body = {"namespace": organization, "repository": name, "visibility": visibility, "description": ""}
        self.send("POST", "repository", body)

    def new_user(self) -> Person:
        """Make a user who can sign in."""
        person = Person(self.new_name("user"), PASSWORD)
        body = {"username": person.name, "email": f"{person.name}@example.com"}
        self.send("POST", "superuser/users/", body)
        self.send("PUT", f"superuser/users/{person.name}", {"password": person.password})
        return person

    def new_token(self, person: Person, scopes: str = ALL_SCOPES) -> str:
        """Return a token of a user, granted to an application of an organization of its own."""
        session = Session(self.url, self._verify, person)
        organization = self.new_name("tokens")
        session.send("POST", "organization/", {"name": organization, "email": f"{organization}@example.com"})
        body = {"name": "tests", "redirect_uri": _REDIRECT_URI}
        application = session.send("POST", f"organization/{organization}/applications", body)
        return session.authorize(application["client_id"], scopes)

    # Looking and preparing

    def get(self, path: str) -> Any:
        """Return the decoded answer to a GET of ``path`` (relative to /api/v1), None if it is not there."""
        answer = self._request("GET", path)
        # Quay answers 400 where a robot, or a permission, is not there.
        return None if answer.status_code in (400, 404) else _decoded(answer)

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request as the administrator, and fail unless it is carried out."""
        return _decoded(self._request(method, path, json=body))

    def exists(self, organization: str) -> bool:
        """Tell whether there is an organization of that name."""
        return self.get(f"organization/{organization}") is not None

    def robots(self, organization: str) -> dict[str, Any]:
        """Return the robots by full name, with teams and repositories."""
        answer = self.get(f"organization/{organization}/robots?permissions=true&token=true")
        return {robot["name"]: robot for robot in answer["robots"]}

    def teams(self, organization: str) -> dict[str, Any]:
        """Return the teams by name."""
        teams: dict[str, Any] = self.get(f"organization/{organization}")["teams"]
        return teams

    def members(self, organization: str, team: str) -> list[str]:
        """Return the names of a team's members, sorted; not who is invited."""
        members = self.get(f"organization/{organization}/team/{team}/members")["members"]
        return sorted(member["name"] for member in members if not member.get("invited"))

    def prototypes(self, organization: str) -> list[tuple[str, str, str, str]]:
        """Return creator ("" for any), kind of delegate, delegate and role of all prototypes, sorted."""
        return sorted(
            (
                (rule["activating_user"] or {}).get("name", ""),
                rule["delegate"]["kind"],
                rule["delegate"]["name"],
                rule["role"],
            )
            for rule in self.get(f"organization/{organization}/prototypes")["prototypes"]
        )

    def permissions(self, repository: str, kind: str = "user") -> dict[str, str]:
        """Return the roles on a repository by name of user (or "team")."""
        answer = self.get(f"repository/{repository}/permissions/{kind}/")
        return {name: entry["role"] for name, entry in answer["permissions"].items()}

    def repository(self, name: str) -> Any:
        """Return the view of a repository, None if it is not there."""
        return self.get(f"repository/{name}?includeTags=false")

    # Images

    def push(
        self, repository: str, tag: str, digest: str | None = None, platforms: Sequence[str] = ()
    ) -> str:
        """Give a repository a tag with an image, a new one unless ``digest`` names one; return its digest.

        With ``platforms``, such as "linux/arm64", it is a list with an image for each of them. A real Quay
        gets a real image, and its tag is moved to ``digest`` by the API.
        """
        organization, _slash, name = repository.partition("/")
        if self.simulated:
            body: dict[str, Any] = {"org": organization, "repo": name, "tag": tag, "digest": digest}
            if platforms:
                parts = ("os", "architecture")
                body["platforms"] = [dict(zip(parts, platform.split("/"))) for platform in platforms]
            return str(self.control("POST", "tags", body)["digest"])
        if digest is not None:
            self.send("PUT", f"repository/{repository}/tag/{tag}", {"manifest_digest": digest})
            return digest
        with tempfile.TemporaryDirectory() as directory:
            layout = Path(directory) / "image"
            pushed = write_image(layout, platforms)
            push(layout, self.url, repository, tag, self.admin, self.admin_password, self._verify)
        return pushed

    def tags(self, repository: str) -> dict[str, Any]:
        """Return the tags that are there now, by name."""
        answer = self.get(f"repository/{repository}/tag/?limit=100&onlyActiveTags=true")
        return {tag["name"]: tag for tag in answer["tags"]}

    def clean_up(self) -> None:
        """Remove every organization and user whose name has the prefix."""
        organizations = self._names("superuser/organizations/", "organizations")
        for name in organizations:
            if name != self._own:
                self._request("DELETE", f"organization/{name}")
        for name in self._names("superuser/users/", "users"):
            self._request("DELETE", f"superuser/users/{name}")
        # With it goes the token that was needed until here.
        self._request("DELETE", f"organization/{self._own}")

    def _names(self, path: str, key: str) -> list[str]:
        names = [entry.get("name") or entry["username"] for entry in self.get(path)[key]]
        return [name for name in names if name.startswith(self._prefix)]

    def _request(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        return requests.request(
            method,
            f"{self.url}/api/v1/{path}",
            headers={"Authorization": f"Bearer {self.token}"},
            verify=self._verify,
            timeout=_TIMEOUT,
            **kwargs,
        )

    # What only the simulator can be told

    def control(self, method: str, route: str, body: Any = None) -> Any:
        """Call one of the simulator's own routes."""
        assert self.simulated, "a real Quay has no such routes"
        url = f"{self.url}/_simulator/{route}"
        answer = requests.request(method, url, json=body, verify=self._verify, timeout=_TIMEOUT)
        return _decoded(answer)

    def requests_log(self) -> list[dict[str, Any]]:
        """Return the requests since the log was emptied."""
        log: list[dict[str, Any]] = self.control("GET", "requests")
        return log

    def forget_requests(self) -> None:
        """Empty the log of requests."""
        self.control("DELETE", "requests")

    def writes(self) -> list[str]:
        """Return "METHOD path" of the requests since the log was emptied that are not GETs."""
        log = self.requests_log()
        return [f"{entry['method']} {entry['path']}" for entry in log if entry["method"] != "GET"]


def _decoded(answer: requests.Response) -> Any:
    assert answer.ok, f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text[:500]}"
    return answer.json() if answer.text.strip() else None
