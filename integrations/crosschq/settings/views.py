"""Company Settings › Integrations › Reference Checks: how the company is connected, card by card."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render

from integrations import credentials, installations, live
from integrations.crosschq import SLUG, VENDOR
from integrations.crosschq.flow import FLOW
from integrations.crosschq.forms import KeyForm, OptionsForm, PrivacyForm, RequestsForm, WebhookForm
from integrations.crosschq.models import Connection
from integrations.crosschq.prospects.card import card_of
from integrations.crosschq.settings import connection
from integrations.crosschq.settings import page as settings_page
from integrations.models import Credential
from integrations.requests import selectors
from recruiting.companies.models import Company, Membership
from recruiting.foundation.errors import Conflict, InvalidInput
from recruiting.foundation.vendor_errors import VendorError
from recruiting.jobs.models import JobField
from recruiting.outbox.models import OutboxMessage
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page

MEMBERS_SHOWN = 500


@page("GET", role=ADMINISTRATOR)
def overview(request: MemberRequest) -> HttpResponse:
    """Show the checklist and the cards."""
    if not installations.is_enabled(request.company, SLUG):
        badge, sentence = settings_page.state(request.company)
        return render(request, "crosschq/settings_unavailable.html", {"badge": badge, "sentence": sentence})
    return _overview(request, of_company(request))


@page("GET", "POST", role=ADMINISTRATOR, sensitive=True)
def save_key(request: MemberRequest) -> HttpResponse:
    """Check the pasted partner key and save it; a refused one leaves the old one in use."""
    if request.method != "POST":
        # Without script this address stays after a refused key, and links to cards start from it.
        return responses.see_other(request, "crosschq:settings")
    found = of_company(request)
    form = KeyForm(request.POST)
    if form.is_valid():
        try:
            result = credentials.save_company_key(
                installation=found.installation, secret=form.cleaned_data["secret"], by=request.membership
            )
        except InvalidInput as error:
            form.add_error("secret", error.fields.get("secret", error.message))
        except Conflict as error:
            form.add_error("secret", error.message)
        else:
            connection.stay_connected(found.installation)
            level = messages.SUCCESS if result.accepted else messages.WARNING
            return responses.saved(request, result.sentence, "crosschq:settings", focus="key-title", level=level)
    return _overview(request, found, key=form, status=422)


@page("POST", role=ADMINISTRATOR)
def save_webhook(request: MemberRequest) -> HttpResponse:
    """Save which method Crosschq uses to prove itself."""
    found = of_company(request)
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return _overview(request, found, webhook=form, status=422)
    connection.configure(connection=found, by=request.membership, webhook_auth=form.cleaned_data["webhook_auth"])
    return responses.saved(request, "Saved. Choose the same in Crosschq.", "crosschq:settings", focus="save-webhook")


@page("GET", "POST", role=ADMINISTRATOR)
def renew_secret(request: MemberRequest) -> HttpResponse:
    """Ask once, then make a new webhook secret."""
    found = of_company(request)
    if request.method != "POST":
        return render(request, "crosschq/renew_secret.html")
    connection.renew_webhook_secret(connection=found, by=request.membership)
    sentence = "There is a new secret. Paste it into Crosschq's webhook settings."
    return responses.saved(request, sentence, "crosschq:settings", focus="webhook-title")


@page("POST", role=ADMINISTRATOR)
def save_options(request: MemberRequest) -> HttpResponse:
    """Save how requests are made."""
    found = of_company(request)
    form = _options(found, request.POST)
    if form.is_valid():
        try:
            connection.configure(connection=found, by=request.membership, **form.chosen())
        except InvalidInput as error:
            for name, sentence in error.fields.items():
                form.add_error(name if name in form.fields else None, sentence)
        else:
            return responses.saved(request, "Saved.", "crosschq:settings", focus="save-options")
    return _overview(request, found, options=form, status=422)


@page("POST", role=ADMINISTRATOR)
def switch(request: MemberRequest) -> HttpResponse:
    """Save *Make Candidate Requests*; switching off asks once."""
    found = of_company(request)
    form = RequestsForm(request.POST)
    form.is_valid()
    on = form.cleaned_data["is_on"]
    if found.installation.is_on and not on and "confirmed" not in request.POST:
        return render(
            request, "crosschq/settings_off.html", {"open_count": selectors.open_count(FLOW, request.company)}
        )
    installations.switch(installation=found.installation, on=on, by=request.membership)
    if on:
        connection.stay_connected(found.installation)
    return responses.saved(request, "Saved.", "crosschq:settings", focus="save-requests")


@page("GET", "POST", role=ADMINISTRATOR)
def privacy(request: MemberRequest) -> HttpResponse:
    """Save whether references are kept; no longer keeping them forgets those that are here, and asks once."""
    if request.method != "POST":
        return responses.see_other(request, "crosschq:settings")
    found = of_company(request)
    form = PrivacyForm(request.POST)
    form.is_valid()
    keeps = form.cleaned_data["keeps_references"]
    if found.keeps_references and not keeps and "confirmed" not in request.POST:
        return render(request, "crosschq/settings_forget.html", {})
    connection.configure(connection=found, by=request.membership, keeps_references=keeps)
    return responses.saved(request, "Saved.", "crosschq:settings", focus="save-privacy")


@page("POST", role=ADMINISTRATOR)
def test_connection(request: MemberRequest) -> HttpResponse:
    """Ask Crosschq with the stored key, and say how long it took."""
    found = of_company(request)
    try:
        sentence = live.read(
            f"crosschq.test:{found.pk}", lambda: connection.test(found), vendor=VENDOR, credential=None, fresh=True
        )
    except VendorError as error:
        return responses.saved(request, str(error), "crosschq:settings", focus="test-connection", level=messages.ERROR)
    return responses.saved(request, sentence, "crosschq:settings", focus="test-connection")


@page("GET", "POST", role=ADMINISTRATOR)
def disconnect(request: MemberRequest) -> HttpResponse:
    """Ask once, then switch everything off and forget the key."""
    found = of_company(request)
    if request.method != "POST":
        return render(request, "crosschq/disconnect.html", {"open_count": selectors.open_count(FLOW, request.company)})
    connection.disconnect(connection=found, by=request.membership)
    return responses.saved(request, "Crosschq is disconnected.", "crosschq:settings", focus="key-title")


@page("GET", role=ADMINISTRATOR)
def jobs_without_tag(request: MemberRequest) -> HttpResponse:
    """List the open jobs of which no template is known."""
    of_company(request)
    return render(request, "crosschq/jobs_without_tag.html", {"rows": settings_page.without_template(request.company)})


# ── Pieces, also for the pages of templates ──────────────────────────────────────────────────────────────────────────
def of_company(request: MemberRequest) -> Connection:
    """Return the company's connection. Raises Http404 where Reference Checks are not enabled."""
    if not installations.is_enabled(request.company, SLUG):
        raise Http404
    return connection.connection_of(request.company)


def _overview(
    request: MemberRequest,
    found: Connection,
    *,
    key: KeyForm | None = None,
    webhook: WebhookForm | None = None,
    options: OptionsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    badge, sentence = settings_page.state(request.company)
    installation, credential = found.installation, connection.key_of(found)
    waiting = OutboxMessage.objects.filter(channel=installation.channel, state__in=OutboxMessage.OPEN)
    shown = {
        "badge": badge,
        "sentence": sentence,
        "connection": found,
        "installation": installation,
        "steps": settings_page.setup(found),
        "credential": credential,
        "key_open": key is not None or _asks_for_key(request, credential),
        "key": key or KeyForm(),
        "webhook": webhook or WebhookForm(initial={"webhook_auth": found.webhook_auth}),
        "webhook_url": installations.webhook_url(installation),
        "options": options or _options(found, None),
        "requests": RequestsForm(initial={"is_on": installation.is_on}),
        "privacy": PrivacyForm(initial={"keeps_references": found.keeps_references}),
        "waiting": waiting[:1000].count(),
        "forgets_key": connection.forgets_key(installation),
        "prospects": card_of(installation),
    }
    return render(request, "crosschq/settings.html", shown, status=status)


def _asks_for_key(request: MemberRequest, credential: Credential | None) -> bool:
    return credential is None or "replace" in request.GET or credential.state == Credential.State.REFUSED


def _options(found: Connection, data: Any) -> OptionsForm:
    return OptionsForm(
        data,
        initial=OptionsForm.shown(found),
        members=_members(found.company, found.default_requestor),
        job_fields=list(
            JobField.objects.for_company(found.company)
            .filter(is_active=True, kind__in=[JobField.Kind.TEXT, JobField.Kind.SELECT])
            .order_by("name")
        ),
    )


def _members(company: Company, chosen: Membership | None) -> list[Membership]:
    """Return who may be the default requestor by name; the chosen one is always among them."""
    everyone = Membership.objects.for_company(company).active().select_related("user")
    found = list(everyone.order_by("user__first_name", "user__last_name", "id")[:MEMBERS_SHOWN])
    return found if chosen is None or chosen in found else [chosen, *found]
