"""Encryption at rest, and erasure.

A key per person, wrapped by the master key. Erasing a person destroys the wrapped key: what was encrypted under it
is then noise, in the backups too. AES-256-GCM (NIST SP 800-38D), a random 96-bit nonce in front of each text.
"""

import hmac
import os
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEYS_REMEMBERED = 10_000  # of people, in memory; each a few hundred bytes


class WrongKey(Exception):
    """The master key is not the one this was encrypted under, or the bytes were changed."""


class PersonKey:
    """What belongs to one person is sealed and opened with it."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, None)

    def open(self, sealed: bytes) -> bytes:
        """Raises WrongKey."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
        except InvalidTag as error:
            raise WrongKey from error


class Vault:
    """Holds the master key. One per process."""

    def __init__(self, master_key: bytes) -> None:
        self._wrapping = PersonKey(_derived(master_key, b"passerelle wrap"))
        self._hashing = _derived(master_key, b"passerelle look-up")
        self._unwrapped = lru_cache(maxsize=KEYS_REMEMBERED)(self._unwrap)

    def new_key(self) -> bytes:
        """A fresh person's key, wrapped, as it is stored."""
        return self._wrapping.seal(os.urandom(32))

    def key(self, wrapped: bytes) -> PersonKey:
        """Raises WrongKey."""
        return self._unwrapped(wrapped)

    def look_up(self, kind: str, value: str) -> bytes:
        """A keyed hash: finds an address or a token again without holding it. 32 bytes."""
        return hmac.digest(self._hashing, f"{kind}\0{value}".encode(), sha256)

    def seal(self, plain: bytes) -> bytes:
        """Under the master key: for what belongs to the clinic (a therapist's own address)."""
        return self._wrapping.seal(plain)

    def open(self, sealed: bytes) -> bytes:
        return self._wrapping.open(sealed)

    def _unwrap(self, wrapped: bytes) -> PersonKey:
        return PersonKey(self._wrapping.open(wrapped))


def _derived(master_key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(master_key)
