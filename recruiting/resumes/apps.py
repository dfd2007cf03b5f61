"""Résumés as a Django app."""

from django.apps import AppConfig


class ResumesConfig(AppConfig):
    """What is read of files, the viewer of résumés, and résumés dropped on a job."""

    name = "recruiting.resumes"
    label = "resumes"
    verbose_name = "Résumés"
    api_urls = "recruiting.resumes.api"

    def ready(self) -> None:
        """Have files read as they are stored, and offer the tab of the record."""
        from recruiting import events, extensions
        from recruiting.resumes import batches, tasks  # noqa: F401  (its task is registered)
        from recruiting.resumes.tab import ResumesExtension

        events.subscribe(events.FileStored, tasks.note_stored, when_quiet=True)
        extensions.register(ResumesExtension())
