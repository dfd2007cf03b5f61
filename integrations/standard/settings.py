"""Company Settings › Integrations: the page of a vendor of the usual kind, with a card per connection."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse

from integrations import credentials, installations
from integrations.base import Integration
from integrations.forms import KeyForm
from integrations.models import Installation
from integrations.requests import selectors
from integrations.settings_pages import states
from integrations.settings_pages.states import ATTENTION, OFF, ON, ON_REQUEST, PAUSED, SETUP, State
from integrations.settings_pages.views import test
from integrations.standard import services
from recruiting.companies.models import Company
from recruiting.extensions import SettingsPage
from recruiting.foundation import memo
from recruiting.foundation.errors import Conflict, InvalidInput
from recruiting.foundation.fields import LineField
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page

_respond = partial(responses.respond_to_form, conflict=NON_FIELD_ERRORS, conflict_status=422)


class ConnectionForm(KeyForm):
    """How a connection is called, where the vendor answers, and the key, which is never read back."""

    label = LineField(label="Name", max_length=60, help_text="As your team calls it, such as “HackerRank”.")
    base_url = LineField(
        label="Base address", max_length=300, help_text="Where the vendor's API begins: https://…, from its support."
    )
    field_order = ("label", "base_url", "secret")

    def __init__(self, *args: Any, integration: Integration, has_key: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, label="API key", one_of=(), **kwargs)
        if not integration.allows_several:
            del self.fields["label"]
        if not integration.needs_base_url:
            del self.fields["base_url"]
        secret = self.fields["secret"]
        secret.required, secret.error_messages["required"] = not has_key, "Paste the API key."
        secret.help_text = "Leave it empty to keep the key that is there." if has_key else ""


class StandardSettings:
    """The settings page of one vendor."""

    def __init__(self, flow: services.Flow, *, label: str, sentence: str) -> None:
        self.flow, self.label, self.sentence = flow, label, sentence

    def page(self, weight: int) -> SettingsPage:
        """Return its entry in the list of integrations."""
        url_name = f"{self.flow.namespace}:settings"
        return SettingsPage(self.flow.slug, self.label, url_name, self.sentence, state=self.state, weight=weight)

    def urls(self) -> list[URLPattern]:
        """Return its addresses."""
        under = f"settings/integrations/{self.flow.slug}"
        administrators, one = partial(page, role=ADMINISTRATOR), f"{under}/<uuid:installation_id>"
        return [
            path(f"{under}/", administrators("GET")(self.draw), name="settings"),
            path(f"{under}/add/", administrators("POST", sensitive=True)(self.add), name="add"),
            path(f"{one}/save/", administrators("POST", sensitive=True)(self.save), name="save"),
            path(f"{one}/switch/", administrators("POST")(self.switch), name="switch"),
            path(f"{one}/remove/", administrators("GET", "POST")(self.remove), name="remove"),
            path(f"{one}/test/", administrators("POST")(self.test), name="test"),
        ]

    # ── State ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def state(self, company: Company) -> State:
        """Return how the company's connections stand: a badge and one sentence, the worst one's."""
        if not installations.is_enabled(company, self.flow.slug):
            return ON_REQUEST, "Reach out to the Recruiting Support Team to have it enabled."
        found = [self.state_of(installation) for installation in installations.all_of(company, self.flow.slug)]
        order = (ATTENTION, SETUP, PAUSED, ON, OFF)
        return min(found, key=lambda one: order.index(one[0]), default=(OFF, "Next: connect it with an API key."))

    def state_of(self, installation: Installation) -> State:
        """Return how one connection stands."""
        vendor, off = installation.name, "Nothing new is sent. Requests already sent run on."
        keeps = states.of_company_key(installation, vendor=vendor, key="API key", off=off)
        return keeps or (ON, f"Hiring teams can send {self.flow.noun}s of {vendor}.")

    # ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def add(self, request: MemberRequest) -> HttpResponse:
        """Make a connection and check its key; one whose key is refused is not made."""
        self._enabled(request)
        integration = self.flow.integration
        form = ConnectionForm(request.POST, integration=integration, prefix="new")

        def save() -> HttpResponse:
            label = form.cleaned_data.get("label", "")
            made = installations.add(integration=integration, label=label, by=request.membership)
            try:
                return self._save(request, made, form)
            except (InvalidInput, Conflict):
                installations.remove(installation=made, by=request.membership)
                raise

        return _respond(request, form, save, partial(self.draw, request, new=form))

    def save(self, request: MemberRequest, installation_id: UUID) -> HttpResponse:
        """Save a connection; what the vendor refuses leaves the old key in use."""
        installation = self._find(request, installation_id)
        form = self._form(installation, request.POST)
        save = partial(self._save, request, installation, form)
        return _respond(request, form, save, partial(self.draw, request, changed=(installation, form)))

    def _save(self, request: MemberRequest, installation: Installation, form: ConnectionForm) -> HttpResponse:
        given, by = form.cleaned_data, request.membership
        label = given.get("label")
        beside = {"base_url": given["base_url"]} if "base_url" in given else {}
        if given["secret"] or credentials.of_company(installation) is None:
            result = credentials.save_company_key(
                installation=installation, secret=given["secret"], by=by, beside=beside, label=label
            )
            level = messages.SUCCESS if result.accepted else messages.WARNING
            return self._saved(request, result.sentence, level=level)
        installations.configure(installation=installation, by=by, label=label, **beside)
        return self._saved(request)

    def switch(self, request: MemberRequest, installation_id: UUID) -> HttpResponse:
        """Switch a connection on or off; switching off asks once."""
        installation, on = self._find(request, installation_id), "on" in request.POST
        if installation.is_on and not on and "confirmed" not in request.POST:
            rows = selectors.rows_of(self.flow).filter(installation=installation)
            shown = {"settings": self, "installation": installation, "open_count": rows.running().count()}
            return render(request, "standard/settings_off.html", shown)
        installations.switch(installation=installation, on=on, by=request.membership)
        return self._saved(request)

    def remove(self, request: MemberRequest, installation_id: UUID) -> HttpResponse:
        """Ask once, then remove a connection that nothing was sent over."""
        installation = self._find(request, installation_id)

        def remove() -> HttpResponse:
            installations.remove(installation=installation, by=request.membership)
            return self._saved(request, f"{installation.name} removed.")

        shown = {"settings": self, "installation": installation}
        return responses.respond_to_form(request, None, remove, "standard/remove.html", shown, conflict="error")

    def test(self, request: MemberRequest, installation_id: UUID) -> HttpResponse:
        """Ask the vendor with the stored key, and say how long it took."""
        installation = self._find(request, installation_id)
        key = credentials.of_company(installation)
        level, said = test(key, vendor=installation.name) if key else (messages.ERROR, "There is no key yet.")
        return self._saved(request, said, level=level)

    def _enabled(self, request: MemberRequest) -> None:
        if not installations.is_enabled(request.company, self.flow.slug):
            raise Http404

    def _find(self, request: MemberRequest, installation_id: UUID) -> Installation:
        self._enabled(request)
        rows = Installation.objects.for_company(request.company).filter(integration=self.flow.slug)
        return get_object_or_404(rows.select_related("company"), pk=installation_id)

    def _form(self, installation: Installation, data: Any = None) -> ConnectionForm:
        has_key = credentials.of_company(installation) is not None
        initial = {"label": installation.label, "base_url": installations.base_url(installation)}
        integration, prefix = self.flow.integration, str(installation.pk)
        how = {"initial": initial, "prefix": prefix, "auto_id": f"{prefix}_%s"}
        return ConnectionForm(data, integration=integration, has_key=has_key, **how)

    @property
    def url(self) -> str:
        """The page's address."""
        return reverse(f"{self.flow.namespace}:settings")

    def _saved(self, request: MemberRequest, sentence: str = "Saved.", **how: Any) -> HttpResponse:
        return responses.saved(request, sentence, self.url, **how)

    @memo.page()
    def draw(
        self,
        request: MemberRequest,
        /,
        *,
        new: ConnectionForm | None = None,
        changed: tuple[Installation, ConnectionForm] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Answer with a card per connection; `new` and `changed` are forms that were refused."""
        badge, sentence = self.state(request.company)
        enabled = installations.is_enabled(request.company, self.flow.slug)
        found = installations.all_of(request.company, self.flow.slug) if enabled else []
        rows = selectors.rows_of(self.flow).filter(installation__in=found).order_by()
        used = set(rows.values_list("installation", flat=True).distinct())
        integration = self.flow.integration
        cards = [
            {
                "installation": installation,
                "state": self.state_of(installation),
                "form": changed[1] if changed and changed[0] == installation else self._form(installation),
                "credential": credentials.of_company(installation),
                "webhook_url": installations.webhook_url(installation) if integration.shows_webhook_url else "",
                "webhook_key": installations.webhook_key(installation) if integration.shows_webhook_url else "",
                "key_id": f"key-{installation.pk}",
                "stays": installations.STAYS if installation.pk in used else "",
            }
            for installation in found
        ]
        may_add = enabled and (integration.allows_several or not found)
        shown = {
            "settings": self,
            "namespace": self.flow.namespace,
            "badge": badge,
            "sentence": sentence,
            "cards": cards,
            "new": (new or ConnectionForm(integration=integration, prefix="new")) if may_add else None,
        }
        return render(request, "standard/settings.html", shown, status=status)
