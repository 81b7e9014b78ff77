"""The app: navigation for each visitor, and the server that draws every page before it answers."""

import streamlit as st
from starlette.middleware import Middleware

from ui.chapters import CHAPTERS
from ui.shell import ICON
from ui.styled import Styled
from ui.warm import warmed

if __name__ == "__main__":  # run for a visitor
    st.set_page_config(page_title="Hypernetworks", page_icon=ICON, layout="wide")
    st.navigation(
        {
            chapter: [
                st.Page(
                    f"pages/{page.file}.py",
                    title=page.title,
                    url_path=page.path,
                    default=not page.path,
                )
                for page in pages
            ]
            for chapter, pages in CHAPTERS.items()
        },
        position="top",
    ).run()
else:  # imported once by `streamlit run app.py`, which serves what is called `app`
    app = st.App(__file__, lifespan=warmed, middleware=[Middleware(Styled)])
