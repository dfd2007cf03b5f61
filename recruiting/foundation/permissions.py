"""Who may do what: the one table that pages, API, search and the matrix test read.

A company role allows an action everywhere in the company; a job role allows it on the jobs where the person has it.
Which objects somebody can see at all is `visible_to(membership)` on the querysets.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db import models


class CompanyRole(models.TextChoices):
    """What a member is in the company."""

    ADMINISTRATOR = "administrator", "Administrator"
    STAFFING = "staffing", "Staffing"
    STANDARD = "standard", "Standard"


class JobRole(models.TextChoices):
    """What a member is on one job's hiring team."""

    HIRING_MANAGER = "hiring_manager", "Hiring Manager"
    RECRUITER = "recruiter", "Recruiter"
    COORDINATOR = "coordinator", "Coordinator"
    INTERVIEWER = "interviewer", "Interviewer"
    EXECUTIVE = "executive", "Executive"


FULL_ACCESS = frozenset({JobRole.HIRING_MANAGER, JobRole.RECRUITER, JobRole.COORDINATOR})
EVERY_JOB_ROLE = frozenset(JobRole)


class Action(StrEnum):
    """What can be allowed. The value is stable; the API and the tests name it."""

    MANAGE_COMPANY = "company.manage"
    CREATE_JOB = "job.create"
    VIEW_JOB = "job.view"
    EDIT_JOB = "job.edit"
    SEE_INTERNAL_FIELDS = "job.internal_fields"
    ADD_CANDIDATE = "candidate.add"
    EDIT_CANDIDATE = "candidate.edit"
    MOVE_APPLICATION = "application.move"
    WRITE_NOTE = "note.write"
    READ_FULL_ACCESS_NOTES = "note.read_full_access"
    SEND_REQUEST = "request.send"
    WATCH_RESULT = "request.watch"


@dataclass(frozen=True)
class Rule:
    """The roles that allow one action."""

    company_roles: frozenset[CompanyRole]
    job_roles: frozenset[JobRole] = frozenset()


_ADMINISTRATOR = frozenset({CompanyRole.ADMINISTRATOR})
_WHOLE_COMPANY = frozenset({CompanyRole.ADMINISTRATOR, CompanyRole.STAFFING})

PERMISSIONS: Mapping[Action, Rule] = {
    Action.MANAGE_COMPANY: Rule(_ADMINISTRATOR),
    Action.CREATE_JOB: Rule(_WHOLE_COMPANY),
    Action.VIEW_JOB: Rule(_WHOLE_COMPANY, EVERY_JOB_ROLE),
    Action.EDIT_JOB: Rule(_WHOLE_COMPANY, FULL_ACCESS),
    Action.SEE_INTERNAL_FIELDS: Rule(_WHOLE_COMPANY, FULL_ACCESS),
    Action.ADD_CANDIDATE: Rule(_WHOLE_COMPANY, FULL_ACCESS),
    Action.EDIT_CANDIDATE: Rule(_WHOLE_COMPANY, FULL_ACCESS),
    Action.MOVE_APPLICATION: Rule(_WHOLE_COMPANY, FULL_ACCESS),
    Action.WRITE_NOTE: Rule(_WHOLE_COMPANY, FULL_ACCESS | {JobRole.INTERVIEWER}),
    Action.READ_FULL_ACCESS_NOTES: Rule(_WHOLE_COMPANY, FULL_ACCESS),
    Action.SEND_REQUEST: Rule(_WHOLE_COMPANY, FULL_ACCESS),
    Action.WATCH_RESULT: Rule(_WHOLE_COMPANY, EVERY_JOB_ROLE),
}


def allows_all_of_a_job(company_role: str) -> bool:
    """Return whether no job role could allow a member with this company role anything more."""
    return all(company_role in rule.company_roles for rule in PERMISSIONS.values() if rule.job_roles)


def allows(action: Action, *, company_role: str, job_roles: Collection[str] = ()) -> bool:
    """Return whether a member with this company role and these roles on the job may do `action`."""
    rule = PERMISSIONS[action]
    return company_role in rule.company_roles or any(role in rule.job_roles for role in job_roles)
