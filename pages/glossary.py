"""What the words mean: every term of the app, in the order of the lesson."""

import streamlit as st

from ui.links import warn_of_bad_link
from ui.shell import open_page
from ui.terms import GROUPS, lead_to_anchor, said
from ui.terms.list import term_list

open_page()
warn_of_bad_link({})
st.title("What the words mean")
said(
    "Where a word has a dotted line below it, as [[hypernetwork]] has here, its meaning opens "
    "under the mouse, by keyboard or by a tap. These are all of them."
)
for group, terms in GROUPS.items():
    st.header(group)
    st.html(term_list(terms))
lead_to_anchor()
