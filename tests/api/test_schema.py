"""How the API describes itself, and the page that shows it."""

import difflib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from recruiting.api import errors, scopes
from recruiting.api.urls import _v1
from recruiting.api.views import ApiView
from recruiting.foundation import errors as base_errors


@pytest.fixture(scope="module")
def schema() -> Any:
    client = Client()
    return yaml.safe_load(client.get("/api/v1/schema/").content)


def test_the_schema_is_valid_and_without_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True)

    assert "openapi: 3.0.3" in capsys.readouterr().out


def test_the_committed_schema_is_the_one_that_is_served(tmp_path: Path) -> None:
    call_command("spectacular", file=str(tmp_path / "openapi.yaml"))

    served, committed = ((folder / "openapi.yaml").read_text() for folder in (tmp_path, settings.BASE_DIR / "docs"))
    changes = "".join(difflib.unified_diff(committed.splitlines(True), served.splitlines(True), "docs", "served", n=1))
    assert not changes, (
        f"the API changed: is that meant? Then `make schema`, and commit docs/openapi.yaml.\n{changes[:4000]}"
    )


def test_every_operation_says_its_scope_its_token_and_its_problems(schema: Any) -> None:
    operations = [
        (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/v1/")
    ]

    assert len(operations) >= 18
    for path, method, operation in operations:
        scope = re.search(r"Scope: `([a-z:]+)`", operation["description"])
        assert scope and scope.group(1) in scopes.names(), (path, method)
        assert operation["security"] == [{"personalToken": []}]
        assert {"401", "403", "422", "429"} <= set(operation["responses"])
        heeds = (
            [one for one in operation["parameters"] if one["name"] == "If-Match"] if "parameters" in operation else []
        )
        assert ("412" in operation["responses"]) is bool(heeds), (path, method)
        reference = operation["responses"]["401"]["content"]["application/problem+json"]["schema"]
        assert reference == {"$ref": "#/components/schemas/Problem"}


def test_every_write_says_what_it_answers_without_the_scope_to_read(schema: Any) -> None:
    parts, writes = schema["components"]["schemas"], 0

    for path, methods in schema["paths"].items():
        for method in {"post", "put", "patch", "delete"} & set(methods):
            writes += 1
            answer = methods[method]["responses"].get("201") or methods[method]["responses"]["200"]
            name = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert {"$ref": "#/components/schemas/Written"} in parts[name]["anyOf"], (path, method)
    assert writes >= 12
    assert parts["Written"]["required"] == ["id", "url"]


def test_lists_are_described_as_pages(schema: Any) -> None:
    page = schema["components"]["schemas"]["PaginatedJobList"]

    assert page["required"] == ["next", "previous", "results"]
    names = {parameter["name"] for parameter in schema["paths"]["/api/v1/jobs/"]["get"]["parameters"]}
    assert names == {"cursor", "fields", "page_size", "state"}


def test_the_value_of_a_job_field_is_described(schema: Any) -> None:
    parts = schema["components"]["schemas"]
    value = parts["FieldValue"]["properties"]["value"]

    assert parts["Job"]["properties"]["job_fields"]["items"] == {"$ref": "#/components/schemas/FieldValue"}
    assert (value["oneOf"], value["nullable"]) == ([{"type": "string"}, {"type": "boolean"}], True)


def test_every_core_address_is_in_the_schema(schema: Any) -> None:
    views = [pattern for pattern in _v1 if issubclass(getattr(pattern.callback, "cls", object), ApiView)]
    core = {path for path in schema["paths"] if path.startswith("/api/v1/")}

    assert len(views) == 37
    assert {"/api/v1/" + re.sub("<uuid:(.*?)>", r"{\1}", str(view.pattern)) for view in views} <= core


def test_every_code_of_the_core_has_a_title() -> None:
    for kind in (base_errors.RecruitingError, *base_errors.RecruitingError.__subclasses__()):
        assert kind.code in errors.TITLES


def test_every_code_of_the_core_is_documented() -> None:
    words = (settings.BASE_DIR / "docs" / "api.md").read_text()

    for code in errors.TITLES:
        assert f"| `{code}` |" in words, code
    for scope in scopes.every():
        assert f"| `{scope.value}` | {scope.label} |" in words


def test_the_documentation_page_needs_no_exception_from_the_policy(client: Client) -> None:
    response = client.get("/api/v1/docs/")
    page = response.content.decode()
    policy = {directive.strip() for directive in response.headers["Content-Security-Policy"].split(";")}

    assert response.status_code == 200
    assert {"script-src 'self'", "style-src 'self'"} <= policy
    assert "<style" not in page and "style=" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert "http" not in "".join(re.findall(r'(?:src|href)="([^"]*)"', page))
    for address in re.findall(r'<script src="([^"]+)"', page):
        if address.startswith("/api/"):
            script = client.get(address.replace("&amp;", "&"))
            assert script.headers["Content-Type"].startswith("application/javascript")
