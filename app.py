"""The app: navigation for each visitor, and the server that draws every page before it answers."""

import streamlit as st
from starlette.middleware import Middleware

from ui.shell import ICON
from ui.styled import Styled
from ui.warm import warmed

if __name__ == "__main__":  # run for a visitor
    st.set_page_config(page_title="Hypernetworks", page_icon=ICON, layout="wide")
    st.navigation(
        {
            "The idea": [
                st.Page("pages/idea.py", title="The idea", default=True),
                st.Page("pages/glossary.py", title="Terms"),
            ],
            "Where weights come from": [
                st.Page("pages/sinusoids.py", title="Sinusoids"),
                st.Page("pages/boundaries.py", title="Decision boundaries"),
                st.Page("pages/race.py", title="The race", url_path="weights"),
                st.Page("pages/digits.py", title="Digits"),
            ],
            "Train and describe": [
                st.Page("pages/training.py", title="Meta-training"),
                st.Page("pages/descriptions.py", title="Which description?"),
            ],
            "Your own": [st.Page("pages/own.py", title="Your own task")],
        },
        position="top",
    ).run()
else:  # imported once by `streamlit run app.py`, which serves what is called `app`
    app = st.App(__file__, lifespan=warmed, middleware=[Middleware(Styled)])
