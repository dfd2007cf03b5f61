"""Spark Hire: one-way video interviews. Read `integration` first."""

from integrations.env_settings import EnvSetting

SLUG = "video-interviewing"
VENDOR = "Spark Hire"
BASE_URL = EnvSetting(
    "SPARK_HIRE_BASE_URL",
    "https://api.sparkhire.com/v1.0",
    "Where Spark Hire's API is.",
    sandbox_path="/spark-hire/v1.0",
)
WEB_URL = EnvSetting(
    "SPARK_HIRE_WEB_URL",
    "https://www.sparkhire.com",
    "Where people sign in to Spark Hire.",
    sandbox_path="/spark-hire",
)
