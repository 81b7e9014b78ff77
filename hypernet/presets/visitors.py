"""Learners from elsewhere, used like shipped ones while this process remembers them."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

from hypernet.checkpoint import Checkpoint, loads
from hypernet.presets.preset import Preset

#: The ones used longest ago are forgotten first.
MOST = 64
VISITOR_TITLE = "Your run"
PREFIX = "run-"

_lock = threading.Lock()
_admitted: OrderedDict[str, Checkpoint] = OrderedDict()


def admit(data: bytes) -> str:
    """The name under which the checkpoint in `data` can now be used; the same bytes, the same name.

    Raises:
        ValueError: for anything but a valid checkpoint (see `checkpoint.loads`).
    """
    name = PREFIX + hashlib.sha256(data).hexdigest()[:16]
    checkpoint = _admitted.get(name) or loads(data, "this run's checkpoint")
    checkpoint.learner.requires_grad_(False)
    with _lock:
        _admitted[name] = checkpoint
        _admitted.move_to_end(name)
        while len(_admitted) > MOST:
            _admitted.popitem(last=False)
    return name


def is_visitors(name: str) -> bool:
    """Whether a learner from elsewhere has this name."""
    return name in _admitted


def visitors_checkpoint(name: str) -> Checkpoint:
    """The learner from elsewhere of this name."""
    return _admitted[name]


def visitors_preset(name: str) -> Preset:
    """How a learner from elsewhere is called beside the shipped ones."""
    return Preset(VISITOR_TITLE, "Meta-trained by you, or from a file.", _admitted[name].experiment)
