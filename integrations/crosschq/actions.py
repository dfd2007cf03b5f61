"""What a step can start by itself."""

from typing import Any

from integrations.crosschq import checks
from recruiting.extensions import StageAction


class SendCheck(StageAction):
    """Starts a Crosschq request from the template whose tag the job carries."""

    key = "crosschq.send_check"
    label = "Start a Crosschq request"

    def run(self, *, transition: Any, automation: Any) -> None:
        """Send it, or say in the newsfeed why not."""
        checks.start(transition)
