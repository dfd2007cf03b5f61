"""How pages speak of the fields of jobs and of people, and where those pages are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from recruiting.candidates.models import CandidateField
from recruiting.company_fields.models import Field
from recruiting.foundation import formatting
from recruiting.foundation.permissions import Action
from recruiting.jobs.models import JobField


@dataclass(frozen=True)
class FieldPages:
    """The words of one class of fields; those that are not named here are the same for all."""

    fields: type[Field]
    space: str
    """The namespace of the addresses."""
    fill_in: Action
    """What somebody has to be allowed, on any job, to be asked for values."""
    title: str
    lead: str
    """What the list is of."""
    form: str
    """Whose order it is."""
    one: str
    many: str
    none: str
    """What a value is of: one, several, nothing at all."""
    its: str
    that: str
    """Pronouns of these."""
    unused: str
    """What happens when a field that nothing uses is deactivated."""
    example: str
    shown: tuple[str, str]
    """What becoming Public does to one value, and to several, whose number stands for {}."""
    required: str
    """What it means that a field is required."""
    public: str
    """Who reads a Public one."""
    internal: str
    """What the hint of an Internal one says."""
    groups: Mapping[str, str]
    """The headings of a form, by `Field.group`."""
    categories: Sequence[Any] = field(default=())

    @property
    def called(self) -> str:
        """The name of several in a sentence."""
        return self.title.lower()

    def shows(self, uses: int) -> str:
        """Return what becoming Public does to this many values."""
        return self.shown[0] if uses == 1 else self.shown[1].format(formatting.number(uses))

    def url(self, name: str, *args: object) -> str:
        """Return one of the addresses."""
        return reverse(f"{self.space}:{name}", args=args)


JOBS = FieldPages(
    fields=JobField,
    space="jobs",
    fill_in=Action.EDIT_JOB,
    title="Job Fields",
    lead="Facts that the company keeps about its jobs.",
    form="the job's form",
    one="job",
    many="jobs",
    none="No job",
    its="its",
    that="that",
    unused="The field leaves the job's form.",
    example="Create one to keep facts such as a cost center on each job.",
    shown=("This shows 1 job's value to everyone.", "This shows {} jobs' values to everyone."),
    required="Whoever creates or edits a job has to give a value. Jobs that have none stay as they are.",
    public="Public: shown on the careers page",
    internal="Internal: never public.",
    groups={JobField.Category.JOB: "Job fields", JobField.Category.ORGANIZATION: "Organization"},
    categories=JobField.Category.choices,
)
CANDIDATES = FieldPages(
    fields=CandidateField,
    space="candidates",
    fill_in=Action.EDIT_CANDIDATE,
    title="Candidate Fields",
    lead="Facts that the company keeps about people.",
    form="the record",
    one="person",
    many="people",
    none="Nobody",
    its="their",
    that="who",
    unused="The field leaves the record.",
    example="Create one to keep facts such as a notice period of each person.",
    shown=(
        "This shows 1 person's value to everyone who sees them.",
        "This shows {} people's values to everyone who sees them.",
    ),
    required="Whoever edits the details of a person has to give a value. Nobody who applies is asked for it.",
    public="Public: everyone who sees the person; never on careers pages",
    internal="Internal: people with full access only.",
    groups={CandidateField.about: "Candidate fields"},
)
