"""Long work over REST: how far it is."""

from typing import Any
from uuid import UUID

from django.urls import path, reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recruiting.api import scopes
from recruiting.api.schema import operation
from recruiting.api.views import ApiView
from recruiting.runs import services
from recruiting.runs.models import Run

READ = scopes.register("runs:read", "Read how far long work is, such as an import.")
WRITE = scopes.register("runs:write", "Stop long work, and undo it.")


class RunSerializer(serializers.ModelSerializer[Run]):
    """Long work. `sentence` says how it ended."""

    member = serializers.UUIDField(source="member_id", allow_null=True, help_text="Whose work it is.")
    state = serializers.ChoiceField(choices=Run.State.choices)
    sentence = serializers.CharField()
    total = serializers.IntegerField(min_value=0, help_text="How many things, 0 while that is not known.")
    done_count = serializers.IntegerField(min_value=0)
    skipped_count = serializers.IntegerField(min_value=0)
    undoes = serializers.UUIDField(source="undoes_id", allow_null=True, help_text="The work that this takes back.")

    class Meta:
        model = Run
        fields = (
            "id", "kind", "title", "member", "state", "sentence", "total", "done_count", "skipped_count", "undoes",
            "created_at", "started_at", "finished_at",
        )  # fmt: skip


class RunView(ApiView):
    """The base of all of these."""

    read_scope = READ

    def one(self, run_id: UUID) -> Run:
        """Return one that the caller sees. Raises NotFound."""
        return self.find(Run.objects.visible_to(self.membership), run_id)

    def shown(self, run: Run, *, status: int = 200) -> Response:
        """Answer a write."""
        address = reverse("runs-api:run", args=[run.pk])
        return self.written(run.pk, address, lambda: RunSerializer(run).data, status=status)


class Runs(RunView):
    """All of them."""

    required_scopes = {"GET": READ}

    @operation("runs.list", lists=RunSerializer)
    def get(self, request: Request) -> Response:
        """List what you started, or everybody if you are an Administrator, newest first."""
        return self.page(Run.objects.visible_to(self.membership), RunSerializer)


class OneRun(RunView):
    """One of them."""

    required_scopes = {"GET": READ}

    @operation("runs.read", reads=RunSerializer)
    def get(self, request: Request, run_id: UUID) -> Response:
        """Read how far it is."""
        return Response(RunSerializer(self.one(run_id)).data)


class StopRun(RunView):
    """Stopping one."""

    required_scopes = {"POST": WRITE}

    @operation("runs.stop", writes=RunSerializer, request=None)
    def post(self, request: Request, run_id: UUID) -> Response:
        """Stop it before its next slice; what was done stays."""
        return self.shown(services.stop(run=self.one(run_id), by=self.membership))


class UndoRun(RunView):
    """Taking one back."""

    required_scopes = {"POST": WRITE}

    @operation("runs.undo", creates=RunSerializer, request=None)
    def post(self, request: Request, run_id: UUID) -> Response:
        """Take back what it did, as long as it can be (else 409 `not_undoable`); the answer is the run that does."""
        return self.shown(services.undo(run=self.one(run_id), by=self.membership), status=201)


app_name = "runs-api"
_one = "runs/<uuid:run_id>/"
urlpatterns: list[Any] = [
    path("runs/", Runs.as_view(), name="runs"),
    path(_one, OneRun.as_view(), name="run"),
    path(f"{_one}stop/", StopRun.as_view(), name="run-stop"),
    path(f"{_one}undo/", UndoRun.as_view(), name="run-undo"),
]
