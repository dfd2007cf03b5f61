"""`manage.py create_api_token`: a personal token for a member, for those who set machines up."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recruiting.api import scopes, services
from recruiting.companies.models import Membership, User
from recruiting.foundation.errors import RecruitingError


class Command(BaseCommand):
    """Makes a token and prints it, alone on standard output, once."""

    help = "Create an API token that acts as a member; prints it once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whose, for what and how long."""
        parser.add_argument("email", help="The member's e-mail address.")
        parser.add_argument("--company", default="", help="The company's name; needed for a member of several.")
        parser.add_argument("--name", required=True, help="What uses the token.")
        parser.add_argument(
            "--scopes", required=True, nargs="+", metavar="SCOPE", help=f"Out of: {', '.join(scopes.names())}."
        )
        parser.add_argument("--days", type=int, default=30, help="30 (default), 90 or 365.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the token, print it."""
        membership = _find(options["email"], options["company"])
        names = [name for given in options["scopes"] for name in given.split(",") if name]
        try:
            made, token = services.create_token(
                membership=membership, name=options["name"], scopes=names, days=options["days"]
            )
        except RecruitingError as error:
            raise CommandError(str(error)) from error
        self.stderr.write(
            f"This token acts as {membership.name} in {membership.company.name} "
            f"until {made.expires_at:%Y-%m-%d %H:%M} UTC. It is not shown again."
        )
        self.stdout.write(token)


def _find(email: str, company: str) -> Membership:
    found = Membership.objects.active().filter(user__in=User.objects.with_email(email))
    found = found.select_related("user", "company")
    if company:
        found = found.filter(company__name=company)
    memberships = list(found.order_by("company__name")[:20])
    if not memberships:
        raise CommandError(f"{email} is no active member{f' of {company}' if company else ''}.")
    if len(memberships) > 1:
        names = ", ".join(membership.company.name for membership in memberships)
        raise CommandError(f"{email} is in several companies; say which with --company: {names}.")
    return memberships[0]
