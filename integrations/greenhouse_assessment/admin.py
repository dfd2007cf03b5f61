"""Assessments for platform staff."""

from integrations.greenhouse_assessment.models import AssessmentRequest
from integrations.requests.admin import show_requests

show_requests(AssessmentRequest, "product_name", secret=["result_url"])
