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
from tests.crosschq.scenario import Scenario
from tests.refusals import changes_nothing, refuses


def test_the_whole_way_to_the_report(scenario: Scenario, mailoutbox: Any) -> None:
    check = scenario.sent()

    scenario.perform(check, "references", "self_reference", "answer")
    check = scenario.refreshed(check)
    assert (check.state, check.entered_count, check.answered_count) == ("progress", 3, 1)
    scenario.perform(check, "answer")
    check = scenario.refreshed(check)
    assert (check.progress, check.answered_count) == (scenario.there(check)["progress"], 2)
    assert scenario.feed()[1:] == ["Started: Ada Lovelace started.", "Progress: 2 of 3 references answered."]

    scenario.perform(check, "answer")
    check = scenario.refreshed(check)

    assert (check.state, check.progress, check.answered_count, check.owner_told) == ("completed", 100, 3, True)
    assert check.report_url and check.completed_at is not None
    assert scenario.feed()[2:] == [
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
    assert scenario.driver.messages(kind="completed_notice") == []
    names = set(Attachment.objects.values_list("name", flat=True))
    assert names == {"Reference report, summary.pdf", "Reference report, full.pdf"}
    assert set(ReportFile.objects.values_list("state", flat=True)) == {"copied"}


def test_hearing_of_the_report_again_changes_nothing_more(scenario: Scenario, mailoutbox: Any) -> None:
    check = scenario.completed()
    before = scenario.feed()

    scenario.refreshed(check)
    scenario.refreshed(check)

    assert scenario.feed() == before
    assert (Note.objects.count(), len(mailoutbox), Attachment.objects.count()) == (1, 1, 2)


def test_the_vendor_may_tell_the_owner_instead(scenario: Scenario, mailoutbox: Any) -> None:
    scenario.configure(vendor_tells_owner=True)

    check = scenario.completed()

    assert (mailoutbox, check.owner_told) == ([], False)
    assert scenario.driver.messages(kind="completed_notice") == [("email", "completed_notice", "kim@acme.example")]


def test_concluded_early_says_of_how_many(scenario: Scenario) -> None:
    check = scenario.sent()
    scenario.perform(check, "references", "self_reference", "answer", "answer", "conclude")

    scenario.refreshed(check)

    assert "Completed: The reference report is ready: 2 of 3 references." in scenario.feed()


@pytest.mark.parametrize(("keeps", "kept"), [(False, 0), (True, 3)])
def test_who_the_references_are_is_kept_only_if_wanted(scenario: Scenario, keeps: bool, kept: int) -> None:
    scenario.configure(keeps_references=keeps)
    check = scenario.sent()
    scenario.perform(check, "references", "self_reference", "answer")

    scenario.refreshed(check)

    assert KeptReference.objects.count() == kept
    stored = str(list(type(check).objects.values())) + str(list(NewsfeedEntry.objects.values("payload")))
    assert all(each["email"] not in stored for each in scenario.there(check)["references"])
    scenario.configure(keeps_references=False)
    assert KeptReference.objects.count() == 0


def test_past_due_is_said_once(scenario: Scenario) -> None:
    check = scenario.sent()
    scenario.perform(check, "references", "past_due")

    scenario.refreshed(check)
    check = scenario.refreshed(check)

    assert check.is_past_due
    assert [line for line in scenario.feed() if line.startswith("Past Due")] == [
        "Past Due: Crosschq says this is past due."
    ]


def test_an_unknown_status_is_kept_and_counts_as_under_way(scenario: Scenario) -> None:
    check = scenario.sent()
    scenario.fault("get_request", "unknown_status")

    check = scenario.refreshed(check)

    assert (check.state, check.vendor_status, check.status_is_unknown) == ("progress", "awaiting_moderation", True)


# ── Never back ───────────────────────────────────────────────────────────────────────────────────────────────────────
def seen(**changes: Any) -> schemas.Check:
    row = {"id": "r", "status": "in_progress", "progress": 40, "status_updated_on": "2025-11-21T16:00:00Z"}
    return schemas.check({**row, **changes})


def test_an_older_answer_is_dropped(scenario: Scenario) -> None:
    check = scenario.sent()
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

    check = scenario.now(check)
    assert (check.state, check.progress, check.is_past_due) == ("progress", 40, False)


def test_nothing_leaves_complete(scenario: Scenario) -> None:
    check = scenario.completed()
    later = seen(status="cancelled", progress=100, status_updated_on="2025-12-01T00:00:00Z")
    now = clock.now() + timedelta(days=20)

    changes.apply_seen(FLOW, check.pk, event=later.event, seen=later, asked_at=now)
    changes.apply_seen(FLOW, check.pk, event=Event.SEEN_GONE, seen=None, asked_at=now + timedelta(seconds=1))

    assert scenario.now(check).state == "completed"
    with refuses(request_services.AlreadyRequested, "answered just before you canceled"):
        request_services.cancel(request=check, by=scenario.kim)
    with refuses(Conflict, "is over already"):
        request_services.stop_tracking(request=check, by=scenario.kim)


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        ("decline", "Canceled: Canceled in Crosschq, or Ada Lovelace declined."),
        ("cancel", "Canceled: Canceled in Crosschq, or Ada Lovelace declined."),
        ("delete", "Canceled: Removed in Crosschq. Treated as canceled."),
    ],
)
def test_over_there_is_over_here(scenario: Scenario, action: str, sentence: str) -> None:
    check = scenario.sent()
    scenario.perform(check, action)

    check = scenario.refreshed(check)

    assert (check.state, scenario.last()) == ("canceled", sentence)


def test_another_organization_s_key_does_not_cancel_what_it_cannot_see(scenario: Scenario) -> None:
    check = scenario.sent()
    other = scenario.driver.vendor.seed(company="Globex", users=())["key"]
    scenario.pass_time(minutes=5)
    credential = Credential.objects.get()
    Credential.objects.filter(pk=credential.pk).update(secret=other, checked_at=clock.now())

    check = scenario.refreshed(check)

    assert (check.state, scenario.messages("crosschq.refresh_check")) == ("sent", ["parked"])

    scenario.configure(api_version="v2")
    request_services.cancel(request=check, by=scenario.kim)
    scenario.drain()
    check = scenario.now(check)
    assert (check.state, check.cancel_pending) == ("sent", False)
    assert scenario.last().endswith("the new one does not see Ada Lovelace's check. Cancel it in Crosschq.")


# ── The PDFs ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def copies() -> dict[str, str]:
    return dict(ReportFile.objects.values_list("kind", "state"))


def test_an_expired_link_is_asked_for_again(scenario: Scenario) -> None:
    scenario.fault("download_pdf", "pdf_expired")

    scenario.completed()
    assert sorted(copies().values()) == ["copied", "copying"]
    scenario.later()

    assert copies() == {"summary": "copied", "full": "copied"}


def test_pdfs_that_are_late_are_waited_for(scenario: Scenario) -> None:
    scenario.fault("get_request", "pdf_late", times=3)

    scenario.completed()
    assert copies() == {"summary": "copying", "full": "copying"}
    scenario.later()

    assert copies() == {"summary": "copied", "full": "copied"}


def test_an_account_that_makes_no_pdfs_is_no_failure(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "PDFS_BY", timedelta(0))
    scenario.driver.organization("settings", pdf=0)

    check = scenario.completed()

    assert copies() == {"summary": "absent", "full": "absent"}
    assert scenario.last() == "Completed: The reference report is ready: 3 of 3 references."
    scenario.driver.organization("settings", pdf=1)
    assert reports.copy_again(request=check, by=scenario.kim) == 2
    scenario.drain()
    assert copies() == {"summary": "copied", "full": "copied"}
    with refuses(Conflict, "There is nothing to copy."):
        reports.copy_again(request=check, by=scenario.kim)


@pytest.mark.parametrize(
    ("kind", "parameters", "reason"),
    [
        ("pdf_wrong", {}, "Crosschq's file is not a PDF."),
        ("pdf_huge", {"megabytes": 2}, "Crosschq's file is over 1 MB."),
    ],
)
def test_what_is_no_pdf_or_too_large_is_not_copied(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, kind: str, parameters: dict[str, Any], reason: str
) -> None:
    monkeypatch.setattr(reports, "MAX_BYTES", 2**20)
    scenario.fault("download_pdf", kind, **parameters)

    check = scenario.completed()

    assert sorted(copies().values()) == ["copied", "failed"]
    assert Attachment.objects.count() == 1
    assert f": The PDF could not be copied. {reason}" in scenario.feed()
    assert reports.copy_again(request=check, by=scenario.kim) == 1
    scenario.drain()
    assert set(copies().values()) == {"copied"}


# ── Ending it ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_never_left_is_canceled_without_the_vendor(scenario: Scenario) -> None:
    check = scenario.send()

    assert FLOW.can_cancel(check)
    request_services.cancel(request=check, by=scenario.kim)
    scenario.drain()

    assert (scenario.now(check).state, scenario.at_vendor()) == ("canceled", [])
    assert scenario.last() == "Canceled: Kim Ito canceled the request."


def test_the_first_version_cannot_cancel(scenario: Scenario) -> None:
    check = scenario.sent()

    assert not FLOW.can_cancel(check) and not services.can_remind(check)
    with refuses(Conflict, "This one can only be canceled in Crosschq."):
        request_services.cancel(request=check, by=scenario.kim)
    with refuses(Conflict, "reminds every 24 hours"):
        send_reminder(request=check, by=scenario.kim)


def test_the_second_version_cancels_there_too(scenario: Scenario) -> None:
    scenario.configure(api_version="v2")
    check = scenario.sent()

    request_services.cancel(request=check, by=scenario.kim)
    scenario.drain()

    check = scenario.now(check)
    assert (check.state, check.cancel_pending, scenario.there(check)["status"]) == ("canceled", False, "cancelled")
    with refuses(Conflict, "nothing to cancel"):
        request_services.cancel(request=check, by=scenario.kim)
    with refuses(NotAllowed):
        request_services.cancel(request=check, by=scenario.ivy)


def test_completed_before_our_cancel_arrived_is_complete(scenario: Scenario) -> None:
    scenario.configure(api_version="v2")
    check = scenario.sent()
    request_services.cancel(request=check, by=scenario.kim)
    scenario.perform(check, "complete")

    scenario.drain()

    assert (scenario.now(check).state, scenario.now(check).cancel_pending) == ("completed", False)


def test_a_cancel_that_the_vendor_refuses_is_taken_back(scenario: Scenario) -> None:
    scenario.configure(api_version="v2")
    check = scenario.sent()
    scenario.fault("cancel_request", "status", status=409, reason="Locked.")

    request_services.cancel(request=check, by=scenario.kim)
    scenario.drain()

    assert (scenario.now(check).state, scenario.now(check).canceled_by) == ("sent", None)
    assert scenario.last().startswith("Not Canceled: Not canceled: Locked.")


def test_a_refused_cancel_steps_aside_for_a_newer_check(scenario: Scenario) -> None:
    scenario.configure(api_version="v2")
    check = scenario.sent()
    scenario.fault("cancel_request", "status", status=409, reason="Locked.")
    request_services.cancel(request=check, by=scenario.kim)
    newer = scenario.send()

    scenario.drain()

    assert (scenario.now(check).state, scenario.now(check).is_superseded) == ("sent", True)
    assert (scenario.now(newer).state, scenario.now(newer).is_superseded) == ("sent", False)


def test_what_may_have_left_is_looked_for_before_it_counts_as_canceled(scenario: Scenario) -> None:
    scenario.configure(api_version="v2")
    scenario.fault("create_request_v2", "reset_after")
    check = scenario.send()
    scenario.drain()
    request_services.cancel(request=check, by=scenario.kim)

    scenario.later()
    scenario.later()

    check = scenario.now(check)
    assert (check.state, check.cancel_pending) == ("canceled", False)
    assert [row["status"] for row in scenario.at_vendor()] == ["cancelled"]


def test_stopping_leaves_it_running_there(scenario: Scenario) -> None:
    check = scenario.sent()

    request_services.stop_tracking(request=check, by=scenario.kim)

    assert scenario.last() == "No Longer Tracked: Kim Ito stopped tracking the check; in Crosschq it runs on."
    scenario.perform(check, "complete")
    check = scenario.refreshed(check)
    assert (check.state, Note.objects.count()) == ("stopped", 0)


def test_the_second_version_reminds(scenario: Scenario) -> None:
    scenario.configure(api_version="v2")
    check = scenario.sent()
    scenario.perform(check, "references")
    check = scenario.refreshed(check)

    scenario.pass_time(hours=25)
    send_reminder(request=check, by=scenario.kim)
    scenario.drain()
    assert scenario.last() == "Reminder: Crosschq reminded Ada Lovelace and the references."
    send_reminder(request=check, by=scenario.kim)
    scenario.drain()
    assert scenario.last().startswith("Reminder: Not reminded: ")


def test_rejected_meanwhile_it_runs_on(scenario: Scenario) -> None:
    check = scenario.sent()
    Application.objects.filter(pk=scenario.application.pk).update(state="rejected")
    scenario.perform(check, "complete")

    assert scenario.refreshed(check).state == "completed"


# ── Healing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_was_quiet_for_two_hours_is_asked_about(scenario: Scenario) -> None:
    check = scenario.sent()
    scenario.perform(check, "complete")
    assert Crosschq().reconcile(now=clock.now()) == 0

    scenario.pass_time(hours=2, minutes=1)
    assert Crosschq().reconcile(now=clock.now()) == 1
    scenario.drain()

    assert scenario.now(check).state == "completed"
    scenario.pass_time(hours=5)
    assert Crosschq().reconcile(now=clock.now()) == 0


def test_disconnecting_keeps_the_key_until_the_last_report_is_here(scenario: Scenario) -> None:
    check = scenario.sent()
    connection.disconnect(connection=scenario.told, by=scenario.dana)
    assert Credential.objects.exists()
    scenario.perform(check, "complete")

    check = scenario.refreshed(check)

    assert check.state == "completed"
    assert set(copies().values()) == {"copied"}
    assert not Credential.objects.exists()
    assert OutboxMessage.objects.filter(state__in=["parked", "dead"]).count() == 0
