"""A program's way through a real browser: from sign-in to consent and back to where the program listens."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from recruiting.connected_apps import services
from recruiting.connected_apps.models import AuthorizationCode
from tests import factories
from tests.browser.scenario import PASSWORD, Visitor
from tests.connected_apps.conftest import Program

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def listening() -> Iterator[str]:
    """Return where the program listens on the person's own machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<link rel=icon href=data:,><h1>Connected</h1>")

        def log_message(self, format: str, *args: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_address[1]}/back"
    httpd.shutdown()
    httpd.server_close()


@pytest.mark.parametrize("pressed", ["Allow", "Don't allow"])
@pytest.mark.parametrize("has_script", [True, False])
def test_a_person_signs_in_answers_and_goes_back_to_the_program(
    browser: Browser, live_server: LiveServer, listening: str, pressed: str, has_script: bool
) -> None:
    user = factories.UserFactory(password=PASSWORD)
    factories.administrator(factories.CompanyFactory(name="Acme"), user=user)
    client, _ = services.register_client(
        company=None, name="Sourcing", redirect_uris="http://127.0.0.1/back", is_confidential=False, by=None
    )
    question = Program(client).question(redirect_uri=listening)
    visitor = Visitor(browser, live_server.url, has_script=has_script)
    page = visitor.page

    page.goto(f"/oauth/authorize/?{urlencode(question)}")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Allow Sourcing to work in Acme?")
    if has_script:
        visitor.is_accessible()
    page.get_by_role("button", name=pressed, exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Connected")
    told = dict(parse_qsl(urlsplit(page.url).query))
    assert page.url.startswith(f"{listening}?")
    assert told["state"] == "state-1"
    assert ("code" in told) == AuthorizationCode.objects.exists() == (pressed == "Allow")
    visitor.context.close()
    assert visitor.complaints == []
