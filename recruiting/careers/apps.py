"""Careers pages as a Django app."""

from django.apps import AppConfig


class CareersConfig(AppConfig):
    """What the public sees of a company's jobs, and applications that come in."""

    name = "recruiting.careers"
    label = "careers"
    verbose_name = "Careers"
    api_urls = "recruiting.careers.api_urls"

    def ready(self) -> None:
        """Register what it adds to the core, and what runs in the background."""
        from recruiting import events, extensions
        from recruiting.careers import applying, extension, publishing, submissions_api  # noqa: F401  (tasks, scopes)
        from recruiting.outbox.schedules import ScheduledTask, register

        extensions.register(extension.Careers())
        events.subscribe(events.ApplicationClosed, extension.application_closed)
        events.subscribe(events.ApplicationMoved, extension.application_moved)
        events.subscribe(events.CompanyTimeZoneChanged, publishing.follow_zone)
        for name, minutes in (("applying.forget", 60), ("mails.tell_daily", 10)):
            register(ScheduledTask(name=f"careers.{name}", function=f"recruiting.careers.{name}", minutes=minutes))
