"""The settings page of a connection: its state in words, the switch, the test, and cards of the vendor's own."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from integrations import credentials, installations, keys, live, outbound, registry
from integrations.forms import KeyForm, SwitchForm
from integrations.models import Credential, Installation
from integrations.requests import selectors
from integrations.requests.flow import RequestFlow
from integrations.settings_pages.states import State
from recruiting.companies.models import Company, Membership
from recruiting.extensions import SettingsPage
from recruiting.foundation.vendor_errors import VendorError
from recruiting.outbox.models import OutboxMessage
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page

View = Callable[..., HttpResponse]


class ConnectionPages(ABC):
    """The page `<namespace>:settings` and what is posted from it.

    The vendor's folder of templates has `settings.html`, `settings_unavailable.html` and `settings_off.html` (which
    asks once before it is switched off, with `open_count`).
    """

    slug: ClassVar[str]
    """Of the integration."""
    namespace: ClassVar[str]
    """Of its addresses."""
    templates: ClassVar[str]
    """The folder of its templates."""
    flow: ClassVar[RequestFlow[Any]]
    label: ClassVar[str]
    """Of the page's card among the integrations; `sentence` stands on it."""
    sentence: ClassVar[str]
    weight: ClassVar[int] = 100
    switch_label: ClassVar[str]
    switch_at: ClassVar[str] = "switch"
    """The last part of the switch's address."""
    switch_focus: ClassVar[str] = ""
    """The id of what gets focus after switching."""
    no_key: ClassVar[str]
    """What a test says while there is no key to test with."""

    # ── The vendor's part ────────────────────────────────────────────────────────────────────────────────────────────
    @abstractmethod
    def state(self, company: Company) -> State:
        """Return how the company's connection stands: a badge and one sentence."""

    @abstractmethod
    def tested_key(self, installation: Installation) -> Credential | None:
        """Return the key with which the connection is tested."""

    def context(self, request: MemberRequest, installation: Installation) -> Mapping[str, Any]:
        """Return what the page shows besides state, switch and health."""
        return {}

    def renewed(self, installation: Installation) -> None:  # noqa: B027 (most have nothing to do)
        """Act on a connection that was switched on, or got another key."""

    # ── Pieces ───────────────────────────────────────────────────────────────────────────────────────────────────────
    @property
    def page(self) -> SettingsPage:
        """The card among the company's integrations."""
        return SettingsPage(
            self.slug, self.label, f"{self.namespace}:settings", self.sentence, state=self.state, weight=self.weight
        )

    @property
    def url(self) -> str:
        """The page's address."""
        return reverse(f"{self.namespace}:settings")

    def installation(self, company: Company) -> Installation:
        """Return the company's connection, made when there is none. Raises Http404 where it is not enabled."""
        integration = registry.get(self.slug)
        if integration is None or not integration.is_enabled_for(company):
            raise Http404
        return installations.find(company, self.slug) or installations.ensure(company, integration)

    def draw(self, request: MemberRequest, /, *, status: int = 200, **shown: Any) -> HttpResponse:
        """Answer with the page; `shown` goes before what `context` says, such as a form that was refused."""
        badge, sentence = self.state(request.company)
        context: dict[str, Any] = {"pages": self, "vendor": self.flow.vendor, "badge": badge, "sentence": sentence}
        if not installations.is_enabled(request.company, self.slug):
            return render(request, f"{self.templates}/settings_unavailable.html", context)
        installation = self.installation(request.company)
        waiting = OutboxMessage.objects.filter(channel=installation.channel, state__in=OutboxMessage.OPEN)
        context |= {
            "installation": installation,
            "switch": SwitchForm(label=self.switch_label, initial={"is_on": installation.is_on}),
            "waiting": waiting[:1000].count(),
            **self.context(request, installation),
        }
        return render(request, f"{self.templates}/settings.html", {**context, **shown}, status=status)

    def saved(self, request: MemberRequest, sentence: str = "Saved.", **how: Any) -> HttpResponse:
        """Say on the page what was done."""
        return responses.saved(request, sentence, self.url, **how)

    def confirm(
        self,
        template: str,
        service: Callable[[Company, Membership], object],
        said: str,
        *,
        context: Callable[[MemberRequest], Mapping[str, Any]] = lambda request: {},
        **how: Any,
    ) -> View:
        """Return a view that asks once (GET), then acts (POST).

        Args:
            template: the window that asks.
            service: what is done, for a company by a member.
            said: what the page then says; `how` as `saved`.
            context: what the window shows.
        """

        @page("GET", "POST", role=ADMINISTRATOR)
        def view(request: MemberRequest) -> HttpResponse:
            self.installation(request.company)
            if request.method != "POST":
                return render(request, template, dict(context(request)))
            service(request.company, request.membership)
            return self.saved(request, said, **how)

        return view

    def open_count(self, request: MemberRequest) -> Mapping[str, int]:
        """Return how many requests run, for a window that asks."""
        return {"open_count": selectors.open_count(self.flow, request.company)}

    # ── Views ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def paths(self, under: str) -> list[URLPattern]:
        """Return the addresses, for Administrators alone."""
        administrators = partial(page, role=ADMINISTRATOR)
        return [
            path(f"{under}/", administrators("GET")(self.draw), name="settings"),
            path(f"{under}/{self.switch_at}/", administrators("POST")(self.switch), name="switch"),
            path(f"{under}/test/", administrators("POST")(self.test), name="test"),
        ]

    def switch(self, request: MemberRequest) -> HttpResponse:
        """Save the switch; switching off asks once."""
        installation = self.installation(request.company)
        form = SwitchForm(request.POST, label=self.switch_label)
        form.is_valid()
        on = form.cleaned_data["is_on"]
        if installation.is_on and not on and "confirmed" not in request.POST:
            return render(request, f"{self.templates}/settings_off.html", dict(self.open_count(request)))
        installations.switch(installation=installation, on=on, by=request.membership)
        if on:
            self.renewed(installation)
        return self.saved(request, focus=self.switch_focus)

    def test(self, request: MemberRequest) -> HttpResponse:
        """Ask the vendor whose the key is, and say how long it took."""
        installation = self.installation(request.company)
        credential = self.tested_key(installation)
        level, said = messages.ERROR, self.no_key
        if credential is not None:
            level, said = test(credential, vendor=installation.name)
        return self.saved(request, said, focus="test-connection", level=level)


def test(credential: Credential, *, vendor: str) -> tuple[int, str]:
    """Ask the vendor whose a key is; return what to say, before it how good that is (a level of messages)."""
    asked = f"integrations.test:{credential.pk}"
    try:
        return messages.SUCCESS, live.cached_read(
            asked, lambda: _tested(credential, vendor), vendor=vendor, credential=None, fresh=True
        )
    except VendorError as error:
        return messages.ERROR, str(error)


class CompanyKeyPages(ConnectionPages):
    """The page of a vendor whose key is the company's own."""

    key_label: ClassVar[str]
    """Such as "Partner key"."""

    def tested_key(self, installation: Installation) -> Credential | None:
        """Return the company's key."""
        return credentials.of_company(installation)

    def key_form(self, data: QueryDict | None = None) -> KeyForm:
        """Return the form for the key; what else is in it are options that are tried beside the key."""
        return KeyForm(data, label=self.key_label)

    def context(self, request: MemberRequest, installation: Installation) -> Mapping[str, Any]:
        """Return the key, and the form for it where one is missing, refused or to be replaced."""
        credential = credentials.of_company(installation)
        is_missing = credential is None or credential.state == Credential.State.REFUSED
        return {
            "credential": credential,
            "key": self.key_form(),
            "key_open": is_missing or "replace" in request.GET,
            "webhook_url": installations.webhook_url(installation),
        }

    def paths(self, under: str) -> list[URLPattern]:
        """Return the addresses, that of the key among them."""
        save_key = page("GET", "POST", role=ADMINISTRATOR, sensitive=True)(self.save_key)
        return [*super().paths(under), path(f"{under}/key/", save_key, name="save-key")]

    def save_key(self, request: MemberRequest) -> HttpResponse:
        """Check the pasted key and save it; a refused one leaves the old one in use."""
        if request.method != "POST":
            # Without script this address stays after a refused key, and links to cards start from it.
            return responses.see_other(request, self.url)
        installation = self.installation(request.company)
        form = self.key_form(request.POST)

        def save() -> HttpResponse:
            beside = dict(form.cleaned_data)
            result = credentials.save_company_key(
                installation=installation, secret=beside.pop("secret"), by=request.membership, beside=beside
            )
            self.renewed(installation)
            level = messages.SUCCESS if result.accepted else messages.WARNING
            return self.saved(request, result.sentence, focus="key-title", level=level)

        refused = partial(self.draw, request, key=form, key_open=True)
        return responses.respond_to_form(request, form, save, refused, conflict="secret", conflict_status=422)


def _tested(credential: Credential, vendor: str) -> str:
    started = time.monotonic()
    keys.check(credential)
    outbound.note_heard(credential.installation)
    account = f" as {credential.account_name}" if credential.account_name else ""
    return f"{vendor} answered{account} in {time.monotonic() - started:.1f} s."
