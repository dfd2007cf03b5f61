"""Which membership a request acts for: `request.membership`, `request.company`, `request.has_other_companies`."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Case, OuterRef, QuerySet, Subquery, TextField, When
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from recruiting.companies.models import CompanyFeature, Membership, User
from recruiting.foundation.compiled import compiled
from recruiting.foundation.ids import parse_uuid

SESSION_KEY = "membership_id"


class MembershipMiddleware:
    """Puts the current membership on the request, checked afresh each time, and the reader's time zone in force."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with `request.membership` set (None without a company)."""
        chosen = request.session.get(SESSION_KEY)
        found = self._current_first(request.user, chosen) if request.user.is_authenticated else []
        membership = found[0] if found else None
        if membership and chosen != str(membership.pk):
            request.session[SESSION_KEY] = str(membership.pk)
        request.membership = membership  # type: ignore[attr-defined]
        request.company = membership.company if membership else None  # type: ignore[attr-defined]
        request.has_other_companies = len(found) > 1  # type: ignore[attr-defined]
        if membership:
            timezone.activate(membership.zone)
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def _current_first(self, user: User, chosen: str | None) -> list[Membership]:
        """Return the membership that was chosen, else the oldest, and one more where there are others."""
        found: list[Any] = _memberships_of(user.pk, parse_uuid(chosen or "") or user.pk)
        for each in found:
            each.user = user
            each.company.enabled_features = frozenset(each.features.split(",")) if each.features else frozenset()
        return found


class _Joined(Subquery):
    """All values of a subquery's column `feature`, with commas between them; null without one."""

    template = "(SELECT string_agg(feature, ',') FROM (%(subquery)s) listed)"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Return the same by SQLite's name."""
        template = "(SELECT group_concat(feature, ',') FROM (%(subquery)s) listed)"
        return self.as_sql(compiler, connection, template=template, **more)


@compiled
def _memberships_of(user_id: UUID, first: UUID) -> QuerySet[Membership]:
    features = CompanyFeature.objects.filter(company=OuterRef("company")).order_by().values("feature")
    mine = Membership.objects.filter(user=user_id, is_active=True).select_related("company")
    mine = mine.annotate(features=_Joined(features))
    return mine.order_by(Case(When(pk=first, then=0), default=1), "created_at")[:2]
