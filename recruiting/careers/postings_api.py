"""What a job says to the public, over REST: the same services as its page *Publication*; and sets of questions."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import path, reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recruiting.api.errors import fields_named
from recruiting.api.fields import Text, Whole, YesNo
from recruiting.api.job_serializers import PublicNumberField
from recruiting.api.schema import operation
from recruiting.api.scopes import Scope
from recruiting.api.shapes import Input, Named
from recruiting.api.views import ApiView
from recruiting.careers import publishing, questions, selectors, sites
from recruiting.careers.models import Posting, Question, QuestionSet
from recruiting.careers.publishing import PostingDetails
from recruiting.foundation import clock
from recruiting.foundation.errors import NotAllowed
from recruiting.foundation.permissions import Action
from recruiting.jobs import services as jobs
from recruiting.jobs.models import Job


class AmountField(serializers.DecimalField):
    """An amount of money."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, **options)


class QuestionOptionSerializer(serializers.Serializer[Any]):
    """A choice of a question."""

    number = PublicNumberField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not the label of one


class QuestionSerializer(serializers.ModelSerializer[Question]):
    """A question of an application form."""

    number = PublicNumberField()
    kind = serializers.ChoiceField(choices=Question.Kind.choices)
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not the label of one
    options = QuestionOptionSerializer(many=True)
    knock_out = serializers.SerializerMethodField(help_text='What the answer must be, in words; "" for anything.')
    question_set = serializers.UUIDField(source="question_set_id", allow_null=True, help_text="The set it is of.")

    class Meta:
        model = Question
        fields = ("id", "number", "kind", "label", "hint", "is_required", "options", "knock_out", "question_set")

    def get_knock_out(self, question: Question) -> str:
        """Return the rule in words."""
        return questions.rule_in_words(question)


class QuestionSetSerializer(Named):
    """Questions that several jobs ask."""

    questions = QuestionSerializer(many=True)


class PaySerializer(serializers.Serializer[Posting]):
    """What is paid."""

    min = AmountField(source="pay_min")
    max = AmountField(source="pay_max")
    currency = serializers.CharField(source="pay_currency", help_text="ISO 4217.")
    period = serializers.ChoiceField(source="pay_period", choices=Posting.PayPeriod.choices)


class PostingSerializer(serializers.Serializer[Posting]):
    """What a job says to the public besides what it says itself. Needs `handle` and `questions` in its context."""

    job = serializers.UUIDField(source="job_id")
    version = serializers.IntegerField(min_value=1, help_text="Rises with every change.")
    number = PublicNumberField(allow_null=True)
    publication = serializers.ChoiceField(choices=Posting.Publication.choices)
    takes_applications = serializers.SerializerMethodField(
        help_text="Whether people can apply now: open, published, not past its closing date."
    )
    url = serializers.SerializerMethodField(help_text='The public page of a published job; "" for any other.')
    first_published_at = serializers.DateTimeField(allow_null=True)
    closes_on = serializers.DateField(allow_null=True, help_text="The last day, in the company's zone.")
    closes_at = serializers.DateTimeField(allow_null=True, help_text="The first instant after it.")
    employment_type = serializers.ChoiceField(choices=[("", "Not given"), *Posting.EmploymentType.choices])
    workplace = serializers.ChoiceField(choices=[("", "Not given"), *Posting.Workplace.choices])
    remote_countries = serializers.ListField(child=serializers.CharField(), help_text="Empty: anywhere.")
    pay = serializers.SerializerMethodField()
    openings = serializers.IntegerField(min_value=1, max_value=999)
    is_resume_required = serializers.BooleanField()
    questions = serializers.SerializerMethodField(help_text="In the order of the form; those of sets come first.")

    def get_takes_applications(self, posting: Posting) -> bool:
        """Return whether people can apply."""
        return posting.takes_applications(now=clock.now())

    def get_url(self, posting: Posting) -> str:
        """Return the public address."""
        return selectors.public_url(posting, self.context["handle"])

    @extend_schema_field(PaySerializer(allow_null=True))
    def get_pay(self, posting: Posting) -> Any:
        """Return the pay range, or None."""
        return None if posting.pay_min is None else PaySerializer(posting).data

    @extend_schema_field(QuestionSerializer(many=True))
    def get_questions(self, posting: Posting) -> Any:
        """Return what the form asks."""
        return QuestionSerializer(self.context["questions"], many=True).data


class PayInput(Input):
    """What is paid: one amount or a range."""

    min = AmountField(min_value=0)
    max = AmountField(required=False, min_value=0, help_text="The same as `min` when missing.")
    currency = Text(max_length=3, help_text="ISO 4217.")
    period = serializers.ChoiceField(choices=Posting.PayPeriod.choices)


class PostingChanges(Input):
    """What is to change; what is missing stays."""

    publication = serializers.ChoiceField(choices=Posting.Publication.choices, required=False)
    closes_on = serializers.DateField(required=False, allow_null=True)
    employment_type = serializers.ChoiceField(
        choices=[("", "Not given"), *Posting.EmploymentType.choices], required=False
    )
    workplace = serializers.ChoiceField(choices=[("", "Not given"), *Posting.Workplace.choices], required=False)
    remote_countries = serializers.ListField(
        child=Text(max_length=2),
        required=False,
        max_length=300,
        help_text="ISO 3166-1 alpha-2, of remote work alone.",
    )
    pay = PayInput(required=False, allow_null=True)
    openings = Whole(required=False, min_value=1, max_value=999)
    is_resume_required = YesNo(required=False)


class JobPosting(ApiView):
    """What one job says to the public."""

    required_scopes = {"GET": Scope.JOBS_READ, "PATCH": Scope.JOBS_WRITE}

    @operation("jobs.posting", reads=PostingSerializer, tag="jobs")
    def get(self, request: Request, job_id: UUID) -> Response:
        """Read who finds a job, until when people can apply, and what its form asks."""
        return Response(self._shown(job_id))

    @operation("jobs.update_posting", writes=PostingSerializer, request=PostingChanges, tag="jobs", guarded=True)
    def patch(self, request: Request, job_id: UUID) -> Response:
        """Change what a job says to the public, and who finds it.

        409 `careers_page_incomplete` while the careers page lacks what a published job needs, `job_is_a_draft` for a
        draft.
        """
        given = self.body(PostingChanges)
        job = self.find(Job.objects.visible_to(self.membership), job_id)
        publication = given.pop("publication", None)
        with (
            transaction.atomic(),
            self.unchanged(publishing.saved(job=job, by=self.membership)),
            fields_named(lambda name: name.replace("pay_", "pay.")),
        ):
            # Locked, so that what is not named is what it is now and not what it was when we looked.
            locked = jobs.lock(job, self.membership, Action.EDIT_JOB)
            locked.company = self.company
            now = vars(publishing.details_of(publishing.of_job(locked)))
            if given:
                details = PostingDetails(**{**now, **_as_typed(given)})
                publishing.save(job=locked, details=details, by=self.membership)
            if publication is not None:
                publishing.publish(job=locked, publication=publication, by=self.membership)
        address = reverse("careers-api:posting", args=[job_id])
        return self.written(job_id, address, lambda: self._shown(job_id))

    def _shown(self, job_id: UUID) -> dict[str, Any]:
        job = self.find(Job.objects.visible_to(self.membership), job_id)
        posting = publishing.of_job(job)
        posting.job = job
        handle, asked = sites.current_handle(self.company), questions.of_posting(posting)
        return PostingSerializer(posting, context={"handle": handle, "questions": asked}).data


class QuestionSets(ApiView):
    """Sets of questions."""

    required_scopes = {"GET": Scope.SETTINGS_READ}

    @operation("question_sets.list", lists=QuestionSetSerializer, tag="settings")
    def get(self, request: Request) -> Response:
        """List the sets of questions that jobs can ask, for those who edit a job, each with its questions in order."""
        edits = Job.objects.allowing(Action.EDIT_JOB, self.membership)
        if not (self.membership.can(Action.EDIT_JOB) or edits.exists()):
            raise NotAllowed("Whoever edits a job sees the sets of questions. Ask an Administrator.")
        rows = QuestionSet.objects.for_company(self.company).prefetch_related("questions")
        return self.page(rows, QuestionSetSerializer)


def _as_typed(given: dict[str, Any]) -> dict[str, Any]:
    """Return what was sent as the form of the page would send it."""
    typed = dict(given)
    if "pay" in typed:
        pay = typed.pop("pay") or {}
        typed |= {
            "pay_min": str(pay.get("min", "")),
            "pay_max": str(pay.get("max", pay.get("min", ""))),
            "pay_currency": pay.get("currency", ""),
            "pay_period": pay.get("period", ""),
        }
    if "closes_on" in typed:
        typed["closes_on"] = typed["closes_on"].isoformat() if typed["closes_on"] else ""
    if "openings" in typed:
        typed["openings"] = str(typed["openings"])
    if "remote_countries" in typed:
        typed["remote_countries"] = tuple(typed["remote_countries"])
    return typed


urlpatterns = [
    path("jobs/<uuid:job_id>/posting/", JobPosting.as_view(), name="posting"),
    path("question-sets/", QuestionSets.as_view(), name="question-sets"),
]
