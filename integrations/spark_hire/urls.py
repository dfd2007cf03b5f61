"""Addresses of Spark Hire's pages, beside the core pages that they belong to."""

from django.urls import path

from integrations.spark_hire import views as interviews
from integrations.spark_hire.job_links import views as jobs
from integrations.spark_hire.settings.page import PAGES

app_name = "spark_hire"
_RECORD = "candidates/<uuid:candidate_id>/applications/<uuid:application_id>/video-interview"
_INFO = "jobs/<uuid:job_id>/info/video-interviewing"

urlpatterns = [
    path(f"{_RECORD}/request/", interviews.request_interview, name="request"),
    path(f"{_RECORD}/<uuid:request_id>/cancel/", interviews.cancel, name="cancel"),
    path(f"{_RECORD}/<uuid:request_id>/try-again/", interviews.try_again, name="try-again"),
    path(f"{_RECORD}/<uuid:request_id>/follow/", interviews.follow, name="follow"),
    path(f"{_RECORD}/<uuid:request_id>/watch/", interviews.watch, name="watch"),
    path(f"{_RECORD}/<uuid:request_id>/fetch-link/", interviews.fetch_link, name="fetch-link"),
    path("video-interviews/deadline/", interviews.deadline, name="deadline"),
    path("video-interviews/<slug:which>/", interviews.worklist, name="worklist"),
    path(f"{_INFO}/link/", jobs.link, name="link"),
    path(f"{_INFO}/unlink/", jobs.unlink, name="unlink"),
    path(f"{_INFO}/question-set/", jobs.question_set, name="question-set"),
    path(f"{_INFO}/check/", jobs.check, name="check"),
    *PAGES.paths("settings/integrations/video-interviewing"),
    PAGES.my_key_path("profile/spark-hire-key/"),
]
