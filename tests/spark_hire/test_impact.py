"""What a new time zone or a deactivation means for video interviews, said before it is confirmed."""

from zoneinfo import ZoneInfo

from integrations import installations
from integrations.spark_hire import selectors
from integrations.spark_hire.models import InterviewRequest
from recruiting import extensions
from recruiting.extensions import MemberDeactivation, TimeZoneChange
from tests import factories
from tests.spark_hire.scenario import NOW, Scenario


def test_it_names_the_deadlines_that_a_new_zone_moves_and_those_that_stay(scenario: Scenario) -> None:
    west, east = (TimeZoneChange(scenario.company, ZoneInfo(name)) for name in ("America/Los_Angeles", "Europe/Berlin"))

    assert extensions.impact(west) == []

    scenario.ask()
    assert extensions.impact(west) == [
        "1 video interview deadline moves to midnight in Los Angeles, which is later: Ada Lovelace."
    ]
    assert extensions.impact(east) == [
        "1 video interview deadline stays as promised, since midnight in Berlin is no later: Ada Lovelace."
    ]

    scenario.ask(application=scenario.another(first_name="Grace", last_name="Hopper"))
    exact = scenario.ask(application=scenario.another(first_name="Joan", last_name="Clarke"))
    InterviewRequest.objects.filter(pk=exact.pk).update(expires_on=None)
    over = scenario.ask(application=scenario.another(first_name="Mary", last_name="Allen"))
    InterviewRequest.objects.filter(pk=over.pk).update(expires_at=NOW)
    assert extensions.impact(west) == [
        "2 video interview deadlines move to midnight in Los Angeles, which is later: Ada Lovelace and Grace Hopper.",
        "1 video interview deadline stays at the time that was set in Spark Hire: Joan Clarke.",
    ]


def test_it_lists_thirty_names_and_counts_the_others() -> None:
    assert selectors._named(["Ada", "Bo", "Cy"]) == "Ada, Bo and Cy"
    assert selectors._named(["Ada"] * 32) == f"{', '.join(['Ada'] * 30)} and 2 more"


def test_it_names_the_key_the_primary_user_and_the_open_requests_of_a_member(scenario: Scenario) -> None:
    installations.choose_primary(
        installation=scenario.installation, credential=scenario.key(scenario.kim), by=scenario.dana
    )
    scenario.ask()

    assert extensions.impact(MemberDeactivation(scenario.kim)) == [
        "Kim's Spark Hire key stops being used.",
        "Kim is the Primary User: choose another one, or status updates stop.",
        f"1 open video interview request runs on that Kim sent: {scenario.candidate.name}.",
    ]


def test_it_says_nothing_about_members_without_keys_or_other_companies(scenario: Scenario) -> None:
    scenario.ask()
    stranger = factories.MembershipFactory(company=factories.CompanyFactory())

    assert extensions.impact(MemberDeactivation(scenario.ivy)) == []
    assert extensions.impact(MemberDeactivation(stranger)) == []
    assert extensions.impact(TimeZoneChange(stranger.company, ZoneInfo("Europe/Berlin"))) == []
