"""Fingerprint of what a guess or a run is about: short text that is the same after a restart."""

import hashlib

DIGITS = 16


def fingerprint(about: object) -> str:
    """A hash of the object as it prints: records of numbers and words print all they are."""
    return hashlib.sha256(repr(about).encode()).hexdigest()[:DIGITS]
