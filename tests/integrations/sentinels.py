"""Sentinels of every vendor's requests and keys."""

from integrations import registry
from tests import factories
from tests.matrix.world import about
from tests.sentinels import Planted

MODELS = {one.slug: model for one in registry.all_integrations() for model in one.request_models}
TABLE = "\n".join(
    f"""
why a request of {slug} failed | VIEW_JOB | pages requests:read
why a request of {slug} failed | PLATFORM | admin
key of {slug} | NOBODY |
"""
    for slug in MODELS
)


def plant(planted: Planted) -> None:
    """Say of each request that failed why, and give another member a key."""
    for slug, model in MODELS.items():
        failed = model._default_manager.filter(application__job=planted.place.job, state="failed")
        assert failed.update(failure=planted.word(f"why a request of {slug} failed")), slug
        planted.place.rows["records"] += [about(each.application) for each in failed.select_related("application")]
        if planted.is_first:
            installation = factories.InstallationFactory(company=planted.place.company, integration=slug)
            factories.CredentialFactory(installation=installation, secret=planted.word(f"key of {slug}"))
