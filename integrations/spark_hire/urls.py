"""Addresses of Spark Hire's pages, beside the core pages that they belong to."""

from django.urls import path, register_converter

from integrations.spark_hire import views as interviews
from integrations.spark_hire.job_links import views as jobs
from integrations.spark_hire.settings import views as settings


class WorklistConverter:
    """One of the three lists behind the home page."""

    regex = "failed|expiring|to-watch"

    def to_python(self, value: str) -> str:
        """Return the name as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Return the name as it is."""
        return value


register_converter(WorklistConverter, "worklist")

app_name = "spark_hire"
_RECORD = "candidates/<uuid:candidate_id>/applications/<uuid:application_id>/video-interview"
_INFO = "jobs/<uuid:job_id>/info/video-interviewing"
_SETTINGS = "settings/integrations/video-interviewing"

urlpatterns = [
    path(f"{_RECORD}/request/", interviews.request_interview, name="request"),
    path(f"{_RECORD}/<uuid:request_id>/cancel/", interviews.cancel, name="cancel"),
    path(f"{_RECORD}/<uuid:request_id>/try-again/", interviews.try_again, name="try-again"),
    path(f"{_RECORD}/<uuid:request_id>/follow/", interviews.follow, name="follow"),
    path(f"{_RECORD}/<uuid:request_id>/watch/", interviews.watch, name="watch"),
    path(f"{_RECORD}/<uuid:request_id>/fetch-link/", interviews.fetch_link, name="fetch-link"),
    path("video-interviews/deadline/", interviews.deadline, name="deadline"),
    path("video-interviews/<worklist:which>/", interviews.worklist, name="worklist"),
    path(f"{_INFO}/link/", jobs.link, name="link"),
    path(f"{_INFO}/unlink/", jobs.unlink, name="unlink"),
    path(f"{_INFO}/question-set/", jobs.question_set, name="question-set"),
    path(f"{_INFO}/check/", jobs.check, name="check"),
    path(f"{_SETTINGS}/", settings.overview, name="settings"),
    path(f"{_SETTINGS}/switch/", settings.switch, name="switch"),
    path(f"{_SETTINGS}/users/add/", settings.add_users, name="add-users"),
    path(f"{_SETTINGS}/users/keys/", settings.save_keys, name="save-keys"),
    path(f"{_SETTINGS}/users/<uuid:credential_id>/remove/", settings.remove_user, name="remove-user"),
    path(f"{_SETTINGS}/primary/", settings.choose_primary, name="primary"),
    path(f"{_SETTINGS}/test/", settings.test_connection, name="test"),
    path("profile/spark-hire-key/", settings.my_key, name="my-key"),
]
