"""The formats in which something can be taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from gettext import gettext as _
from textwrap import shorten

from pathvalidate import sanitize_filename

from export.bibliography import write_bibtex, write_csl_json, write_harvard, write_ris
from export.markdown import write_markdown
from export.material import Material
from export.table import write_csv
from export.word import write_word

# Letters of a file's name: of four bytes each, and with the ending, they are fewer than the 255 bytes that fit.
LONGEST_NAME = 60
N_ = str  # marks texts for translators; they are translated where they are used


@dataclass(frozen=True, slots=True)
class Format:
    """A format by its `key`: what people call it, in English, how its files end (".docx"), its media type, and what
    writes it.
    """

    key: str
    name: str
    ending: str
    media_type: str
    write: Callable[[Material], bytes]


FORMATS: Mapping[str, Format] = {
    format.key: format
    for format in (
        Format(
            "word",
            N_("Word document"),
            ".docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            write_word,
        ),
        Format("markdown", "Markdown", ".md", "text/markdown", write_markdown),
        Format("csv", N_("Table for a spreadsheet (CSV)"), ".csv", "text/csv", write_csv),
        Format("ris", N_("Reference manager (RIS)"), ".ris", "application/x-research-info-systems", write_ris),
        Format("bibtex", "BibTeX", ".bib", "application/x-bibtex", write_bibtex),
        Format("csl-json", "CSL-JSON", ".json", "application/vnd.citationstyles.csl+json", write_csl_json),
        Format("harvard", N_("References in Harvard style"), ".txt", "text/plain", write_harvard),
    )
}


def file_name(material: Material, format: Format) -> str:
    """A name for the file that no file system refuses, from the title."""
    title = shorten(material.title, LONGEST_NAME, placeholder="") or material.title[:LONGEST_NAME]
    name = sanitize_filename(title, replacement_text=" ", platform="universal")
    return (" ".join(name.split()).strip(" .-") or _("Evidence")) + format.ending
