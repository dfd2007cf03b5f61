"""What can go wrong with a vendor. The worker decides by class, never by status code; `str()` is safe to show."""

from collections.abc import Mapping


class VendorError(Exception):
    """Anything a vendor did not do for us."""


class VendorUnavailable(VendorError):
    """Time-out, 5xx or an unreadable body: try again later. Whether the vendor acted is unknown."""


class VendorUnreached(VendorUnavailable):
    """No connection could be made: try again later. The vendor surely did not act."""

    is_refused_address = False
    """Whether we would not connect: the address is not on the public internet, or not https."""


class VendorRateLimited(VendorError):
    """The vendor asks for a pause of `retry_after` seconds; it did not act."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class VendorAuthFailed(VendorError):
    """The key is not accepted (401, or a 403 that `keys.tell_apart` found to mean it): a person has to mend it."""


class VendorRejected(VendorError):
    """The vendor understood and refused (other 4xx); the same request will be refused again."""

    def __init__(self, message: str, *, field_errors: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.field_errors = dict(field_errors or {})


class VendorForbidden(VendorRejected):
    """403: the key may not do this, or is not accepted at all; `keys.tell_apart` asks which."""

    key_is_good = False
    """Whether the vendor said so after it had forbidden this."""


class VendorNotFound(VendorRejected):
    """404 or 410 on a read: a fact about the thing, not an outage. `gone` is true for 410."""

    def __init__(self, message: str, *, gone: bool = False) -> None:
        super().__init__(message)
        self.gone = gone


class WebhookRejected(Exception):
    """A delivery is not what it claims to be; it is not stored."""
