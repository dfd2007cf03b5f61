"""The application form, the thanks after it, and the status page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.core import signing
from django.core.files.base import File
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt

from recruiting.careers import applying, questions, sites, status
from recruiting.careers.applying import FormToken, NewUpload, Sent
from recruiting.careers.models import CareersSite, DataRequest, Posting, Question, Submission, Upload
from recruiting.careers.public import addresses, limits, rendering, selectors
from recruiting.foundation import clock, markdown
from recruiting.foundation.errors import Conflict, InvalidInput
from recruiting.web.responses import SeeOther

MOST_BYTES = 40 * 1024 * 1024
"""Of a whole form, files and all; more is refused before it is read."""
THANKS_SALT = "careers.thanks"
TRAP = "second_fax_number"
NOW_BUSY = gettext_noop(
    "We could not take this in. Wait a minute and press Send application again; your answers are kept."
)
View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Asked:
    """One field of the form, as the template draws it."""

    name: str
    label: str
    kind: str
    value: str = ""
    values: Sequence[str] = ()
    error: str = ""
    hint: str = ""
    is_required: bool = True
    options: Sequence[Mapping[str, Any]] = ()
    autocomplete: str = ""
    upload: Upload | None = None
    number: int = 0

    @property
    def input_type(self) -> str:
        """What kind of input takes the answer."""
        return self.kind if self.kind in ("email", "tel", "date") else "text"


@dataclass
class _Form:
    """What a form is drawn from."""

    posting: Posting
    site: CareersSite
    handle: str
    asked: Sequence[Question]
    sent: MultiValueDict[str, str] = field(default_factory=MultiValueDict)
    errors: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""


def public(*methods: str) -> Callable[[View], View]:
    """Let these methods in, without cookies: nothing of a person who is signed in is known here."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in methods and not (request.method == "HEAD" and "GET" in methods):
                return HttpResponseNotAllowed(methods)
            return view(request, *args, **kwargs)

        return csrf_exempt(inner)

    return decorate


@public("GET", "POST")
def apply(request: HttpRequest, handle: str, number: int, slug: str = "") -> HttpResponse:
    """Show the application form of a job, and take what is sent."""
    if request.method == "POST" and _is_too_large(request):
        return _page("careers/public/too_large.html", None, {"most": MOST_BYTES // 2**20}, status=413)
    posting = _posting(handle, number)
    site = sites.of_company(posting.job.company)
    with translation.override(site.language):
        right = addresses.apply_path(sites.current_handle(posting.company), posting.number, posting.job.title)
        if request.path_info != right:
            return redirect(_with_query(right, request), permanent=True, preserve_request=True)
        page = _Form(posting, site, handle, questions.of_posting(posting))
        if request.method == "POST":
            return _sent(request, page)
        if not posting.takes_applications(now=clock.now()):
            return redirect(_job_path(page))
        return _form(request, page, applying.new_token(posting, now=clock.now()))


@public("GET")
def thanks(request: HttpRequest, handle: str, number: int, slug: str = "") -> HttpResponse:
    """Say that an application is in, and what happens next."""
    posting = _posting(handle, number)
    site = sites.of_company(posting.job.company)
    try:
        email = signing.loads(request.GET.get("to", ""), salt=THANKS_SALT, max_age=3600)
    except signing.BadSignature:
        email = ""
    with translation.override(site.language):
        what_next = site.what_next or _(sites.DEFAULT_WHAT_NEXT)
        context = {"posting": posting, "site": site, "handle": handle, "email": email, "what_next": what_next}
        return _page("careers/public/thanks.html", site, context)


def _sent(request: HttpRequest, page: _Form) -> HttpResponse:
    now, network = clock.now(), limits.network_of(request)
    page.sent = request.POST
    signed = request.POST.get("token", "")
    token = applying.read_token(signed, page.posting, now=now)
    if token is None:
        page.notice = _("This page was open for too long. Press Send application again; choose your files once more.")
        if not page.posting.takes_applications(now=now):
            return redirect(_job_path(page))
        return _form(request, page, applying.new_token(page.posting, now=now), status=422)
    if not (limits.POSTS.allows(network) and limits.TRIES.allows(token.digest)):
        page.notice = _(NOW_BUSY)
        return _form(request, page, signed, status=429)
    if (removed := request.POST.get("remove", "")).isdecimal():
        applying.remove_file(posting=page.posting, token=token, question_number=int(removed[:18]))
        return _form(request, page, signed)
    errors = _keep_files(request, page, token)
    sent = Sent(
        first_name=request.POST.get("first_name", ""),
        last_name=request.POST.get("last_name", ""),
        email=request.POST.get("email", ""),
        phone=request.POST.get("phone", ""),
        answers=dict(request.POST.lists()),
        keeps_data=request.POST.get("keep") == "on",
        source_code=request.GET.get("source", "") or request.POST.get("source", ""),
        trap=request.POST.get(TRAP, ""),
    )
    try:
        if errors:
            raise InvalidInput(fields=errors)
        submission = applying.receive(
            posting=page.posting,
            token=token,
            sent=sent,
            site=page.site,
            asked=page.asked,
            network_is_busy=not limits.USUAL.allows(network),
        )
    except InvalidInput as error:
        page.errors = error.fields
        return _form(request, page, signed, status=422)
    except Conflict as error:
        page.notice = error.message
        return _form(request, page, signed, status=409)
    to = signing.dumps(_masked(submission.email), salt=THANKS_SALT)
    return SeeOther(f"{_job_path(page)}thanks/?to={to}")


def _keep_files(request: HttpRequest, page: _Form, token: FormToken) -> dict[str, str]:
    uploads = []
    names = {"resume": 0} | {
        questions.input_name(each): each.number for each in page.asked if each.kind == Question.Kind.FILE
    }
    for name, number in names.items():
        upload = request.FILES.get(name)
        if isinstance(upload, File) and upload.size is not None and upload.name:
            uploads.append(NewUpload(upload, number))
    found = applying.keep_files(posting=page.posting, token=token, uploads=uploads, asked=page.asked)
    return {f"question_{number}" if number else "resume": sentence for number, sentence in found.items()}


def _form(request: HttpRequest, page: _Form, signed: str, *, status: int = 200) -> HttpResponse:
    token = applying.read_token(signed, page.posting, now=clock.now())
    uploads = {each.question_number or 0: each for each in applying.uploads_of(token, page.posting)} if token else {}
    fields = [*_own_fields(page, uploads), *(_field(page, each, uploads) for each in page.asked)]
    notice = sites.current_notice(page.posting.job.company)
    context = {
        "posting": page.posting,
        "job": page.posting.job,
        "site": page.site,
        "handle": page.handle,
        "fields": fields,
        "failed": [each for each in fields if each.error],
        "token": signed,
        "trap": TRAP,
        "notice": page.notice,
        "privacy": markdown.render(notice.text.replace("{company}", page.site.name)) if notice else "",
        "keeps": page.sent.get("keep") == "on",
        "source": request.GET.get("source", "") or page.sent.get("source", ""),
    }
    return _page("careers/public/apply.html", page.site, context, status=status)


def _own_fields(page: _Form, uploads: Mapping[int, Upload]) -> list[Asked]:
    def typed(name: str, label: str, kind: str, autocomplete: str, *, is_required: bool = True) -> Asked:
        return Asked(
            name=name,
            label=label,
            kind=kind,
            value=page.sent.get(name, ""),
            error=page.errors.get(name, ""),
            is_required=is_required,
            autocomplete=autocomplete,
        )

    return [
        typed("first_name", _("First name"), "short", "given-name"),
        typed("last_name", _("Last name"), "short", "family-name"),
        typed("email", _("Email"), "email", "email"),
        typed("phone", _("Phone"), "tel", "tel", is_required=False),
        Asked(
            name="resume",
            label=_("Résumé"),
            kind=Question.Kind.FILE,
            hint=_("PDF, DOCX, ODT, RTF or TXT, up to 10 MB"),
            error=page.errors.get("resume", ""),
            is_required=page.posting.is_resume_required,
            upload=uploads.get(0),
        ),
    ]


def _field(page: _Form, question: Question, uploads: Mapping[int, Upload]) -> Asked:
    name = questions.input_name(question)
    return Asked(
        name=name,
        label=question.label,
        kind=question.kind,
        value=page.sent.get(name, ""),
        values=page.sent.getlist(name),
        error=page.errors.get(name, ""),
        hint=question.hint,
        is_required=question.is_required,
        options=[{"value": str(each["number"]), "label": each["label"]} for each in question.options],
        upload=uploads.get(question.number),
        number=question.number,
    )


# ── The status page ──────────────────────────────────────────────────────────────────────────────────────────────────
@public("GET", "POST")
def show_status(request: HttpRequest, signed: str) -> HttpResponse:
    """Show where an application stands, and do what the person asks for."""
    submission = status.find(signed)
    if submission is None:
        return lost_link(request)
    site = sites.of_company(submission.posting.job.company)
    with translation.override(submission.language):
        status.confirm(submission)
        if request.method == "POST":
            return _acted(request, submission, signed)
        return _status(request, submission, site)


@public("GET", "POST")
def lost_link(request: HttpRequest) -> HttpResponse:
    """Ask for an address, and send its links, if there are any: the answer is always the same."""
    is_sent = False
    if request.method == "POST" and "email" in request.POST:
        if limits.LINKS.allows(limits.network_of(request)):
            status.send_new_links(email=request.POST["email"])
        is_sent = True
    return _page("careers/public/lost_link.html", None, {"is_sent": is_sent}, status=200 if is_sent else 404)


def _acted(request: HttpRequest, submission: Submission, signed: str) -> HttpResponse:
    done = request.POST.get("do", "")
    word = done
    try:
        if done == "withdraw":
            status.withdraw(submission)
        elif done == "file":
            upload = request.FILES.get("file")
            if not isinstance(upload, File):
                raise InvalidInput(fields={"file": _("Choose a PDF, DOCX, ODT, RTF or TXT file.")})
            status.add_file(submission=submission, upload=upload)
        elif done in DataRequest.Kind.values:
            status.ask(submission=submission, kind=done)
        elif done == "forget":
            status.withdraw_consent(submission)
        else:
            word = ""
    except InvalidInput as error:
        site = sites.of_company(submission.posting.job.company)
        return _status(request, submission, site, file_error=error.message, status_code=422)
    except Conflict as error:
        site = sites.of_company(submission.posting.job.company)
        return _status(request, submission, site, refusal=error.message, status_code=409)
    return SeeOther(f"{reverse('careers_public:status', args=[signed])}?done={word}")


def _status(
    request: HttpRequest,
    submission: Submission,
    site: CareersSite,
    *,
    file_error: str = "",
    refusal: str = "",
    status_code: int = 200,
) -> HttpResponse:
    open_requests = submission.data_requests.filter(done_at=None).values_list("kind", flat=True)
    is_closed = status.is_closed(submission, now=clock.now())
    application = submission.application
    context = {
        "submission": submission,
        "site": site,
        "job": submission.posting.job,
        "received": submission.received_at.astimezone(submission.posting.job.company.zone),
        "steps": [] if is_closed else status.steps_of(submission),
        "is_closed": is_closed,
        "has_withdrawn": application is not None and application.state == "withdrawn",
        "asks": request.GET.get("ask", ""),
        "done": request.GET.get("done", ""),
        "asked": set(open_requests),
        "keeps_data": bool(submission.keep_months) and submission.keep_withdrawn_at is None,
        "file_error": file_error,
        "refusal": refusal,
    }
    return _page("careers/public/status.html", site, context, status=status_code)


# ── Shared ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _posting(handle: str, number: int) -> Posting:
    """Return a published job of the company whose handle this is, or was. Raises Http404."""
    company_id = sites.company_of(handle)
    rows = Posting.objects.select_related("job__company").exclude(publication=Posting.Publication.NONE)
    found = rows.filter(company_id=company_id, number=number).first() if company_id else None
    if found is None:
        raise Http404("There is no such job.")
    found.company = found.job.company
    return found


def _job_path(form: _Form) -> str:
    return addresses.job_path(form.handle, form.posting.number, form.posting.job.title)


def _with_query(path: str, request: HttpRequest) -> str:
    return addresses.with_source(path, addresses.source_in(request))


def _masked(email: str) -> str:
    """Return as much of an address as its owner knows it by: "a…@e…"."""
    local, _at, domain = email.partition("@")
    return f"{local[:1]}…@{domain[:1]}…"


def _is_too_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > MOST_BYTES


def _page(template: str, site: CareersSite | None, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Return a page that nobody keeps, on the careers page of a company or on nobody's."""
    shown = None
    if site is not None:
        company = site.company
        shown = selectors.site_of(site, handle=sites.current_handle(company), zone=company.zone)
    response = HttpResponse(rendering.page(template, shown, **context), status=status)
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    return response
