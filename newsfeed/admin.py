"""The newsfeed in the Django admin: to look at, in the words that people read."""

from django.contrib import admin

from newsfeed import activity
from newsfeed.models import NewsfeedEntry
from recruiting.foundation.adminsite import ReadOnlyAdmin


@admin.register(NewsfeedEntry)
class NewsfeedEntryAdmin(ReadOnlyAdmin):
    """Facts. Nothing here is ever changed."""

    list_display = ("verb", "sentence", "company", "occurred_at")
    list_select_related = ("company", "actor__user")
    search_fields = ("=verb",)
    fields = (
        "verb",
        "sentence",
        "company",
        "actor",
        "actor_label",
        "audience",
        "job",
        "candidate",
        "application",
        "occurred_at",
    )

    @admin.display(description="sentence")
    def sentence(self, entry: NewsfeedEntry) -> str:
        """Return the entry as the newsfeed words it; "" for a type that is gone."""
        kind = activity.get(entry.verb)
        if kind is None:
            return ""
        actor = entry.actor.name if entry.actor else entry.actor_label
        return kind.describe(activity.payload_of(entry), actor=actor)
