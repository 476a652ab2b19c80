"""The one tree of errors: each says what is wrong in a sentence for the person who can put it right."""


class CoproductionError(Exception):
    """Something that a person can put right. The message is a sentence for her; the command prints just that."""


class AwayError(CoproductionError):
    """A server that holds a part of the library does not answer. The message is for the person who keeps it."""
