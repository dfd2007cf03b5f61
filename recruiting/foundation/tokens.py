"""Digests of random tokens, by which they are looked up; the tokens themselves are kept nowhere."""

import hashlib


def digest(token: str) -> str:
    """Return the SHA-256 of a token in hexadecimal digits.

    256 random bits need no slow hash, and an indexed digest is found in the same time whatever was guessed.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
