"""Company Settings › Integrations › Video Interviewing, a member's own key, and the connection's state in words."""

from integrations import installations
from integrations.settings_pages import states
from integrations.settings_pages.states import ATTENTION, OFF, ON, State
from integrations.settings_pages.users import UserKeyPages
from integrations.spark_hire import SLUG, webhooks
from integrations.spark_hire.flow import FLOW
from recruiting.companies.models import Company


class VideoInterviewingPages(UserKeyPages):
    """The four cards of the user story."""

    slug = SLUG
    namespace = templates = "spark_hire"
    flow = FLOW
    label = "Video Interviewing"
    sentence = "Invite candidates to one-way video interviews with Spark Hire, and watch them here."
    weight = 50
    switch_label = "Spark Hire Integration"
    key_label = "User API Key"
    own_key_label = "My Spark Hire key"

    def state(self, company: Company) -> State:
        """Return how the company's connection stands: a badge and one sentence."""
        if unavailable := states.not_enabled(company, SLUG, "Once your company has purchased a Spark Hire account"):
            return unavailable
        installation = installations.find(company, SLUG)
        if installation is None:
            return OFF, "Turn it on, then add the users who send interviews."
        if not installation.is_on:
            return OFF, "No new requests can be sent. Open ones run on."
        mended = states.needs_attention(installation)
        if not mended and (reason := webhooks.failure(installation)):
            mended = ATTENTION, f"Webhooks are not set up, so that news may come hours late. Spark Hire says: {reason}"
        return mended or states.of_user_keys(installation) or (ON, "Hiring teams can send video interviews.")


PAGES = VideoInterviewingPages()
