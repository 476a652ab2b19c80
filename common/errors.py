"""The one tree of errors: each says what is wrong in a sentence for the person who can put it right."""


class CoproductionError(Exception):
    """Something that a person can put right. The message is a sentence for her; the command prints just that."""
