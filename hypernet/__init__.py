"""Hypernetworks (parameter generating networks) in meta-learning: the core.

    description → encoder → generator → weights → target network → inner loop → trace

It imports neither Streamlit nor (outside `hypernet.figures`) Plotly. `hypernet.protocols` shows
the roles on one screen; `load_preset` and `evaluate` are the quickest way in.
"""

from hypernet.checkpoint import Checkpoint
from hypernet.evaluate import Report, evaluate, loss_per_step
from hypernet.experiment import Experiment
from hypernet.init import stream
from hypernet.inner import descend, diverged
from hypernet.outer import Progress, TrainingOptions, meta_train
from hypernet.plugins import register
from hypernet.presets import PRESETS, card, load_preset
from hypernet.target import TargetNetwork, TargetOptions
from hypernet.types import Batch, Params, Task, Trace

__version__ = "0.2.0"

__all__ = [
    "PRESETS",
    "Batch",
    "Checkpoint",
    "Experiment",
    "Params",
    "Progress",
    "Report",
    "TargetNetwork",
    "TargetOptions",
    "Task",
    "Trace",
    "TrainingOptions",
    "card",
    "descend",
    "diverged",
    "evaluate",
    "load_preset",
    "loss_per_step",
    "meta_train",
    "register",
    "stream",
]
