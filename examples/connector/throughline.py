"""Throughline from outside: consent in a browser, tokens that refresh themselves, and calls of the REST API."""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode

import requests

from memory import Memory

SECONDS = 30
EARLY = 60
"""Seconds before its end at which a token is refreshed."""

PAGE = b"<!doctype html><title>Connector</title><link rel=icon href=data:,><h1>Thank you. Close this window.</h1>"


class Refused(requests.HTTPError):
    """The API refused a call: `code` says why to programs, the text to people."""

    def __init__(self, answer: requests.Response) -> None:
        try:
            problem = answer.json()
        except ValueError:
            problem = {}
        self.code = str(problem.get("code") or problem.get("error") or "")
        words = problem.get("detail") or problem.get("error_description") or answer.reason
        super().__init__(f"{words} ({answer.status_code} {self.code})", response=answer)


class Disconnected(Exception):
    """The connection has ended: somebody revoked it, or nobody refreshed it for 90 days."""


class Throughline:
    """One connection to one company. Used by one thread at a time."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self._session = requests.Session()

    # ── Consent ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def connect(self, site: str, *, client_id: str, scopes: str, show: Callable[[str], object]) -> None:
        """Ask a person to let us in, and keep the tokens.

        Args:
            site: where Throughline is, such as https://recruiting.example.
            client_id: of a public app with the redirect address http://127.0.0.1/back.
            scopes: with spaces between.
            show: brings the person to an address.

        Raises:
            Disconnected: when the person said no, or somebody else answered.
            Refused: when the server did not take the code.
        """
        described = self._session.get(f"{site}/.well-known/oauth-authorization-server", timeout=SECONDS)
        server = _answered(described)
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        with _Listener() as listener:
            question = {
                "response_type": "code",
                "client_id": client_id,
                "redirect_uri": listener.address,
                "scope": scopes,
                "state": state,
                "code_challenge": challenge,
                "code_challenge_method": "S256",
            }
            show(f"{server['authorization_endpoint']}?{urlencode(question)}")
            told = listener.wait()
        if told.get("state") != state or told.get("iss") != server["issuer"]:
            raise Disconnected("That answer belongs to another question.")
        if "code" not in told:
            raise Disconnected(f"Not allowed: {told.get('error')}.")
        self.memory.keep(site=site, client_id=client_id, token_endpoint=server["token_endpoint"])
        self._get_tokens(
            grant_type="authorization_code",
            code=told["code"],
            redirect_uri=listener.address,
            code_verifier=verifier,
        )

    def _get_tokens(self, **form: str) -> None:
        kept = self.memory.secrets
        form["client_id"] = kept["client_id"]
        given = _answered(self._session.post(kept["token_endpoint"], data=form, timeout=SECONDS))
        self.memory.keep(
            access_token=given["access_token"],
            refresh_token=given["refresh_token"],
            ends_at=time.time() + given["expires_in"] - EARLY,
        )

    def _refresh(self) -> None:
        try:
            self._get_tokens(grant_type="refresh_token", refresh_token=self.memory.secrets["refresh_token"])
        except Refused as refusal:
            if refusal.code == "invalid_grant":
                raise Disconnected("The connection has ended: connect again.") from refusal
            raise

    # ── The API ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def call(self, method: str, path: str, *, key: str = "", **what: Any) -> Any:
        """Call the API and return what it answered.

        Args:
            method: of HTTP.
            path: behind /api/v1/, or a whole address that the API gave.
            key: makes a POST happen once, however often it is sent.
            what: `json`, `params` or `files`, as requests takes them.

        Raises:
            Disconnected: when there is no connection any more.
            Refused: for any answer that is no success.
            requests.RequestException: when there was none.
        """
        if "site" not in self.memory.secrets:
            raise Disconnected("There is no connection yet: connect first.")
        if time.time() > self.memory.secrets["ends_at"]:
            self._refresh()
        address = path if "://" in path else f"{self.memory.secrets['site']}/api/v1/{path}"
        answer = self._send(method, address, key, what)
        if answer.status_code == 401:  # somebody else refreshed, or the clock is wrong
            self._refresh()
            answer = self._send(method, address, key, what)
        return _answered(answer)

    def every(self, path: str, **filters: str) -> Iterator[dict[str, Any]]:
        """Yield all rows of a list, page by page."""
        page = self.call("GET", path, params={**filters, "page_size": 200})
        while True:
            yield from page["results"]
            if not page["next"]:
                return
            page = self.call("GET", page["next"])

    def _send(self, method: str, address: str, key: str, what: dict[str, Any]) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.memory.secrets['access_token']}"}
        if key:
            headers["Idempotency-Key"] = key
        while True:
            answer = self._session.request(method, address, headers=headers, timeout=SECONDS, **what)
            if answer.status_code != 429:
                return answer
            time.sleep(int(answer.headers.get("Retry-After", "1")))


class _Listener:
    """Where the browser comes back to: a free port of this machine, for one answer.

    With threads, because browsers open connections on which they say nothing yet.
    """

    def __init__(self) -> None:
        told: dict[str, str] = {}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path, _, query = self.path.partition("?")
                self.send_response(200 if path == "/back" else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                if path == "/back":
                    self.wfile.write(PAGE)
                    told.update(parse_qsl(query))

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._told, self._server = told, ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.timeout = 0.2  # seconds for which `wait` does not look whether the answer is there
        self.address = f"http://127.0.0.1:{self._server.server_port}/back"

    def wait(self) -> dict[str, str]:
        while not self._told:
            self._server.handle_request()
        return self._told

    def __enter__(self) -> "_Listener":
        return self

    def __exit__(self, *error: object) -> None:
        self._server.server_close()


def _answered(answer: requests.Response) -> Any:
    if not answer.ok:
        raise Refused(answer)
    return answer.json() if answer.content else None
