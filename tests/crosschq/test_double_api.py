"""The fake Crosschq's API: who may call, what a create is checked against, and what is answered, byte for byte."""

import re
from datetime import timedelta
from typing import Any

import pytest

from recruiting.foundation import clock
from tests.crosschq.door import SURVEY, USERS, Door

pytestmark = pytest.mark.prove

CREATE = "/partners/reference-request/"


def number_of_requests(crosschq: Door) -> int:
    return len(crosschq.control("GET", "/crosschq/reference-requests").json)


# Who may call


@pytest.mark.parametrize(
    ("header", "detail"),
    [
        ("", "Authentication credentials were not provided."),
        ("nonsense", "Invalid token."),
        ("Token {key}", "Invalid token."),
        ("Bearer {key}", "Invalid token."),
        ("{key}x", "Invalid token."),
    ],
)
def test_only_the_raw_key_opens(crosschq: Door, header: str, detail: str) -> None:
    answer = crosschq.api("GET", "/partners/config/", header=header.format(key=crosschq.keys["Acme"]))

    assert (answer.status, answer.json) == (401, {"detail": detail})


def test_a_prefix_can_be_asked_for(crosschq: Door) -> None:
    crosschq.organization("settings", key_prefix="Token")

    assert crosschq.api("GET", "/partners/config/").status == 401
    assert crosschq.api("GET", "/partners/config/", header=f"Token {crosschq.keys['Acme']}").status == 200


def test_a_rotated_and_a_revoked_key_stop_working(crosschq: Door) -> None:
    new = crosschq.organization("rotate_key").json["key"]

    assert crosschq.api("GET", "/partners/config/").status == 401
    assert crosschq.api("GET", "/partners/config/", header=new).status == 200
    assert crosschq.api("GET", "/partners/config/", by="Globex").status == 200
    crosschq.organization("revoke_key")
    assert crosschq.api("GET", "/partners/config/", header=new).status == 401


def test_another_organizations_request_is_not_found(crosschq: Door) -> None:
    number = crosschq.ask()

    for method, path in (
        ("GET", f"{CREATE}{number}/"),
        ("GET", f"/api/v2/reference-request/{number}/"),
        ("POST", f"/api/v2/reference-request/{number}/cancel/"),
        ("GET", f"/api/v2/reference-request/{number}/report/"),
        ("GET", f"{CREATE}nonsense/"),
    ):
        answer = crosschq.api(method, path, by="Globex")
        assert (answer.status, answer.json) == (404, {"detail": "Not found."}), path
    assert crosschq.get(number)["status"] == "pending"
    assert crosschq.api("GET", "/api/v2/reference-request/", by="Globex").json["count"] == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/partners/config"), ("POST", "/partners/reference-request"), ("GET", "/api/v2/prospects?limit=5")],
)
def test_a_missing_slash_is_redirected_and_a_post_lost(crosschq: Door, method: str, path: str) -> None:
    answer = crosschq.api(method, path, crosschq.order() if method == "POST" else None)

    name, _, query = path.partition("?")
    assert answer.status == 301
    assert answer.headers["Location"] == f"/crosschq{name}/" + (f"?{query}" if query else "")
    assert number_of_requests(crosschq) == 0
    assert crosschq.control("GET", "/crosschq/requests").json[0]["operation"] == "missing_slash"


# Settings


def test_the_configuration_of_v1_spells_numbers_as_text(crosschq: Door) -> None:
    assert crosschq.api("GET", "/partners/config/").json == {
        "relationships": [
            {"id": "managers", "name": "Manager", "min": "0", "max": "10", "default": "2"},
            {"id": "employees", "name": "Direct Report", "min": "0", "max": "10", "default": "0"},
            {"id": "peers", "name": "Coworker/Peer", "min": "0", "max": "10", "default": "1"},
            {"id": "business", "name": "Customer/Supplier", "min": "0", "max": "10", "default": "0"},
            {"id": "social", "name": "Mentor", "min": "0", "max": "10", "default": "0"},
        ],
        "min_reference_count": 2,
    }


def test_surveys_are_a_bare_list_of_those_that_are_on(crosschq: Door) -> None:
    crosschq.organization("survey", codename="sales-representative", enabled=False)
    crosschq.organization("survey", codename=SURVEY, relationships={"managers": {"min": 1, "max": 3}})

    v1 = crosschq.api("GET", "/partners/jobroles/").json
    v2 = crosschq.api("GET", "/api/v2/settings/jobrole/").json

    assert [each["id"] for each in v1] == [SURVEY, "software-engineer", "general-individual-contributor"]
    assert [each["codename"] for each in v2] == [each["id"] for each in v1]
    assert v1[0] == {"id": SURVEY, "name": "Brand Marketer - Manager"}
    assert v2[0]["relationships"]["managers"] == {
        "default": 2,
        "label": "Managers",
        "max": 3,
        "min": 1,
        "skip_reference_optin": False,
        "whv_mode": "default",
    }
    assert len(crosschq.api("GET", "/api/v2/settings/jobrole/", by="Globex").json) == 4


def test_users_who_left_are_not_listed_and_cannot_request(crosschq: Door) -> None:
    assert [each["email"] for each in crosschq.api("GET", "/api/v2/settings/users/").json] == [
        user["email"] for user in USERS
    ]

    crosschq.organization("remove_user", email="rita@acme.example")

    assert [each["email"] for each in crosschq.api("GET", "/api/v2/settings/users/").json] == ["hugo@acme.example"]
    answer = crosschq.api("POST", CREATE, crosschq.order())
    assert (answer.status, list(answer.json["errors"])) == (400, ["requestor"])


# Creating


def test_a_created_request_is_answered_with_its_id_alone(crosschq: Door) -> None:
    answer = crosschq.api("POST", CREATE, crosschq.order())

    assert (answer.status, list(answer.json)) == (201, ["request_id"])
    shape = crosschq.get(answer.json["request_id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", shape.pop("created_at"))
    assert shape == {
        "id": answer.json["request_id"],
        "candidate": {
            "first_name": "Ada",
            "last_name": "Lovelace",
            "email": "ada@example.com",
            "mobile_phone": "+15125550123",
        },
        "job_position": "Engine Programmer",
        "status": "pending",
        "status_updated_on": None,
        "progress": 0,
        "references": None,
        "report_url": None,
        "report_summary_pdf": None,
        "report_full_pdf": None,
        "updated_on": None,
    }


def test_v2_takes_more_and_shows_more(crosschq: Door) -> None:
    body = crosschq.order(
        job_role=SURVEY,
        external_id="a-1",
        hiring_managers=[{"first_name": "Hugo", "last_name": "Manager", "email": "hugo@acme.example"}],
        email_message="Dear Ada",
        sms_message="Ada, your references",
        due_date="2030-01-01T00:00:00+00:00",
    )
    del body["jobrole"], body["hiring_manager"]

    answer = crosschq.api("POST", "/api/v2/reference-request/", body)

    assert answer.status == 201, answer.text
    shape = crosschq.get(answer.json["request_id"], v2=True)
    assert (shape["job_role"], shape["score"]) == (SURVEY, None)
    seen = crosschq.seen(answer.json["request_id"])
    assert (seen["external_id"], seen["sms_message"], seen["due_at"], seen["hiring_managers"][0]["email"]) == (
        "a-1",
        "Ada, your references",
        "2030-01-01T00:00:00.000000Z",
        "hugo@acme.example",
    )


def without(name: str) -> dict[str, Any]:
    return {name: None}


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"jobrole": "nonsense"}, {"jobrole": ["There is no job role nonsense."]}),
        (without("jobrole"), {"jobrole": ["This field is required."]}),
        ({"job_role": SURVEY}, {"job_role": ["Unknown field."]}),
        ({"external_id": "a-1"}, {"external_id": ["Unknown field."]}),
        (
            {"requestor": "nobody@acme.example"},
            {"requestor": ["There is no user nobody@acme.example in this organization."]},
        ),
        ({"job_position": " "}, {"job_position": ["This field may not be blank."]}),
        ({"use_sms": "yes"}, {"use_sms": ["Must be a valid boolean."]}),
        (without("candidate"), {"candidate": ["This field is required."]}),
        (
            {"candidate": {"first_name": "Ada", "last_name": "", "email": "ada"}},
            {
                "candidate": {
                    "last_name": ["This field may not be blank."],
                    "email": ["Enter a valid email address."],
                    "mobile_phone": ["A mobile phone is required for SMS."],
                }
            },
        ),
        (
            {
                "candidate": {
                    "first_name": "Ada",
                    "last_name": "L",
                    "email": "a@b.example",
                    "mobile_phone": "(512) 555-0123",
                }
            },
            {"candidate": {"mobile_phone": ["Enter a valid phone number, such as +15125550123."]}},
        ),
        (
            {"config_params": {"managers": 11, "peers": 1}},
            {"config_params": {"managers": ["Ensure this value is between 0 and 10."]}},
        ),
        (
            {"config_params": {"managers": "2", "bosses": 1}},
            {"config_params": {"managers": ["A valid integer is required."], "bosses": ["Unknown field."]}},
        ),
        (
            {"config_params": {"managers": 1}},
            {"config_params": ["The total of references must be at least 2 (min_reference_count)."]},
        ),
        (without("config_params"), {"config_params": ["This field is required."]}),
        ({"hiring_manager": {"email": "x"}}, None),
    ],
)
def test_a_create_that_is_wrong_is_refused_by_name(crosschq: Door, changes: dict[str, Any], errors: Any) -> None:
    answer = crosschq.api("POST", CREATE, crosschq.order(**changes))

    assert answer.status == 400
    assert list(answer.json) == ["errors"]
    if errors is None:
        assert list(answer.json["errors"]) == ["hiring_manager"]
    else:
        assert answer.json["errors"] == errors
    assert number_of_requests(crosschq) == 0
    assert crosschq.messages() == []


def test_a_survey_has_limits_of_its_own(crosschq: Door) -> None:
    crosschq.organization("survey", codename=SURVEY, relationships={"managers": {"min": 2, "max": 3}})
    crosschq.organization("settings", min_reference_count=5)

    few = crosschq.api("POST", CREATE, crosschq.order())
    total = crosschq.api("POST", CREATE, crosschq.order(config_params={"managers": 2, "peers": 2}))
    right = crosschq.api("POST", CREATE, crosschq.order(config_params={"managers": 3, "peers": 2}))

    assert few.json["errors"] == {"config_params": {"managers": ["Ensure this value is between 2 and 3."]}}
    assert "at least 5" in total.json["errors"]["config_params"][0]
    assert right.status == 201


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"[]", 400)])
def test_an_unreadable_body_is_refused(crosschq: Door, body: bytes, status: int) -> None:
    headers = {"Authorization": crosschq.keys["Acme"], "Content-Type": "application/json"}

    assert crosschq.send("POST", f"/crosschq{CREATE}", body=body, headers=headers).status == status
    headers["Content-Type"] = "text/plain"
    assert crosschq.send("POST", f"/crosschq{CREATE}", body=b"{}", headers=headers).status == 415


def test_the_same_candidate_twice_is_a_setting(crosschq: Door) -> None:
    crosschq.ask()
    crosschq.ask()
    crosschq.vendor.change_settings({"refuse_same_candidate": 1})

    answer = crosschq.api("POST", CREATE, crosschq.order())

    assert (answer.status, answer.json) == (400, {"errors": "This candidate has an open request already."})
    assert number_of_requests(crosschq) == 2


# Listing and managing (v2)


def test_the_list_is_paged_and_filtered_in_the_envelope(crosschq: Door) -> None:
    numbers = [crosschq.ask() for _ in range(3)]
    other = crosschq.ask(candidate={"first_name": "B", "last_name": "C", "email": "b@c.example"}, use_sms=False)
    crosschq.perform(numbers[0], "cancel")
    path = "/api/v2/reference-request/"

    first = crosschq.api("GET", f"{path}?email=ADA@example.com&limit=2").json
    assert (first["count"], first["previous"]) == (3, None)
    assert [each["id"] for each in first["results"]] == [numbers[2], numbers[1]]
    following = crosschq.path(first["next"]).removeprefix("/crosschq")
    second = crosschq.api("GET", following).json
    assert ([each["id"] for each in second["results"]], second["next"]) == ([numbers[0]], None)
    assert "offset=0" in second["previous"]
    assert [each["id"] for each in crosschq.api("GET", f"{path}?status=cancelled").json["results"]] == [numbers[0]]
    assert crosschq.api("GET", f"{path}?email=b@c.example").json["results"][0]["id"] == other


def test_a_vendor_without_list_and_without_management(crosschq: Door) -> None:
    number = crosschq.ask()
    crosschq.vendor.change_settings({"list_requests": 0, "manage_requests": 0, "list_prospects": 0})

    for method, path in (
        ("GET", "/api/v2/reference-request/"),
        ("POST", f"/api/v2/reference-request/{number}/cancel/"),
        ("GET", "/api/v2/prospects/"),
    ):
        answer = crosschq.api(method, path)
        assert (answer.status, answer.json) == (404, {"detail": "Not found."}), path
    assert crosschq.get(number)["status"] == "pending"


def test_cancel_and_archive(crosschq: Door) -> None:
    number, done = crosschq.ask(), crosschq.ask()
    crosschq.perform(done, "complete")

    assert crosschq.api("POST", f"/api/v2/reference-request/{number}/cancel/").json["status"] == "cancelled"
    assert crosschq.api("POST", f"/api/v2/reference-request/{number}/cancel/").status == 409
    assert crosschq.api("POST", f"/api/v2/reference-request/{done}/cancel/").status == 409
    assert crosschq.get(done)["status"] == "completed"
    archived = crosschq.api("POST", f"/api/v2/reference-request/{done}/archive/").json
    assert (archived["status"], archived["progress"]) == ("archived", 100)
    assert archived["report_url"] is not None


# The report


def test_the_report_endpoint_answers_a_pdf_or_why_not(crosschq: Door) -> None:
    number = crosschq.ask()
    path = f"/api/v2/reference-request/{number}/report/"

    assert crosschq.api("GET", path).status == 409
    crosschq.perform(number, "complete")
    summary, full = (crosschq.api("GET", f"{path}?type={kind}") for kind in ("summary", "full"))
    assert summary.headers["Content-Type"] == full.headers["Content-Type"] == "application/pdf"
    assert summary.body.startswith(b"%PDF-1.4") and full.body.endswith(b"%%EOF\n")
    assert len(full.body) > len(summary.body)
    assert crosschq.api("GET", f"{path}?type=all").status == 400
    crosschq.organization("settings", pdf=False)
    assert crosschq.api("GET", path).status == 403
    shape = crosschq.get(number)
    assert (shape["report_summary_pdf"], shape["report_full_pdf"]) == (None, None)
    assert shape["report_url"] is not None


def test_a_pdfs_address_needs_no_key_and_works_for_an_hour(crosschq: Door) -> None:
    number = crosschq.ask()
    crosschq.perform(number, "complete")
    path = crosschq.path(crosschq.get(number)["report_full_pdf"])

    assert crosschq.send("GET", path).body.startswith(b"%PDF")
    assert crosschq.send("GET", path, headers={"Authorization": crosschq.keys["Acme"]}).status == 400
    assert crosschq.send("GET", path.replace("/full.pdf", "/summary.pdf")).status == 403
    assert crosschq.send("GET", path.partition("?")[0]).status == 403
    clock.travel(by=timedelta(minutes=61))
    assert crosschq.send("GET", path).status == 403
    fresh = crosschq.path(crosschq.get(number)["report_full_pdf"])
    assert fresh != path
    assert crosschq.send("GET", fresh).status == 200


def test_pdfs_can_be_bad(crosschq: Door) -> None:
    number = crosschq.ask()
    crosschq.perform(number, "complete")
    path = crosschq.path(crosschq.get(number)["report_full_pdf"])

    crosschq.fault("download_pdf", "pdf_wrong")
    wrong = crosschq.send("GET", path)
    assert (wrong.headers["Content-Type"], wrong.body[:5]) == ("application/pdf", b"<!doc")
    crosschq.fault("download_pdf", "pdf_huge")
    assert len(crosschq.send("GET", path).body) == 50 * 1024 * 1024
    crosschq.fault("download_pdf", "pdf_expired")
    assert crosschq.send("GET", path).status == 403
    assert crosschq.send("GET", path).status == 200
    crosschq.fault("get_request", "pdf_late")
    assert crosschq.get(number)["report_full_pdf"] is None
    assert crosschq.get(number)["report_full_pdf"] is not None


# Faults


@pytest.mark.parametrize(
    ("kind", "parameters", "status"),
    [
        ("status", {"status": 503}, 503),
        ("rate_limit", {"seconds": 7}, 429),
        ("html", {}, 502),
        ("status", {"status": 401, "reason": "Invalid token."}, 401),
    ],
)
def test_the_hosts_faults_wear_crosschqs_shape(
    crosschq: Door, kind: str, parameters: dict[str, Any], status: int
) -> None:
    crosschq.fault("create_request", kind, **parameters)

    answer = crosschq.api("POST", CREATE, crosschq.order())

    assert answer.status == status
    if kind != "html":
        assert list(answer.json) == ["detail"]
    if status == 429:
        assert answer.headers["Retry-After"] == "7"
    assert number_of_requests(crosschq) == 0


def test_a_create_can_be_done_and_its_answer_lost(crosschq: Door) -> None:
    crosschq.fault("create_request", "status", status=500, committed=True)

    assert crosschq.api("POST", CREATE, crosschq.order()).status == 500
    assert number_of_requests(crosschq) == 1


def test_answers_can_be_odd(crosschq: Door) -> None:
    number = crosschq.ask()

    crosschq.fault("get_request", "unknown_status")
    crosschq.fault("get_request", "extra_fields")
    crosschq.fault("get_request", "progress_text")
    shape = crosschq.get(number)
    assert (shape["status"], shape["progress"]) == ("awaiting_moderation", "0")
    assert "x_internal_flags" in shape
    assert crosschq.get(number)["status"] == "pending"
    crosschq.fault("create_request", "id_only")
    assert list(crosschq.api("POST", CREATE, crosschq.order()).json) == ["id"]
    crosschq.fault("create_request", "no_id")
    assert crosschq.api("POST", CREATE, crosschq.order()).json == {"status": "pending"}
    crosschq.vendor.change_settings({"create_status": 200})
    assert crosschq.api("POST", CREATE, crosschq.order()).status == 200


def test_swagger_is_a_stub(crosschq: Door) -> None:
    assert "POST  /partners/reference-request/" in crosschq.send("GET", "/crosschq/swagger-ui").text
