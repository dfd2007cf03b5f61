"""Careers pages in the Django admin: to look at. No digest of a key is shown, and nothing that applicants sent."""

from django.contrib import admin

from recruiting.careers.models import BoardKey, CareersSite, Posting, Question, QuestionSet
from recruiting.foundation.adminsite import ReadOnlyAdmin, ReadOnlyInline


class QuestionInline(ReadOnlyInline):
    """What is asked."""

    model = Question
    fields = ("position", "kind", "label", "is_required", "number")
    related = ()


@admin.register(CareersSite)
class CareersSiteAdmin(ReadOnlyAdmin):
    """What companies say about themselves."""

    list_display = ("name", "company", "language", "is_indexed", "updated_at")
    list_select_related = ("company",)
    search_fields = ("name", "company__name")
    exclude = ("logo",)


@admin.register(Posting)
class PostingAdmin(ReadOnlyAdmin):
    """What jobs say to the public."""

    list_display = ("job", "company", "publication", "number", "closes_at", "first_published_at")
    list_filter = ("publication",)
    list_select_related = ("job", "company")
    search_fields = ("job__title", "company__name", "number")
    inlines = (QuestionInline,)


@admin.register(QuestionSet)
class QuestionSetAdmin(ReadOnlyAdmin):
    """Sets of questions."""

    list_display = ("name", "company")
    list_select_related = ("company",)
    search_fields = ("name", "company__name")
    inlines = (QuestionInline,)


@admin.register(BoardKey)
class BoardKeyAdmin(ReadOnlyAdmin):
    """Keys of the job board, by name."""

    list_display = ("name", "company", "ending", "made_by", "last_used_at", "revoked_at")
    list_select_related = ("company", "made_by__user")
    search_fields = ("name", "company__name")
    exclude = ("digest",)
