"""`manage.py prepare`: make the database and the static files fit this version of the code."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS

from recruiting.foundation import file_modes, staticfiles


class Command(BaseCommand):
    """Migrates, makes the cache's table, writes the schedules, collects static files; idempotent.

    Files from before that others could read (database, uploads, mails) become the owner's alone. What the database
    lacks is printed.
    """

    help = "Migrate, write schedules and collect static files."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do each step and say so."""
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        file_modes.tighten()
        self.stdout.write("Bringing the database up to date…")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("sync_schedules", stdout=self.stdout)
        for found in checks.run_checks(tags=[checks.Tags.database], databases=[DEFAULT_DB_ALIAS]):
            self.stdout.write(found.msg)
        self._collect_static_files()

    def _collect_static_files(self) -> None:
        stamp = settings.VAR_DIR / "stamps" / "static"
        wanted = staticfiles.fingerprint()
        if settings.STATIC_ROOT.is_dir() and stamp.is_file() and stamp.read_text() == wanted:
            return
        self.stdout.write("Collecting the static files…")
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(wanted)
