"""What every room may use: the one tree of errors, and what is to be known of English words."""

from common.errors import AwayError, CoproductionError
from common.spelling import british, spellings

__all__ = [
    "AwayError",
    "CoproductionError",
    "british",
    "spellings",
]
