"""The integration of a vendor of the usual kind: what it plugs in follows from its flow."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from integrations import installations
from integrations.env_settings import EnvSetting
from integrations.models import Credential
from integrations.requests.base import RequestIntegration
from integrations.standard import api, services
from integrations.standard.flow import Product
from integrations.standard.settings import StandardSettings
from integrations.standard.status import StandardTab
from integrations.standard.views import StandardPages, worklists
from recruiting.applications.models import StageTransition
from recruiting.companies.models import Company
from recruiting.extensions import ActionOption, StageAction
from recruiting.foundation import clock
from recruiting.foundation.http import VendorSession
from recruiting.jobs.models import StageAutomation


class StandardIntegration(RequestIntegration):
    """Everything that a vendor of the usual kind plugs into the product."""

    flow: ClassVar[services.Flow]
    client: ClassVar[Callable[..., Any]]
    """Makes a client from a `VendorSession` at the vendor's address."""
    base_url: ClassVar[EnvSetting | None] = None
    """Where the vendor answers, unless each company says so (`needs_base_url`)."""
    sentence: ClassVar[str]
    """What the list of integrations says about it."""
    weight: ClassVar[int] = 70

    def __init__(self) -> None:
        flow = self.flow
        flow.register()
        self.env_settings = (self.base_url,) if self.base_url else ()
        tab = StandardTab(flow, slug=flow.tab_slug, label=f"{flow.title}s" if self.allows_several else flow.title)
        pages = StandardPages(flow=flow, tab=tab.slug, context=tab.context, templates="standard")
        page = StandardSettings(flow, label=self.name, sentence=self.sentence)
        self.chip, self.worklist_prefix, self.worklist_url = flow.title, flow.namespace, f"{flow.namespace}:worklist"
        self.worklists = worklists(flow)
        self.tabs = (tab,)
        self.settings_pages = (page.page(self.weight),)
        self.request_models = (flow.model,)
        self.stage_actions = (SendAction(flow),)
        self.api_urls = api.urls(flow)
        self.urls = ([*pages.urls(tab), *page.urls()], flow.namespace)

    def get_client(self, credential: Credential, *, deadline_seconds: float | None = None) -> Any:
        """Return a client that acts with this key."""
        default = self.base_url.value if self.base_url else ""
        session = VendorSession(
            vendor=credential.installation.name,
            base_url=installations.base_url(credential.installation, default),
            **self.shows(credential.secret),
            deadline_seconds=deadline_seconds or 20.0,
        )
        return type(self).client(session)

    def shows(self, key: str) -> dict[str, Any]:
        """Return how a key is shown (`auth` or `headers` of a session): as user name of HTTP Basic."""
        return {"auth": (key, "")}

    def check_connection(self, credential: Credential) -> None:
        """Ask what can be sent, which needs a key."""
        self.flow.products(self.flow.page_client(credential))
        credential.checked_at = clock.now()


class SendAction(StageAction):
    """Sends what the step says when a candidate enters it."""

    def __init__(self, flow: services.Flow) -> None:
        self.flow, self.key, self.label = flow, f"{flow.namespace}.send", f"Send {flow.a_noun}"

    def options(self, company: Company) -> Sequence[ActionOption]:
        """Ask what to send: of each connection what its vendor last listed."""
        choices = [
            (f"{installation.pk}:{product.id}", f"{installation.name}: {product.name}")
            for installation in installations.all_in_use(company, self.flow.slug)
            for product in self.flow.known(installation)
        ]
        return (ActionOption("product", "What to send", choices),)

    def run(self, *, transition: StageTransition, automation: StageAutomation) -> None:
        """Send it, or say in the newsfeed why not."""
        chosen, _, product_id = str(automation.settings.get("product", "")).partition(":")
        # Also one that is switched off: then that is said.
        there = installations.all_of(transition.application.company, self.flow.slug)
        installation = next((one for one in there if str(one.pk) == chosen), None)
        known = self.flow.known(installation) if installation else ()
        product = next((one for one in known if one.id == product_id), Product(product_id, product_id))
        services.start(self.flow, transition=transition, installation=installation, product=product)
