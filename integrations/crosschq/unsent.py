"""What the Reference Check tab says while there is no check: how one is started, or what has to be mended first."""

from typing import Any

from django.urls import reverse

from integrations.crosschq import blockers, tags, templates, ways
from integrations.crosschq.actions import SendCheck
from integrations.crosschq.reader import Reader
from integrations.crosschq.ways import TAB
from recruiting.applications.models import Application
from recruiting.jobs import access
from recruiting.jobs.models import Stage
from recruiting.web.applications import pages as record


def describe(reader: Reader) -> dict[str, Any]:
    """Return the words of the status card: what would be sent and how, or why nothing can be."""
    application, name = reader.application, reader.application.candidate.name
    found, ready = blockers.look(application)
    if not reader.may_send:
        sentences = ["No reference check has been requested.", access.who_sends(application.job)]
        return {"title": "Reference Check", "badge": None, "sentences": sentences}
    if ready is None:
        offered = ways.offers(found, application, reader.member, may_send=True)
        if len(offered) == 1:
            # One reason is the card itself: its sentence, its ways out as the card's buttons.
            return {
                "title": "Reference Check",
                "badge": None,
                "sentences": [offered[0].sentence],
                "actions": offered[0].actions,
            }
        return {"title": "Before you can send", "badge": None, "sentences": [], "offers": offered}
    label = templates.label(ready.template)
    tag = tags.of_job(application.job).text
    takes = f"It takes the tag {tags.normal(tag)} from the job."
    step = _step_of(application)
    note = blockers.phone_note(application)
    if step is None:
        sentences = [f"{label} is what the tag {tags.normal(tag)} of the job stands for.", _no_step(application)]
        actions = [choose(reader, primary=True, template_id=str(ready.template.pk))]
    elif step.pk == application.stage_id:
        sentences = [f"{name} is in the {step.name} step already. Send {label} from here. {takes}"]
        actions = [choose(reader, primary=True, template_id=str(ready.template.pk))]
    else:
        sentences = [f"Move {name} to the {step.name} step to send {label}. {takes}"]
        actions = [_move(reader, step), choose(reader, label="Choose another template")]
    return {
        "title": "Reference Check",
        "badge": None,
        "sentences": [*sentences, *filter(None, (blockers.name_note(application), note))],
        "actions": actions,
        "facts": [("Owner", ready.requestor.name)],
    }


def _step_of(application: Application) -> Stage | None:
    """Return the step of the job's process that starts a request, or None."""
    steps = Stage.objects.filter(process_id=application.job.process_id, automation__action=SendCheck.key)
    return steps.order_by("position").first()


def _no_step(application: Application) -> str:
    return f"No step of {application.job.title}'s hiring process starts a reference check, so send it from here."


def _move(reader: Reader, step: Stage) -> dict[str, Any]:
    application = reader.application
    return {
        "label": f"Move to {step.name}",
        "url": reverse("applications:move", args=[application.candidate_id, application.pk]),
        "post": True,
        "style": "primary",
        "fields": {
            "stage": str(step.pk),
            "seen_stage": str(application.stage_id or ""),
            "next": record.record_url(application, TAB),
        },
    }


def choose(
    reader: Reader, *, primary: bool = False, label: str = "Choose template and send", template_id: str = ""
) -> dict[str, Any]:
    """Return the link to the window *Choose template and send*."""
    url = reader.url("choose")
    return {
        "label": label,
        "url": f"{url}?template={template_id}" if template_id else url,
        "dialog": True,
        "style": "primary" if primary else "",
    }
