"""What a web page says of itself beside its text: schema.org (JSON-LD and microdata), meta tags, bylines, times.

The most telling is believed first: schema.org and the tags of scholarly pages are written for those who cite; the plain
author tag is filled by converters with whoever pressed the button. The day on which a page was last changed is its year
only, as a guess, where it tells no other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import html

from ingest.readers.text import squeeze
from ingest.readers.title_page.metadata import in_order, own_names, own_title, people, year_in

_WORKS = ("report", "article", "scholarlyarticle", "newsarticle", "techarticle", "blogposting", "book", "thesis",
          "guide", "publicationissue", "dataset", "digitaldocument", "presentationdigitaldocument", "creativework",
          "medicalscholarlyarticle", "reportagenewsarticle", "analysisnewsarticle", "socialmediaposting", "chapter",
          "webpage", "aboutpage", "itempage", "qapage", "faqpage")  # fmt: skip
"""The types of schema.org that a report can be, the likeliest first: a page often stands for what it shows."""
_DEEPEST = 20  # things within things, before a page is taken to be made to trap a reader

# In order of trust. "account" is the plain author tag.
_META = {
    "title": "citation_title dc.title dcterms.title og:title twitter:title",
    "subtitle": "dcterms.alternative dc.title.alternative",
    "authors": "citation_author citation_authors dc.creator dcterms.creator dc.creator.personalname article:author"
    " parsely-author sailthru.author",
    "account": "author",
    "publisher": "citation_publisher citation_technical_report_institution citation_dissertation_institution"
    " dc.publisher dcterms.publisher og:site_name",
    "date": "citation_publication_date citation_date citation_year dc.date.issued dcterms.issued"
    " article:published_time og:published_time datepublished publication_date pubdate publishdate"
    " citation_online_date parsely-pub-date dc.date dcterms.date dcterms.available date dc.date.created"
    " dcterms.created",
    "changed": "dcterms.modified dc.date.modified article:modified_time og:updated_time last-modified",
    "licence": "dcterms.license dc.rights.license dc.rights dcterms.rights licence license",
}
_BYLINE = re.compile(
    r"(?:by ?lines?|authors?|(?:post|entry|article|page|meta) (?:by ?line|authors?)|author names?|by ?line authors?"
    r"|by ?line names?|submitted by|written by|contributors?)"
)
_TIME = re.compile(
    r".*\b(?:published|pub ?date|publish date|date published|entry date|post date|posted on|dt published|publication"
    r" date|issued)\b.*"
)
_CHANGED = re.compile(r".*\b(?:updated|modified|changed|reviewed|edited)\b.*")
_BY = re.compile(r"^\W*(?:(?:written|posted|published|words|story|report|text) )?by:?\s+", re.IGNORECASE)
_AFTER_NAME = re.compile(r"\s(?:[|•·–—]|on (?=\d|[A-Z]))\s?.*|,? (?:\d{1,2} )?\w+ \d{4}$|\s+@\w+.*")


@dataclass(slots=True)
class Said:
    """What a page says of itself: under each key what it says, the most trusted first."""

    title: list[str] = field(default_factory=list)
    subtitle: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    account: list[str] = field(default_factory=list)
    publisher: list[str] = field(default_factory=list)
    date: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    licence: list[str] = field(default_factory=list)

    def add(self, values: Mapping[str, Iterable[str]]) -> None:
        """Take `values` as the next in trust."""
        for key, texts in values.items():
            getattr(self, key).extend(text for each in texts if (text := squeeze(each)))

    @property
    def names(self) -> tuple[str, ...]:
        """The authors."""
        names = own_names(self.authors) or own_names(self.account, accounts=True)
        return tuple(dict.fromkeys(map(in_order, names)))

    @property
    def year(self) -> int | None:
        """The year of publication."""
        return _year(self.date)

    @property
    def year_changed(self) -> int | None:
        """The year of the last change, for want of another."""
        return _year(self.changed)


def web_details(tree: html.HtmlElement) -> Said:
    """What the page `tree` says of itself, before anything is taken out of it."""
    said = Said()
    things = [*_json_ld(tree), *_microdata(tree)]
    work = min(filter(_rank_of, things), key=lambda thing: _rank_of(thing) or 0, default=None)
    if work:
        said.add(_of_work(work, {str(thing["@id"]): thing for thing in things if thing.get("@id")}))
    meta = _meta(tree)
    said.add({key: [value for name in names.split() for value in meta.get(name, ())] for key, names in _META.items()})
    return said


def page_details(tree: html.HtmlElement) -> Said:
    """What the shown page says of itself, once menus and comments are out of it: bylines, times, a subtitle."""
    said = Said()
    for element in tree.iter("a", "span", "p", "div", "address", "li", "td", "dd", "time", "h2", "h3", "h4", "strong"):
        names = _names(element)
        if any(map(_BYLINE.fullmatch, names)) or element.get("rel") == "author":
            said.add({"authors": _byline(element)})
        if element.tag == "time":
            said.add(_time(element, names))
        if element.tag == "p" and any(re.fullmatch(r"(?:sub ?title|sub ?heading|standfirst title)", n) for n in names):
            said.add({"subtitle": [element.text_content()]})
    for part in tree.iter("hgroup"):
        said.add({"subtitle": [each.text_content() for each in part.iter("p", "h2", "h3")][:1]})
    return said


# --- schema.org -------------------------------------------------------------------------------------------------------

Thing = Mapping[str, Any]


def _rank_of(thing: Thing) -> int | None:
    """The place of a thing's type among those of reports, from 1; None for a site, a person, a list of links."""
    kinds = [str(kind).rsplit("/", 1)[-1].lower() for kind in _listed(thing.get("@type"))]
    return min((_WORKS.index(kind) + 1 for kind in kinds if kind in _WORKS), default=None)


def _json_ld(tree: html.HtmlElement) -> Iterator[Thing]:
    """The things that scripts of JSON-LD describe; what is no JSON is passed over."""
    for script in tree.iter("script"):
        if script.get("type", "").split(";")[0].strip().lower() == "application/ld+json":
            source = re.sub(r"^\s*(?://\s*)?(?:<!--|<!\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*$", "", script.text or "")
            try:
                yield from _things(json.loads(source, strict=False))
            except (ValueError, RecursionError):
                continue


def _things(value: Any, depth: int = 0) -> Iterator[Thing]:
    """The things in a graph or list, and what a page is about; not those that are merely named by another."""
    for thing in _listed(value):
        if isinstance(thing, Mapping) and depth < _DEEPEST:
            yield thing
            for name in ("@graph", "mainEntity", "mainEntityOfPage"):
                yield from _things(thing.get(name), depth + 1)


def _microdata(tree: html.HtmlElement) -> Iterator[Thing]:
    """The outermost things that microdata describes, each in the form of JSON-LD."""
    for element in tree.xpath("//*[@itemscope and not(@itemprop)]"):
        yield _item(element)


def _item(element: html.HtmlElement, depth: int = 0) -> Thing:
    thing: dict[str, Any] = {"@type": element.get("itemtype", "").split()}
    for each in _properties(element, depth):
        value = _item(each, depth + 1) if each.get("itemscope") is not None else _value(each)
        for name in each.get("itemprop", "").split():
            thing.setdefault(name, []).append(value)
    return thing


def _properties(element: html.HtmlElement, depth: int) -> Iterator[html.HtmlElement]:
    """The elements below `element` that tell something of it, not of a thing within it."""
    if depth > _DEEPEST:
        return
    waiting = list(element)[::-1]
    while waiting:
        each = waiting.pop()
        if not isinstance(each.tag, str):
            continue
        if each.get("itemprop"):
            yield each
        if each.get("itemscope") is None:
            waiting += list(each)[::-1]


def _value(element: html.HtmlElement) -> str:
    return str(element.get("content") or element.get("datetime") or element.text_content())


def _of_work(work: Thing, things: Mapping[str, Thing]) -> dict[str, list[str]]:
    def named(*properties: str) -> list[str]:
        return [name for each in properties for value in _listed(work.get(each)) for name in _named(value, things)]

    def texts(*properties: str) -> list[str]:
        values = (value for each in properties for value in _listed(work.get(each)))
        return [str(value) for value in values if isinstance(value, str | int)]

    return {
        "title": texts("headline", "name"),
        "subtitle": texts("alternativeHeadline"),
        "authors": named("author") or named("creator"),
        "publisher": named("publisher") or named("sourceOrganization", "provider", "copyrightHolder"),
        "date": texts("datePublished", "copyrightYear", "dateCreated"),
        "changed": texts("dateModified"),
        "licence": texts("license"),
    }


def _named(value: Any, things: Mapping[str, Thing]) -> list[str]:
    """The name of a person or an organisation, told whole, in parts, or by an id that another thing has."""
    if isinstance(value, Mapping):
        thing = things.get(str(value.get("@id")), value)
        given, family = (" ".join(map(str, _listed(thing.get(name)))) for name in ("givenName", "familyName"))
        names = [str(name) for name in _listed(thing.get("name"))[:1]] or [f"{given} {family}".strip()]
        return [name for name in names if name]
    return [value] if isinstance(value, str) and "://" not in value else []


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]


# --- Meta tags, bylines and times -------------------------------------------------------------------------------------


def _meta(tree: html.HtmlElement) -> dict[str, list[str]]:
    """What the meta tags say, by their names in small letters."""
    said: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("itemprop") or meta.get("http-equiv") or ""
        if content := meta.get("content", "").strip():
            said.setdefault(name.lower().replace("dc:", "dc.").replace("dcterms:", "dcterms."), []).append(content)
    return said


def _names(element: html.HtmlElement) -> list[str]:
    named = [*element.get("class", "").split(), element.get("itemprop") or ""]
    parted = [re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) for name in named]
    return [re.sub(r"[\W_]+", " ", name).strip().lower() for name in parted]


def _byline(element: html.HtmlElement) -> Sequence[str]:
    """The persons whom a byline names, without what else stands in it."""
    said = _AFTER_NAME.sub("", _BY.sub("", squeeze(element.text_content())))
    return people(said) if len(said) <= 200 else ()


def _time(element: html.HtmlElement, names: Sequence[str]) -> dict[str, list[str]]:
    """A time as that of publication or of a change, as its class or the words before it say; others tell nothing."""
    at = [element.get("datetime") or element.text_content()]
    parent = element.getparent()
    before = squeeze(parent.text_content()).partition(squeeze(element.text_content()))[0] if parent is not None else ""
    told = " ".join([*names, *(_names(parent) if parent is not None else ()), before[-40:].lower()])
    if _CHANGED.fullmatch(told):
        return {"changed": at}
    return {"date": at} if element.get("pubdate") is not None or _TIME.fullmatch(told) else {}


def _year(dates: Iterable[str]) -> int | None:
    return next((year for date in dates if (year := year_in(date))), None)


def best_title(titles: Iterable[str]) -> str:
    """The first of `titles` that somebody gave."""
    return next((own for title in titles if (own := own_title(title))), "")
