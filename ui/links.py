"""Links: what is wrong in the address a visitor came with, said in one sentence each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from hypernet.spec import Number, Whole, specs

#: Returns None for a good value, or what is allowed.
Check = Callable[[str], str | None]

#: Streamlit's own parameters.
EMBEDDING = ("embed", "embed_options")


def number_check(kind: type, name: str) -> Check:
    """Whether a text is a number in the declared range."""
    spec = specs(kind)[name]
    if not isinstance(spec, Number):
        raise TypeError(f"{name} is not a number")
    word = "a whole number" if isinstance(spec, Whole) else "a number"
    allowed = f"{word} from {spec.low:g} to {spec.high:g}"

    def problem(text: str) -> str | None:
        try:
            value = float(text)
        except ValueError:
            return allowed
        whole = not isinstance(spec, Whole) or value.is_integer()
        return None if whole and spec.low <= value <= spec.high else allowed

    return problem


def up_to_check(high: int) -> Check:
    """Whether a text is a whole number from 0 to `high`."""
    allowed = f"a whole number from 0 to {high}"
    return lambda text: None if text.isdecimal() and int(text[:9]) <= high else allowed


def flag_check() -> Check:
    """Whether a text is true or false."""
    return lambda text: None if text.lower() in ("true", "false") else "true or false"


def anything(text: str) -> None:
    """For a value that is checked where it is used, because that depends on other values."""


def linked_number(name: str, high: int) -> int:
    """The whole number from 0 to `high` that the link gives to `name`, or `high`."""
    text = st.query_params.get(name, "")
    return high if up_to_check(high)(text) else int(text)


def word_check(options: Sequence[str]) -> Check:
    """Whether a text is one of the options."""
    return lambda text: None if text in options else "one of " + ", ".join(options)


def warn_of_bad_link(checks: Mapping[str, Check]) -> None:
    """Show one sentence for each value of the address that this page does not use as it stands.

    Call before the widgets: they then take their defaults for such values and clean the address.
    """
    for problem in _problems(checks):
        st.warning(problem)


def _problems(checks: Mapping[str, Check]) -> list[str]:
    problems = []
    for name in list(st.query_params):
        if name not in checks and name not in EMBEDDING:
            problems.append(f"The link has {plain(name)}, which this page does not know.")
            del st.query_params[name]
            continue
        for text in st.query_params.get_all(name) if name in checks else []:
            allowed = checks[name](text)
            if allowed is not None:
                problems.append(
                    f"The link says {name} = {plain(text)}; allowed is {allowed}. "
                    "The page does not use this value."
                )
    return problems


def plain(text: str, most: int = 40) -> str:
    """A visitor's text, short and without any meaning to Markdown."""
    short = text if len(text) <= most else text[:most] + "…"
    return "".join(c if c.isalnum() or c in " .-+" else "\\" + c for c in short if c.isprintable())
