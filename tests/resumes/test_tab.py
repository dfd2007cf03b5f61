"""The *Résumé* tab of the record: which file it shows, how it is shown, and what is taken over from it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recruiting.applications.models import Application, Attachment
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Membership
from recruiting.foundation.permissions import JobRole
from recruiting.resumes import selectors
from tests import factories
from tests.resumes import making
from tests.resumes.conftest import AddFile, work

PERSON = making.Person()


@pytest.fixture
def client(member: Membership, client: Client) -> Client:
    client.force_login(member.user)
    return client


def record(application: Application, tab: str = "") -> str:
    address = reverse("applications:candidate", args=[application.candidate_id, application.pk])
    return f"{address}{tab}/" if tab else address


def inline(application: Application, file: Attachment) -> str:
    return reverse("resumes:show", args=[application.candidate_id, application.pk, file.pk])


def use(client: Client, application: Application, name: str, replaces: str = "") -> Any:
    address = reverse("resumes:use", args=[application.candidate_id, application.pk, name])
    return client.post(address, {"replaces": replaces}, follow=True)


# ── Which file ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_newest_that_is_called_a_resume_counts_before_all_others(
    ada: Application, add: AddFile, member: Membership
) -> None:
    other = factories.ApplicationFactory(company=member.company, candidate=ada.candidate)
    steps = (
        (ada, "me.png", b"\x89PNG\r\n\x1a\n", "other", None),
        (ada, "letter.txt", b"Dear", "cover_letter", None),
        (ada, "first.txt", b"1", "other", "first.txt"),
        (ada, "second.txt", b"2", "other", "second.txt"),
        (other, "elsewhere.txt", b"3", "resume", "elsewhere.txt"),
        (ada, "named.txt", b"4", "resume", "named.txt"),
        (ada, "later.txt", b"5", "other", "named.txt"),
        (ada, "newest.txt", b"6", "resume", "newest.txt"),
    )
    for application, name, content, kind, expected in steps:
        add(application, name, content, kind=kind)
        found = selectors.resume_of(ada, member)
        assert (found.name if found else None) == expected, name


def test_a_file_that_an_integration_brought_is_no_resume(ada: Application, add: AddFile, member: Membership) -> None:
    add(ada, "report.txt", b"Report")
    Attachment.objects.update(added_by=None)

    assert selectors.resume_of(ada, member) is None


def test_a_resume_of_a_job_that_one_does_not_see_is_none(ada: Application, add: AddFile, member: Membership) -> None:
    other = factories.ApplicationFactory(company=member.company, candidate=ada.candidate)
    add(other, "elsewhere.txt", b"words", kind="resume")
    recruiter = factories.on_team(ada.job, JobRole.RECRUITER)

    assert selectors.resume_of(ada, recruiter) is None


# ── The record ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_record_opens_with_the_resume_where_there_is_one(client: Client, ada: Application, add: AddFile) -> None:
    without = client.get(record(ada)).content.decode()
    add(ada, "cv.txt", b"Ada Lovelace\n", kind="resume")
    work()

    opened = client.get(record(ada)).content.decode()
    newsfeed = client.get(record(ada, "newsfeed")).content.decode()

    assert "Résumé" not in without.partition("data-tabs")[2].partition("</ul>")[0]
    tabs = opened.partition("data-tabs")[2].partition("</ul>")[0]
    assert tabs.index("Résumé") < tabs.index("Newsfeed") < tabs.index("Files")
    assert 'id="resume-title"' in opened and 'id="resume-title"' not in newsfeed


def test_previous_and_next_keep_the_tab_that_somebody_chose(client: Client, ada: Application) -> None:
    person = factories.CandidateFactory(company=ada.company)
    peer = factories.ApplicationFactory(company=ada.company, candidate=person, job=ada.job, stage=ada.stage)

    by_itself, chosen = client.get(record(ada)).content.decode(), client.get(record(ada, "notes")).content.decode()

    assert f'href="{record(peer)}"' in by_itself
    assert f'href="{record(peer, "notes")}"' in chosen


def test_blocks_are_drawn_by_our_template_and_no_markup_of_theirs(
    client: Client, ada: Application, add: AddFile
) -> None:
    table = "<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>".format
    body = (
        making.paragraph("Experience", properties='<w:outlineLvl w:val="0"/>')
        + making.paragraph("<script>alert(1)</script>")
        + making.paragraph("First", properties="<w:numPr/>")
        + table(making.paragraph("Python"), making.paragraph("5 years"))
    )
    add(ada, "cv.docx", making.docx(body), kind="resume")
    work()

    page = client.get(record(ada, "resume")).content.decode()

    for drawn in (
        '<h3 class="tl-resume__heading">Experience</h3>',
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        '<li class="tl-note-text tl-resume__item-0">First</li>',
        '<td class="tl-note-text">Python</td>',
    ):
        assert drawn in page
    assert "<iframe" not in page


def test_a_scan_says_that_it_is_one(client: Client, ada: Application, add: AddFile) -> None:
    add(ada, "scan.pdf", making.pdf([]), kind="resume")
    work()

    for tab in ("resume", "files"):
        page = client.get(record(ada, tab)).content.decode()
        assert "No text could be read from this scan, so search won&#x27;t find it." in page, tab


def test_the_tab_of_somebody_without_a_resume_says_so(client: Client, ada: Application) -> None:
    assert "No résumé yet" in client.get(record(ada, "resume")).content.decode()


# ── The PDF ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_pdf_is_framed_without_sandbox_and_answers_with_one(client: Client, ada: Application, add: AddFile) -> None:
    content = making.pdf(["Ada"])
    file = add(ada, "cv.pdf", content, kind="resume")
    work()

    page = client.get(record(ada)).content.decode()
    answer = client.get(inline(ada, file))

    frame = page.partition("<iframe")[2].partition(">")[0]
    assert f'src="{inline(ada, file)}#navpanes=0&amp;view=FitH"' in frame and "sandbox" not in frame
    assert b"".join(answer.streaming_content) == content  # type: ignore[attr-defined]
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'inline; filename="cv.pdf"'
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'self'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_nothing_but_a_pdf_is_shown_and_to_nobody_else(client: Client, ada: Application, add: AddFile) -> None:
    text, pdf = add(ada, "cv.txt", b"<html>"), add(ada, "cv.pdf", making.pdf(["Ada"]))
    liar = add(ada, "liar.pdf", making.pdf(["Ada"]))
    with open(liar.file.path, "wb") as stored:
        stored.write(b"<html><script>alert(1)</script>")
    gone = add(ada, "gone.pdf", making.pdf(["Ada"]))
    gone.file.storage.delete(gone.file.name)
    stranger = Client()
    stranger.force_login(factories.MembershipFactory(company=ada.company).user)

    for file in (text, liar, gone):
        assert client.get(inline(ada, file)).status_code == 404, file.name
    assert stranger.get(inline(ada, pdf)).status_code == 404
    assert Client().get(inline(ada, pdf)).status_code == 302


# ── From the résumé ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_a_resume_says_is_proposed_and_taken_over_one_by_one(
    client: Client, ada: Application, add: AddFile
) -> None:
    add(ada, "cv.pdf", making.resume("pdf", PERSON), kind="resume")
    work()
    page = client.get(record(ada)).content.decode()
    assert "From the résumé" in page

    answer = use(client, ada, "email")
    use(client, ada, "phone")
    use(client, ada, "current_title")
    use(client, ada, "current_employer")

    person = Candidate.objects.get()
    assert "Email taken over from the résumé." in answer.content.decode()
    assert (person.email, person.phone) == (PERSON.email, "+442079460018")
    assert (person.current_title, person.current_employer) == (PERSON.title, PERSON.employer)
    assert (person.first_name, person.last_name) == ("Ada", "")


def test_what_somebody_typed_is_replaced_only_when_they_saw_it(client: Client, ada: Application, add: AddFile) -> None:
    add(ada, "cv.txt", making.resume("txt", PERSON), kind="resume")
    work()
    Candidate.objects.update(phone="0123 456")

    for seen in ("", "0987 654"):
        refused = use(client, ada, "phone", replaces=seen)
        assert "Phone was changed meanwhile: it is 0123 456 now. Nothing was written." in refused.content.decode()

    assert Candidate.objects.get().phone == "0123 456"
    use(client, ada, "phone", replaces="0123 456")
    assert Candidate.objects.get().phone == "+442079460018"


def test_an_address_that_is_somebody_elses_is_not_taken_over(client: Client, ada: Application, add: AddFile) -> None:
    factories.CandidateFactory(company=ada.company, first_name="Other", last_name="One", email=PERSON.email)
    add(ada, "cv.txt", making.resume("txt", PERSON), kind="resume")
    work()

    answer = use(client, ada, "email")

    assert "Other One has this email already. Nothing was written." in answer.content.decode()
    assert Candidate.objects.get(pk=ada.candidate_id).email == ""


def test_links_are_added_to_those_that_are_there(client: Client, ada: Application, add: AddFile) -> None:
    Candidate.objects.update(links="https://kept.example/")
    add(ada, "cv.txt", b"Ada Lovelace\ngithub.com/ada www.kept.example", kind="resume")
    work()

    use(client, ada, "links", replaces="https://kept.example/")

    assert Candidate.objects.get().link_list == ["https://kept.example/", "https://github.com/ada"]


def test_what_the_record_says_already_is_not_proposed(client: Client, ada: Application, add: AddFile) -> None:
    Candidate.objects.update(
        first_name="ada",
        last_name="Lovelace",
        phone="020 7946 0018",
        current_title=PERSON.title,
        current_employer=PERSON.employer,
    )
    add(ada, "cv.txt", making.resume("txt", PERSON).replace(PERSON.email.encode(), b""), kind="resume")
    work()

    page = client.get(record(ada)).content.decode()

    assert "From the résumé" not in page
    assert use(client, ada, "phone", replaces="020 7946 0018").status_code == 404
    assert use(client, ada, "nonsense").status_code == 404
