"""The fake Spark Hire answers as its contract says: keys, users, jobs, question sets, interviews, lists, limits."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from recruiting.foundation import clock
from tests.spark_hire.door import Door

pytestmark = pytest.mark.prove

ANN, SAM, EVE, DAN = "ann@acme.example", "sam@acme.example", "eve@acme.example", "dan@acme.example"


def reason(answer: Any) -> tuple[int, str]:
    return answer.status, answer.json["reason"]


def test_a_key_names_its_user_and_the_password_is_ignored(sandbox: Door) -> None:
    answer = sandbox.api("GET", "/me", by=SAM)

    assert answer.status == 200
    assert answer.json["email"] == SAM
    assert answer.json["name"] == "Sam Standard"
    assert answer.json["permission_level"] == "standard"


@pytest.mark.parametrize("key", ["no-such-key", ""])
def test_a_wrong_or_missing_key_is_401(sandbox: Door, key: str) -> None:
    answer = sandbox.send("GET", "/spark-hire/v1.0/me", headers={"Authorization": f"Basic {key}"})

    assert reason(answer) == (401, "The API key is not valid.")


def test_a_disabled_users_key_is_401_until_the_user_is_enabled(sandbox: Door) -> None:
    users = {row["email"]: row for row in sandbox.control("GET", "/spark-hire/users").json}

    assert sandbox.api("GET", "/me", by=DAN).status == 401
    sandbox.control("POST", f"/spark-hire/users/{users[DAN]['uuid']}/enable")
    assert sandbox.api("GET", "/me", by=DAN).status == 200


def test_a_rotated_key_replaces_the_old_one_and_a_revoked_one_is_gone(sandbox: Door) -> None:
    number = sandbox.api("GET", "/me", by=SAM).json["uuid"]

    rotated = sandbox.api("PUT", f"/users/{number}/integration_key").json["api_key"]
    assert sandbox.api("GET", "/me", by=SAM).status == 401
    assert sandbox.api("GET", "/me", key=rotated).json["email"] == SAM
    assert sandbox.api("DELETE", f"/users/{number}/integration_key").status == 204
    assert sandbox.api("GET", "/me", key=rotated).status == 401
    made = sandbox.api("POST", f"/users/{number}/integration_key")
    assert (made.status, made.json["api_key"] != rotated) == (201, True)


def test_only_an_administrator_handles_other_peoples_keys_and_users(sandbox: Door) -> None:
    ann = sandbox.api("GET", "/me").json["uuid"]
    new = {"first_name": "Nora", "last_name": "New", "email": "nora@acme.example"}

    assert sandbox.api("GET", f"/users/{ann}/integration_key", by=SAM).status == 403
    assert sandbox.api("POST", "/users", new, by=SAM).status == 403
    assert sandbox.api("POST", "/users", new).json["permission_level"] == "standard"
    assert reason(sandbox.api("POST", "/users", new)) == (400, "This email is already used by a Spark Hire account.")
    assert [user["email"] for user in sandbox.api("GET", "/users?orderby=created_asc").json] == [
        ANN,
        SAM,
        EVE,
        "nora@acme.example",
    ]


def test_accounts_see_nothing_of_each_other(sandbox: Door) -> None:
    person = {"first_name": "Ola", "last_name": "Other", "email": "ola@other.example", "role": "admin"}
    other = sandbox.vendor.seed(company="Other", users=[person], jobs=[{"title": "Other job"}])["ola@other.example"]
    interview = sandbox.invite()
    company = sandbox.api("GET", "/me").json["company"]["uuid"]

    assert [job["title"] for job in sandbox.api("GET", "/jobs", key=other).json] == ["Other job"]
    assert sandbox.api("GET", "/interviews", key=other).json == []
    assert sandbox.api("GET", f"/interviews/{interview['uuid']}", key=other).status == 404
    assert sandbox.api("GET", f"/companies/{company}", key=other).status == 404
    assert sandbox.api("GET", f"/companies/{company}").json["name"] == "Acme"
    assert sandbox.api("GET", "/question_sets", key=other).json == []
    assert reason(sandbox.api("POST", "/interviews", sandbox.invitation(), key=other)) == (
        400,
        "job_post.uuid: there is no such job.",
    )


def test_a_user_sees_only_what_the_site_shows_to_that_user(sandbox: Door) -> None:
    secret = sandbox.invite(job_post={"uuid": sandbox.job("Secret Chief")})
    shared = sandbox.invite(by=SAM)

    def seen(by: str) -> list[str]:
        return [each["uuid"] for each in sandbox.api("GET", "/interviews?orderby=created_asc", by=by).json]

    assert seen(ANN) == [secret["uuid"], shared["uuid"]]
    assert seen(SAM) == [shared["uuid"]]
    assert seen(EVE) == [secret["uuid"]]
    assert [job["title"] for job in sandbox.api("GET", "/jobs?orderby=title_asc", by=SAM).json] == [
        "Closed Post",
        "Senior Buyer",
    ]
    for method in ("GET", "DELETE"):
        assert reason(sandbox.api(method, f"/interviews/{secret['uuid']}", by=SAM)) == (404, "Interview not found.")
    assert sandbox.api("GET", f"/interviews/{secret['uuid']}").status == 200


def test_an_evaluator_creates_nothing(sandbox: Door) -> None:
    body = sandbox.invitation(job_post={"uuid": sandbox.job("Secret Chief")})

    assert sandbox.api("POST", "/interviews", body, by=EVE).status == 403
    assert sandbox.api("POST", "/jobs", {"title": "New"}, by=EVE).status == 403
    assert sandbox.interviews() == []


def test_an_interview_is_created_and_the_vendor_mails_the_candidate(sandbox: Door) -> None:
    deadline = (clock.now() + timedelta(days=7)).replace(microsecond=0)
    made = sandbox.invite(
        by=SAM,
        scheduled_at=deadline.isoformat(),
        timezone="America/Chicago",
        email_message="Last day to answer is Thursday.",
    )

    assert made["status"] == "requested"
    assert made["assigned_to"]["email"] == "jane@example.com"
    assert made["created_by"]["email"] == SAM
    assert datetime.fromisoformat(made["scheduled_at"]) == deadline
    assert [(each["text"], each["time_limit"], each["takes"], each["think_time"]) for each in made["questions"]] == [
        ("Why this job?", 90, 3, "20"),
        ("Why you?", 120, 2, "30"),
    ]
    assert sandbox.api("GET", f"/interviews/{made['uuid']}").json == made
    [mail] = sandbox.control("GET", "/spark-hire/mails").json
    assert (mail["kind"], mail["to"], mail["interview"]) == ("invitation", "jane@example.com", made["uuid"])
    assert "Last day to answer is Thursday." in mail["body"]
    assert "(America/Chicago)" in mail["body"]
    assert sandbox.interviews()[0]["invitation_url"] in mail["body"]


def test_several_candidates_are_answered_with_a_list(sandbox: Door) -> None:
    people = [{"name": "Jane Doe", "email": "jane@example.com"}, {"name": "John Roe", "email": "john@example.com"}]
    answer = sandbox.api("POST", "/interviews", sandbox.invitation(assigned_to=people))

    assert answer.status == 201
    assert [each["assigned_to"]["name"] for each in answer.json] == ["Jane Doe", "John Roe"]


def test_the_vendor_allows_the_same_candidate_twice(sandbox: Door) -> None:
    assert sandbox.invite()["uuid"] != sandbox.invite()["uuid"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"job_uuid": "x"}, "Unknown field job_uuid: use job_post.uuid."),
        ({"candidate_email": "x"}, "Unknown field candidate_email: use assigned_to[].email."),
        ({"candidate_first_name": "x"}, "Unknown field candidate_first_name: use assigned_to[].name."),
        ({"question_set_uuid": "x"}, "Unknown field question_set_uuid: use interview_question_set."),
        ({"surprise": 1}, "Unknown field surprise."),
        ({"type": "live"}, "type must be one_way."),
        ({"job_post": None}, "job_post.uuid is required."),
        ({"job_post": {"uuid": "nope"}}, "job_post.uuid: there is no such job."),
        ({"assigned_to": []}, "assigned_to must be a list of candidates."),
        ({"assigned_to": {"name": "J", "email": "j@x.example"}}, "assigned_to must be a list of candidates."),
        ({"assigned_to": [{"name": "J"}]}, "assigned_to[].email must be an email address."),
        ({"assigned_to": [{"name": "J", "email": "j at x"}]}, "assigned_to[].email must be an email address."),
        ({"assigned_to": [{"email": "j@x.example"}]}, "name is required."),
        ({"scheduled_at": None}, "scheduled_at is required."),
        (
            {"scheduled_at": "2026-03-10"},
            "scheduled_at must be a date and time with an offset, or a number of days from now.",
        ),
        (
            {"scheduled_at": "2026-13-10T00:00:00Z"},
            "scheduled_at must be a date and time with an offset, or a number of days from now.",
        ),
        ({"scheduled_at": "2017-05-22T23:00:00+00:00"}, "scheduled_at is in the past."),
        ({"scheduled_at": "31 days from now"}, "scheduled_at must be 1 to 30 days from now."),
        ({"scheduled_at": "0 days from now"}, "scheduled_at must be 1 to 30 days from now."),
        ({"timezone": "Mars/Olympus"}, "timezone: Mars/Olympus is not a time zone."),
        ({"interview_question_set": None}, "interview_question_set or questions is required."),
        ({"interview_question_set": "nope"}, "interview_question_set: there is no such question set."),
        ({"questions": [{"text": ""}]}, "text is required."),
        ({"questions": [{"text": "Why?"}] * 11}, "A question set holds up to 10 questions."),
        ({"email_message": 7}, "email_message must be a string."),
    ],
)
def test_a_wrong_invitation_is_refused_with_a_reason(sandbox: Door, changes: dict[str, Any], said: str) -> None:
    answer = sandbox.api("POST", "/interviews", sandbox.invitation(**changes))

    assert reason(answer) == (400, said)
    assert sandbox.interviews() == []
    assert sandbox.control("GET", "/spark-hire/mails").json == []


@pytest.mark.parametrize(
    ("days", "hours", "status"), [(30, 0, 201), (31, 0, 400), (1, 0, 201), (0, 0.01, 400), (29, 23, 201)]
)
def test_a_deadline_lies_1_to_30_days_ahead(sandbox: Door, days: int, hours: float, status: int) -> None:
    clock.travel(to=datetime(2026, 11, 10, 12, tzinfo=UTC))
    deadline = clock.now() + timedelta(days=days, hours=hours)

    answer = sandbox.api("POST", "/interviews", sandbox.invitation(scheduled_at=deadline.isoformat(timespec="seconds")))

    assert answer.status == status, answer.text


def test_the_thirtieth_midnight_is_allowed_where_the_clocks_go_back_before_it(sandbox: Door) -> None:
    # 00:10 in Chicago on 20 October; the thirtieth midnight is 30 days and 50 minutes away.
    clock.travel(to=datetime(2026, 10, 20, 5, 10, tzinfo=UTC))

    made = sandbox.invite(scheduled_at="2026-11-19T00:00:00-06:00", timezone="America/Chicago")

    assert made["scheduled_at"] == "2026-11-19T06:00:00+00:00"


def test_tomorrows_midnight_is_allowed_late_in_the_evening(sandbox: Door) -> None:
    clock.travel(to=datetime(2026, 11, 11, 5, 50, tzinfo=UTC))

    made = sandbox.invite(scheduled_at="2026-11-11T00:00:00-06:00", timezone="America/Chicago")

    assert made["scheduled_at"] == "2026-11-11T06:00:00+00:00"


def test_a_body_must_be_json_and_say_so(sandbox: Door) -> None:
    key = sandbox.api("GET", "/me") and sandbox.keys[ANN]
    headers = {**_basic(key), "Content-Type": "application/json"}

    broken = sandbox.send("POST", "/spark-hire/v1.0/interviews", body=b'{"type":', headers=headers)
    form = sandbox.send("POST", "/spark-hire/v1.0/interviews", body=b"type=one_way", headers=_basic(key))

    assert reason(broken) == (400, "The body is not valid JSON.")
    assert reason(form) == (400, "Content-Type must be application/json.")


def test_an_inactive_job_refuses_interviews(sandbox: Door) -> None:
    answer = sandbox.api("POST", "/interviews", sandbox.invitation(job_post={"uuid": sandbox.job("Closed Post")}))

    assert reason(answer) == (400, "This job is inactive. Activate it before you schedule interviews.")


def test_job_slots_run_out(sandbox: Door) -> None:
    sandbox.vendor.seed(company="Acme", users=[], active_jobs_limit=3)
    new = {"title": "Third", "location": {"city": "Oslo", "state": "Oslo", "country": "Norway"}}
    closed = sandbox.job("Closed Post")

    assert sandbox.api("POST", "/jobs", new).status == 201
    assert reason(sandbox.api("POST", "/jobs", {**new, "title": "Fourth"})) == (
        400,
        "Your plan allows 3 active jobs. Deactivate a job first.",
    )
    assert sandbox.api("PUT", f"/jobs/{closed}", {"status": "active"}).status == 400
    assert sandbox.api("GET", f"/jobs/{closed}").json["status"] == "inactive"
    assert sandbox.api("GET", "/plan").json["active_jobs"] == 3


def test_a_job_is_created_changed_and_deleted(sandbox: Door) -> None:
    made = sandbox.api(
        "POST",
        "/jobs",
        {"title": "Clerk", "location": {"city": "Austin", "state": "TX", "country": "USA"}},
        by=SAM,
    ).json
    assert made["location"] == {"formatted_address": "Austin, TX, USA"}
    assert (made["status"], made["created_by"]["email"]) == ("active", SAM)

    changed = sandbox.api("PUT", f"/jobs/{made['uuid']}", {"status": "inactive"}).json
    assert (changed["status"], changed["title"]) == ("inactive", "Clerk")
    assert sandbox.api("DELETE", f"/jobs/{made['uuid']}").status == 204
    assert sandbox.api("GET", f"/jobs/{made['uuid']}").status == 404


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"title": "X"}, "location needs city, state and country."),
        ({"title": "X", "location": {"city": "Oslo", "country": "Norway"}}, "location.state is required."),
        ({"location": {"city": "a", "state": "b", "country": "c"}}, "title is required."),
        ({"name": "X"}, "Unknown field name: use title."),
    ],
)
def test_a_wrong_job_is_refused(sandbox: Door, body: dict[str, Any], said: str) -> None:
    assert reason(sandbox.api("POST", "/jobs", body)) == (400, said)


def test_lists_are_bare_arrays_with_range_order_and_filters(sandbox: Door) -> None:
    made = [
        sandbox.invite(assigned_to=[{"name": f"Person {number}", "email": f"p{number}@x.example"}])["uuid"]
        for number in range(23)
    ]
    other = sandbox.invite(job_post={"uuid": sandbox.job("Secret Chief")})["uuid"]
    sandbox.perform(made[3], "accept")

    def listed(query: str) -> list[str]:
        return [each["uuid"] for each in sandbox.api("GET", f"/interviews?{query}").json]

    everything = [other, *reversed(made)]
    assert listed("") == everything[:20]
    assert listed("range=21-40") == everything[20:]
    assert listed("range=2-4&orderby=created_asc") == made[1:4]
    assert listed("range=1-1000") == everything
    assert listed("orderby=updated_desc&range=1-1") == [made[3]]
    assert listed("status[]=accepted") == [made[3]]
    assert listed("status%5B%5D=accepted&status%5B%5D=requested&range=1-100") == everything
    assert listed("type[]=live") == []
    assert listed(f"job[uuid]={sandbox.job('Secret Chief')}") == [other]
    assert len(listed(f"job[uuid]={sandbox.job('Secret Chief')},{sandbox.job()}&range=1-100")) == 24
    for query in ("range=0-5", "range=9-3", "range=all", "orderby=colour_asc", "orderby=created"):
        assert sandbox.api("GET", f"/interviews?{query}").status == 400
    assert [job["title"] for job in sandbox.api("GET", "/jobs?status[]=inactive").json] == ["Closed Post"]


def test_question_sets_are_read_and_created(sandbox: Door) -> None:
    made = sandbox.api("POST", "/question_sets", {"name": "Second look", "questions": [{"text": "And?"}]})

    assert made.status == 201
    assert sandbox.api("GET", f"/question_sets/{made.json['uuid']}").json == made.json
    assert [each["name"] for each in sandbox.api("GET", "/question_sets?orderby=name_asc").json] == [
        "First look",
        "Second look",
    ]
    assert sandbox.api("GET", "/question_sets/nope").status == 404


def test_an_interviews_own_questions_win_over_the_set(sandbox: Door) -> None:
    made = sandbox.invite(questions=[{"text": "Own?", "time_limit": 60, "takes": 1, "think_time": 5}])

    listed = sandbox.api("GET", f"/interviews/{made['uuid']}/questions").json
    assert [each["text"] for each in listed] == ["Own?"]
    assert listed == made["questions"]


def test_the_401st_call_in_a_minute_is_429_for_that_key_only(sandbox: Door) -> None:
    sandbox.control("POST", "/spark-hire/settings", {"rate_limit_per_minute": 5})

    statuses = [sandbox.api("GET", "/me").status for _ in range(6)]
    answer = sandbox.api("GET", "/me")

    assert statuses == [200, 200, 200, 200, 200, 429]
    assert 1 <= int(answer.headers["X-Rate-Limit-Try-Again-Seconds"]) <= 60
    assert answer.json["reason"]
    assert sandbox.api("GET", "/me", by=SAM).status == 200
    sandbox.control("DELETE", "/spark-hire/faults")
    assert sandbox.vendor.default_settings["rate_limit_per_minute"] == 400


def test_a_share_link_needs_a_completed_interview_and_comes_back_when_asked_again(sandbox: Door) -> None:
    made = sandbox.invite()
    path = f"/interviews/{made['uuid']}/share_link"
    assert reason(sandbox.api("POST", path)) == (400, "Only a completed interview can be shared.")
    assert sandbox.api("GET", path).status == 404

    sandbox.perform(made["uuid"], "complete")
    first, again = sandbox.api("POST", path), sandbox.api("POST", path)
    assert (first.status, again.status, first.json == again.json) == (201, 200, True)
    assert first.json["status"] == 1
    assert sandbox.api("GET", path).json == first.json
    assert sandbox.api("GET", f"/interviews/{made['uuid']}").json["share_link"] == first.json

    off = sandbox.api("PUT", f"{path}/{first.json['uuid']}", {"status": 0})
    assert (off.status, off.json["status"]) == (200, 0)
    assert sandbox.api("POST", path).json["url"] != first.json["url"]


def test_unknown_paths_and_methods_are_errors_of_the_api(sandbox: Door) -> None:
    assert reason(sandbox.api("GET", "/nothing"))[0] == 404
    wrong = sandbox.api("PATCH", "/jobs")
    assert (wrong.status, wrong.headers["Allow"]) == (405, "GET, POST")


def _basic(key: str) -> dict[str, str]:
    from tests.sandbox.door import basic

    return basic(key)
