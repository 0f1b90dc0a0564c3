"""Seal, open and fingerprint e-mail addresses and keys; the only reader of the master keys.

One random key per site, wrapped by the master key; from it one sub-key per purpose by
HKDF-SHA256 (RFC 5869), so that opening one purpose opens no other. Sealing is AES-256-GCM
with a random 96-bit nonce (NIST SP 800-38D); the place where a value is stored is its
associated data, so a ciphertext that is moved to another row, column or site does not open.

Layout of everything sealed: version (1 byte) | key id (1 byte) | nonce (12) | ciphertext + tag.
"""

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_BYTES = 32
NONCE_BYTES = 12
FINGERPRINT_BYTES = 16
LAYOUT_VERSION = 1
# Padding hides the length of an address; 254 characters is the longest one there is.
PADDED_BYTES = (64, 128, 256, 1024)


class Unreadable(Exception):
    """A sealed value does not open: wrong key, wrong place, or it was changed."""


class BadMasterKey(Exception):
    """A master key is not 32 bytes in base64."""


def derive(key: bytes, purpose: str) -> bytes:
    """Return the 32-byte sub-key of a key for one purpose."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(key)


def key_id(key: bytes) -> int:
    """Return the byte by which a sealed value names its key; it tells nothing about the key."""
    return hashlib.sha256(b"winnow key id" + key).digest()[0]


def seal(key: bytes, plaintext: str, *, place: str) -> bytes:
    """Encrypt a short text, padded, bound to the place where it will be stored."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    header = bytes((LAYOUT_VERSION, key_id(key)))
    return header + nonce + AESGCM(key).encrypt(nonce, pad(plaintext), place.encode())


def open_sealed(key: bytes, sealed: bytes, *, place: str) -> str:
    """Decrypt what `seal` made for the same place; raise Unreadable if it does not open."""
    nonce, ciphertext = sealed[2 : 2 + NONCE_BYTES], sealed[2 + NONCE_BYTES :]
    try:
        padded = AESGCM(key).decrypt(nonce, bytes(ciphertext), place.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable(place) from error
    return unpad(padded)


def pad(plaintext: str) -> bytes:
    """Prefix the length in two bytes and fill up with zeros to the next fixed size."""
    raw = plaintext.encode()
    size = next(size for size in PADDED_BYTES if len(raw) + 2 <= size)
    return (len(raw).to_bytes(2, "big") + raw).ljust(size, b"\0")


def unpad(padded: bytes) -> str:
    """Return the text that `pad` was given."""
    length = int.from_bytes(padded[:2], "big")
    return padded[2 : 2 + length].decode()


def fingerprint(key: bytes, value: str) -> bytes:
    """Return 16 bytes by which equal values of one site are recognised, and nothing else is."""
    return hmac.digest(key, value.encode(), "sha256")[:FINGERPRINT_BYTES]


@lru_cache(maxsize=8)
def master_keyring(encoded: tuple[str, ...]) -> dict[int, bytes]:
    """Return the wrapping keys by their id, the one that seals first."""
    try:
        masters = [base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)) for key in encoded]
    except ValueError as error:
        raise BadMasterKey("MASTER_KEY is not base64") from error
    if any(len(key) != KEY_BYTES for key in masters):
        raise BadMasterKey(f"MASTER_KEY must be {KEY_BYTES} bytes in base64")
    keys = [derive(key, "wrap site keys") for key in masters]
    return {key_id(key): key for key in keys}


def wrapping_keys() -> dict[int, bytes]:
    """Return the configured wrapping keys; raise BadMasterKey if one is unusable."""
    return master_keyring(tuple(settings.MASTER_KEYS))


def make_site_key(site_id: str) -> bytes:
    """Return a new random site key, wrapped by the current master key."""
    return wrap(secrets.token_bytes(KEY_BYTES), site_id)


def wrap(site_key: bytes, site_id: str) -> bytes:
    """Seal a site's key with the current master key."""
    wrapping = next(iter(wrapping_keys().values()))
    return seal(wrapping, site_key.hex(), place=f"{site_id}|site|wrapped_key|{site_id}")


@lru_cache(maxsize=1024)
def unwrap(wrapped: bytes, site_id: str) -> bytes:
    """Return a site's key; raise Unreadable if no master key opens it."""
    wrapping = wrapping_keys().get(wrapped[1])
    if wrapping is None:
        raise Unreadable(f"no master key opens the key of site {site_id}")
    return bytes.fromhex(
        open_sealed(wrapping, wrapped, place=f"{site_id}|site|wrapped_key|{site_id}")
    )


@lru_cache(maxsize=8192)
def site_subkey(wrapped: bytes, site_id: str, purpose: str) -> bytes:
    """Return the sub-key of one site for one purpose."""
    return derive(unwrap(wrapped, site_id), purpose)


def plugin_key_digests(plugin_key: str) -> list[bytes]:
    """Return the keyed hashes under which a 12-digit plugin key may stand, the current one first.

    Keyed, because twelve hexadecimal digits are few enough to try them all against a
    plain hash.
    """
    subkeys = plugin_subkeys(tuple(wrapping_keys().values()))
    return [hmac.digest(subkey, plugin_key.encode(), "sha256") for subkey in subkeys]


@lru_cache(maxsize=8)
def plugin_subkeys(wrapping: tuple[bytes, ...]) -> list[bytes]:
    return [derive(key, "plugin keys") for key in wrapping]
