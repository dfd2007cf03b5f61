"""Company Settings › Integrations › Reference Checks: its cards, its state in words, its checklist."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from integrations import credentials, installations
from integrations.crosschq import SLUG, VENDOR
from integrations.crosschq.check_templates import tags
from integrations.crosschq.flow import FLOW
from integrations.crosschq.models import Connection, Template
from integrations.crosschq.prospects.card import card_of
from integrations.crosschq.services import SendCheck
from integrations.crosschq.settings import connection
from integrations.crosschq.settings.forms import OptionsForm, PrivacyForm, WebhookForm
from integrations.models import Installation
from integrations.requests import disconnecting
from integrations.settings_pages import states
from integrations.settings_pages.states import ON, SetupStep, State
from integrations.settings_pages.views import CompanyKeyPages
from recruiting.companies.models import Company
from recruiting.extensions import SettingsPage
from recruiting.foundation import formatting
from recruiting.jobs.models import Stage, StageAutomation
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page

KEY = "partner key"
SWITCH = "Make Candidate Requests"
FORGETS = (
    "Disconnected. The key is kept until the last request is over, so that its report still arrives, and is then "
    "forgotten."
)
SWITCHED_OFF = f"{SWITCH} is off: moving candidates sends nothing. Requests already sent run on."


class ReferenceChecksPages(CompanyKeyPages):
    """The checklist and the cards."""

    slug = SLUG
    namespace = templates = "crosschq"
    flow = FLOW
    label = "Reference Checks"
    sentence = "Ask references through Crosschq when a candidate enters a step, and read the report here."
    weight = 60
    switch_label = SWITCH
    switch_at = "requests"
    switch_focus = "save-requests"
    key_label = KEY.capitalize()
    no_key = f"There is no {KEY} yet."

    def state(self, company: Company) -> State:
        """Return how the company's connection stands: a badge and one sentence."""
        if unavailable := states.not_enabled(company, SLUG, "Once your company has a Crosschq account"):
            return unavailable
        found = connection.find(company)
        installation = found.installation if found else None
        if hindered := states.of_company_key(installation, vendor=VENDOR, key=KEY, off=SWITCHED_OFF):
            return hindered
        assert found is not None
        # That some jobs have no tag is said on their own pages; the connection works without.
        todo = states.next_step(setup(found)[:-1])
        return todo or (ON, "Moving a candidate to the Crosschq step sends a reference check.")

    def connected(self, company: Company) -> Connection:
        """Return the company's connection, made when there is none. Raises Http404 where it is not enabled."""
        if not installations.is_enabled(company, SLUG):
            raise Http404
        return connection.connection_of(company)

    def installation(self, company: Company) -> Installation:
        """Return the framework's part of the connection."""
        return self.connected(company).installation

    def renewed(self, installation: Installation) -> None:
        """Keep the key of a company that had disconnected."""
        disconnecting.stay_connected(installation)

    def context(self, request: MemberRequest, installation: Installation) -> Mapping[str, Any]:
        """Return the checklist and what the cards show."""
        found = installation.crosschq
        return {
            **super().context(request, installation),
            "connection": found,
            "steps": setup(found),
            "webhook": WebhookForm(initial={"webhook_auth": found.webhook_auth}),
            "options": OptionsForm(connection=found),
            "privacy": PrivacyForm(initial={"keeps_references": found.keeps_references}),
            "forgets_key": disconnecting.forgets_key(installation),
            "note": FORGETS if disconnecting.forgets_key(installation) else "",
            "prospects": card_of(installation),
        }

    # ── Views ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def paths(self, under: str) -> list[URLPattern]:
        """Return the addresses, those of our own cards among them."""
        administrators = partial(page, role=ADMINISTRATOR)
        renew = self.confirm(
            "crosschq/renew_secret.html",
            lambda company, by: connection.renew_webhook_secret(connection=self.connected(company), by=by),
            "There is a new secret. Paste it into Crosschq's webhook settings.",
            focus="webhook-title",
        )
        disconnect = self.confirm(
            "crosschq/disconnect.html",
            lambda company, by: connection.disconnect(connection=self.connected(company), by=by),
            "Crosschq is disconnected.",
            context=self.open_count,
            focus="key-title",
        )
        return [
            *super().paths(under),
            path(f"{under}/webhook/", administrators("POST")(self.save_webhook), name="save-webhook"),
            path(f"{under}/webhook/secret/", renew, name="renew-secret"),
            path(f"{under}/options/", administrators("POST")(self.save_options), name="save-options"),
            path(f"{under}/privacy/", administrators("GET", "POST")(self.privacy), name="privacy"),
            path(f"{under}/disconnect/", disconnect, name="disconnect"),
            path(f"{under}/jobs/", administrators("GET")(self.jobs_without_tag), name="jobs-without-tag"),
        ]

    def save_webhook(self, request: MemberRequest) -> HttpResponse:
        """Save which method Crosschq uses to prove itself."""
        form = WebhookForm(request.POST)
        return self._save(request, "webhook", form, lambda: form.cleaned_data, "Saved. Choose the same in Crosschq.")

    def save_options(self, request: MemberRequest) -> HttpResponse:
        """Save how requests are made."""
        form = OptionsForm(request.POST, connection=self.connected(request.company))
        return self._save(request, "options", form, form.chosen)

    def privacy(self, request: MemberRequest) -> HttpResponse:
        """Save whether references are kept; no longer keeping them forgets those that are here, and asks once."""
        if request.method != "POST":
            return responses.see_other(request, self.url)
        found, form = self.connected(request.company), PrivacyForm(request.POST)
        form.is_valid()
        if found.keeps_references and not form.cleaned_data["keeps_references"] and "confirmed" not in request.POST:
            return render(request, "crosschq/settings_forget.html", {})
        return self._save(request, "privacy", form, lambda: form.cleaned_data)

    def jobs_without_tag(self, request: MemberRequest) -> HttpResponse:
        """List the open jobs of which no template is known, by title."""
        self.connected(request.company)
        rows = [tag for tag in tags.of_open_jobs(request.company) if tag.template is None]
        return render(request, "crosschq/jobs_without_tag.html", {"rows": rows})

    def _save(
        self, request: MemberRequest, card: str, form: forms.Form, chosen: Callable[[], Any], said: str = "Saved."
    ) -> HttpResponse:
        """Save the form of a card, or show what is wrong with it."""
        found = self.connected(request.company)
        shown: dict[str, Any] = {card: form}

        def save() -> HttpResponse:
            connection.configure(connection=found, by=request.membership, **chosen())
            return self.saved(request, said, focus=f"save-{card}")

        return responses.respond_to_form(request, form, save, partial(self.draw, request, **shown))


PAGES = ReferenceChecksPages()
TEMPLATES = SettingsPage(
    slug="reference-check-templates",
    label="Templates",
    url_name="crosschq:templates",
    sentence="What Crosschq asks, and of whom.",
    state=PAGES.state,
    weight=61,
    is_card=False,
)


# ── The checklist ────────────────────────────────────────────────────────────────────────────────────────────────────
def setup(found: Connection) -> list[SetupStep]:
    """Return the checklist in the order of the user story."""
    company, at = found.company, PAGES.url
    return [
        states.key_step(credentials.of_company(found.installation), vendor=VENDOR, key=KEY, page=at),
        states.switch_step(found.installation, label=SWITCH, page=f"{at}#requests"),
        _job_field(company, at),
        _step(company),
        _templates(company),
        _tagged(company),
    ]


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
    has = formatting.plural(processes, "hiring process has", "hiring processes have")
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
    return SetupStep(
        formatting.plural(count, "template", "templates"), True, "Templates", reverse("crosschq:templates")
    )


def _tagged(company: Company) -> SetupStep:
    jobs = tags.of_open_jobs(company)
    known = sum(tag.template is not None for tag in jobs)
    if not jobs:
        return SetupStep("No job is open.", True)
    of = f"{formatting.number(known)} of {formatting.plural(len(jobs), 'open job has', 'open jobs have')} a tag"
    if known == len(jobs):
        return SetupStep(of, True)
    return SetupStep(
        of, False, f"Show the {formatting.number(len(jobs) - known)}", reverse("crosschq:jobs-without-tag")
    )
