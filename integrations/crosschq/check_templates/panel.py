"""The *Reference Checks* section of the Job Info window: what moving a candidate sends, in whose name."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from integrations import installations
from integrations.crosschq import SLUG, selectors
from integrations.crosschq.check_templates import services as templates
from integrations.crosschq.check_templates import tags
from integrations.crosschq.payload import people
from integrations.crosschq.settings import connection
from recruiting.companies.models import Membership
from recruiting.extensions import JobPanel
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.jobs.models import Job


class ReferenceChecksPanel(JobPanel):
    """The job's tag and its template, who is named to the vendor, and the steps that start a request."""

    slug = SLUG
    label = "Reference Checks"
    template_name = "crosschq/panel.html"
    weight = 60

    def is_visible(self, *, job: Job, membership: Membership) -> bool:
        """Return whether the company is connected and the reader has full access: a tag is an internal fact."""
        connected = installations.is_enabled(membership.company, SLUG) and connection.find(membership.company)
        return bool(connected) and access.may(membership, Action.SEE_INTERNAL_FIELDS, job)

    def get_context(self, *, request: HttpRequest, job: Job, membership: Membership) -> Mapping[str, Any]:
        """Return what the section shows."""
        found = connection.connection_of(membership.company)
        tag = tags.of_job(job)
        return {
            "is_on": found.installation.is_on,
            "tag": tag,
            "template": templates.label(tag.template) if tag.template else "",
            "nearest": "" if tag.template else tags.nearest(job.company, tag.text),
            "requestor": people.requestor_of(job, found),
            "hiring_managers": people.hiring_managers_of(job),
            "starts": selectors.starting_steps([job.process_id]).get(job.process_id, ()),
            "may_edit": access.may(membership, Action.EDIT_JOB, job),
        }
