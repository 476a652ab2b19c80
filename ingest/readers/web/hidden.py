"""What a page in HTML holds and no browser shows: taken out, so that it is never quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import cssselect
import tinycss2
import tinycss2.color3
from lxml import etree, html

WIDTH = 1280
"""Pixels of the screen for which rules of a page that ask for its width are read: that of a desktop computer."""
MOST = 0.8
"""Of a page's letters: what hides more shows it once the page's programs run."""

_READ = ("display", "visibility", "opacity", "font-size", "text-indent", "left", "top", "clip", "clip-path", "color")
_BACKGROUNDS = ("background", "background-color")
_OPENED = re.compile(r"\b(?:accordion\w*|collaps\w*|tabs?|tab ?(?:panel|pane|content)|expand\w*|toggle\w*|faqs?)\b")
_POPS_UP = re.compile(r"\b(?:modal|popup|pop ?up|overlay|dialog|lightbox)\b")
_LENGTH = re.compile(r"^(-?[\d.]+)(px|em|rem|pt|%)?")
_FEATURE = re.compile(r"\(\s*(min|max)-width\s*:\s*([\d.]+)(px|r?em)\s*\)")
_Rank = tuple[bool, tuple[int, ...], int]


class _Selector(NamedTuple):
    path: etree.XPath
    specificity: tuple[int, ...]


def drop_hidden(tree: html.HtmlElement) -> None:
    """Take out of `tree` what is hidden: by an attribute, by its own style, or by a rule of the file's style sheets.

    What a reader can open stays: a folded part, or one that is shown by a tab.
    """
    styles = _Styles.of(tree)
    whole = _letters(tree)
    opened = _targets(tree)
    for element in list(tree.iter(etree.Element)):
        if not _is_hidden(element, styles) or element.tag in ("html", "body") or _can_be_opened(element, opened):
            continue
        if element.getparent() is not None and _letters(element) <= MOST * whole:
            empty(element)


def _letters(element: html.HtmlElement) -> int:
    texts = element.xpath(".//text()[not(parent::script or parent::style or parent::noscript or parent::template)]")
    return sum(len(text.strip()) for text in texts)


def empty(element: html.HtmlElement) -> None:
    """Take an element out of its tree; the text after it stays.

    It is emptied, for lxml cannot join the texts around it where they hold signs that XML does not know.
    """
    element.clear(keep_tail=True)
    element.tag = "i"


def _targets(tree: html.HtmlElement) -> set[str]:
    """The ids of what something on the page opens."""
    names = ("aria-controls", "data-target", "data-bs-target")
    found = {each for name in names for each in tree.xpath(f"//@{name}")}
    return {
        id for each in (*found, *tree.xpath("//a/@href[starts-with(., '#')]")) for id in each.replace("#", "").split()
    }


def _can_be_opened(element: html.HtmlElement, opened: set[str]) -> bool:
    name = re.sub(r"[\W_]+", " ", f"{element.get('class', '')} {element.get('id', '')}".lower())
    if _POPS_UP.search(name) or element.get("aria-modal"):
        return False
    return element.get("id") in opened or element.get("role") == "tabpanel" or _OPENED.search(name) is not None


def _is_hidden(element: html.HtmlElement, styles: _Styles) -> bool:
    if element.get("hidden", "until-found") != "until-found":
        return True
    values = styles.of_element(element)
    return bool(values) and (any(_hides(name, value) for name, value in values.items()) or styles.is_unseen(element))


def _hides(name: str, value: str) -> bool:
    """Whether a declaration hides what it is made for."""
    if name in ("display", "visibility"):
        return value in ("none", "hidden", "collapse")
    if name in ("clip", "clip-path"):
        return re.match(r"rect\(\s*(?:0|1px)|inset\(\s*(?:50|100)%|circle\(\s*0", value) is not None
    length = _LENGTH.match(value)
    if not length:
        return False
    number = float(length[1])
    if name in ("opacity", "font-size"):
        return number == 0
    return name in ("text-indent", "left", "top") and number * (16 if length[2] in ("em", "rem") else 1) <= -999


@dataclass
class _Styles:
    """The declarations that count for the elements of a page, each with its rank in the order of the cascade."""

    declared: dict[html.HtmlElement, dict[str, tuple[_Rank, str]]] = field(default_factory=dict)
    complete: bool = True

    @classmethod
    def of(cls, tree: html.HtmlElement) -> _Styles:
        found = cls(complete=not tree.xpath("//link[contains(@rel, 'stylesheet')]"))
        for order, (selector, declarations) in enumerate(_rules(tree)):
            for each in selector.path(tree):
                found._declare(each, declarations, selector.specificity, order)
        for element in tree.iter(etree.Element):
            if style := element.get("style"):
                found._declare(element, tinycss2.parse_declaration_list(style), (9,), 0)
        return found

    def of_element(self, element: html.HtmlElement) -> Mapping[str, str]:
        return {name: value for name, (_, value) in self.declared.get(element, {}).items()}

    def is_unseen(self, element: html.HtmlElement) -> bool:
        """Whether the letters of an element have the colour of what is behind them."""
        colour = _colour([self.of_element(element).get("color", "")])
        if colour is None:
            return False
        behind = next((ground for each in (element, *element.iterancestors()) if (ground := self._ground(each))), None)
        paper = ["white"] if self.complete else []
        return bool(colour.alpha == 0 or colour == _colour(behind or paper))

    def _ground(self, element: html.HtmlElement) -> list[str]:
        values = self.of_element(element)
        return [part for name in _BACKGROUNDS for part in values.get(name, "").split()]

    def _declare(self, element: html.HtmlElement, declarations: Iterable[Any], rank: tuple[int, ...], at: int) -> None:
        known = self.declared.setdefault(element, {})
        for each in declarations:
            if each.type == "declaration" and each.lower_name in (*_READ, *_BACKGROUNDS):
                new = (each.important, rank, at)
                if each.lower_name not in known or known[each.lower_name][0] <= new:
                    known[each.lower_name] = new, tinycss2.serialize(each.value).strip().lower()


def _colour(words: Iterable[str]) -> Any:
    """The only colour among some words of a declaration; None where there is none, or a picture."""
    held = list(words)
    found = [colour for word in held if (colour := tinycss2.color3.parse_color(word)) is not None]
    return found[0] if len(found) == 1 == len(held) and not isinstance(found[0], str) else None


def _rules(tree: html.HtmlElement) -> Iterator[tuple[_Selector, list[Any]]]:
    """The rules of the style sheets in a page that count on a screen and say whether something is shown."""
    for sheet in tree.iter("style"):
        if _counts(sheet.get("media", "")):
            yield from _of_rules(tinycss2.parse_stylesheet(sheet.text or "", skip_comments=True, skip_whitespace=True))


def _of_rules(rules: Iterable[Any]) -> Iterator[tuple[_Selector, list[Any]]]:
    for rule in rules:
        if rule.type == "at-rule" and rule.content and rule.lower_at_keyword in ("media", "supports", "layer"):
            if rule.lower_at_keyword != "media" or _counts(tinycss2.serialize(rule.prelude)):
                yield from _of_rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
        elif rule.type == "qualified-rule":
            declarations = tinycss2.parse_declaration_list(rule.content, skip_comments=True, skip_whitespace=True)
            if any(each.type == "declaration" and each.lower_name in (*_READ, *_BACKGROUNDS) for each in declarations):
                yield from ((each, declarations) for each in _selectors(tinycss2.serialize(rule.prelude)))


def _selectors(prelude: str) -> Iterator[_Selector]:
    """The selectors before a rule, but for those that no whole element has at rest: ":hover", "::before"."""
    try:
        parsed = cssselect.parse(prelude)
    except cssselect.SelectorError:
        return
    for each in parsed:
        if each.pseudo_element:
            continue
        with suppress(cssselect.SelectorError, etree.XPathError):
            path = cssselect.HTMLTranslator().selector_to_xpath(each)
            yield _Selector(etree.XPath(path), each.specificity())


def _counts(media: str) -> bool:
    """Whether a rule for some media counts on the screen of a desktop computer."""
    return not media.strip() or any(_is_screen(each.strip().lower()) for each in media.split(","))


def _is_screen(query: str) -> bool:
    for least, number, unit in _FEATURE.findall(query):
        width = float(number) * (1 if unit == "px" else 16)
        if (width > WIDTH) if least == "min" else (width < WIDTH):
            return False
    words = _FEATURE.sub("", query).split()
    return "(" not in _FEATURE.sub("", query) and not {"not", "print", "speech", "tty", "tv"}.intersection(words)
