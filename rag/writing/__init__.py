"""Answers in prose by a language model, where one is set up: every sentence is checked before it is shown."""

from rag.writing.model import LanguageModel, WritingError
from rag.writing.servers import Server, find_servers
from rag.writing.writer import Prose, Statement, Writer, Written

__all__ = ["LanguageModel", "Prose", "Server", "Statement", "Writer", "WritingError", "Written", "find_servers"]
