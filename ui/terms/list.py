"""The terms as a list: name, definition, and the page where one sees what is meant."""

from __future__ import annotations

import html
from collections.abc import Sequence

from ui.terms.said import rendered
from ui.terms.table import Term


def term_list(terms: Sequence[Term]) -> str:
    """The list as HTML; every entry has its anchor, and terms in it lead to theirs."""
    return f'<dl class="glossary">{"".join(_entry(one) for one in terms)}</dl>'


def _entry(one: Term) -> str:
    meaning = rendered(one.definition, _link)
    return (
        f'<div id="{html.escape(one.anchor)}"><dt>{html.escape(one.name)}</dt>'
        f'<dd>{meaning}</dd><dd class="seen">{_seen(one)}</dd></div>'
    )


def _link(words: str, marked: Term) -> str:
    return f'<a href="#{html.escape(marked.anchor)}">{words}</a>'


def _seen(one: Term) -> str:
    if one.seen is None:
        return "on no page yet"
    return f'seen on <a href="./{html.escape(one.seen)}">{html.escape(one.page)}</a>'
