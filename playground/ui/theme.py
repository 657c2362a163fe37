"""The look as Gradio wants it: every colour is a CSS variable of ``style.css``, so light and dark are written down once."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import gradio as gr

_HERE: Final = Path(__file__).parent
_STYLES: Final = ("style.css", "data.css", "results.css", "tasks.css", "train.css")
_FONTS: Final = (
    "system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "PingFang SC", "Hiragino Sans GB",
    "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "sans-serif",
)  # fmt: skip
_MONO: Final = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "DejaVu Sans Mono", "Noto Sans Mono CJK SC", "monospace")

#: Gradio's variable -> ours. The same value serves light and dark, because ours change with the scheme.
_COLOURS: Final = {
    "body_background_fill": "paper", "body_text_color": "ink", "body_text_color_subdued": "muted",
    "background_fill_primary": "card", "background_fill_secondary": "soft",
    "border_color_primary": "line", "border_color_accent": "tuned", "border_color_accent_subdued": "line-strong",
    "color_accent_soft": "tuned-soft",
    "link_text_color": "tuned", "link_text_color_hover": "tuned", "link_text_color_active": "tuned", "link_text_color_visited": "tuned",
    "code_background_fill": "soft", "block_background_fill": "card", "block_border_color": "line", "block_info_text_color": "muted",
    "block_label_background_fill": "card", "block_label_border_color": "line", "block_label_text_color": "muted",
    "block_title_text_color": "ink", "panel_background_fill": "card", "panel_border_color": "line",
    "accordion_text_color": "ink", "table_text_color": "ink",
    "checkbox_background_color": "card", "checkbox_background_color_selected": "accent", "checkbox_background_color_hover": "card",
    "checkbox_background_color_focus": "card", "checkbox_border_color": "line-strong", "checkbox_border_color_focus": "tuned",
    "checkbox_border_color_hover": "tuned", "checkbox_border_color_selected": "accent",
    "checkbox_label_background_fill": "card", "checkbox_label_background_fill_hover": "soft",
    "checkbox_label_background_fill_selected": "tuned-soft", "checkbox_label_border_color": "line",
    "checkbox_label_border_color_hover": "line-strong", "checkbox_label_border_color_selected": "tuned",
    "checkbox_label_text_color": "ink", "checkbox_label_text_color_selected": "ink",
    "error_background_fill": "loss-soft", "error_border_color": "loss", "error_text_color": "loss", "error_icon_color": "loss",
    "input_background_fill": "card", "input_background_fill_focus": "card", "input_background_fill_hover": "card",
    "input_border_color": "line-strong", "input_border_color_focus": "tuned", "input_border_color_hover": "muted",
    "input_placeholder_color": "muted", "loader_color": "tuned", "slider_color": "accent", "stat_background_fill": "soft",
    "table_border_color": "line", "table_even_background_fill": "card", "table_odd_background_fill": "card", "table_row_focus": "soft",
    "button_primary_background_fill": "accent", "button_primary_background_fill_hover": "accent-strong",
    "button_primary_border_color": "accent", "button_primary_border_color_hover": "accent-strong",
    "button_primary_text_color": "on-accent", "button_primary_text_color_hover": "on-accent",
    "button_secondary_background_fill": "card", "button_secondary_background_fill_hover": "soft",
    "button_secondary_border_color": "line-strong", "button_secondary_border_color_hover": "muted",
    "button_secondary_text_color": "ink", "button_secondary_text_color_hover": "ink",
    "button_cancel_background_fill": "card", "button_cancel_background_fill_hover": "loss-soft",
    "button_cancel_border_color": "loss", "button_cancel_border_color_hover": "loss",
    "button_cancel_text_color": "loss", "button_cancel_text_color_hover": "loss",
}  # fmt: skip

_SHAPES: Final = {
    "block_radius": "10px", "input_radius": "8px", "container_radius": "10px", "table_radius": "10px", "checkbox_border_radius": "4px",
    "button_large_radius": "10px", "button_medium_radius": "10px", "button_small_radius": "8px", "embed_radius": "0px",
    "block_shadow": "none", "input_shadow": "none", "input_shadow_focus": "0 0 0 3px var(--pg-ring)", "checkbox_shadow": "none",
    "shadow_drop": "none", "shadow_drop_lg": "none", "shadow_inset": "none", "shadow_spread": "none",
    "button_primary_shadow": "none", "button_primary_shadow_hover": "none", "button_primary_shadow_active": "none",
    "button_secondary_shadow": "none", "button_secondary_shadow_hover": "none", "button_secondary_shadow_active": "none",
    "block_border_width": "1px", "button_border_width": "1px", "input_border_width": "1px", "checkbox_label_border_width": "1px",
    "block_title_text_weight": "600", "block_title_text_size": "14px", "block_info_text_size": "13px",
    "checkbox_label_text_size": "14px", "checkbox_label_shadow": "none", "layout_gap": "16px", "form_gap_width": "0px",
    "body_text_size": "15px", "prose_text_size": "15px", "button_large_text_weight": "600", "button_medium_text_weight": "600",
    "button_large_text_size": "15px", "button_medium_text_size": "15px", "button_small_text_size": "14px",
}  # fmt: skip


def theme() -> gr.themes.Base:
    """The Gradio theme, with system fonts only: nothing is loaded from elsewhere."""
    base = gr.themes.Base(font=_FONTS, font_mono=_MONO)
    values: dict[str, str] = {name: f"var(--pg-{colour})" for name, colour in _COLOURS.items()} | _SHAPES
    accepted = gr.themes.Base.set.__kwdefaults__ or {}
    dark = {f"{name}_dark": value for name, value in values.items() if f"{name}_dark" in accepted}
    return base.set(**values, **dark)


def head() -> str:
    """What goes into the page's head: the style sheets, and the scripts that know language, light and dark, tabs, and tables."""
    styles = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in _STYLES)
    script = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in ("page.js", "data.js"))
    return f'<style id="playground-style">{styles}</style>\n<script>{script}</script>'
