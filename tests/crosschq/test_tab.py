"""What the Reference Check tab says and offers in every state, to whom, and what its windows do."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from integrations.crosschq.check_templates import services as templates
from integrations.crosschq.models import KeptReference, ReferenceCheck, ReportFile, Survey
from integrations.models import Credential
from integrations.requests import services as request_services
from recruiting.applications import services as applications
from recruiting.applications.models import Application
from recruiting.jobs.models import StageAutomation
from tests import factories
from tests.crosschq.pages import action_url, card, followed, tab, tab_url, text
from tests.crosschq.scenario import Scenario
from tests.signing_in import signed_in

CANCEL, STOP = ">Cancel Request<", ">Stop tracking<"


# ── Before anything was sent ─────────────────────────────────────────────────────────────────────────────────────────
def test_ready_the_tab_moves_the_candidate_to_the_step(scenario: Scenario) -> None:
    shown = card(tab(scenario, scenario.kim))
    assert (
        "Move Ada Lovelace to the Crosschq step to send Engineering, 3 references. "
        "It takes the tag engineering from the job." in shown
    )
    assert "Move to Crosschq" in shown
    assert "Kim Ito" in shown  # the owner

    client = signed_in(scenario.kim)
    posted = {
        "stage": str(scenario.step.pk),
        "seen_stage": str(scenario.application.stage_id),
        "next": tab_url(scenario.application),
    }
    answer = client.post(reverse("applications:move", args=[scenario.candidate.pk, scenario.application.pk]), posted)
    assert answer.headers["Location"] == tab_url(scenario.application)
    assert "On its way to Crosschq." in card(tab(scenario, scenario.kim))
    assert scenario.check().transition is not None


def test_in_the_step_already_or_without_one_it_is_sent_from_here(scenario: Scenario) -> None:
    Application.objects.filter(pk=scenario.application.pk).update(stage=scenario.step)
    shown = card(tab(scenario, scenario.kim))
    assert "Ada Lovelace is in the Crosschq step already. Send Engineering, 3 references from here." in shown
    assert "Choose template and send" in shown

    StageAutomation.objects.all().delete()
    shown = card(tab(scenario, scenario.kim))
    assert "No step of Senior Engineer's hiring process starts a reference check, so send it from here." in shown


def lead(scenario: Scenario) -> None:
    Application.objects.filter(pk=scenario.application.pk).update(state="lead", stage=None, stage_entered_at=None)


def rejected(scenario: Scenario) -> None:
    applications.reject(application=scenario.application, reason="Skills", by=scenario.kim)


def no_tag(scenario: Scenario) -> None:
    scenario.tag("")


def unknown_tag(scenario: Scenario) -> None:
    scenario.tag("eng")


def no_email(scenario: Scenario) -> None:
    type(scenario.candidate).objects.filter(pk=scenario.candidate.pk).update(email="")


def survey_off(scenario: Scenario) -> None:
    Survey.objects.filter(codename="brand-marketer-manager").update(is_offered=False)


def out_of_limits(scenario: Scenario) -> None:
    survey = Survey.objects.get(codename="brand-marketer-manager")
    survey.limits["managers"] = [2, 10, 2]
    survey.save()


def off(scenario: Scenario) -> None:
    scenario.switch(False)
    scenario.sent  # noqa: B018  (history keeps the tab)


HINDRANCES: list[tuple[Callable[[Scenario], None], str, list[str]]] = [
    (
        lead,
        "Ada Lovelace is a lead. Crosschq requests go to applicants only; nothing was sent.",
        ["Convert to applicant"],
    ),
    (rejected, "Ada Lovelace was rejected.", ["Open record"]),
    (no_tag, "This job has no Crosschq tag, so nothing was sent.", ["Choose template and send", "Edit job"]),
    (unknown_tag, 'No template has the tag "eng"; nothing was sent.', ["Choose template and send", "Edit job"]),
    (no_email, "Ada Lovelace has no email address; nothing was sent.", ["Add email"]),
    (
        survey_off,
        "The survey Brand Marketer - Manager is switched off in Crosschq.",
        ["Choose template and send"],
    ),
    (
        out_of_limits,
        "Engineering asks for 1 manager; the survey now needs 2.",
        ["Choose template and send"],
    ),
]


@pytest.mark.parametrize(("arrange", "sentence", "remedies"), HINDRANCES)
def test_what_stands_in_the_way_is_said_with_its_way_out(
    scenario: Scenario, arrange: Callable[[Scenario], None], sentence: str, remedies: list[str]
) -> None:
    arrange(scenario)
    shown = card(tab(scenario, scenario.kim))

    assert sentence.removesuffix(".").replace("Ada Lovelace", "Ada") in shown.replace("Ada Lovelace", "Ada")
    for remedy in remedies:
        assert f"{remedy}</" in shown
    assert "btn-primary" in shown
    assert "Edit template" not in shown
    assert ReferenceCheck.objects.count() == 0


def test_only_administrators_are_led_to_templates_and_settings(scenario: Scenario) -> None:
    out_of_limits(scenario)
    assert "Edit template</" in card(tab(scenario, scenario.dana))

    scenario.switch(False)
    assert "Make Candidate Requests is off, so moving Ada to the Crosschq step sends nothing." in card(
        tab(scenario, scenario.kim)
    ).replace("Ada Lovelace", "Ada")
    assert "Open settings" not in card(tab(scenario, scenario.kim))
    assert "Open settings" in card(tab(scenario, scenario.dana))

    Credential.objects.all().delete()
    assert "Reference Checks are not connected." in card(tab(scenario, scenario.dana))


def test_several_hindrances_stand_together(scenario: Scenario) -> None:
    no_tag(scenario)
    no_email(scenario)
    shown = card(tab(scenario, scenario.kim))

    assert "Before you can send" in shown
    assert "This job has no Crosschq tag, so nothing was sent." in shown
    assert "has no email address; nothing was sent." in shown
    assert shown.count("btn-primary") == 1


def test_a_converted_lead_is_offered_the_step(scenario: Scenario) -> None:
    lead(scenario)
    client = signed_in(scenario.kim)
    convert = reverse("applications:convert-lead", args=[scenario.candidate.pk, scenario.application.pk])
    shown = followed(client, client.post(convert, {"next": tab_url(scenario.application)}))
    assert "Move to Crosschq" in card(shown)


def test_an_odd_phone_is_said_before_it_is_sent(scenario: Scenario) -> None:
    type(scenario.candidate).objects.filter(pk=scenario.candidate.pk).update(phone="ask at the desk")
    assert "Sent by email only; the phone number could not be read. Write it as +1 415" in card(
        tab(scenario, scenario.kim)
    )


def test_an_interviewer_reads_and_is_offered_nothing(scenario: Scenario) -> None:
    shown = card(tab(scenario, scenario.ivy))
    assert "No reference check has been requested." in shown
    assert "Your role on this job does not send requests." in shown
    assert "Move to Crosschq" not in shown

    check = scenario.sent()
    shown = card(tab(scenario, scenario.ivy))
    assert "Only Kim Ito or Sam Ortiz can cancel." in shown
    assert STOP not in shown

    client = signed_in(scenario.ivy)
    for name, more in (("choose", ()), ("send-again", (check.pk,)), ("stop", (check.pk,)), ("cancel", (check.pk,))):
        assert client.get(action_url(scenario, name, *more)).status_code == 403
        assert client.post(action_url(scenario, name, *more)).status_code == 403
    for name in ("try-again", "not-there", "remind", "check-again", "copy-again"):
        assert client.post(action_url(scenario, name, check.pk)).status_code == 403
    assert ReferenceCheck.objects.get().state == "sent"


def test_strangers_and_other_companies_find_nothing(scenario: Scenario) -> None:
    check = scenario.sent()
    elsewhere = factories.administrator(factories.CompanyFactory())
    nobody = factories.MembershipFactory(company=scenario.company)
    for member in (elsewhere, nobody):
        client = signed_in(member)
        assert client.get(tab_url(scenario.application)).status_code == 404
        assert client.get(action_url(scenario, "choose")).status_code == 404
        assert client.post(action_url(scenario, "stop", check.pk)).status_code == 404
        assert client.get(action_url(scenario, "report", check.pk)).status_code == 404
    other = scenario.another(first_name="Grace")
    wrong = reverse("crosschq:stop", args=[other.candidate_id, other.pk, check.pk])
    assert signed_in(scenario.kim).post(wrong).status_code == 404
    assert scenario.now(check).state == "sent"


# ── On its way ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_sending_is_polled(scenario: Scenario) -> None:
    scenario.send()
    page = tab(scenario, scenario.kim)
    shown = card(page)

    assert "Sending" in shown
    assert "On its way to Crosschq." in shown
    assert CANCEL in shown  # it has not left yet
    assert 'hx-trigger="every 3s"' in shown
    assert 'aria-current="step">Sent' in shown
    assert 'id="reference-check-banner" data-poll-along' in page

    scenario.pass_time(minutes=3)
    shown = card(tab(scenario, scenario.kim))
    assert "It has not left yet." in shown
    assert 'hx-trigger="every 30s"' in shown
    scenario.fault("create_request", "reset_after")
    scenario.drain()
    shown = card(tab(scenario, scenario.kim))
    assert "Crosschq didn't confirm yet. We look before we send again, so Ada Lovelace is never invited twice." in shown


def test_sent_in_version_one_ends_only_there(scenario: Scenario) -> None:
    scenario.sent()
    shown = card(tab(scenario, scenario.kim))

    assert "Sent Fri 21 Nov with Engineering, 3 references. Ada Lovelace has not started. Owner: Kim Ito." in shown
    assert "This one can only be canceled in Crosschq." in shown
    assert CANCEL not in shown
    assert STOP in shown
    assert 'target="_blank" rel="noopener noreferrer"' in shown
    assert 'Sent<span class="visually-hidden">, done' in shown
    assert 'aria-current="step">Candidate started' in shown
    assert "Manager 1 · Peer 2" in shown
    assert 'hx-trigger="every 3s"' in shown  # what the candidate and the references do comes in by itself


def test_in_progress_counts_and_names_nobody(scenario: Scenario) -> None:
    check = scenario.sent()
    scenario.perform(check, "references", "self_reference")
    first = scenario.there(check)["references"][0]
    scenario.perform(check, "answer", reference=first["id"])
    scenario.refreshed(check)
    page = tab(scenario, scenario.kim)
    shown = card(page)

    assert "1 of 3 references answered · " in shown
    assert '<progress class="mb-2" value="' in shown
    assert "Crosschq reminds Ada Lovelace and the references every 24 hours." in shown
    assert "3 named, 1 answered" in shown
    assert 'aria-current="step">References answering' in shown
    for reference in scenario.there(check)["references"]:
        assert reference["email"] not in page
        assert reference["last_name"] not in page


def test_names_stand_there_when_the_company_keeps_them(scenario: Scenario) -> None:
    scenario.configure(keeps_references=True)
    check = scenario.sent()
    scenario.perform(check, "references")
    scenario.refreshed(check)
    references = scenario.there(check)["references"]

    shown = card(tab(scenario, scenario.kim))
    for reference in references:
        assert reference["email"] in shown

    scenario.configure(keeps_references=False)
    assert KeptReference.objects.count() == 0
    assert references[0]["email"] not in tab(scenario, scenario.kim)


def test_past_due_says_so(scenario: Scenario) -> None:
    check = scenario.sent()
    scenario.perform(check, "references", "past_due")
    scenario.refreshed(check)
    shown = card(tab(scenario, scenario.kim))

    assert "Past due" in shown
    assert "Crosschq says this is past due." in shown
    assert ">Remind<" not in shown


def test_version_two_can_remind_and_cancel(scenario: Scenario) -> None:
    scenario.configure(api_version="v2")
    check = scenario.sent()
    scenario.perform(check, "references")
    scenario.refreshed(check)
    shown = card(tab(scenario, scenario.kim))
    assert ">Remind<" in shown
    assert CANCEL in shown
    assert "can only be canceled in Crosschq" not in shown

    client = signed_in(scenario.kim)
    window = text(client.get(action_url(scenario, "cancel", check.pk)))
    assert "Ada Lovelace and the references can no longer answer. Answers already given stay in Crosschq." in window
    assert "Keep Request" in window
    assert "Yes, Cancel Request" in window
    said = followed(client, client.post(action_url(scenario, "cancel", check.pk)))
    assert "Reference check canceled." in said
    assert "Canceled by you on Fri 21 Nov. Telling Crosschq…" in card(said)
    scenario.drain()
    assert scenario.there(check)["status"] == "cancelled"
    assert ">Send again<" in card(tab(scenario, scenario.kim))


def test_rejected_meanwhile_the_check_runs_on(scenario: Scenario) -> None:
    scenario.sent()
    rejected(scenario)
    assert "Ada Lovelace was rejected; the check runs on." in card(tab(scenario, scenario.kim))


# ── Over ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_complete_shows_report_and_pdfs(scenario: Scenario) -> None:
    check = scenario.completed()
    shown = card(tab(scenario, scenario.sam))

    assert "All done on Fri 21 Nov. 3 of 3 references." in shown
    assert "Kim Ito was told by email. The link also stands in Notes." in shown
    assert "View report" in shown
    assert "The report opens in Crosschq, which may ask you to sign in." in shown
    assert 'aria-label="Summary of the report (PDF)"' in shown
    assert 'aria-label="Full of the report (PDF)"' in shown
    assert "Also in Files." in shown
    assert check.report_url not in shown  # each click is checked

    answer = signed_in(scenario.ivy).get(action_url(scenario, "report", check.pk))
    assert (answer.status_code, answer.headers["Location"]) == (302, check.report_url)


def test_concluded_early_says_with_how_many(scenario: Scenario) -> None:
    check = scenario.sent()
    scenario.perform(check, "references", "self_reference")
    scenario.perform(check, "answer", reference=scenario.there(check)["references"][0]["id"])
    scenario.perform(check, "conclude")
    scenario.refreshed(check)
    assert "Concluded with 1 of 3 references." in card(tab(scenario, scenario.kim))


@pytest.mark.parametrize(
    ("states", "sentence", "again"),
    [
        (("copying", "copied"), "Copying the report to Files…", False),
        (("absent", "absent"), "Your Crosschq account does not make PDFs.", True),
        (("failed", "copied"), "The PDF could not be copied. The link above works.", True),
    ],
)
def test_pdfs_say_how_far_they_are(scenario: Scenario, states: tuple[str, str], sentence: str, again: bool) -> None:
    check = scenario.completed()
    for kind, state in zip(("summary", "full"), states, strict=True):
        ReportFile.objects.filter(reference_check=check, kind=kind).update(state=state)
    shown = card(tab(scenario, scenario.kim))

    assert sentence in shown
    assert (">Copy again<" in shown) is again
    assert ("hx-trigger" in shown) is ("copying" in states)
    assert ">Copy again<" not in card(tab(scenario, scenario.ivy))
    if again:
        client = signed_in(scenario.kim)
        said = followed(client, client.post(action_url(scenario, "copy-again", check.pk)))
        assert "Copying the report to Files…" in said


def test_failed_offers_another_requestor(scenario: Scenario) -> None:
    check = scenario.send(requestor=scenario.sam)  # Crosschq does not know Sam
    scenario.drain()
    shown = card(tab(scenario, scenario.kim))
    assert "Crosschq does not know sam@acme.example as a user. Choose another requestor." in shown
    assert ">Try again<" in shown

    client = signed_in(scenario.kim)
    window = text(client.get(action_url(scenario, "requestor", check.pk)))
    assert "Change requestor" in window
    refused = client.post(action_url(scenario, "requestor", check.pk), {"requestor": "nobody"})
    assert refused.status_code == 422
    said = followed(
        client, client.post(action_url(scenario, "requestor", check.pk), {"requestor": str(scenario.dana.pk)})
    )
    assert "Reference check is on its way to Ada Lovelace." in said
    scenario.drain()
    assert scenario.now(check).state == "sent"
    assert scenario.there(scenario.now(check))["requestor"] == "dana@acme.example"


# ── Uncertain ────────────────────────────────────────────────────────────────────────────────────────────────────────
def uncertain(scenario: Scenario) -> ReferenceCheck:
    scenario.configure(can_list=False)
    scenario.fault("create_request", "reset_after")
    check = scenario.send()
    scenario.drain()
    scenario.later()
    check = scenario.now(check)
    assert check.state == "uncertain"
    return check


def test_uncertain_asks_a_person_to_look(scenario: Scenario) -> None:
    check = uncertain(scenario)
    shown = card(tab(scenario, scenario.kim))
    assert "Uncertain" in shown
    assert "lease look in Crosschq" in shown
    assert "Its link or number in Crosschq" in shown
    assert "It is not there: send it" in shown
    assert "Its link or number" not in card(tab(scenario, scenario.ivy))

    client = signed_in(scenario.kim)
    refused = client.post(action_url(scenario, "follow", check.pk), {"vendor_id": "no-such"})
    assert refused.status_code == 422
    assert "Crosschq has no request with this id." in text(refused)
    assert 'value="no-such"' in text(refused)
    empty = client.post(action_url(scenario, "follow", check.pk), {"vendor_id": " "})
    assert "Paste the link or the number of the request in Crosschq." in text(empty)
    assert scenario.now(check).state == "uncertain"

    there = scenario.at_vendor()[0]["id"]
    link = f"https://app.crosschq.com/requests/{there}/?tab=1"
    said = followed(client, client.post(action_url(scenario, "follow", check.pk), {"vendor_id": link}))
    assert "We follow the request that you named." in said
    assert scenario.now(check).vendor_id == there


def test_uncertain_and_not_there_is_sent_after_a_question(scenario: Scenario) -> None:
    check = uncertain(scenario)
    client = signed_in(scenario.kim)
    window = text(client.get(action_url(scenario, "not-there", check.pk)))
    assert "Only if you looked in Crosschq and it shows no request for Ada Lovelace, Senior Engineer." in window
    said = followed(client, client.post(action_url(scenario, "not-there", check.pk)))
    assert "Reference check is on its way to Ada Lovelace." in said
    assert scenario.now(check).state == "queued"


def test_several_matches_are_offered(scenario: Scenario) -> None:
    check = uncertain(scenario)
    there = scenario.at_vendor()[0]
    match = {"id": there["id"], "position": "Senior Engineer", "status": "pending", "progress": 0, "created_at": ""}
    ReferenceCheck.objects.filter(pk=check.pk).update(matches=[match, {**match, "id": "other"}])
    shown = card(tab(scenario, scenario.kim))
    assert "Choose the one to follow." in shown
    assert f'name="vendor_id" value="{there["id"]}"' in shown
    assert "Follow this one" in shown


# ── Windows ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_choose_shows_a_preview_and_sends(scenario: Scenario) -> None:
    scenario.tag("")
    other = scenario.template_of(name="Sales", tag="sales", email_message="Hello from sales.")
    client = signed_in(scenario.kim)
    window = text(client.get(action_url(scenario, "choose")))
    assert "Choose template and send" in window
    assert "Engineering, 3 references (tag engineering)" in window
    assert "Kim Ito (kim@acme.example)" in window

    asked = {"template": str(other.pk), "requestor": str(scenario.dana.pk), "preview": "1"}
    preview = client.post(action_url(scenario, "choose"), asked)
    assert preview.status_code == 200
    assert "Hello from sales." in text(preview)
    assert "Asks for 1 Manager, 2 Peer." in text(preview)
    assert f'value="{scenario.dana.pk}" selected' in text(preview)
    assert ReferenceCheck.objects.count() == 0

    missing = client.post(action_url(scenario, "choose"), {"requestor": str(scenario.dana.pk)})
    assert missing.status_code == 422
    assert "Choose a template." in text(missing)

    asked.pop("preview")
    said = followed(client, client.post(action_url(scenario, "choose"), asked))
    assert "Reference check is on its way to Ada Lovelace." in said
    check = scenario.check()
    assert (check.template, check.owner, check.requested_by) == (other, scenario.dana, scenario.kim)

    again = client.post(action_url(scenario, "choose"), asked)
    assert again.status_code == 409
    assert "is still open, so no second one was sent." in text(again)
    assert ReferenceCheck.objects.count() == 1


@pytest.mark.parametrize("phone", ["", "(415) 555-2671", "+1 415 555 2671"])
def test_choose_shows_a_text_message_only_where_one_goes_out(scenario: Scenario, phone: str) -> None:
    type(scenario.candidate).objects.filter(pk=scenario.candidate.pk).update(phone=phone)

    window = text(signed_in(scenario.kim).get(action_url(scenario, "choose")))

    assert "Crosschq's usual message to Ada." in window
    assert ("usual text message" in window) == phone.startswith("+")


def test_choose_without_templates_says_who_can_help(scenario: Scenario) -> None:
    templates.delete(template=scenario.template, by=scenario.dana)
    assert "There are no templates yet. Ask Dana Cole to create one." in text(
        signed_in(scenario.kim).get(action_url(scenario, "choose"))
    )
    assert "Create New Template" in text(signed_in(scenario.dana).get(action_url(scenario, "choose")))


def test_send_again_asks_and_is_forced(scenario: Scenario) -> None:
    check = scenario.completed()
    client = signed_in(scenario.kim)
    window = text(client.get(action_url(scenario, "send-again", check.pk)))
    assert "Send a second reference check to Ada Lovelace?" in window
    assert "Keep one" in window

    said = followed(client, client.post(action_url(scenario, "send-again", check.pk)))
    assert "Reference check is on its way to Ada Lovelace." in said
    assert ReferenceCheck.objects.filter(is_forced=True).count() == 1
    assert "Earlier checks" in said
    earlier = said.partition("Earlier checks")[2]
    assert "View report" in earlier


def test_stop_tracking_says_what_goes_on(scenario: Scenario) -> None:
    check = scenario.sent()
    client = signed_in(scenario.kim)
    assert "In Crosschq it runs on" in text(client.get(action_url(scenario, "stop", check.pk)))
    said = followed(client, client.post(action_url(scenario, "stop", check.pk)))
    assert "This check is no longer tracked." in said
    assert "Tracking was stopped on Fri 21 Nov. In Crosschq it runs on." in card(said)

    refused = client.post(action_url(scenario, "stop", check.pk))
    assert refused.status_code == 409
    assert "This check is over already; there is nothing to follow." in text(refused)


# ── Trouble ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_refused_key_names_who_can_replace_it(scenario: Scenario) -> None:
    scenario.sent()
    Credential.objects.update(state="refused")
    page = tab(scenario, scenario.kim)
    assert "Crosschq no longer accepts the partner key. Dana Cole can replace it." in page
    assert "Open settings" not in page
    assert "Open settings" in tab(scenario, scenario.dana)


def test_a_silent_vendor_is_said_with_the_age_of_the_words(scenario: Scenario) -> None:
    check = scenario.sent()
    scenario.fault("get_request", "status", status=503, times=50)
    request_services.check_again(request=check, by=scenario.kim)
    scenario.drain()
    page = tab(scenario, scenario.kim)
    assert "This is as of 10:00; what you start waits here." in page
    assert ">Check again<" in page


# ── The rest of the record ───────────────────────────────────────────────────────────────────────────────────────────
def test_the_tab_is_hidden_until_it_is_usable_and_stays_with_history(scenario: Scenario) -> None:
    record = reverse("applications:candidate", args=[scenario.candidate.pk, scenario.application.pk])
    client = signed_in(scenario.kim)
    assert "Reference Check" in text(client.get(record))
    scenario.switch(False)
    assert tab_url(scenario.application) not in text(client.get(record))
    scenario.switch(True)
    scenario.sent()
    scenario.switch(False)
    assert tab_url(scenario.application) in text(client.get(record))


def test_the_newsfeed_offers_what_can_still_be_done(scenario: Scenario) -> None:
    scenario.tag("")
    scenario.move()
    record = reverse("applications:candidate", args=[scenario.candidate.pk, scenario.application.pk])
    shown = text(signed_in(scenario.kim).get(record))
    assert "This job has no Crosschq tag, so nothing was sent." in shown
    assert action_url(scenario, "choose") in shown
    assert action_url(scenario, "choose") not in text(signed_in(scenario.ivy).get(record))

    check = scenario.completed()
    shown = text(signed_in(scenario.ivy).get(record))
    assert action_url(scenario, "choose") not in shown
    assert action_url(scenario, "report", check.pk) in shown


@pytest.mark.parametrize("which", ["failed", "uncertain", "not-sent"])
def test_worklists_show_their_rows(scenario: Scenario, which: str) -> None:
    if which != "not-sent":
        check = scenario.send()
        ReferenceCheck.objects.filter(pk=check.pk).update(state=which, failure="A reason to look.")
    else:
        scenario.tag("")
        scenario.move()
    client = signed_in(scenario.kim)
    shown = text(client.get(f"/reference-checks/{which}/"))
    assert "Ada Lovelace" in shown
    assert tab_url(scenario.application) in shown
    if which != "not-sent":
        assert "A reason to look." in shown
    assert "You're all caught up." in text(signed_in(scenario.ivy).get(f"/reference-checks/{which}/"))
