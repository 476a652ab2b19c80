"""The colours and letters of Gradio's own parts. They come from fonts that every computer has: nothing is fetched."""

from __future__ import annotations

import gradio as gr

SANS = ("system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif")

_PAPER, _PAPER_DARK = "#fbfaf7", "#17191b"
_INK, _INK_DARK = "#1f2325", "#e9e6df"
_LINE, _LINE_DARK = "#77766f", "#8b8a84"
_ACCENT, _ACCENT_DEEP = "#0b5a54", "#08433f"


def theme() -> gr.themes.Base:
    """A quiet theme: paper and ink, one accent, no frames but around what can be typed in or pressed."""
    base = gr.themes.Base(primary_hue="teal", neutral_hue="stone", text_size="lg", font=SANS, font_mono=SANS)
    return base.set(
        body_background_fill=_PAPER,
        body_background_fill_dark=_PAPER_DARK,
        body_text_color=_INK,
        body_text_color_dark=_INK_DARK,
        body_text_color_subdued="#57554f",
        body_text_color_subdued_dark="#b3b0a8",
        background_fill_primary=_PAPER,
        background_fill_primary_dark=_PAPER_DARK,
        border_color_primary="#dcd9d0",
        border_color_primary_dark="#3c3f41",
        block_background_fill="transparent",
        block_border_width="0px",
        block_padding="0px",
        block_shadow="none",
        block_title_text_color="*body_text_color",
        block_title_text_weight="600",
        block_info_text_color="*body_text_color_subdued",
        block_label_background_fill="transparent",
        block_label_border_width="0px",
        block_label_text_color="*body_text_color",
        block_label_text_size="*text_md",
        block_label_text_weight="600",
        form_gap_width="0px",
        input_background_fill="white",
        input_background_fill_dark="#222527",
        input_border_color=_LINE,
        input_border_color_dark=_LINE_DARK,
        input_border_color_focus=_ACCENT,
        input_border_width="1px",
        input_placeholder_color="#6b6962",
        input_placeholder_color_dark="#a5a29a",
        button_border_width="1px",
        button_primary_background_fill=_ACCENT,
        button_primary_background_fill_dark=_ACCENT,
        button_primary_background_fill_hover=_ACCENT_DEEP,
        button_primary_background_fill_hover_dark=_ACCENT_DEEP,
        button_primary_border_color=_ACCENT,
        button_primary_text_color="white",
        button_secondary_background_fill="transparent",
        button_secondary_background_fill_dark="transparent",
        button_secondary_background_fill_hover="#eeebe2",
        button_secondary_background_fill_hover_dark="#2a2d2f",
        button_secondary_border_color=_LINE,
        button_secondary_border_color_dark=_LINE_DARK,
    )
