"""Memberships that programs act as and nobody signs in with: made and changed by Administrators.

Access is taken away and given back as a person's is, by `companies.services`.
"""

from django.db import transaction

from recruiting.companies import services
from recruiting.companies.access import require_administrator
from recruiting.companies.models import Company, Membership
from recruiting.foundation import text
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict, InvalidInput, NotFound
from recruiting.foundation.permissions import CompanyRole

MOST = 50


def create(*, company: Company, name: str, role: CompanyRole, by: Membership) -> Membership:
    """Make a service account.

    Args:
        company: whose.
        name: what people read where it did something, up to 80 characters.
        role: what it may open, as a person's.
        by: the Administrator.

    Raises:
        NotAllowed, NotFound: when `by` may not manage the company.
        InvalidInput: for an empty name.
        Conflict: for a name that another one has, and when the company has 50.
    """
    require_administrator(by, of=company.pk)
    name = _checked(name)
    with transaction.atomic():
        Company.objects.select_for_update(no_key=True).get(pk=company.pk)
        if Membership.objects.for_company(company).service_accounts().count() >= MOST:
            raise Conflict(f"There are {MOST} service accounts. Rename one nobody needs.", code="too_many_accounts")
        with translate_integrity_errors({"membership_service_name_once": _taken(name)}):
            return Membership.objects.create(company=company, service_name=name, role=role)


def change(*, account: Membership, name: str, role: CompanyRole, by: Membership) -> Membership:
    """Change what a service account is called and may open; what it did before is shown under the new name.

    Raises what `create` does.
    """
    require_administrator(by, of=account.company_id)
    name = _checked(name)
    with transaction.atomic():
        locked = services.change_role(membership=account, role=role, by=by)
        if locked.is_person:
            raise NotFound("There is no such service account in your company.")
        with translate_integrity_errors({"membership_service_name_once": _taken(name)}):
            return locked.write(service_name=name)


def _taken(name: str) -> Conflict:
    return Conflict(f"Another service account is called {name}.", code="name_taken")


def _checked(name: str) -> str:
    name = text.one_line(name)
    if not name:
        raise InvalidInput(fields={"name": "Enter a name."})
    if len(name) > 80:
        raise InvalidInput(fields={"name": "A name holds up to 80 characters."})
    return name
