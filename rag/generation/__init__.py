"""Answers in prose by a language model, where one is set up: every sentence is checked before it is shown."""

from rag.generation.generator import Draft, Generator, Statement, Written
from rag.generation.language_model import LanguageModel, WritingError
from rag.generation.servers import Server, find_servers

__all__ = [
    "Draft",
    "Generator",
    "LanguageModel",
    "Server",
    "Statement",
    "WritingError",
    "Written",
    "find_servers",
]
