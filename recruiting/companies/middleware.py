"""Which membership a request acts for: `request.membership`, `request.company`."""

from collections.abc import Callable

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from recruiting.companies.models import Membership

SESSION_KEY = "membership_id"


class MembershipMiddleware:
    """Puts the current membership on the request, checked afresh each time, and the reader's time zone in force."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with `request.membership` set (None without a company)."""
        membership = self._current(request)
        request.membership = membership  # type: ignore[attr-defined]
        request.company = membership.company if membership else None  # type: ignore[attr-defined]
        if membership:
            timezone.activate(membership.zone)
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def _current(self, request: HttpRequest) -> Membership | None:
        if not request.user.is_authenticated:
            return None
        others = Membership.objects.active().filter(user=OuterRef("user")).exclude(pk=OuterRef("pk"))
        mine = (
            Membership.objects.active()
            .filter(user=request.user)
            .annotate(has_others=Exists(others))
            .select_related("company", "user")
        )
        chosen = request.session.get(SESSION_KEY)
        found = mine.filter(pk=chosen).first() if chosen else None
        if found is None:
            found = mine.order_by("created_at").first()
            if found is not None:
                request.session[SESSION_KEY] = str(found.pk)
        return found
