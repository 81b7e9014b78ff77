"""What every page does first: leave the legacy page mode, check its link, settle the process."""

from __future__ import annotations

import functools
import gc
from pathlib import Path

import streamlit as st
import torch
from streamlit.runtime.pages_manager import PagesManager

#: Less empty space above the first line than Streamlit leaves, and room around formulas, which
#: otherwise scroll by a pixel and so become a stop for the keyboard that leads nowhere.
STYLE = """<style>
.stMainBlockContainer {padding-top: 4.5rem; padding-bottom: 3rem}
.katex-display {padding: 3px}
</style>"""
ICON = str(Path(__file__).parent / "icon.png")


def open_page() -> None:
    """Call on top of every page file.

    A folder called `pages` switches Streamlit to a mode that runs a page file without `app.py`,
    until `st.navigation` has run once in that server. The first visitor of a deep link would see
    the page without its navigation, so the mode is left and the run repeated.
    """
    _settle()
    if getattr(PagesManager, "uses_pages_directory", False):
        PagesManager.uses_pages_directory = False
        st.rerun()
    st.html(STYLE)


@functools.lru_cache(maxsize=1)
def _settle() -> None:
    """Once in a process: one torch thread, and nothing imported is collected again."""
    torch.set_num_threads(1)
    gc.collect()
    gc.freeze()
