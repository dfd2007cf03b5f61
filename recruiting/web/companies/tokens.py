"""The page where a person makes and revokes their own tokens.

A new token is shown in the answer to the form and nowhere else: it is in no address, session or message. Hence a whole
page and no window, which a stray click could close.
"""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from recruiting.api import scopes, services
from recruiting.api.models import ApiToken
from recruiting.foundation import clock
from recruiting.foundation.fields import LineField
from recruiting.web import responses
from recruiting.web.access import MemberRequest, page
from recruiting.web.responses import respond_to_form

SHOWN = 100


class TokenForm(forms.Form):
    """What a new token is called, may do and how long."""

    name = LineField(
        max_length=80,
        help_text="What uses it, such as “Monthly report”.",
        error_messages={"required": "Enter a name."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label="Permissions",
        choices=scopes.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="It sees and does only what you can see and do.",
        error_messages={"required": "Choose at least one permission."},
    )
    days = forms.TypedChoiceField(
        label="Expires",
        coerce=int,
        choices=[(days, f"After {days} days") for days in services.LIFETIMES],
        initial=services.LIFETIMES[0],
    )


@page("GET")
def tokens(request: MemberRequest) -> HttpResponse:
    """List one's own tokens that were not revoked."""
    mine = ApiToken.objects.filter(membership=request.membership, revoked_at__isnull=True).order_by("-id")[:SHOWN]
    rows = [{"token": token, "permissions": scopes.sentences(token.scopes)} for token in mine]
    return render(request, "api/tokens.html", {"rows": rows})


@page("GET", "POST")
def create(request: MemberRequest) -> HttpResponse:
    """Make a token and show it once."""
    form = TokenForm(request.POST if request.method == "POST" else None)

    def save() -> HttpResponse:
        made, token = services.create_token(membership=request.membership, **form.cleaned_data)
        context = {"made": made, "token": token, "permissions": scopes.sentences(made.scopes)}
        return render(request, "api/token_created.html", context, status=201)

    return respond_to_form(request, form, save, "api/token_form.html")


@page("GET", "POST")
def revoke(request: MemberRequest, token_id: UUID) -> HttpResponse:
    """Ask, then revoke one of one's own tokens."""
    mine = ApiToken.objects.filter(membership=request.membership, revoked_at__isnull=True)
    token = get_object_or_404(mine, pk=token_id)
    if request.method == "POST":
        services.revoke(token=token, by=request.membership)
        return responses.saved(request, f"{token.name} was revoked.", reverse("api:tokens"))
    return render(request, "api/token_revoke.html", {"token": token, "works": token.expires_at > clock.now()})
