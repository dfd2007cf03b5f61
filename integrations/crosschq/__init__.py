"""Crosschq: reference checks. Read `integration` first."""

from integrations.env_settings import EnvSetting

SLUG = "reference-checks"
VENDOR = "Crosschq"
TAB = "reference-check"
BASE_URL = EnvSetting(
    "CROSSCHQ_BASE_URL", "https://partner.crosschq.com", "Where Crosschq's Partner API is.", sandbox_path="/crosschq"
)
WEB_URL = EnvSetting(
    "CROSSCHQ_WEB_URL", "https://app.crosschq.com", "Where people sign in to Crosschq.", sandbox_path="/crosschq"
)
