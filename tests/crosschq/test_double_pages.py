"""Crosschq's pages and the tester's: everybody can be played in a browser, links lead somewhere, text is escaped."""

import re

import pytest

from devtools.sandbox.crosschq.pdf import made
from tests.crosschq.door import SURVEY, Door

pytestmark = pytest.mark.prove

CONTROL = "/__sandbox__/crosschq"


def locker(crosschq: Door, number: str) -> str:
    return crosschq.path(crosschq.seen(number)["locker_url"])


def survey(crosschq: Door, number: str, place: int = 0) -> str:
    return crosschq.path(crosschq.seen(number)["references"][place]["survey_url"])


def test_candidate_and_references_are_played_to_the_report(crosschq: Door) -> None:
    number = crosschq.ask()
    here = locker(crosschq, number)
    page = crosschq.browse(here).text
    assert "Last day is Thursday." in page
    assert "Still wanted: 1 Manager, 2 Coworker/Peer." in page

    for place, kind in enumerate(("managers", "peers", "peers")):
        fields = {"relationship": kind, "first_name": "Ray", "last_name": f"No{place}", "email": f"r{place}@x.example"}
        answer = crosschq.submit(f"{here}references", **fields, mobile_phone="")
        assert (answer.status, answer.headers["Location"]) == (303, here)
    assert "Everybody who was asked for is named." in crosschq.browse(here).text
    assert crosschq.submit(f"{here}self_reference").status == 303
    for place in range(3):
        there = survey(crosschq, number, place)
        assert "Start the survey" in crosschq.browse(there).text
        assert crosschq.submit(f"{there}start").status == 303
        assert "Submit my answers" in crosschq.browse(there).text
        assert (
            crosschq.submit(f"{there}answer", Communication="5", open_to_jobs="1" if place == 0 else "").status == 303
        )
        assert "Your answers are submitted" in crosschq.browse(there).text

    shape = crosschq.get(number)
    assert (shape["status"], shape["progress"]) == ("completed", 100)
    assert "This request has ended." in crosschq.browse(here).text
    report = crosschq.path(shape["report_url"])
    assert crosschq.browse(report).text.count("<section>") == 5
    assert "3 of 3 answered" in crosschq.browse(report).text
    assert [each["email"] for each in crosschq.api("GET", "/api/v2/prospects/").json["data"]] == ["r0@x.example"]


def test_the_report_is_the_same_at_every_visit(crosschq: Door) -> None:
    number = crosschq.ask()
    crosschq.perform(number, "complete")
    report = crosschq.path(crosschq.get(number)["report_url"])
    path = f"/api/v2/reference-request/{number}/report/"

    without_links = [re.sub(r'href="[^"]*"', "", crosschq.browse(report).text) for _ in range(2)]

    assert without_links[0] == without_links[1]
    assert crosschq.api("GET", path).body == crosschq.api("GET", path).body


def test_candidate_and_reference_say_no(crosschq: Door) -> None:
    number = crosschq.ask()
    here = locker(crosschq, number)
    crosschq.perform(number, "references")

    assert crosschq.submit(f"{survey(crosschq, number)}decline").status == 303
    second = crosschq.seen(number)["references"][1]["id"]
    assert crosschq.submit(f"{here}cancel_reference", reference=second).status == 303
    assert [each["status"] for each in crosschq.get(number)["references"]] == ["declined", "cancelled", "sent"]
    refused = crosschq.submit(f"{survey(crosschq, number)}answer")
    assert (refused.status, "This reference is declined already." in refused.text) == (409, True)
    assert crosschq.submit(f"{here}decline").status == 303
    assert crosschq.get(number)["status"] == "declined"
    assert "This survey is closed." in crosschq.browse(survey(crosschq, number, 2)).text


def test_a_form_that_is_wrong_is_refused_with_a_way_back(crosschq: Door) -> None:
    here = locker(crosschq, crosschq.ask())

    answer = crosschq.submit(f"{here}references", relationship="managers", first_name="R", last_name="R", email="x")

    assert answer.status == 400
    assert "Enter a valid email address." in answer.text
    assert f'href="{here}"' in answer.text


def test_the_admin_changes_everything_on_one_page(crosschq: Door) -> None:
    [organization, _] = crosschq.control("GET", "/crosschq/organisations").json
    here = f"/crosschq/admin/{organization['id']}/"
    assert crosschq.keys["Acme"] in crosschq.browse(here).text

    for action, fields in (
        ("webhook", {"url": "http://127.0.0.1:1/x", "method": "PUT", "auth": "token", "token": "s3cret"}),
        (
            "settings",
            {
                "pdf": "0",
                "min_reference_count": "3",
                "conclude_count": "2",
                "conclude_relationship": "peers",
                "conclude_days": "4",
            },
        ),
        ("survey", {"codename": SURVEY, "enabled": "1", "managers_min": "1", "managers_max": "2"}),
        ("survey", {"codename": "software-engineer", "enabled": "0"}),
        ("user", {"first_name": "New", "last_name": "One", "email": "new@acme.example"}),
        ("remove_user", {"email": "hugo@acme.example"}),
        ("prospects", {"count": "40"}),
        ("rotate_key", {}),
    ):
        answer = crosschq.submit(f"{here}{action}", **fields)
        assert (answer.status, answer.headers.get("Location")) == (303, here), action

    [shape, _] = crosschq.control("GET", "/crosschq/organisations").json
    assert [shape[f"webhook_{name}"] for name in ("url", "method", "auth", "token")] == [
        *("http://127.0.0.1:1/x", "PUT", "token", "s3cret"),
    ]
    assert (shape["pdf"], shape["min_reference_count"], shape["prospects"]) == (False, 3, 40)
    assert [shape[f"conclude_{name}"] for name in ("count", "relationship", "days")] == [2, "peers", 4]
    assert [each["enabled"] for each in shape["surveys"]] == [True, False, True, True]
    assert [(each["email"], each["active"]) for each in shape["users"]] == [
        ("rita@acme.example", True),
        ("hugo@acme.example", False),
        ("new@acme.example", True),
    ]
    assert shape["api_key"] != crosschq.keys["Acme"]
    [first, *_] = crosschq.api("GET", "/api/v2/settings/jobrole/", header=shape["api_key"]).json
    assert (first["relationships"]["managers"]["min"], first["relationships"]["managers"]["max"]) == (1, 2)
    assert crosschq.submit(f"{here}revoke_key").status == 303
    assert "no key" in crosschq.browse(here).text
    for action, wrong in (("settings", {"pdf": "1", "conclude_count": "x"}), ("dance", {}), ("survey", {})):
        assert crosschq.submit(f"{here}{action}", **wrong).status in (400, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/__sandbox__/",
        f"{CONTROL}/",
        f"{CONTROL}/organisations",
        f"{CONTROL}/mails",
        f"{CONTROL}/webhooks",
        f"{CONTROL}/webhooks/deliveries",
        f"{CONTROL}/faults",
        f"{CONTROL}/requests",
        f"{CONTROL}/settings",
        f"{CONTROL}/reference-requests/{{number}}",
        f"{CONTROL}/reference-requests/{{done}}",
        "/crosschq/admin/",
        "/crosschq/admin/{organisation}/",
        "{locker}",
        "{survey}",
        "{report}",
    ],
)
def test_every_page_escapes_says_sandbox_and_its_links_lead_somewhere(crosschq: Door, path: str) -> None:
    nasty = "<script>alert('x')</script>"
    person = {"first_name": nasty, "last_name": nasty, "email": "jane@example.com"}
    changes = {"candidate": person, "job_position": nasty, "candidate_message": nasty, "use_sms": False}
    number, done = crosschq.ask(**changes), crosschq.ask(**changes)
    crosschq.organization("prospects", prospects=[{**person, "title": nasty}])
    crosschq.organization("user", first_name=nasty, last_name=nasty, email="nasty@acme.example")
    crosschq.organization("webhook", url="http://127.0.0.1:1/<script>")
    reference = {**person, "email": "r@x.example", "relationship": "managers"}
    for each in (number, done):
        assert crosschq.perform(each, "references", references=[reference]).status == 200
    crosschq.perform(done, "complete")
    crosschq.fault("config", "status", reason=nasty)
    places = {
        "number": number,
        "done": done,
        "organisation": crosschq.control("GET", "/crosschq/organisations").json[0]["id"],
        "locker": locker(crosschq, number),
        "survey": survey(crosschq, number),
        "report": crosschq.path(crosschq.get(done)["report_url"]),
    }

    answer = crosschq.browse(path.format(**places))

    assert answer.status == 200
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert '<p class="banner" role="note"><strong>Sandbox</strong>' in answer.text
    for link in set(re.findall(r'href="(/[^"]+)"', answer.text)):
        assert crosschq.browse(link.replace("&amp;", "&")).status == 200, link


def test_the_control_pages_buttons_work(crosschq: Door) -> None:
    number = crosschq.ask()
    here = f"{CONTROL}/reference-requests/{number}"

    assert crosschq.submit(f"{here}/references").headers["Location"] == here
    for action in ("self_reference", "start", "answer", "conclude", "archive", "delete", "restore"):
        assert crosschq.submit(f"{here}/{action}").status == 303, action
    assert crosschq.seen(number)["status"] == "archived"
    refused = crosschq.submit(f"{here}/conclude")
    assert (refused.status, "This request is archived already." in refused.text) == (409, True)
    [organization, _] = crosschq.control("GET", "/crosschq/organisations").json
    added = crosschq.submit(f"{CONTROL}/organisations/{organization['id']}/prospects", count="10")
    assert (added.status, added.headers["Location"]) == (303, f"{CONTROL}/organisations")
    assert crosschq.submit(f"{CONTROL}/settings", refuse_same_candidate="1").status == 303
    assert crosschq.vendor.setting("refuse_same_candidate") == 1
    assert crosschq.submit(f"{CONTROL}/reset").status == 303


@pytest.mark.parametrize(
    "path", ["/crosschq/locker/x/", "/crosschq/survey/x/", "/crosschq/report/x/", "/crosschq/admin/x/"]
)
def test_pages_of_nobody_are_not_found(crosschq: Door, path: str) -> None:
    assert crosschq.browse(path).status == 404


def test_there_is_no_report_ahead_of_its_time(crosschq: Door) -> None:
    number = crosschq.ask()
    row = crosschq.vendor.records.request(number)

    assert crosschq.browse(f"/crosschq/report/{row['report']}/").status == 404


@pytest.mark.parametrize("count", [0, 3, 200])
def test_a_pdf_is_put_together_as_readers_expect_it(count: int) -> None:
    body = made([f"Zoë (line \\ {number})" for number in range(count)])

    start = int(body.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    places = re.findall(rb"(\d{10}) 00000 n ", body[start:])
    assert body[start:].startswith(b"xref\n0 %d\n" % (len(places) + 1))
    for number, place in enumerate(places, start=1):
        assert body[int(place) :].startswith(b"%d 0 obj\n" % number)
    for length, stream in re.findall(rb"/Length (\d+) >>\nstream\n(.*?)\nendstream", body, re.DOTALL):
        assert len(stream) == int(length)
    assert body.count(b"(Zo\xeb \\(line \\\\ ") == count
