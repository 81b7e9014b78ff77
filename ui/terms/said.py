"""One line of text whose terms say what they mean.

A marked term is a button with a dotted line below it, and its definition an HTML popover, so that
a tap, Enter and Escape need no script of ours. `terms.js` opens it under the mouse and on keyboard
focus too; what has no script still has the button.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import streamlit as st

from ui.terms.table import Term, term

_HERE = Path(__file__).parent
_SCRIPT = f'<script type="module">{(_HERE / "terms.js").read_text(encoding="utf-8")}</script>'
_MARK = re.compile(r"\[\[([^\[\]|]+)(?:\|([^\[\]|]+))?\]\]|\*\*(.+?)\*\*|\*(.+?)\*")

#: What takes the place of a marked term: the words shown, which are safe HTML, and the term.
Marked = Callable[[str, Term], str]


def said(text: str) -> None:
    """Show a line of text, with **bold**, *emphasis*, [[term]] and [[words shown|term]].

    Everything else is shown as it stands, HTML too. The text is the app's own, never a visitor's.

    Raises:
        ValueError: for a marked term that is not in the table.
    """
    with st.container(gap=None):
        st.html(paragraph(text))
        _run_script()


def lead_to_anchor() -> None:
    """Scroll to the term that the address ends with; call below what holds the anchors."""
    _run_script()


def paragraph(text: str) -> str:
    """The line of `said` as HTML; its ids are made of the text, so equal lines share them."""
    line, count = f"said-{crc32(text.encode()):08x}", 0

    def explained(words: str, marked: Term) -> str:
        nonlocal count
        count += 1
        name = f"{line}-{count}"
        return (
            '<span class="term">'
            f'<button type="button" popovertarget="{name}" popovertargetaction="show" '
            f'aria-describedby="{name}">{words}</button>'
            f'<span popover id="{name}" role="tooltip">{definition(marked)}</span></span>'
        )

    return f'<p class="said">{rendered(text, explained)}</p>'


def definition(marked: Term) -> str:
    """A term's definition as HTML, without its marks."""
    return rendered(marked.definition, lambda words, _: words)


def rendered(text: str, marked: Marked) -> str:
    """Text as HTML, with what `marked` makes of each term.

    Raises:
        ValueError: for a marked term that is not in the table.
    """
    pieces, end = [], 0
    for match in _MARK.finditer(text):
        words, name, bold, emphasis = match.groups()
        pieces.append(html.escape(text[end : match.start()]))
        if words is not None:
            pieces.append(marked(html.escape(words), term(name or words)))
        elif bold is not None:
            pieces.append(f"<strong>{rendered(bold, marked)}</strong>")
        else:
            pieces.append(f"<em>{rendered(emphasis, marked)}</em>")
        end = match.end()
    return "".join([*pieces, html.escape(text[end:])])


def _run_script() -> None:
    """A constant of this package is all that is ever run; the text goes another way, sanitised."""
    st.html(_SCRIPT, unsafe_allow_javascript=True)
