"""The name under which migrations know the encrypted column; it lives in `recruiting.base.encryption`."""

from recruiting.base.encryption import EncryptedTextField

__all__ = ["EncryptedTextField"]
