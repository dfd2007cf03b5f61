"""One's own sign-in address: asking for another one, and the link that proves it."""

from allauth.core.ratelimit import consume
from django.http import HttpResponse
from django.shortcuts import render

from recruiting.companies import email_change
from recruiting.foundation import text
from recruiting.foundation.errors import RecruitingError
from recruiting.web import responses
from recruiting.web.access import MemberRequest, page
from recruiting.web.companies.forms import EmailChangeForm
from recruiting.web.responses import respond_to_form

TOO_MANY = "Too many tries. Wait an hour, then try again."


@page("GET", "POST", sensitive=True)
def change(request: MemberRequest) -> HttpResponse:
    """Ask for another address and for the password, then send the link."""
    form = EmailChangeForm(request.POST or None)
    show = "companies/email_change.html"

    def save() -> HttpResponse:
        email, password = form.cleaned_data["email"], form.cleaned_data["password"]
        # By person, since a try tells whether a password is right; by address, since mail goes there unasked.
        to = text.email_key(email)
        if not consume(request, action="change_email") or not consume(request, action="change_email_to", key=to):
            form.add_error(None, TOO_MANY)
            return render(request, show, {"form": form}, status=429)
        sent_to = email_change.request_change(user=request.user, email=email, password=password)
        sentence = f"We wrote to {sent_to}. Open the link in that mail to finish."
        return responses.saved(request, sentence, "companies:profile")

    return respond_to_form(request, form, save, show)


@page("GET", "POST")
def confirm(request: MemberRequest, link: str) -> HttpResponse:
    """Ask once more, then change the address: programs that read mail open links, and press no buttons."""
    try:
        if request.method == "POST":
            changed = email_change.confirm_change(user=request.user, token=link)
            return responses.saved(request, f"You sign in as {changed.email} from now on.", "companies:profile")
        change = email_change.find_change(user=request.user, token=link)
    except RecruitingError as error:
        context = {"sentence": error.message}
        return render(request, "companies/email_change_closed.html", context, status=error.status)
    return render(request, "companies/email_change_confirm.html", {"change": change})


@page("POST")
def cancel(request: MemberRequest) -> HttpResponse:
    """Take the request back."""
    email_change.cancel(user=request.user)
    return responses.saved(request, f"You keep signing in as {request.user.email}.", "companies:profile")
