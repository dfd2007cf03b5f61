"""Runs: long work that is done in slices, and the rows of those that are about many things of a kind."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from recruiting.companies.models import Membership, member_or_none
from recruiting.foundation.models import ChoiceField, CompanyModel, CompanyQuerySet
from recruiting.foundation.permissions import CompanyRole


class RunQuerySet(CompanyQuerySet["Run"]):
    """Which runs somebody sees."""

    def visible_to(self, membership: Membership) -> Self:
        """Return the runs that a member started; an Administrator sees everybody's."""
        mine = self.for_company(membership.company)
        return mine if membership.role == CompanyRole.ADMINISTRATOR else mine.filter(member=membership)


class Run(CompanyModel):
    """Long work of one kind (`recruiting.runs.kinds`), in the name of a member."""

    class State(models.TextChoices):
        """WAITING was not begun; STOPPED was stopped by a person; FAILED broke. What was done by then stays done."""

        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"
        FAILED = "failed", "Failed"

    OPEN = (State.WAITING, State.RUNNING)

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200, help_text="What it does, such as “Reject 1,243 candidates”.")
    member = member_or_none()
    state = ChoiceField(State, max_length=7, default=State.WAITING)
    # What was asked for, in ids and plain values; never changed.
    params = models.JSONField(default=dict, blank=True)
    # Where the next slice begins, and whatever else the kind keeps, written with what was done.
    checkpoint = models.JSONField(default=dict, blank=True)
    total = models.PositiveIntegerField(default=0, help_text="How many things, as far as that is known.")
    done_count = models.PositiveIntegerField(default=0)
    skipped_count = models.PositiveIntegerField(default=0)
    sentence = models.CharField(max_length=300, blank=True, default="", help_text="How it ended.")
    tries = models.PositiveSmallIntegerField(default=0, help_text="How often in a row a slice broke.")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # When somebody opened its page after its end; until then home tells of it.
    seen_at = models.DateTimeField(null=True, blank=True)
    undoes = models.OneToOneField("self", null=True, blank=True, on_delete=models.CASCADE, related_name="undone_by")

    objects: ClassVar = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="run_open_is_not_finished",
                condition=Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "stopped", "failed"], finished_at__isnull=False),
            ),
            models.CheckConstraint(name="run_undoes_another", condition=~Q(undoes=F("id"))),
        ]
        indexes = [
            models.Index(name="run_recent", fields=["company", "-id"]),
            models.Index(name="run_of_member", fields=["member", "-id"]),
            models.Index(name="run_unseen", fields=["member"], condition=Q(finished_at__isnull=False, seen_at=None)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether there is more to be done."""
        return self.state in self.OPEN


class RunRow(models.Model):
    """One of the things that a run is about, frozen when it began. The database makes rows by itself, so keys count."""

    class Outcome(models.TextChoices):
        """SKIPPED was left as it was, and `sentence` says why."""

        DONE = "done", "Done"
        SKIPPED = "skipped", "Skipped"

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="rows", db_index=False)
    position = models.PositiveIntegerField()
    subject_id = models.UUIDField(help_text="A candidate's or an application's, as the kind says.")
    outcome = ChoiceField(Outcome, max_length=7, blank=True, default="")
    sentence = models.CharField(max_length=300, blank=True, default="")
    # What undoing needs, in ids and plain values.
    before = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="runrow_position_unique"),
            models.UniqueConstraint(fields=["run", "subject_id"], name="runrow_subject_once"),
        ]
        indexes = [
            models.Index(name="runrow_waiting", fields=["run", "position"], condition=Q(outcome="")),
            models.Index(name="runrow_skipped", fields=["run", "position"], condition=Q(outcome="skipped")),
        ]

    def __str__(self) -> str:
        return f"{self.position} of {self.run_id}"
