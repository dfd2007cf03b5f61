"""A job's page Publication: who finds it, what it says and asks, mails about applicants, Refer somebody, badges."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from newsfeed.models import NewsfeedEntry
from recruiting.careers import job_mails, publishing, questions, sites
from recruiting.careers.models import JobMail, Posting, Question, QuestionSet, SourceLink
from recruiting.careers.publishing import PostingDetails
from recruiting.careers.questions import QuestionDetails
from recruiting.companies import services as companies
from recruiting.companies.models import Company, Membership
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import Job
from tests import factories
from tests.careers.scenario import Careers
from tests.refusals import changes_nothing, refuses
from tests.sent_forms import fields_of, words
from tests.signing_in import signed_in

QUESTION = {"label": "Why us?", "kind": "short", "is_required": "on"}


@pytest.fixture
def careers(db: None) -> Careers:
    """Acme, with a public job."""
    return Careers.make()


@pytest.fixture
def client(careers: Careers) -> Client:
    """The Administrator's browser."""
    return signed_in(careers.administrator)


def here(careers: Careers, more: str = "") -> str:
    return f"/jobs/{careers.job.pk}/publication/{more}"


# ── Who finds it ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_job_is_published_in_one_click(careers: Careers, client: Client) -> None:
    job = factories.JobFactory(company=careers.company, title="Welder")
    address = f"/jobs/{job.pk}/publication/"

    for publication, said in (
        ("public", "The job is public."),
        ("unlisted", "The job is published, unlisted."),
        ("none", "The job is off the careers page."),
    ):
        answer = client.post(f"{address}choose/", {"publication": publication})
        assert answer.status_code == 303
        assert said in words(client.get(answer["Location"]))
        assert Posting.objects.get(job=job).publication == publication
    assert client.get(f"/careers/acme/jobs/{Posting.objects.get(job=job).number}-welder/").status_code == 410
    verbs = NewsfeedEntry.objects.filter(job=job).order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["careers.published", "careers.published", "careers.unpublished"]


def test_what_is_missing_is_said_with_the_way_there(db: None) -> None:
    company = factories.CompanyFactory()
    job = factories.JobFactory(company=company)
    dana, kim = factories.administrator(company), factories.staffing(company)
    address = f"/jobs/{job.pk}/publication/"
    lacks = (
        "The careers page lacks an address, a privacy notice and a contact for people who need another way to apply."
    )

    hers, his = signed_in(dana).get(address), signed_in(kim).get(address)
    tried = signed_in(kim).post(f"{address}choose/", {"publication": "public"})

    assert lacks in words(hers) and 'href="/settings/careers/"' in hers.content.decode()
    assert lacks in words(his) and "An Administrator adds it under Company Settings, Careers page." in words(his)
    assert 'value="public"' not in hers.content.decode()
    assert tried.status_code == 303
    with refuses(Conflict, "The careers page has no address, no privacy notice, no contact for people"):
        publishing.publish(job=job, publication="public", by=dana)


def test_a_draft_is_opened_first(careers: Careers, client: Client) -> None:
    draft = factories.JobFactory(company=careers.company, state=Job.State.DRAFT)

    assert "This job is a draft." in words(client.get(f"/jobs/{draft.pk}/publication/"))
    with refuses(Conflict, "This job is a draft. Open it before you publish it."):
        publishing.publish(job=draft, publication="public", by=careers.administrator)
    with refuses(InvalidInput, "Choose who finds the job."):
        publishing.publish(job=draft, publication="everybody", by=careers.administrator)


def test_lists_and_headers_say_which_jobs_are_public(careers: Careers, client: Client) -> None:
    url = f"/careers/acme/jobs/{careers.posting.number}-senior-buyer/"
    for address in ("/jobs/", f"/jobs/{careers.job.pk}/", f"/jobs/{careers.job.pk}/info/"):
        page = client.get(address).content.decode()
        assert url in page, address
        assert "Public" in page, address
    publishing.publish(job=careers.job, publication="unlisted", by=careers.administrator)
    assert "Unlisted" in words(client.get("/jobs/"))
    publishing.save(job=careers.job, details=PostingDetails(closes_on="2020-01-31"), by=careers.administrator)
    listed = client.get("/jobs/").content.decode()
    assert "Past its closing date" in listed and url not in listed
    publishing.publish(job=careers.job, publication="none", by=careers.administrator)
    assert "Past its closing date" not in words(client.get("/jobs/"))


# ── What it says ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_it_says_what_was_typed(careers: Careers, client: Client) -> None:
    typed = {
        **fields_of(client.get(here(careers))),
        "closes_on": "2030-01-31",
        "employment_type": "full_time",
        "workplace": "remote",
        "remote_countries": "Germany\nfr",
        "pay_min": "52,000",
        "pay_max": "61000.50",
        "pay_currency": "USD",
        "pay_period": "year",
        "openings": "3",
    }

    assert client.post(here(careers), typed).status_code == 303
    posting = Posting.objects.get()
    assert (posting.closes_on, posting.closes_at) == (date(2030, 1, 31), datetime(2030, 2, 1, 5, tzinfo=UTC))
    assert (posting.employment_type, posting.workplace, posting.remote_countries) == (
        "full_time",
        "remote",
        ["DE", "FR"],
    )
    assert (posting.pay_min, str(posting.pay_max), posting.pay_currency, posting.openings) == (
        52_000,
        "61000.50",
        "USD",
        3,
    )
    shown = words(client.get(here(careers)))
    assert "The last day to apply is Thu 31 Jan 2030 (New York time); it closes as the next day begins." in shown
    assert "Germany" in shown
    with changes_nothing():
        assert client.post(here(careers), fields_of(client.get(here(careers)))).status_code == 303


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"closes_on": "soon"}, "Enter a date."),
        ({"closes_on": "9999-12-31"}, "Enter a date."),
        ({"openings": "0"}, "Use a number from 1 to 999."),
        ({"openings": "many"}, "Use a number from 1 to 999."),
        ({"workplace": "remote", "remote_countries": "Atlantis"}, "Choose countries from the list."),
        ({"pay_min": "a lot"}, "Enter an amount such as 52000 or 18.50."),
        ({"pay_min": "5", "pay_max": "4", "pay_currency": "USD", "pay_period": "hour"}, "less than the lowest pay"),
        ({"pay_min": "5", "pay_period": "hour"}, "Choose a currency."),
        ({"pay_min": "5", "pay_currency": "USD"}, "Choose what the pay is for."),
    ],
)
def test_what_cannot_be_saved_is_refused(
    careers: Careers, client: Client, typed: dict[str, str], sentence: str
) -> None:
    begun = fields_of(client.get(here(careers)))

    with changes_nothing():
        refused = client.post(here(careers), {**begun, **typed})

    assert refused.status_code == 422
    assert sentence in words(refused)


def test_two_who_edit_it_at_once_see_both(careers: Careers, client: Client) -> None:
    begun = fields_of(client.get(here(careers)))
    theirs = PostingDetails(workplace="remote", remote_countries=("DE",), openings="2")
    publishing.save(job=careers.job, details=theirs, by=careers.administrator)

    conflict = client.post(here(careers), {**begun, "workplace": "remote", "remote_countries": "France", "pay_min": ""})

    assert conflict.status_code == 409
    assert "Theirs: Germany" in words(conflict) and "Yours: France" in words(conflict)
    assert client.post(here(careers), fields_of(conflict)).status_code == 303
    posting = Posting.objects.get()
    assert (posting.remote_countries, posting.openings) == (["FR"], 2)


def test_a_new_zone_never_moves_a_closing_instant_earlier(careers: Careers, client: Client) -> None:
    details = PostingDetails(closes_on="2030-01-31")
    publishing.save(job=careers.job, details=details, by=careers.administrator)
    in_new_york = datetime(2030, 2, 1, 5, tzinfo=UTC)

    def closing_in(zone: str) -> datetime | None:
        company = Company.objects.get(pk=careers.company.pk)
        companies.change_details(company=company, name="Acme", time_zone=zone, by=careers.administrator)
        return Posting.objects.get().closes_at

    assert closing_in("Europe/Berlin") == in_new_york
    assert "Closes Fri 1 Feb 2030, 06:00 (Berlin time)." in words(client.get(here(careers)))
    assert closing_in("America/Los_Angeles") == in_new_york.replace(hour=8)
    assert closing_in("America/New_York") == in_new_york.replace(hour=8)
    past = PostingDetails(closes_on="2020-01-31")
    publishing.save(job=careers.job, details=past, by=careers.administrator)
    before = Posting.objects.get().closes_at
    assert closing_in("Pacific/Honolulu") == before
    assert publishing.closing_instant(date(2030, 1, 31), ZoneInfo("Europe/Berlin")) == datetime(
        2030, 1, 31, 23, tzinfo=UTC
    )


def test_whoever_may_not_edit_the_job_reads_it(careers: Careers) -> None:
    interviewer = factories.HiringTeamMemberFactory(job=careers.job, role=JobRole.INTERVIEWER).membership
    stranger = factories.MembershipFactory(company=careers.company)
    publishing.save(
        job=careers.job,
        details=PostingDetails(pay_min="20", pay_currency="USD", pay_period="hour"),
        by=careers.administrator,
    )
    client = signed_in(interviewer)

    shown = client.get(here(careers))

    assert "USD 20 an hour" in words(shown)
    assert "Take off" not in words(shown) and "Add question" not in words(shown)
    with changes_nothing():
        assert client.post(here(careers), {"openings": "2"}).status_code == 403
        assert client.post(here(careers, "choose/"), {"publication": "none"}).status_code == 403
        assert client.post(f"/jobs/{careers.job.pk}/questions/new/", QUESTION).status_code == 403
    assert signed_in(stranger).get(here(careers)).status_code == 404


# ── What it asks ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_questions_are_added_changed_moved_and_deleted(careers: Careers, client: Client) -> None:
    base = f"/jobs/{careers.job.pk}/questions/"
    assert "Not offered: questions about race, sex, veteran status" in words(client.get(f"{base}new/"))
    client.post(f"{base}new/", QUESTION)
    choice = {"label": "Where?", "kind": "one", "options": "Here\nThere\n\nhere", "rule": "one_of"}
    client.post(f"{base}new/", {**choice, "rule_value": "Here"})
    why, where = Question.objects.order_by("position")

    assert [each["label"] for each in where.options] == ["Here", "There"]
    numbers = {each["label"]: each["number"] for each in where.options}
    shown = words(client.get(here(careers)))
    assert "Where? One of several · optional Here, There Knock-out: the answer must be one of Here." in shown
    form = client.get(f"{base}{where.pk}/").context["form"]
    assert (form["options"].value(), form["rule_value"].value()) == ("Here\nThere", "Here")
    client.post(f"{base}{where.pk}/", {**choice, "options": "Elsewhere\nHere", "rule_value": "here"})
    where.refresh_from_db()
    assert where.options[1] == {"number": numbers["Here"], "label": "Here"}
    assert where.knock_out == {"rule": "one_of", "value": [numbers["Here"]]}
    client.post(f"{base}{where.pk}/move/", {"direction": "up"})
    assert [each.label for each in questions.of_posting(careers.posting)] == ["Where?", "Why us?"]
    assert client.post(f"{base}{why.pk}/delete/").status_code == 303
    assert [each.label for each in questions.of_posting(careers.posting)] == ["Where?"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"label": ""}, "Enter a question."),
        ({"kind": "one", "options": "Only one"}, "Enter at least two choices, one per line."),
        ({"kind": "one", "options": "\n".join(map(str, range(51)))}, "Use at most 50 choices of at most 200"),
        ({"rule": "is", "rule_value": "yes"}, "This kind of question cannot be a knock-out in this way."),
        ({"kind": "yes_no", "rule": "is", "rule_value": "maybe"}, "Choose yes or no."),
        ({"kind": "number", "rule": "at_least", "rule_value": "three"}, "Enter a number in digits."),
        ({"kind": "number", "rule": "at_least", "rule_value": "NaN"}, "Enter a number in digits."),
        (
            {"kind": "one", "options": "A\nB", "rule": "one_of", "rule_value": "C"},
            "Enter choices of this question, one per line.",
        ),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(
    careers: Careers, client: Client, typed: dict[str, str], sentence: str
) -> None:
    with changes_nothing():
        refused = client.post(f"/jobs/{careers.job.pk}/questions/new/", {**QUESTION, **typed})

    assert refused.status_code == 422
    assert sentence in words(refused)


def test_jobs_ask_the_questions_of_sets_first(careers: Careers, client: Client) -> None:
    created = client.post("/settings/question-sets/new/", {"name": "Basics"})
    basics = QuestionSet.objects.get()
    base = f"/settings/question-sets/{basics.pk}/"
    assert created["Location"] == base
    client.post(f"{base}questions/new/", {**QUESTION, "label": "May you work here?", "kind": "yes_no"})
    client.post(f"{base}questions/new/", {**QUESTION, "label": "Since when?", "kind": "date"})
    client.post(f"/jobs/{careers.job.pk}/questions/new/", QUESTION)

    saved = client.post(here(careers, "question-sets/"), {"sets": [basics.pk]})

    assert saved.status_code == 303
    asked = [each.label for each in questions.of_posting(careers.posting)]
    assert asked == ["May you work here?", "Since when?", "Why us?"]
    assert "May you work here? Yes or no · of a set" in words(client.get(here(careers)))
    assert "Basics 2 questions 1 job" in words(client.get("/settings/question-sets/"))
    assert "There is a set called basics already." in words(
        client.post("/settings/question-sets/new/", {"name": "basics"})
    )
    first, second = basics.questions.order_by("position")
    client.post(f"{base}questions/{second.pk}/move/", {"direction": "up"})
    client.post(f"{base}questions/{first.pk}/delete/")
    client.post(f"{base}rename/", {"name": "The basics"})
    assert "The basics" in words(client.get(base)) and "Since when?" in words(client.get(base))
    assert "1 job asks its questions." in words(client.get(f"{base}delete/"))
    assert client.post(f"{base}delete/").status_code == 303
    assert [each.label for each in questions.of_posting(careers.posting)] == ["Why us?"]


def test_questions_are_kept_apart(careers: Careers, client: Client) -> None:
    other = Careers.make(handle="globex")
    theirs = questions.save_question(
        place=other.posting, details=QuestionDetails("short", "Theirs?"), by=other.administrator
    )
    their_set = questions.save_set(name="Theirs", by=other.administrator)
    kim = factories.staffing(careers.company)

    assert client.get(f"/jobs/{careers.job.pk}/questions/{theirs.pk}/").status_code == 404
    assert client.post(here(careers, "question-sets/"), {"sets": [their_set.pk]}).status_code == 422
    with refuses(NotFound, "There is no such set of questions in your company."):
        questions.use_sets(posting=careers.posting, sets=[their_set], by=careers.administrator)
    with refuses(NotFound, "There is no such question."):
        questions.save_question(
            place=careers.posting,
            details=QuestionDetails("short", "Ours?"),
            question=theirs,
            by=careers.administrator,
        )
    with refuses(NotAllowed, "Only Administrators change company settings. Ask one of them."):
        questions.save_set(name="Basics", by=kim)


# ── Mails and referrals ──────────────────────────────────────────────────────────────────────────────────────────────
def test_each_member_chooses_their_mails(careers: Careers, client: Client) -> None:
    recruiter = factories.HiringTeamMemberFactory(job=careers.job).membership
    stranger = factories.MembershipFactory(company=careers.company)
    address = f"/jobs/{careers.job.pk}/mails/"

    for often in ("daily", "at_once", "at_once"):
        assert signed_in(recruiter).post(address, {"often": often}).status_code == 303
    assert [(each.membership, each.often) for each in JobMail.objects.all()] == [(recruiter, "at_once")]
    assert signed_in(recruiter).get(address).context["form"]["often"].value() == "at_once"
    assert client.post(address, {"often": "hourly"}).status_code == 422
    assert signed_in(recruiter).post(address, {"often": ""}).status_code == 303
    assert not JobMail.objects.exists()
    assert signed_in(stranger).get(address).status_code == 404
    with refuses(NotFound, "There is no such job that you can see."):
        job_mails.choose(job=careers.job, often="daily", by=stranger)


def test_a_member_refers_somebody_with_a_link_of_their_own(careers: Careers) -> None:
    recruiter: Membership = factories.HiringTeamMemberFactory(job=careers.job).membership
    client, address = signed_in(recruiter), f"/jobs/{careers.job.pk}/refer/"

    assert "Make my link" in words(client.get(address))
    assert not SourceLink.objects.exists()
    client.post(address)
    client.post(address)

    link = SourceLink.objects.get()
    assert (link.referrer, link.source.name) == (recruiter, "Employee referral")
    url = f"/careers/acme/jobs/{careers.posting.number}-senior-buyer/?source={link.code}"
    assert url in client.get(address).content.decode()
    submission = careers.send(source_code=link.code)
    assert (submission.referrer, submission.source) == (recruiter, link.source)
    publishing.publish(job=careers.job, publication="none", by=careers.administrator)
    assert "Nobody can apply for this job now." in words(client.get(address))


def test_without_a_source_for_referrals_nobody_gets_a_link(careers: Careers, client: Client) -> None:
    careers.company.sources.filter(type__name="Referral").update(is_active=False)
    sentence = "Your company has no source of the type Referral. Ask an Administrator to add one."

    assert sentence in words(client.post(f"/jobs/{careers.job.pk}/refer/"))
    with refuses(Conflict, "Your company has no source of the type Referral."):
        sites.referral_link(by=careers.administrator)
