"""Spark Hire as a Django app."""

from django.apps import AppConfig


class SparkHireConfig(AppConfig):
    """Spark Hire video interviews."""

    name = "integrations.spark_hire"
    label = "spark_hire"
    verbose_name = "Spark Hire video interviews"
