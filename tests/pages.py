"""Every address of the site that is a page, read from the URL resolver, for the tests that look at all of them.

An address is either in `PAGES` (with the most queries that it may take) or in `NOT_PAGES` (with the reason why it is
none); a vendor's stand in the `site.py` of its tests. tests/architecture/test_query_counts.py fails for one in neither.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import vendor_site
from tests.vendor_site import POST

# Name: the most queries of a GET by an Administrator of a company with 30 of everything and every integration.
PAGES: Mapping[str, int] = {
    "account_login": 0,
    "account_logout": 3,
    "account_reset_password": 0,
    "account_reset_password_done": 0,
    "account_reset_password_from_key": 0,
    "account_reset_password_from_key_done": 0,
    "account_inactive": 0,
    "account_signup": 0,
    "account_change_password": 3,
    "account_reauthenticate": 9,
    "mfa_index": 5,
    "mfa_activate_totp": 19,
    "applications:home": 16,
    "applications:jobs": 8,
    "applications:job": 14,
    "applications:job-actions": 4,
    "applications:job-filters": 7,
    "applications:job-newsfeed": 9,
    "applications:actions": 4,
    "applications:candidates": 9,
    "applications:candidate-add": 6,
    "applications:candidate-add-to-job": 7,
    "applications:candidate": 21,
    "applications:candidate-tab": 21,
    "applications:candidate-edit": 7,
    "applications:candidate-owner": 5,
    "applications:move": 5,
    "applications:stage-tasks": 6,
    "applications:process": 8,
    "applications:process-edit": 6,
    "applications:reject": 5,
    "applications:withdraw": 4,
    "applications:note-edit": 5,
    "applications:note-delete": 5,
    "applications:file-add": 22,
    "applications:file-kind": 5,
    "applications:file-remove": 5,
    "applications:unplaced-files": 6,
    "applications:place-file": 5,
    "jobs:new": 10,
    "jobs:edit": 10,
    "jobs:open": 18,  # and the board, where a job that is open leads
    "jobs:close": 5,
    "jobs:info": 24,
    "jobs:process-choose": 5,
    "jobs:choose-locations": 7,
    "jobs:departments": 5,
    "jobs:department-create": 4,
    "jobs:department-edit": 5,
    "jobs:department-delete": 4,
    "jobs:locations": 5,
    "jobs:location-create": 3,
    "jobs:location-edit": 4,
    "jobs:location-delete": 4,
    "jobs:processes": 4,
    "jobs:process-create": 3,
    "jobs:process-duplicate": 4,
    "jobs:process-rename": 4,
    "jobs:process-delete": 4,
    "jobs:fields": 5,
    "jobs:field-create": 3,
    "jobs:field-edit": 6,
    "jobs:field-deactivate": 5,
    "jobs:field-option-rename": 4,
    "jobs:field-option-remove": 5,
    "candidates:fields": 4,
    "candidates:field-create": 3,
    "candidates:field-edit": 6,
    "candidates:field-deactivate": 5,
    "candidates:field-option-rename": 4,
    "candidates:field-option-remove": 5,
    "candidates:sources": 7,
    "candidates:source-create": 3,
    "candidates:source-rename": 4,
    "candidates:source-deactivate": 7,
    "candidates:source-delete": 4,
    "companies:profile": 7,
    "companies:change-email": 3,
    "companies:confirm-email": 4,
    "companies:switch": 4,
    "companies:invitation": 2,
    "companies:settings": 3,
    "companies:general": 3,
    "companies:users": 7,
    "companies:invite": 3,
    "companies:change-role": 4,
    "companies:deactivate": 11,
    "companies:integrations": 12,
    "careers:inbox": 5,
    "careers:site": 7,
    "careers:logo": 3,
    "careers:handle": 5,
    "careers:notice": 5,
    "careers:notice-version": 5,
    "careers:preview": 7,
    "careers:links": 6,
    "careers:link-create": 4,
    "careers:link-delete": 4,
    "careers:keys": 6,
    "careers:key-create": 3,
    "careers:key-revoke": 4,
    "careers:sets": 5,
    "careers:set-create": 3,
    "careers:set": 5,
    "careers:set-rename": 4,
    "careers:set-delete": 5,
    "careers:set-question-new": 4,
    "careers:set-question-edit": 5,
    "careers:set-question-delete": 5,
    "careers:publication": 13,
    "careers:preview-job": 9,
    "careers:use-sets": 8,
    "careers:question-new": 5,
    "careers:question-edit": 6,
    "careers:question-delete": 6,
    "careers:refer": 8,
    "careers:mails": 5,
    "webhooks:index": 4,
    "webhooks:create": 3,
    "webhooks:webhook": 6,
    "webhooks:edit": 4,
    "webhooks:rotate": 4,
    "webhooks:delete": 4,
    "resumes:drop": 7,
    "resumes:batch": 9,
    "runs:index": 4,
    "runs:run": 6,
    "api:tokens": 4,
    "api:token-create": 3,
    "api:token-revoke": 4,
    "api:docs": 3,
    "connected_apps:index": 10,
    "connected_apps:mine": 7,
    "connected_apps:revoke-connection": 4,
    "connected_apps:revoke-mine": 4,
    "connected_apps:client-new": 3,
    "connected_apps:client-edit": 4,
    "connected_apps:client-secret": 4,
    "connected_apps:client-remove": 4,
    "connected_apps:account-new": 3,
    "connected_apps:account-edit": 4,
    "connected_apps:account-connect": 5,
    "connected_apps:account-deactivate": 4,
    **vendor_site.named("pages"),
}
NOT_PAGES: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "applications:convert-lead",
            "applications:reopen",
            "applications:undo-move",
            "applications:tag-remove",
            "applications:stage-task-start",
            "applications:stage-task-dismiss",
            "jobs:preview",
            "jobs:process-default",
            "jobs:team-add",
            "jobs:team-remove",
            "jobs:create-suggested-field",
            "jobs:field-activate",
            "jobs:field-move",
            "jobs:field-options-add",
            "candidates:field-activate",
            "candidates:field-move",
            "candidates:field-options-add",
            "candidates:source-activate",
            "companies:display",
            "companies:cancel-email",
            "companies:reactivate",
            "companies:resend-invitation",
            "companies:revoke-invitation",
            "careers:release",
            "careers:discard",
            "careers:undo-discard",
            "careers:seen",
            "careers:use-name",
            "careers:stop-closed",
            "careers:settle",
            "careers:publish",
            "careers:question-move",
            "careers:set-question-move",
            "resumes:use",
            "resumes:draft",
            "resumes:row-add",
            "resumes:row-add-to-known",
            "resumes:row-skip",
            "resumes:row-undo",
            "bulk:act",
            "runs:stop",
            "runs:undo",
            "webhooks:pause",
            "webhooks:resume",
            "webhooks:ping",
            "webhooks:redeliver",
            "webhooks:skip",
            "integrations:webhook",
            "integrations:webhook-event",
            "connected_apps:token",
            "connected_apps:register",
            "connected_apps:revoke",
            "connected_apps:introspect",
            "connected_apps:account-reactivate",
            *vendor_site.names("only_post"),
        ),
        POST,
    ),
    **vendor_site.named("not_pages"),
    "healthz": "machines read it",
    "healthz-worker": "machines read it",
    "readyz": "machines read it",
    "api:schema": "machines read it",
    "connected_apps:server-metadata": "machines read it",
    "connected_apps:resource-metadata": "machines read it",
    "connected_apps:authorize": "a program's question, which tests/connected_apps asks",
    "applications:file": "a download",
    "resumes:show": "a PDF in its frame",
    "applications:shared-file": "a download",
    "applications:note-add": "it leads to the notes",
    "applications:tag-add": "it leads to the tags",
    "applications:tag-suggestions": "suggestions for a field",
    "applications:person": "it leads to the record",
    "jobs:field-values": "suggestions for a field",
    "jobs:suggest-departments": "suggestions for a field",
    "jobs:suggest-cities": "suggestions for a field",
    "jobs:field-remark": "a line beside a field",
    "candidates:source-types": "suggestions for a field",
    "candidates:field-values": "suggestions for a field",
    "candidates:tags": "suggestions for a field",
    "careers:logo-file": "a picture",
    "careers:preview-style": "a stylesheet",
    # allauth's, which this site turns off or shows in the middle of something.
    **dict.fromkeys(
        (
            "account_set_password",
            "mfa_authenticate",
            "mfa_reauthenticate",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
        ),
        "allauth's, off here or shown only in the middle of something",
    ),
}
# Who is signed in is sent on from these.
SIGNED_OUT = {name for name in PAGES if name.startswith("account_")} - {
    "account_logout",
    "account_change_password",
    "account_reauthenticate",
} | {"companies:invitation"}


def routes() -> dict[str, tuple[str, ...]]:
    """Return the names of all addresses of ours with their parameters.

    The admin, the API, the style guide and what the public reads (tests/careers/pages.py) stand apart.
    """
    return dict(_walk(get_resolver()))


def _walk(resolver: URLResolver, namespace: str = "", address: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    for entry in resolver.url_patterns:
        here = f"{address}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from _walk(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace, here)
        elif isinstance(entry, URLPattern) and not _is_elsewhere(here, f"{namespace}{entry.name}"):
            yield f"{namespace}{entry.name}", tuple(resolver_parameters(f"{namespace}{entry.name}"))


def _is_elsewhere(address: str, name: str) -> bool:
    is_api = address.startswith("api/v1/") and name not in ("api:docs", "api:schema")
    return is_api or address.startswith(("admin/", "styleguide/")) or name.startswith("careers_public:")


def resolver_parameters(name: str) -> Sequence[str]:
    """Return the parameters of an address, in its own order."""
    namespace, _, short = name.rpartition(":")
    resolver = get_resolver()
    if namespace:
        _prefix, resolver = resolver.namespace_dict[namespace]
    possibilities = resolver.reverse_dict.getlist(short)
    return list(possibilities[0][0][0][1]) if possibilities else []


def addresses(name: str, values: Mapping[str, Sequence[object]]) -> list[str]:
    """Return every address of a page for the values that its parameters may have.

    Args:
        name: of the page.
        values: by parameter; `<namespace>:<parameter>` is for the addresses of one namespace.
    """
    parameters, namespace = resolver_parameters(name), name.rpartition(":")[0]
    own = {one: f"{namespace}:{one}" for one in parameters}
    combinations = product(*(values[own[one] if own[one] in values else one] for one in parameters))
    return [reverse(name, kwargs=dict(zip(parameters, chosen, strict=True))) for chosen in combinations]
