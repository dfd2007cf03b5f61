"""How members hear of new applicants of a job. The mails themselves are in `mails`."""

from django.db import transaction

from recruiting.careers.models import JobMail
from recruiting.companies.models import Membership
from recruiting.foundation.errors import InvalidInput, NotFound
from recruiting.jobs.models import Job


def chosen(job: Job, member: Membership) -> str:
    """Return how often a member hears of a job's new applicants by mail; "" for not at all."""
    found = JobMail.objects.filter(job=job, membership=member).values_list("often", flat=True).first()
    return found or ""


def choose(*, job: Job, often: str, by: Membership) -> None:
    """Say how often one hears of a job's new applicants by mail.

    Args:
        job: which job.
        often: a value of `JobMail.Often`, "" for not at all.
        by: for whom.

    Raises:
        NotFound: when the member does not see the job.
        InvalidInput: for another word.
    """
    if often not in ("", *JobMail.Often.values):
        raise InvalidInput(fields={"often": "Choose how often."})
    if not Job.objects.visible_to(by).filter(pk=job.pk).exists():
        raise NotFound("There is no such job that you can see.")
    mine = JobMail.objects.filter(job=job, membership=by)
    with transaction.atomic():
        if not often:
            mine.delete()
        elif not mine.update(often=often):
            JobMail.objects.get_or_create(company_id=by.company_id, job=job, membership=by, defaults={"often": often})
