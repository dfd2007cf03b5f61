"""Every address of the site that is a page, read from the URL resolver, for the tests that look at all of them.

An address is either in `PAGES` (with the most queries that it may take) or in `NOT_PAGES` (with the reason why it is
none); a vendor's stand in the `site.py` of its tests. tests/architecture/test_query_counts.py fails for one in neither.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import vendor_site
from tests.vendor_site import POST

# Name: the most queries of a GET by an Administrator of a company with 30 of everything and two integrations.
PAGES: Mapping[str, int] = {
    "account_login": 5,
    "account_logout": 20,
    "account_reset_password": 5,
    "account_reset_password_done": 5,
    "account_reset_password_from_key": 10,
    "account_reset_password_from_key_done": 5,
    "account_inactive": 5,
    "account_signup": 5,
    "account_change_password": 20,
    "account_reauthenticate": 20,
    "mfa_index": 20,
    "mfa_activate_totp": 20,
    "applications:home": 30,
    "applications:jobs": 8,
    "applications:job": 14,
    "applications:job-actions": 6,
    "applications:job-filters": 10,
    "applications:job-newsfeed": 20,
    "applications:actions": 6,
    "applications:candidates": 20,
    "applications:candidate-add": 20,
    "applications:candidate-add-to-job": 20,
    "applications:candidate": 20,
    "applications:candidate-tab": 20,
    "applications:candidate-edit": 20,
    "applications:candidate-owner": 20,
    "applications:move": 20,
    "applications:stage-tasks": 20,
    "applications:process": 20,
    "applications:process-edit": 20,
    "applications:reject": 20,
    "applications:withdraw": 20,
    "applications:note-edit": 20,
    "applications:note-delete": 20,
    "applications:file-add": 20,
    "applications:file-remove": 20,
    "applications:unplaced-files": 20,
    "applications:place-file": 20,
    "jobs:new": 20,
    "jobs:edit": 20,
    "jobs:open": 30,  # and the board, where a job that is open leads
    "jobs:close": 20,
    "jobs:info": 30,
    "jobs:process-choose": 20,
    "jobs:processes": 20,
    "jobs:process-create": 20,
    "jobs:process-duplicate": 20,
    "jobs:process-rename": 20,
    "jobs:process-delete": 20,
    "jobs:fields": 20,
    "jobs:field-create": 20,
    "jobs:field-edit": 20,
    "jobs:field-deactivate": 20,
    "jobs:field-option-rename": 20,
    "jobs:field-option-remove": 20,
    "candidates:sources": 20,
    "candidates:source-create": 20,
    "candidates:source-rename": 20,
    "candidates:source-deactivate": 20,
    "candidates:source-delete": 20,
    "companies:profile": 20,
    "companies:change-email": 20,
    "companies:confirm-email": 20,
    "companies:switch": 20,
    "companies:invitation": 20,
    "companies:settings": 20,
    "companies:general": 20,
    "companies:users": 20,
    "companies:invite": 20,
    "companies:change-role": 20,
    "companies:deactivate": 20,
    "companies:integrations": 20,
    "api:tokens": 20,
    "api:token-create": 20,
    "api:token-revoke": 20,
    "api:docs": 10,
    "connected_apps:index": 20,
    "connected_apps:mine": 20,
    "connected_apps:revoke-connection": 20,
    "connected_apps:revoke-mine": 20,
    "connected_apps:client-new": 20,
    "connected_apps:client-edit": 20,
    "connected_apps:client-secret": 20,
    "connected_apps:client-remove": 20,
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
            "jobs:process-default",
            "jobs:team-add",
            "jobs:team-remove",
            "jobs:create-suggested-field",
            "jobs:field-activate",
            "jobs:field-move",
            "jobs:field-options-add",
            "candidates:source-activate",
            "companies:display",
            "companies:cancel-email",
            "companies:reactivate",
            "companies:resend-invitation",
            "companies:revoke-invitation",
            "integrations:webhook",
            "integrations:webhook-event",
            "connected_apps:token",
            "connected_apps:revoke",
            "connected_apps:introspect",
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
    "applications:shared-file": "a download",
    "applications:note-add": "it leads to the notes",
    "applications:tag-add": "it leads to the tags",
    "applications:tag-suggestions": "suggestions for a field",
    "applications:person": "it leads to the record",
    "jobs:field-values": "suggestions for a field",
    "jobs:field-remark": "a line beside a field",
    "candidates:source-types": "suggestions for a field",
    "candidates:tags": "suggestions for a field",
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
    """Return the names of all addresses of ours with their parameters; the admin, the API and the style guide apart."""
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
    return is_api or address.startswith(("admin/", "styleguide/"))


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
