"""Disconnecting a company: nothing new is sent, and the key goes once nothing that was sent needs it any more."""

from django.db import transaction
from django.db.models import Q

from integrations import credentials, installations
from integrations.models import Installation
from integrations.requests.models import VendorRequest
from recruiting.companies.models import Membership

# In `Installation.settings`: the key goes once the last request is over.
_FORGET_KEY = "forget_key"


def disconnect(*, installation: Installation, by: Membership) -> Installation:
    """Switch a connection off and note that its key is to go. Raises NotAllowed unless by an Administrator."""
    with transaction.atomic():
        off = installations.switch(installation=installation, on=False, by=by)
        off.keep(**{_FORGET_KEY: True})
    return off


def stay_connected(installation: Installation) -> None:
    """A key was saved anew, or the connection switched on: the key is not to go."""
    if forgets_key(installation):
        installation.keep(**{_FORGET_KEY: False})


def forgets_key(installation: Installation) -> bool:
    """Return whether the key is only kept until the last request is over."""
    return bool(installation.settings.get(_FORGET_KEY))


def forget_key_if_over(installation: Installation, model: type[VendorRequest], *, is_needed: bool = False) -> None:
    """Forget the key of a company that disconnected, unless an open request still needs it, or something else does."""
    if installation.is_on or is_needed or not forgets_key(installation):
        return
    is_open = Q(installation=installation, state__in=model.lifecycle.open)
    if not model._default_manager.filter(is_open).exists():
        credentials.forget_company_key(installation=installation)
        stay_connected(installation)
