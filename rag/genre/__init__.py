"""What kind of report a report is: survey, evaluation, review, guidance, and so on."""

from rag.genre.classify import GENRES, Genre
from rag.genre.known import genres_of, with_genres
from rag.genre.shape import FORM

__all__ = [
    "FORM",
    "GENRES",
    "Genre",
    "genres_of",
    "with_genres",
]
