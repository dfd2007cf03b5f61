"""The pages of a vendor of the usual kind: choosing and sending, what a request's windows do, the settings."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from integrations import outbound
from integrations.forms import RowField, offer_rows
from integrations.models import Installation
from integrations.requests import selectors
from integrations.requests import services as request_services
from integrations.requests.selectors import Looks, Worklist
from integrations.requests.views import RequestPages
from integrations.standard import services
from integrations.standard.flow import Product
from integrations.standard.models import StandardRequest
from integrations.standard.status import StandardTab
from recruiting.foundation.permissions import Action
from recruiting.foundation.vendor_errors import VendorAuthFailed, VendorError
from recruiting.web import responses
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import record

RECORD = "candidates/<uuid:candidate_id>/applications/<uuid:application_id>"


class ChooseForm(forms.Form):
    """What to send."""

    product = RowField(label="What to send")
    file = RowField(
        label="File to share",
        required=False,
        help_text="The vendor opens it by a link that ends with the request, after seven days at the latest.",
    )


def link(request: StandardRequest) -> str:
    """Return where a result is, or "" where nobody should be sent."""
    return request.result_url if outbound.is_link(request.result_url) else ""


def worklists(flow: services.Flow) -> Sequence[Worklist]:
    """Return what can need a member: uncertain and failed requests."""

    def running(who: Looks) -> QuerySet[Any]:
        return selectors.in_the_running(selectors.rows_of(flow).filter(is_superseded=False), who, who.jobs)

    def uncertain(who: Looks) -> QuerySet[Any]:
        return running(who).filter(state="uncertain")

    def failed(who: Looks) -> QuerySet[Any]:
        return selectors.not_replaced(running(who), "installation")

    noun, title = flow.noun, flow.title
    doubt = (f"{noun} is uncertain: please look", f"{noun}s are uncertain: please look")
    not_sent = (f"{noun} could not be sent", f"{noun}s could not be sent")
    return (
        Worklist("uncertain", uncertain, *doubt, 5, title=f"Uncertain {noun}s"),
        Worklist("failed", failed, *not_sent, 10, title=f"{title}s not sent"),
    )


class StandardPages(RequestPages):
    """All pages of one vendor's requests."""

    flow: services.Flow

    def card(self, about: StandardRequest) -> str:
        """Return that of the request's connection."""
        return self.flow.card(about.installation_id)

    def urls(self, tab: StandardTab) -> list[URLPattern]:
        """Return the addresses under the tab, and the worklist's."""
        flow = self.flow
        under = f"{RECORD}/{tab.slug}"
        one = f"{under}/<uuid:request_id>"
        sent, stop = f"{flow.title} is on its way to {{candidate}}.", f"We no longer track this {flow.noun}."
        actions: list[tuple[str, Callable[..., HttpResponse]]] = [
            ("try-again", self.post(services.try_again, sent)),
            ("check-again", self.post(request_services.check_again, "We are asking now.")),
            ("cancel", self.confirm("cancel", request_services.cancel, f"{flow.title} canceled.")),
            ("stop", self.confirm("stop", request_services.stop_tracking, stop)),
            ("not-there", self.confirm("not_there", request_services.confirm_absent, sent)),
            ("follow", self.follow("We follow the one that you named.")),
            ("result", self.result(link, f"There is no link to the result of this {flow.noun}.")),
        ]
        return [
            path(f"{under}/choose/<uuid:installation_id>/", self.choose(sent), name="choose"),
            *(path(f"{one}/{name}/", view, name=name) for name, view in actions),
            path(f"{tab.slug}s/<slug:listed>/", self.listed(worklists(self.flow)), name="worklist"),
        ]

    def choose(self, said: str) -> Callable[..., HttpResponse]:
        """Return the window *Choose and send*; `said` when it was sent."""

        @page("GET", "POST")
        def view(
            request: MemberRequest, /, candidate_id: UUID, application_id: UUID, installation_id: UUID
        ) -> HttpResponse:
            application = record.find_application(request, candidate_id, application_id, Action.SEND_REQUEST)
            rows = Installation.objects.for_company(request.company).filter(integration=self.flow.slug)
            installation = get_object_or_404(rows, pk=installation_id)
            installation.company = request.company
            products, notice = self._offered(installation)
            form = ChooseForm(request.POST if request.method == "POST" else None, auto_id="window_%s")
            offer_rows(form, "product", products, lambda product: product.name, empty="Choose one")
            if self.flow.shares_files:
                found = services.files_to_share(application, request.membership)
                offer_rows(form, "file", found[:100], empty="None")
            else:
                del form.fields["file"]

            def send() -> HttpResponse:
                given = {"application": application, "installation": installation, **form.cleaned_data}
                sent = services.send(self.flow, by=request.membership, **given)
                return self.saved(request, application, said, about=sent)

            shown = {
                "application": application,
                "notice": notice,
                "vendor": installation.name,
                "flow": self.flow,
                "tab_url": self.url(application),
                "action_url": request.path,
            }
            return responses.respond_to_form(request, form, send, "standard/choose.html", shown, conflict="notice")

        return view

    def _offered(self, installation: Installation) -> tuple[Sequence[Product], str]:
        """Return what can be chosen, and what is wrong; while the vendor does not answer, what it listed last."""
        credential = services.working_key(installation)
        if credential is None:
            return (), "There is no key that works."
        try:
            return self.flow.offered(credential), ""
        except VendorAuthFailed as error:
            outbound.refuse(credential)
            return (), str(error)
        except VendorError as error:
            return self.flow.known(installation), str(error)
