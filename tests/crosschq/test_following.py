"""From the sent check to the report: progress, completion, its note, mail and files; and the ways out of it."""

from datetime import timedelta
from typing import Any

import pytest

from integrations.crosschq import schemas, services
from integrations.crosschq.flow import FLOW, send_reminder
from integrations.crosschq.integration import Crosschq
from integrations.crosschq.models import KeptReference, ReportFile
from integrations.crosschq.reports import services as reports
from integrations.crosschq.settings import connection
from integrations.models import Credential
from integrations.requests import changes
from integrations.requests import services as request_services
from integrations.requests.lifecycle import Event
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application, Attachment, Note
from recruiting.foundation import clock
from recruiting.foundation.errors import Conflict, NotAllowed
from recruiting.outbox.models import OutboxMessage
from tests.crosschq.house import House
from tests.refusals import changes_nothing, refuses


def test_the_whole_way_to_the_report(house: House, mailoutbox: Any) -> None:
    check = house.sent()

    house.play(check, "references", "self_reference", "answer")
    check = house.refreshed(check)
    assert (check.state, check.entered_count, check.answered_count) == ("progress", 3, 1)
    house.play(check, "answer")
    check = house.refreshed(check)
    assert (check.progress, check.answered_count) == (house.there(check)["progress"], 2)
    assert house.feed()[1:] == ["Started: Ada Lovelace started.", "Progress: 2 of 3 references answered."]

    house.play(check, "answer")
    check = house.refreshed(check)

    assert (check.state, check.progress, check.answered_count, check.owner_told) == ("completed", 100, 3, True)
    assert check.report_url and check.completed_at is not None
    assert house.feed()[2:] == [
        "Progress: 3 of 3 references answered.",
        "Completed: The reference report is ready: 3 of 3 references.",
        ": Report copied to Files: summary, full.",
    ]
    note = Note.objects.get()
    assert (note.author_label, note.body) == ("Crosschq", f"Reference report: {check.report_url}")
    [letter] = mailoutbox
    assert (letter.to, letter.subject) == (
        ["kim@acme.example"],
        "Reference report ready: Ada Lovelace, Senior Engineer",
    )
    assert "3 of 3 references" in letter.body and check.report_url in letter.body
    assert house.driver.messages(kind="completed_notice") == []
    names = set(Attachment.objects.values_list("name", flat=True))
    assert names == {"Reference report, summary.pdf", "Reference report, full.pdf"}
    assert set(ReportFile.objects.values_list("state", flat=True)) == {"copied"}


def test_hearing_of_the_report_again_changes_nothing_more(house: House, mailoutbox: Any) -> None:
    check = house.completed()
    before = house.feed()

    house.refreshed(check)
    house.refreshed(check)

    assert house.feed() == before
    assert (Note.objects.count(), len(mailoutbox), Attachment.objects.count()) == (1, 1, 2)


def test_the_vendor_may_tell_the_owner_instead(house: House, mailoutbox: Any) -> None:
    house.configure(vendor_tells_owner=True)

    check = house.completed()

    assert (mailoutbox, check.owner_told) == ([], False)
    assert house.driver.messages(kind="completed_notice") == [("email", "completed_notice", "kim@acme.example")]


def test_concluded_early_says_of_how_many(house: House) -> None:
    check = house.sent()
    house.play(check, "references", "self_reference", "answer", "answer", "conclude")

    house.refreshed(check)

    assert "Completed: The reference report is ready: 2 of 3 references." in house.feed()


@pytest.mark.parametrize(("keeps", "kept"), [(False, 0), (True, 3)])
def test_who_the_references_are_is_kept_only_if_wanted(house: House, keeps: bool, kept: int) -> None:
    house.configure(keeps_references=keeps)
    check = house.sent()
    house.play(check, "references", "self_reference", "answer")

    house.refreshed(check)

    assert KeptReference.objects.count() == kept
    stored = str(list(type(check).objects.values())) + str(list(NewsfeedEntry.objects.values("payload")))
    assert all(each["email"] not in stored for each in house.there(check)["references"])
    house.configure(keeps_references=False)
    assert KeptReference.objects.count() == 0


def test_past_due_is_said_once(house: House) -> None:
    check = house.sent()
    house.play(check, "references", "past_due")

    house.refreshed(check)
    check = house.refreshed(check)

    assert check.is_past_due
    assert [line for line in house.feed() if line.startswith("Past Due")] == [
        "Past Due: Crosschq says this is past due."
    ]


def test_an_unknown_status_is_kept_and_counts_as_under_way(house: House) -> None:
    check = house.sent()
    house.fault("get_request", "unknown_status")

    check = house.refreshed(check)

    assert (check.state, check.vendor_status, check.status_is_unknown) == ("progress", "awaiting_moderation", True)


# ── Never back ───────────────────────────────────────────────────────────────────────────────────────────────────────
def seen(**changes: Any) -> schemas.Check:
    row = {"id": "r", "status": "in_progress", "progress": 40, "status_updated_on": "2025-11-21T16:00:00Z"}
    return schemas.check({**row, **changes})


def test_an_older_answer_is_dropped(house: House) -> None:
    check = house.sent()
    now = clock.now() + timedelta(seconds=5)
    changes.apply_seen(FLOW, check.pk, event=Event.SEEN_STARTED, seen=seen(), asked_at=now)

    for older in (
        seen(status="past_due", status_updated_on="2025-11-21T15:59:59Z"),
        seen(status="cancelled", progress=39),
    ):
        changes.apply_seen(FLOW, check.pk, event=older.event, seen=older, asked_at=now + timedelta(seconds=1))
    with changes_nothing():
        changes.apply_seen(
            FLOW,
            check.pk,
            event=Event.SEEN_CANCELED,
            seen=seen(status="cancelled"),
            asked_at=now - timedelta(seconds=1),
        )

    check = house.now(check)
    assert (check.state, check.progress, check.is_past_due) == ("progress", 40, False)


def test_nothing_leaves_complete(house: House) -> None:
    check = house.completed()
    later = seen(status="cancelled", progress=100, status_updated_on="2025-12-01T00:00:00Z")
    now = clock.now() + timedelta(days=20)

    changes.apply_seen(FLOW, check.pk, event=later.event, seen=later, asked_at=now)
    changes.apply_seen(FLOW, check.pk, event=Event.SEEN_GONE, seen=None, asked_at=now + timedelta(seconds=1))

    assert house.now(check).state == "completed"
    with refuses(request_services.AlreadyRequested, "answered just before you canceled"):
        request_services.cancel(request=check, by=house.kim)
    with refuses(Conflict, "is over already"):
        request_services.stop_tracking(request=check, by=house.kim)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        ("decline", "Canceled: Canceled in Crosschq, or Ada Lovelace declined."),
        ("cancel", "Canceled: Canceled in Crosschq, or Ada Lovelace declined."),
        ("delete", "Canceled: Removed in Crosschq. Treated as canceled."),
    ],
)
def test_over_there_is_over_here(house: House, act: str, sentence: str) -> None:
    check = house.sent()
    house.play(check, act)

    check = house.refreshed(check)

    assert (check.state, house.last()) == ("canceled", sentence)


def test_another_organisation_s_key_does_not_cancel_what_it_cannot_see(house: House) -> None:
    check = house.sent()
    other = house.driver.vendor.seed(company="Globex", users=())["key"]
    house.pass_time(minutes=5)
    credential = Credential.objects.get()
    Credential.objects.filter(pk=credential.pk).update(secret=other, checked_at=clock.now())

    check = house.refreshed(check)

    assert (check.state, house.messages("crosschq.refresh_check")) == ("sent", ["parked"])

    house.configure(api_version="v2")
    request_services.cancel(request=check, by=house.kim)
    house.drain()
    check = house.now(check)
    assert (check.state, check.cancel_pending) == ("sent", False)
    assert house.last().endswith("the new one does not see Ada Lovelace's check. Cancel it in Crosschq.")


# ── The PDFs ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def copies() -> dict[str, str]:
    return dict(ReportFile.objects.values_list("kind", "state"))


def test_an_expired_link_is_asked_for_again(house: House) -> None:
    house.fault("download_pdf", "pdf_expired")

    house.completed()
    assert sorted(copies().values()) == ["copied", "copying"]
    house.later()

    assert copies() == {"summary": "copied", "full": "copied"}


def test_pdfs_that_are_late_are_waited_for(house: House) -> None:
    house.fault("get_request", "pdf_late", times=3)

    house.completed()
    assert copies() == {"summary": "copying", "full": "copying"}
    house.later()

    assert copies() == {"summary": "copied", "full": "copied"}


def test_an_account_that_makes_no_pdfs_is_no_failure(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "PDFS_BY", timedelta(0))
    house.driver.organisation("settings", pdf=0)

    check = house.completed()

    assert copies() == {"summary": "absent", "full": "absent"}
    assert house.last() == "Completed: The reference report is ready: 3 of 3 references."
    house.driver.organisation("settings", pdf=1)
    assert reports.copy_again(request=check, by=house.kim) == 2
    house.drain()
    assert copies() == {"summary": "copied", "full": "copied"}
    with refuses(Conflict, "There is nothing to copy."):
        reports.copy_again(request=check, by=house.kim)


@pytest.mark.parametrize(
    ("kind", "parameters", "reason"),
    [
        ("pdf_wrong", {}, "Crosschq's file is not a PDF."),
        ("pdf_huge", {"megabytes": 2}, "Crosschq's file is over 1 MB."),
    ],
)
def test_what_is_no_pdf_or_too_large_is_not_copied(
    house: House, monkeypatch: pytest.MonkeyPatch, kind: str, parameters: dict[str, Any], reason: str
) -> None:
    monkeypatch.setattr(reports, "MAX_BYTES", 2**20)
    house.fault("download_pdf", kind, **parameters)

    check = house.completed()

    assert sorted(copies().values()) == ["copied", "failed"]
    assert Attachment.objects.count() == 1
    assert f": The PDF could not be copied. {reason}" in house.feed()
    assert reports.copy_again(request=check, by=house.kim) == 1
    house.drain()
    assert set(copies().values()) == {"copied"}


# ── Ending it ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_never_left_is_canceled_without_the_vendor(house: House) -> None:
    check = house.send()

    assert FLOW.can_cancel(check)
    request_services.cancel(request=check, by=house.kim)
    house.drain()

    assert (house.now(check).state, house.at_vendor()) == ("canceled", [])
    assert house.last() == "Canceled: Kim Ito canceled the request."


def test_the_first_version_cannot_cancel(house: House) -> None:
    check = house.sent()

    assert not FLOW.can_cancel(check) and not services.can_remind(check)
    with refuses(Conflict, "This one can only be canceled in Crosschq."):
        request_services.cancel(request=check, by=house.kim)
    with refuses(Conflict, "reminds every 24 hours"):
        send_reminder(request=check, by=house.kim)


def test_the_second_version_cancels_there_too(house: House) -> None:
    house.configure(api_version="v2")
    check = house.sent()

    request_services.cancel(request=check, by=house.kim)
    house.drain()

    check = house.now(check)
    assert (check.state, check.cancel_pending, house.there(check)["status"]) == ("canceled", False, "cancelled")
    with refuses(Conflict, "nothing to cancel"):
        request_services.cancel(request=check, by=house.kim)
    with refuses(NotAllowed):
        request_services.cancel(request=check, by=house.ivy)


def test_completed_before_our_cancel_arrived_is_complete(house: House) -> None:
    house.configure(api_version="v2")
    check = house.sent()
    request_services.cancel(request=check, by=house.kim)
    house.play(check, "complete")

    house.drain()

    assert (house.now(check).state, house.now(check).cancel_pending) == ("completed", False)


def test_a_cancel_that_the_vendor_refuses_is_taken_back(house: House) -> None:
    house.configure(api_version="v2")
    check = house.sent()
    house.fault("cancel_request", "status", status=409, reason="Locked.")

    request_services.cancel(request=check, by=house.kim)
    house.drain()

    assert (house.now(check).state, house.now(check).canceled_by) == ("sent", None)
    assert house.last().startswith("Not Canceled: Not canceled: Locked.")


def test_a_refused_cancel_steps_aside_for_a_newer_check(house: House) -> None:
    house.configure(api_version="v2")
    check = house.sent()
    house.fault("cancel_request", "status", status=409, reason="Locked.")
    request_services.cancel(request=check, by=house.kim)
    newer = house.send()

    house.drain()

    assert (house.now(check).state, house.now(check).is_superseded) == ("sent", True)
    assert (house.now(newer).state, house.now(newer).is_superseded) == ("sent", False)


def test_what_may_have_left_is_looked_for_before_it_counts_as_canceled(house: House) -> None:
    house.configure(api_version="v2")
    house.fault("create_request_v2", "reset_after")
    check = house.send()
    house.drain()
    request_services.cancel(request=check, by=house.kim)

    house.later()
    house.later()

    check = house.now(check)
    assert (check.state, check.cancel_pending) == ("canceled", False)
    assert [row["status"] for row in house.at_vendor()] == ["cancelled"]


def test_stopping_leaves_it_running_there(house: House) -> None:
    check = house.sent()

    request_services.stop_tracking(request=check, by=house.kim)

    assert house.last() == "No Longer Tracked: Kim Ito stopped tracking the check; in Crosschq it runs on."
    house.play(check, "complete")
    check = house.refreshed(check)
    assert (check.state, Note.objects.count()) == ("stopped", 0)


def test_the_second_version_reminds(house: House) -> None:
    house.configure(api_version="v2")
    check = house.sent()
    house.play(check, "references")
    check = house.refreshed(check)

    house.pass_time(hours=25)
    send_reminder(request=check, by=house.kim)
    house.drain()
    assert house.last() == "Reminder: Crosschq reminded Ada Lovelace and the references."
    send_reminder(request=check, by=house.kim)
    house.drain()
    assert house.last().startswith("Reminder: Not reminded: ")


def test_rejected_meanwhile_it_runs_on(house: House) -> None:
    check = house.sent()
    Application.objects.filter(pk=house.application.pk).update(state="rejected")
    house.play(check, "complete")

    assert house.refreshed(check).state == "completed"


# ── Healing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_was_quiet_for_two_hours_is_asked_about(house: House) -> None:
    check = house.sent()
    house.play(check, "complete")
    assert Crosschq().reconcile(now=clock.now()) == 0

    house.pass_time(hours=2, minutes=1)
    assert Crosschq().reconcile(now=clock.now()) == 1
    house.drain()

    assert house.now(check).state == "completed"
    house.pass_time(hours=5)
    assert Crosschq().reconcile(now=clock.now()) == 0


def test_disconnecting_keeps_the_key_until_the_last_report_is_here(house: House) -> None:
    check = house.sent()
    connection.disconnect(connection=house.told, by=house.dana)
    assert Credential.objects.exists()
    house.play(check, "complete")

    check = house.refreshed(check)

    assert check.state == "completed"
    assert set(copies().values()) == {"copied"}
    assert not Credential.objects.exists()
    assert OutboxMessage.objects.filter(state__in=["parked", "dead"]).count() == 0
