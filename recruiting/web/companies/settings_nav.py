"""The list of pages beside Company Settings, and the state of each integration's page.

Pages of integrations are offered by extensions; which vendor stands behind one is not known here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from recruiting import extensions
from recruiting.companies.models import Company
from recruiting.extensions import Badge, SettingsPage


@dataclass(frozen=True)
class Item:
    """One link of the list. `apart`: the addresses below it that have a link of their own."""

    label: str
    url: str
    sentence: str = ""
    apart: Sequence[str] = ()


@dataclass(frozen=True)
class Section:
    """Links under one heading."""

    label: str
    items: Sequence[Item]


@dataclass(frozen=True)
class IntegrationCard:
    """An integration in Company Settings › Integrations."""

    page: SettingsPage
    badge: Badge
    sentence: str
    url: str
    """Where its settings are; "" while it is not enabled for the company."""


def sections(company: Company | None) -> list[Section]:
    """Return the list of Company Settings for a company: the pages it can open."""
    pages = [page for page, is_enabled in _pages(company) if is_enabled]
    urls = [reverse(page.url_name) for page in pages]
    return [
        Section(
            "Company",
            [
                Item("General", reverse("companies:general"), "The company's name and time zone."),
                Item("Users & roles", reverse("companies:users"), "Who works here, and what they may open."),
            ],
        ),
        Section(
            "Configuration",
            [
                Item("Departments", reverse("jobs:departments"), "The parts of the company that jobs belong to."),
                Item("Locations", reverse("jobs:locations"), "Where jobs are."),
                Item("Job Fields", reverse("jobs:fields"), "Facts that the company keeps about its jobs."),
                Item("Candidate Fields", reverse("candidates:fields"), "Facts that the company keeps about people."),
                Item("Hiring Process", reverse("jobs:processes"), "The steps that candidates go through."),
                Item("Custom Candidate Sources", reverse("candidates:sources"), "Where candidates come from."),
            ],
        ),
        Section(
            "Careers",
            [
                Item("Careers page", reverse("careers:site"), "What people outside see of the company and its jobs."),
                Item("Question sets", reverse("careers:sets"), "Questions that several jobs ask applicants."),
                Item("Source links", reverse("careers:links"), "Addresses that say where applicants come from."),
                Item("Job board keys", reverse("careers:keys"), "For programs that send applications."),
            ],
        ),
        Section(
            "Integrations",
            [
                Item(
                    "All integrations",
                    reverse("companies:integrations"),
                    "Everything that can be connected, and how it is doing.",
                    apart=urls,
                ),
                *(
                    Item(page.label, url, page.sentence, apart=[other for other in urls if _is_below(other, url)])
                    for page, url in zip(pages, urls, strict=True)
                ),
            ],
        ),
        Section(
            "Access",
            [
                Item("Connected apps", reverse("connected_apps:index"), "Programs that members let in."),
                Item("Webhooks", reverse("webhooks:index"), "Programs that are told of what happens here."),
            ],
        ),
    ]


def integration_cards(company: Company) -> list[IntegrationCard]:
    """Return a card per integration, those that need attention first."""
    cards = []
    for page, is_enabled in _pages(company):
        if not page.is_card:
            continue
        badge, sentence = extensions.call_safely(
            lambda page=page: page.state(company),  # type: ignore[misc]
            default=(
                Badge("Needs attention", "alert-triangle", "danger"),
                f"The state of {page.label} could not be read. Try again in a minute.",
            ),
            label=f"the state of the settings page {page.slug}",
        )
        cards.append(IntegrationCard(page, badge, sentence, reverse(page.url_name) if is_enabled else ""))
    return sorted(cards, key=lambda card: card.badge.tone != "danger")


def _is_below(url: str, other: str) -> bool:
    return url != other and url.startswith(other)


def _pages(company: Company | None) -> list[tuple[SettingsPage, bool]]:
    found = [
        (page, company is not None and extensions.is_enabled(extension, company))
        for extension in extensions.all_extensions()
        for page in extension.settings_pages
    ]
    return sorted(found, key=lambda pair: (pair[0].weight, pair[0].slug))
