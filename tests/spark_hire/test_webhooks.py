"""What Spark Hire tells by webhook, event by event (spark-hire.md §2.6); bad deliveries are in tests/faults."""

from integrations.models import WebhookDelivery
from integrations.spark_hire.models import JobLink
from tests.spark_hire.scenario import Scenario


def states() -> list[str]:
    return list(WebhookDelivery.objects.order_by("id").values_list("state", flat=True))


def test_each_event_of_the_vendor_is_followed_by_a_look(scenario: Scenario) -> None:
    request = scenario.sent()
    for action, event, state in (
        ("accept", "InterviewAccepted", "accepted"),
        ("complete", "InterviewCompleted", "completed"),
        ("reset", "InterviewReset", "sent"),
        ("expire", "InterviewExpired", "expired"),
    ):
        scenario.perform(request, action)
        assert scenario.hear() == [event]
        scenario.drain()
        assert scenario.now(request).state == state
    scenario.perform(request, "extend", days=3)
    assert scenario.hear() == ["InterviewRescheduled"]
    scenario.drain()
    assert scenario.now(request).state == "sent"
    scenario.perform(request, "delete")
    assert scenario.hear() == ["InterviewDeleted"]
    scenario.drain()
    assert scenario.now(request).state == "canceled"
    assert set(states()) == {"processed"}


def test_deliveries_in_the_wrong_order_end_at_the_truth(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.perform(request, "accept", "start", "finish")
    assert scenario.hear(backwards=True) == ["InterviewCompleted", "InterviewAccepted"]
    scenario.drain()

    assert scenario.now(request).state == "completed"
    assert scenario.titles() == ["Requested", "Accepted", "Started", "Completed"]


def test_a_job_that_is_renamed_closed_or_deleted_there_is_followed(scenario: Scenario) -> None:
    scenario.job_action("rename", title="Buyer II")
    scenario.hear()
    scenario.drain()
    scenario.link.refresh_from_db()
    assert scenario.link.vendor_title == "Buyer II"

    scenario.job_action("deactivate")
    scenario.hear()
    scenario.drain()
    scenario.link.refresh_from_db()
    assert scenario.link.vendor_is_active is False

    scenario.job_action("delete")
    scenario.hear()
    scenario.drain()
    scenario.link.refresh_from_db()
    assert scenario.link.state == JobLink.State.BROKEN
    assert scenario.job_feed()[-1] == "The linked job was deleted in Spark Hire."
    assert "The linked job no longer exists in Spark Hire. Link another; history stays." in scenario.see()
