"""Webhooks out for platform staff: to look at, without secrets; a receiver is called by its host (`__str__`)."""

from recruiting.foundation.adminsite import show
from recruiting.webhooks.models import Delivery, Subscription

show(
    Subscription,
    ["__str__", "company", "membership", "state", "reason", "created_at"],
    fields=[
        "company", "membership", "connection", "facts", "state", "reason", "quiet_until", "created_at", "updated_at",
    ],
    list_filter=["state"],
    list_select_related=["company", "membership__user"],
    search_fields=["company__name"],
)  # fmt: skip
show(
    Delivery,
    ["fact", "subscription", "company", "state", "attempts", "answer_code", "error", "created_at"],
    fields=[
        "subscription", "company", "event_id", "fact", "data", "audience", "occurred_at", "state", "attempts",
        "tried_at", "answer_code", "took_ms", "error", "created_at",
    ],
    list_filter=["state"],
    list_select_related=["company", "subscription"],
    search_fields=["=event_id", "company__name"],
)  # fmt: skip
