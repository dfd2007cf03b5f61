"""Runs a stage's automation when an application enters it.

The action is an extension's (`StageAction`), told inside the transaction of the move and in a savepoint of its own: a
failure leaves the move as it is and says so in the newsfeed.
"""

from uuid import UUID

from django.db.models import QuerySet

from newsfeed import feed
from recruiting import events, extensions
from recruiting.applications import activity
from recruiting.applications.models import StageTask, StageTransition
from recruiting.foundation.compiled import compiled
from recruiting.jobs.models import StageAutomation


def run_for(event: events.ApplicationMoved) -> None:
    """Run the automation of the entered stage, if it has one, or ask a person to."""
    found = _automation_of(event.to_stage_id)
    if not found:
        return
    (automation,) = found
    transition = StageTransition.objects.select_related("application__candidate", "application__job").get(
        pk=event.transition_id
    )
    if automation.mode == StageAutomation.Mode.ASK:
        _ask(transition, automation)
    else:
        _run(transition, automation)


@compiled
def _automation_of(stage_id: UUID) -> QuerySet[StageAutomation]:
    return StageAutomation.objects.filter(stage=stage_id).select_related("stage")


def _ask(transition: StageTransition, automation: StageAutomation) -> None:
    StageTask.objects.create(
        company_id=transition.company_id,
        application=transition.application,
        transition=transition,
        stage=automation.stage,
        action=automation.action,
        settings=automation.settings,
        settings_label=automation.settings_label,
    )


def _run(transition: StageTransition, automation: StageAutomation) -> None:
    action = extensions.stage_action(automation.action)
    told = action is not None and extensions.run_isolated(
        lambda: action.run(transition=transition, automation=automation), label=f"stage action {automation.action}"
    )
    if not told:
        application = transition.application
        payload = activity.AutomationPayload(candidate=application.candidate.name, stage=automation.stage.name)
        feed.publish(activity.AUTOMATION_FAILED, payload, application=application)
