"""Markdown, reStructuredText and plain text."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from gettext import gettext as _
from typing import Any

import yaml
from docutils import nodes
from docutils.core import publish_doctree
from markdown_it import MarkdownIt

from ingest.readers.note_marks import drop_typed_marks
from ingest.readers.plain.text_columns import in_one_column, text_pages
from ingest.readers.superscripts import SUPERSCRIPT
from ingest.readers.text import NO_TEXT, decode, paragraphs, squeeze, unpaged
from ingest.readers.title_page.metadata import in_order, own_names, own_subtitle, own_title, year_in
from ingest.readers.title_page.title_and_authors import is_opening
from ingest.readers.web.html_blocks import Spanned, blocks, parse, spread, table_blocks
from ingest.report import Block, Content, RawPage, ReportError

N_ = str  # marks texts for translators; they are translated where they are used
NO_BODY = N_("The file holds a header but no text below it. Open it to see whether the text is kept somewhere else.")

TOO_DEEP = N_("The file sets lists within lists too deep to be read. Save it as plain text (.txt) and add that.")

# In all of these how far is looked has an end: else a file of nothing but beginnings would take hours.
_FRONT_MATTER = re.compile(
    r"\s*^(?P<fence>---|\+\+\+)[ \t]*\n(?P<fields>.*?)^(?:(?P=fence)|\.\.\.)[ \t]*(?:\n|\Z)", re.M | re.S
)
_ON = r"[^\n]*(?:\n[ \t]+[^\n]+)*\n"  # a line goes on where the next is indented
_TITLE_BLOCK = re.compile(rf"%(?P<title>{_ON})(?:%(?P<author>{_ON})(?:%(?P<date>[^\n]*)\n)?)?")  # of Pandoc
_HEAD_LINE = re.compile(r"^([A-Za-z]\w*):[ \t]+(.*\S)[ \t]*$", re.MULTILINE)  # of MultiMarkdown
_HEAD_LINES = re.compile(r"(?=(?:[A-Za-z]\w*:[^\n]*\n)*?title:)(?:[A-Za-z]\w*:[ \t]+[^\n]*\n){2,30}\n", re.IGNORECASE)
_TITLES = ("title", "headline", "pagetitle")
_AUTHORS = ("authors", "author", "by", "byline", "creator", "creators", "speakers", "contributors")
_PUBLISHERS = ("publisher", "organisation", "organization", "institution", "institute", "publication")
_DATES = ("publicationdate", "publication_date", "date_published", "datepublished", "published", "published_at",
          "publishdate", "publish_date", "pubdate", "issued", "date", "year")  # fmt: skip
_CHANGED = ("lastmod", "last_modified", "last_updated", "updated", "updated_at", "modified", "date_modified")
_GROUPS = ("params", "extra", "taxonomies", "metadata")
_FIELD = re.compile(r"""^(\w+)\s*[:=]\s*["']?(.*?)["']?\s*$""", re.MULTILINE)
_SHORTCODE = re.compile(
    r"\{\{.{0,2000}?\}\}|\{%.{0,2000}?%\}|\{#[\w-][^}\n]{0,2000}\}|^[ \t]*\{:.{0,2000}?\}[ \t]*$|\{:.{0,2000}?\}",
    re.DOTALL | re.MULTILINE,
)
_HEADING_WITHOUT_SPACE = re.compile(r"^(#{2,6})(?=[^#\s])", re.MULTILINE)
_LINK_WITH_SPACES = re.compile(
    r"""(!\[[^\]\n]{0,2000}\]\(|\[[^\]\n]{0,2000}\]\((?=[#./]|https?:))"""
    r"""((?=[^()<>"'\n]*[^()<>"'\s][ ])[^()<>"'\n]*+)\)"""
)
_TAG_LINE = re.compile(r"^([ \t]*</?[a-z][^<>\n]*>[ \t]*\n)(?=[^\s<])", re.MULTILINE | re.IGNORECASE)
_LOOSE_EMPHASIS = re.compile(r"(\*{2,3})([^*|]+)\1")
_NOTE_MARK = re.compile(r"(?<=\S)\[\^[^\]\s]+\](?!:)")
_NOTE = re.compile(r"^(\[\^[^\]\s]+\]):[ \t]*", re.MULTILINE)


def read_text(data: bytes, file: str) -> Content:
    """Read plain text: a block for each paragraph, a page for each form feed, columns one after the other.

    Raises `ReportError` where the file holds no text.
    """
    pages = text_pages(decode(data, file))
    if len(pages) == 1:
        return Content(unpaged(_text_blocks(pages[0].text), file))
    read = [RawPage(tuple(_text_blocks(page.text)), page.label) for page in pages]
    return Content(tuple(_running_on(read)), paged=True)


def _text_blocks(text: str) -> list[Block]:
    return [Block(drop_typed_marks(paragraph)) for paragraph in paragraphs(in_one_column(text))]


def _running_on(pages: Sequence[RawPage]) -> Iterator[RawPage]:
    """The pages, the first block of each joined to the last of the one before where a sentence runs on."""
    before = "."
    for page in pages:
        first, *others = page.blocks or (Block(""),)
        runs_on = first.text[:1].islower() and before[-1].isalpha()
        yield replace(page, blocks=(replace(first, joined=runs_on), *others)) if page.blocks else page
        before = page.blocks[-1].text if page.blocks else before


def read_markdown(data: bytes, file: str) -> Content:
    """Read Markdown as a reader sees it, with what its front matter says about it.

    Raises `ReportError` where the file holds no text.
    """
    text = "\n".join(decode(data, file).splitlines())
    fields, body = _front_matter(text)
    found = _markdown_blocks(body)
    introduction = [Block(line) for line in _introduction(fields) if line not in {block.text for block in found}]
    heading = next((b.text for b in found if b.level == 1), "")
    title = own_title(_first(fields, *_TITLES)) or own_title("" if is_opening(heading) else heading)
    year = next((year for name in _DATES if (year := year_in(_first(fields, name)))), None)
    changed = None if year else year_in(_first(fields, *_CHANGED))
    return Content(
        unpaged([*introduction, *found], file, NO_BODY if fields else NO_TEXT),
        title=title,
        subtitle=own_subtitle(_first(fields, "subtitle", "sub_title"), title),
        authors=tuple(map(in_order, own_names(_all(fields, *_AUTHORS)))),
        publisher=squeeze(_first(fields, *_PUBLISHERS)),
        year=year or changed,
        licence=squeeze(_first(fields, "licence", "license", "rights")),
        guessed=("year",) if changed else (),
    )


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    """What stands above the text about it, and the text: between fences, or as Pandoc and MultiMarkdown have it."""
    if (matter := _FRONT_MATTER.match(text)) and (fields := _fields(matter["fence"], matter["fields"])):
        return fields, text[matter.end() :]
    if matter := _TITLE_BLOCK.match(text):
        return {name: value.strip() for name, value in matter.groupdict().items() if value}, text[matter.end() :]
    if matter := _HEAD_LINES.match(text):
        return {name.lower(): value for name, value in _HEAD_LINE.findall(matter[0])}, text[matter.end() :]
    return {}, text


def _markdown_blocks(text: str) -> list[Block]:
    """The text as it is meant to be shown: what strict Markdown would print as it stands is mended first."""
    text = _SHORTCODE.sub("", text)
    text = _HEADING_WITHOUT_SPACE.sub(r"\1 ", text)
    text = _LINK_WITH_SPACES.sub(r"\1<\2>)", text)
    text = _TAG_LINE.sub(r"\1\n", text)  # else Markdown below a line of HTML counts as HTML
    text = _NOTE_MARK.sub("", text)
    text = _NOTE.sub(r"\1 ", text)  # else a note that is one link is taken for the definition of a link, and not shown
    # Text is indented by accident, or within raw HTML, far more often than to show code, so "code" is off.
    markdown = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"]).disable("code")
    found = blocks(parse(markdown.render(text)))
    return [replace(block, text=squeeze(_LOOSE_EMPHASIS.sub(r"\2", block.text))) for block in found]


def _fields(fence: str, source: str) -> dict[str, Any]:
    """The fields of a front matter. Where it breaks the rules of its language, those that stand on one line each."""
    try:
        fields = tomllib.loads(source) if fence == "+++" else yaml.safe_load(source)
    except (tomllib.TOMLDecodeError, yaml.YAMLError, ValueError):
        fields = dict(_FIELD.findall(source))
    return {str(key).lower(): value for key, value in fields.items()} if isinstance(fields, dict) else {}


def _all(fields: dict[str, Any], *names: str) -> list[str]:
    """The texts in the first of the fields `names` that says anything, or in a group of fields."""
    groups = [fields, *(group for name in _GROUPS if isinstance(group := fields.get(name), dict))]
    value: Any = next((group[name] for name in names for group in groups if group.get(name)), [])
    values = value if isinstance(value, list) else [value]
    values = [_named(each) if isinstance(each, dict) else each for each in values]
    return [str(each) for each in values if isinstance(each, str | int | datetime.date)]


def _named(fields: dict[Any, Any]) -> str:
    """The name of a person or body, told whole or in parts."""
    parts = (fields.get(name) for name in ("given", "first", "firstname", "family", "last", "lastname"))
    return str(fields.get("name") or fields.get("literal") or " ".join(str(part) for part in parts if part))


def _first(fields: dict[str, Any], *names: str) -> str:
    return next(iter(_all(fields, *names)), "")


def _introduction(fields: dict[str, Any]) -> list[str]:
    lines = [squeeze(_first(fields, name)) for name in ("subtitle", "description", "summary")]
    return [line for line in dict.fromkeys(lines) if line]


# --- reStructuredText -------------------------------------------------------------------------------------------------

_SAFE_AND_QUIET = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 6,
    "warning_stream": False,
    "_disable_config": True,
}
# Sphinx and others add roles of their own.
_ROLE = re.compile(r":(?!su[bp]|super)[A-Za-z][\w:.+-]*:`([^`<]*?)(?:\s*<[^`>]*>)?`(?!_)")
_UNSHOWN = (nodes.Invisible, nodes.docinfo, nodes.image, nodes.label)
_DIRECTIVE = re.compile(r"\s*\.\. [\w:+.-]+::[^\n]*\n?(?:[ \t]+:[\w -]+:[^\n]*\n?)*")
_NO_TEXT_WITHIN = re.compile(r"\s*\.\. (?:\w*toctree|contents|index|include|literalinclude|raw)::")
_TABLE_RULES = re.compile(r"^[\s+|=-]+$|(?<!\w)\|(?!\w)", re.MULTILINE)


def read_rst(data: bytes, file: str) -> Content:
    """Read reStructuredText, with what its head says about it. Raises `ReportError` where the file holds no text."""
    text = _ROLE.sub(r"\1", decode(data, file))
    try:
        document = publish_doctree(text, settings_overrides=_SAFE_AND_QUIET)
        _raise_marks(document)
        title = str(document.get("title", ""))
        found = [block for node in document.children for block in _rst_blocks(node, 1 if title else 0)]
    except RecursionError as error:
        raise ReportError(file, _(TOO_DEEP)) from error
    head = _head(document)
    return Content(
        unpaged(found, file),
        title=own_title(title),
        authors=own_names([*head.get("author", ()), *head.get("authors", ())]),
        publisher=" ".join(head.get("organization", head.get("publisher", ()))),
        year=year_in(" ".join(head.get("date", ()))),
        licence=" ".join(head.get("licence", head.get("license", ()))),
    )


def _raise_marks(document: nodes.document) -> None:
    """Leave out the marks of notes, and write what is raised in superscript digits."""
    for mark in list(document.findall(nodes.footnote_reference)):
        at = mark.parent.index(mark)
        before = mark.parent[at - 1] if at else None
        if isinstance(before, nodes.Text):
            mark.parent[at - 1] = nodes.Text(before.rstrip())
        mark.parent.remove(mark)
    for raised in list(document.findall(nodes.superscript)):
        raised.parent.replace(raised, nodes.Text(raised.astext().translate(SUPERSCRIPT)))


def _rst_blocks(node: nodes.Node, level: int) -> Iterator[Block]:
    """The text below `node`, which stands under `level` headings."""
    if isinstance(node, _UNSHOWN) or (isinstance(node, nodes.topic) and "contents" in node["classes"]):
        return
    if isinstance(node, nodes.system_message):
        lines = [line for block in node.findall(nodes.literal_block) for line in _unplaced(block.astext())]
    elif isinstance(node, nodes.literal_block):
        lines = list(paragraphs(node.astext()))
    elif isinstance(node, nodes.tgroup):
        rows = (row for part in node.children if isinstance(part, nodes.thead | nodes.tbody) for row in part.children)
        yield from table_blocks(spread([_rst_cell(entry, level) for entry in row.children] for row in rows))
        return
    elif isinstance(node, nodes.TextElement):
        lines = [drop_typed_marks(squeeze(node.astext()))]
    else:
        for child in node.children:
            yield from _rst_blocks(child, level + isinstance(node, nodes.section))
        return
    heading = min(max(level, 1), 6) if isinstance(node, nodes.title | nodes.subtitle) else 0
    yield from (Block(line, heading) for line in lines if line)


def _rst_cell(entry: nodes.Node, level: int) -> Spanned:
    assert isinstance(entry, nodes.entry)
    found = [block for child in entry.children for block in _rst_blocks(child, level)]
    return found, entry.get("morecols", 0) + 1, entry.get("morerows", 0) + 1


def _unplaced(source: str) -> Iterator[str]:
    """The words of what docutils gives back as it stood: a table drawn badly, a directive that it does not know."""
    if not _NO_TEXT_WITHIN.match(source):
        yield from paragraphs(_TABLE_RULES.sub("", _DIRECTIVE.sub("", source, count=1)))


def _head(document: nodes.document) -> dict[str, list[str]]:
    """The fields above the text, each with the texts that it holds."""
    head: dict[str, list[str]] = {}
    for node in document.findall(nodes.docinfo):
        for field in node.findall(nodes.field):
            head.setdefault(field[0].astext().lower(), []).append(squeeze(field[1].astext()))
        for item in node.findall(nodes.TextElement):
            if isinstance(item, nodes.Bibliographic):
                head.setdefault(item.tagname, []).append(squeeze(item.astext()))
    return head
