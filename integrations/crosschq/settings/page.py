"""Company Settings › Integrations › Reference Checks: its card in the list, its state in words, its checklist."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from integrations import installations
from integrations.crosschq import SLUG, VENDOR
from integrations.crosschq.check_templates import tags
from integrations.crosschq.check_templates.tags import JobTag
from integrations.crosschq.models import Connection, Template
from integrations.crosschq.services import SendCheck
from integrations.crosschq.settings import connection
from integrations.models import Credential
from recruiting.companies.models import Company
from recruiting.extensions import Badge, SettingsPage
from recruiting.foundation import clock, wording
from recruiting.jobs.models import Stage, StageAutomation

ON = Badge("On", "plug-connected", "success")
SETUP = Badge("Setup not finished", "tool", "info")
OFF = Badge("Off", "plug-x", "neutral")
ON_REQUEST = Badge("Available on request", "lock", "neutral")
PAUSED = Badge("Paused", "player-pause", "warning")
ATTENTION = Badge("Needs attention", "alert-triangle", "danger")


@dataclass(frozen=True)
class SetupStep:
    """One line of the checklist: what it is about, whether it is done, and the way to do it."""

    sentence: str
    is_done: bool
    action: str = ""
    url: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    """Of a form that is posted to `url`; empty for a link."""


def state(company: Any) -> tuple[Badge, str]:
    """Return how the company's connection stands: a badge and one sentence."""
    if not installations.is_enabled(company, SLUG):
        return ON_REQUEST, (
            "Once your company has a Crosschq account, reach out to the Recruiting Support Team to have it enabled."
        )
    found = connection.find(company)
    key = connection.key_of(found) if found else None
    if found is None or key is None:
        return OFF, "Next: paste the partner key."
    installation = found.installation
    if installation.needs_attention:
        return ATTENTION, installation.needs_attention
    if key.state == Credential.State.UNCHECKED:
        return SETUP, "Crosschq has not been asked about the partner key yet; that happens within 10 minutes."
    if not installation.is_on:
        return OFF, "Make Candidate Requests is off: moving candidates sends nothing. Requests already sent run on."
    if installation.is_paused(clock.machine_now()):
        return PAUSED, "Sending is paused for a while; requests are kept and go out afterwards."
    # That some jobs have no tag is said on their own pages; the connection works without.
    missing = next((step for step in setup(found)[:-1] if not step.is_done), None)
    if missing is not None:
        return SETUP, f"Next: {missing.sentence[0].lower()}{missing.sentence[1:]}"
    return ON, "Moving a candidate to the Crosschq step sends a reference check."


def setup(found: Connection, *, back_to: str = "") -> list[SetupStep]:
    """Return the checklist in the order of the story; `back_to` is where what creates something returns to."""
    company = found.company
    page = reverse("crosschq:settings")
    return [
        _connected(found, page),
        _requests(found, page),
        _job_field(company, back_to or page),
        _step(company),
        _templates(company),
        _tagged(company),
    ]


def without_template(company: Company) -> list[JobTag]:
    """Return the open jobs of which no template is known, by title."""
    return [tag for tag in tags.of_open_jobs(company) if tag.template is None]


def _connected(found: Connection, page: str) -> SetupStep:
    key = connection.key_of(found)
    if key is None:
        return SetupStep("Connect with the partner key of your Crosschq account.", False, "Connect", f"{page}#key")
    if key.state == Credential.State.REFUSED:
        return SetupStep("Replace the partner key: Crosschq no longer accepts it.", False, "Replace", f"{page}#key")
    return SetupStep("Connected to Crosschq.", True)


def _requests(found: Connection, page: str) -> SetupStep:
    if found.installation.is_on:
        return SetupStep("Make Candidate Requests is on.", True)
    return SetupStep("Turn on Make Candidate Requests.", False, "Turn on", f"{page}#requests")


def _job_field(company: Company, back_to: str) -> SetupStep:
    field = tags.field_of(company)
    if field is not None:
        return SetupStep(f"The job field “{field.name}” carries the tag.", True)
    return SetupStep(
        sentence=f"Create the job field “{tags.FIELD_NAME}”: it says which template a job uses.",
        is_done=False,
        action="Create it for me",
        url=reverse("jobs:create-suggested-field"),
        fields=(("name", tags.FIELD_NAME), ("next", back_to)),
    )


def _step(company: Company) -> SetupStep:
    automations = StageAutomation.objects.for_company(company).filter(action=SendCheck.key)
    processes = automations.values("stage__process").distinct().count()
    page = reverse("jobs:processes")
    if not processes:
        return _unconnected(company) or SetupStep(
            "Add a step “Crosschq” to a hiring process, and let it start a Crosschq request.",
            False,
            "Open Hiring Process",
            page,
        )
    has = wording.plural(processes, "hiring process has", "hiring processes have")
    return SetupStep(f"{has} a step that starts a Crosschq request.", True, "Open Hiring Process", page)


def _unconnected(company: Company) -> SetupStep | None:
    """Return that a step of our name starts nothing yet, where there is one."""
    named = Stage.objects.for_company(company).filter(name_key=VENDOR).select_related("process")
    step = named.order_by("-process__is_default", "id").first()
    if step is None:
        return None
    sentence = f"Connect the step “{step}” of {step.process}: so far it starts nothing."
    return SetupStep(sentence, False, "Edit steps", reverse("applications:process-edit", args=[step.process_id]))


def _templates(company: Company) -> SetupStep:
    count = Template.objects.for_company(company).count()
    if not count:
        sentence = "Create a template: it says what Crosschq asks, and of whom."
        return SetupStep(sentence, False, "Create New Template", reverse("crosschq:template-create"))
    return SetupStep(wording.plural(count, "template", "templates"), True, "Templates", reverse("crosschq:templates"))


def _tagged(company: Company) -> SetupStep:
    jobs = tags.of_open_jobs(company)
    known = sum(tag.template is not None for tag in jobs)
    if not jobs:
        return SetupStep("No job is open.", True)
    of = f"{wording.number(known)} of {wording.plural(len(jobs), 'open job has', 'open jobs have')} a tag"
    if known == len(jobs):
        return SetupStep(of, True)
    return SetupStep(of, False, f"Show the {wording.number(len(jobs) - known)}", reverse("crosschq:jobs-without-tag"))


PAGE = SettingsPage(
    slug=SLUG,
    label="Reference Checks",
    url_name="crosschq:settings",
    sentence="Ask references through Crosschq when a candidate enters a step, and read the report here.",
    state=state,
    weight=60,
)
TEMPLATES = SettingsPage(
    slug="reference-check-templates",
    label="Templates",
    url_name="crosschq:templates",
    sentence="What Crosschq asks, and of whom.",
    state=state,
    weight=61,
    is_card=False,
)
