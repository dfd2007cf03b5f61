"""How a key becomes a client: addresses from the settings, or from platform staff for one installation."""

from urllib.parse import quote, urlsplit

from django.conf import settings

from integrations.models import Credential, Installation
from integrations.spark_hire.client import SparkHireClient
from recruiting.foundation import clock
from recruiting.foundation.vendor_errors import VendorAuthFailed, VendorRejected, VendorUnavailable


def client_for(credential: Credential, *, deadline_seconds: float) -> SparkHireClient:
    """Return a client that acts with this key."""
    base_url = credential.installation.base_url_override or settings.SPARK_HIRE_BASE_URL
    return SparkHireClient(base_url=base_url, key=credential.secret, deadline_seconds=deadline_seconds)


def check(credential: Credential) -> None:
    """Ask the vendor whose key this is and note it on the (unsaved) credential. Raises VendorError."""
    try:
        owner = client_for(credential, deadline_seconds=settings.VENDOR_PAGE_DEADLINE_SECONDS).me()
    except VendorRejected as error:
        if type(error) is VendorRejected:
            # A 400, where nothing but a key was sent (§7 row 4).
            raise VendorAuthFailed(str(error)) from error
        raise
    credential.account_id, credential.account_name, credential.account_email = owner.id, owner.name[:160], owner.email
    credential.checked_at = clock.now()


def webhook_url(installation: Installation, event: str) -> str:
    """Return where the vendor delivers an event: one path per event, since bodies do not name it (§2.6)."""
    return f"{settings.PUBLIC_BASE_URL}/webhooks/{installation.integration}/{installation.webhook_token}/{event}/"


def job_page(vendor_job_id: str) -> str:
    """Return the vendor's own page of a job; the reader signs in there."""
    return f"{settings.SPARK_HIRE_WEB_URL}/company/jobs/{quote(vendor_job_id)}"


def question_sets_page() -> str:
    """Return the vendor's own page of question sets."""
    return f"{settings.SPARK_HIRE_WEB_URL}/company/question_sets"


def require_link(url: str) -> str:
    """Return a link that may be put on a page. Raises VendorUnavailable unless it is a web address."""
    parts = urlsplit(url)
    allowed = {"https", "http"} if settings.SANDBOX_MODE else {"https"}
    if parts.scheme not in allowed or not parts.hostname or len(url) > 500:
        raise VendorUnavailable("Spark Hire's link could not be read.")
    return url
