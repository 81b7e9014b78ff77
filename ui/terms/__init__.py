"""What the words mean: one table of terms, and text that explains its words where they stand."""

from ui.terms.said import lead_to_anchor, said
from ui.terms.table import GROUPS, TERMS, Term, term

__all__ = ["GROUPS", "TERMS", "Term", "lead_to_anchor", "said", "term"]
