"""What Spark Hire tells by webhook, event by event (spark-hire.md §2.6); bad deliveries are in tests/faults."""

from integrations.models import WebhookDelivery
from integrations.spark_hire.models import JobLink
from tests.spark_hire.house import House


def states() -> list[str]:
    return list(WebhookDelivery.objects.order_by("id").values_list("state", flat=True))


def test_each_event_of_the_vendor_is_followed_by_a_look(house: House) -> None:
    request = house.sent()
    for act, event, state in (
        ("accept", "InterviewAccepted", "accepted"),
        ("complete", "InterviewCompleted", "completed"),
        ("reset", "InterviewReset", "sent"),
        ("expire", "InterviewExpired", "expired"),
    ):
        house.play(request, act)
        assert house.hear() == [event]
        house.drain()
        assert house.now(request).state == state
    house.play(request, "extend", days=3)
    assert house.hear() == ["InterviewRescheduled"]
    house.drain()
    assert house.now(request).state == "sent"
    house.play(request, "delete")
    assert house.hear() == ["InterviewDeleted"]
    house.drain()
    assert house.now(request).state == "canceled"
    assert set(states()) == {"processed"}


def test_deliveries_in_the_wrong_order_end_at_the_truth(house: House) -> None:
    request = house.sent()
    house.play(request, "accept", "start", "finish")
    assert house.hear(backwards=True) == ["InterviewCompleted", "InterviewAccepted"]
    house.drain()

    assert house.now(request).state == "completed"
    assert house.titles() == ["Requested", "Accepted", "Started", "Completed"]


def test_a_job_that_is_renamed_closed_or_deleted_there_is_followed(house: House) -> None:
    house.job_act("rename", title="Buyer II")
    house.hear()
    house.drain()
    house.link.refresh_from_db()
    assert house.link.vendor_title == "Buyer II"

    house.job_act("deactivate")
    house.hear()
    house.drain()
    house.link.refresh_from_db()
    assert house.link.vendor_is_active is False

    house.job_act("delete")
    house.hear()
    house.drain()
    house.link.refresh_from_db()
    assert house.link.state == JobLink.State.BROKEN
    assert house.job_feed()[-1] == "The linked job was deleted in Spark Hire."
    assert "The linked job no longer exists in Spark Hire. Link another; history stays." in house.see()
