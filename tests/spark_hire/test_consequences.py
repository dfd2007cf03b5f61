"""What a new time zone or a deactivation means for video interviews, said before it is confirmed."""

from zoneinfo import ZoneInfo

from integrations import installations
from recruiting import extensions
from recruiting.extensions import MemberDeactivation, TimeZoneChange
from tests import factories
from tests.spark_hire.house import House


def test_it_counts_the_deadlines_that_a_new_zone_moves(house: House) -> None:
    change = TimeZoneChange(house.company, ZoneInfo("Europe/Berlin"))

    assert extensions.consequences(change) == []

    house.ask()
    assert extensions.consequences(change) == [
        "1 open video interview request gets a new deadline: midnight in Berlin."
    ]

    house.ask(application=house.another(email="grace@example.com"))
    assert extensions.consequences(change) == [
        "2 open video interview requests get a new deadline: midnight in Berlin."
    ]


def test_it_names_the_key_the_primary_user_and_the_open_requests_of_a_member(house: House) -> None:
    installations.choose_primary(installation=house.installation, credential=house.key(house.kim), by=house.dana)
    house.ask()

    assert extensions.consequences(MemberDeactivation(house.kim)) == [
        "Kim's Spark Hire key stops being used.",
        "Kim is the Primary User: choose another one, or status updates stop.",
        f"1 open video interview request runs on that Kim sent: {house.candidate.name}.",
    ]


def test_it_says_nothing_about_members_without_keys_or_other_companies(house: House) -> None:
    house.ask()
    stranger = factories.MembershipFactory(company=factories.CompanyFactory())

    assert extensions.consequences(MemberDeactivation(house.ivy)) == []
    assert extensions.consequences(MemberDeactivation(stranger)) == []
    assert extensions.consequences(TimeZoneChange(stranger.company, ZoneInfo("Europe/Berlin"))) == []
