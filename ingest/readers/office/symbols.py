"""Symbol fonts: the signs that people see where a file holds a letter of Wingdings and the like."""

from __future__ import annotations

_PRIVATE = 0xF000  # Office files move the letters of symbol fonts here
_WINGDINGS = {
    **dict.fromkeys(range(0x6F, 0x73), "☐"),
    0xA8: "☐", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑", 0x78: "☒", 0xD8: "➢", 0xE0: "→", 0xE8: "→", 0xF0: "⇨",
    0xDF: "←", 0xE1: "↑", 0xE2: "↓", 0xF3: "⇔", 0x4A: "☺", 0x4B: "😐", 0x4C: "☹", 0x28: "☎", 0x2A: "✉", 0x6C: "●",
    0x6E: "■", 0x9F: "•", 0xA7: "▪", 0xAB: "★", 0x76: "❖",
}  # fmt: skip
_WINGDINGS_2 = {0x50: "✓", 0x4F: "✗", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐", 0x96: "•", 0x97: "●"}
_WINGDINGS_3 = {0x66: "←", 0x67: "→", 0x68: "↑", 0x69: "↓", 0x7D: "▶"}
_WEBDINGS = {0x61: "✓", 0x72: "✗", 0x63: "☐", 0x67: "■", 0x34: "▶"}
_GREEK = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", "αβχδεφγηιϕκλμνοπθρστυϖωξψζ"
_SYMBOL = {
    **dict(zip(range(0x41, 0x5B), _GREEK[0], strict=True)),
    **dict(zip(range(0x61, 0x7B), _GREEK[1], strict=True)),
    0xA3: "≤", 0xB3: "≥", 0xB0: "°", 0xB1: "±", 0xB4: "×", 0xB7: "•", 0xB9: "≠", 0xBB: "≈", 0xD6: "√", 0xD7: "⋅",
    0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xDE: "⇒", 0xA5: "∞", 0xE5: "∑", 0x2D: "−",
}  # fmt: skip
_FONTS = {
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "wingdings 3": _WINGDINGS_3,
    "webdings": _WEBDINGS,
    "symbol": _SYMBOL,
}
TICKED, UNTICKED = "✓", "☐"
"""What a box of a form is shown as."""


def is_symbol_font(font: str) -> bool:
    """Whether the letters of a font are signs."""
    return font.strip().lower() in _FONTS


def in_unicode(text: str, font: str) -> str:
    """`text` in the signs that its font shows; letters that it is not known to have as signs stay as they are."""
    signs = _FONTS.get(font.strip().lower())
    if signs is None:
        return text
    return "".join(
        signs.get(ord(letter) - _PRIVATE if ord(letter) >= _PRIVATE else ord(letter), letter) for letter in text
    )
