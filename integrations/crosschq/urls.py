"""Addresses of Crosschq's pages, beside the core pages that they belong to."""

from django.urls import path

from integrations.crosschq import views as checks
from integrations.crosschq.check_templates import views as templates
from integrations.crosschq.prospects import views as prospects
from integrations.crosschq.settings.page import PAGES

app_name = "crosschq"
_RECORD = "candidates/<uuid:candidate_id>/applications/<uuid:application_id>/reference-check"
_CHECK = f"{_RECORD}/<uuid:check_id>"
_SETTINGS = "settings/integrations/reference-checks"
_TEMPLATES = f"{_SETTINGS}/templates"
_PROSPECTS = f"{_SETTINGS}/prospects"

urlpatterns = [
    path(f"{_RECORD}/choose/", checks.choose, name="choose"),
    path(f"{_CHECK}/send-again/", checks.send_again, name="send-again"),
    path(f"{_CHECK}/try-again/", checks.try_again, name="try-again"),
    path(f"{_CHECK}/requestor/", checks.requestor, name="requestor"),
    path(f"{_CHECK}/follow/", checks.follow, name="follow"),
    path(f"{_CHECK}/not-there/", checks.not_there, name="not-there"),
    path(f"{_CHECK}/cancel/", checks.cancel, name="cancel"),
    path(f"{_CHECK}/stop/", checks.stop, name="stop"),
    path(f"{_CHECK}/remind/", checks.remind, name="remind"),
    path(f"{_CHECK}/check/", checks.check_again, name="check-again"),
    path(f"{_CHECK}/copy-again/", checks.copy_again, name="copy-again"),
    path(f"{_CHECK}/report/", checks.report, name="report"),
    path("reference-checks/<slug:listed>/", checks.worklist, name="worklist"),
    *PAGES.paths(_SETTINGS),
    path(f"{_PROSPECTS}/", prospects.overview, name="prospects"),
    path(f"{_PROSPECTS}/start/", prospects.start, name="prospects-start"),
    path(f"{_PROSPECTS}/stop/", prospects.stop, name="prospects-stop"),
    path(f"{_PROSPECTS}/skipped/", prospects.skipped, name="prospects-skipped"),
    path(f"{_PROSPECTS}/jobs/", prospects.jobs, name="prospects-jobs"),
    path(f"{_TEMPLATES}/", templates.index, name="templates"),
    path(f"{_TEMPLATES}/new/", templates.create, name="template-create"),
    path(f"{_TEMPLATES}/live/", templates.live, name="template-live"),
    path(f"{_TEMPLATES}/<uuid:template_id>/", templates.edit, name="template-edit"),
    path(f"{_TEMPLATES}/<uuid:template_id>/duplicate/", templates.duplicate, name="template-duplicate"),
    path(f"{_TEMPLATES}/<uuid:template_id>/delete/", templates.delete, name="template-delete"),
]
