"""Runs of users: their resumable state, and the folder that keeps them."""

from hypernet.runs.state import RunOptions, RunState, dump_state, first_state, load_state
from hypernet.runs.store import Quota, Store, default_folder

__all__ = [
    "Quota",
    "RunOptions",
    "RunState",
    "Store",
    "default_folder",
    "dump_state",
    "first_state",
    "load_state",
]
