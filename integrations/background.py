"""What the framework does in the background: reading deliveries, reconciling, checking keys, clearing old rows."""

from integrations import credentials, inbox, registry  # noqa: F401  (their tasks are registered)
from recruiting.foundation import clock
from recruiting.outbox import schedules
from recruiting.outbox.schedules import ScheduledTask


def reconcile() -> None:
    """Let every integration ask about open requests that its vendor has not spoken of lately."""
    for integration in registry.all_integrations():
        integration.reconcile(now=clock.now())


schedules.register(
    ScheduledTask(name="integrations.reconcile", function="integrations.background.reconcile", minutes=30)
)
schedules.register(
    ScheduledTask(name="integrations.forget_old", function="integrations.inbox.forget_old", minutes=24 * 60)
)
