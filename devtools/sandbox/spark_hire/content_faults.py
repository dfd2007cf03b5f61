"""Faults that concern what the fake Spark Hire's answers hold; those that concern the wire are the host's."""

from typing import Any

from devtools.sandbox.host.faults import FaultKind
from devtools.sandbox.host.http import Request

KINDS = (
    FaultKind("gone_410", "Answer 410 instead of an expired interview.", times=-1),
    FaultKind("unknown_status", "Show interviews with a status nobody has heard of.", {"status": "under_moderation"}),
    FaultKind("extra_fields", "Put fields nobody has heard of into every object."),
    FaultKind("missing_names", "Leave out the names in assigned_to and created_by."),
    FaultKind("missing_location", "Leave the location out of jobs."),
)


def corrupt(request: Request, value: Any) -> Any:
    """Corrupt an answer as ordered; a fault is used up once per answer, however many objects it holds."""
    objects = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]
    interviews = [each for each in objects if "assigned_to" in each]
    jobs = [each.get("job_post", each) for each in objects if "job_post" in each or "location" in each]
    if interviews and (fault := request.take_fault("unknown_status")):
        for each in interviews:
            each["status"] = fault.text("status")
    if objects and request.take_fault("extra_fields"):
        for each in objects:
            each["moderation"] = {"state": "none", "scores": [1, 2, 3]}
            each["x_internal_flags"] = ["alpha", None, 7]
    if interviews and request.take_fault("missing_names"):
        for each in interviews:
            for person in (each["assigned_to"], each["created_by"]):
                person.pop("name", None)
    if jobs and request.take_fault("missing_location"):
        for each in jobs:
            each.pop("location", None)
    return value
