"""How a connection stands, in words that all vendors share: what a page's `state` asks one after the other.

The first that has something to say is shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from integrations import credentials, installations
from integrations.models import Credential, Installation
from recruiting.companies.models import Company
from recruiting.extensions import Badge
from recruiting.foundation import clock

State = tuple[Badge, str]

ON = Badge("On", "plug-connected", "success")
SETUP = Badge("Setup not finished", "tool", "info")
OFF = Badge("Off", "plug-x", "neutral")
ON_REQUEST = Badge("Available on request", "lock", "neutral")
PAUSED = Badge("Paused", "player-pause", "warning")
ATTENTION = Badge("Needs attention", "alert-triangle", "danger")


@dataclass(frozen=True)
class SetupStep:
    """One line of a checklist: what it is about, whether it is done, and the way to do it."""

    sentence: str
    is_done: bool
    action: str = ""
    url: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    """Of a form that is posted to `url`; empty for a link."""


def not_enabled(company: Company, slug: str, once: str) -> State | None:
    """Say how a company gets an integration; `once`: "Once your company has an account"."""
    if installations.is_enabled(company, slug):
        return None
    return ON_REQUEST, f"{once}, reach out to the Recruiting Support Team to have it enabled."


def needs_attention(installation: Installation) -> State | None:
    """Say what about the keys has to be mended."""
    return (ATTENTION, installation.needs_attention) if installation.needs_attention else None


def paused(installation: Installation) -> State | None:
    """Say that the vendor asked for a pause."""
    if not installation.is_paused(clock.machine_now()):
        return None
    return PAUSED, "Sending is paused for a while; requests are kept and go out afterwards."


# ── The company's key ────────────────────────────────────────────────────────────────────────────────────────────────
def of_company_key(installation: Installation | None, *, vendor: str, key: str, off: str) -> State | None:
    """Say what keeps a connection with one key of the company from sending.

    Args:
        installation: None before the first settings were saved.
        vendor: its name.
        key: what its key is called, such as "partner key".
        off: what is said while the company has switched it off.
    """
    credential = credentials.of_company(installation) if installation else None
    if installation is None or credential is None:
        return OFF, f"Next: paste the {key}."
    if mended := needs_attention(installation):
        return mended
    if credential.state == Credential.State.UNCHECKED:
        return SETUP, f"{vendor} has not been asked about the {key} yet; that happens within 10 minutes."
    return paused(installation) if installation.is_on else (OFF, off)


def key_step(credential: Credential | None, *, vendor: str, key: str, page: str) -> SetupStep:
    """Return the line about the company's key."""
    if credential is None:
        return SetupStep(f"Connect with the {key} of your {vendor} account.", False, "Connect", f"{page}#key")
    if credential.state == Credential.State.REFUSED:
        return SetupStep(f"Replace the {key}: {vendor} no longer accepts it.", False, "Replace", f"{page}#key")
    return SetupStep(f"Connected to {vendor}.", True)


def switch_step(installation: Installation, *, label: str, page: str) -> SetupStep:
    """Return the line about the switch; `page` leads to its card."""
    return (
        SetupStep(f"{label} is on.", True)
        if installation.is_on
        else SetupStep(f"Turn on {label}.", False, "Turn on", page)
    )


def next_step(steps: Iterable[SetupStep]) -> State | None:
    """Say the first thing that is not done yet."""
    missing = next((step for step in steps if not step.is_done), None)
    return (SETUP, f"Next: {missing.sentence[0].lower()}{missing.sentence[1:]}") if missing else None


# ── The users' keys ──────────────────────────────────────────────────────────────────────────────────────────────────
def of_user_keys(installation: Installation) -> State | None:
    """Say what keeps a connection with keys of users from sending."""
    if pause := paused(installation):
        return pause
    listed = Credential.objects.filter(installation=installation)
    if not listed.exists():
        return SETUP, "Next: add users."
    if not listed.usable().exists():
        return SETUP, "Next: paste the users' API keys."
    return (SETUP, "Next: choose a Primary User.") if installation.primary_credential_id is None else None
