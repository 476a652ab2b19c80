"""What is to be known of the English language, for all that compare words."""

from english.spelling import british, spellings

__all__ = ["british", "spellings"]
