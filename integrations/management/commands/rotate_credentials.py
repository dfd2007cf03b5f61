"""`manage.py rotate_credentials`: encrypt stored vendor keys with the newest key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from integrations import rotation


class Command(BaseCommand):
    """Run it after a new key was put first in `CREDENTIAL_KEYS`; afterwards the old keys can be removed."""

    help = "Encrypt every stored secret with the first of CREDENTIAL_KEYS; safe to run again and while the site runs."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate and say how it went; exit code 1 when a row could not be read."""
        outcome = rotation.rotate_all()
        self.stdout.write(
            f"{outcome.rotated} secrets were encrypted anew; {outcome.current} had the first key already."
        )
        if outcome.unreadable:
            for row in outcome.unreadable:
                self.stdout.write(f"No key opens {row}.")
            raise CommandError(
                "Put the key that encrypted these rows back into CREDENTIAL_KEYS, or paste their secrets again; "
                "until then keep every old key."
            )
        self.stdout.write("Every key but the first can be removed from CREDENTIAL_KEYS now.")
