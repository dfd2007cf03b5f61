"""Addresses of careers pages and of what came in through them, over REST."""

from recruiting.careers import postings_api, submissions_api

app_name = "careers-api"
urlpatterns = [*postings_api.urlpatterns, *submissions_api.urlpatterns]
