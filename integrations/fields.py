"""The name under which migrations know the encrypted column; it lives in `recruiting.foundation.encryption`."""

from recruiting.foundation.encryption import EncryptedTextField

__all__ = ["EncryptedTextField"]
