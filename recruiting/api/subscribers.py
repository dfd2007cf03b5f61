"""What happens to tokens when something happens to the people behind them."""

from recruiting import events
from recruiting.api import services


def member_deactivated(event: events.MembershipDeactivated) -> None:
    """Revoke the member's tokens: they stay revoked when the member is let in again."""
    services.revoke_of_member(membership_id=event.membership_id)


def account_secured(event: events.PasswordChanged | events.AccountDeactivated) -> None:
    """Revoke the person's tokens: whoever knew the old password may have made some."""
    services.revoke_of_user(user_id=event.user_id)
