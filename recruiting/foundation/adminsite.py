"""What every page of the Django admin shares: read-only by default, logged actions that ask once, the status panel.

The admin is for platform staff. Which models it shows is the business of each app's `admin.py`.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from recruiting.foundation import formatting
from recruiting.foundation.errors import RecruitingError
from recruiting.foundation.fields import LineField

if TYPE_CHECKING:
    BaseModelAdmin = admin.options.BaseModelAdmin[Any]
    DjangoModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    BaseModelAdmin = admin.options.BaseModelAdmin
    DjangoModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline

logger = logging.getLogger(__name__)

MOST_SEARCHED = 200


# ── The status panel of the first page ───────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class StatusLink:
    """A number with its label, and the list behind it."""

    text: str
    url: str


@dataclass(frozen=True)
class StatusItem:
    """One matter of the status panel: its state as icon and word, and its numbers."""

    title: str
    word: str
    icon: str
    tone: str
    links: Sequence[StatusLink] = ()


_status_items: dict[str, Callable[[], StatusItem]] = {}


def register_status_item(name: str, item: Callable[[], StatusItem]) -> None:
    """Add an item to the status panel; items stand in the order of registration."""
    _status_items[name] = item


def status_items() -> list[StatusItem]:
    """Return the status panel, warnings first. An item that cannot be read says so and costs nothing else."""
    items = []
    for name, ask in _status_items.items():
        try:
            items.append(ask())
        except Exception:
            logger.exception("The admin's item %s failed", name)
            items.append(StatusItem(title=name, word="Could not be read", icon="alert-triangle", tone="danger"))
    severity = {"danger": 0, "warning": 1}
    return sorted(items, key=lambda item: severity.get(item.tone, 2))


def list_url(model: type[models.Model], query: str = "") -> str:
    """Return the address of a model's list, filtered by `query`."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{query}" if query else address


# ── Actions ──────────────────────────────────────────────────────────────────────────────────────────────────────────
class ReasonForm(forms.Form):
    """Why platform staff did something."""

    reason = LineField(
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        error_messages={"required": "Write down why."},
    )


@dataclass(frozen=True)
class AdminAction:
    """Something that staff can do to one row or to many, after one question."""

    name: str
    """In the address and in the list's menu of actions."""
    label: str
    verb: str
    """What the button says before the count: "Retry" makes "Retry 12 messages"."""
    sentence: str
    """What follows from it."""
    run: Callable[[HttpRequest, Any, Mapping[str, Any]], bool]
    """Does it to one row that it applies to; False when nothing was done."""
    form: type[forms.Form] | None = None
    applies_to: Callable[[Any], bool] = field(default=lambda row: True)
    """Whether the row fits: else it has no button, and the list leaves it as it is."""


class Denying(BaseModelAdmin):
    """Takes away what `denied` names, whoever asks: add, change, delete."""

    denied: ClassVar[Collection[str]] = ()

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Return whether rows may be added."""
        return "add" not in self.denied and super().has_add_permission(request, *args)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether rows may be changed."""
        return "change" not in self.denied and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether rows may be deleted."""
        return "delete" not in self.denied and super().has_delete_permission(request, obj)


class ModelAdmin(Denying, DjangoModelAdmin):
    """The base of every admin here, also of those that Django brings.

    A list is filtered by what its page offers and by `lookups`. Django by itself lets anybody who may look at a list
    compare any column of it, and so read, letter by letter, what the page does not show.
    """

    lookups: ClassVar[Collection[str]] = ()
    """More look-ups, as they stand in an address that leads to the list: `attempts__gt`."""

    def get_search_results(
        self, request: HttpRequest, queryset: "models.QuerySet[Any]", search_term: str
    ) -> "tuple[models.QuerySet[Any], bool]":
        """Search for the first words alone: each is one more condition, and a database takes only so many."""
        return super().get_search_results(request, queryset, search_term[:MOST_SEARCHED])

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Return whether the list may be filtered by `lookup`."""
        return lookup in self.lookups or lookup in self._offered_lookups(request)

    def _offered_lookups(self, request: HttpRequest | None) -> Iterator[str]:
        filters = self.get_list_filter(request) if request is not None else self.list_filter
        for each in filters:
            if isinstance(each, type):
                yield str(getattr(each, "parameter_name", ""))
                continue
            name = str(each[0] if isinstance(each, (list, tuple)) else each)
            yield from (name, *(f"{name}__{how}" for how in ("exact", "isnull", "gte", "lt", "id__exact")))


class ReadOnlyAdmin(ModelAdmin):
    """Looking only: nothing is added, changed or deleted."""

    denied = ("add", "change", "delete")
    ordering: ClassVar[Any] = ("-pk",)
    show_full_result_count = False
    list_per_page = 50
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


def show(model: type[models.Model], columns: Sequence[str], **options: Any) -> None:
    """Let staff look at a model's rows, in these columns; `options` are those of a `ModelAdmin`."""
    admin.site.register(model, ReadOnlyAdmin, list_display=columns, **options)


class ReadOnlyInline(Denying, TabularInline):
    """Rows of another table, to look at."""

    denied = ("add", "change")
    related: ClassVar[Sequence[str]]
    """What the rows are read with, since their columns name it."""
    extra = 0
    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return all columns."""
        return self.fields

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        """Return the rows, each with what it is read with."""
        return super().get_queryset(request).select_related(*self.related)


class ServiceAdmin(ModelAdmin):
    """Saves through services; a refusal is said on the page, and nothing of the form is kept."""

    ordering: ClassVar[Any] = ("-pk",)
    show_full_result_count = False
    list_per_page = 50

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the form, with the sentence of a refusal on top."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except RecruitingError as error:
            self.message_user(request, error.message, messages.ERROR)
            return redirect(request.get_full_path())


class ActionsAdmin(ModelAdmin):
    """A model whose rows can be acted on, from the list and from their own page. Each action is asked about once."""

    change_form_template = "admin/actions_change_form.html"

    def admin_actions(self) -> Sequence[AdminAction]:
        """Return what can be done to rows of this model."""
        return ()

    def may_act(self, request: HttpRequest) -> bool:
        """Return whether this member of staff may act; looking alone does not suffice."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    def get_urls(self) -> list[URLPattern]:
        """Return the admin's addresses and those of the actions."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_act"
        asked = self.admin_site.admin_view(self.action_view)
        return [path("<path:object_id>/act/<slug:name>/", asked, name=name), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Return the list's menu: our actions, and what Django adds."""
        ours = self.admin_actions() if self.may_act(request) else ()
        return {
            **super().get_actions(request),
            **{action.name: (self._from_list(action), action.name, action.label) for action in ours},
        }

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show a row with buttons for the actions that suit it."""
        row = self.get_object(request, unquote(object_id)) if object_id and self.may_act(request) else None
        applicable = [action for action in self.admin_actions() if action.applies_to(row)] if row is not None else []
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), "admin_actions": applicable}
        )

    def action_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Ask about an action on one row, then do it."""
        row = self.get_object(request, unquote(object_id))
        action = next((action for action in self.admin_actions() if action.name == name), None)
        if row is None or action is None:
            raise Http404
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        return self._ask(request, action, [row], back=back, hidden=[]) or redirect(back)

    def _from_list(self, action: AdminAction) -> Callable[..., HttpResponse | None]:
        def chosen(_: Any, request: HttpRequest, rows: "models.QuerySet[Any]") -> HttpResponse | None:
            sent = [
                (name, value) for name in ("action", "select_across", "index") for value in request.POST.getlist(name)
            ]
            sent += [(ACTION_CHECKBOX_NAME, pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)]
            return self._ask(request, action, rows, back=request.get_full_path(), hidden=sent)

        return chosen

    def _ask(
        self,
        request: HttpRequest,
        action: AdminAction,
        rows: "Sequence[Any] | models.QuerySet[Any]",
        *,
        back: str,
        hidden: Sequence[tuple[str, str]],
    ) -> HttpResponse | None:
        """Return the page that asks, or None once it is done."""
        if not self.may_act(request):
            raise PermissionDenied
        form = action.form(request.POST if "confirmed" in request.POST else None) if action.form else None
        if "confirmed" in request.POST and (form is None or form.is_valid()):
            self._do(request, action, rows, form.cleaned_data if form else {})
            return None
        total = len(rows) if isinstance(rows, Sequence) else rows.count()
        counted = formatting.plural(total, str(self.opts.verbose_name), str(self.opts.verbose_name_plural))
        return TemplateResponse(
            request,
            "admin/confirm_action.html",
            {
                **self.admin_site.each_context(request),
                "title": f"{action.label}?",
                "opts": self.opts,
                "action": action,
                "rows": rows[:20],
                "more": max(total - 20, 0),
                "button": f"{action.verb} {counted}",
                "form": form,
                "hidden": hidden,
                "back": back,
            },
        )

    def _do(self, request: HttpRequest, action: AdminAction, rows: Any, answers: Mapping[str, Any]) -> None:
        done = skipped = 0
        for row in rows:
            try:
                with transaction.atomic():
                    changed = action.applies_to(row) and action.run(request, row, answers)
                    if changed:
                        self.log_change(
                            request, row, " ".join(filter(None, (action.label, str(answers.get("reason", "")))))
                        )
            except RecruitingError as error:
                self.message_user(request, f"{row}: {error.message}", messages.ERROR)
                changed = False
            done, skipped = done + changed, skipped + (not changed)
        counted = formatting.plural(
            done, str(self.opts.verbose_name), str(self.opts.verbose_name_plural), zero="nothing"
        )
        left = f" {skipped} left as they were." if skipped else ""
        self.message_user(
            request, f"{action.verb} {counted}: done.{left}", messages.SUCCESS if done else messages.WARNING
        )
