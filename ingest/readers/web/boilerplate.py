"""What stands on a web page beside its report: menus, notices, comments of readers, newsletters, adverts and links on.

It is told by what its elements are called, and by the headings that such parts have on most sites; libraries that find
the text of a page by its density leave out up to a third of a report in short parts, and keep notices.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import html

from ingest.readers.text import squeeze
from ingest.readers.web.hidden import empty

MOST = 0.4
"""Of a page's letters: what holds more is the report, whatever its class says."""
FEW = 80
"""Words of a part that asks a reader to do something: to accept, to subscribe, to share. What is longer tells more."""
LEFT = 40
"""Letters that a page must have left beside the comments and notices that are taken from it."""

_CANDIDATES = ("header", "footer", "div", "section", "aside", "ul", "ol", "p", "a", "form", "article", "span")
_ROLES = ("navigation", "search", "contentinfo", "alertdialog", "dialog")
_FOOTER = re.compile(r"(?:(?:site|page|global|main) )?footer|colophon")
_LINK_LIST = re.compile(
    r"\b(?:nav|navbar|navigation|menu|breadcrumbs?|pagination|pager|social|share|sharing|skip|toolbar|sidebar|noprint"
    r"|catlinks|navbox)\b"
)
# What nobody calls a part of a report.
_NOTICE = re.compile(
    r"\bcookies? ?(?:alert|banner|bar|bot|consent|control|dialog|law|message|modal|notice|notification|overlay|policy"
    r"|pop ?up|prompt|settings|wall)|\bonetrust|\bskip ?link|\bgdpr\b|\bccpa\b|\bcybot|\bcookiebot|\bdidomi|\bqc cmp"
    r"|\busercentrics|\biubenda|\bklaro\b|\bosano\b|\btruste\b|\btrustarc|\bsp message|\bcmp (?:container|box|ui)"
    r"|\b(?:privacy|consent|tracking) ?(?:alert|banner|bar|dialog|manager|message|modal|notice|overlay|pop ?up|prompt)"
)
_COMMENTS = re.compile(
    r"\bdisqus|\bdsq\b|\b(?:fb|facebook|reader|readers|user|article|post) comments?\b|\bcomments? ?(?:list|respond|form"
    r"|area|section|thread|wrapper|author|body|metadata|content|reply)\b|\butterances\b|\bgiscus\b|\bremark42\b"
    r"|\bcommento\b|\bhyvor|\bisso thread\b|\blivefyre\b|\bcoral talk\b"
)
_ON = re.compile(
    r"\b(?:related|recommended|recommendations?|read ?next|read ?more|up ?next|more (?:articles|posts|stories|news)"
    r"|more from|also like|outbrain|taboola|yarpp|trending|popular posts?|most (?:read|popular|viewed)"
    r"|latest (?:news|posts))\b"
)
# What asks for something, where it is short.
_ASKS = re.compile(
    r".*\b(?:newsletters?|subscribe|subscription|sign ?up|mailing list|mailchimp|mc embed|mc4wp|opt ?in|sharedaddy"
    r"|addthis|follow us|pop ?up|modal|lightbox|overlay|paywall|advert\w*|ads(?:ense|bygoogle))\b.*"
    r"|(?:social )?(?:shar(?:e|ing)|social|follow)(?: (?:bar|box|buttons?|links?|list|this|tools?))?|social media"
    r"|promo|ads?(?: (?:banner|box|container|slot|unit|wrapper))?|sponsor(?:ed)?(?: content)?|(?:page )?feedback|donate"
)
_COUNTED = r"\s*(?:\(\s*\d+\s*\)|:?\s*\d+)?"
_HEADS_COMMENTS = re.compile(
    rf"(?:\d+|no|one|two|three) (?:(?:reader )?comments?|replies|responses|thoughts)(?: (?:on|to)\b.*)?"
    rf"|(?:reader |readers[’'] |user )?(?:comments?|replies|responses)\s*(?:\(\s*\d+\s*\)|:\s*\d+)"
    rf"|(?:leave|post|add|write) (?:a|your)? ?(?:reply|comments?)(?: .{{,40}})?|reader(?:s[’'])? comments{_COUNTED}"
    rf"|join the (?:discussion|conversation)|what do you think\?|have your say below|discussion\s*\(\s*\d+\s*\)",
    re.IGNORECASE,
)
_HEADS_COMMENTS_PERHAPS = re.compile(r"comments?|replies|responses|discussion", re.IGNORECASE)
_HEADS_LINKS = re.compile(
    r"related(?: (?:articles?|posts?|stories|content|links|pages|reading|news|items|topics|resources))?"
    r"|you (?:may|might) (?:also )?(?:like|enjoy|be interested in)|(?:read|up|what to read) next|keep reading"
    r"|more (?:from|on|like|about|stories|articles|posts|news)\b.{,40}|recommended(?: (?:for you|reading|articles))?"
    r"|(?:most )?(?:popular|read|viewed)(?: (?:posts|articles|stories|now))?|trending(?: now)?|in (?:other|the) news"
    r"|latest (?:news|posts|articles|stories)|(?:previous|next|recent) (?:posts?|articles?)|other articles",
    re.IGNORECASE,
)
_HEADS_ASKS = re.compile(
    r"(?:sign|signing) up\b.{,60}|subscribe\b.{,60}|(?:join|get) (?:our|the) (?:newsletter|mailing list)\b.{,40}"
    r"|(?:our )?newsletter|stay (?:in touch|up to date|informed|connected)|never miss an? (?:post|update|story)\b.{,20}"
    r"|share(?: (?:this|on|via)\b.{,30})?|follow us\b.{,30}|advertisements?|sponsored(?: content)?"
    r"|(?:was|is) this (?:page|article|information) (?:useful|helpful)\??",
    re.IGNORECASE,
)
_SAYS_NOTICE = re.compile(
    r"\b(?:(?:we|site|website|partners) (?:and our \w+ )?(?:also )?(?:uses?|stores?)\b.{,80}\b(?:cookies|tracking)"
    r"|(?:we )?(?:value|respect|care about) your privacy|(?:by (?:continuing|using)|if you continue)\b.{,60}\bcookies"
    r"|information on (?:your|a) device|accept (?:all )?cookies|cookie (?:settings|preferences))\b",
    re.IGNORECASE | re.DOTALL,
)
_INVITES = re.compile(
    r"\b(?:sign up (?:for|to)|subscribe to|join) (?:our|the) (?:\w+ )?(?:newsletter|mailing list|updates)\b",
    re.IGNORECASE,
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PARTS = ("div", "section", "aside", "form", "article", "ul", "ol", "footer")
_MAIN = "ancestor-or-self::*[self::main or self::article or @role='main']"


def drop_furniture(tree: html.HtmlElement) -> None:
    """Take out of `tree` what stands beside the report."""
    whole = len(tree.text_content())
    for element in list(tree.iter(*_CANDIDATES)):
        if element.getparent() is None:
            continue
        small = len(element.text_content()) < MOST * whole
        if (small and _is_furniture(element)) or (_is_foreign(element) and _leaves_enough(tree, [element])):
            empty(element)
    for heading in list(tree.iter(*_HEADINGS, "strong", "p", "legend")):
        part = _headed(heading) if heading.getparent() is not None else []
        if part and _leaves_enough(tree, part):
            for each in part:
                empty(each)


def _names(element: html.HtmlElement) -> list[str]:
    named = [*element.get("class", "").split(), element.get("id", ""), element.get("aria-label", "")]
    parted = [re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) for name in named]
    return [re.sub(r"[\W_]+", " ", name).strip().lower() for name in parted]


def _is_furniture(element: html.HtmlElement) -> bool:
    """Whether it is what every page of a site repeats: a banner, a menu, a foot, a list of links on."""
    if element.get("role") in _ROLES:
        return True
    if element.tag in ("header", "footer"):
        within = {ancestor.tag for ancestor in element.iterancestors()}
        return not within & {"main", "article", "section", "blockquote", "figure"} and element.find(".//h1") is None
    names = _names(element)
    if any(_FOOTER.fullmatch(name) for name in names):
        return True
    if any(_LINK_LIST.search(name) for name in names) and _share_of_links(element) > 0.6:
        return True
    if any(_ASKS.fullmatch(name) for name in names):
        return _is_short(element) and (_has_controls(element) or not _is_within_main(element))
    return any(_ON.search(name) for name in names) and (_share_of_links(element) > 0.4 or not _is_within_main(element))


def _is_foreign(element: html.HtmlElement) -> bool:
    """Whether it is a notice, or what readers of the page wrote: not the report, however long it is."""
    kind = element.get("itemtype", "")
    if re.search(r"schema\.org/(?:User)?Comments?$", kind) or element.get("itemprop") == "comment":
        return True
    names = _names(element)
    if any(_NOTICE.search(name) or _COMMENTS.search(name) for name in names):
        return True
    if any(_HEADS_COMMENTS_PERHAPS.fullmatch(name) for name in names):
        return _is_of_readers(element)
    if element.tag in ("div", "section", "aside", "form") and _is_short(element) and element.find(".//h1") is None:
        text = squeeze(element.text_content())
        asks = _SAYS_NOTICE.search(text) or (element.tag == "form" and _INVITES.search(text))
        return bool(asks) and (_has_controls(element) or not _is_within_main(element))
    return False


def _is_of_readers(element: html.HtmlElement) -> bool:
    """Whether a part that is called comments holds those of a page's readers, and not what a report tells of some."""
    headings = [squeeze(each.text_content()) for each in element.iter(*_HEADINGS)]
    if any(_HEADS_COMMENTS.fullmatch(each) for each in headings) or element.find(".//textarea") is not None:
        return True
    return any(
        _COMMENTS.search(name) for each in element.iter("li", "div", "article", "a") for name in _names(each)
    ) or (not _is_within_main(element) and element.getroottree().find(".//main") is not None)


def _headed(heading: html.HtmlElement) -> list[html.HtmlElement]:
    """The part of the page that a heading stands above, where the heading says that it is not the report."""
    title = squeeze(heading.text_content()).rstrip(":")
    if len(title) > 100:
        return []
    comments, links, asks = (pattern.fullmatch(title) for pattern in (_HEADS_COMMENTS, _HEADS_LINKS, _HEADS_ASKS))
    if not (comments or links or asks):
        return []
    part = _part_below(heading)
    if comments:
        return part
    if links:
        return part if _share_of_links(*part) > 0.3 else []
    return part if sum(len(each.text_content().split()) for each in part) <= FEW else []


def _part_below(heading: html.HtmlElement) -> list[html.HtmlElement]:
    """A heading with what belongs to it: all of its container where it stands first, else up to the next heading."""
    if heading.tag not in _HEADINGS:
        if heading.getparent().tag == "p":
            heading = heading.getparent()
        parent = heading.getparent()
        first = parent is not None and parent.tag in _PARTS and heading.getprevious() is None
        return [parent] if first else []
    part = [heading]
    for each in heading.itersiblings():
        if (each.tag in _HEADINGS and each.tag <= heading.tag) or each.tag in ("main", "footer"):
            break
        part.append(each)
    return part


def _holds_report(element: html.HtmlElement) -> bool:
    return element.find(".//h1") is not None or element.tag == "main" or element.find(".//main") is not None


def _leaves_enough(tree: html.HtmlElement, part: Sequence[html.HtmlElement]) -> bool:
    left = len(squeeze(tree.text_content())) - sum(len(squeeze(each.text_content())) for each in part)
    return left >= LEFT and not any(_holds_report(each) for each in part)


def _is_short(element: html.HtmlElement) -> bool:
    return len(element.text_content().split()) <= FEW


def _is_within_main(element: html.HtmlElement) -> bool:
    return bool(element.xpath(_MAIN))


def _has_controls(element: html.HtmlElement) -> bool:
    return element.tag == "form" or bool(element.xpath(".//button | .//input | .//form | .//*[@role='button']"))


def _share_of_links(*elements: html.HtmlElement) -> float:
    """The share of letters that lead somewhere else."""
    linked = sum(len(squeeze(link.text_content())) for element in elements for link in element.iter("a"))
    return linked / max(1, sum(len(squeeze(element.text_content())) for element in elements))
