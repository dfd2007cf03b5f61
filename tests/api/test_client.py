"""A client made from docs/openapi.yaml alone does what a connector does: nothing here knows an address."""

from typing import Any

import yaml
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recruiting.companies.models import Membership
from recruiting.jobs.models import Job
from tests.api.conftest import MakeCaller


class Generated:
    """The operations of a schema as methods, by their ids: parts of the address and filters by name, the body apart."""

    def __init__(self, schema: Any, token: str) -> None:
        self._client, self._token = Client(), token
        self._operations = {
            operation["operationId"]: (path, method, operation)
            for path, methods in schema["paths"].items()
            for method, operation in methods.items()
        }

    def __getattr__(self, name: str) -> Any:
        return lambda body=None, **given: self._call(*self._operations[name], body=body, given=given)

    def _call(self, path: str, method: str, operation: Any, *, body: Any, given: dict[str, Any]) -> Any:
        kinds = {parameter["name"]: parameter["in"] for parameter in operation.get("parameters", ())}
        sorted_in: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
        for name, value in given.items():
            known = name.replace("_", "-").title() if name not in kinds else name
            sorted_in[kinds[known]][known] = value
        address, query = path.format(**sorted_in["path"]), sorted_in["query"]
        content = operation.get("requestBody", {"content": {}})["content"]
        kind = "multipart/form-data" if "multipart/form-data" in content else "application/json"
        more = {} if kind.startswith("multipart") else {"content_type": kind}
        headers = {**sorted_in["header"], "Authorization": f"Bearer {self._token}"}
        send = getattr(self._client, method)
        answer = send(address, query if method == "get" else body, headers=headers, **({} if method == "get" else more))
        assert str(answer.status_code) in operation["responses"], answer.content
        return answer


def test_a_generated_client_does_a_connectors_work(dana: Membership, buyer: Job, calls_as: MakeCaller) -> None:
    schema = yaml.safe_load((settings.BASE_DIR / "docs" / "openapi.yaml").read_text())
    api = Generated(schema, calls_as(dana).token)

    source = api.sources_list(is_active="true", fields="id,name").json()["results"][0]
    steps = api.jobs_stages(job_id=buyer.pk).json()["results"]
    found = {
        "email": "ada@example.com",
        "first_name": "Ada",
        "job": str(buyer.pk),
        "source": source["id"],
        "tags": ["x"],
    }
    person = api.prospects_create(found, Idempotency_Key="a1").json()
    assert api.prospects_create(found, Idempotency_Key="a1").headers["Idempotency-Replayed"] == "true"
    (application,) = api.applications_list(candidate=person["id"]).json()["results"]
    converted = api.applications_convert_lead(application_id=application["id"])
    to = {"stage": steps[-2]["id"], "seen_stage": converted.json()["stage"]["id"]}
    moved = api.applications_move(to, application_id=application["id"], If_Match=converted.headers["ETag"])
    assert moved.json()["stage"]["id"] == steps[-2]["id"]
    stale = api.applications_reject(
        {"reason": "No"}, application_id=application["id"], If_Match=converted.headers["ETag"]
    )
    assert (stale.status_code, stale.json()["version"]) == (412, moved.json()["version"])
    note = {"body": "Report: https://example.com/report"}
    assert api.notes_create(note, application_id=application["id"]).status_code == 201
    report = SimpleUploadedFile("report.pdf", b"%PDF-1.7")
    file = api.files_create({"file": report}, application_id=application["id"]).json()
    opened = Client().get(file["download_url"].removeprefix("http://testserver"))
    assert opened.getvalue() == b"%PDF-1.7"  # type: ignore[attr-defined]
    history = api.applications_history(application_id=application["id"]).json()["results"]
    assert [row["to_stage"]["id"] for row in history] == [steps[-2]["id"], steps[0]["id"]]
