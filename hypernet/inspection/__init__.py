"""One task looked at closely, recorded as arrays.

No figure, no page: those draw what is recorded here.
"""
