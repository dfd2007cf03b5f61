"""What the newsfeed says about jobs."""

from dataclasses import dataclass

from newsfeed.entries import EntryType, register


@dataclass(frozen=True)
class JobFact:
    """A job by its title."""

    job: str


@dataclass(frozen=True)
class TeamFact:
    """A member's new role on a job."""

    job: str
    member: str
    role: str


@dataclass(frozen=True)
class ProcessFact:
    """A job and the process that it follows, by name."""

    job: str
    process: str


@dataclass(frozen=True)
class StepsFact:
    """What was changed about the steps of a process, in words: "added the step Assessment"."""

    process: str
    change: str


@register
class JobOpened(EntryType):
    """A job was created open, or opened again."""

    verb = "jobs.opened"
    icon = "briefcase"
    Payload = JobFact

    def sentence(self, payload: JobFact, *, actor: str) -> str:
        """Say who opened it."""
        return f"{actor} opened this job."


@register
class JobClosed(EntryType):
    """A job was closed."""

    verb = "jobs.closed"
    icon = "briefcase"
    Payload = JobFact

    def sentence(self, payload: JobFact, *, actor: str) -> str:
        """Say who closed it."""
        return f"{actor} closed this job."


@register
class JobEdited(EntryType):
    """A job's description changed."""

    verb = "jobs.edited"
    icon = "briefcase"
    Payload = JobFact

    def sentence(self, payload: JobFact, *, actor: str) -> str:
        """Say who edited it."""
        return f"{actor} edited this job."


@register
class TeamJoined(EntryType):
    """Somebody got a role on the job."""

    verb = "jobs.team_joined"
    icon = "users-group"
    Payload = TeamFact

    def sentence(self, payload: TeamFact, *, actor: str) -> str:
        """Say who made whom what."""
        return f"{actor} made {payload.member} {payload.role}."


@register
class TeamLeft(EntryType):
    """Somebody lost a role on the job."""

    verb = "jobs.team_left"
    icon = "users-group"
    Payload = TeamFact

    def sentence(self, payload: TeamFact, *, actor: str) -> str:
        """Say who took which role away."""
        return f"{actor} removed {payload.member} as {payload.role}."


@register
class ProcessChosen(EntryType):
    """A job follows another process."""

    verb = "jobs.process_chosen"
    icon = "route"
    Payload = ProcessFact

    def sentence(self, payload: ProcessFact, *, actor: str) -> str:
        """Say who chose which."""
        return f"{actor} chose the hiring process {payload.process}."


@register
class StepsChanged(EntryType):
    """The steps of the job's process changed."""

    verb = "jobs.steps_changed"
    icon = "route"
    group = "stages"
    Payload = StepsFact

    def sentence(self, payload: StepsFact, *, actor: str) -> str:
        """Say who changed what."""
        return f"{actor} {payload.change}."
