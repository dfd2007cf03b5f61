"""What people sent with application forms, over REST: read, and what was held released or discarded."""

from typing import Any
from uuid import UUID

from django.urls import path, reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recruiting.api import scopes
from recruiting.api.schema import operation
from recruiting.api.shapes import Input, Named, Query
from recruiting.api.views import ApiView
from recruiting.careers import applying
from recruiting.careers.models import Language, Question, Submission

READ = scopes.register("submissions:read", "Read application forms as they were sent: answers, source and consent.")
WRITE = scopes.register("submissions:write", "Release and discard applications that are held.")


class AnswerSerializer(serializers.Serializer[Any]):
    """A question as it was asked, and its answer."""

    number = serializers.IntegerField(min_value=10**9, max_value=10**10)
    kind = serializers.ChoiceField(choices=Question.Kind.choices)
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not the label of one
    words = serializers.CharField(help_text='How the answer reads; "" for none and for a file.')
    fails = serializers.BooleanField(help_text="Whether it is not what a knock-out asks for.")


class SubmissionSerializer(serializers.ModelSerializer[Submission]):
    """A form that somebody sent."""

    application = serializers.UUIDField(source="application_id", allow_null=True)
    job = serializers.UUIDField(source="posting.job_id")
    state = serializers.ChoiceField(choices=Submission.State.choices)
    channel = serializers.ChoiceField(choices=Submission.Channel.choices)
    answers = AnswerSerializer(many=True)
    source = Named(allow_null=True)  # type: ignore[assignment]  # a field, not where one comes from
    language = serializers.ChoiceField(choices=Language.choices)
    notice = serializers.IntegerField(source="notice.number", help_text="The version of the privacy notice shown.")
    keep_months = serializers.IntegerField(allow_null=True, help_text="How long data may be kept for other jobs.")
    applied_again = serializers.CharField(help_text='The state of the application before; "" for a first one.')

    class Meta:
        model = Submission
        fields = (
            "id", "application", "job", "state", "channel", "first_name", "last_name", "email", "phone", "answers",
            "source", "language", "notice", "keep_months", "keep_withdrawn_at", "is_late", "is_knocked_out",
            "applied_again", "has_other_name", "hold_reason", "confirmed_at", "received_at",
        )  # fmt: skip


class SubmissionsQuery(Query):
    """Filters of what was sent."""

    application = serializers.UUIDField(required=False)
    job = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=Submission.State.choices, required=False)


class SubmissionView(ApiView):
    """The base of all of these."""

    read_scope = READ

    def mine(self) -> Any:
        """Return the submissions that the member may see."""
        return Submission.objects.visible_to(self.membership).select_related("posting", "source", "notice")

    def shown(self, submission: Submission) -> Response:
        """Answer a write."""
        address = reverse("careers-api:submission", args=[submission.pk])
        return self.written(
            submission.pk, address, lambda: SubmissionSerializer(self.find(self.mine(), submission.pk)).data
        )


class Submissions(SubmissionView):
    """All of them."""

    required_scopes = {"GET": READ}

    @operation("submissions.list", lists=SubmissionSerializer, query=SubmissionsQuery)
    def get(self, request: Request) -> Response:
        """List the application forms that were sent, newest first."""
        filters = {"posting__job" if name == "job" else name: value for name, value in self.filters.items()}
        return self.page(self.mine().filter(**filters), SubmissionSerializer)


class OneSubmission(SubmissionView):
    """One of them."""

    required_scopes = {"GET": READ}

    @operation("submissions.read", reads=SubmissionSerializer)
    def get(self, request: Request, submission_id: UUID) -> Response:
        """Read an application form as it was sent."""
        return Response(SubmissionSerializer(self.find(self.mine(), submission_id)).data)


class Release(SubmissionView):
    """One that is held."""

    required_scopes = {"POST": WRITE}

    @operation("submissions.release", writes=SubmissionSerializer, request=None)
    def post(self, request: Request, submission_id: UUID) -> Response:
        """Take in an application that is held. 409 `not_held` when it is not."""
        found = self.find(self.mine(), submission_id)
        self.body(Input)
        return self.shown(applying.release(submission=found, by=self.membership))


class Discard(SubmissionView):
    """One that is held."""

    required_scopes = {"POST": WRITE}

    @operation("submissions.discard", writes=SubmissionSerializer, request=None)
    def post(self, request: Request, submission_id: UUID) -> Response:
        """Take an application that is held for none; it is deleted after 30 days. 409 `not_held` when it is not."""
        found = self.find(self.mine(), submission_id)
        self.body(Input)
        return self.shown(applying.discard(submission=found, by=self.membership))


_one = "submissions/<uuid:submission_id>/"
urlpatterns = [
    path("submissions/", Submissions.as_view(), name="submissions"),
    path(_one, OneSubmission.as_view(), name="submission"),
    path(f"{_one}release/", Release.as_view(), name="release"),
    path(f"{_one}discard/", Discard.as_view(), name="discard"),
]
