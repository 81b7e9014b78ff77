"""Numbers as words: the one format of sentences and tables, that of the live pictures too."""

from __future__ import annotations

from typing import SupportsFloat

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
#: Powers of ten up to which a number is written out, on both sides.
_WRITTEN_OUT = 3


def brief(value: SupportsFloat, digits: int = 2) -> str:
    """A number to `digits` significant digits: 0.012, 14, −3.1·10⁻⁵ (ui/live/parts/words.js)."""
    number = float(value)
    if number == 0:
        return "0"
    mantissa, _, tail = f"{abs(number):.{digits - 1}e}".partition("e")
    exponent = int(tail or 0)
    sign = "−" if number < 0 else ""
    if abs(exponent) > _WRITTEN_OUT:
        return f"{sign}{mantissa}·10{str(exponent).translate(_SUPERSCRIPTS)}"
    return f"{sign}{float(f'{mantissa}e{exponent}'):.{max(0, digits - 1 - exponent)}f}"
