"""HTML pages, and what all readers of text share: decoding, paragraphs, the walk through marked-up text, metadata."""

from __future__ import annotations

import codecs
import datetime
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import charset_normalizer
from lxml import etree, html

from ingest.repair import clean
from ingest.report import Block, Content, RawPage, ReportError

EMPTY = "The file is empty. Download it again, or ask whoever sent it for a new copy."
NO_TEXT = "The file holds no text. Open it to see whether it shows more than pictures and empty lines."
NO_TEXT_ON_PAGE = (
    "The page holds no text. If a browser shows some, the page is built while it loads, or shows pictures of text: "
    "save it from the browser as PDF and add that."
)
BINARY = (
    "The file does not hold text, whatever its name says. Open it to see what it is, and add it under its own format."
)
ERROR_PAGE = (
    "The address answered with an error page and not with a report. Open the address in a browser, save the report "
    "from there, and add the saved file."
)

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the mark of UTF-16, so it is tried first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The last column: which bytes out of four are NUL in nearly all characters of a text in European languages.
_WIDE = (("utf-32-le", (1, 2, 3)), ("utf-32-be", (0, 1, 2)), ("utf-16-le", (1, 3)), ("utf-16-be", (0, 2)))
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_META_CHARSET = re.compile(rb"""<(?:meta\b[^>]*?charset|\?xml\b[^>]*?encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)


def decode(data: bytes, file: str, declared: str = "") -> str:
    """The text in `data`. `declared` is the encoding that it claims, which is believed only where it can be true.

    Raises `ReportError` where there is nothing to read or the bytes are no text.
    """
    if not data:
        raise ReportError(file, EMPTY)
    text = _with_byte_order_mark(data) or _decode_wide(data)
    if not text:
        if len(_CONTROLS.findall(data[:100_000])) > len(data[:100_000]) // 200:
            raise ReportError(file, BINARY)
        text = _decode_utf_8(data) or _decode_declared(data, declared) or _decode_by_looks(data)
    text = text.replace("\0", "")
    if not text.strip():
        raise ReportError(file, NO_TEXT)
    return text


def _with_byte_order_mark(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    return ""


def _decode_wide(data: bytes) -> str:
    """Text in UTF-16 or UTF-32 without a byte order mark, told by where its NUL bytes stand."""
    start = data[:4000]
    if b"\0" not in start:
        return ""
    nul = [start[place::4].count(0) > 0.7 * len(start[place::4]) for place in range(4)]
    for encoding, places in _WIDE:
        if nul == [place in places for place in range(4)]:
            return data.decode(encoding, errors="replace")
    return ""


def _decode_utf_8(data: bytes) -> str:
    """Other encodings hardly ever pass for UTF-8; a stray bad byte in UTF-8 must not make nonsense of all the rest."""
    text = data.decode("utf-8", errors="replace")
    beyond_ascii = sum(character > "\x7f" for character in text)
    return text if text.count("\ufffd") * 10 <= beyond_ascii else ""


def _decode_declared(data: bytes, declared: str) -> str:
    try:
        encoding = codecs.lookup(declared).name
        return data.decode("cp1252" if encoding in ("iso8859-1", "ascii") else encoding)  # as browsers do
    except (LookupError, UnicodeError):
        return ""


def _decode_by_looks(data: bytes) -> str:
    """Guess by the letters. Among the encodings of Latin letters short texts tell nothing: cp1252 is the likely one."""
    best = charset_normalizer.from_bytes(data).best()
    text = str(best) if best else ""
    letters = [character for character in text if character > "\x7f" and character.isalpha()]
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return text if latin * 2 < len(letters) else data.decode("cp1252", errors="replace")


# --- plain text -------------------------------------------------------------------------------------------------------

_SIGN = r"[•●▪◦○■□➢➤✓‣·*-]"
_NUMBER = r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]"
_SIGN_ALONE, _MARK_ALONE = re.compile(_SIGN), re.compile(rf"{_SIGN}|{_NUMBER}")
_ITEM = re.compile(rf"[•●▪◦○■□➢➤✓‣]|(?:{_SIGN}|{_NUMBER}|o(?= [A-Z]))\s")
_WIDEST_WRAP = 130  # characters; wider lines were not broken by hand but are paragraphs


def squeeze(text: str) -> str:
    """`text` on one line, every stretch of white space one space, nothing invisible left."""
    return " ".join(clean(text).split())


def paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of plain text: blank lines part them, and lines that were broken by hand are joined again.

    A list item starts a paragraph, and so does what follows a line that was left short on purpose, and a heading.
    """
    lines = [squeeze(line) for line in text.splitlines()]
    lengths = sorted(len(line) for line in lines if line)
    width = lengths[len(lengths) * 9 // 10] if lengths else 0
    group: list[str] = []
    for line in lines:
        if group and _ends(group, line, width):
            if not _SIGN_ALONE.fullmatch(" ".join(group)):  # a bullet that nothing follows
                yield " ".join(group)
            group = []
        if line:
            group.append(line)
    if group and not _SIGN_ALONE.fullmatch(" ".join(group)):
        yield " ".join(group)


def _ends(group: Sequence[str], line: str, width: int) -> bool:
    if _MARK_ALONE.fullmatch(" ".join(group)):
        return bool(_MARK_ALONE.fullmatch(line))  # the item's words stand on a line further down
    if not line or width > _WIDEST_WRAP or _ITEM.match(f"{line} "):
        return True
    if line[0].islower():
        return False
    room = width - len(group[-1]) - len(line.split(" ", 1)[0])
    return room > 0.25 * width or (group[-1][-1] in ".:?!" and len(line) < 0.4 * width and line[-1] not in ".,;:?!")


# --- marked-up text ---------------------------------------------------------------------------------------------------

_DROPPED = (
    *("audio", "button", "canvas", "datalist", "del", "dialog", "embed", "head", "iframe", "input", "nav", "noscript"),
    *("object", "script", "select", "style", "svg", "template", "textarea", "title", "video"),
)
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div"),
        *(
            "dl",
            "dt",
            "fieldset",
            "figcaption",
            "figure",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
        ),
        *("hgroup", "hr", "html", "legend", "li", "main", "menu", "ol", "p", "pre", "section", "summary", "table"),
        *("tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
_CELLS = ("td", "th")
_BOXES = ("span", "a", "label", "small", "time", "code")  # shown apart by their style, not by white space
_BOX_ENDS, _BOX_STARTS = re.compile(r"[^\W_A-Z][)?!.:]?$"), re.compile(r"[A-Z][^\W\d_A-Z]")
_MOST_BLOCKS_IN_CELL = 3


def parse(text: str) -> html.HtmlElement:
    """The tree of an HTML document or piece of one, however badly it is made."""
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
    text = re.sub(r"</br\s*>", "<br>", text, flags=re.IGNORECASE)  # browsers take the one for the other
    try:
        return html.document_fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    except etree.ParserError:  # nothing but white space and comments
        return html.document_fromstring("<p></p>")


def blocks(tree: etree._Element) -> list[Block]:
    """The text of `tree` as a reader sees it, in reading order. Scripts, menus and the like are taken out of `tree`."""
    etree.strip_elements(tree, etree.Comment, etree.PI, *_DROPPED, with_tail=False)
    collector = _Collector()
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            collector.open(element)
        else:
            collector.close(element)
    return collector.finish()


def row_blocks(cells: Iterable[Sequence[Block]]) -> list[Block]:
    """A table's row as one block with " | " between the cells, or as the cells' blocks where it is mere layout."""
    filled = [cell for cell in cells if cell]
    if len(filled) < 2 or any(len(cell) > _MOST_BLOCKS_IN_CELL or any(b.level for b in cell) for cell in filled):
        return [block for cell in filled for block in cell]
    return [Block(" | ".join(" ".join(block.text for block in cell) for cell in filled))]


class _Collector:
    """Gathers running text between the starts and ends of block elements. It does not recurse: pages nest deeply."""

    def __init__(self) -> None:
        self._found: list[list[Block]] = [[]]  # the last list belongs to the innermost table cell
        self._rows: list[list[list[Block]]] = []
        self._pieces: list[str] = []
        self._level = 0
        self._verbatim = 0
        self._box_closed = ""

    def open(self, element: etree._Element) -> None:
        tag = str(element.tag)
        if tag in _BLOCKS:
            self._flush()
            self._level = int(tag[1]) if re.fullmatch("h[1-6]", tag) else self._level
        elif tag == "br":
            self._pieces.append("\n")
        elif tag == "a" and self._box_closed in ("a", "code"):
            self._pieces.append(" ")
        if tag == "tr":
            self._rows.append([])
        elif tag in _CELLS:
            self._found.append([])
        self._verbatim += tag == "pre"
        self._add(element.text, apart=bool(self._box_closed) and tag in _BOXES)

    def close(self, element: etree._Element) -> None:
        tag = str(element.tag)
        if tag in _BLOCKS:
            self._flush()
            self._level = 0 if re.fullmatch("h[1-6]", tag) else self._level
        if tag in _CELLS:
            cell = self._found.pop()
            if self._rows:
                self._rows[-1].append(cell)
            else:
                self._found[-1].extend(cell)
        elif tag == "tr":
            self._found[-1].extend(row_blocks(self._rows.pop()))
        self._verbatim -= tag == "pre"
        self._box_closed = tag if tag in _BOXES else ""
        self._add(element.tail)

    def finish(self) -> list[Block]:
        self._flush()
        return self._found[0]

    def _add(self, text: str | None, apart: bool = False) -> None:
        if not text:
            return
        if apart and self._pieces and _BOX_ENDS.search(self._pieces[-1]) and _BOX_STARTS.match(text):
            self._pieces.append(" ")
        self._pieces.append(text if self._verbatim else re.sub(r"\s+", " ", text))
        self._box_closed = ""

    def _flush(self) -> None:
        text = "".join(self._pieces)
        self._pieces, self._box_closed = [], ""
        parts = paragraphs(text) if self._verbatim else [text] if self._level else re.split(r"\n\s*\n", text)
        self._found[-1].extend(Block(part, self._level) for part in map(squeeze, parts) if part)


# --- metadata ---------------------------------------------------------------------------------------------------------

_SOFTWARE_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel|office)\b.*|untitled.*|(?:word )?document\s*\d*|index|title|no title|[\W\d_]*"
    r"|(?:powerpoint )?presentation\s*\d*|(?:title )?slide(?: \d+)?|new (?:document|presentation)|home(?: ?page)?"
    r"|.*\.(?:docx?|dotx?|pptx?|potx?|pdf|indd|odt|odp|rtf|xlsx?|pub|html?|md|epub)",
    re.IGNORECASE,
)
_LONGEST_TITLE = 250  # characters; what is longer is a paragraph set as a title
_SOFTWARE_NAME = re.compile(
    r"(?:(?:system|site|web|local|windows|office|default|guest) ?)?(?:admin(?:istrator)?|user|owner|master)s?\s*\d*"
    r"|unknown|anonymous|authors?|editor|default|test|.*(?:https?:|www\.|@).*"
    r"|.*\b(?:microsoft|adobe|google docs|libreoffice|openoffice|python-(?:docx|pptx)|apache poi|calibre|pandoc"
    r"|wordpress)\b.*",
    re.IGNORECASE,
)
_PERSON = re.compile(r"(?:[^\W\d_][\w.’'-]*\s+){1,3}[^\W\d_][\w’'-]+")
_ORGANISATION = re.compile(
    r"\b(?:of|for|the|health|care|council|department|trust|university|ministry|services?|centre|group|team|institute|society"
    r"|foundation|network|association|board|commission|government|research|policy|communit\w+)\b",
    re.IGNORECASE,
)


def own_title(text: str) -> str:
    """`text` if it is a title that somebody gave, "" if software made it up or it is no title at all."""
    title = squeeze(text)
    return "" if _SOFTWARE_TITLE.fullmatch(title) or len(title) > _LONGEST_TITLE else title


def own_names(texts: Iterable[str], accounts: bool = False) -> tuple[str, ...]:
    """The people and bodies named in `texts`, each of which may list several.

    `accounts` says that software may have filled them in: then a single word is the name of somebody's account.
    """
    names = [squeeze(name) for text in texts for name in _split_names(text)]
    own = [name for name in names if name and not _SOFTWARE_NAME.fullmatch(name) and not (accounts and " " not in name)]
    return tuple(dict.fromkeys(own))


def _split_names(text: str) -> list[str]:
    """Names parted by semicolons; by commas and "and" only where every part is a person ("Rowe, Ann" is one)."""
    names: list[str] = []
    for part in re.split(r"[;\n]", text):
        people = [person.strip() for person in re.split(r",\s*and\s|,|\sand\s|\s&\s", part)]
        several = all(_PERSON.fullmatch(person) for person in people) and not _ORGANISATION.search(part)
        names += people if several else [part]
    return names


def year_in(date: str) -> int | None:
    """The year that a date names, if it names exactly one that a report can be from."""
    years = {int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?=\D|$|[01]\d[0-3]\d(?!\d))", date)}
    year = years.pop() if len(years) == 1 else 0
    return year if 1900 <= year <= datetime.date.today().year + 1 else None


def unpaged(found: Sequence[Block], file: str, reason: str = NO_TEXT) -> tuple[RawPage, ...]:
    """The one page of a format without pages. Raises `ReportError` with `reason` where it would be empty."""
    if not found:
        raise ReportError(file, reason)
    return (RawPage(tuple(found)),)


# --- pages ------------------------------------------------------------------------------------------------------------

_TEMPLATE = re.compile(r"\{%-?\s*(?:extends|block|include|import|set|if|for)\b")
_TEMPLATE_TITLE = re.compile(r"\{%-?\s*block\s+\w*title\w*\s*-?%\}(.*?)\{%-?\s*endblock.*?%\}", re.I | re.S)
_TEMPLATE_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)

_ERROR_HEADING = re.compile(
    r"(?:(?:http )?error\W*)?(?:4(?:0\d|10|29)|50[0-4])(?:\W+(?:error|page|file|not|forbidden|gone|bad|internal|service"
    r"|too|gateway|access|unauthori[sz]ed)\b.{,40})?"
    r"|(?:(?:sorry|oops|whoops)\W+)?(?:(?:this|the|that) )?(?:page|file|document|resource|content|url)?\W*"
    r"(?:not found|(?:was|is|could|can)(?: ?not|n?[’']t) (?:be )?(?:found|available))"
    r"|(?:sorry\W+)?we (?:can|could)(?: ?not|n?[’']t) find (?:this|the|that)\b.{,60}"
    r"|(?:access|permission) (?:is )?denied|forbidden|unauthori[sz]ed|request rejected|(?:internal )?server error"
    r"|just a moment|attention required.*|checking your browser.*|security check|are you (?:a )?(?:human|robot)"
    r"|(?:please )?enable (?:javascript|cookies).*|javascript is (?:disabled|required).*|human verification"
    r"|bad gateway|too many requests|service (?:temporarily )?unavailable|an error (?:has )?occurred",
    re.IGNORECASE,
)
_LONGEST_ERROR_PAGE = 200  # words

_LINK_LIST = re.compile(
    r"\b(?:nav|navbar|navigation|menu|breadcrumbs?|pagination|pager|social|share|sharing|skip|toolbar|sidebar)\b"
)
_NOTICE = re.compile(
    r"\bcookies? ?(?:alert|banner|bar|consent|control|law|message|notice|notification|overlay|policy|popup|settings)"
    r"|\bonetrust|\bskip ?link"
)
_FOOTER = re.compile(r"(?:(?:site|page|global|main) )?footer|colophon")
_FURNITURE_ROLES = ("navigation", "search", "contentinfo", "alertdialog", "dialog")
_MOST_FURNITURE = 0.4  # of a page's letters: what holds more is the report, whatever its class says


def read_html(data: bytes, file: str) -> Content:
    """Read an HTML page: headings, paragraphs, list items and table rows, without menus, banners and footers.

    Raises `ReportError` where the page holds no text or is the answer of a server that had no report to give.
    """
    declared = _META_CHARSET.search(data[:4096])
    text = decode(data, file, declared.group(1).decode("ascii") if declared else "")
    titled = ""
    if _TEMPLATE.search(text):
        titled = squeeze(" ".join(_TEMPLATE_TITLE.findall(text)[:1]))
        text = _TEMPLATE_TAG.sub(" ", _TEMPLATE_TITLE.sub("", text))
    tree = parse(text)
    metadata = _metadata(tree)
    titles = [*metadata["title"], titled, *tree.xpath("//head/title/text()")]
    licences = [*metadata["licence"], *tree.xpath("(//a|//link)[@rel='license']/@href")]
    _drop_furniture(tree)
    found = blocks(tree)
    if _is_error_page(titles, found):
        raise ReportError(file, ERROR_PAGE)
    return Content(
        unpaged(found, file, NO_TEXT_ON_PAGE),
        title=_title(titles, found),
        authors=own_names(metadata["author"]) or own_names(metadata["account"], accounts=True),
        publisher=next(iter(own_names(metadata["publisher"])), ""),
        year=next((year for date in metadata["date"] if (year := year_in(date))), None),
        licence=squeeze(licences[0]) if licences else "",
    )


# In order of trust. "account" is the plain author tag, which converters fill with whoever pressed the button.
_META = {
    "title": "citation_title dc.title dcterms.title og:title twitter:title",
    "author": "citation_author dc.creator dcterms.creator article:author",
    "account": "author",
    "publisher": "citation_publisher citation_technical_report_institution dc.publisher dcterms.publisher og:site_name",
    "date": "citation_publication_date citation_date citation_year dc.date.issued dcterms.issued article:published_time"
    " datepublished dc.date dcterms.date dc.date.created dcterms.created publication_date pubdate date",
    "licence": "dcterms.license dc.rights.license dc.rights dcterms.rights licence license",
}


def _metadata(tree: html.HtmlElement) -> dict[str, list[str]]:
    """What the page's meta tags say under each key of `_META`, the most trusted first."""
    said: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("itemprop") or ""
        content = meta.get("content", "").strip()
        if content:
            said.setdefault(name.lower(), []).append(content)
    return {key: [value for name in names.split() for value in said.get(name, ())] for key, names in _META.items()}


def _title(titles: Iterable[str], found: Sequence[Block]) -> str:
    """The page's title, without the name of the site where the page's own heading shows which part that is."""
    heading = next((block.text for block in found if block.level == 1), "")
    title = next((own for title in titles if (own := own_title(title))), "")
    return own_title(heading) if not title or (heading and title.startswith(heading)) else title


def _is_error_page(titles: Sequence[str], found: Sequence[Block]) -> bool:
    if sum(len(block.text.split()) for block in found) > _LONGEST_ERROR_PAGE:
        return False
    headings = [block.text for block in found if block.level][:1] or [block.text for block in found[:1]]
    parts = [part.strip(" .!…") for line in (*titles, *headings) for part in re.split(r"\s[|–—-]\s|[.:]\s", line)]
    return any(_ERROR_HEADING.fullmatch(part) for part in parts)


def _drop_furniture(tree: html.HtmlElement) -> None:
    """Take out what every page of the site repeats: banners, menus, footers."""
    whole = len(tree.text_content())
    for element in list(tree.iter("header", "footer", "div", "section", "aside", "ul", "ol", "p", "a", "form")):
        if (
            _is_furniture(element)
            and len(element.text_content()) < _MOST_FURNITURE * whole
            and element.getparent() is not None
        ):
            element.drop_tree()


def _is_furniture(element: html.HtmlElement) -> bool:
    if element.get("role") in _FURNITURE_ROLES:
        return True
    if element.tag in ("header", "footer"):
        within = {ancestor.tag for ancestor in element.iterancestors()}
        return not within & {"main", "article", "section", "blockquote", "figure"} and element.find(".//h1") is None
    names = [
        re.sub(r"[\W_]+", " ", name.lower()) for name in (*element.get("class", "").split(), element.get("id", ""))
    ]
    if any(_FOOTER.fullmatch(name) for name in names) or any(_NOTICE.search(name) for name in names):
        return True
    return any(_LINK_LIST.search(name) for name in names) and _is_mostly_links(element)


def _is_mostly_links(element: html.HtmlElement) -> bool:
    linked = sum(len(squeeze(link.text_content())) for link in element.iter("a"))
    return linked > 0.6 * len(squeeze(element.text_content()))
