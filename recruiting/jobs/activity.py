"""What the newsfeed says about jobs."""

from dataclasses import dataclass

from newsfeed.activity import activity
from newsfeed.facts import fact


@dataclass(frozen=True)
class JobPayload:
    """A job by its title."""

    job: str


@dataclass(frozen=True)
class TeamPayload:
    """A member's new role on a job."""

    job: str
    member: str
    role: str


@dataclass(frozen=True)
class ProcessPayload:
    """A job and the process that it follows, by name."""

    job: str
    process: str


@dataclass(frozen=True)
class StagesPayload:
    """What was changed about the steps of a process, in words: "added the step Assessment"."""

    process: str
    change: str


JOB_OPENED = activity(
    "jobs.opened",
    JobPayload,
    icon="briefcase",
    sentence="{actor} opened this job.",
    fact=fact("job.opened", "A job was opened"),
)
JOB_CLOSED = activity(
    "jobs.closed",
    JobPayload,
    icon="briefcase",
    sentence="{actor} closed this job.",
    fact=fact("job.closed", "A job was closed"),
)
JOB_EDITED = activity("jobs.edited", JobPayload, icon="briefcase", sentence="{actor} edited this job.")
TEAM_JOINED = activity("jobs.team_joined", TeamPayload, icon="users-group", sentence="{actor} made {member} {role}.")
TEAM_LEFT = activity("jobs.team_left", TeamPayload, icon="users-group", sentence="{actor} removed {member} as {role}.")
PROCESS_CHOSEN = activity(
    "jobs.process_chosen", ProcessPayload, icon="route", sentence="{actor} chose the hiring process {process}."
)
STEPS_CHANGED = activity(
    "jobs.steps_changed", StagesPayload, icon="route", group="stages", sentence="{actor} {change}."
)
