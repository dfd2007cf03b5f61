"""The settings page of a vendor whose keys are its users' own: who has one, whose is the primary one, and my key."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse

from integrations import credentials, installations
from integrations.credentials import ForeignKeyOwner
from integrations.forms import KeyForm, RowField, RowsField, named_member, offer_rows
from integrations.models import Credential, Installation
from integrations.requests.selectors import rows_of
from integrations.settings_pages import people
from integrations.settings_pages.views import ConnectionPages
from recruiting.companies.models import Company, Membership
from recruiting.extensions import ProfileLink
from recruiting.foundation import text
from recruiting.foundation.errors import Conflict, InvalidInput, RecruitingError
from recruiting.foundation.ids import parse_uuid
from recruiting.foundation.pagination import page_of
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page

# What the field of a pasted key is called, after its row's id.
_KEY = "-secret"


class AddUsersForm(forms.Form):
    """Which members get a key."""

    members = RowsField(label="Users", widget=forms.CheckboxSelectMultiple)


class PrimaryForm(forms.Form):
    """Whose key does company-level work."""

    primary = RowField(
        label="Primary User",
        error_messages={"required": "Choose a Primary User.", "invalid_choice": "Choose a Primary User."},
    )

    def __init__(self, *args: Any, credentials: Iterable[Credential], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "primary", credentials, lambda key: str(key.membership), empty="Choose a user")


class UserKeyPages(ConnectionPages):
    """Besides those of every connection, the templates `add_users.html`, `remove_user.html` and `my_key.html`."""

    key_label: ClassVar[str]
    """Such as "User API Key"."""
    own_key_label: ClassVar[str]
    """Of the page of one's own key, in the profile."""
    no_key = "Choose a Primary User first."

    def tested_key(self, installation: Installation) -> Credential | None:
        """Return the Primary User's key."""
        return installation.primary_credential

    def context(self, request: MemberRequest, installation: Installation) -> Mapping[str, Any]:
        """Return a page of users, what was searched for, and the choice of the Primary User."""
        chosen, place = installation.primary_credential_id, _place(request)
        accepted = _accepted(installation)
        listed = people.listed(installation, request.GET.get("q", ""))
        users = page_of(listed, ("-id",), place, "user", "users", people.SHOWN)
        return {
            "page": users,
            "rows": [{"credential": key, "open": _asks_for_key(request, key)} for key in users.rows],
            "words": request.GET.get("q", ""),
            "place": place.urlencode(),
            "primary": PrimaryForm(credentials=accepted, initial={"primary": str(chosen) if chosen else ""}),
            "has_accepted": bool(accepted),
        }

    def paths(self, under: str) -> list[URLPattern]:
        """Return the addresses, those of the users among them."""
        administrators = partial(page, role=ADMINISTRATOR)
        save_keys = administrators("GET", "POST", sensitive=True)(self.save_keys)
        remove = administrators("GET", "POST")(self.remove_user)
        return [
            *super().paths(under),
            path(f"{under}/users/add/", administrators("GET", "POST")(self.add_users), name="add-users"),
            path(f"{under}/users/keys/", save_keys, name="save-keys"),
            path(f"{under}/users/<uuid:credential_id>/remove/", remove, name="remove-user"),
            path(f"{under}/primary/", administrators("POST")(self.choose_primary), name="primary"),
        ]

    # ── Users ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def add_users(self, request: MemberRequest) -> HttpResponse:
        """Choose who gets a key; what is ticked stays ticked while one searches."""
        installation = self.installation(request.company)
        words, ticked = request.POST.get("q", ""), _ids(request.POST.getlist("members"))
        chosen = list(people.addable(installation).filter(pk__in=ticked))
        found = people.addable(installation, words).exclude(pk__in=ticked)
        given = request.POST if request.method == "POST" and "search" not in request.POST else None
        form = AddUsersForm(given, initial={"members": [str(member.pk) for member in chosen]})
        offer_rows(form, "members", [*chosen, *found[: people.SHOWN]], named_member)

        def save() -> HttpResponse:
            members = form.cleaned_data["members"]
            credentials.add_members(installation=installation, members=members, by=request.membership)
            return self.saved(request, "Users added. Paste their keys next.")

        more = found.count() - people.SHOWN
        shown = {"words": words, "more": more, "limit": people.SHOWN}
        return responses.respond_to_form(request, form, save, f"{self.templates}/add_users.html", shown)

    def save_keys(self, request: MemberRequest) -> HttpResponse:
        """Save every key pasted on a page of users; good ones are kept although others are refused."""
        if request.method != "POST":
            # Without script this address stays after a refused key, and the links to other pages start from it.
            return responses.see_other(request, self._here(request))
        installation = self.installation(request.company)
        problems: dict[UUID, dict[str, Any]] = {}
        sentences = []
        fields = [name for name in request.POST if name.endswith(_KEY)]
        pasted = {name.removesuffix(_KEY): text.one_line(request.POST.get(name, "")) for name in fields}
        given = _ids(number for number, secret in pasted.items() if secret)
        for credential in people.listed(installation).filter(pk__in=given).order_by("id"):
            assert credential.membership is not None
            try:
                result = credentials.save_key(
                    installation=installation,
                    member=credential.membership,
                    secret=pasted[str(credential.pk)],
                    by=request.membership,
                    accept_other_owner=request.POST.get("anyway") == str(credential.pk),
                )
            except (InvalidInput, Conflict) as error:
                may_save = isinstance(error, ForeignKeyOwner)
                problems[credential.pk] = {"sentence": str(error), "may_save_anyway": may_save}
            else:
                sentences.append(result.sentence)
        if not problems:
            return responses.saved(request, " ".join(sentences) or "No key was pasted.", self._here(request))
        for sentence in sentences:
            messages.success(request, sentence)
        rows = self.context(request, installation)["rows"]
        return self.draw(
            request, rows=[{**row, "problem": problems.get(row["credential"].pk)} for row in rows], status=422
        )

    def remove_user(self, request: MemberRequest, credential_id: UUID) -> HttpResponse:
        """Ask once, then forget a member's key."""
        installation = self.installation(request.company)
        keys = Credential.objects.filter(installation=installation).select_related("membership__user")
        credential = get_object_or_404(keys, pk=credential_id)
        if request.method != "POST":
            sent = rows_of(self.flow).filter(requested_by=credential.membership)
            shown = {"credential": credential, "open_count": sent.running().count()}
            return render(request, f"{self.templates}/remove_user.html", shown)
        try:
            credentials.remove_member(credential=credential, by=request.membership)
        except Conflict as error:
            return self.saved(request, str(error), level=messages.ERROR)
        return self.saved(request, "User removed.")

    def choose_primary(self, request: MemberRequest) -> HttpResponse:
        """Save the Primary User."""
        installation = self.installation(request.company)
        form = PrimaryForm(request.POST, credentials=_accepted(installation))

        def save() -> HttpResponse:
            chosen = form.cleaned_data["primary"]
            installations.choose_primary(installation=installation, credential=chosen, by=request.membership)
            return self.saved(request)

        return responses.respond_to_form(request, form, save, partial(self.draw, request, primary=form))

    def deactivated(self, member: Membership) -> list[str]:
        """Say what a member's deactivation means for the keys."""
        installation = installations.find(member.company, self.slug)
        if installation is None:
            return []
        name, sentences = member.short_name, []
        mine = Credential.objects.filter(installation=installation, membership=member)
        if mine.exclude(state=Credential.State.MISSING).exists():
            sentences.append(f"{name}'s {self.flow.vendor} key stops being used.")
        primary = installation.primary_credential
        if primary is not None and primary.membership_id == member.pk:
            sentences.append(f"{name} is the Primary User: choose another one, or status updates stop.")
        return sentences

    # ── My own key ───────────────────────────────────────────────────────────────────────────────────────────────────
    def own_key(self, company: Company, member: Membership) -> tuple[Installation | None, Credential | None]:
        """Return the connection, where the company may use it, and the member's own place for a key."""
        enabled = installations.is_enabled(company, self.slug)
        installation = installations.find(company, self.slug) if enabled else None
        mine = Credential.objects.filter(installation=installation, membership=member) if installation else None
        return installation, mine.first() if mine is not None else None

    def profile_links(self, member: Membership) -> list[ProfileLink]:
        """Link the member's own key, where the company uses the vendor."""
        installation, mine = self.own_key(member.company, member)
        if installation is None:
            return []
        sentence = mine.get_state_display() if mine else "You are not among its users."
        return [ProfileLink(self.own_key_label, reverse(f"{self.namespace}:my-key"), f"{sentence}.")]

    def my_key_path(self, at: str) -> URLPattern:
        """Return the address of one's own key."""
        return path(at, page("GET", "POST", sensitive=True)(self.my_key), name="my-key")

    def my_key(self, request: MemberRequest) -> HttpResponse:
        """Let a member enter their own key alone, so that no key travels by chat."""
        member = request.membership
        installation, mine = self.own_key(request.company, member)
        if installation is None:
            raise Http404
        form = KeyForm(request.POST or None, label=self.key_label, one_of=())
        shown = {"form": form, "credential": mine, "may_enter": mine is not None or member.is_administrator}
        if request.method == "POST" and form.is_valid():
            try:
                result = credentials.save_key(
                    installation=installation,
                    member=member,
                    secret=form.cleaned_data["secret"],
                    by=member,
                    accept_other_owner="anyway" in request.POST,
                )
            except RecruitingError as error:
                shown["may_save_anyway"] = isinstance(error, ForeignKeyOwner)
                form.add_error("secret", str(error))
            else:
                return responses.saved(request, result.sentence, f"{self.namespace}:my-key")
        status = 422 if request.method == "POST" else 200
        return render(request, f"{self.templates}/my_key.html", shown, status=status)

    def _here(self, request: MemberRequest) -> str:
        """Return the settings page with the same search and the same page of users."""
        query = _place(request).urlencode()
        return f"{self.url}?{query}" if query else self.url


def _place(request: MemberRequest) -> QueryDict:
    place = QueryDict(mutable=True)
    place.update({name: request.GET[name] for name in ("q", "cursor") if request.GET.get(name)})
    return place


def _ids(values: Iterable[str]) -> list[UUID]:
    """Return those of the sent values that are ids."""
    return [found for value in values if (found := parse_uuid(value))]


def _accepted(installation: Installation) -> list[Credential]:
    usable = Credential.objects.filter(installation=installation, membership__isnull=False).usable()
    return list(usable.select_related("membership__user").order_by("id"))


def _asks_for_key(request: MemberRequest, credential: Credential) -> bool:
    return credential.state == Credential.State.MISSING or request.GET.get("replace") == str(credential.pk)
