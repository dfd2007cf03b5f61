"""Company Settings › Integrations › Video Interviewing: its card in the list, and its state in words."""

from typing import Any

from integrations import installations
from integrations.models import Credential, Installation
from integrations.spark_hire import SLUG, webhooks
from recruiting.extensions import Badge, SettingsPage
from recruiting.foundation import clock

ON = Badge("On", "plug-connected", "success")
SETUP = Badge("Setup not finished", "tool", "info")
OFF = Badge("Off", "plug-x", "neutral")
ON_REQUEST = Badge("Available on request", "lock", "neutral")
PAUSED = Badge("Paused", "player-pause", "warning")
ATTENTION = Badge("Needs attention", "alert-triangle", "danger")


def state(company: Any) -> tuple[Badge, str]:
    """Return how the company's connection stands: a badge and one sentence."""
    if not installations.is_enabled(company, SLUG):
        return ON_REQUEST, (
            "Once your company has purchased a Spark Hire account, reach out to the Recruiting Support Team "
            "to have it enabled."
        )
    installation = installations.find(company, SLUG)
    if installation is None:
        return OFF, "Turn it on, then add the users who send interviews."
    if not installation.is_on:
        return OFF, "No new requests can be sent. Open ones run on."
    if installation.needs_attention:
        return ATTENTION, installation.needs_attention
    if reason := webhooks.failure(installation):
        return ATTENTION, f"Webhooks are not set up, so that news may come hours late. Spark Hire says: {reason}"
    return _when_on(installation)


def _when_on(installation: Installation) -> tuple[Badge, str]:
    if installation.is_paused(clock.machine_now()):
        return PAUSED, "Sending is paused for a while; requests are kept and go out afterwards."
    if not Credential.objects.filter(installation=installation).exists():
        return SETUP, "Next: add users."
    if not Credential.objects.filter(installation=installation).usable().exists():
        return SETUP, "Next: paste the users' API keys."
    if installation.primary_credential_id is None:
        return SETUP, "Next: choose a Primary User."
    return ON, "Hiring teams can send video interviews."


PAGE = SettingsPage(
    slug=SLUG,
    label="Video Interviewing",
    url_name="spark_hire:settings",
    sentence="Invite candidates to one-way video interviews with Spark Hire, and watch them here.",
    state=state,
    weight=50,
)
