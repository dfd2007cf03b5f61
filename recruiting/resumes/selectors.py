"""Which file is somebody's résumé, and what was read of it; always for one member."""

from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from recruiting.applications import selectors as applications
from recruiting.applications.models import Application, Attachment
from recruiting.companies.models import Membership
from recruiting.foundation import documents, memo
from recruiting.foundation.compiled import compiled

Kind = Attachment.Kind


def resume_of(application: Application, membership: Membership) -> Attachment | None:
    """Return the file that counts as the résumé of an application, with what was read of it; None for none.

    The newest that is called a résumé, of this application or kept with the person before those of other jobs; else the
    newest document that somebody added to this application without saying what it is.
    """
    key = ("resume", application.pk, membership.pk)
    return memo.once(key, lambda: next(iter(_resume_of(application, membership)), None))


@compiled
def _resume_of(application: Application, membership: Membership) -> QuerySet[Attachment]:
    here = Q(application=application.pk) | Q(is_personal=True)
    rank = Case(
        When(here, kind=Kind.RESUME, then=Value(0)),
        When(kind=Kind.RESUME, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    # What an integration brought, such as a report, was added by nobody.
    unnamed = Q(kind=Kind.OTHER, application=application.pk, added_by__isnull=False)
    files = applications.files_of(application, membership).filter(content_type__in=tuple(documents.TEXTS.values()))
    found = files.filter(Q(kind=Kind.RESUME) | unnamed).select_related("reading").defer("reading__text")
    return found.order_by(rank, "-id")[:1]


def visible_file(application: Application, membership: Membership, file_id: UUID) -> QuerySet[Attachment]:
    """Return the file of an application's person with this id, if there is one that the member may see."""
    return applications.files_of(application, membership).filter(pk=file_id)
