"""The field in which a formula is typed."""
