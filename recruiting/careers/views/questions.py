"""Questions of an application form: those of a job, and sets of them under Company Settings."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from recruiting.careers import publishing, questions
from recruiting.careers.forms import QuestionForm, QuestionSetForm, UseSetsForm, question_as_typed
from recruiting.careers.models import Posting, Question, QuestionSet
from recruiting.foundation import pagination
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.jobs.models import Job
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page
from recruiting.web.jobs.job_info import find_job
from recruiting.web.responses import respond_to_form

Place = Posting | QuestionSet
NOT_OFFERED = (
    "Not offered: questions about race, sex, veteran status, disability, religion, health or birth date. "
    "Whoever decides would read the answers, and in many places the law forbids to ask. "
    "A voluntary survey apart from the application comes with reports."
)


# ── Of a job ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@page("GET", "POST")
def create(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Add a question to a job."""
    posting = _posting(request, job_id)
    return _edit(request, lambda: publishing.saved(job=posting.job, by=request.membership), None, _of_job(posting))


@page("GET", "POST")
def edit(request: MemberRequest, job_id: UUID, question_id: UUID) -> HttpResponse:
    """Change a question of a job."""
    posting, question = _of_posting(request, job_id, question_id)
    return _edit(request, lambda: posting, question, _of_job(posting))


@page("POST")
def move(request: MemberRequest, job_id: UUID, question_id: UUID) -> HttpResponse:
    """Move a question of a job up or down."""
    posting, question = _of_posting(request, job_id, question_id)
    return _move(request, question, _of_job(posting))


@page("GET", "POST")
def delete(request: MemberRequest, job_id: UUID, question_id: UUID) -> HttpResponse:
    """Ask, and delete a question of a job."""
    posting, question = _of_posting(request, job_id, question_id)
    return _delete(request, question, _of_job(posting))


@page("GET", "POST")
def use_sets(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Say which sets of questions a job asks."""
    posting = _posting(request, job_id)
    used = [] if posting._state.adding else list(posting.question_sets.values_list("pk", flat=True))
    data = request.POST if request.method == "POST" else None
    form = UseSetsForm(data, initial={"sets": used}, company=request.company, auto_id="window_%s")
    back = _of_job(posting)

    def save() -> HttpResponse:
        sets = list(form.cleaned_data["sets"])
        questions.use_sets(
            posting=publishing.saved(job=posting.job, by=request.membership), sets=sets, by=request.membership
        )
        return responses.saved(request, "Question sets saved.", back, focus="questions-title")

    has_sets = QuestionSet.objects.for_company(request.company).exists()
    context = {"job": posting.job, "close_url": back, "has_sets": has_sets}
    return respond_to_form(request, form, save, "careers/job/use_sets.html", context)


# ── Of a set ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@page("GET", role=ADMINISTRATOR)
def sets(request: MemberRequest) -> HttpResponse:
    """List the sets of questions."""
    found = QuestionSet.objects.for_company(request.company).annotate(
        question_count=Count("questions", distinct=True), job_count=Count("postings", distinct=True)
    )
    shown = pagination.page_of(found, ("name", "id"), request.GET, "set", "sets")
    return render(request, "careers/settings/sets.html", {"page": shown})


@page("GET", "POST", role=ADMINISTRATOR)
def create_set(request: MemberRequest) -> HttpResponse:
    """Add a set of questions."""
    return _edit_set(request, None)


@page("GET", role=ADMINISTRATOR)
def show_set(request: MemberRequest, set_id: UUID) -> HttpResponse:
    """Show the questions of a set."""
    found = _set(request, set_id)
    context = {"set": found, "rows": rows_of(found, questions.of_set(found), may_edit=True)}
    context["not_offered"] = NOT_OFFERED
    return render(request, "careers/settings/set.html", context)


@page("GET", "POST", role=ADMINISTRATOR)
def rename_set(request: MemberRequest, set_id: UUID) -> HttpResponse:
    """Call a set something else."""
    return _edit_set(request, _set(request, set_id))


@page("GET", "POST", role=ADMINISTRATOR)
def delete_set(request: MemberRequest, set_id: UUID) -> HttpResponse:
    """Ask, and delete a set with its questions."""
    found = _set(request, set_id)
    if request.method != "POST":
        return render(request, "careers/settings/delete_set.html", {"set": found, "jobs": found.postings.count()})
    questions.delete_set(question_set=found, by=request.membership)
    return responses.saved(request, f"{found} was deleted.", "careers:sets")


@page("GET", "POST", role=ADMINISTRATOR)
def create_in_set(request: MemberRequest, set_id: UUID) -> HttpResponse:
    """Add a question to a set."""
    found = _set(request, set_id)
    return _edit(request, lambda: found, None, _of_set(found))


@page("GET", "POST", role=ADMINISTRATOR)
def edit_in_set(request: MemberRequest, set_id: UUID, set_question_id: UUID) -> HttpResponse:
    """Change a question of a set."""
    found = _set(request, set_id)
    return _edit(request, lambda: found, _question(found.questions, set_question_id), _of_set(found))


@page("POST", role=ADMINISTRATOR)
def move_in_set(request: MemberRequest, set_id: UUID, set_question_id: UUID) -> HttpResponse:
    """Move a question of a set up or down."""
    found = _set(request, set_id)
    return _move(request, _question(found.questions, set_question_id), _of_set(found))


@page("GET", "POST", role=ADMINISTRATOR)
def delete_in_set(request: MemberRequest, set_id: UUID, set_question_id: UUID) -> HttpResponse:
    """Ask, and delete a question of a set."""
    found = _set(request, set_id)
    return _delete(request, _question(found.questions, set_question_id), _of_set(found))


# ── Both ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Row:
    """A question of a list, in words, and where it is changed; "" for what one may not do."""

    question: Question
    choices: str
    rule: str
    """What the answer must be; "" without a knock-out."""
    is_of_set: bool
    """Whether it is asked because of a set that is used."""
    edit_url: str = ""
    move_url: str = ""
    delete_url: str = ""


def rows_of(place: Place, asked: Iterable[Question], *, may_edit: bool) -> list[Row]:
    """Return the questions of a job or set, with the addresses of those that are its own."""
    kind = "question" if isinstance(place, Posting) else "set-question"
    within = place.job_id if isinstance(place, Posting) else place.pk
    rows = []
    for question in asked:
        is_own = may_edit and place.pk in (question.posting_id, question.question_set_id)
        acts = {
            f"{act}_url": reverse(f"careers:{kind}-{act}", args=[within, question.pk])
            for act in ("edit", "move", "delete")
            if is_own
        }
        choices = ", ".join(each["label"] for each in question.options)
        is_of_set = isinstance(place, Posting) and question.question_set_id is not None
        rows.append(Row(question, choices, questions.rule_in_words(question), is_of_set, **acts))
    return rows


def _edit(request: MemberRequest, place: Callable[[], Place], question: Question | None, back: str) -> HttpResponse:
    initial = question_as_typed(question) if question else {}
    form = QuestionForm(request.POST or None, initial=initial)

    def save() -> HttpResponse:
        made = questions.save_question(place=place(), details=form.details(), question=question, by=request.membership)
        words = "Question saved." if question else "Question added."
        return responses.saved(request, words, back, focus=f"question-{made.pk}")

    context = {"question": question, "back": back, "not_offered": NOT_OFFERED}
    return respond_to_form(request, form, save, "careers/question.html", context)


def _move(request: MemberRequest, question: Question, back: str) -> HttpResponse:
    questions.move_question(question=question, up=request.POST.get("direction") == "up", by=request.membership)
    return responses.saved(request, "", back, focus=f"question-{question.pk}")


def _delete(request: MemberRequest, question: Question, back: str) -> HttpResponse:
    if request.method != "POST":
        return render(request, "careers/delete_question.html", {"question": question, "close_url": back})
    questions.delete_question(question=question, by=request.membership)
    return responses.saved(request, "Question deleted.", back, focus="questions-title")


def _edit_set(request: MemberRequest, question_set: QuestionSet | None) -> HttpResponse:
    initial = {"name": question_set.name} if question_set else {}
    form = QuestionSetForm(request.POST or None, initial=initial, auto_id="window_%s")
    back = _of_set(question_set) if question_set else reverse("careers:sets")

    def save() -> HttpResponse:
        made = questions.save_set(name=form.cleaned_data["name"], question_set=question_set, by=request.membership)
        words = f"{made} was renamed." if question_set else f"{made} was added."
        return responses.saved(request, words, _of_set(made))

    context = {"set": question_set, "close_url": back}
    return respond_to_form(request, form, save, "careers/settings/edit_set.html", context)


def _of_posting(request: MemberRequest, job_id: UUID, question_id: UUID) -> tuple[Posting, Question]:
    """Return a question of a job. Raises Http404 before NotAllowed: of what is not there nobody learns more."""
    job = find_job(request, job_id)
    question = _question(Question.objects.filter(posting__job=job), question_id)
    access.require(request.membership, Action.EDIT_JOB, job)
    return _posting_of(job), question


def _posting(request: MemberRequest, job_id: UUID) -> Posting:
    return _posting_of(find_job(request, job_id, Action.EDIT_JOB))


def _posting_of(job: Job) -> Posting:
    posting = publishing.of_job(job)
    posting.job = job
    return posting


def _set(request: MemberRequest, set_id: UUID) -> QuestionSet:
    return get_object_or_404(QuestionSet.objects.for_company(request.company), pk=set_id)


def _question(rows: Any, question_id: UUID) -> Question:
    found: Question = get_object_or_404(rows.select_related("posting__job", "question_set"), pk=question_id)
    return found


def _of_job(posting: Posting) -> str:
    return reverse("careers:publication", args=[posting.job_id])


def _of_set(question_set: QuestionSet) -> str:
    return reverse("careers:set", args=[question_set.pk])
