"""`manage.py create_company`: a new tenant with its first Administrator."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from recruiting.companies import services
from recruiting.foundation.errors import RecruitingError
from recruiting.foundation.permissions import CompanyRole


class Command(BaseCommand):
    """Creates a company and prints the one-time link of its first Administrator."""

    help = "Create a company; prints a one-time link for its first Administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the company's name, its zone and the first Administrator's address."""
        parser.add_argument("name")
        parser.add_argument("email", help="The first Administrator's e-mail address.")
        parser.add_argument("--time-zone", default="America/New_York", help="IANA name; default America/New_York.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create, invite, print."""
        try:
            with transaction.atomic():
                company = services.create_company(name=options["name"], time_zone=options["time_zone"])
                _, link = services.invite(
                    company=company, email=options["email"], role=CompanyRole.ADMINISTRATOR, by=None
                )
        except RecruitingError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{company.name} is there. Its first Administrator opens this link, once:\n{link}")
