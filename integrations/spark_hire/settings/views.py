"""Company Settings › Integrations › Video Interviewing, and a member's own key."""

import contextlib
import time
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from integrations import credentials, installations, keys, outbound, registry
from integrations.models import Credential, Installation
from integrations.requests import selectors
from integrations.spark_hire import SLUG
from integrations.spark_hire.flow import FLOW
from integrations.spark_hire.models import InterviewRequest
from integrations.spark_hire.settings import page as settings_page
from integrations.spark_hire.settings import people
from integrations.spark_hire.settings.forms import AddUsersForm, KeyForm, PrimaryForm, SwitchForm
from recruiting.foundation import pagination, text
from recruiting.foundation.errors import Conflict, InvalidInput, RecruitingError
from recruiting.foundation.vendor_errors import VendorError
from recruiting.outbox.models import OutboxMessage
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page

# What the field of a pasted key is called, after its row's id.
_KEY = "-secret"


@page("GET", role=ADMINISTRATOR)
def overview(request: MemberRequest) -> HttpResponse:
    """Show the four cards of the story, the next undone one open."""
    return _overview(request)


@page("POST", role=ADMINISTRATOR)
def switch(request: MemberRequest) -> HttpResponse:
    """Save the *Spark Hire Integration* toggle; switching off asks once."""
    form = SwitchForm(request.POST)
    form.is_valid()
    on = form.cleaned_data["is_on"]
    installation = _installation(request)
    if installation.is_on and not on and "confirmed" not in request.POST:
        shown = {"open_count": selectors.open_count(FLOW, request.company)}
        return render(request, "spark_hire/settings_off.html", shown)
    installations.switch(installation=installation, on=on, by=request.membership)
    return responses.saved(request, "Saved.", "spark_hire:settings")


@page("GET", "POST", role=ADMINISTRATOR)
def add_users(request: MemberRequest) -> HttpResponse:
    """Choose who gets a key."""
    installation = _installation(request)
    words, ticked = request.POST.get("q", ""), _ids(request.POST.getlist("members"))
    chosen = list(people.addable(installation).filter(pk__in=ticked))
    found = people.addable(installation, words).exclude(pk__in=ticked)
    members = [*chosen, *found[: people.SHOWN]]
    searching = "search" in request.POST
    given = None if request.method != "POST" or searching else request.POST
    form = AddUsersForm(given, members=members, initial={"members": [str(member.pk) for member in chosen]})
    if given is not None and form.is_valid():
        credentials.add_members(
            installation=installation,
            members=[form.by_id[pk] for pk in form.cleaned_data["members"]],
            by=request.membership,
        )
        return responses.saved(request, "Users added. Paste their keys next.", "spark_hire:settings")
    shown = {
        "form": form,
        "words": words,
        "more": pagination.bounded_count(found) - people.SHOWN,
        "limit": people.SHOWN,
    }
    return responses.refused(request, "spark_hire/add_users.html", shown, status=200 if given is None else 422)


@page("GET", "POST", role=ADMINISTRATOR, sensitive=True)
def save_keys(request: MemberRequest) -> HttpResponse:
    """Save every key pasted on a page of users; good ones are kept although others are refused."""
    if request.method != "POST":
        # Without script this address stays after a refused key, and the links to other pages start from it.
        return responses.see_other(request, _here(request))
    installation = _installation(request)
    problems: dict[str, Any] = {}
    sentences = []
    fields = [name for name in request.POST if name.endswith(_KEY)]
    pasted = {name.removesuffix(_KEY): text.one_line(request.POST.get(name, "")) for name in fields}
    given = _ids(number for number, secret in pasted.items() if secret)
    for credential in people.listed(installation).filter(pk__in=given).order_by("id"):
        secret = pasted[str(credential.pk)]
        if credential.membership is None:
            continue
        anyway = request.POST.get("anyway") == str(credential.pk)
        try:
            result = credentials.save_key(
                installation=installation,
                member=credential.membership,
                secret=secret,
                by=request.membership,
                accept_other_owner=anyway,
            )
        except credentials.ForeignKeyOwner as error:
            problems[str(credential.pk)] = {"sentence": str(error), "may_save_anyway": True}
        except (InvalidInput, Conflict) as error:
            problems[str(credential.pk)] = {"sentence": str(error), "may_save_anyway": False}
        else:
            sentences.append(result.sentence)
    if problems:
        for sentence in sentences:
            messages.success(request, sentence)
        return _overview(request, problems=problems, status=422)
    return responses.saved(request, " ".join(sentences) or "No key was pasted.", _here(request))


@page("GET", "POST", role=ADMINISTRATOR)
def remove_user(request: MemberRequest, credential_id: UUID) -> HttpResponse:
    """Ask once, then forget a member's key."""
    installation = _installation(request)
    credential = get_object_or_404(
        Credential.objects.select_related("membership__user"), pk=credential_id, installation=installation
    )
    if request.method == "POST":
        try:
            credentials.remove_member(credential=credential, by=request.membership)
        except Conflict as error:
            return responses.saved(request, str(error), "spark_hire:settings", level=messages.ERROR)
        return responses.saved(request, "User removed.", "spark_hire:settings")
    open_count = InterviewRequest.objects.filter(requested_by=credential.membership).running().count()
    return render(request, "spark_hire/remove_user.html", {"credential": credential, "open_count": open_count})


@page("POST", role=ADMINISTRATOR)
def choose_primary(request: MemberRequest) -> HttpResponse:
    """Save the Primary User."""
    installation = _installation(request)
    form = PrimaryForm(request.POST, credentials=_accepted(installation))
    if not form.is_valid():
        form.errors["primary"] = form.error_class(["Choose a Primary User."])
        return _overview(request, primary=form, status=422)
    chosen = form.credentials[form.cleaned_data["primary"]]
    installations.choose_primary(installation=installation, credential=chosen, by=request.membership)
    return responses.saved(request, "Saved.", "spark_hire:settings")


@page("POST", role=ADMINISTRATOR)
def test_connection(request: MemberRequest) -> HttpResponse:
    """Ask Spark Hire who the Primary User's key belongs to, and say how long it took."""
    installation = _installation(request)
    primary = installation.primary_credential
    if primary is None:
        return responses.saved(request, "Choose a Primary User first.", "spark_hire:settings", level=messages.ERROR)
    started = time.monotonic()
    try:
        keys.check(primary)
        outbound.note_heard(installation)
    except VendorError as error:
        return responses.saved(request, str(error), "spark_hire:settings", level=messages.ERROR)
    seconds = time.monotonic() - started
    return responses.saved(
        request, f"Spark Hire answered as {primary.account_name} in {seconds:.1f} s.", "spark_hire:settings"
    )


@page("GET", "POST", sensitive=True)
def my_key(request: MemberRequest) -> HttpResponse:
    """Let a member enter their own key alone, so that no key travels by chat."""
    installation = installations.find(request.company, SLUG)
    if installation is None or not installations.is_enabled(request.company, SLUG):
        raise Http404
    mine = Credential.objects.filter(installation=installation, membership=request.membership).first()
    form = KeyForm(request.POST or None)
    foreign = False
    if request.method == "POST" and form.is_valid():
        try:
            result = credentials.save_key(
                installation=installation,
                member=request.membership,
                secret=form.cleaned_data["secret"],
                by=request.membership,
                accept_other_owner="anyway" in request.POST,
            )
        except credentials.ForeignKeyOwner as error:
            foreign = True
            form.add_error("secret", str(error))
        except RecruitingError as error:
            form.add_error("secret", str(error))
        else:
            return responses.saved(request, result.sentence, "spark_hire:my-key")
    shown = {"form": form, "credential": mine, "may_enter": mine is not None or request.membership.is_administrator}
    status = 422 if request.method == "POST" else 200
    return responses.refused(request, "spark_hire/my_key.html", {**shown, "may_save_anyway": foreign}, status=status)


def _installation(request: MemberRequest) -> Installation:
    integration = registry.get(SLUG)
    if integration is None or not integration.is_enabled_for(request.company):
        raise Http404
    installation = installations.find(request.company, SLUG)
    return installation or installations.ensure(request.company, integration)


def _ids(values: Iterable[str]) -> list[UUID]:
    """Return those of the sent values that are ids."""
    found = []
    for value in values:
        with contextlib.suppress(ValueError):
            found.append(UUID(value))
    return found


def _here(request: MemberRequest) -> str:
    """Return the settings page with the same search and the same page of users."""
    query = _place(request).urlencode()
    return f"{reverse('spark_hire:settings')}?{query}" if query else reverse("spark_hire:settings")


def _place(request: MemberRequest) -> QueryDict:
    place = QueryDict(mutable=True)
    for name in ("q", "cursor"):
        if value := request.GET.get(name):
            place[name] = value
    return place


def _accepted(installation: Installation) -> list[Credential]:
    usable = Credential.objects.filter(installation=installation, membership__isnull=False).usable()
    return list(usable.select_related("membership__user").order_by("id"))


def _overview(
    request: MemberRequest,
    *,
    problems: dict[str, Any] | None = None,
    primary: PrimaryForm | None = None,
    status: int = 200,
) -> HttpResponse:
    badge, sentence = settings_page.state(request.company)
    if not installations.is_enabled(request.company, SLUG):
        return render(request, "spark_hire/settings_unavailable.html", {"badge": badge, "sentence": sentence})
    installation = _installation(request)
    accepted = _accepted(installation)
    chosen = installation.primary_credential_id
    words = request.GET.get("q", "")
    users = people.listed(installation, words)
    page = pagination.Keyset(
        users,
        ("-id",),
        request.GET.get("cursor", ""),
        people.SHOWN,
        query=_place(request),
        total=pagination.bounded_count(users),
        noun="user",
        nouns="users",
    ).page()
    rows = [
        {
            "credential": credential,
            "problem": (problems or {}).get(str(credential.pk)),
            "open": _asks_for_key(request, credential),
        }
        for credential in page.rows
    ]
    waiting = OutboxMessage.objects.filter(channel=installation.channel, state__in=OutboxMessage.OPEN)
    shown = {
        "installation": installation,
        "badge": badge,
        "sentence": sentence,
        "switch": SwitchForm(initial={"is_on": installation.is_on}),
        "page": page,
        "rows": rows,
        "words": words,
        "place": _place(request).urlencode(),
        "primary": primary or PrimaryForm(credentials=accepted, initial={"primary": str(chosen) if chosen else ""}),
        "has_accepted": bool(accepted),
        "waiting": waiting[:1000].count(),
    }
    return render(request, "spark_hire/settings.html", shown, status=status)


def _asks_for_key(request: MemberRequest, credential: Credential) -> bool:
    return credential.state == Credential.State.MISSING or request.GET.get("replace") == str(credential.pk)
