"""Sentinels of careers pages: what is published, asked and sent; every public address, the status page and receipts."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import product
from typing import Any
from urllib.parse import urlsplit

from django.core import mail
from django.core.files.base import ContentFile
from django.urls import URLPattern, get_resolver, reverse

from recruiting.careers import applying, mails, publishing, questions, sites
from recruiting.careers.applying import NewUpload, Sent
from recruiting.careers.models import BoardKey, CareersSite, Posting, Question, QuestionSet, SourceLink, Submission
from recruiting.careers.public.middleware import URLS
from recruiting.careers.questions import QuestionDetails
from recruiting.foundation import clock
from recruiting.jobs.models import HiringTeamMember
from tests import factories
from tests.careers.factories import DataRequestFactory, JobMailFactory
from tests.matrix.world import PLACES, World
from tests.sentinels import COMPANIES, Planted, Reading

BOARD = "board-departments board-department board-offices board-office board-jobs board-job"
FORM, PAGE = "apply apply-by-number", "job job-by-number"
TABLE = f"""
title of a public job | VIEW_JOB | pages mail jobs:read candidates:read applications:read newsfeed:read
title of a public job | ANYBODY | jobs embed {PAGE} {FORM} sitemap atom job-sites {BOARD}
title of a public job | APPLICANT | status receipt
title of an unlisted job | VIEW_JOB | pages jobs:read newsfeed:read
title of an unlisted job | ANYBODY | {PAGE} {FORM}
description of a job | VIEW_JOB | pages jobs:read
description of a job | ANYBODY | {PAGE} atom job-sites board-jobs board-job
open job field | VIEW_JOB | pages jobs:read
open job field | ANYBODY | {PAGE} {BOARD}
department, location | VIEW_JOB | jobs:read
department, location | COMPANY | pages settings:read
department | ANYBODY | {PAGE} job-sites {BOARD}
location | ANYBODY | jobs embed {PAGE} job-sites {BOARD}
question | VIEW_JOB | pages jobs:read submissions:read
choice of a question | VIEW_JOB | pages jobs:read
question, choice of a question | ANYBODY | {FORM} board-job
what knocks out | VIEW_JOB | pages jobs:read
set of questions, what knocks out in a set | EDIT_JOB | settings:read
set of questions | EDIT_JOB | pages
what knocks out in a set | MANAGE_COMPANY | pages
how to be reached, privacy notice, introduction | MANAGE_COMPANY | pages
how to be reached, privacy notice | ANYBODY | {FORM}
introduction | ANYBODY | jobs board
code of a link, name of a board key | MANAGE_COMPANY | pages
name that was sent | VIEW_JOB | pages mail submissions:read
answer, phone that was sent | VIEW_JOB | pages submissions:read
name of a sent file | VIEW_JOB | pages files:read
name of who is held | ADD_CANDIDATE | pages submissions:read
answer of who is held | ADD_CANDIDATE | submissions:read
name of a new applicant | VIEW_JOB | pages search mail candidates:read applications:read newsfeed:read submissions:read
name of a new applicant | APPLICANT | receipt
request about data | MANAGE_COMPANY | pages
title of a public job, title of an unlisted job, description of a job, open job field | PLATFORM | admin
department, location, question, set of questions, how to be reached, introduction | PLATFORM | admin
name of a new applicant, name of a board key | PLATFORM | admin
"""


def plant(planted: Planted) -> None:
    """Publish the place's job and another one, ask, and send what somebody known, new and suspicious would."""
    place, word = planted.place, planted.word
    job, clerk, company = place.job, place.clerk, {"company": place.company}
    if planted.is_first:
        site = CareersSite.objects.get(**company)
        site.write(contact=word("how to be reached"), introduction=word("introduction"), is_indexed=True)
        sites.save_notice(words=word("privacy notice"), by=clerk)
        SourceLink.objects.filter(pk=place.rows["source link"]["link_id"]).update(code=word("code of a link"))
        BoardKey.objects.filter(pk=place.rows["board key"]["key_id"]).update(name=word("name of a board key"))
        shared = QuestionSet.objects.get(pk=place.rows["question set"]["set_id"])
        questions.save_set(name=word("set of questions"), by=clerk, question_set=shared)
        rule = {"rule": "at_most", "rule_value": planted.number("what knocks out in a set")}
        questions.save_question(place=shared, details=QuestionDetails(Question.Kind.NUMBER, "How?", **rule), by=clerk)
    part = factories.DepartmentFactory(**company, name=word("department"))
    town = factories.LocationFactory(**company, name=word("location"), city=word("location"))
    factories.JobLocationFactory(job=job, location=town)
    unlisted = factories.JobFactory(**company, title=word("title of an unlisted job"))
    for member in HiringTeamMember.objects.filter(job=job):
        factories.HiringTeamMemberFactory(job=unlisted, membership=member.membership, role=member.role)
    job.write(
        title=word("title of a public job"), description=word("description of a job"), city=town.city,
        department=part.name, listed_department=part,
    )  # fmt: skip
    field = factories.JobFieldFactory(**company, visibility="public")
    factories.JobFieldValueFactory(job=job, field=field, option=None, text=word("open job field"))
    posting = publishing.publish(job=job, publication="public", by=clerk)
    publishing.publish(job=unlisted, publication="unlisted", by=clerk)
    posting.write(is_resume_required=False)
    posting.questions.update(is_required=False)
    rule = {"rule": "at_least", "rule_value": planted.number("what knocks out")}
    for details in (
        QuestionDetails(Question.Kind.SHORT, word("question"), is_required=False),
        QuestionDetails(
            Question.Kind.ONE, "Which?", is_required=False, options=(word("choice of a question"), "Another")
        ),
        QuestionDetails(Question.Kind.NUMBER, "How many?", is_required=False, **rule),
    ):
        questions.save_question(place=posting, details=details, by=clerk)
    for member in planted.world.people.values():
        if member.company_id == place.company.pk:
            JobMailFactory(job=job, membership=member, often="at_once", told_until=clock.now() - timedelta(days=1))
    known = place.rows["both jobs"]["candidate_id"]
    _send(planted, posting, "Ada", email=job.applications.get(candidate=known).candidate.email,
          last_name=word("name that was sent"), answer=word("answer"),
          phone=f"+{planted.number('phone that was sent')}", file=word("name of a sent file"))  # fmt: skip
    _send(planted, posting, word("name of a new applicant"), email=f"new{planted.where.replace(' ', '')}@example.com")
    _send(planted, posting, word("name of who is held"), trap="Filled in.", answer=word("answer of who is held"))
    asked = DataRequestFactory(submission=Submission.objects.filter(posting=posting, state="taken").latest("id"))
    planted.known("request about data", str(asked.pk))


def _send(
    planted: Planted, posting: Posting, first_name: str, *, answer: str = "", file: str = "", **sent: Any
) -> None:
    """Send a form that was opened a while ago, and take it in."""
    token = applying.read_token(
        applying.new_token(posting, now=clock.now() - timedelta(minutes=2)), posting, now=clock.now()
    )
    assert token is not None
    asked = questions.of_posting(posting)
    if file:
        upload = NewUpload(ContentFile(b"Words.\n", name=f"{file}.txt"))
        assert applying.keep_files(posting=posting, token=token, uploads=[upload], asked=asked) == {}
    own = next(each for each in asked if each.kind == Question.Kind.SHORT)
    given = {"last_name": "Lovelace", "email": "held@example.com", "answers": {f"question_{own.number}": [answer]}}
    site = sites.of_company(planted.place.company)
    made = Sent(**{**given, **sent, "first_name": first_name})  # type: ignore[arg-type]
    applying.take(applying.receive(posting=posting, token=token, sent=made, site=site, asked=asked))


# ── Ways out ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def public(world: World, asker: Any, words: Mapping[str, Any]) -> Iterator[Reading]:
    """Ask for every public address of each company; its name is the way."""
    for handle, places in COMPANIES.items():
        company = world.places[places[0]].company
        numbers = Posting.objects.filter(company=company).values_list("number", flat=True)
        values = {"handle": [handle], "slug": ["x"], "digest": ["0" * 12]}
        for entry in get_resolver(URLS).url_patterns:
            assert isinstance(entry, URLPattern)
            name, parts = str(entry.name), list(entry.pattern.converters)
            if name == "status":
                continue  # each is one applicant's
            lists = {"board-department": company.departments, "board-office": company.locations}
            own = lists[name].values_list("number", flat=True) if name in lists else numbers
            for chosen in product(*({**values, "number": own}[part] for part in parts)):
                path = reverse(f"careers_public:{name}", kwargs=dict(zip(parts, chosen, strict=True)))
                for query in ("", "?content=true&questions=true") if name.startswith("board") else ("",):
                    answer = asker.ask("GET", f"{path}{query}")
                    if answer.status in (301, 302, 308):  # under its title
                        answer = asker.ask("GET", urlsplit(answer.location).path)
                    text = f"{answer.location} {answer.body.decode(errors='replace')}"
                    yield Reading(name, handle, f"{path}{query}", text, places=places, who="ANYBODY")


def to_applicants(world: World, asker: Any, words: Mapping[str, Any]) -> Iterator[Reading]:
    """Read what applicants see of their applications, and what they are mailed."""
    for where in PLACES:
        for submission in Submission.objects.filter(posting__job=world.places[where].job):
            path = urlsplit(mails.status_url(submission)).path
            answer = asker.ask("GET", path)
            yield Reading(
                "status", f"an applicant of {where}", path, answer.body.decode(), who="APPLICANT", places=(where,)
            )
            for message in mail.outbox:
                if str(submission.pk) in message.body:
                    text = f"{message.subject} {message.body}"
                    yield Reading(
                        "receipt", f"an applicant of {where}", message.subject, text, who="APPLICANT", places=(where,)
                    )


READERS = (public, to_applicants)
