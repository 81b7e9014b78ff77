"""What can be done with a run that rests: use it, keep its link, take it home, bring it back."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

import streamlit as st

from hypernet.checkpoint import MAX_BYTES, dumps
from hypernet.experiment import Experiment
from hypernet.jobs import JobProgress, queue
from hypernet.model_cards import card
from hypernet.tasks import Clusters, Planar
from ui.forms import row
from ui.live.loom.loom import unfit_for_loom
from ui.training.controls import BESIDE, RUN
from ui.training.runs import Opened, complain
from ui.waves import unfit_for_waves


class Use(NamedTuple):
    """A page that can show a run: its title, its file, and what else the link must say."""

    title: str
    page: str
    query: dict[str, str]


def uploader() -> None:
    """A place for a checkpoint that was downloaded before, as large as this server takes."""
    largest = min(MAX_BYTES // 1_000_000, int(st.get_option("server.maxUploadSize")))
    st.file_uploader(
        "Checkpoint (.safetensors)",
        type=["safetensors"],
        key="checkpoint",
        on_change=_take_upload,
        max_upload_size=largest,
        help="A file that this page gave you. It is checked, and nothing in it is executed.",
    )


def _take_upload() -> None:
    file, store = st.session_state["checkpoint"], queue().store
    if file is None or store is None:
        return
    try:
        token = store.upload(file.getvalue())
    except ValueError as error:
        complain(str(error))
        return
    except OSError:
        complain("this server cannot keep the file now")
        return
    st.query_params.pop(BESIDE, None)
    st.query_params[RUN] = token


def uses(experiment: Experiment) -> list[Use]:
    """The pages that can show what an experiment has trained."""
    family = experiment.family
    if isinstance(family, Planar):
        return [Use("Decision boundaries", "boundaries", {})]
    if isinstance(family, Clusters):
        query = {"kind": "clusters", "classes": str(family.ways)}
        return [Use("Decision boundaries", "boundaries", query)]
    waves = [("The idea", "idea", unfit_for_loom), ("Sinusoids", "sinusoids", unfit_for_waves)]
    return [Use(title, page, {}) for title, page, unfit in waves if unfit(experiment) is None]


def run_link(use: Use, token: str) -> None:
    """A link to another page with this run on it."""
    query = {RUN: token, **use.query}
    st.page_link(f"pages/{use.page}.py", label=f"Use it on: {use.title}", query_params=query)


def keep(opened: Opened, name: str, *, alone: bool) -> None:
    """All that can be done with a run that rests: use it, keep its link, take it home."""
    file = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    with row():
        if not alone:
            st.markdown(f"**{name}**", width="content")
        for use in uses(opened.experiment):
            run_link(use, opened.token)
        with st.popover("Keep this link"):
            st.code(f"{st.context.url}?{RUN}={opened.token}", language=None)
            st.caption("It brings this run back for 30 days, also after a restart of the server.")
        _download(opened, "Download checkpoint", f"{file}.safetensors", _checkpoint(opened))
        if opened.job is not None:
            text = json.dumps(_card(opened.progress()), indent=1, ensure_ascii=False)
            _download(opened, "Download card", f"{file}.json", text.encode())


def _download(opened: Opened, label: str, file: str, data: bytes) -> None:
    key = f"{label} {opened.token}"
    st.download_button(label, data, file, "application/octet-stream", key=key, on_click="ignore")


def _checkpoint(opened: Opened) -> bytes:
    if opened.checkpoint is not None:
        return dumps(opened.experiment, opened.checkpoint.learner.state_dict())
    view = opened.progress()
    return dumps(view.experiment, view.learner_state())


def _card(view: JobProgress) -> dict[str, Any]:
    words = {"ended": view.status, "sentence": view.sentence, "step": str(view.step)}
    return card(view.experiment, view.learner(), view.numbers, view.cpu_seconds, **words)
