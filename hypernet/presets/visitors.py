"""Learners from elsewhere, used like shipped ones while this process remembers them."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

from hypernet.checkpoint import Checkpoint, loads
from hypernet.presets.preset import Preset

#: The ones used longest ago are forgotten first.
MOST = 64
GUEST_TITLE = "Your run"
PREFIX = "run-"

_lock = threading.Lock()
_guests: OrderedDict[str, Checkpoint] = OrderedDict()


def admit(data: bytes) -> str:
    """The name under which the checkpoint in `data` can now be used; the same bytes, the same name.

    Raises:
        ValueError: for anything but a valid checkpoint (see `checkpoint.loads`).
    """
    name = PREFIX + hashlib.sha256(data).hexdigest()[:16]
    checkpoint = _guests.get(name) or loads(data, "this run's checkpoint")
    checkpoint.learner.requires_grad_(False)
    with _lock:
        _guests[name] = checkpoint
        _guests.move_to_end(name)
        while len(_guests) > MOST:
            _guests.popitem(last=False)
    return name


def is_guest(name: str) -> bool:
    """Whether a learner from elsewhere has this name."""
    return name in _guests


def guest(name: str) -> Checkpoint:
    """The learner from elsewhere of this name."""
    return _guests[name]


def guest_preset(name: str) -> Preset:
    """How a learner from elsewhere is called beside the shipped ones."""
    return Preset(GUEST_TITLE, "Meta-trained by you, or from a file.", _guests[name].experiment)
