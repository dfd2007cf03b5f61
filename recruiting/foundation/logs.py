"""Log redaction: no address that works for whoever has it, no key, and nobody's row or email.

One place for every logger of the process, gunicorn's and Django's own included: the factory that makes all log records.
A filter or a formatter would have to be put on every handler, and gunicorn brings its own.
"""

import logging
import logging.config
import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

MASK = "***"

request_id: ContextVar[str] = ContextVar("request_id", default="-")

_SECRET_WORDS = "token|key|secret|password|passwd|credential|signature|sig|code|auth"
_SLASH = "(?:/|%2F)"
_PART = r"(?:(?!%2F)[^/?#\s\"'])+"
_SECRETS = (
    # Addresses of ours: a webhook's, an invitation's, a shared file's, a mailed link's. tests/base/test_logs.py holds
    # this against the URL configuration: a path parameter called token, key, secret or code is one.
    # A slash may be written %2F, as in ?next=…
    re.compile(rf"(?P<kept>{_SLASH}webhooks{_SLASH}{_PART}{_SLASH}){_PART}", re.IGNORECASE),
    re.compile(
        rf"(?P<kept>{_SLASH}(?:invitations|shared-files|confirm-email|reset{_SLASH}key){_SLASH})(?!done\b){_PART}",
        re.IGNORECASE,
    ),
    # Parameters of any address, a vendor's signed link among them: ?token=…, &X-Amz-Signature=…
    re.compile(rf"(?P<kept>[?&;][\w.%-]*(?:{_SECRET_WORDS})[\w.%-]*=)[^&;#\s\"']+", re.IGNORECASE),
    re.compile(r"(?P<kept>\b(?:Bearer|Basic|Token)\s+)[\w.~+/=-]{8,}", re.IGNORECASE),
    re.compile(r"(?P<kept>\b(?:tl[ors]?_|whsec_))[\w+/=-]{16,}"),
    # What PostgreSQL says about a refused row is the row; up to the end of that error.
    re.compile(r"(?P<kept>\bDETAIL: ).*?(?=\n\n(?:The above exception|During handling)|\Z)", re.DOTALL),
    re.compile(r"(?P<kept>)[^\s\"'<>()\[\],;:=?&/]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"),
)
_make_record = logging.getLogRecordFactory()
_exceptions = logging.Formatter()


def configure(settings: Mapping[str, Any]) -> None:
    """Mask the secrets of every log record from now on, and set the loggers up (settings.LOGGING_CONFIG)."""
    logging.setLogRecordFactory(make_record)
    logging.config.dictConfig(dict(settings))


def make_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """Return a log record without secrets in its message or its traceback."""
    record = _make_record(*args, **kwargs)
    try:
        message = record.getMessage()
    except Exception:  # the handler says what is wrong with a message that cannot be written
        return record
    masked = mask(message)
    if masked != message:
        record.msg, record.args = masked, ()
    if record.exc_info and record.exc_info[0] is not None:
        record.exc_text = mask(_exceptions.formatException(record.exc_info))
    if record.stack_info:
        record.stack_info = mask(record.stack_info)
    return record


def mask(text: str) -> str:
    """Return a text for a log with its one-time addresses and keys taken out."""
    for secret in _SECRETS:
        text = secret.sub(lambda found: f"{found['kept']}{MASK}", text)
    return text


def current_request_id() -> str:
    """Return the id of the request in hand, "-" outside one."""
    return request_id.get()


class RequestIdFilter(logging.Filter):
    """Puts the request's id on each log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the id; never drop the record."""
        record.request_id = request_id.get()
        return True
