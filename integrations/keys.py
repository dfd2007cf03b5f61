"""Asking a vendor whether it accepts a key: when it is pasted, and when it has just forbidden something (403).

A 403 says one of two things: this key may not do that, or it is no key (any more). Only asking tells them apart.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy

from integrations import registry
from integrations.models import Credential
from recruiting.foundation.vendor_errors import VendorAuthFailed, VendorForbidden, VendorRejected, VendorUnavailable


def check(credential: Credential) -> None:
    """Ask the vendor about a key and note on the (unsaved) credential whose it is; outside any transaction.

    Raises:
        VendorAuthFailed: it does not accept the key.
        VendorRateLimited, VendorUnavailable: it does not say.
    """
    integration = registry.get(credential.installation.integration)
    assert integration is not None
    try:
        integration.check_connection(credential)
    except VendorForbidden as error:
        raise VendorAuthFailed(str(error)) from error
    except VendorRejected as error:
        raise VendorUnavailable(f"{credential.installation.name} does not say whether it accepts the key.") from error


@contextmanager
def tell_apart(credential: Credential | None) -> Iterator[None]:
    """Let a 403 out of the block only as what it says: that a key which is good may not do this.

    The vendor is asked about the key once; the credential stays as it is.

    Raises:
        VendorForbidden: the key is good (or `credential` is None, and nobody can tell).
        VendorAuthFailed: the key is no longer accepted.
        VendorRateLimited, VendorUnavailable: the vendor does not say.
    """
    try:
        yield
    except VendorForbidden as error:
        if credential is not None and not error.key_is_good:
            check(copy(credential))
            error.key_is_good = True
        raise
