"""Assessments for platform staff."""

from integrations.ashby_assessment.models import AssessmentOrder
from integrations.requests.admin import show_requests

show_requests(AssessmentOrder, "product_name", secret=["result_url"])
