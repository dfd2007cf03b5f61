"""The acts on many, as buttons under lists and boards."""

from collections.abc import Sequence

from django.urls import reverse

from recruiting.bulk.acts import ACTS
from recruiting.companies.models import Membership
from recruiting.extensions import Extension, SelectionAct
from recruiting.foundation import permissions
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.jobs.models import Job


class BulkExtension(Extension):
    """Acts on many, always there."""

    slug = "bulk"
    name = "Acts on many"

    def selection_acts(self, membership: Membership, job: Job | None) -> Sequence[SelectionAct]:
        """Return those that the member may do there; some are about an application and need its job."""
        if job is not None:
            allowed = access.allowed_actions(job, membership)
        else:
            allowed = _somewhere(membership)
        return [
            SelectionAct(act.label, reverse("bulk:act", args=[act.name]), act.key)
            for act in ACTS.values()
            if act.right in allowed and (job is not None or act.on_people)
        ]


def _somewhere(membership: Membership) -> frozenset[Action]:
    """Return what a member may do on some job."""
    theirs = {} if membership.sees_all_jobs else access.roles_by_job(membership)
    roles = frozenset(role for some in theirs.values() for role in some)
    return frozenset(
        act.right
        for act in ACTS.values()
        if permissions.allows(act.right, company_role=membership.role, job_roles=roles)
    )
