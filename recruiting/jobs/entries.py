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
