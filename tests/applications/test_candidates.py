"""The list of people, adding somebody, duplicates, another job, and changed details."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application, Attachment
from recruiting.candidates.models import Candidate, Source
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import Job
from tests import factories
from tests.applications.browsing import NASTY, address, queries, text
from tests.signing_in import signed_in

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

LIST, ADD = "/candidates/", "/candidates/add/"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def job() -> Job:
    return factories.JobFactory(company=factories.CompanyFactory(), title="Senior Buyer")


@pytest.fixture
def ada(job: Job) -> Application:
    candidate = factories.CandidateFactory(
        company=job.company, first_name="Ada", last_name="Lovelace", email="ada@example.com"
    )
    return factories.ApplicationFactory(job=job, candidate=candidate)


def banner(page: str) -> str:
    """Return what stands about the duplicate."""
    return page.split('id="duplicate"')[1].split("tl-actions")[0]


def typed(job: Job, /, **more: Any) -> dict[str, Any]:
    """Return what somebody types to add Grace Hopper to a job."""
    source = Source.objects.for_company(job.company).get(name="LinkedIn")
    return {
        "first_name": "Grace",
        "last_name": "Hopper",
        "email": "grace@example.com",
        "phone": "+1 555 0100",
        "job": job.pk,
        "source": source.pk,
        "kind": "applied",
        **more,
    }


# ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_people_are_listed_for_those_who_see_their_jobs(job: Job, ada: Application) -> None:
    readers = {
        "administrator": factories.administrator(job.company),
        "staffing": factories.staffing(job.company),
        "executive": factories.on_team(job, JobRole.EXECUTIVE),
        "no role": factories.MembershipFactory(company=job.company),
        "other job": factories.on_team(factories.JobFactory(company=job.company)),
        "other company": factories.administrator(factories.CompanyFactory()),
    }

    found = {who: "Ada Lovelace" in text(signed_in(reader).get(LIST)) for who, reader in readers.items()}

    assert found == {
        "administrator": True,
        "staffing": True,
        "executive": True,
        "no role": False,
        "other job": False,
        "other company": False,
    }


def test_a_row_names_only_the_jobs_that_the_reader_sees(job: Job, ada: Application) -> None:
    secret = factories.JobFactory(company=job.company, title="Secret search")
    factories.ApplicationFactory(job=secret, candidate=ada.candidate)

    page = text(signed_in(factories.on_team(job)).get(LIST))

    assert "Senior Buyer" in page and "Secret search" not in page and "1 candidate" in page


def test_somebody_with_two_roles_and_two_applications_stands_there_once(job: Job, ada: Application) -> None:
    recruiter = factories.on_team(job)
    factories.HiringTeamMemberFactory(job=job, membership=recruiter, role=JobRole.COORDINATOR)
    other = factories.JobFactory(company=job.company)
    factories.HiringTeamMemberFactory(job=other, membership=recruiter)
    factories.ApplicationFactory(job=other, candidate=ada.candidate)

    page = text(signed_in(recruiter).get(LIST))

    assert page.count("Ada Lovelace</a>") == 1 and "1 candidate" in page


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("love", True),
        ("ADA love", True),
        ("ada@exam", True),
        ("grace", False),
        ("ada grace", False),
        ("%", False),
        ("\x00", True),
    ],
)
def test_search_takes_every_word_in_name_or_email(job: Job, ada: Application, search: str, found: bool) -> None:
    page = text(signed_in(factories.on_team(job)).get(LIST, {"q": search}))

    assert ("Ada Lovelace" in page) == found
    assert ("No candidates match these filters." in page) == (not found)


def test_the_list_narrows_to_a_job_that_the_reader_sees(job: Job, ada: Application) -> None:
    other = factories.ApplicationFactory(job=factories.JobFactory(company=job.company))
    administrator, recruiter = factories.administrator(job.company), factories.on_team(job)

    narrowed = text(signed_in(administrator).get(LIST, {"job": other.job_id}))
    invisible = text(signed_in(recruiter).get(LIST, {"job": other.job_id}))

    assert (other.candidate.name in narrowed, "Ada Lovelace" in narrowed) == (True, False)
    assert (other.candidate.name in invisible, "Ada Lovelace" in invisible) == (False, True)
    assert signed_in(recruiter).get(LIST, {"job": "nonsense"}).status_code == 200


def test_what_the_list_shows_has_a_name_and_nonsense_counts_as_nothing(job: Job, ada: Application) -> None:
    client = signed_in(factories.staffing(job.company))

    def chosen(show: str) -> tuple[list[str], bool, int]:
        answer = client.get(f"{LIST}?show={show}")
        words = re.findall(r"<option value=\"\w+\" selected>([^<]+)</option>", text(answer))
        return words, "Clear filters" in text(answer), len(answer.context["page"].rows)

    assert {show: chosen(show) for show in ("leads", "unmoved", "shared", "nonsense", "")} == {
        "leads": (["Leads to convert"], True, 0),
        "unmoved": (["No movement for 10 days"], True, 0),
        "shared": (["Sharing an email"], True, 0),
        "nonsense": ([], False, 1),
        "": ([], False, 1),
    }
    assert "Sharing an email" not in text(client.get(LIST))


def test_pages_follow_without_gap_or_repetition(job: Job) -> None:
    for _ in range(53):
        factories.ApplicationFactory(job=job)
    client = signed_in(factories.on_team(job))

    first = client.get(LIST)
    following = text(first).split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = client.get(LIST + following)

    assert (text(first).count("<tr data-row>"), text(second).count("<tr data-row>")) == (50, 3)
    assert "50 of 53 candidates" in text(first) and "That's everyone." in text(second)
    names = Candidate.objects.values_list("first_name", "last_name")
    assert all(f"{first_name} {last_name}</a>" in text(first) + text(second) for first_name, last_name in names)


def test_an_empty_list_says_so_and_offers_what_the_reader_may() -> None:
    company = factories.CompanyFactory()

    assert "No candidates yet" in text(signed_in(factories.MembershipFactory(company=company)).get(LIST))
    assert "Add candidate" not in text(signed_in(factories.MembershipFactory(company=company)).get(LIST))
    factories.JobFactory(company=company)
    assert "Add candidate" in text(signed_in(factories.staffing(company)).get(LIST))


def test_the_list_costs_the_same_with_more_people(job: Job) -> None:
    client = signed_in(factories.on_team(job))
    for _ in range(3):
        factories.ApplicationFactory(job=job)
    few = queries(client, LIST)
    for _ in range(7):
        factories.ApplicationFactory(job=job)

    assert queries(client, LIST) == few


# ── Adding somebody ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("kind", "state"), [("applied", "active"), ("lead", "lead")])
def test_a_recruiter_adds_an_applicant_or_a_lead(job: Job, kind: str, state: str) -> None:
    recruiter = factories.on_team(job)

    response = signed_in(recruiter).post(ADD, typed(job, kind=kind))

    made = Application.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, address("candidate", made))
    assert (made.state, made.candidate.name, made.candidate.email) == (state, "Grace Hopper", "grace@example.com")
    assert (made.candidate.owner, made.source.name, made.candidate.phone) == (recruiter, "LinkedIn", "+1 555 0100")
    assert NewsfeedEntry.objects.filter(application=made).count() == 1


def test_the_window_knows_the_job_it_was_opened_from_and_offers_only_permitted_ones(job: Job) -> None:
    recruiter = factories.on_team(job)
    watched = factories.JobFactory(company=job.company, title="Only watched")
    factories.HiringTeamMemberFactory(job=watched, membership=recruiter, role=JobRole.INTERVIEWER)
    closed = factories.JobFactory(company=job.company, title="Long closed", state=Job.State.CLOSED)
    factories.HiringTeamMemberFactory(job=closed, membership=recruiter)

    page = text(signed_in(recruiter).get(ADD, {"job": job.pk}))

    assert f'<option value="{job.pk}" selected>Senior Buyer</option>' in page
    assert "Only watched" not in page and "Long closed" not in page
    assert "Without an email, requests cannot be sent." in page


@pytest.mark.parametrize("role", [JobRole.INTERVIEWER, JobRole.EXECUTIVE, None])
def test_others_add_nobody(job: Job, role: JobRole | None) -> None:
    reader = factories.on_team(job, role) if role else factories.MembershipFactory(company=job.company)
    client = signed_in(reader)

    assert "You may add candidates to no open job." in text(client.get(ADD))
    assert client.post(ADD, typed(job)).status_code == 422
    assert (Candidate.objects.count(), Application.objects.count()) == (0, 0)


def test_another_companys_job_and_source_do_not_exist(job: Job) -> None:
    foreign = factories.JobFactory(company=factories.CompanyFactory())
    client = signed_in(factories.administrator(job.company))

    with_job = client.post(ADD, typed(job, job=foreign.pk))
    with_source = client.post(ADD, typed(job, source=typed(foreign)["source"]))

    assert (with_job.status_code, with_source.status_code) == (422, 422)
    assert "Choose a job from the list." in text(with_job) and "Choose a source from the list." in text(with_source)
    assert Candidate.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"source": ""}, "Choose where this person comes from."),
        ({"job": ""}, "Choose a job."),
        ({"first_name": "", "last_name": "", "email": ""}, "Enter a name or an email."),
        ({"email": "grace@"}, "That email looks incomplete. Check it."),
        ({"kind": "robot"}, "Choose applicant or lead."),
        ({"first_name": "x" * 81}, "at most 80 characters"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(job: Job, change: dict[str, str], sentence: str) -> None:
    response = signed_in(factories.on_team(job)).post(ADD, typed(job, phone="+1 555 0199", **change))

    assert response.status_code == 422
    assert sentence in text(response) and 'value="+1 555 0199"' in text(response)
    assert (Candidate.objects.count(), NewsfeedEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize("window", ["add", "edit"])
def test_of_name_and_email_none_is_called_optional_because_one_is_needed(
    job: Job, ada: Application, window: str
) -> None:
    page = text(signed_in(factories.on_team(job)).get(ADD if window == "add" else address("candidate-edit", ada)))

    assert "Enter a name, an email or both." in page
    for label in ("First name", "Last name", "Email"):
        assert f">{label}</label>" in page
    assert '>Phone <span class="tl-optional">(optional)</span></label>' in page


def resume(name: str = "grace.pdf", content: bytes = b"%PDF-1.7 Grace") -> dict[str, SimpleUploadedFile]:
    """Return a résumé as a browser sends it."""
    return {"resume": SimpleUploadedFile(name, content)}


def test_a_resume_comes_along(job: Job) -> None:
    recruiter = factories.on_team(job)

    response = signed_in(recruiter).post(ADD, typed(job, **resume()))

    kept = Attachment.objects.get()
    made = Application.objects.get()
    assert response.status_code == 303
    assert (kept.name, kept.content_type, kept.added_by) == ("grace.pdf", "application/pdf", recruiter)
    assert kept.candidate_id == made.candidate_id
    verbs = NewsfeedEntry.objects.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["applications.added", "candidates.file_added"]


def test_a_resume_goes_to_the_record_that_is_here_already(job: Job, ada: Application) -> None:
    other = factories.JobFactory(company=job.company)

    response = signed_in(factories.staffing(job.company)).post(
        ADD, typed(other, email="ada@example.com", add_to=ada.candidate_id, **resume())
    )

    assert (response.status_code, Attachment.objects.get().candidate_id) == (303, ada.candidate_id)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (("grace.exe", b"MZ"), "Choose a PDF, DOCX, ODT, RTF or TXT file."),
        (("grace.pdf", b"MZ"), "This file is not a PDF."),
        (("grace.txt", b""), "This file is empty. Choose another one."),
    ],
)
def test_a_resume_of_another_kind_adds_nobody(job: Job, tmp_path: Path, file: tuple[str, bytes], sentence: str) -> None:
    response = signed_in(factories.on_team(job)).post(ADD, typed(job, **resume(*file)))

    page = text(response)
    assert response.status_code == 422 and 'value="Grace"' in page
    assert sentence in page.split('id="id_resume_field"')[1] and "again: browsers" not in page
    assert (Candidate.objects.count(), Application.objects.count(), NewsfeedEntry.objects.count()) == (0, 0, 0)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(("change", "status"), [({"source": ""}, 422), ({"email": "ada@example.com"}, 409)])
def test_a_page_that_comes_back_names_the_file_to_choose_again(
    job: Job, ada: Application, change: dict[str, str], status: int
) -> None:
    response = signed_in(factories.on_team(job)).post(ADD, typed(job, **change, **resume()))

    assert response.status_code == status and "Choose grace.pdf again: browsers do not keep a file" in text(response)
    assert Attachment.objects.count() == 0


def test_somebody_without_an_email_may_be_added(job: Job) -> None:
    response = signed_in(factories.on_team(job)).post(ADD, typed(job, email=""))

    assert (response.status_code, Candidate.objects.get().email) == (303, "")


def test_a_duplicate_is_shown_and_nothing_is_made(job: Job, ada: Application) -> None:
    other = factories.JobFactory(company=job.company)
    recruiter = factories.on_team(job)
    factories.HiringTeamMemberFactory(job=other, membership=recruiter)

    response = signed_in(recruiter).post(ADD, typed(other, email="ADA@example.com"))

    page = text(response)
    assert response.status_code == 409
    assert "Looks like someone you already have" in page and "Ada Lovelace, same email, in New on Senior Buyer." in page
    assert "Open that record" in page and f'name="add_to" value="{ada.candidate_id}"' in page
    assert 'value="ADA@example.com"' in page
    assert (Candidate.objects.count(), Application.objects.count()) == (1, 1)


def test_the_duplicate_can_be_put_on_the_job_instead(job: Job, ada: Application) -> None:
    other = factories.JobFactory(company=job.company)
    recruiter = factories.on_team(job)
    factories.HiringTeamMemberFactory(job=other, membership=recruiter)
    client = signed_in(recruiter)

    response = client.post(ADD, typed(other, email="ada@example.com", add_to=ada.candidate_id, kind="lead"))
    again = client.post(ADD, typed(other, email="ada@example.com", add_to=ada.candidate_id))

    made = Application.objects.get(job=other)
    assert (response.status_code, made.candidate_id, made.state) == (303, ada.candidate_id, "lead")
    assert again.status_code == 409 and "Ada Lovelace is on this job already." in text(again)
    assert (Candidate.objects.count(), Application.objects.count()) == (1, 2)


def test_a_duplicate_on_this_very_job_leads_to_their_application(job: Job, ada: Application) -> None:
    newer = factories.ApplicationFactory(job=factories.JobFactory(company=job.company), candidate=ada.candidate)
    client = signed_in(factories.administrator(job.company))

    refused = client.post(ADD, typed(job, email="ada@example.com"))
    from_an_old_page = client.post(ADD, typed(job, email="ada@example.com", add_to=ada.candidate_id))

    for answer in (refused, from_an_old_page):
        page = text(answer)
        assert answer.status_code == 409
        assert f'href="{address("candidate", ada)}">Open application</a>' in page
        assert "Ada Lovelace, same email, in New on Senior Buyer." in page and newer.job.title not in banner(page)
        assert "Add to it" not in page and "Open that record" not in page
        assert 'value="Grace"' in page and 'value="+1 555 0100"' in page
    assert (Candidate.objects.count(), Application.objects.count()) == (1, 2)


def test_a_duplicate_on_jobs_that_the_reader_does_not_see_stays_unnamed(job: Job, ada: Application) -> None:
    other = factories.JobFactory(company=job.company)
    client = signed_in(factories.on_team(other))

    refused = client.post(ADD, typed(other, email="ada@example.com"))
    forced = client.post(ADD, typed(other, email="ada@example.com", add_to=ada.candidate_id))

    assert refused.status_code == 409
    assert "Someone with this email is here already" in text(refused)
    assert "Lovelace" not in text(refused) and str(ada.candidate_id) not in text(refused)
    assert forced.status_code == 404
    assert Application.objects.count() == 1


def test_the_same_email_in_another_company_is_nobodys_business(job: Job) -> None:
    factories.CandidateFactory(company=factories.CompanyFactory(), email="grace@example.com")

    assert signed_in(factories.on_team(job)).post(ADD, typed(job)).status_code == 303


def test_what_was_typed_is_text(job: Job) -> None:
    administrator = factories.administrator(job.company)
    client = signed_in(administrator)

    refused = client.post(ADD, typed(job, first_name=NASTY[:80], source="", email=NASTY))
    client.post(ADD, typed(job, first_name=NASTY[:80], last_name=NASTY[:80]))

    assert Candidate.objects.get().first_name == NASTY[:80]
    for page in (refused, client.get(LIST), client.get(LIST, {"q": NASTY})):
        assert "<script>alert" not in page.content.decode() and "<img src=x" not in page.content.decode()


# ── Another job, and details ─────────────────────────────────────────────────────────────────────────────────────────
def test_somebody_is_put_on_another_job(job: Job, ada: Application) -> None:
    other = factories.JobFactory(company=job.company)
    recruiter = factories.on_team(job)
    factories.HiringTeamMemberFactory(job=other, membership=recruiter)
    url = reverse("applications:candidate-add-to-job", args=[ada.candidate_id])
    client = signed_in(recruiter)

    response = client.post(url, typed(other))
    again = client.post(url, typed(other))

    assert (response.status_code, Application.objects.filter(candidate=ada.candidate).count()) == (303, 2)
    assert (again.status_code, "Ada Lovelace is on this job already." in text(again)) == (409, True)
    assert signed_in(factories.on_team(other)).get(url).status_code == 200
    assert signed_in(factories.MembershipFactory(company=job.company)).get(url).status_code == 404


def test_a_person_on_no_job_has_a_page_that_says_so(job: Job) -> None:
    known = {"current_title": "Senior Buyer", "current_employer": "Langley", "links": "https://ada.example/"}
    candidate = factories.CandidateFactory(company=job.company, **known)

    page = text(signed_in(factories.staffing(job.company)).get(f"/candidates/{candidate.pk}/"))

    assert "On no job" in page and "Add to a job" in page
    assert [words for words in known.values() if words not in page] == []


@pytest.mark.parametrize(
    ("role", "status"), [(JobRole.RECRUITER, 303), (JobRole.INTERVIEWER, 403), (JobRole.EXECUTIVE, 403)]
)
def test_details_are_changed_by_those_with_full_access(job: Job, ada: Application, role: JobRole, status: int) -> None:
    details = {"first_name": "Augusta", "last_name": "King", "email": "augusta@example.com", "phone": ""}

    response = signed_in(factories.on_team(job, role)).post(address("candidate-edit", ada), details)

    ada.candidate.refresh_from_db()
    assert response.status_code == status
    assert ada.candidate.name == ("Augusta King" if status == 303 else "Ada Lovelace")
    assert NewsfeedEntry.objects.filter(verb="candidates.details_changed").count() == int(status == 303)


def test_an_email_of_somebody_else_is_refused_and_kept_in_the_form(job: Job, ada: Application) -> None:
    grace = factories.ApplicationFactory(
        job=job, candidate=factories.CandidateFactory(company=job.company, email="grace@example.com")
    )
    hidden = factories.CandidateFactory(company=job.company, first_name="Hidden", email="hidden@example.com")
    client = signed_in(factories.on_team(job))

    known = client.post(address("candidate-edit", ada), {"first_name": "Ada", "email": "grace@example.com"})
    unknown = client.post(address("candidate-edit", ada), {"first_name": "Ada", "email": hidden.email})

    assert (known.status_code, unknown.status_code) == (409, 409)
    assert f"{grace.candidate.name} has this email already." in text(known)
    assert "Somebody else here has this email already." in text(unknown) and "Hidden" not in text(unknown)
    assert 'value="grace@example.com"' in text(known)
    ada.candidate.refresh_from_db()
    assert ada.candidate.email == "ada@example.com"


def test_in_the_list_of_a_job_a_name_leads_to_that_job(job: Job) -> None:
    here = factories.ApplicationFactory(job=job)
    later = factories.ApplicationFactory(candidate=here.candidate, job=factories.JobFactory(company=job.company))

    body = signed_in(factories.staffing(job.company)).get(LIST, {"job": job.pk}).content.decode()

    assert f"/applications/{here.pk}/" in body
    assert f"/applications/{later.pk}/" not in body
