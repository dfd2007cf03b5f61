"""One table of past-tense facts, written in the transaction of the fact."""

from django.db import models
from django.db.models import Q

from newsfeed import through
from recruiting.foundation import clock
from recruiting.foundation.models import ChoiceField, CompanyModel


class NewsfeedEntry(CompanyModel):
    """Something that happened to a candidate, an application or a job; `payload` holds ids and labels as they were."""

    class Audience(models.TextChoices):
        """Who may read it: everyone who sees the job, with full access to it, the actor, or who sees all jobs."""

        EVERYONE = "everyone"
        FULL_ACCESS = "full_access"
        ACTOR = "actor"
        ALL_JOBS = "all_jobs"

    verb = models.CharField(max_length=80)
    # Who did it; empty when Throughline or a vendor did, whose name is `actor_label`.
    actor = models.ForeignKey(
        "companies.Membership", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_label = models.CharField(max_length=120, blank=True, default="")
    job = models.ForeignKey("jobs.Job", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    candidate = models.ForeignKey(
        "candidates.Candidate", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    application = models.ForeignKey(
        "applications.Application", null=True, blank=True, on_delete=models.CASCADE, related_name="newsfeed"
    )
    audience = ChoiceField(Audience, max_length=12, default=Audience.EVERYONE)
    # What the entry is about (a request, a note), so that the page can show its state of today beside the fact.
    subject_id = models.UUIDField(null=True, blank=True)
    payload = models.JSONField(default=dict)
    # The connection of a program that did it in somebody's name.
    through = models.UUIDField(null=True, blank=True, default=through.current, editable=False)
    occurred_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "newsfeed entries"
        constraints = [
            models.CheckConstraint(
                name="newsfeedentry_about_something", condition=Q(job__isnull=False) | Q(candidate__isnull=False)
            ),
            # Who may read about an application is decided by its job.
            models.CheckConstraint(
                name="newsfeedentry_application_has_job",
                condition=Q(application__isnull=True) | Q(job__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="newsfeedentry_application", fields=["application", "-id"]),
            models.Index(name="newsfeedentry_candidate", fields=["candidate", "-id"]),
            models.Index(name="newsfeedentry_job", fields=["job", "-id"]),
            models.Index(name="newsfeedentry_company", fields=["company", "-id"]),
            # A rare kind of news of a job, which else is looked for among everything on it.
            models.Index(name="newsfeedentry_job_verb", fields=["job", "verb", "-id"]),
            models.Index(name="newsfeedentry_verb", fields=["company", "verb", "-id"]),
            models.Index(name="newsfeedentry_through", fields=["through", "-id"], condition=Q(through__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.verb} at {self.occurred_at:%Y-%m-%d %H:%M} UTC"
