"""The four states of a comment; what readers see follows from them alone."""

from enum import StrEnum


class Status(StrEnum):
    """What a comment is to its readers. Only services/review.py moves one to another."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    SPAM = "spam"
