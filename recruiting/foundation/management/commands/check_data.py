"""`manage.py check_data`: say where rows of two companies met, or another rule over several tables was broken."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recruiting.foundation import integrity


class Command(BaseCommand):
    """Runs every check of `recruiting.foundation.integrity`; only reads."""

    help = "Find rows that lead to another company or break another rule; exit code 1 when there are any."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a sentence per finding and fail, or say that all is well."""
        checks, rules = integrity.checks(), integrity.rules()
        answers = [*(check.finding() for check in checks), *(rule.finding() for rule in rules)]
        findings = [answer for answer in answers if answer]
        for finding in findings:
            self.stdout.write(finding)
        if findings:
            raise CommandError(
                f"{len(findings)} of {len(checks) + len(rules)} checks found rows that break them. Nothing was changed."
            )
        self.stdout.write(f"{len(checks)} foreign keys were looked at; each leads to its own company.")
        self.stdout.write(f"{len(rules)} further rules hold.")
