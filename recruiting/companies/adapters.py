"""How sign-in behaves: nobody signs up by themselves; people come in by invitation."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """allauth's account adapter with sign-up closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: entry is by invitation."""
        return False
