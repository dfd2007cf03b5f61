"""Views that the pages of any vendor's requests share: one action, one sentence, answered on the candidate's tab."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from integrations.requests import changes, services
from integrations.requests.flow import RequestFlow
from integrations.requests.forms import FollowForm
from integrations.requests.selectors import Looks, Worklist
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.foundation import pagination
from recruiting.foundation.errors import InvalidInput, NotAllowed, RecruitingError
from recruiting.foundation.permissions import Action
from recruiting.foundation.vendor_errors import VendorError
from recruiting.jobs import access
from recruiting.web import responses
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import record

Service = Callable[..., object]
View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class RequestPages:
    """The pages under one tab."""

    flow: RequestFlow[Any]
    tab: str
    """Its slug."""
    context: Callable[..., dict[str, Any]]
    """What the tab shows, given `application` and `membership`."""
    templates: str
    """The folder of its windows."""

    def url(self, application: Application) -> str:
        """Return the tab's address."""
        return record.record_url(application, self.tab)

    def find(self, application: Application, request_id: UUID) -> Any:
        """Return one of the application's requests, or answer 404."""
        rows = self.flow.model._default_manager.select_related(*changes.RELATED, *self.flow.related)
        found = get_object_or_404(rows, pk=request_id, application=application)
        found.application = application
        return found

    def post(self, service: Service, said: str) -> View:
        """Return a page that does one thing to a request and says on the tab what was done, or refused.

        Args:
            service: called with `request` and `by`.
            said: of `{candidate}`.
        """

        @page("POST")
        def view(request: MemberRequest, /, candidate_id: UUID, application_id: UUID, **ids: UUID) -> HttpResponse:
            application = record.find_application(request, candidate_id, application_id)
            found = self.find(application, ids[f"{self.flow.about}_id"])
            return self.perform(request, application, found, service, said)

        return view

    def confirm(self, name: str, service: Service, said: str, **more: Callable[[Any], Any]) -> View:
        """Return a page that asks once in the window `name` (GET), then acts (POST), as `post`.

        `more` is shown in the window, each a function of the request.
        """

        @page("GET", "POST")
        def view(request: MemberRequest, /, candidate_id: UUID, application_id: UUID, **ids: UUID) -> HttpResponse:
            application = record.find_application(request, candidate_id, application_id)
            found = self.find(application, ids[f"{self.flow.about}_id"])
            if request.method == "POST":
                return self.perform(request, application, found, service, said)
            return self.window(request, name, application, found, **{key: of(found) for key, of in more.items()})

        return view

    def follow(self, said: str) -> View:
        """Return a page that takes the link or number of the vendor's request that an uncertain one is."""

        @page("GET", "POST")
        def view(request: MemberRequest, /, candidate_id: UUID, application_id: UUID, **ids: UUID) -> HttpResponse:
            application = record.find_application(request, candidate_id, application_id)
            found = self.find(application, ids[f"{self.flow.about}_id"])
            if request.method != "POST":
                return responses.see_other(request, self.url(application))
            form = FollowForm(request.POST, about=found)
            if form.is_valid():
                try:
                    services.link_existing(request=found, by=request.membership, **form.cleaned_data)
                    return self.saved(request, application, said, about=found)
                except NotAllowed:
                    raise
                except (RecruitingError, VendorError) as error:
                    form.add_error("vendor_id", str(error))
            return self.show(request, application, follow=form, status=422)

        return view

    def result(
        self, link_of: Callable[[Any], str], missing: str, *, opened: Callable[[Any, Membership], object] | None = None
    ) -> View:
        """Return a page that checks access at each click and forwards to the result of a completed request.

        Args:
            link_of: the link; "" or VendorError where there is none that may be opened.
            missing: what is said then.
            opened: notes that a member opened it.
        """

        @page("GET")
        def view(request: MemberRequest, /, candidate_id: UUID, application_id: UUID, **ids: UUID) -> HttpResponse:
            application = record.find_application(request, candidate_id, application_id, Action.WATCH_RESULT)
            found = self.find(application, ids[f"{self.flow.about}_id"])
            try:
                link = link_of(found) if found.state == "completed" else ""
            except VendorError as error:
                return self.saved(request, application, str(error), focus="", level=messages.ERROR)
            if not link:
                return self.saved(request, application, missing, focus="", level=messages.WARNING)
            if opened is not None and request.method == "GET":
                opened(found, request.membership)
            return HttpResponseRedirect(link)

        return view

    def perform(
        self, request: MemberRequest, application: Application, found: Any, service: Service, said: str
    ) -> HttpResponse:
        """Do one thing to a request; what is refused is said on the tab, like what was done."""
        try:
            service(request=found, by=request.membership)
        except (NotAllowed, InvalidInput):
            raise
        except RecruitingError as error:
            return self.refused(request, application, error, about=found)
        return self.saved(request, application, said, about=found)

    def window(
        self, request: MemberRequest, name: str, application: Application, found: Any, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        """Show a window about a request to those who may send requests."""
        access.require(request.membership, Action.SEND_REQUEST, application.job)
        shown = {"application": application, "asked": found, "tab_url": self.url(application), **more}
        return render(request, f"{self.templates}/{name}.html", shown, status=status)

    def card(self, about: Any) -> str:
        """Return what the ids of the card of a request begin with; on a tab of one card it is the tab's slug."""
        return self.tab

    def saved(
        self, request: MemberRequest, application: Application, said: str, *, about: Any = None, **how: Any
    ) -> HttpResponse:
        """Answer what worked on the tab; focus goes to the card of the request that it is `about`."""
        sentence = said.format(candidate=application.candidate.name)
        if "focus" not in how:
            how["focus"] = f"{self.card(about)}-card-title"
        return responses.saved(request, sentence, self.url(application), **how)

    def refused(
        self, request: MemberRequest, application: Application, error: RecruitingError, *, about: Any = None
    ) -> HttpResponse:
        """Answer on the tab, or in an open window by going there with what was said."""
        if request.headers.get("X-Requested-With") == "dialog":
            return self.saved(request, application, error.message, about=about, level=messages.ERROR)
        return self.show(request, application, notice=error.message, status=409)

    def show(
        self, request: MemberRequest, application: Application, *, notice: str = "", status: int = 200, **more: Any
    ) -> HttpResponse:
        """Answer with the tab."""
        shown = {**self.context(application=application, membership=request.membership), "notice": notice, **more}
        return self.draw(request, application, shown, status=status)

    def draw(
        self,
        request: MemberRequest,
        application: Application,
        shown: Mapping[str, Any],
        *,
        template: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """Answer with the candidate's record and the tab's own template, or another one of its folder."""
        name = f"{self.templates}/{template}.html" if template else None
        return record.render_tab(
            request,
            application=application,
            slug=self.tab,
            template_name=name,
            context={"tab": self.tab, **shown},
            status=status,
        )

    def listed(self, worklists: Sequence[Worklist]) -> View:
        """Return the page behind each line of the home page, whose key is all that its address names; else 404."""

        @page("GET")
        def view(request: MemberRequest, /, **named: str) -> HttpResponse:
            (key,) = named.values()
            worklist = next((one for one in worklists if one.key == key), None)
            if worklist is None:
                raise Http404
            rows = worklist.rows(Looks.of(request.membership)).select_related(*worklist.related)
            rows_page = pagination.Keyset(rows, ("-id",), request.GET.get("cursor", ""), 50, query=request.GET).page()
            return render(
                request,
                [f"{self.templates}/worklist.html", "requests/worklist.html"],
                {"title": worklist.title, "page": rows_page, "listed": key, "tab": self.tab},
            )

        return view
